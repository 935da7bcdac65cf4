#ifndef SLB_XML_HPP
#define SLB_XML_HPP

#include <slb/parse.hpp>

namespace slb::inline v0_1 {

namespace detail {

constexpr bool is_xml_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
constexpr bool is_xml_name_start(char c) { return is_letter(c) || c == '_' || c == ':' || (c & 0x80) != 0; }
constexpr bool is_xml_name(char c) { return is_xml_name_start(c) || is_digit(c) || c == '-' || c == '.'; }

/// One pass over an XML document (XML 1.0) that checks that all of it is well-formed and fills the described
/// structs of a table. Documents with a document type are refused, so no entity but the five can be meant.
class xml_parser {
  public:
    xml_parser(std::string_view text, arena& memory, parse_limits limits)
        : at_(text.data()), end_(text.data() + text.size()), memory_(memory), limits_(limits) {}

    [[nodiscard]] parse_failure failure() const { return failure_; }

    /// The whole document: the root element, whatever its name, holds the members of `object`.
    bool parse_root(struct_table const& table, void* object) {
        take("\xef\xbb\xbf");
        if (starts("<?xml") && end_ - at_ > 5 && is_xml_space(at_[5])) {
            if (!skip_declaration()) return false;
        }
        tag root;
        if (!skip_misc() || !parse_open(root)) return false;
        if (!parse_members(table, object, root)) return false;
        return skip_misc() && (at_ == end_ || fail(errc::text_malformed));
    }

  private:
    struct tag {
        std::string_view name{};
        bool empty = false;
    };

    bool fail(errc code, wire_path path = {}) {
        if (failure_.code == errc::none) failure_ = {code, path};
        return false;
    }
    [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
    [[nodiscard]] bool starts(std::string_view what) const {
        return static_cast<std::size_t>(end_ - at_) >= what.size() &&
               std::memcmp(at_, what.data(), what.size()) == 0;
    }
    bool take(std::string_view what) {
        if (!starts(what)) return false;
        at_ += what.size();
        return true;
    }
    bool skip_space() {
        char const* const begin = at_;
        while (at_ != end_ && is_xml_space(*at_)) ++at_;
        return at_ != begin;
    }
    /// One character of the document: valid UTF-8, and no control character but tab and line ends.
    bool skip_character() {
        auto const byte = static_cast<unsigned char>(*at_);
        if (byte < 0x20 && !is_xml_space(*at_)) return fail(errc::text_malformed);
        std::size_t const length = utf8_length(rest());
        if (length == 0) return fail(errc::utf8_invalid);
        if (length == 3 && starts("\xef\xbf") && static_cast<unsigned char>(at_[2]) >= 0xbe)
            return fail(errc::text_malformed);
        at_ += length;
        return true;
    }
    bool skip_past(std::string_view what) {
        while (at_ != end_) {
            if (take(what)) return true;
            if (!skip_character()) return false;
        }
        return fail(errc::text_malformed);
    }
    bool parse_name(std::string_view& name) {
        char const* const begin = at_;
        if (at_ == end_ || !is_xml_name_start(*at_)) return fail(errc::text_malformed);
        while (at_ != end_ && is_xml_name(*at_)) {
            if (static_cast<signed char>(*at_) >= 0)
                ++at_;
            else if (!skip_character())
                return false;
        }
        name = {begin, static_cast<std::size_t>(at_ - begin)};
        return true;
    }

    /// name = "value", without interpreting the value.
    bool skip_attribute(std::string_view& name, std::string_view& value) {
        if (!parse_name(name)) return false;
        skip_space();
        if (!take("=")) return fail(errc::text_malformed);
        skip_space();
        if (at_ == end_ || (*at_ != '"' && *at_ != '\'')) return fail(errc::text_malformed);
        char const quote = *at_++;
        char const* const begin = at_;
        while (at_ != end_ && *at_ != quote) {
            if (*at_ == '<') return fail(errc::text_malformed);
            std::uint32_t point = 0;
            if (!(*at_ == '&' ? parse_reference(point) : skip_character())) return false;
        }
        if (at_ == end_) return fail(errc::text_malformed);
        value = {begin, static_cast<std::size_t>(at_ - begin)};
        ++at_;
        return true;
    }
    bool skip_declaration() {
        at_ += 5;
        std::string_view name;
        std::string_view value;
        while (skip_space() && !starts("?>")) {
            if (!skip_attribute(name, value)) return false;
            if (name == "encoding" && !equal_ignoring_case(value, "utf-8")) return fail(errc::utf8_invalid);
        }
        return take("?>") || fail(errc::text_malformed);
    }
    /// A comment or processing instruction at '<': skipped. Otherwise nothing happens.
    bool skip_aside(bool& skipped) {
        skipped = true;
        if (take("<!--")) return skip_past("--") && (take(">") || fail(errc::text_malformed));
        if (take("<?")) {
            std::string_view target;
            return parse_name(target) &&
                   (!equal_ignoring_case(target, "xml") || fail(errc::text_malformed)) && skip_past("?>");
        }
        if (starts("<!DOCTYPE")) return fail(errc::doctype_refused);
        skipped = false;
        return true;
    }
    /// What may stand around the root element.
    bool skip_misc() {
        for (bool skipped = true; skipped;) {
            skip_space();
            if (!skip_aside(skipped)) return false;
        }
        return true;
    }

    bool parse_open(tag& opened) {
        if (!take("<") || !parse_name(opened.name)) return fail(errc::text_malformed);
        for (;;) {
            bool const spaced = skip_space();
            if (take(">")) break;
            if (take("/>")) {
                opened.empty = true;
                break;
            }
            std::string_view name;
            std::string_view value;
            if (!spaced || !skip_attribute(name, value)) return fail(errc::text_malformed);
        }
        return opened.empty || ++depth_ <= limits_.depth || fail(errc::too_deep);
    }
    bool parse_close(tag const& opened) {
        if (!take("</") || !take(opened.name)) return fail(errc::text_malformed);
        skip_space();
        --depth_;
        return take(">") || fail(errc::text_malformed);
    }

    /// Calls child(tag) for each element inside `parent`, up to its end. Text between them is only space.
    template <class Child>
    bool for_each_child(tag const& parent, Child child) {
        if (parent.empty) return true;
        for (;;) {
            skip_space();
            bool skipped = false;
            if (!skip_aside(skipped)) return false;
            if (skipped) continue;
            if (starts("</")) return parse_close(parent);
            tag opened;
            if (!parse_open(opened) || !child(opened)) return false;
        }
    }

    bool parse_members(struct_table const& table, void* object, tag const& parent) {
        std::uint64_t seen = 0;
        std::size_t expected = 0;
        bool const read = for_each_child(parent, [&](tag const& child) {
            std::size_t index = expected;
            if (index >= table.size || table.rows[index].name != child.name)
                for (index = 0; index != table.size && table.rows[index].name != child.name;) ++index;
            if (index == table.size) return skip_content(child);
            expected = index + 1;
            member_row const& row = table.rows[index];
            if ((seen >> index & 1) != 0) return fail(errc::member_repeated, path_to(row.name));
            if (row.elements != nullptr) {
                seen |= std::uint64_t{1} << index;
                return parse_items(row, object, child);
            }
            std::string_view text;
            if (!parse_text(child, row.name, text)) return false;
            if (row.assign(object, text)) {
                seen |= std::uint64_t{1} << index;
                return true;
            }
            // An empty element where a number belongs says nothing: absent.
            return text.empty() || fail(errc::member_malformed, path_to(row.name));
        });
        if (!read) return false;
        for (std::size_t i = 0; i != table.size; ++i)
            if (table.rows[i].required && (seen >> i & 1) == 0)
                return fail(errc::member_missing, path_to(table.rows[i].name));
        return true;
    }
    bool parse_items(member_row const& row, void* object, tag const& parent) {
        parameter_ = row.name;
        void const* first = nullptr;
        std::size_t size = 0;
        bool const read = for_each_child(parent, [&](tag const& child) {
            if (child.name != row.item_name) return skip_content(child);
            if (++elements_ > limits_.elements) return fail(errc::too_many_elements);
            void* const element = memory_.push(row.elements->object_size, row.elements->object_alignment);
            if (element == nullptr) return fail(errc::out_of_memory);
            row.elements->construct(element);
            if (size++ == 0) first = element;
            index_ = static_cast<int>(size) - 1;
            return parse_members(*row.elements, element, child);
        });
        index_ = -1;
        row.set_list(object, first, size);
        return read;
    }

    /// The text of an element: a view of the document where it is one plain piece, else decoded in the arena.
    bool parse_text(tag const& opened, std::string_view name, std::string_view& out) {
        out = {};
        if (opened.empty) return true;
        char const* const begin = at_;
        bool plain = true;
        while (!starts("</")) {
            if (at_ == end_) return fail(errc::text_malformed);
            bool skipped = false;
            if (*at_ == '<') {
                plain = false;
                if (take("<![CDATA[")) {
                    if (!skip_past("]]>")) return false;
                } else if (!skip_aside(skipped)) {
                    return false;
                } else if (!skipped) {
                    return fail(errc::member_malformed, path_to(name));
                }
            } else if (*at_ == '&') {
                plain = false;
                std::uint32_t point = 0;
                if (!parse_reference(point)) return false;
            } else {
                plain = plain && *at_ != '\r';
                if (!skip_text_character()) return false;
            }
        }
        std::string_view const raw(begin, static_cast<std::size_t>(at_ - begin));
        if (plain)
            out = raw;
        else if (!decode_text(raw, out))
            return false;
        return parse_close(opened);
    }
    bool skip_text_character() {
        if (starts("]]>")) return fail(errc::text_malformed);
        return skip_character();
    }
    /// Decodes text that parse_text has found well-formed.
    bool decode_text(std::string_view raw, std::string_view& out) {
        char* const decoded = memory_.begin_text(raw.size());
        if (decoded == nullptr) return fail(errc::out_of_memory);
        char* write = decoded;
        auto const put = [&](char c, char next) {
            // Line ends are one newline, whatever they were: XML 1.0 section 2.11.
            if (c != '\r')
                *write++ = c;
            else if (next != '\n')
                *write++ = '\n';
        };
        char const* const after = at_;
        for (at_ = raw.data(); at_ != after;) {
            bool skipped = false;
            if (take("<![CDATA[")) {
                for (; !starts("]]>"); ++at_) put(at_[0], at_[1]);
                at_ += 3;
            } else if (*at_ == '<') {
                if (!skip_aside(skipped)) return false;
            } else if (*at_ == '&') {
                std::uint32_t point = 0;
                if (!parse_reference(point)) return false;
                write = put_utf8(write, point);
            } else {
                put(at_[0], at_[1]);
                ++at_;
            }
        }
        memory_.keep_text(decoded);
        out = {decoded, static_cast<std::size_t>(write - decoded)};
        return true;
    }
    /// &lt; and its four siblings, &#10; and &#x4E2D;. All others are refused.
    bool parse_reference(std::uint32_t& point) {
        struct entity {
            std::string_view text;
            char meaning;
        };
        for (auto const& [text, meaning] : {entity{"&lt;", '<'}, entity{"&gt;", '>'}, entity{"&amp;", '&'},
                                            entity{"&quot;", '"'}, entity{"&apos;", '\''}})
            if (take(text)) {
                point = static_cast<std::uint32_t>(meaning);
                return true;
            }
        if (!take("&#")) return fail(errc::entity_refused);
        bool const hexadecimal = take("x");
        char const* const begin = at_;
        for (point = 0; at_ != end_ && (hexadecimal ? is_hex(*at_) : is_digit(*at_)); ++at_) {
            char const c = lower(*at_);
            point = point * (hexadecimal ? 16U : 10U) +
                    static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
            if (point > 0x10ffff) return fail(errc::text_malformed);
        }
        if (at_ == begin || !take(";")) return fail(errc::text_malformed);
        bool const control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
        bool const not_a_character = (point >= 0xd800 && point <= 0xdfff) || point == 0xfffe || point == 0xffff;
        return (!control && !not_a_character) || fail(errc::text_malformed);
    }

    /// Everything up to the end of an element that nobody asked for: checked, without recursion.
    bool skip_content(tag const& opened) {
        if (opened.empty) return true;
        std::string_view open[parse_limits{}.depth];
        std::size_t count = 0;
        open[count++] = opened.name;
        while (count != 0) {
            if (at_ == end_) return fail(errc::text_malformed);
            if (starts("</")) {
                if (!parse_close({open[--count], false})) return false;
            } else if (take("<![CDATA[")) {
                if (!skip_past("]]>")) return false;
            } else if (*at_ == '<') {
                bool skipped = false;
                if (!skip_aside(skipped)) return false;
                if (skipped) continue;
                tag child;
                if (!parse_open(child)) return false;
                if (!child.empty) open[count++] = child.name;
            } else if (*at_ == '&') {
                std::uint32_t point = 0;
                if (!parse_reference(point)) return false;
            } else if (!skip_text_character()) {
                return false;
            }
        }
        return true;
    }

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
