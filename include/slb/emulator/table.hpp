#ifndef SLB_EMULATOR_TABLE_HPP
#define SLB_EMULATOR_TABLE_HPP

#include <slb/parse.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// A value as the wire shows it: nothing, a text, or a number.
struct shown_value {
    enum class kind : std::uint8_t { nothing, text, number, truth } what = kind::nothing;
    std::string_view text{};
    std::int64_t number = 0;
};
constexpr shown_value show(std::string_view value) { return {shown_value::kind::text, value, 0}; }
constexpr shown_value show(std::int64_t value) { return {shown_value::kind::number, {}, value}; }
constexpr shown_value show(std::int32_t value) { return show(std::int64_t{value}); }
constexpr shown_value show(bool value) { return {shown_value::kind::truth, {}, value ? 1 : 0}; }
constexpr shown_value show(flag value) { return show(value.value()); }
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

/// What such a value is shown as when it is there.
template <class T>
constexpr shown_value::kind kind_of() {
    if constexpr (is_maybe<T>) {
        return kind_of<typename T::value_type>();
    } else {
        T const value = anything{};
        return show(value).what;
    }
}

struct struct_table;

/// One member of a described struct, for code that interprets tables instead of being generated for each
/// struct. `object` is the struct.
struct member_row {
    std::string_view name{};
    bool required = false;
    // Values.
    shown_value::kind what = shown_value::kind::nothing;
    bool (*assign)(void* object, std::string_view text) = nullptr;
    shown_value (*show)(void const* object) = nullptr;
    // Objects.
    struct_table const* members = nullptr;
    void const* (*part)(void const* object) = nullptr;
    // Lists: of elements with a table, or of plain values.
    std::string_view item_name{};
    struct_table const* elements = nullptr;
    std::size_t (*list_size)(void const* object) = nullptr;
    void const* (*list_element)(void const* object, std::size_t index) = nullptr;
    shown_value (*show_element)(void const* element) = nullptr;
};

struct struct_table {
    member_row const* rows = nullptr;
    std::size_t size = 0;

    [[nodiscard]] constexpr member_row const* begin() const { return rows; }
    [[nodiscard]] constexpr member_row const* end() const { return rows + size; }
};

template <class T>
struct table_of;

template <class T, std::size_t Index>
constexpr member_row make_row() {
    constexpr auto word = described<T>::template word<Index>();
    using word_type = std::remove_cv_t<decltype(word)>;
    member_row row;
    row.name = word.name;
    if constexpr (is_field<word_type>) {
        using member_type = typename word_type::member_type;
        row.required = !is_maybe<member_type>;
        row.what = kind_of<member_type>();
        row.assign = [](void* object, std::string_view text) {
            return detail::assign(static_cast<T*>(object)->*described<T>::template word<Index>().member,
                                  text);
        };
        row.show = [](void const* object) {
            return detail::show(static_cast<T const*>(object)->*described<T>::template word<Index>().member);
        };
    } else if constexpr (is_object<word_type>) {
        row.members = &table_of<typename word_type::member_type>::value;
        row.part = [](void const* object) -> void const* {
            return &(static_cast<T const*>(object)->*described<T>::template word<Index>().member);
        };
    } else {
        using element = typename word_type::element;
        row.item_name = word.item_name;
        row.list_size = [](void const* object) {
            return (static_cast<T const*>(object)->*described<T>::template word<Index>().member).size();
        };
        row.list_element = [](void const* object, std::size_t index) -> void const* {
            return &(static_cast<T const*>(object)->*described<T>::template word<Index>().member)[index];
        };
        if constexpr (has_description<element>)
            row.elements = &table_of<element>::value;
        else
            row.show_element = [](void const* shown) {
                return detail::show(*static_cast<element const*>(shown));
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
    static constexpr struct_table value{array.rows, described<T>::size};
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
