#include <slb/values.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

BOOST_AUTO_TEST_SUITE(values)

namespace {

using slb::errc;
using slb::runtime;
using namespace std::string_view_literals;

/// A unit, Count times.
template <std::size_t Count>
struct repeated {
    char bytes[3 * Count + 1] = {};
    std::size_t size = 0;
    constexpr explicit repeated(std::string_view unit) {
        for (std::size_t i = 0; i != Count; ++i)
            for (char c : unit) bytes[size++] = c;
    }
    constexpr operator std::string_view() const { return {bytes, size}; }
};

struct number_row {
    std::int64_t number;
    errc expected;
};
struct text_row {
    std::string_view text;
    errc expected;
};

template <class Value, class Rows>
constexpr bool obeys(Rows const& rows) {
    for (auto const& [input, expected] : rows) {
        if (Value(runtime(input)).broken_rule() != expected) return false;
        auto const early = slb::checked<Value>(input);
        if (early.error().code() != expected || static_cast<bool>(early) != (expected == errc::none))
            return false;
    }
    return true;
}
template <class Value, class Rows>
void check_rows(Rows const& rows) {
    for (auto const& [input, expected] : rows) {
        BOOST_TEST_CONTEXT("input \"" << input << '"') {
            BOOST_TEST(message(Value(runtime(input)).broken_rule()) == message(expected));
            auto const early = slb::checked<Value>(input);
            BOOST_TEST(message(early.error().code()) == message(expected));
            BOOST_TEST(static_cast<bool>(early) == (expected == errc::none));
        }
    }
}

constexpr number_row ports[] = {
    {1, errc::none},
    {80, errc::none},
    {65535, errc::none},
    {0, errc::port_out_of_range},
    {-1, errc::port_out_of_range},
    {65536, errc::port_out_of_range},
    {65536 + 80, errc::port_out_of_range},
    {(std::int64_t{1} << 32) + 80, errc::port_out_of_range},
    {INT64_MIN, errc::port_out_of_range},
    {INT64_MAX, errc::port_out_of_range},
};

constexpr number_row weights[] = {
    {0, errc::none},
    {1, errc::none},
    {100, errc::none},
    {-1, errc::weight_out_of_range},
    {101, errc::weight_out_of_range},
    {256, errc::weight_out_of_range},
    {(std::int64_t{1} << 32), errc::weight_out_of_range},
    {INT64_MIN, errc::weight_out_of_range},
    {INT64_MAX, errc::weight_out_of_range},
};

constexpr repeated<128> longest_id("i");
constexpr repeated<129> too_long_id("i");

constexpr text_row ids[] = {
    {"i", errc::none},
    {"i-bp1fq61enf4loa5i****", errc::none},
    {"rsp-cige6j5e7p", errc::none},
    {"!#$%&()*+,-./:;<=>?@[]^_`{|}~", errc::none},
    {longest_id, errc::none},
    {"", errc::id_empty},
    {too_long_id, errc::id_too_long},
    {" ", errc::id_alphabet},
    {"vm 1", errc::id_alphabet},
    {"vm-1 ", errc::id_alphabet},
    {"vm\t1", errc::id_alphabet},
    {"vm-1\r\nHost: evil", errc::id_alphabet},
    {"vm\0"sv, errc::id_alphabet},
    {"\0"sv, errc::id_alphabet},
    {"vm\x7f", errc::id_alphabet},
    {"vm\x80", errc::id_alphabet},
    {"vm\xff", errc::id_alphabet},
    {"\xe6\x9c\x8d", errc::id_alphabet},
    {"vm\"", errc::id_alphabet},
    {"vm'", errc::id_alphabet},
    {"vm\\u0022", errc::id_alphabet},
};

// U+670D is three bytes; so are the first and last of the block, U+4E00 and U+9FFF, and their neighbours.
constexpr repeated<80> longest_description("a");
constexpr repeated<81> too_long_description("a");
constexpr repeated<80> longest_chinese("\xe6\x9c\x8d");
constexpr repeated<81> too_long_chinese("\xe6\x9c\x8d");

constexpr text_row descriptions[] = {
    {"a", errc::none},
    {"A-Za-z0-9/._", errc::none},
    {"backup-1/rack.7_b", errc::none},
    {longest_description, errc::none},
    {longest_chinese, errc::none},
    {"\xe4\xb8\x80", errc::none},
    {"\xe9\xbf\xbf", errc::none},
    {"web\xe6\x9c\x8d-1", errc::none},
    {"", errc::description_length},
    {too_long_description, errc::description_length},
    {too_long_chinese, errc::description_length},
    {"a b", errc::description_alphabet},
    {"a,b", errc::description_alphabet},
    {"a\"b", errc::description_alphabet},
    {"a\\b", errc::description_alphabet},
    {"a+b", errc::description_alphabet},
    {"\0"sv, errc::description_alphabet},
    {"a\n", errc::description_alphabet},
    {"a\x7f", errc::description_alphabet},
    // U+4DFF and U+A000, one before and one behind the block.
    {"\xe4\xb7\xbf", errc::description_alphabet},
    {"\xea\x80\x80", errc::description_alphabet},
    // U+3001, U+FF0C: punctuation. U+20000: Chinese, but outside the block.
    {"\xe3\x80\x81", errc::description_alphabet},
    {"\xef\xbc\x8c", errc::description_alphabet},
    {"\xf0\xa0\x80\x80", errc::description_alphabet},
    // Latin-1, and e with acute accent.
    {"\xe9", errc::description_alphabet},
    {"\xc3\xa9", errc::description_alphabet},
    // UTF-8 that is cut, that has no lead, or whose tail is none.
    {"\xe6", errc::description_alphabet},
    {"\xe6\x9c", errc::description_alphabet},
    {"abc\xe6\x9c", errc::description_alphabet},
    {"\xe6\x9c\xe6\x9c\x8d", errc::description_alphabet},
    {"\x9c\x8d", errc::description_alphabet},
    {"\xe6\x9c\x0d", errc::description_alphabet},
    {"\xe6\xdc\x8d", errc::description_alphabet},
    {"\xe6\x9c\xcd", errc::description_alphabet},
    {"\xe6\x1c\x8d", errc::description_alphabet},
    {"\xe6\"\"", errc::description_alphabet},
};

constexpr text_row server_types[] = {
    {"ecs", errc::none},
    {"eni", errc::none},
    {"eci", errc::none},
    {"", errc::server_type_unknown},
    {"ECS", errc::server_type_unknown},
    {"ec", errc::server_type_unknown},
    {"ecs ", errc::server_type_unknown},
    {"ecs\0"sv, errc::server_type_unknown},
    {"ip", errc::server_type_unknown},
};

constexpr text_row listener_protocols[] = {
    {"tcp", errc::none},
    {"udp", errc::none},
    {"http", errc::none},
    {"https", errc::none},
    {"", errc::listener_protocol_unknown},
    {"TCP", errc::listener_protocol_unknown},
    {"httpx", errc::listener_protocol_unknown},
    {"htt", errc::listener_protocol_unknown},
    {" tcp", errc::listener_protocol_unknown},
    {"tcp\0"sv, errc::listener_protocol_unknown},
    {"tls", errc::listener_protocol_unknown},
};

// Of both halves of a tag: what they may be made of. U+670D has three bytes, U+1F3AE four.
constexpr repeated<64> longest_key("k");
constexpr repeated<65> too_long_key("k");
constexpr repeated<64> longest_chinese_key("\xe6\x9c\x8d");
constexpr repeated<65> too_long_chinese_key("\xe6\x9c\x8d");
constexpr repeated<128> longest_tag_value("v");
constexpr repeated<129> too_long_tag_value("v");
constexpr repeated<128> longest_chinese_value("\xe6\x9c\x8d");
constexpr repeated<129> too_long_chinese_value("\xe6\x9c\x8d");
constexpr text_row tag_texts[] = {
    {"env", errc::none},
    {" ", errc::none},
    {"two words", errc::none},
    {"a\"b'c\\d&e=f+g%h", errc::none},
    {"\xc3\xa9\xe6\x9c\x8d\xf0\x9f\x8e\xae", errc::none},
    {"\xc2\xa0", errc::none},
    {"Aliyun", errc::none},
    {"ALIYUN", errc::none},
    {"an aliyun", errc::none},
    {"aliyu", errc::none},
    {"acs", errc::none},
    {"acs-x", errc::none},
    {"x acs:", errc::none},
    {"http:/", errc::none},
    {"http", errc::none},
    {"HTTP://x", errc::none},
    {"ftp://x", errc::none},
    {"aliyun", errc::tag_reserved},
    {"aliyun.com", errc::tag_reserved},
    {"acs:", errc::tag_reserved},
    {"acs:x", errc::tag_reserved},
    {"http://", errc::tag_reserved},
    {"see http://example.com", errc::tag_reserved},
    {"https://", errc::tag_reserved},
    {"xhttps://y", errc::tag_reserved},
    {"a\0b"sv, errc::tag_alphabet},
    {"a\nb", errc::tag_alphabet},
    {"\t", errc::tag_alphabet},
    {"\x1f", errc::tag_alphabet},
    {"a\x7f", errc::tag_alphabet},
    // U+0080 and U+009F, which terminals obey; cut, overlong, a surrogate, beyond Unicode.
    {"\xc2\x80", errc::tag_alphabet},
    {"a\xc2\x9f", errc::tag_alphabet},
    {"a\xe6\x9c", errc::tag_alphabet},
    {"\xc0\xaf", errc::tag_alphabet},
    {"\xed\xa0\x80", errc::tag_alphabet},
    {"\xf4\x90\x80\x80", errc::tag_alphabet},
    {"\xe9", errc::tag_alphabet},
};
constexpr text_row tag_keys[] = {
    {"k", errc::none},
    {longest_key, errc::none},
    {longest_chinese_key, errc::none},
    {"", errc::tag_key_length},
    {too_long_key, errc::tag_key_length},
    {too_long_chinese_key, errc::tag_key_length},
    {longest_tag_value, errc::tag_key_length},
};
constexpr text_row tag_values[] = {
    {"", errc::none},
    {too_long_key, errc::none},
    {longest_tag_value, errc::none},
    {longest_chinese_value, errc::none},
    {too_long_tag_value, errc::tag_value_length},
    {too_long_chinese_value, errc::tag_value_length},
};

constexpr errc bad_address = errc::server_address_malformed;
constexpr text_row addresses[] = {
    {"192.0.2.11", errc::none},
    {"0.0.0.0", errc::none},
    {"255.255.255.255", errc::none},
    {"1.2.3.4", errc::none},
    {"::", errc::none},
    {"::1", errc::none},
    {"1::", errc::none},
    {"2001:db8::1", errc::none},
    {"2001:DB8:0:0:8:800:200C:417A", errc::none},
    {"1:2:3:4:5:6:7:8", errc::none},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", errc::none},
    // One group left out is still a gap (RFC 4291 section 2.2: "one or more").
    {"1:2:3:4:5:6:7::", errc::none},
    {"::2:3:4:5:6:7:8", errc::none},
    {"1::3:4:5:6:7:8", errc::none},
    {"::ffff:192.0.2.128", errc::none},
    {"64:ff9b::192.0.2.33", errc::none},
    {"1:2:3:4:5:6:192.0.2.1", errc::none},
    {"1:2:3:4:5::192.0.2.1", errc::none},
    {"::192.0.2.1", errc::none},

    {"", bad_address},
    {" 192.0.2.11", bad_address},
    {"192.0.2.11 ", bad_address},
    {"192.0.2.11\n", bad_address},
    {"192.0.2.11\0"sv, bad_address},
    {"192.0.2", bad_address},
    {"192.0.2.", bad_address},
    {".192.0.2.1", bad_address},
    {"192..2.1", bad_address},
    {"192.0.2.11.", bad_address},
    {"192.0.2.11.1", bad_address},
    {"192.0.2.256", bad_address},
    {"192.0.2.999", bad_address},
    {"192.0.2.1000", bad_address},
    {"4294967297.0.2.1", bad_address},
    // Leading zeros are octal to some readers.
    {"192.0.2.01", bad_address},
    {"192.0.2.00", bad_address},
    {"010.0.0.1", bad_address},
    {"0x7f.0.0.1", bad_address},
    {"2130706433", bad_address},
    {"127.1", bad_address},
    {"-1.0.0.1", bad_address},
    {"+1.0.0.1", bad_address},
    {"1.2.3.4/24", bad_address},
    {"1.2.3.4:80", bad_address},
    // Digits of another script: Arabic-Indic one.
    {"\xd9\xa1.2.3.4", bad_address},
    {"vm-1", bad_address},
    {"localhost", bad_address},

    {":", bad_address},
    {":::", bad_address},
    {"::::", bad_address},
    {":1", bad_address},
    {"1:", bad_address},
    {"1::2:", bad_address},
    {":1::2", bad_address},
    {"1::2::3", bad_address},
    {"1:::2", bad_address},
    {"1:2:3:4:5:6:7", bad_address},
    {"1:2:3:4:5:6:7:8:9", bad_address},
    {"1:2:3:4:5:6:7:8:", bad_address},
    {"1:2:3:4:5:6:7:8::", bad_address},
    {"::1:2:3:4:5:6:7:8", bad_address},
    {"1::2:3:4:5:6:7:8", bad_address},
    {"12345::", bad_address},
    {"00001::", bad_address},
    {"g::", bad_address},
    {"::-1", bad_address},
    {"[::1]", bad_address},
    {"fe80::1%eth0", bad_address},
    {"2001:db8::/32", bad_address},
    {"::1 ", bad_address},
    {"::1\0"sv, bad_address},
    {"::192.0.2", bad_address},
    {"::192.0.2.256", bad_address},
    {"::192.0.2.01", bad_address},
    {"::c0.0.2.1", bad_address},
    {"::1234.0.2.1", bad_address},
    {"192.0.2.1::", bad_address},
    {"::192.0.2.1:1", bad_address},
    {"1:2:3:4:5:6:7:192.0.2.1", bad_address},
    {"1:2:3:4:5:192.0.2.1", bad_address},
    {"::1:2:3:4:5:6:192.0.2.1", bad_address},
};

static_assert(obeys<slb::port_number>(ports));
static_assert(obeys<slb::server_weight>(weights));
static_assert(obeys<slb::region_id>(ids));
static_assert(obeys<slb::vserver_group_id>(ids));
static_assert(obeys<slb::server_id>(ids));
static_assert(obeys<slb::load_balancer_id>(ids));
static_assert(obeys<slb::server_description>(descriptions));
static_assert(obeys<slb::vserver_group_name>(descriptions));
static_assert(obeys<slb::listener_protocol>(listener_protocols));
static_assert(obeys<slb::tag_key>(tag_texts) && obeys<slb::tag_key>(tag_keys));
static_assert(obeys<slb::tag_value>(tag_texts) && obeys<slb::tag_value>(tag_values));
static_assert(obeys<slb::server_type>(server_types));
static_assert(obeys<slb::server_address>(addresses));

/// What a function writes to stderr before it ends its process by abort(); empty when it does not.
template <class F>
std::string last_words(F f) {
    int ends[2] = {};
    BOOST_TEST_REQUIRE(::pipe(ends) == 0);
    ::pid_t const child = ::fork();
    BOOST_TEST_REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        ::dup2(ends[1], STDERR_FILENO);
        f();
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string words;
    char buffer[256];
    for (::ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        words.append(buffer, static_cast<std::size_t>(n));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? words : std::string();
}

template <class S>
concept can_be_deferred = requires(S&& text) {
    slb::runtime(static_cast<S&&>(text));
};

} // namespace

BOOST_AUTO_TEST_CASE(ports_are_1_to_65535) { check_rows<slb::port_number>(ports); }
BOOST_AUTO_TEST_CASE(weights_are_0_to_100) { check_rows<slb::server_weight>(weights); }
BOOST_AUTO_TEST_CASE(ids_are_1_to_128_printable_characters) {
    check_rows<slb::region_id>(ids);
    check_rows<slb::vserver_group_id>(ids);
    check_rows<slb::server_id>(ids);
}
BOOST_AUTO_TEST_CASE(descriptions_are_1_to_80_code_points_of_their_alphabet) {
    check_rows<slb::server_description>(descriptions);
}
BOOST_AUTO_TEST_CASE(server_types_are_ecs_eni_and_eci) { check_rows<slb::server_type>(server_types); }
BOOST_AUTO_TEST_CASE(server_addresses_are_ipv4_or_ipv6) { check_rows<slb::server_address>(addresses); }

BOOST_AUTO_TEST_CASE(load_balancers_are_named_by_ids) { check_rows<slb::load_balancer_id>(ids); }
BOOST_AUTO_TEST_CASE(names_of_groups_are_made_as_descriptions_are) {
    check_rows<slb::vserver_group_name>(descriptions);
}
BOOST_AUTO_TEST_CASE(listeners_speak_tcp_udp_http_or_https) {
    check_rows<slb::listener_protocol>(listener_protocols);
}
BOOST_AUTO_TEST_CASE(keys_of_tags_are_1_to_64_characters_without_reserved_ones) {
    check_rows<slb::tag_key>(tag_texts);
    check_rows<slb::tag_key>(tag_keys);
}
BOOST_AUTO_TEST_CASE(values_of_tags_are_up_to_128_characters_without_reserved_ones) {
    check_rows<slb::tag_value>(tag_texts);
    check_rows<slb::tag_value>(tag_values);
}

BOOST_AUTO_TEST_CASE(a_flag_is_a_bool_and_nothing_else) {
    static_assert(slb::flag(true).value() && !slb::flag(false).value());
    static_assert(slb::flag(true) == slb::flag(true) && slb::flag(true) != slb::flag(false));
    static_assert(slb::flag::broken_rule() == errc::none);
    static_assert(std::is_convertible_v<bool, slb::flag>);
    static_assert(std::is_convertible_v<bool, slb::maybe<slb::flag>>);
    // Numbers, texts and pointers convert to bool, and are not meant.
    static_assert(!std::is_convertible_v<int, slb::flag>);
    static_assert(!std::is_convertible_v<char const*, slb::flag>);
    static_assert(!std::is_convertible_v<std::string, slb::flag>);
    static_assert(!std::is_convertible_v<double, slb::flag>);
    static_assert(!std::is_convertible_v<int, slb::maybe<slb::flag>>);
    static_assert(!std::is_convertible_v<char const*, slb::maybe<slb::flag>>);
    bool known_at_run_time = false;
    slb::flag const no = known_at_run_time;
    known_at_run_time = true;
    slb::maybe<slb::flag> const yes = known_at_run_time;
    BOOST_TEST(!no.value());
    BOOST_TEST_REQUIRE(yes.has_value());
    BOOST_TEST(yes->value());
    BOOST_TEST(!slb::maybe<slb::flag>().has_value());
    BOOST_TEST((slb::maybe<slb::flag>(false) != slb::maybe<slb::flag>()));
}

BOOST_AUTO_TEST_CASE(a_required_list_is_a_list_that_is_given) {
    using required = slb::required_list<slb::server_id, 3>;
    using optional = slb::list<slb::server_id, 3>;
    required const literal{"a", "b"};
    BOOST_TEST(literal.size() == 2U);
    BOOST_TEST(literal[1].text() == "b");
    std::string const id = "run-time";
    required const mixed{runtime(id), "c"};
    BOOST_TEST(mixed[0].text() == "run-time");
    // What a program filled at run time may be empty: the encoder looks.
    static_assert(std::is_convertible_v<optional, required>);
    optional filled;
    BOOST_TEST(required(filled).empty());
    filled.push_back("d");
    required grown = filled;
    grown.push_back("e");
    BOOST_TEST(grown.size() == 2U);
    BOOST_TEST(grown[0].text() == "d");
    for (int i = 0; i != 2; ++i) grown.push_back("f");
    BOOST_TEST(grown.overfull());
    BOOST_TEST(grown.added() == 4U);
    static_assert(required::capacity() == 3);
}

BOOST_AUTO_TEST_CASE(every_byte_is_in_the_alphabet_of_ids_or_not) {
    for (int byte = 0; byte != 256; ++byte) {
        char const text[1] = {static_cast<char>(byte)};
        bool const good = byte > 0x20 && byte < 0x7f && byte != 0x22 && byte != 0x27 && byte != 0x5c;
        BOOST_TEST_CONTEXT("byte " << byte) {
            slb::server_id const id{runtime(std::string_view(text, 1))};
            BOOST_TEST((id.broken_rule() == (good ? errc::none : errc::id_alphabet)));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_code_point_of_three_bytes_is_in_the_alphabet_of_descriptions_or_not) {
    int wrong = 0;
    for (std::uint32_t point = 0x800; point != 0x10000; ++point) {
        char const text[3] = {static_cast<char>(0xe0 | point >> 12),
                              static_cast<char>(0x80 | (point >> 6 & 63)),
                              static_cast<char>(0x80 | (point & 63))};
        bool const good = point >= 0x4e00 && point <= 0x9fff;
        slb::server_description const description{runtime(std::string_view(text, 3))};
        if (description.broken_rule() != (good ? errc::none : errc::description_alphabet)) ++wrong;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_literal_is_checked_at_compile_time_and_keeps_its_text_or_number) {
    constexpr slb::server_id id = "vm-235";
    static_assert(id.text() == "vm-235" && id.broken_rule() == errc::none);
    constexpr slb::region_id viewed = "cn-hangzhou"sv;
    static_assert(viewed.text() == "cn-hangzhou");
    constexpr slb::port_number port = 8080;
    static_assert(port.number() == 8080 && port.broken_rule() == errc::none);
    constexpr slb::server_weight small = std::uint8_t{100};
    static_assert(small.number() == 100);
    constexpr slb::server_address address = "2001:db8::1";
    BOOST_TEST(address.text() == "2001:db8::1");
}

BOOST_AUTO_TEST_CASE(literals_can_be_the_default_members_of_a_struct) {
    // With clang 14 it is linking that used to fail here.
    struct settings {
        slb::region_id region = "cn-hangzhou";
        slb::port_number port = 80;
        slb::maybe<slb::server_weight> weight = 100;
        slb::maybe<slb::server_type> type = "ecs";
        slb::list<slb::port_number, 3> others{81, 82};
    };
    settings changed;
    BOOST_TEST(changed.region.text() == "cn-hangzhou");
    BOOST_TEST(changed.port.number() == 80);
    BOOST_TEST(changed.weight->number() == 100);
    BOOST_TEST(changed.type->text() == "ecs");
    BOOST_TEST(changed.others[1].number() == 82);
    changed.port = runtime(70000);
    BOOST_TEST((changed.port.broken_rule() == errc::port_out_of_range));
}

BOOST_AUTO_TEST_CASE(a_value_of_run_time_is_not_checked_before_somebody_asks) {
    std::string const long_name(1000, ' ');
    slb::server_id const id = runtime(long_name);
    BOOST_TEST(id.text().size() == 1000U);
    BOOST_TEST(static_cast<void const*>(id.text().data()) == static_cast<void const*>(long_name.data()));
    BOOST_TEST((id.broken_rule() == errc::id_too_long));
}

BOOST_AUTO_TEST_CASE(equal_values_are_equal_checked_or_not) {
    constexpr slb::server_id literal = "vm-1";
    static_assert(literal == slb::server_id(runtime("vm-1")) && literal != slb::server_id("vm-2"));
    constexpr slb::port_number port = 80;
    static_assert(port == slb::port_number(runtime(80)) && port != slb::port_number(81));
    std::string const text = "vm-1";
    BOOST_TEST((slb::server_id(runtime(text)) == literal));
}

BOOST_AUTO_TEST_CASE(a_value_is_cheap_to_copy) {
    static_assert(std::is_trivially_copyable_v<slb::server_id> && sizeof(slb::server_id) <= 24);
    static_assert(std::is_trivially_copyable_v<slb::port_number> && sizeof(slb::port_number) == 8);
    static_assert(std::is_trivially_copyable_v<slb::maybe<slb::server_id>>);
    static_assert(std::is_trivially_copyable_v<slb::list<slb::port_number, 20>>);
    BOOST_TEST(sizeof(slb::maybe<slb::port_number>) == 16U);
}

BOOST_AUTO_TEST_CASE(a_number_or_text_of_run_time_does_not_become_a_value_without_runtime) {
    static_assert(!std::is_convertible_v<slb::port_number, int>);
    static_assert(std::is_convertible_v<slb::runtime_number, slb::port_number>);
    static_assert(!std::is_convertible_v<slb::runtime_text, slb::port_number>);
    static_assert(std::is_convertible_v<slb::runtime_text, slb::server_id>);
    static_assert(!std::is_convertible_v<slb::runtime_number, slb::server_id>);
    static_assert(!std::is_convertible_v<slb::server_id, slb::region_id>);
    BOOST_TEST(runtime("x").text == "x");
}

BOOST_AUTO_TEST_CASE(runtime_takes_strings_that_outlive_it_and_refuses_those_about_to_die) {
    static_assert(can_be_deferred<std::string&>);
    static_assert(can_be_deferred<std::string const&>);
    static_assert(can_be_deferred<std::string_view>);
    static_assert(can_be_deferred<std::string_view const&>);
    static_assert(can_be_deferred<char const*>);
    static_assert(can_be_deferred<char const(&)[5]>);
    static_assert(!can_be_deferred<std::string>);
    static_assert(!can_be_deferred<std::string const>);
    static_assert(!can_be_deferred<std::string&&>);
    std::string const kept = "cn-hangzhou";
    BOOST_TEST(static_cast<void const*>(runtime(kept).text.data()) == static_cast<void const*>(kept.data()));
}

BOOST_AUTO_TEST_CASE(a_null_pointer_as_getenv_gives_one_is_an_empty_text) {
    char const* const missing = nullptr;
    static_assert(runtime(static_cast<char const*>(nullptr)).text.empty());
    slb::region_id const region = runtime(missing);
    BOOST_TEST((region.broken_rule() == errc::id_empty));
    BOOST_TEST((slb::checked<slb::region_id>(missing).error() == errc::id_empty));
    char writable[] = "cn-hangzhou";
    BOOST_TEST(runtime(static_cast<char*>(writable)).text == "cn-hangzhou");
}

BOOST_AUTO_TEST_CASE(runtime_takes_whole_numbers_only) {
    static_assert(can_be_deferred<int> && can_be_deferred<std::uint16_t> && can_be_deferred<std::int64_t>);
    static_assert(can_be_deferred<unsigned long long> && can_be_deferred<signed char>);
    static_assert(!can_be_deferred<bool> && !can_be_deferred<double> && !can_be_deferred<float>);
    static_assert(!can_be_deferred<char> && !can_be_deferred<char16_t> && !can_be_deferred<wchar_t>);
    BOOST_TEST(runtime(-5).number == -5);
}

BOOST_AUTO_TEST_CASE(unsigned_numbers_saturate_and_never_wrap_into_the_range) {
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    static_assert(runtime(largest).number == INT64_MAX);
    static_assert(runtime(std::uint64_t{INT64_MAX}).number == INT64_MAX);
    static_assert(runtime(std::uint64_t{INT64_MAX} + 1).number == INT64_MAX);
    static_assert(runtime(std::uint64_t{80}).number == 80);
    static_assert(runtime(std::uint32_t{4294967295U}).number == 4294967295);
    static_assert(runtime(std::int64_t{INT64_MIN}).number == INT64_MIN);
    // 2^64 - 1 would be -1, and 2^63 + 80 would be 80 in 63 bits.
    BOOST_TEST((slb::port_number(runtime(largest)).broken_rule() == errc::port_out_of_range));
    std::uint64_t const tricky = (std::uint64_t{1} << 63) + 80;
    BOOST_TEST((slb::port_number(runtime(tricky)).broken_rule() == errc::port_out_of_range));
}

BOOST_AUTO_TEST_CASE(a_value_is_checked_early) {
    constexpr auto port = slb::checked<slb::port_number>(8080);
    static_assert(port && port->number() == 8080);
    constexpr auto bad = slb::checked<slb::port_number>(70000);
    static_assert(!bad && bad.error() == errc::port_out_of_range);
    int const number = 70000;
    auto const found = slb::checked<slb::port_number>(number);
    BOOST_TEST_REQUIRE(!found);
    char shown[100];
    std::size_t const size = found.error().copy(shown, sizeof shown);
    BOOST_TEST(std::string_view(shown, size) == "not sent: must be between 1 and 65535, is 70000");
    std::string const name = "vm-1";
    BOOST_TEST(slb::checked<slb::server_id>(name)->text() == "vm-1");
}

BOOST_AUTO_TEST_CASE(a_value_left_out_is_not_zero) {
    constexpr slb::maybe<slb::server_weight> left_out;
    constexpr slb::maybe<slb::server_weight> zero = 0;
    static_assert(!left_out && !left_out.has_value());
    static_assert(zero && zero.has_value() && zero->number() == 0 && (*zero).number() == 0);
    static_assert(left_out != zero);
    static_assert(left_out.value_or(50).number() == 50 && zero.value_or(50).number() == 0);
    BOOST_TEST(!slb::maybe<std::int32_t>().has_value());
}

BOOST_AUTO_TEST_CASE(a_maybe_takes_literals_values_and_deferred_values) {
    constexpr slb::maybe<slb::server_type> literal = "eni";
    static_assert(literal->text() == "eni");
    int const number = 55;
    slb::maybe<slb::server_weight> const deferred = runtime(number);
    BOOST_TEST(deferred->number() == 55);
    std::string const text = "ecs";
    slb::maybe<slb::server_type> const deferred_text = runtime(text);
    BOOST_TEST(deferred_text->text() == "ecs");
    slb::server_weight const value = 7;
    slb::maybe<slb::server_weight> const held = value;
    BOOST_TEST(held->number() == 7);
}

BOOST_AUTO_TEST_CASE(maybes_compare_by_presence_then_value) {
    using maybe = slb::maybe<std::int32_t>;
    static_assert(maybe() == maybe() && maybe(1) == maybe(1));
    static_assert(maybe() != maybe(0) && maybe(1) != maybe(2));
    maybe changed = maybe(3);
    changed = maybe();
    BOOST_TEST((changed == maybe()));
}

BOOST_AUTO_TEST_CASE(reading_a_value_left_out_ends_the_program_with_a_sentence) {
    slb::maybe<slb::server_weight> const left_out;
    BOOST_TEST(last_words([&] { static_cast<void>((*left_out).number()); }) ==
               "slb: a value that was left out was read\n");
    BOOST_TEST(last_words([&] { static_cast<void>(left_out->number()); }) ==
               "slb: a value that was left out was read\n");
}

BOOST_AUTO_TEST_CASE(the_value_of_a_refused_input_ends_the_program_with_a_sentence) {
    auto const refused = slb::checked<slb::port_number>(0);
    BOOST_TEST(last_words([&] { static_cast<void>(refused.value().number()); }) ==
               "slb: value() was called on a result that holds an error\n");
}

BOOST_AUTO_TEST_CASE(a_list_mixes_literals_and_values_of_run_time) {
    std::int64_t const number = 70000;
    slb::list<slb::port_number, 4> const ports_of_list{80, runtime(number), slb::port_number(443)};
    BOOST_TEST_REQUIRE(ports_of_list.size() == 3U);
    BOOST_TEST(!ports_of_list.empty());
    BOOST_TEST(!ports_of_list.overfull());
    BOOST_TEST(ports_of_list.capacity() == 4U);
    BOOST_TEST(ports_of_list[0].number() == 80);
    BOOST_TEST(ports_of_list[1].number() == 70000);
    BOOST_TEST((ports_of_list[1].broken_rule() == errc::port_out_of_range));
    BOOST_TEST(ports_of_list[2].number() == 443);
    BOOST_TEST(ports_of_list.end() - ports_of_list.begin() == 3);
}

BOOST_AUTO_TEST_CASE(a_new_list_is_empty) {
    constexpr slb::list<slb::server_id, 3> nothing;
    static_assert(nothing.size() == 0 && nothing.empty() && !nothing.overfull());
    static_assert(slb::list<slb::server_id, 3>::capacity() == 3);
    slb::list<slb::server_id, 3> const braces{};
    BOOST_TEST(braces.empty());
    BOOST_TEST((braces.begin() == braces.end()));
}

BOOST_AUTO_TEST_CASE(a_list_filled_to_its_capacity_is_not_overfull) {
    slb::list<slb::port_number, 3> full{1, 2, 3};
    BOOST_TEST(full.size() == 3U);
    BOOST_TEST(!full.overfull());
}

BOOST_AUTO_TEST_CASE(items_pushed_beyond_the_capacity_are_counted_and_not_kept) {
    slb::list<slb::port_number, 3> pushed;
    for (int port = 1; port <= 5; ++port) {
        pushed.push_back(runtime(port));
        BOOST_TEST(pushed.size() == static_cast<std::size_t>(port < 3 ? port : 3));
        BOOST_TEST(pushed.overfull() == (port > 3));
    }
    BOOST_TEST(pushed[2].number() == 3);
    BOOST_TEST(pushed.end() - pushed.begin() == 3);
    pushed.clear();
    BOOST_TEST(pushed.empty());
    BOOST_TEST(!pushed.overfull());
    pushed.push_back(9);
    BOOST_TEST(pushed[0].number() == 9);
}

BOOST_AUTO_TEST_CASE(a_list_is_copied_with_what_it_holds) {
    slb::list<slb::port_number, 3> first{1, 2};
    slb::list<slb::port_number, 3> copy = first;
    first[0] = slb::port_number(7);
    first.push_back(3);
    BOOST_TEST(copy.size() == 2U);
    BOOST_TEST(copy[0].number() == 1);
    first.push_back(4);
    copy = first;
    BOOST_TEST(copy.overfull());
    BOOST_TEST(copy[0].number() == 7);
    slb::list<slb::port_number, 3> const moved = std::move(copy);
    BOOST_TEST(moved[2].number() == 3);
    BOOST_TEST(moved.overfull());
}

BOOST_AUTO_TEST_CASE(a_view_of_a_list_shows_its_elements) {
    static constexpr std::int32_t numbers[] = {1, 2, 3};
    constexpr slb::list_view<std::int32_t> view(numbers, 3);
    static_assert(view.size() == 3 && view[2] == 3 && !view.empty() && *view.begin() == 1);
    static_assert(slb::list_view<std::int32_t>().empty());
    static constexpr std::int32_t same[] = {1, 2, 3};
    static_assert(view == slb::list_view<std::int32_t>(same, 3));
    static_assert(view != slb::list_view<std::int32_t>(same, 2));
    static constexpr std::int32_t others[] = {1, 2, 4};
    static_assert(view != slb::list_view<std::int32_t>(others, 3));
    std::int32_t sum = 0;
    for (std::int32_t number : view) sum += number;
    BOOST_TEST(sum == 6);
}

BOOST_AUTO_TEST_CASE(a_value_that_may_be_left_out_compares_with_what_the_value_compares_with) {
    slb::maybe<std::string_view> const name{std::string_view("web")};
    std::string const same = "web";
    BOOST_TEST((name == same && name == same.c_str() && name == "web" && same == name));
    BOOST_TEST((name != std::string("game")));
    BOOST_TEST((slb::maybe<std::string_view>{} != same));
    BOOST_TEST((slb::maybe<std::string_view>{} != ""));
    BOOST_TEST((slb::maybe<std::int32_t>{5} == 5L));
}

BOOST_AUTO_TEST_SUITE_END()
