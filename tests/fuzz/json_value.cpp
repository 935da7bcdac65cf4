// The JSON cursor: it accepts what Boost.JSON accepts, if it is an object, and whatever it is asked about a
// value it says what Boost.JSON does.
#include "../support/boost_oracle.hpp"
#include "../support/exact_bytes.hpp"
#include "../support/json_walk.hpp"
#include "property.hpp"

using namespace slb_test;

namespace {

struct reading {
    exact_bytes body;
    exact_bytes memory;
    slb::json_value root{};
    slb::error error;

    reading(std::string_view text, std::size_t memory_size, slb::parse_limits limits = {})
        : body(text), memory(memory_size), error(slb::parse_json(body.view(), root, memory.span(), limits)) {}
    bool accepted() const { return error == slb::errc::none; }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = text_of(data, size);
    generator random(seed_of(text));
    std::size_t const enough = slb::parse_memory<slb::json_value>(size);
    reading const whole(text, enough);
    property(whole.error != slb::errc::out_of_memory, "the memory that a size asks for is enough");
    property(whole.accepted() == static_cast<bool>(whole.root),
             "what is accepted has a root, and nothing else");
    reading const tight(text, random.below(enough + 1));
    property(tight.error == whole.error.code() || tight.error == slb::errc::out_of_memory,
             "less memory gives the same result or out_of_memory");
    reading const shallow(text, enough, {.depth = random.below(8)});
    property(shallow.error == whole.error.code() || shallow.error == slb::errc::too_deep,
             "a lower limit gives the same result or too_deep");
    if (whole.accepted())
        property_equal(json_walk::check_answer(slb::detail::answer_in(whole.root)), std::string(),
                       "an answer agrees with itself");

    auto const verdict = boost_oracle::read(text);
    if (!verdict.well_formed) {
        property(!whole.accepted() || verdict.exponent_too_large, "what is accepted is JSON");
        if (whole.accepted())
            property_equal(json_walk::check(whole.root), std::string(),
                           "what is accepted agrees with itself");
        return 0;
    }
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::value const theirs =
        boost::json::parse({text.data(), text.size()}, boost::json::storage_ptr(), options);
    property(whole.accepted() == theirs.is_object(), "an object that Boost.JSON reads is accepted");
    if (!whole.accepted()) return 0;
    // Of two members of one name Boost.JSON keeps the last.
    property_equal(verdict.repeats ? json_walk::check(whole.root) : json_walk::compare(whole.root, theirs),
                   std::string(), "Boost.JSON reads the same");
    return 0;
}
