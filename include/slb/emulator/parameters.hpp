#ifndef SLB_EMULATOR_PARAMETERS_HPP
#define SLB_EMULATOR_PARAMETERS_HPP

#include <slb/rules.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// A decoded parameter of a query or a form body.
struct parameter {
    std::string name;
    std::string value;
};

namespace detail {

/// Whether a text is UTF-8 (RFC 3629): shortest forms, no surrogates, nothing above U+10FFFF.
inline bool is_utf8(std::string_view text) {
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    for (std::size_t i = 0; i < text.size();) {
        unsigned const lead = byte(i);
        std::size_t const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (size == 0 || lead > 0xf4 || text.size() - i < size) return false;
        for (std::size_t k = 1; k < size; ++k)
            if ((byte(i + k) & 0xc0U) != 0x80) return false;
        if (lead == 0xe0 && byte(i + 1) < 0xa0) return false;
        if (lead == 0xed && byte(i + 1) > 0x9f) return false;
        if (lead == 0xf0 && byte(i + 1) < 0x90) return false;
        if (lead == 0xf4 && byte(i + 1) > 0x8f) return false;
        i += size;
    }
    return true;
}

/// Undoes percent-encoding; `+` is a space. False: a malformed escape.
inline bool percent_decode(std::string& out, std::string_view text) {
    auto const digit = [](char c) { return is_digit(c) ? c - '0' : lower(c) - 'a' + 10; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
            continue;
        }
        if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
        out.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
        i += 2;
    }
    return true;
}

/// Adds the parameters of `a=1&b=2` in the order in which they stand. A name without `=` has an empty value.
/// Clients escape differently from what they sign (bare ' ( ) * !, lower-case hex), and libraries' form
/// encoders write a space as `+`, in queries too; no captured client puts a bare `+` for a plus on the wire.
/// So everything is decoded here, by the rules of application/x-www-form-urlencoded, and encoded anew for the
/// signature. False: a malformed escape, or a text that is not UTF-8.
inline bool decode_parameters(std::vector<parameter>& out, std::string_view text) {
    while (!text.empty()) {
        std::size_t const end = std::min(text.find('&'), text.size());
        std::string_view const one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.empty()) continue;
        std::size_t const equals = std::min(one.find('='), one.size());
        parameter decoded;
        if (!percent_decode(decoded.name, one.substr(0, equals))) return false;
        if (!percent_decode(decoded.value, one.substr(std::min(equals + 1, one.size())))) return false;
        if (!is_utf8(decoded.name) || !is_utf8(decoded.value)) return false;
        out.push_back(std::move(decoded));
    }
    return true;
}

/// The parameter of that name, or null.
inline std::string const* find_parameter(std::vector<parameter> const& parameters, std::string_view name) {
    for (auto const& one : parameters)
        if (one.name == name) return &one.value;
    return nullptr;
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
