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

/// One pass over an XML document (XML 1.0) that checks that all of it is well-formed (but for attributes
/// given twice, which nobody reads) and fills the described structs of a table. Documents with a document
/// type are refused, so no entity but the five can be meant.
class xml_parser : public parser_base {
  public:
    xml_parser(std::string_view text, arena& memory, parse_limits limits)
        : parser_base(text, memory, limits) {}

    /// The whole document: the root element, whatever its name, holds the members of `object`.
    bool parse_root(struct_table const& table, void* object) {
        position at = begin_;
        if (starts(at, "\xef\xbb\xbf")) at += 3;
        if (starts(at, "<?xml") && end_ - at > 5 && is_xml_space(at[5])) at = skip_declaration(at + 5);
        if (at != nullptr) at = skip_misc(at);
        tag root;
        if (at != nullptr) at = parse_open(at, root);
        if (at != nullptr) at = parse_members(at, table, object, root);
        if (at != nullptr) at = skip_misc(at);
        return at == end_ || fail(errc::text_malformed) != nullptr;
    }

  private:
    struct tag {
        std::string_view name{};
        /// `</name>`, where it is at hand.
        std::string_view close{};
        bool empty = false;
    };

    [[nodiscard]] bool starts(position at, std::string_view what) const {
        return static_cast<std::size_t>(end_ - at) >= what.size() &&
               std::memcmp(at, what.data(), what.size()) == 0;
    }
    [[nodiscard]] position skip_space(position at) const {
        for (;; ++at) {
            if constexpr (std::endian::native == std::endian::little) {
                // Indentation is blanks, and many.
                while (end_ - at >= 8) {
                    std::uint64_t word = 0;
                    std::memcpy(&word, at, 8);
                    std::uint64_t const others = word ^ 0x2020202020202020;
                    if (others != 0) {
                        at += std::countr_zero(others) / 8;
                        break;
                    }
                    at += 8;
                }
            }
            if (at == end_ || !is_xml_space(*at)) return at;
        }
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
        while (at != nullptr && at != end_ && is_xml_name(*at)) at = skip_character(at);
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
        position const end = opened.close.empty() ? nullptr : skip_same(at, opened.close);
        if (end != nullptr) {
            --depth_;
            return end;
        }
        if (!starts(at, "</") || !starts(at + 2, opened.name)) return fail(errc::text_malformed);
        at = skip_space(at + 2 + opened.name.size());
        --depth_;
        return starts(at, ">") ? at + 1 : fail(errc::text_malformed);
    }

    /// Calls child(at, tag) for each element inside `parent`, up to its end. Text between them is only space.
    template <class Child>
    position for_each_child(position at, tag const& parent, Child child) {
        if (parent.empty) return at;
        while (at != nullptr) {
            at = skip_space(at);
            if (starts(at, "</")) return parse_close(at, parent);
            if (is_aside(at)) {
                at = skip_aside(at);
                continue;
            }
            tag opened;
            at = parse_open(at, opened);
            if (at != nullptr) at = child(at, opened);
        }
        return at;
    }

    position parse_members(position at, struct_table const& table, void* object, tag const& parent) {
        std::uint64_t seen = 0;
        std::size_t next = 0;
        if (!parent.empty) at = parse_expected(at, table, object, seen, next);
        at = for_each_child(at, parent, [&](position inside, tag const& child) {
            std::size_t index = next;
            while (index != table.size && table.rows[index].name != child.name) ++index;
            if (index == table.size)
                for (index = 0; index != table.size && table.rows[index].name != child.name;) ++index;
            if (index == table.size) return skip_content(inside, child);
            next = index + 1;
            member_row const& row = table.rows[index];
            if ((seen >> index & 1) != 0) return fail(errc::member_repeated, path_to(row.name));
            if (row.elements != nullptr) {
                seen |= std::uint64_t{1} << index;
                return parse_items(inside, row, object, child);
            }
            std::string_view text;
            position const after = parse_text(inside, child, row.name, text);
            if (after == nullptr) return after;
            if (row.assign(object, text))
                seen |= std::uint64_t{1} << index;
            else if (!text.empty()) // An empty element where a number belongs says nothing: absent.
                return fail(errc::member_malformed, path_to(row.name));
            // Behind a member in an unusual form the usual one may go on.
            return parse_expected(after, table, object, seen, next);
        });
        if (at == nullptr) return at;
        for (std::size_t i = 0; i != table.size; ++i)
            if (table.rows[i].required && (seen >> i & 1) == 0)
                return fail(errc::member_missing, path_to(table.rows[i].name));
        return at;
    }
    /// Reads members as the service writes them: in the order of the description, each as `<Name>text</Name>`
    /// in plain characters. Stops, without failing, in front of anything else.
    position parse_expected(position at, struct_table const& table, void* object, std::uint64_t& seen,
                            std::size_t& next) {
        for (; next != table.size; ++next) {
            member_row const& row = table.rows[next];
            if (row.elements != nullptr || depth_ == limits_.depth) return at;
            position const begin = skip_same(skip_space(at), row.open_tag);
            if (begin == nullptr) continue;
            position const close = skip_plain(begin);
            position const end = skip_same(close, row.close_tag);
            std::string_view const text(begin, static_cast<std::size_t>(close - begin));
            if (end == nullptr || (seen >> next & 1) != 0 || !row.assign(object, text)) return at;
            seen |= std::uint64_t{1} << next;
            at = end;
        }
        return at;
    }
    /// Past a tag, or null, without failing. It compares in loads that may overlap, where memcmp would be a
    /// call; a described name has at least two characters, so a tag has four.
    [[nodiscard]] position skip_same(position at, std::string_view what) const {
        std::size_t const size = what.size();
        if (static_cast<std::size_t>(end_ - at) < size) return nullptr;
        auto const differ = [&]<class Word>(Word left, std::size_t offset) {
            Word right = 0;
            std::memcpy(&left, at + offset, sizeof left);
            std::memcpy(&right, what.data() + offset, sizeof right);
            return left != right;
        };
        if (size < 8) {
            if (differ(std::uint32_t{}, 0) || differ(std::uint32_t{}, size - 4)) return nullptr;
            return at + size;
        }
        for (std::size_t offset = 0; offset + 8 < size; offset += 8)
            if (differ(std::uint64_t{}, offset)) return nullptr;
        return differ(std::uint64_t{}, size - 8) ? nullptr : at + size;
    }

    position parse_items(position at, member_row const& row, void* object, tag const& parent) {
        parameter_ = row.name;
        void const* first = nullptr;
        std::size_t size = 0;
        auto const parse_element = [&](position inside, tag const& item) {
            void* const element = push_element(row.elements->object_size, row.elements->object_alignment);
            if (element == nullptr) return position{};
            row.elements->construct(element);
            if (size == 0) first = element;
            index_ = static_cast<int>(size++);
            return parse_members(inside, *row.elements, element, item);
        };
        // As the service writes them, one after the other; then whatever else there is.
        auto const parse_expected_elements = [&](position inside) {
            while (inside != nullptr && depth_ < limits_.depth) {
                position const begin = skip_same(skip_space(inside), row.open_tag);
                if (begin == nullptr) break;
                ++depth_;
                inside = parse_element(begin, {row.item_name, row.close_tag, false});
            }
            return inside;
        };
        if (!parent.empty) at = parse_expected_elements(at);
        if (at != nullptr)
            at = for_each_child(at, parent, [&](position inside, tag const& child) {
                if (child.name != row.item_name) return skip_content(inside, child);
                return parse_element(inside, child);
            });
        index_ = -1;
        row.set_list(object, first, size);
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
                at = parse_close(at, {open[--count], {}, false});
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
};

} // namespace detail

/// Parses a whole XML body into a described struct of views; the counterpart of parse_json, with the same
/// lifetimes, limits and memory. The root may have any name, attributes are skipped, CDATA, comments and
/// character references are read; a document type or an entity that is not predefined is refused.
template <class T>
slb::error parse_xml(std::string_view body, T& out, std::span<char> memory, parse_limits limits = {}) {
    if (limits.depth > parse_limits{}.depth) limits.depth = parse_limits{}.depth;
    detail::arena space(memory.data(), memory.size());
    detail::xml_parser parser(body, space, limits);
    if (parser.parse_root(detail::table_of<T>::value, &out)) return {};
    return slb::error(parser.failure().code, parser.failure().path);
}

} // namespace slb::inline v0_1

#endif
