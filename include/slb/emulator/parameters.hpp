#ifndef SLB_EMULATOR_PARAMETERS_HPP
#define SLB_EMULATOR_PARAMETERS_HPP

#include <slb/emulator/text.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// A decoded parameter of a query or a form body.
struct parameter {
    /// @{
    /// Any bytes: what was percent-encoded may be anything, and the same name may occur again.
    std::string name;
    std::string value;
    /// @}
};

namespace detail {

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
        std::string_view value = take_until('&', text);
        if (value.empty()) continue;
        std::string_view const name = take_until('=', value);
        parameter decoded;
        if (!percent_decode(decoded.name, name) || !percent_decode(decoded.value, value)) return false;
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
