// The XML parser: it accepts what Expat accepts and reads the same from it, whatever the memory.
#include "../support/expat_oracle.hpp"
#include "replies.hpp"

using namespace slb_test;

namespace {

/// Documents that Expat reads in UTF-16, whatever it was told.
bool looks_like_utf_16(std::string_view text) {
    return text.starts_with("\xfe\xff") || text.starts_with("\xff\xfe") ||
           text.substr(0, 2).find('\0') != text.npos;
}
/// The same document with the letter é for every character that is not ASCII.
std::string with_letters_only(std::string_view text) {
    std::string made;
    while (!text.empty()) {
        std::size_t const length = std::max(slb::detail::utf8_length(text), std::size_t{1});
        made += length > 1 ? std::string_view("\xc3\xa9") : text.substr(0, 1);
        text.remove_prefix(length);
    }
    return made;
}

void check_against_expat(std::string_view text, reading const& ours) {
    xml_verdict const verdict = expat_oracle::read(text);
    if (ours.accepted()) {
        // Nobody reads attributes, so nobody looks whether one is given twice.
        if (verdict.problem == XML_ERROR_DUPLICATE_ATTRIBUTE) return;
        if (verdict.problem == XML_ERROR_INVALID_TOKEN) {
            // Expat knows the letters of the fourth edition of XML, the parser takes any for a letter.
            std::string const letters = with_letters_only(text);
            property(letters != text, "what is accepted is XML");
            return check_against_expat(letters, read_whole(&parse_xml_reply, letters));
        }
        if (!verdict.well_formed()) std::cerr << XML_ErrorString(verdict.problem) << '\n';
        property(verdict.well_formed(), "what is accepted is XML");
        property(!verdict.unwanted(), "document types, other versions and other encodings are refused");
        // An element that is closed at once does not count as a level.
        property(verdict.depth <= slb::parse_limits{}.depth + 1, "nesting has a limit");
        property(verdict.said.has_value(), "what is accepted is a reply");
        property_equal(ours.said, *verdict.said, "Expat reads the same");
    } else if (verdict.said && !verdict.unwanted() && !looks_like_utf_16(text)) {
        if (ours.error == slb::errc::too_deep)
            return property(verdict.depth > slb::parse_limits{}.depth, "only what is too deep is too deep");
        if (ours.error == slb::errc::too_many_elements)
            return property(verdict.said->servers.size() > slb::parse_limits{}.elements,
                            "only too many elements are too many");
        std::cerr << ours << '\n';
        property(false, "what Expat reads as a reply is accepted");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = text_of(data, size);
    generator random(seed_of(text));
    reading const ours = check_parser(&parse_xml_reply, text, random);
    check_against_expat(text, ours);
    if (ours.accepted()) check_writing(ours.said, random);
    return 0;
}
