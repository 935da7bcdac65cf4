#ifndef SLB_XML_HPP
#define SLB_XML_HPP

#include <slb/parse.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// Space, tab, carriage return, line feed: one bit each.
constexpr bool is_xml_space(char c) {
    auto const code = static_cast<unsigned char>(c);
    return code <= ' ' && (std::uint64_t{0x1'0000'2600} >> code & 1) != 0;
}
constexpr bool is_xml_name_start(char c) { return is_letter(c) || c == '_' || c == ':' || (c & 0x80) != 0; }
constexpr bool is_xml_name(char c) { return is_xml_name_start(c) || is_digit(c) || c == '-' || c == '.'; }
inline constexpr byte_set ascii_xml_name([](char c) { return is_xml_name(c) && (c & 0x80) == 0; });

/// `<Name>` and `</Name>`, so that a tag is found by comparing with what the description lets one expect.
template <std::size_t Size>
struct tag_pair {
    fixed_text<Size + 2> open;
    fixed_text<Size + 3> close;
    constexpr explicit tag_pair(std::string_view name) : open("<", name, ">"), close("</", name, ">") {}
};
template <class T, std::size_t Index>
inline constexpr auto member_tags = [] {
    constexpr std::string_view name = described<T>::template word<Index>().name;
    return tag_pair<name.size()>(name);
}();
template <class T, std::size_t Index>
inline constexpr auto item_tags = [] {
    constexpr std::string_view name = described<T>::template word<Index>().item_name;
    return tag_pair<name.size()>(name);
}();

/// One pass over an XML document (XML 1.0) that checks that all of it is well-formed (but for attributes
/// given twice, which nobody reads, and names, in which any character beyond ASCII may stand) and fills
/// described structs. Documents with a document type are refused, so no entity but the five can be meant.
class xml_parser : public parser_base {
  public:
    xml_parser(std::string_view text, arena& memory, parse_limits limits)
        : parser_base(text, memory, limits) {}

    /// The whole document: the root element, whatever its name, holds the members of `out`.
    template <class T>
    bool parse_root(T& out) {
        position at = begin_;
        if (starts(at, "\xef\xbb\xbf")) at += 3;
        if (starts(at, usual_declaration))
            at += usual_declaration.size();
        else if (starts(at, "<?xml") && end_ - at > 5 && is_xml_space(at[5]))
            at = skip_declaration(at + 5);
        if (at != nullptr) at = skip_misc(at);
        tag root;
        if (at != nullptr) at = parse_open(at, root);
        if (at != nullptr) at = parse_members(at, out, root, {"root element"});
        if (at != nullptr) at = skip_misc(at);
        return (at != nullptr && at == end_) || fail(errc::text_malformed) != nullptr;
    }

  private:
    static constexpr std::string_view usual_declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";

    /// Space of at most eight bytes between tags.
    struct gap {
        std::uint64_t bytes = 0;
        std::uint64_t mask = 0;
        std::size_t size = 0;
    };
    struct tag {
        std::string_view name{};
        bool empty = false;
    };

    /// A document is indented alike throughout, so the last two gaps are tried first: what stands behind a
    /// gap that was foreseen need not wait until it has been measured.
    position skip_space(position at) {
        std::uint64_t bytes = 0;
        bool const at_hand = end_ - at > 8;
        if (at_hand) {
            std::memcpy(&bytes, at, sizeof bytes);
            for (gap const& known : gaps_)
                if (((bytes ^ known.bytes) & known.mask) == 0 && at[known.size] == '<')
                    return at + known.size;
        }
        position const begin = at;
        while (at != end_ && is_xml_space(*at)) ++at;
        auto const size = static_cast<std::size_t>(at - begin);
        if (at_hand && size <= sizeof bytes) {
            gaps_[1] = gaps_[0];
            gaps_[0] = {bytes, 0, size};
            std::memset(&gaps_[0].mask, 0xff, size);
        }
        return at;
    }
    /// One character of the document: valid UTF-8, and no control character but tab and line ends.
    position skip_character(position at) {
        if (at == end_) return fail(errc::text_malformed);
        if (static_cast<unsigned char>(*at) < 0x20 && !is_xml_space(*at)) return fail(errc::text_malformed);
        std::size_t const length = utf8_length({at, static_cast<std::size_t>(end_ - at)});
        if (length == 0) return fail(errc::utf8_invalid);
        // U+FFFE and U+FFFF are no characters.
        if (length == 3 && starts(at, "\xef\xbf") && static_cast<unsigned char>(at[2]) >= 0xbe)
            return fail(errc::text_malformed);
        return at + length;
    }
    position skip_past(position at, std::string_view what) {
        while (at != nullptr && !starts(at, what)) at = skip_character(at);
        return at == nullptr ? at : at + what.size();
    }
    position parse_name(position at, std::string_view& name) {
        position const begin = at;
        if (at == end_ || !is_xml_name_start(*at)) return fail(errc::text_malformed);
        while (at != nullptr && at != end_ && is_xml_name(*at)) {
            while (at != end_ && ascii_xml_name(*at)) ++at;
            if (at != end_ && (*at & 0x80) != 0) at = skip_character(at);
        }
        if (at != nullptr) name = {begin, static_cast<std::size_t>(at - begin)};
        return at;
    }

    /// name = "value", without interpreting the value.
    position skip_attribute(position at, std::string_view& name, std::string_view& value) {
        at = parse_name(at, name);
        if (at == nullptr) return at;
        at = skip_space(at);
        if (!starts(at, "=")) return fail(errc::text_malformed);
        at = skip_space(at + 1);
        if (at == end_ || (*at != '"' && *at != '\'')) return fail(errc::text_malformed);
        char const quote = *at++;
        position const begin = at;
        while (at != nullptr && at != end_ && *at != quote) {
            std::uint32_t point = 0;
            if (*at == '<') return fail(errc::text_malformed);
            at = *at == '&' ? parse_reference(at, point) : skip_character(at);
        }
        if (at == nullptr || at == end_) return fail(errc::text_malformed);
        value = {begin, static_cast<std::size_t>(at - begin)};
        return at + 1;
    }
    /// 1.0 and its successors, which a reader of 1.0 reads as well as it can.
    static bool is_version(std::string_view text) {
        if (text.size() < 3 || text.substr(0, 2) != "1.") return false;
        for (char c : text.substr(2))
            if (!is_digit(c)) return false;
        return true;
    }
    /// <?xml version="1.0" encoding="UTF-8" standalone="yes"?>: in this order, the last two optional.
    position skip_declaration(position at) {
        constexpr std::string_view order[] = {"version", "encoding", "standalone"};
        std::size_t next = 0;
        for (;;) {
            position const attribute = skip_space(at);
            if (starts(attribute, "?>")) return next != 0 ? attribute + 2 : fail(errc::text_malformed);
            std::string_view name;
            std::string_view value;
            if (attribute == at) return fail(errc::text_malformed);
            at = skip_attribute(attribute, name, value);
            if (at == nullptr) return at;
            if (next == 1 && name == order[2]) ++next;
            if (next == 3 || name != order[next++]) return fail(errc::text_malformed);
            if (name == order[1] && !equal_ignoring_case(value, "utf-8")) return fail(errc::utf8_invalid);
            if (name == order[0] && !is_version(value)) return fail(errc::text_malformed);
            if (name == order[2] && value != "yes" && value != "no") return fail(errc::text_malformed);
        }
    }
    [[nodiscard]] bool is_aside(position at) const {
        return end_ - at > 1 && *at == '<' && (at[1] == '?' || (at[1] == '!' && !starts(at, "<![CDATA[")));
    }
    /// Past a comment or processing instruction, which is what is_aside() has seen.
    position skip_aside(position at) {
        if (starts(at, "<!--")) {
            at = skip_past(at + 4, "--");
            if (at == nullptr) return at;
            return starts(at, ">") ? at + 1 : fail(errc::text_malformed);
        }
        if (at[1] == '!') return fail(starts(at, "<!DOCTYPE") ? errc::doctype_refused : errc::text_malformed);
        std::string_view target;
        at = parse_name(at + 2, target);
        if (at == nullptr) return at;
        bool const ended = starts(at, "?>") || (at != end_ && is_xml_space(*at));
        if (!ended || equal_ignoring_case(target, "xml")) return fail(errc::text_malformed);
        return skip_past(at, "?>");
    }
    /// What may stand around the root element.
    position skip_misc(position at) {
        at = skip_space(at);
        while (at != nullptr && is_aside(at)) {
            at = skip_aside(at);
            if (at != nullptr) at = skip_space(at);
        }
        return at;
    }

    position parse_open(position at, tag& opened) {
        if (!starts(at, "<")) return fail(errc::text_malformed);
        at = parse_name(at + 1, opened.name);
        while (at != nullptr) {
            position const next = skip_space(at);
            opened.empty = starts(next, "/>");
            if (opened.empty) return next + 2;
            if (starts(next, ">")) return ++depth_ <= limits_.depth ? next + 1 : fail(errc::too_deep);
            std::string_view name;
            std::string_view value;
            if (next == at) return fail(errc::text_malformed);
            at = skip_attribute(next, name, value);
        }
        return at;
    }
    position parse_close(position at, tag const& opened) {
        if (!starts(at, "</") || !starts(at + 2, opened.name)) return fail(errc::text_malformed);
        at = skip_space(at + 2 + opened.name.size());
        --depth_;
        return starts(at, ">") ? at + 1 : fail(errc::text_malformed);
    }

    /// Calls child(at, tag) for each element inside `parent`, which is at `path`, up to its end. Text between
    /// them is only space: any other is well-formed, but not of such an element.
    template <class Child>
    position for_each_child(position at, tag const& parent, wire_path path, Child child) {
        if (parent.empty) return at;
        while (at != nullptr) {
            at = skip_space(at);
            if (starts(at, "</")) return parse_close(at, parent);
            if (is_aside(at)) {
                at = skip_aside(at);
                continue;
            }
            if (at != end_ && (*at != '<' || starts(at, "<![CDATA["))) {
                at = skip_content(at, parent);
                return at == nullptr ? at : fail(errc::member_malformed, path);
            }
            tag opened;
            at = parse_open(at, opened);
            if (at != nullptr) at = child(at, opened);
        }
        return at;
    }

    template <class T>
    position parse_members(position at, T& out, tag const& parent, wire_path path) {
        std::uint64_t seen = 0;
        if (!parent.empty) at = parse_expected(at, out, seen);
        return parse_rest(at, out, seen, parent, path);
    }
    /// Everything that parse_expected leaves, to the end of `parent`.
    template <class T>
    position parse_rest(position at, T& out, std::uint64_t seen, tag const& parent, wire_path path) {
        at = for_each_child(at, parent, path, [&](position inside, tag const& child) {
            bool known = false;
            auto const try_word = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
                known = child.name == described<T>::template word<Index>().name;
                if (known) inside = parse_word<T, Index>(inside, out, seen, child);
                return known;
            };
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                static_cast<void>((try_word(std::integral_constant<std::size_t, I>{}) || ...));
            }
            (typename described<T>::words::indices{});
            if (!known) return skip_content(inside, child);
            // Behind a member in an unusual form the usual one may go on.
            return inside == nullptr ? inside : parse_expected(inside, out, seen);
        });
        return at == nullptr || has_all<T>(seen) ? at : nullptr;
    }
    /// Reads members that are written as the service writes them, each as `<Name>text</Name>` in plain
    /// characters: in one go where they stand in the order of the description, in more where they do not.
    /// Stops in front of anything else, without failing unless a list does.
    template <class T>
    position parse_expected(position at, T& out, std::uint64_t& seen) {
        if (depth_ == limits_.depth) return at;
        at = skip_space(at);
        bool found = false;
        bool usual = true;
        auto const in_order = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
            constexpr auto const& word = described<T>::template word<Index>();
            constexpr auto const& tags = member_tags<T, Index>;
            constexpr auto bit = std::uint64_t{1} << Index;
            if ((seen & bit) != 0 || !is_here(at, tags.open.text)) return true;
            position const begin = at + sizeof tags.open.text;
            if constexpr (!is_field<std::remove_cvref_t<decltype(word)>>) {
                ++depth_;
                at = parse_word<T, Index>(begin, out, seen, {word.name, false});
                if (at == nullptr) return usual = false;
            } else {
                position const close = parse_plain(begin, out.*word.member);
                if (close == nullptr || !is_here(close, tags.close.text)) return usual = false;
                seen |= bit;
                at = close + sizeof tags.close.text;
            }
            at = skip_space(at);
            return found = true;
        };
        do {
            found = false;
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                static_cast<void>((in_order(std::integral_constant<std::size_t, I>{}) && ...));
            }
            (typename described<T>::words::indices{});
        } while (found && usual && !starts(at, "</"));
        return at;
    }

    [[nodiscard]] position parse_plain(position at, std::string_view& out) const {
        position const end = skip_plain(at);
        out = {at, static_cast<std::size_t>(end - at)};
        return end;
    }
    [[nodiscard]] position parse_plain(position at, std::int32_t& out) const {
        return parse_small_number(at, out);
    }
    template <class T>
        requires(std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t>)
    [[nodiscard]] position parse_plain(position at, T& out) const {
        std::string_view text;
        at = parse_plain(at, text);
        return assign(out, text) ? at : nullptr;
    }
    template <class T>
    [[nodiscard]] position parse_plain(position at, maybe<T>& out) const {
        T present{};
        at = parse_plain(at, present);
        if (at != nullptr) out = maybe<T>(present);
        return at;
    }

    /// What is inside the element of one of T's members.
    template <class T, std::size_t Index>
    position parse_word(position at, T& out, std::uint64_t& seen, tag const& opened) {
        constexpr auto const& word = described<T>::template word<Index>();
        constexpr auto bit = std::uint64_t{1} << Index;
        if ((seen & bit) != 0) return fail(errc::member_repeated, path_to(word.name));
        if constexpr (is_items<std::remove_cvref_t<decltype(word)>>) {
            seen |= bit;
            return parse_items<T, Index>(at, out.*word.member, opened);
        } else if constexpr (is_object<std::remove_cvref_t<decltype(word)>>) {
            seen |= bit;
            return parse_members(at, out.*word.member, opened, path_to(word.name));
        } else {
            std::string_view text;
            at = parse_text(at, opened, word.name, text);
            if (at == nullptr) return at;
            if (assign(out.*word.member, text)) {
                seen |= bit;
                return at;
            }
            // An empty element where a number belongs says nothing: absent.
            return text.empty() ? at : fail(errc::member_malformed, path_to(word.name));
        }
    }

    template <class T, std::size_t Index, class Element>
    position parse_items(position at, list_view<Element>& out, tag const& parent) {
        constexpr auto const& word = described<T>::template word<Index>();
        wire_path const path = path_to(word.name);
        return parse_list(at, out, word.name, [&](position list, Element const*& first, std::size_t& size) {
            return parse_elements<T, Index>(list, parent, path, first, size);
        });
    }
    template <class T, std::size_t Index, class Element>
    position parse_elements(position at, tag const& parent, wire_path const& path, Element const*& first,
                            std::size_t& size) {
        constexpr auto const& word = described<T>::template word<Index>();
        constexpr auto const& tags = item_tags<T, Index>;
        auto const parse_element = [&](position inside, tag const& item) {
            void* const memory = push_element(sizeof(Element), alignof(Element));
            if (memory == nullptr) return position{};
            auto* const element = ::new (memory) Element{};
            if (size == 0) first = element;
            index_ = static_cast<int>(size++);
            if constexpr (!has_description<Element>) {
                std::string_view text;
                inside = parse_text(inside, item, {}, text);
                return inside == nullptr || assign(*element, text)
                           ? inside
                           : fail(errc::member_malformed, path_to({}));
            } else {
                if (item.empty) return parse_members(inside, *element, item, path_to({}));
                std::uint64_t seen = 0;
                inside = parse_expected(inside, *element, seen);
                if (inside == nullptr || !is_here(inside, tags.close.text))
                    return parse_rest(inside, *element, seen, item, path_to({}));
                --depth_;
                return has_all<Element>(seen) ? inside + sizeof tags.close.text : nullptr;
            }
        };
        // As the service writes them, one after the other; then whatever else there is.
        while (at != nullptr && !parent.empty && depth_ < limits_.depth) {
            position const space = skip_space(at);
            if (!is_here(space, tags.open.text)) break;
            ++depth_;
            at = parse_element(space + sizeof tags.open.text, {word.item_name, false});
        }
        if (at != nullptr)
            at = for_each_child(at, parent, path, [&](position inside, tag const& child) {
                if (child.name != word.item_name) return skip_content(inside, child);
                return parse_element(inside, child);
            });
        index_ = -1;
        return at;
    }

    /// The text of an element: a view of the document where it is one plain piece, else decoded in the arena.
    position parse_text(position at, tag const& opened, std::string_view name, std::string_view& out) {
        out = {};
        if (opened.empty) return at;
        position const begin = at;
        bool plain = true;
        at = skip_plain(at);
        while (!starts(at, "</")) {
            if (at == end_) return fail(errc::text_malformed);
            std::uint32_t point = 0;
            plain = plain && *at != '<' && *at != '&' && *at != '\r';
            if (*at == '&')
                at = parse_reference(at, point);
            else if (*at != '<')
                at = skip_text_character(at);
            else if (starts(at, "<![CDATA["))
                at = skip_past(at + 9, "]]>");
            else if (is_aside(at))
                at = skip_aside(at);
            else
                return fail(errc::member_malformed, path_to(name));
            if (at == nullptr) return at;
            at = skip_plain(at);
        }
        std::string_view const raw(begin, static_cast<std::size_t>(at - begin));
        if (plain)
            out = raw;
        else if (!decode_text(raw, out))
            return nullptr;
        return parse_close(at, opened);
    }
    /// Over characters that mean nothing but themselves.
    [[nodiscard]] position skip_plain(position at) const { return skip_ascii<'<', '&', ']'>(at); }
    position skip_text_character(position at) {
        return starts(at, "]]>") ? fail(errc::text_malformed) : skip_character(at);
    }
    /// Decodes text that parse_text has found well-formed; "</" follows it.
    bool decode_text(std::string_view raw, std::string_view& out) {
        char* const decoded = memory_.begin_text(raw.size());
        if (decoded == nullptr) return fail(errc::out_of_memory) != nullptr;
        char* write = decoded;
        auto const put = [&](char c, char next) {
            // Line ends are one newline, whatever they were: XML 1.0 section 2.11.
            if (c != '\r')
                *write++ = c;
            else if (next != '\n')
                *write++ = '\n';
        };
        for (position at = raw.data(), after = at + raw.size(); at != after;) {
            if (starts(at, "<![CDATA[")) {
                for (at += 9; !starts(at, "]]>"); ++at) put(at[0], at[1]);
                at += 3;
            } else if (*at == '<') {
                at = skip_aside(at);
            } else if (*at == '&') {
                std::uint32_t point = 0;
                at = parse_reference(at, point);
                write = put_utf8(write, point);
            } else {
                put(at[0], at[1]);
                ++at;
            }
        }
        memory_.keep_text(decoded);
        out = {decoded, static_cast<std::size_t>(write - decoded)};
        return true;
    }
    /// &lt; and its four siblings, &#10; and &#x4E2D;. All others are refused.
    position parse_reference(position at, std::uint32_t& point) {
        struct entity {
            std::string_view text;
            char meaning;
        };
        for (auto const& [text, meaning] : {entity{"&lt;", '<'}, entity{"&gt;", '>'}, entity{"&amp;", '&'},
                                            entity{"&quot;", '"'}, entity{"&apos;", '\''}})
            if (starts(at, text)) {
                point = static_cast<std::uint32_t>(meaning);
                return at + text.size();
            }
        if (!starts(at, "&#")) return fail(errc::entity_refused);
        bool const hexadecimal = starts(at, "&#x");
        at += hexadecimal ? 3 : 2;
        position const begin = at;
        for (point = 0; at != end_ && (hexadecimal ? is_hex(*at) : is_digit(*at)); ++at) {
            char const c = lower(*at);
            point = point * (hexadecimal ? 16U : 10U) +
                    static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
            if (point > 0x10ffff) return fail(errc::text_malformed);
        }
        if (at == begin || !starts(at, ";")) return fail(errc::text_malformed);
        bool const control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
        bool const no_character = (point >= 0xd800 && point <= 0xdfff) || point == 0xfffe || point == 0xffff;
        return control || no_character ? fail(errc::text_malformed) : at + 1;
    }

    /// Everything up to the end of an element that nobody asked for: checked, without recursion.
    position skip_content(position at, tag const& opened) {
        if (opened.empty) return at;
        std::string_view open[parse_limits{}.depth];
        std::size_t count = 0;
        open[count++] = opened.name;
        while (at != nullptr && count != 0) {
            at = skip_plain(at);
            if (at == end_) return fail(errc::text_malformed);
            if (starts(at, "</")) {
                at = parse_close(at, {open[--count], false});
            } else if (starts(at, "<![CDATA[")) {
                at = skip_past(at + 9, "]]>");
            } else if (is_aside(at)) {
                at = skip_aside(at);
            } else if (*at == '<') {
                tag child;
                at = parse_open(at, child);
                if (at != nullptr && !child.empty) open[count++] = child.name;
            } else if (*at == '&') {
                std::uint32_t point = 0;
                at = parse_reference(at, point);
            } else {
                at = skip_text_character(at);
            }
        }
        return at;
    }

    gap gaps_[2];
};

} // namespace detail

/// Parses a whole XML body into a described struct of views; the counterpart of parse_json, with the same
/// lifetimes, limits and memory. The root may have any name, attributes are skipped, CDATA, comments and
/// character references are read; a document type or an entity that is not predefined is refused.
template <class T>
slb::error parse_xml(std::string_view body, T& out, std::span<char> memory, parse_limits limits = {}) {
    detail::arena space(memory.data(), memory.size());
    detail::xml_parser parser(body, space, limits);
    if (parser.parse_root(out)) return {};
    return slb::error(parser.failure().code, parser.failure().path).without_call();
}

} // namespace slb::inline v0_1

#endif
