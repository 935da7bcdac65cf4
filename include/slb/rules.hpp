#ifndef SLB_RULES_HPP
#define SLB_RULES_HPP

#include <slb/error.hpp>

namespace slb::inline v0_1 {

/// The rules of values, one sentence each. A literal that breaks a rule makes the compiler name its function
/// (it is not constexpr).
namespace rule {
[[noreturn]] inline void port_must_be_between_1_and_65535() { std::abort(); }
[[noreturn]] inline void weight_must_be_between_0_and_100() { std::abort(); }
[[noreturn]] inline void id_must_not_be_empty() { std::abort(); }
[[noreturn]] inline void id_must_have_at_most_128_characters() { std::abort(); }
[[noreturn]] inline void id_must_be_printable_ascii_without_space_quote_or_backslash() { std::abort(); }
[[noreturn]] inline void description_must_have_1_to_80_characters() { std::abort(); }
[[noreturn]] inline void description_must_be_letters_digits_dash_slash_dot_underscore_or_chinese() {
    std::abort();
}
[[noreturn]] inline void server_type_must_be_ecs_eni_or_eci() { std::abort(); }
[[noreturn]] inline void server_address_must_be_an_ipv4_or_ipv6_address() { std::abort(); }
[[noreturn]] inline void list_must_not_hold_more_items_than_one_call_takes() { std::abort(); }
[[noreturn]] inline void region_id_is_required() { std::abort(); }
[[noreturn]] inline void vserver_group_id_is_required() { std::abort(); }
[[noreturn]] inline void server_id_is_required() { std::abort(); }
[[noreturn]] inline void port_is_required() { std::abort(); }
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
    case errc::description_length: rule::description_must_have_1_to_80_characters();
    case errc::description_alphabet:
        rule::description_must_be_letters_digits_dash_slash_dot_underscore_or_chinese();
    case errc::server_type_unknown: rule::server_type_must_be_ecs_eni_or_eci();
    case errc::server_address_malformed: rule::server_address_must_be_an_ipv4_or_ipv6_address();
    default: break;
    }
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
