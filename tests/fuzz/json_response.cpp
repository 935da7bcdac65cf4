// The JSON parser: it accepts what Boost.JSON accepts and reads the same from it, whatever the memory.
#include "../support/boost_shapes.hpp"
#include "replies.hpp"

using namespace slb_test;

namespace {

template <class Checks>
void check_against_boost(std::string_view text, Checks const& checks, shapes const& of) {
    shaped_generator random(seed_of(text));
    reading const ours = checks.check_parser(text, random);
    auto const verdict = boost_shapes::read(text, checks.name, of);
    if (ours.accepted()) {
        property(verdict.well_formed || verdict.exponent_too_large, "what is accepted is JSON");
        checks.check_writing(text, ours.said, random);
    }
    // Of two members of one name Boost.JSON keeps the last; the parser refuses known ones.
    if (!verdict.well_formed || verdict.repeats) return;
    if (ours.error == slb::errc::too_many_elements)
        return property(verdict.said && element_count(*verdict.said) > slb::parse_limits{}.elements,
                        "only too many elements are too many");
    if (ours.accepted() != verdict.said.has_value()) std::cerr << ours << '\n';
    property(ours.accepted() == verdict.said.has_value(), "what Boost.JSON reads as a reply is accepted");
    if (ours.accepted()) property_equal(ours.said, *verdict.said, "Boost.JSON reads the same");

    // As Boost.JSON writes it again the text has neither spaces nor needless escapes.
    boost::json::parse_options options;
    options.max_depth = 64;
    std::string const compact =
        boost::json::serialize(boost::json::parse(json_text(text), boost::json::storage_ptr(), options));
    // It writes infinities, which it makes of large exponents, and does not read them.
    if (!boost_shapes::read(compact, checks.name, of).well_formed) return;
    reading const again = checks.read_whole(compact);
    property(again.accepted() == ours.accepted(), "rewritten by Boost.JSON it is as acceptable");
    property_equal(again.said, ours.said, "rewritten by Boost.JSON it says the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = text_of(data, size);
    with_reply_in(text, slb::reply_format::json,
                  [&](auto const& checks, shapes const& of) { check_against_boost(text, checks, of); });
    return 0;
}
