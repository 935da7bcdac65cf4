#ifndef SLB_JSON_HPP
#define SLB_JSON_HPP

#include <slb/parse.hpp>
#include <slb/query.hpp>

#include <bit>

namespace slb::inline v0_1 {

namespace detail {

/// `"Name"` as it stands in compact JSON, so that the next key is found by comparing with what the
/// description lets one expect.
template <std::size_t Size>
struct quoted_text {
    char text[Size] = {};
};
template <class T, std::size_t Index>
inline constexpr auto quoted_name = [] {
    constexpr std::string_view name = described<T>::template word<Index>().name;
    quoted_text<name.size() + 2> quoted;
    writer sink{quoted.text};
    sink.put("\"");
    sink.put(name);
    sink.put("\"");
    return quoted;
}();

/// One pass over a JSON text (RFC 8259) that validates all of it and fills described structs. Every member
/// function returns false after fail(); the cursor then stands still.
class json_parser {
  public:
    json_parser(std::string_view text, arena& memory, parse_limits limits)
        : at_(text.data()), end_(text.data() + text.size()), memory_(memory), limits_(limits) {}

    [[nodiscard]] parse_failure failure() const { return failure_; }

    /// The whole text is one object: a T, or a T inside one member named `action` or `action` + "Response".
    template <class T>
    bool parse_root(T& out, std::string_view action) {
        skip_space();
        if (!take('{')) return fail(errc::text_malformed);
        if (!parse_members(out, &action)) return false;
        skip_space();
        return at_ == end_ || fail(errc::text_malformed);
    }

  private:
    bool fail(errc code, wire_path path = {}) {
        if (failure_.code == errc::none) failure_ = {code, path};
        return false;
    }

    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
    }
    bool take(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }
    bool take_literal(std::string_view word) {
        if (static_cast<std::size_t>(end_ - at_) < word.size() ||
            std::memcmp(at_, word.data(), word.size()) != 0)
            return false;
        at_ += word.size();
        return true;
    }
    /// After a value: true and `more` when a comma follows, true and not `more` at the closing bracket.
    bool take_separator(char close, bool& more) {
        skip_space();
        more = take(',');
        if (more) {
            skip_space();
            return true;
        }
        return take(close) || fail(errc::text_malformed);
    }

    /// The members after '{', to '}'. With `action`, the object is the root and may be a wrapper.
    template <class T>
    bool parse_members(T& out, std::string_view const* action = nullptr) {
        if (++depth_ > limits_.depth) return fail(errc::too_deep);
        std::uint64_t seen = 0;
        std::size_t expected = 0;
        bool wrapped = false;
        skip_space();
        if (!take('}')) {
            for (bool more = true; more;) {
                bool const good = wrapped                        ? skip_member()
                                  : parse_expected(out, expected, seen) ? failure_.code == errc::none
                                                                 : parse_unexpected(out, expected, seen, action, wrapped);
                if (!good || !take_separator('}', more)) return false;
            }
        }
        --depth_;
        return wrapped || require_all<T>(seen);
    }

    /// True when the key at the cursor is one of T's, as compact JSON writes it; its value is then read.
    template <class T>
    bool parse_expected(T& out, std::size_t& expected, std::uint64_t& seen) {
        auto const try_word = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
            constexpr auto const& key = quoted_name<T, Index>;
            if (static_cast<std::size_t>(end_ - at_) < sizeof key.text ||
                std::memcmp(at_, key.text, sizeof key.text) != 0)
                return false;
            at_ += sizeof key.text;
            expected = Index + 1;
            parse_word<T, Index>(out, seen);
            return true;
        };
        std::size_t const first = expected;
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return ((I >= first && try_word(std::integral_constant<std::size_t, I>{})) || ...) ||
                   ((I < first && try_word(std::integral_constant<std::size_t, I>{})) || ...);
        }(typename described<T>::words::indices{});
    }

    /// Any other key: one of T's written with escapes, a wrapper, or one to be skipped.
    template <class T>
    bool parse_unexpected(T& out, std::size_t& expected, std::uint64_t& seen, std::string_view const* action,
                          bool& wrapped) {
        std::string_view key;
        if (!parse_string(key)) return false;
        bool known = false;
        auto const try_word = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
            if (known || key != described<T>::template word<Index>().name) return;
            known = true;
            expected = Index + 1;
            parse_word<T, Index>(out, seen);
        };
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (try_word(std::integral_constant<std::size_t, I>{}), ...);
        }(typename described<T>::words::indices{});
        if (known) return failure_.code == errc::none;
        if (!take_colon()) return false;
        if (action != nullptr && seen == 0 && is_wrapper(key, *action) && at_ != end_ && *at_ == '{') {
            ++at_;
            wrapped = true;
            return parse_members(out);
        }
        return skip_value();
    }
    static bool is_wrapper(std::string_view key, std::string_view action) {
        return key.substr(0, action.size()) == action && !action.empty() &&
               (key.size() == action.size() || key.substr(action.size()) == "Response");
    }

    template <class T, std::size_t Index>
    bool parse_word(T& out, std::uint64_t& seen) {
        constexpr auto const& word = described<T>::template word<Index>();
        constexpr auto bit = std::uint64_t{1} << Index;
        if ((seen & bit) != 0) return fail(errc::member_repeated, path_to(word.name));
        if (!take_colon()) return false;
        if (at_ != end_ && *at_ == 'n') return take_literal("null") || fail(errc::text_malformed);
        seen |= bit;
        using word_type = std::remove_cvref_t<decltype(word)>;
        if constexpr (is_items<word_type>)
            return parse_items(out.*word.member, word.name, word.item_name);
        else
            return parse_value(out.*word.member, word.name);
    }
    template <class T>
    bool require_all(std::uint64_t seen) {
        std::uint64_t bit = 1;
        bool complete = true;
        for_each_word<T>([&](auto const& word) {
            using word_type = std::remove_cvref_t<decltype(word)>;
            if constexpr (is_field<word_type>) {
                if constexpr (!is_maybe<typename word_type::member_type>)
                    if ((seen & bit) == 0) complete = fail(errc::member_missing, path_to(word.name));
            }
            bit <<= 1;
        });
        return complete;
    }

    bool take_colon() {
        if (take(':')) {
            skip_space();
            return true;
        }
        skip_space();
        if (!take(':')) return fail(errc::text_malformed);
        skip_space();
        return true;
    }

    bool parse_value(std::string_view& out, std::string_view name) {
        if (at_ == end_ || *at_ != '"') return mistyped(name);
        return parse_string(out);
    }
    bool parse_value(std::int32_t& out, std::string_view name) {
        std::string_view digits;
        if (at_ != end_ && *at_ == '"') {
            if (!parse_string(digits)) return false;
        } else if (char const* const begin = at_; is_number_start()) {
            if (!skip_number()) return false;
            digits = {begin, static_cast<std::size_t>(at_ - begin)};
        } else {
            return mistyped(name);
        }
        return assign(out, digits) || fail(errc::member_malformed, path_to(name));
    }
    template <class T>
    bool parse_value(maybe<T>& out, std::string_view name) {
        T present{};
        if (!parse_value(present, name)) return false;
        out = maybe<T>(present);
        return true;
    }
    /// A value of another type: malformed text if it is no value at all.
    bool mistyped(std::string_view name) {
        return skip_value() && fail(errc::member_malformed, path_to(name));
    }

    /// {"Item":[...]}, {"Item":{...}}, {}, or the array itself.
    template <class Element>
    bool parse_items(list_view<Element>& out, std::string_view name, std::string_view item_name) {
        parameter_ = name;
        if (at_ != end_ && *at_ == '[') return parse_elements(out);
        if (!take('{')) return mistyped(name);
        if (++depth_ > limits_.depth) return fail(errc::too_deep);
        bool seen = false;
        skip_space();
        if (!take('}')) {
            for (bool more = true; more;) {
                std::string_view key;
                if (!parse_string(key) || !take_colon()) return false;
                if (key != item_name || (at_ != end_ && *at_ == 'n')) {
                    if (!skip_value()) return false;
                } else if (seen) {
                    return fail(errc::member_repeated, path_to(item_name));
                } else {
                    seen = true;
                    if (!parse_elements(out)) return false;
                }
                if (!take_separator('}', more)) return false;
            }
        }
        --depth_;
        return true;
    }
    template <class Element>
    bool parse_elements(list_view<Element>& out) {
        Element const* first = nullptr;
        std::size_t size = 0;
        auto const parse_element = [&] {
            index_ = static_cast<int>(size);
            if (!take('{')) return mistyped({});
            if (++elements_ > limits_.elements) return fail(errc::too_many_elements);
            void* const memory = memory_.push(sizeof(Element), alignof(Element));
            if (memory == nullptr) return fail(errc::out_of_memory);
            auto* const element = ::new (memory) Element{};
            if (size++ == 0) first = element;
            return parse_members(*element);
        };
        if (!take('[')) {
            if (!parse_element()) return false;
        } else {
            if (++depth_ > limits_.depth) return fail(errc::too_deep);
            skip_space();
            if (!take(']')) {
                for (bool more = true; more;)
                    if (!parse_element() || !take_separator(']', more)) return false;
            }
            --depth_;
        }
        index_ = -1;
        out = list_view<Element>(first, size);
        return true;
    }

    /// A string into a view: of the text itself, or of decoded bytes in the arena where it has escapes.
    bool parse_string(std::string_view& out) {
        if (!take('"')) return fail(errc::text_malformed);
        char const* const begin = at_;
        if (!scan_plain()) return false;
        if (*at_ == '"') {
            out = {begin, static_cast<std::size_t>(at_ - begin)};
            ++at_;
            return true;
        }
        // A first scan to the closing quote, so that the arena knows the length.
        while (*at_ != '"')
            if (!skip_escape() || !scan_plain()) return false;
        char const* const close = at_;
        char* const decoded = memory_.begin_text(static_cast<std::size_t>(close - begin));
        if (decoded == nullptr) return fail(errc::out_of_memory);
        char* write = decoded;
        for (at_ = begin; at_ != close;) {
            if (*at_ != '\\') {
                *write++ = *at_++;
                continue;
            }
            std::uint32_t point = 0;
            if (!parse_escape(point)) return false;
            write = put_utf8(write, point);
        }
        ++at_;
        memory_.keep_text(decoded);
        out = {decoded, static_cast<std::size_t>(write - decoded)};
        return true;
    }
    /// To the next quote or backslash, over characters that stand for themselves; eight at a time while
    /// there is nothing else. (The lowest marked byte is exact, those above it need not be.)
    bool scan_plain() {
        constexpr std::uint64_t ones = 0x0101010101010101;
        constexpr std::uint64_t highs = 0x8080808080808080;
        auto const mark_zeros = [](std::uint64_t x) { return (x - ones) & ~x; };
        for (;;) {
            if constexpr (std::endian::native == std::endian::little) {
                while (end_ - at_ >= 8) {
                    std::uint64_t word = 0;
                    std::memcpy(&word, at_, 8);
                    std::uint64_t const special =
                        (mark_zeros(word ^ ones * '"') | mark_zeros(word ^ ones * '\\') | (word - ones * 0x20) |
                         word) & highs;
                    if (special != 0) {
                        at_ += std::countr_zero(special) / 8;
                        break;
                    }
                    at_ += 8;
                }
            }
            if (at_ == end_) return fail(errc::text_malformed);
            auto const byte = static_cast<unsigned char>(*at_);
            if (byte == '"' || byte == '\\') return true;
            if (byte < 0x20) return fail(errc::text_malformed);
            std::size_t const length = utf8_length({at_, static_cast<std::size_t>(end_ - at_)});
            if (length == 0) return fail(errc::utf8_invalid);
            at_ += length;
        }
    }
    bool skip_escape() {
        std::uint32_t point = 0;
        return parse_escape(point);
    }
    bool parse_escape(std::uint32_t& point) {
        ++at_;
        if (at_ == end_) return fail(errc::text_malformed);
        switch (*at_++) {
        case '"': point = '"'; return true;
        case '\\': point = '\\'; return true;
        case '/': point = '/'; return true;
        case 'b': point = '\b'; return true;
        case 'f': point = '\f'; return true;
        case 'n': point = '\n'; return true;
        case 'r': point = '\r'; return true;
        case 't': point = '\t'; return true;
        case 'u': break;
        default: return fail(errc::text_malformed);
        }
        if (!parse_hex4(point)) return false;
        if (point >= 0xdc00 && point <= 0xdfff) return fail(errc::utf8_invalid);
        if (point < 0xd800 || point > 0xdbff) return true;
        std::uint32_t low = 0;
        if (!take('\\') || !take('u')) return fail(at_ == end_ ? errc::text_malformed : errc::utf8_invalid);
        if (!parse_hex4(low)) return false;
        if (low < 0xdc00 || low > 0xdfff) return fail(errc::utf8_invalid);
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        return true;
    }
    bool parse_hex4(std::uint32_t& out) {
        if (end_ - at_ < 4) return fail(errc::text_malformed);
        out = 0;
        for (int i = 0; i != 4; ++i) {
            char const c = lower(*at_++);
            if (!is_hex(c)) return fail(errc::text_malformed);
            out = out << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
        }
        return true;
    }

    [[nodiscard]] bool is_number_start() const { return at_ != end_ && (*at_ == '-' || is_digit(*at_)); }
    bool skip_digits() {
        char const* const begin = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return at_ != begin || fail(errc::text_malformed);
    }
    bool skip_number() {
        take('-');
        if (!take('0') && !skip_digits()) return false;
        if (take('.') && !skip_digits()) return false;
        if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            if (!take('+')) take('-');
            return skip_digits();
        }
        return true;
    }

    bool skip_member() {
        std::string_view key;
        return parse_string(key) && take_colon() && skip_value();
    }
    /// Validates any value without recursion: one bit a level says whether it is an object.
    bool skip_value() {
        std::uint64_t objects = 0;
        std::size_t const outer = depth_;
        for (;;) {
            bool opened = false;
            if (at_ == end_) return fail(errc::text_malformed);
            if (*at_ == '{' || *at_ == '[') {
                bool const object = *at_++ == '{';
                if (++depth_ > limits_.depth) return fail(errc::too_deep);
                objects = objects << 1 | (object ? 1U : 0U);
                skip_space();
                opened = !take(object ? '}' : ']');
                if (!opened) {
                    objects >>= 1;
                    --depth_;
                }
            } else if (*at_ == '"') {
                if (!skip_string()) return false;
            } else if (is_number_start()) {
                if (!skip_number()) return false;
            } else if (!take_literal("true") && !take_literal("false") && !take_literal("null")) {
                return fail(errc::text_malformed);
            }
            while (!opened) {
                if (depth_ == outer) return true;
                bool more = false;
                if (!take_separator((objects & 1) != 0 ? '}' : ']', more)) return false;
                if (more) break;
                objects >>= 1;
                --depth_;
            }
            if ((objects & 1) != 0) {
                if (!skip_string() || !take_colon()) return false;
            }
        }
    }
    bool skip_string() {
        if (!take('"')) return fail(errc::text_malformed);
        for (;;) {
            if (!scan_plain()) return false;
            if (take('"')) return true;
            if (!skip_escape()) return false;
        }
    }

    /// `Name`, or `List[index].Name` inside an element.
    [[nodiscard]] wire_path path_to(std::string_view name) const {
        return index_ < 0 ? wire_path{name, {}, -1} : wire_path{parameter_, name, index_};
    }

    char const* at_;
    char const* end_;
    arena& memory_;
    parse_limits limits_;
    parse_failure failure_{};
    std::size_t depth_ = 0;
    std::size_t elements_ = 0;
    std::string_view parameter_{};
    int index_ = -1;
};

} // namespace detail

/// Parses a whole JSON body into a described struct of views. Accepted: members in any order, wrapped in a
/// member named `action` or `action` + "Response" or not, numbers as numbers or quoted digits, a list as an
/// array, a single object, or absent; null counts as absent. Unknown members are skipped, and validated like
/// everything else. A known member that stands twice is refused: which one would be meant?
/// Views lie in `body`, or in `memory` where the text had escapes; both must outlive `out`. `memory` has room
/// when it has parse_memory<T>(body.size()) bytes. The error's delivery is the caller's to set.
template <class T>
slb::error parse_json(std::string_view body, T& out, std::span<char> memory, std::string_view action = {},
                      parse_limits limits = {}) {
    if (limits.depth > parse_limits{}.depth) limits.depth = parse_limits{}.depth;
    detail::arena space(memory.data(), memory.size());
    detail::json_parser parser(body, space, limits);
    if (parser.parse_root(out, action)) return {};
    return slb::error(parser.failure().code, parser.failure().path);
}

} // namespace slb::inline v0_1

#endif
