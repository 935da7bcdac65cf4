#include <slb/text.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(text)

namespace {

template <class Integer>
struct integer_row {
    std::string_view text;
    bool good;
    Integer number;
};
constexpr integer_row<std::int32_t> integers[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"7", true, 7},
    {"-7", true, -7},
    {"65535", true, 65535},
    {"2147483647", true, 2147483647},
    {"-2147483648", true, std::numeric_limits<std::int32_t>::min()},
    {"2147483648", false, 0},
    {"-2147483649", false, 0},
    {"9999999999999999999", false, 0},
    {"18446744073709551616", false, 0},
    {"99999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"--1", false, 0},
    {"+1", false, 0},
    {"01", false, 0},
    {"00", false, 0},
    {"-01", false, 0},
    {"1.0", false, 0},
    {"1e2", false, 0},
    {"0x1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1a", false, 0},
    {"\xd9\xa1", false, 0},
};
constexpr integer_row<std::int64_t> long_integers[] = {
    {"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN},
    {"9223372036854775808", false, 0},        {"-9223372036854775809", false, 0},
    {"18446744073709551617", false, 0},
};
template <class Integer, std::size_t Count>
constexpr std::string_view first_misread(integer_row<Integer> const (&rows)[Count]) {
    for (auto const& [text, good, expected] : rows) {
        Integer number = 0;
        if (slb::detail::parse_integer(text, number) != good || number != expected) return text;
    }
    return "none";
}
static_assert(first_misread(integers) == "none");
static_assert(first_misread(long_integers) == "none");

} // namespace

BOOST_AUTO_TEST_CASE(whole_numbers_are_read_in_json_s_grammar_and_in_range) {
    BOOST_TEST(first_misread(integers) == "none");
    BOOST_TEST(first_misread(long_integers) == "none");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_in_decimal) {
    static_assert(slb::detail::digits(0).view() == "0");
    static_assert(slb::detail::digits(65535).view() == "65535");
    static_assert(slb::detail::digits(-7).view() == "-7");
    BOOST_TEST(slb::detail::digits(INT64_MAX).view() == "9223372036854775807");
    BOOST_TEST(slb::detail::digits(INT64_MIN).view() == "-9223372036854775808");
}

BOOST_AUTO_TEST_CASE(a_copy_is_exact_whatever_its_size) {
    std::string source;
    for (int i = 0; i != 80; ++i) source += static_cast<char>('0' + i);
    for (std::size_t size = 0; size != source.size(); ++size) {
        // A heap buffer of exactly the size: the address sanitizer sees any byte beyond.
        auto const out = std::make_unique<char[]>(size);
        char const* const end = slb::detail::copy(out.get(), std::string_view(source).substr(0, size));
        BOOST_TEST(static_cast<std::size_t>(end - out.get()) == size);
        BOOST_TEST(std::string_view(out.get(), size) == std::string_view(source).substr(0, size));
    }
}

BOOST_AUTO_TEST_CASE(a_text_is_plain_when_each_character_of_it_is) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
    static_assert(slb::detail::is_plain(plain) && slb::detail::is_plain("") && !slb::detail::is_plain("a_b"));
    // Every byte, at every place of texts shorter and longer than the eight that are looked at together.
    for (std::size_t size = 1; size != 20; ++size) {
        for (std::size_t place = 0; place != size; ++place) {
            for (int byte = 0; byte != 256; ++byte) {
                std::string text(plain.substr(size, size));
                text[place] = static_cast<char>(byte);
                bool const expected = plain.find(text[place]) != plain.npos;
                if (slb::detail::is_plain(text) != expected)
                    BOOST_ERROR("byte " << byte << " at " << place << " of " << size);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
