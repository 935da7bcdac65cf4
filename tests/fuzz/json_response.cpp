// The JSON parser: it accepts what Boost.JSON accepts and reads the same from it, whatever the memory.
#include "../support/boost_oracle.hpp"
#include "replies.hpp"

using namespace slb_test;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = text_of(data, size);
    generator random(seed_of(text));
    reading const ours = check_parser(&parse_json_reply, text, random);
    auto const verdict = boost_oracle::read(text);
    if (ours.accepted()) {
        property(verdict.well_formed || verdict.exponent_too_large, "what is accepted is JSON");
        check_writing(ours.said, random);
    }
    // Of two members of one name Boost.JSON keeps the last; the parser refuses known ones.
    if (!verdict.well_formed || verdict.repeats) return 0;
    if (ours.error == slb::errc::too_many_elements) {
        property(verdict.said && verdict.said->servers.size() > slb::parse_limits{}.elements,
                 "only too many elements are too many");
        return 0;
    }
    if (ours.accepted() != verdict.said.has_value()) std::cerr << ours << '\n';
    property(ours.accepted() == verdict.said.has_value(), "what Boost.JSON reads as a reply is accepted");
    if (ours.accepted()) property_equal(ours.said, *verdict.said, "Boost.JSON reads the same");

    // As Boost.JSON writes it again the text has neither spaces nor needless escapes.
    boost::json::parse_options options;
    options.max_depth = 64;
    std::string const compact =
        boost::json::serialize(boost::json::parse(text, boost::json::storage_ptr(), options));
    // It writes infinities, which it makes of large exponents, and does not read them.
    if (!boost_oracle::read(compact).well_formed) return 0;
    reading const again = read_whole(&parse_json_reply, compact);
    property(again.accepted() == ours.accepted(), "rewritten by Boost.JSON it is as acceptable");
    property_equal(again.said, ours.said, "rewritten by Boost.JSON it says the same");
    return 0;
}
