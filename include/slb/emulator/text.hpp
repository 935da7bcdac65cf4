#ifndef SLB_EMULATOR_TEXT_HPP
#define SLB_EMULATOR_TEXT_HPP

#include <slb/rules.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

namespace slb::inline v0_1::detail {

[[nodiscard]] inline std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (auto part : parts) text.append(part);
    return text;
}

/// Without spaces and tabs around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Takes what stands before the next separator off `rest`, and the separator with it.
[[nodiscard]] constexpr std::string_view take_until(char separator, std::string_view& rest) {
    std::string_view const taken = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(taken.size() + 1, rest.size()));
    return taken;
}

[[nodiscard]] inline std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

/// Whether a text is UTF-8 (RFC 3629): shortest forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] inline bool is_utf8(std::string_view text) {
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

} // namespace slb::inline v0_1::detail

#endif
