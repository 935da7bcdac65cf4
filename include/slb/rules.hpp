#ifndef SLB_RULES_HPP
#define SLB_RULES_HPP

#include <slb/error.hpp>

namespace slb::inline v0_1 {

/// The rules of values, one sentence each. A literal that breaks a rule makes the compiler name its function
/// (it is not constexpr).
namespace rule {
/// @{
/// Says its name in the compiler's error, where a literal breaks the rule or a required value is not given.
/// Never runs: what a program hands in at run time breaks the errc of the same rule. The sources of the rules
/// stand at the types of values.hpp that have them.
[[noreturn]] inline void port_must_be_between_1_and_65535() { std::abort(); }
[[noreturn]] inline void weight_must_be_between_0_and_100() { std::abort(); }
[[noreturn]] inline void id_must_not_be_empty() { std::abort(); }
[[noreturn]] inline void id_must_have_at_most_128_characters() { std::abort(); }
[[noreturn]] inline void id_must_be_printable_ascii_without_space_quote_or_backslash() { std::abort(); }
[[noreturn]] inline void name_or_description_must_have_1_to_80_characters() { std::abort(); }
[[noreturn]] inline void name_or_description_must_be_letters_digits_dash_slash_dot_underscore_or_chinese() {
    std::abort();
}
[[noreturn]] inline void server_type_must_be_ecs_eni_or_eci() { std::abort(); }
[[noreturn]] inline void server_address_must_be_an_ipv4_or_ipv6_address() { std::abort(); }
[[noreturn]] inline void listener_protocol_must_be_tcp_udp_http_or_https() { std::abort(); }
[[noreturn]] inline void tag_key_must_have_1_to_64_characters() { std::abort(); }
[[noreturn]] inline void tag_value_must_have_at_most_128_characters() { std::abort(); }
[[noreturn]] inline void tag_must_be_utf8_without_control_characters() { std::abort(); }
[[noreturn]] inline void tag_must_not_begin_with_aliyun_or_acs_or_hold_http() { std::abort(); }
[[noreturn]] inline void list_must_not_be_empty() { std::abort(); }
[[noreturn]] inline void list_must_not_hold_more_items_than_one_call_takes() { std::abort(); }
[[noreturn]] inline void region_id_is_required() { std::abort(); }
[[noreturn]] inline void vserver_group_id_is_required() { std::abort(); }
[[noreturn]] inline void load_balancer_id_is_required() { std::abort(); }
[[noreturn]] inline void server_id_is_required() { std::abort(); }
[[noreturn]] inline void port_is_required() { std::abort(); }
[[noreturn]] inline void tag_key_is_required() { std::abort(); }
[[noreturn]] inline void flag_is_required() { std::abort(); }
[[noreturn]] inline void action_is_required() { std::abort(); }
[[noreturn]] inline void action_must_be_1_to_64_letters_digits_dashes_or_dots() { std::abort(); }
[[noreturn]] inline void parameter_must_be_named_with_1_to_64_letters_digits_dots_or_underscores() {
    std::abort();
}
[[noreturn]] inline void parameter_must_not_be_named_as_one_that_every_call_has() { std::abort(); }
[[noreturn]] inline void parameter_must_be_utf8() { std::abort(); }
/// @}
} // namespace rule

namespace detail {

/// Ends a constant evaluation with the name of the broken rule. Not consteval: clang 14 evaluates a default
/// member of a struct, `struct config { slb::port_number port = 80; };`, at run time, and would not link.
constexpr void enforce(errc broken) {
    switch (broken) {
    case errc::port_out_of_range: rule::port_must_be_between_1_and_65535();
    case errc::weight_out_of_range: rule::weight_must_be_between_0_and_100();
    case errc::id_empty: rule::id_must_not_be_empty();
    case errc::id_too_long: rule::id_must_have_at_most_128_characters();
    case errc::id_alphabet: rule::id_must_be_printable_ascii_without_space_quote_or_backslash();
    case errc::description_length: rule::name_or_description_must_have_1_to_80_characters();
    case errc::description_alphabet:
        rule::name_or_description_must_be_letters_digits_dash_slash_dot_underscore_or_chinese();
    case errc::server_type_unknown: rule::server_type_must_be_ecs_eni_or_eci();
    case errc::server_address_malformed: rule::server_address_must_be_an_ipv4_or_ipv6_address();
    case errc::listener_protocol_unknown: rule::listener_protocol_must_be_tcp_udp_http_or_https();
    case errc::tag_key_length: rule::tag_key_must_have_1_to_64_characters();
    case errc::tag_value_length: rule::tag_value_must_have_at_most_128_characters();
    case errc::tag_alphabet: rule::tag_must_be_utf8_without_control_characters();
    case errc::tag_reserved: rule::tag_must_not_begin_with_aliyun_or_acs_or_hold_http();
    case errc::action_malformed: rule::action_must_be_1_to_64_letters_digits_dashes_or_dots();
    case errc::parameter_name_malformed:
        rule::parameter_must_be_named_with_1_to_64_letters_digits_dots_or_underscores();
    case errc::parameter_name_taken: rule::parameter_must_not_be_named_as_one_that_every_call_has();
    case errc::parameter_not_utf8: rule::parameter_must_be_utf8();
    default: break;
    }
}
template <std::size_t Items>
consteval void enforce_items() {
    if (Items == 0) rule::list_must_not_be_empty();
}
template <std::size_t Items, std::size_t Capacity>
consteval void enforce_capacity() {
    if (Items > Capacity) rule::list_must_not_hold_more_items_than_one_call_takes();
}

/// Ports are 1 to 65535. Source: documentation of AddVServerGroupBackendServers.
constexpr errc check_port(std::int64_t port) {
    return port >= 1 && port <= 65535 ? errc::none : errc::port_out_of_range;
}
/// Weights are 0 to 100; 0 means that the server gets no requests. Source: as above.
constexpr errc check_weight(std::int64_t weight) {
    return weight >= 0 && weight <= 100 ? errc::none : errc::weight_out_of_range;
}

/// The service states no grammar for ids. This one is the library's: it admits every id ever seen, and
/// nothing that could need an escape inside a JSON text.
constexpr errc check_id(std::string_view id) {
    if (id.empty()) return errc::id_empty;
    if (id.size() > 128) return errc::id_too_long;
    if (is_plain(id)) return errc::none;
    for (char c : id)
        if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\') return errc::id_alphabet;
    return errc::none;
}

/// 1 to 80 code points of letters, digits, - / . _ and (disputed: only the Chinese documentation has them)
/// U+4E00 to U+9FFF.
constexpr errc check_description(std::string_view text) {
    std::size_t characters = is_plain(text) ? text.size() : 0;
    for (std::size_t i = characters; i < text.size(); ++characters) {
        char const c = text[i];
        if (is_letter(c) || is_digit(c) || c == '-' || c == '/' || c == '.' || c == '_') {
            ++i;
            continue;
        }
        auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
        bool const chinese = text.size() - i >= 3 && byte(i) >= 0xe4 && byte(i) <= 0xe9 &&
                             (byte(i + 1) & 0xc0) == 0x80 && (byte(i + 2) & 0xc0) == 0x80 &&
                             (byte(i) != 0xe4 || byte(i + 1) >= 0xb8);
        if (!chinese) return errc::description_alphabet;
        i += 3;
    }
    return characters >= 1 && characters <= 80 ? errc::none : errc::description_length;
}

/// ecs, eni (documentation of 2021) and eci (the vendor's current SDK).
constexpr errc check_server_type(std::string_view type) {
    return is(type, "ecs") || is(type, "eni") || is(type, "eci") ? errc::none : errc::server_type_unknown;
}

/// The listeners that the API has; its pages on health checks list no values.
constexpr errc check_listener_protocol(std::string_view protocol) {
    bool const known =
        is(protocol, "tcp") || is(protocol, "udp") || is(protocol, "http") || is(protocol, "https");
    return known ? errc::none : errc::listener_protocol_unknown;
}

/// Of both halves of a tag. Source: the vendor's SDK, slb-20140515, CreateVServerGroupRequest; that control
/// characters are refused is ours.
constexpr errc check_tag(std::string_view text, std::size_t& characters) {
    for (std::size_t at = 0; at != text.size(); ++characters) {
        std::size_t const length = utf8_length(text.substr(at));
        if (length == 0 || control_length(text.substr(at)) != 0) return errc::tag_alphabet;
        at += length;
    }
    bool const reserved = text.substr(0, 6) == "aliyun" || text.substr(0, 4) == "acs:" ||
                          text.find("http://") != text.npos || text.find("https://") != text.npos;
    return reserved ? errc::tag_reserved : errc::none;
}
constexpr errc check_tag_key(std::string_view key) {
    std::size_t characters = 0;
    errc const broken = check_tag(key, characters);
    if (broken != errc::none) return broken;
    return characters >= 1 && characters <= 64 ? errc::none : errc::tag_key_length;
}
constexpr errc check_tag_value(std::string_view value) {
    std::size_t characters = 0;
    errc const broken = check_tag(value, characters);
    if (broken != errc::none) return broken;
    return characters <= 128 ? errc::none : errc::tag_value_length;
}

constexpr bool is_ipv4(std::string_view text) {
    int parts = 0;
    for (std::size_t i = 0; parts < 4; ++parts) {
        std::size_t const begin = i;
        int value = 0;
        while (i < text.size() && i - begin < 3 && is_digit(text[i])) value = value * 10 + (text[i++] - '0');
        bool const leading_zero = i - begin > 1 && text[begin] == '0';
        if (i == begin || value > 255 || leading_zero) return false;
        if (parts == 3) return i == text.size();
        if (i == text.size() || text[i++] != '.') return false;
    }
    return false;
}

/// RFC 4291 section 2.2, without zone or brackets.
constexpr bool is_ipv6(std::string_view text) {
    int groups = 0;
    bool gap = false;
    std::size_t i = 0;
    if (text.substr(0, 2) == "::") {
        gap = true;
        i = 2;
    }
    while (i < text.size()) {
        std::size_t const begin = i;
        while (i < text.size() && i - begin < 4 && is_hex(text[i])) ++i;
        if (i == begin) return false;
        if (i < text.size() && text[i] == '.') {
            groups += 2;
            return is_ipv4(text.substr(begin)) && (gap ? groups < 8 : groups == 8);
        }
        if (++groups > 8) return false;
        if (i == text.size()) break;
        if (text[i++] != ':') return false;
        if (i == text.size()) return false;
        if (text[i] == ':') {
            if (gap) return false;
            gap = true;
            ++i;
        }
    }
    return gap ? groups < 8 : groups == 8;
}

constexpr errc check_server_address(std::string_view text) {
    return is_ipv4(text) || is_ipv6(text) ? errc::none : errc::server_address_malformed;
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
