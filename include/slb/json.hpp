#ifndef SLB_JSON_HPP
#define SLB_JSON_HPP

#include <slb/parse.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// `"Name"` as it stands in compact JSON, so that the next key is found by comparing with what the
/// description lets one expect.
template <class T, std::size_t Index>
inline constexpr fixed_text<described<T>::template word<Index>().name.size() + 2>
    quoted_name("\"", described<T>::template word<Index>().name, "\"");

/// One pass over a JSON text (RFC 8259) that validates all of it and fills described structs.
class json_parser : public parser_base {
  public:
    json_parser(std::string_view text, arena& memory, parse_limits limits)
        : parser_base(text, memory, limits) {}

    /// The whole text is one object: a T, or a T inside one member named `action` or `action` + "Response".
    template <class T>
    bool parse_root(T& out, std::string_view action) {
        position at = skip_space(begin_);
        if (!is(at, '{')) return fail(errc::text_malformed) != nullptr;
        at = parse_members(at + 1, out, &action);
        if (at == nullptr) return false;
        return skip_space(at) == end_ || fail(errc::text_malformed) != nullptr;
    }

  private:
    [[nodiscard]] bool is(position at, char c) const { return at != end_ && *at == c; }
    [[nodiscard]] position skip_space(position at) const {
        while (at != end_ && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) ++at;
        return at;
    }
    position skip_literal(position at, std::string_view word) {
        return starts(at, word) ? at + word.size() : fail(errc::text_malformed);
    }
    position skip_colon(position at) {
        if (!is(at, ':')) {
            at = skip_space(at);
            if (!is(at, ':')) return fail(errc::text_malformed);
        }
        return skip_space(at + 1);
    }
    /// Behind a value: past a comma and the space behind it, with `more`, or past the closing bracket.
    position skip_separator(position at, char close, bool& more) {
        at = skip_space(at);
        more = is(at, ',');
        if (more) return skip_space(at + 1);
        return is(at, close) ? at + 1 : fail(errc::text_malformed);
    }

    /// The members behind '{', to '}'. With `action`, the object is the root and may be a wrapper.
    template <class T>
    position parse_members(position at, T& out, std::string_view const* action = nullptr) {
        if (++depth_ > limits_.depth) return fail(errc::too_deep);
        std::uint64_t seen = 0;
        bool wrapped = false;
        bool more = true;
        at = skip_space(at);
        if (is(at, '}')) {
            more = false;
            ++at;
        }
        // First in the order of the description, which is how the service writes: each key is compared with
        // the next one only. Then whatever is left, in any order.
        auto const in_order = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
            if (!is_here(at, quoted_name<T, Index>.text)) return true;
            at = parse_word<T, Index>(at + sizeof quoted_name<T, Index>.text, out, seen);
            if (at != nullptr) at = skip_separator(at, '}', more);
            return at != nullptr && more;
        };
        if (more) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                static_cast<void>((in_order(std::integral_constant<std::size_t, I>{}) && ...));
            }
            (typename described<T>::words::indices{});
        }
        while (at != nullptr && more) {
            at = wrapped ? skip_member(at) : parse_member(at, out, seen, action, wrapped);
            if (at != nullptr) at = skip_separator(at, '}', more);
        }
        --depth_;
        return at == nullptr || wrapped || has_all<T>(seen) ? at : nullptr;
    }

    /// A member at any place: one of T's, a wrapper, or one to be skipped.
    template <class T>
    position parse_member(position at, T& out, std::uint64_t& seen, std::string_view const* action,
                          bool& wrapped) {
        bool known = false;
        auto const try_quoted = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
            if (!is_here(at, quoted_name<T, Index>.text)) return false;
            at = parse_word<T, Index>(at + sizeof quoted_name<T, Index>.text, out, seen);
            return true;
        };
        std::string_view key;
        // The key was written with escapes, or it is none of ours.
        auto const try_decoded = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
            if (key != described<T>::template word<Index>().name) return false;
            at = parse_word<T, Index>(at, out, seen);
            return true;
        };
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            known = (try_quoted(std::integral_constant<std::size_t, I>{}) || ...);
            if (known) return;
            at = parse_string(at, key);
            known = at == nullptr || (try_decoded(std::integral_constant<std::size_t, I>{}) || ...);
        }
        (typename described<T>::words::indices{});
        if (known) return at;
        at = skip_colon(at);
        if (at == nullptr) return at;
        if (action != nullptr && seen == 0 && is_wrapper(key, *action) && is(at, '{')) {
            wrapped = true;
            return parse_members(at + 1, out);
        }
        return skip_value(at);
    }

    /// What stands behind the key of one of T's members.
    template <class T, std::size_t Index>
    position parse_word(position at, T& out, std::uint64_t& seen) {
        constexpr auto const& word = described<T>::template word<Index>();
        constexpr auto bit = std::uint64_t{1} << Index;
        if ((seen & bit) != 0) return fail(errc::member_repeated, path_to(word.name));
        at = skip_colon(at);
        if (at == nullptr) return at;
        if (is(at, 'n')) return skip_literal(at, "null");
        seen |= bit;
        using word_type = std::remove_cvref_t<decltype(word)>;
        if constexpr (is_items<word_type>)
            return parse_items(at, out.*word.member, word.name, word.item_name);
        else if constexpr (is_object<word_type>)
            return is(at, '{') ? parse_members(at + 1, out.*word.member) : mistyped(at, word.name);
        else
            return parse_value(at, out.*word.member, word.name);
    }
    position parse_value(position at, std::string_view& out, std::string_view name) {
        return is(at, '"') ? parse_string(at, out) : mistyped(at, name);
    }
    position parse_value(position at, std::int32_t& out, std::string_view name) {
        position const end = parse_small_number(at, out);
        bool const ends = end != nullptr && (is(end, ',') || is(end, '}'));
        return ends ? end : parse_rare_number(at, out, name);
    }
    position parse_value(position at, std::int64_t& out, std::string_view name) {
        return parse_rare_number(at, out, name);
    }
    position parse_value(position at, bool& out, std::string_view name) {
        std::string_view word;
        if (is(at, '"')) {
            at = parse_string(at, word);
            return at == nullptr || assign(out, word) ? at : fail(errc::member_malformed, path_to(name));
        }
        if (!is(at, 't') && !is(at, 'f')) return mistyped(at, name);
        out = is(at, 't');
        return skip_literal(at, out ? "true" : "false");
    }
    template <class Integer>
    position parse_rare_number(position at, Integer& out, std::string_view name) {
        std::string_view digits;
        if (is(at, '"')) {
            at = parse_string(at, digits);
        } else if (is_number_start(at)) {
            position const begin = at;
            at = skip_number(at);
            digits = {begin, at == nullptr ? 0 : static_cast<std::size_t>(at - begin)};
        } else {
            return mistyped(at, name);
        }
        if (at == nullptr || assign(out, digits)) return at;
        return fail(errc::member_malformed, path_to(name));
    }
    template <class T>
    position parse_value(position at, maybe<T>& out, std::string_view name) {
        T present{};
        at = parse_value(at, present, name);
        out = maybe<T>(present);
        return at;
    }
    /// A value of another type: malformed text if it is no value at all.
    position mistyped(position at, std::string_view name) {
        return skip_value(at) == nullptr ? nullptr : fail(errc::member_malformed, path_to(name));
    }

    /// {"Item":[...]}, {"Item":{...}}, {}, or the array itself.
    template <class Element>
    position parse_items(position at, list_view<Element>& out, std::string_view name,
                         std::string_view item_name) {
        if (!is(at, '[') && !is(at, '{')) return mistyped(at, name);
        return parse_list(at, out, name, [&](position list, Element const*& first, std::size_t& size) {
            if (is(list, '[')) return parse_elements(list, first, size);
            return parse_item_member(list, item_name, first, size);
        });
    }
    template <class Element>
    position parse_item_member(position at, std::string_view item_name, Element const*& first,
                               std::size_t& size) {
        if (++depth_ > limits_.depth) return fail(errc::too_deep);
        bool seen = false;
        bool more = true;
        at = skip_space(at + 1);
        if (is(at, '}')) {
            more = false;
            ++at;
        }
        while (at != nullptr && more) {
            std::string_view key;
            at = parse_string(at, key);
            if (at != nullptr) at = skip_colon(at);
            if (at == nullptr) return at;
            if (key != item_name || is(at, 'n')) {
                at = skip_value(at);
            } else if (seen) {
                return fail(errc::member_repeated, path_to(item_name));
            } else {
                seen = true;
                at = parse_elements(at, first, size);
            }
            if (at != nullptr) at = skip_separator(at, '}', more);
        }
        --depth_;
        return at;
    }
    template <class Element>
    position parse_elements(position at, Element const*& first, std::size_t& size) {
        auto const parse_element = [&](position begin) {
            index_ = static_cast<int>(size);
            if (has_description<Element> && !is(begin, '{')) return mistyped(begin, {});
            void* const memory = push_element(sizeof(Element), alignof(Element));
            if (memory == nullptr) return position{};
            auto* const element = ::new (memory) Element{};
            if (size++ == 0) first = element;
            if constexpr (has_description<Element>)
                return parse_members(begin + 1, *element);
            else
                return parse_value(begin, *element, {});
        };
        if (!is(at, '[')) {
            at = parse_element(at);
        } else {
            if (++depth_ > limits_.depth) return fail(errc::too_deep);
            bool more = true;
            at = skip_space(at + 1);
            if (is(at, ']')) {
                more = false;
                ++at;
            }
            while (at != nullptr && more) {
                at = parse_element(at);
                if (at != nullptr) at = skip_separator(at, ']', more);
            }
            --depth_;
        }
        index_ = -1;
        return at;
    }

    /// A string into a view: of the text itself, or of decoded bytes in the arena where it has escapes.
    position parse_string(position at, std::string_view& out) {
        if (!is(at, '"')) return fail(errc::text_malformed);
        position const begin = at + 1;
        at = skip_ascii<'"', '\\'>(begin);
        if (!is(at, '"')) return parse_rare_string(begin, at, out);
        out = {begin, static_cast<std::size_t>(at - begin)};
        return at + 1;
    }
    /// The rest of a string that is not plain ASCII. A scan to the closing quote tells the arena the length.
    position parse_rare_string(position begin, position at, std::string_view& out) {
        at = skip_plain(at);
        if (at == nullptr) return at;
        if (*at == '"') {
            out = {begin, static_cast<std::size_t>(at - begin)};
            return at + 1;
        }
        position const close = skip_to_quote(at);
        if (close == nullptr) return close;
        char* const decoded = memory_.begin_text(static_cast<std::size_t>(close - begin));
        if (decoded == nullptr) return fail(errc::out_of_memory);
        char* const end = decode_to_quote(begin, decoded);
        memory_.keep_text(decoded);
        out = {decoded, static_cast<std::size_t>(end - decoded)};
        return close + 1;
    }
    /// Decodes what stands between `at` and the closing quote, which has been validated. Returns the end.
    char* decode_to_quote(position at, char* out) {
        while (*at != '"') {
            if (*at != '\\') {
                *out++ = *at++;
                continue;
            }
            std::uint32_t point = 0;
            at = parse_escape(at, point);
            out = put_utf8(out, point);
        }
        return out;
    }
    /// From inside a string to its closing quote.
    position skip_to_quote(position at) {
        for (std::uint32_t point = 0;;) {
            at = skip_plain(at);
            if (at == nullptr || *at == '"') return at;
            at = parse_escape(at, point);
            if (at == nullptr) return at;
        }
    }
    position skip_string(position at) {
        if (!is(at, '"')) return fail(errc::text_malformed);
        at = skip_to_quote(at + 1);
        return at == nullptr ? at : at + 1;
    }
    /// To the next quote or backslash, over characters that stand for themselves.
    position skip_plain(position at) {
        for (;;) {
            at = skip_ascii<'"', '\\'>(at);
            if (at == end_) return fail(errc::text_malformed);
            if (*at == '"' || *at == '\\') return at;
            at = skip_character(at);
            if (at == nullptr) return at;
        }
    }
    /// One character that is neither quote nor backslash.
    position skip_character(position at) {
        if (static_cast<unsigned char>(*at) < 0x20) return fail(errc::text_malformed);
        std::size_t const length = utf8_length({at, static_cast<std::size_t>(end_ - at)});
        return length != 0 ? at + length : fail(errc::utf8_invalid);
    }
    position parse_escape(position at, std::uint32_t& point) {
        if (++at == end_) return fail(errc::text_malformed);
        switch (*at++) {
        case '"': point = '"'; return at;
        case '\\': point = '\\'; return at;
        case '/': point = '/'; return at;
        case 'b': point = '\b'; return at;
        case 'f': point = '\f'; return at;
        case 'n': point = '\n'; return at;
        case 'r': point = '\r'; return at;
        case 't': point = '\t'; return at;
        case 'u': break;
        default: return fail(errc::text_malformed);
        }
        at = parse_hex4(at, point);
        if (at == nullptr || point < 0xd800 || point > 0xdfff) return at;
        // The first half of a surrogate pair must be followed by the second.
        std::uint32_t low = 0;
        if (point >= 0xdc00) return fail(errc::utf8_invalid);
        if (at == end_ || (*at == '\\' && at + 1 == end_)) return fail(errc::text_malformed);
        if (at[0] != '\\' || at[1] != 'u') return fail(errc::utf8_invalid);
        at = parse_hex4(at + 2, low);
        if (at == nullptr) return at;
        if (low < 0xdc00 || low > 0xdfff) return fail(errc::utf8_invalid);
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        return at;
    }
    position parse_hex4(position at, std::uint32_t& out) {
        if (end_ - at < 4) return fail(errc::text_malformed);
        out = 0;
        for (int i = 0; i != 4; ++i) {
            char const c = lower(*at++);
            if (!is_hex(c)) return fail(errc::text_malformed);
            out = out << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
        }
        return at;
    }

    [[nodiscard]] bool is_number_start(position at) const {
        return at != end_ && (*at == '-' || is_digit(*at));
    }
    position skip_digits(position at) {
        position const begin = at;
        while (at != end_ && is_digit(*at)) ++at;
        return at != begin ? at : fail(errc::text_malformed);
    }
    position skip_number(position at) {
        if (is(at, '-')) ++at;
        at = is(at, '0') ? at + 1 : skip_digits(at);
        if (at != nullptr && is(at, '.')) at = skip_digits(at + 1);
        if (at != nullptr && (is(at, 'e') || is(at, 'E'))) {
            ++at;
            if (is(at, '+') || is(at, '-')) ++at;
            at = skip_digits(at);
        }
        return at;
    }

    position skip_member(position at) {
        at = skip_string(at);
        if (at != nullptr) at = skip_colon(at);
        return at == nullptr ? at : skip_value(at);
    }
    /// Validates any value without recursion: one bit a level says whether it is an object.
    position skip_value(position at) {
        std::uint64_t objects = 0;
        std::size_t const outer = depth_;
        for (;;) {
            bool opened = false;
            if (at == end_) return fail(errc::text_malformed);
            if (*at == '{' || *at == '[') {
                bool const object = *at == '{';
                if (++depth_ > limits_.depth) return fail(errc::too_deep);
                objects = objects << 1 | (object ? 1U : 0U);
                at = skip_space(at + 1);
                opened = !is(at, object ? '}' : ']');
                if (!opened) {
                    ++at;
                    objects >>= 1;
                    --depth_;
                }
            } else if (*at == '"') {
                at = skip_string(at);
            } else if (is_number_start(at)) {
                at = skip_number(at);
            } else {
                at = skip_literal(at, *at == 't' ? "true" : *at == 'f' ? "false" : "null");
            }
            while (at != nullptr && !opened) {
                if (depth_ == outer) return at;
                bool more = false;
                at = skip_separator(at, (objects & 1) != 0 ? '}' : ']', more);
                if (more) break;
                objects >>= 1;
                --depth_;
            }
            if (at != nullptr && (objects & 1) != 0) {
                at = skip_string(at);
                if (at != nullptr) at = skip_colon(at);
            }
            if (at == nullptr) return at;
        }
    }

  public:
    /// Whether an answer to that action may stand in a member of that name.
    static bool is_wrapper(std::string_view key, std::string_view action) {
        return key.substr(0, action.size()) == action && !action.empty() &&
               (key.size() == action.size() || key.substr(action.size()) == "Response");
    }
    /// Validates the whole text, which is one object, and reads nothing from it. Returns where the object
    /// begins, or null.
    position check_root() {
        position const root = skip_space(begin_);
        position const at = skip_value(root);
        if (at == nullptr) return at;
        if (skip_space(at) != end_) return fail(errc::text_malformed);
        return *root == '{' ? root : fail(errc::member_malformed, {whole});
    }
    /// The place of all of a text.
    static constexpr std::string_view whole = "the body";
    /// Decodes every string that has escapes, after check_root. Where a string's quote stands in the text,
    /// there its decoded text begins in `out`: it is shorter than the string, so none meets another. Behind
    /// it stands a byte that UTF-8 has not. `out` is as large as the text, or null when none has an escape
    /// or, after fail(), there is no memory.
    bool decode_strings(char const*& out) {
        out = nullptr;
        auto const size = static_cast<std::size_t>(end_ - begin_);
        if (size == 0 || std::memchr(begin_, '\\', size) == nullptr) return true;
        char* const memory = memory_.begin_text(size);
        if (memory == nullptr) return fail(errc::out_of_memory) != nullptr;
        memory_.keep_text(memory);
        out = memory;
        for (position at = begin_; at != end_; ++at) {
            if (*at != '"') continue;
            position const quote = at++;
            bool escaped = false;
            for (; *at != '"'; ++at)
                if (*at == '\\') {
                    escaped = true;
                    ++at;
                }
            if (escaped) *decode_to_quote(quote + 1, memory + (quote - begin_)) = no_utf8;
        }
        return true;
    }
    /// Ends the decoded texts.
    static constexpr char no_utf8 = '\xff';
};

} // namespace detail

/// Parses a whole JSON body into a described struct of views. Accepted: members in any order, wrapped in a
/// member named `action` or `action` + "Response" or not (what stands beside a wrapper is skipped), numbers
/// as numbers or quoted digits, a list as an array, a single element, or absent; null counts as absent.
/// Unknown members are skipped, and validated like everything else. A known member that stands twice is
/// refused: which one would be meant? Views lie in `body`, or in `memory` where the text had escapes; both
/// must outlive `out`. `memory` has room when it has parse_memory<T>(body.size()) bytes. The error
/// speaks of no call: with_delivery() is the caller's.
template <class T>
slb::error parse_json(std::string_view body, T& out, std::span<char> memory, std::string_view action = {},
                      parse_limits limits = {}) {
    detail::arena space(memory.data(), memory.size());
    detail::json_parser parser(body, space, limits);
    if (parser.parse_root(out, action)) return {};
    return slb::error(parser.failure().code, parser.failure().path).without_call();
}

} // namespace slb::inline v0_1

#endif
