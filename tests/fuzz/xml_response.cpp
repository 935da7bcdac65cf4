// The XML parser: it accepts what Expat accepts and reads the same from it, whatever the memory.
#include "../support/expat_shapes.hpp"
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

template <class Checks>
void check_against_expat(std::string_view text, reading const& ours, Checks const& checks, shapes const& of) {
    auto const verdict = expat_shapes::read(text, of);
    if (ours.accepted()) {
        // Nobody reads attributes, so nobody looks whether one is given twice.
        if (verdict.problem == XML_ERROR_DUPLICATE_ATTRIBUTE) return;
        if (verdict.problem == XML_ERROR_INVALID_TOKEN) {
            // Expat knows the letters of the fourth edition of XML, the parser takes any for a letter.
            std::string const letters = with_letters_only(text);
            property(letters != text, "what is accepted is XML");
            return check_against_expat(letters, checks.read_whole(letters), checks, of);
        }
        if (!verdict.well_formed()) std::cerr << XML_ErrorString(verdict.problem) << '\n';
        property(verdict.well_formed(), "what is accepted is XML");
        property(!verdict.unwanted(), "document types, other versions and other encodings are refused");
        // An element that is closed at once does not count as a level.
        property(verdict.depth <= slb::parse_limits{}.depth + 1, "nesting has a limit");
        property(verdict.shown.has_value(), "what is accepted is a reply");
        property_equal(ours.said, *verdict.shown, "Expat reads the same");
    } else if (verdict.shown && !verdict.unwanted() && !looks_like_utf_16(text)) {
        if (ours.error == slb::errc::too_deep)
            return property(verdict.depth > slb::parse_limits{}.depth, "only what is too deep is too deep");
        if (ours.error == slb::errc::too_many_elements)
            return property(element_count(*verdict.shown) > slb::parse_limits{}.elements,
                            "only too many elements are too many");
        std::cerr << ours << '\n';
        property(false, "what Expat reads as a reply is accepted");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = text_of(data, size);
    with_reply_in(text, slb::reply_format::xml, [&](auto const& checks, shapes const& of) {
        shaped_generator random(seed_of(text));
        reading const ours = checks.check_parser(text, random);
        check_against_expat(text, ours, checks, of);
        if (ours.accepted()) checks.check_writing(text, ours.said, random);
    });
    return 0;
}
