#ifndef SLB_TEXT_HPP
#define SLB_TEXT_HPP

#include <slb/version.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace slb::inline v0_1 {

namespace detail {

// Characters.

/// A predicate of characters as a table.
struct byte_set {
    bool has[256] = {};
    constexpr explicit byte_set(bool (*predicate)(char)) {
        for (int c = 0; c != 256; ++c) has[c] = predicate(static_cast<char>(c));
    }
    constexpr bool operator()(char c) const { return has[static_cast<unsigned char>(c)]; }
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The bytes that percent-encoding leaves alone: RFC 3986 section 2.3.
inline constexpr byte_set unreserved([](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
});

// Comparisons.

/// A comparison with a literal that is no call.
template <std::size_t Size>
constexpr bool is(std::string_view text, char const (&literal)[Size]) {
    return text.size() == Size - 1 && std::char_traits<char>::compare(text.data(), literal, Size - 1) == 0;
}
constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i != left.size(); ++i)
        if (lower(left[i]) != lower(right[i])) return false;
    return true;
}
constexpr bool begins_with(std::string_view text, std::string_view wanted) {
    return equal_ignoring_case(text.substr(0, wanted.size()), wanted);
}
constexpr std::size_t find_ignoring_case(std::string_view text, std::string_view wanted) {
    for (std::size_t i = 0; i + wanted.size() <= text.size(); ++i)
        if (begins_with(text.substr(i), wanted)) return i;
    return text.npos;
}

inline constexpr byte_set plain_characters([](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
});
/// Letters, digits, '-' and '.' only, of which nearly all ids consist; eight bytes at a time. Such a text
/// means itself wherever it stands: in a query, in JSON, in XML.
constexpr bool is_plain(std::string_view text) {
    if (std::is_constant_evaluated() || text.size() < 8) {
        bool plain = true;
        for (char c : text) plain &= plain_characters(c);
        return plain;
    }
    auto const offenders = [&](std::size_t at) {
        constexpr std::uint64_t ones = 0x0101010101010101;
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        // The highest bit of a byte says whether its lower seven are at least `bound`.
        std::uint64_t const low = word & 0x7f * ones;
        auto const at_least = [&](std::uint64_t bytes, unsigned bound) {
            return bytes + (0x80 - bound) * ones;
        };
        std::uint64_t const folded = low | 0x20 * ones;
        std::uint64_t const letter = at_least(folded, 'a') & ~at_least(folded, 'z' + 1);
        std::uint64_t const digit =
            at_least(low, '-') & ~at_least(low, '9' + 1) & at_least(low ^ '/' * ones, 1);
        return (~(letter | digit) | word) & 0x80 * ones;
    };
    std::uint64_t found = offenders(text.size() - 8);
    for (std::size_t at = 0; at + 8 < text.size(); at += 8) found |= offenders(at);
    return found == 0;
}

/// The length of the UTF-8 sequence at the front of `text`, or 0: none, cut, overlong, surrogate, too large.
constexpr std::size_t utf8_length(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const follows = [&](std::size_t i, unsigned char low, unsigned char high) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    if (text.empty()) return 0;
    unsigned char const lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    if (lead < 0xe0) return follows(1, 0x80, 0xbf) ? 2 : 0;
    if (lead < 0xf0) {
        unsigned char const low = lead == 0xe0 ? 0xa0 : 0x80;
        unsigned char const high = lead == 0xed ? 0x9f : 0xbf;
        return follows(1, low, high) && follows(2, 0x80, 0xbf) ? 3 : 0;
    }
    unsigned char const low = lead == 0xf0 ? 0x90 : 0x80;
    unsigned char const high = lead == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2, 0x80, 0xbf) && follows(3, 0x80, 0xbf) ? 4 : 0;
}

// Numbers.

/// A number in decimal.
class digits {
  public:
    constexpr explicit digits(std::int64_t number) {
        auto rest = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
        do {
            text_[--begin_] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (number < 0) text_[--begin_] = '-';
    }
    [[nodiscard]] constexpr std::string_view view() const {
        return {text_ + begin_, static_cast<std::size_t>(20 - begin_)};
    }

  private:
    char text_[20] = {};
    int begin_ = 20;
};

/// Reads a whole number in JSON's grammar: no sign but '-', no leading zero, no fraction, no exponent.
template <class Integer>
constexpr bool parse_integer(std::string_view text, Integer& out) {
    bool const negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    if (text.empty() || text.size() > 19 || (text.size() > 1 && text.front() == '0')) return false;
    std::uint64_t magnitude = 0;
    for (char c : text) {
        if (!is_digit(c)) return false;
        magnitude = magnitude * 10 + static_cast<std::uint64_t>(c - '0');
    }
    std::uint64_t const limit = (std::uint64_t{1} << (8 * sizeof(Integer) - 1)) - (negative ? 0 : 1);
    if (magnitude > limit) return false;
    out = static_cast<Integer>(negative ? 0 - magnitude : magnitude);
    return true;
}

// Writing.

/// A text put together at compile time; the pieces fill it.
template <std::size_t Size>
struct fixed_text {
    char text[Size] = {};

    constexpr explicit fixed_text(std::convertible_to<std::string_view> auto... pieces) {
        char* out = text;
        auto const append = [&](std::string_view piece) {
            for (char c : piece) *out++ = c;
        };
        (append(pieces), ...);
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text, Size}; }
};

/// Writes `text` percent-encoded, with `percent` for the percent signs: "%25" encodes twice.
constexpr char* escape(char* out, std::string_view text, std::string_view percent) {
    for (char c : text) {
        if (unreserved(c)) {
            *out++ = c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            for (char each : percent) *out++ = each;
            *out++ = "0123456789ABCDEF"[byte >> 4];
            *out++ = "0123456789ABCDEF"[byte & 15];
        }
    }
    return out;
}

/// memcpy, but short texts, as nearly all are, go in two moves that may overlap and no call. Returns the end.
inline char* copy(char* out, std::string_view text) {
    std::size_t const size = text.size();
    auto const in_moves_of = [&]<std::size_t Move>(std::integral_constant<std::size_t, Move>) {
        if (size < Move || size > 2 * Move) return false;
        std::memcpy(out, text.data(), Move);
        std::memcpy(out + size - Move, text.data() + size - Move, Move);
        return true;
    };
    bool const copied = in_moves_of(std::integral_constant<std::size_t, 16>{}) ||
                        in_moves_of(std::integral_constant<std::size_t, 8>{}) ||
                        in_moves_of(std::integral_constant<std::size_t, 4>{}) ||
                        in_moves_of(std::integral_constant<std::size_t, 2>{});
    if (!copied && size != 0) std::memcpy(out, text.data(), size);
    return out + size;
}

/// Two sinks for the same text: one measures (an upper bound), one writes. Who writes a text through a sink
/// template states it once.
struct measurer {
    std::size_t size = 0;
    constexpr void put(std::string_view text) { size += text.size(); }
    constexpr void put_encoded(std::string_view text) { size += 3 * text.size(); }
    constexpr void put_encoded_twice(std::string_view text) { size += 5 * text.size(); }
};
struct writer {
    char* out;

    constexpr void put(std::string_view text) {
        if (std::is_constant_evaluated()) {
            for (char c : text) *out++ = c;
        } else {
            out = copy(out, text);
        }
    }
    /// A literal, whose copy is no call.
    template <std::size_t Size>
    constexpr void put(char const (&literal)[Size]) {
        if (std::is_constant_evaluated()) return put(std::string_view(literal, Size - 1));
        std::memcpy(out, literal, Size - 1);
        out += Size - 1;
    }
    /// All of an array.
    template <std::size_t Size>
    constexpr void put_array(char const (&text)[Size]) {
        if (std::is_constant_evaluated()) return put(std::string_view(text, Size));
        std::memcpy(out, text, Size);
        out += Size;
    }
    constexpr void put_encoded(std::string_view text) {
        if (is_plain(text)) return put(text);
        out = escape(out, text, "%");
    }
    constexpr void put_encoded_twice(std::string_view text) {
        if (is_plain(text)) return put(text);
        out = escape(out, text, "%25");
    }
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
