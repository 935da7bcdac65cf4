#ifndef SLB_TABLE_HPP
#define SLB_TABLE_HPP

#include <slb/describe.hpp>

namespace slb::inline v0_1 {

namespace detail {

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

/// Gives a described value the text that stands on the wire for it. False: it cannot be such a value.
constexpr bool assign(std::string_view& value, std::string_view text) {
    value = text;
    return true;
}
constexpr bool assign(std::int32_t& value, std::string_view text) { return parse_integer(text, value); }
template <class Rule>
constexpr bool assign(text_value<Rule>& value, std::string_view text) {
    value = runtime_text{text};
    return true;
}
template <class Rule>
constexpr bool assign(number_value<Rule>& value, std::string_view text) {
    std::int64_t number = 0;
    if (!parse_integer(text, number)) return false;
    value = runtime_number{number};
    return true;
}
template <class T>
constexpr bool assign(maybe<T>& value, std::string_view text) {
    T present = anything{};
    if (!assign(present, text)) return false;
    value = maybe<T>(present);
    return true;
}

/// A value as the wire shows it: nothing, a text, or a number.
struct shown_value {
    enum class kind : std::uint8_t { nothing, text, number } what = kind::nothing;
    std::string_view text{};
    std::int64_t number = 0;
};
constexpr shown_value show(std::string_view value) { return {shown_value::kind::text, value, 0}; }
constexpr shown_value show(std::int32_t value) { return {shown_value::kind::number, {}, value}; }
template <class Rule>
constexpr shown_value show(text_value<Rule> const& value) {
    return show(value.text());
}
template <class Rule>
constexpr shown_value show(number_value<Rule> const& value) {
    return {shown_value::kind::number, {}, value.number()};
}
template <class T>
constexpr shown_value show(maybe<T> const& value) {
    return value ? show(*value) : shown_value{};
}

struct struct_table;

/// One member of a described struct, for code that interprets tables instead of being generated for each
/// struct: the XML parser and the emulator. `object` is the struct.
struct member_row {
    std::string_view name{};
    /// The name as XML tags, `<Name>` and `</Name>`; of a list, those of its items.
    std::string_view open_tag{};
    std::string_view close_tag{};
    bool required = false;
    // Values.
    bool (*assign)(void* object, std::string_view text) = nullptr;
    shown_value (*show)(void const* object) = nullptr;
    // Lists.
    std::string_view item_name{};
    struct_table const* elements = nullptr;
    void (*set_list)(void* object, void const* begin, std::size_t size) = nullptr;
    void const* (*list_begin)(void const* object) = nullptr;
    std::size_t (*list_size)(void const* object) = nullptr;
};

struct struct_table {
    member_row const* rows = nullptr;
    std::size_t size = 0;
    /// Of one object, and how to make one whose members are not there yet.
    std::size_t object_size = 0;
    std::size_t object_alignment = 1;
    void (*construct)(void* memory) = nullptr;

    [[nodiscard]] constexpr member_row const* begin() const { return rows; }
    [[nodiscard]] constexpr member_row const* end() const { return rows + size; }
};

/// A struct whose required members are to be filled.
template <class T>
constexpr T make_empty() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return T{(static_cast<void>(I), anything{})...};
    }
    (std::make_index_sequence<member_count<T>()>{});
}

/// A name as closing and opening tag.
template <std::size_t Size>
struct tag_pair {
    char close[Size + 3] = {};
    char open[Size + 2] = {};
    constexpr explicit tag_pair(std::string_view name) {
        close[0] = open[0] = '<';
        close[1] = '/';
        close[Size + 2] = open[Size + 1] = '>';
        for (std::size_t i = 0; i != Size; ++i) close[2 + i] = open[1 + i] = name[i];
    }
};
template <class T, std::size_t Index>
inline constexpr auto tags_of = [] {
    constexpr auto word = described<T>::template word<Index>();
    constexpr std::string_view name = [&] {
        if constexpr (is_items<std::remove_cv_t<decltype(word)>>)
            return word.item_name;
        else
            return word.name;
    }();
    static_assert(name.size() >= 2, "a_wire_name_must_have_two_characters");
    return tag_pair<name.size()>(name);
}();

template <class T>
struct table_of;

template <class T, std::size_t Index>
constexpr member_row make_row() {
    constexpr auto word = described<T>::template word<Index>();
    using word_type = std::remove_cv_t<decltype(word)>;
    member_row row;
    row.name = word.name;
    constexpr auto const& tags = tags_of<T, Index>;
    row.open_tag = {tags.open, sizeof tags.open};
    row.close_tag = {tags.close, sizeof tags.close};
    if constexpr (is_field<word_type>) {
        using member_type = typename word_type::member_type;
        row.required = !is_maybe<member_type>;
        row.assign = [](void* object, std::string_view text) {
            return detail::assign(static_cast<T*>(object)->*described<T>::template word<Index>().member,
                                  text);
        };
        row.show = [](void const* object) {
            return detail::show(static_cast<T const*>(object)->*described<T>::template word<Index>().member);
        };
    } else {
        using element = typename word_type::element;
        row.item_name = word.item_name;
        row.elements = &table_of<element>::value;
        row.set_list = [](void* object, void const* begin, std::size_t size) {
            static_cast<T*>(object)->*described<T>::template word<Index>().member =
                list_view<element>(static_cast<element const*>(begin), size);
        };
        row.list_begin = [](void const* object) -> void const* {
            return (static_cast<T const*>(object)->*described<T>::template word<Index>().member).begin();
        };
        row.list_size = [](void const* object) {
            return (static_cast<T const*>(object)->*described<T>::template word<Index>().member).size();
        };
    }
    return row;
}

/// The table of a response struct, or of an element of a list.
template <class T>
struct table_of {
    struct row_array {
        member_row rows[described<T>::size];
    };
    static constexpr row_array array = []<std::size_t... I>(std::index_sequence<I...>) {
        return row_array{{make_row<T, I>()...}};
    }
    (typename described<T>::words::indices{});
    static constexpr struct_table value{array.rows, described<T>::size, sizeof(T), alignof(T),
                                        [](void* memory) { ::new (memory) T(make_empty<T>()); }};
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
