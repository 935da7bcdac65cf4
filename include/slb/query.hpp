#ifndef SLB_QUERY_HPP
#define SLB_QUERY_HPP

#include <slb/describe.hpp>

#include <cstring>

namespace slb::inline v0_1 {

/// Writes `text` percent-encoded as both signature schemes want it: A-Z a-z 0-9 - _ . ~ stay, every other
/// byte becomes %XX in upper case. Returns the end; `out` has room for 3 * text.size() bytes.
/// Source: aliyun/darabonba-openapi-util, percentEncode.
constexpr char* percent_encode(char* out, std::string_view text) { return detail::escape(out, text, "%"); }

namespace detail {

/// A text fixed at compile time, as it stands in a query, and as it stands in the string to sign of signature
/// 1.0, which is the query encoded once more. Its sizes are constants, so that a copy is no call.
template <std::size_t Once, std::size_t Twice>
struct query_text {
    char once[Once] = {};
    char twice[Twice] = {};

    constexpr explicit query_text(std::string_view plain) {
        escape(once, plain, "%");
        escape(twice, plain, "%25");
    }
};
constexpr std::size_t encoded_size(std::string_view plain, std::size_t escape_size) {
    std::size_t size = 0;
    for (char c : plain) size += unreserved(c) ? 1 : escape_size;
    return size;
}
template <auto const& Text>
inline constexpr query_text<encoded_size(Text.view(), 3), encoded_size(Text.view(), 5)>
    query_text_of(Text.view());

/// What parameters are written to, piece by piece: a piece that is fixed, a value, a value that encoding
/// leaves as it is, or a separator, which in the query stands bare. This sink measures (upper bounds).
struct query_measurer {
    std::size_t once = 0;
    std::size_t twice = 0;

    template <std::size_t Once, std::size_t Twice>
    constexpr void put(query_text<Once, Twice> const&) {
        once += Once;
        twice += Twice;
    }
    constexpr void put_value(std::string_view value) {
        once += 3 * value.size();
        twice += 5 * value.size();
    }
    constexpr void put_plain(std::string_view value) {
        once += value.size();
        twice += value.size();
    }
    constexpr void put_separator(char) {
        once += 1;
        twice += 3;
    }
};
/// This one writes the query.
struct query_writer {
    writer once;

    template <std::size_t Once, std::size_t Twice>
    constexpr void put(query_text<Once, Twice> const& text) {
        once.put_array(text.once);
    }
    constexpr void put_value(std::string_view value) { once.put_encoded(value); }
    constexpr void put_plain(std::string_view value) { once.put(value); }
    constexpr void put_separator(char c) { *once.out++ = c; }
};

template <class Sink, class Rule>
constexpr void put_value(Sink& sink, text_value<Rule> const& value) {
    if constexpr (requires { Rule::plain; })
        sink.put_plain(value.text());
    else
        sink.put_value(value.text());
}
template <class Sink, class Rule>
constexpr void put_value(Sink& sink, number_value<Rule> const& value) {
    sink.put_plain(digits(value.number()).view());
}

template <class Sink>
constexpr void put_value(Sink& sink, flag value) {
    sink.put_plain(value.value() ? "true" : "false");
}

/// What stands in front of a member's value in a JSON object, and between and around objects. All values are
/// quoted.
template <class Element, std::size_t Index, bool First>
inline constexpr fixed_text<described<Element>::template word<Index>().name.size() + (First ? 5 : 6)>
    member_prefix(First ? "{\"" : "\",\"", described<Element>::template word<Index>().name, "\":\"");
inline constexpr fixed_text<2> object_end("\"}");
inline constexpr fixed_text<2> empty_object("{}");
inline constexpr fixed_text<1> list_begin("[");
inline constexpr fixed_text<1> list_comma(",");
inline constexpr fixed_text<1> list_end("]");

template <class Element>
constexpr bool holds_only_values() {
    bool only = true;
    for_each_word<Element>(
        [&](auto const& word) { only = only && is_field<std::remove_cvref_t<decltype(word)>>; });
    return only;
}
template <class Value>
inline constexpr bool is_free_text = false;
template <class Rule>
    requires requires { Rule::free; }
inline constexpr bool is_free_text<text_value<Rule>> = true;
template <class Value>
inline constexpr bool is_free_text<maybe<Value>> = is_free_text<Value>;
template <class Element>
constexpr bool needs_no_escapes() {
    bool none = true;
    for_each_word<Element>([&](auto const& word) {
        none = none && !is_free_text<std::remove_cvref_t<decltype(std::declval<Element&>().*word.member)>>;
    });
    return none;
}

/// One element of a JSON list, as `{"ServerId":"i-1","Port":"80"}`: numbers are quoted, as the documented
/// examples quote them, and no value needs a JSON escape, because no rule may admit what needs one.
template <class Sink, class Element>
constexpr void put_element(Sink& sink, Element const& element) {
    static_assert(holds_only_values<Element>(), "an_element_of_a_request_must_hold_values_only");
    static_assert(needs_no_escapes<Element>(), "a_value_in_a_json_list_must_have_a_rule_that_is_not_free");
    bool first = true;
    auto const put_member = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
        auto const put_present = [&](auto const& value) {
            if (first)
                sink.put(query_text_of<member_prefix<Element, Index, true>>);
            else
                sink.put(query_text_of<member_prefix<Element, Index, false>>);
            put_value(sink, value);
            first = false;
        };
        auto const& value = element.*described<Element>::template word<Index>().member;
        if constexpr (is_maybe<std::remove_cvref_t<decltype(value)>>) {
            if (value) put_present(*value);
        } else {
            put_present(value);
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (put_member(std::integral_constant<std::size_t, I>{}), ...);
    }
    (typename described<Element>::words::indices{});
    if (first)
        sink.put(query_text_of<empty_object>);
    else
        sink.put(query_text_of<object_end>);
}

/// A parameter of a request: which word it comes from, and which side where the word describes pairs.
struct parameter_slot {
    std::string_view name;
    std::size_t word = 0;
    bool second = false;
    /// What follows the name directly: '.' and a number where each element of a list has its own parameters.
    bool numbered = false;
};
/// Whether the one is to be sent before the other: by name, bytewise.
constexpr bool goes_before(parameter_slot const& left, parameter_slot const& right) {
    std::size_t const size = left.name.size() < right.name.size() ? left.name.size() : right.name.size();
    int const order = left.name.substr(0, size).compare(right.name.substr(0, size));
    if (order != 0) return order < 0;
    auto const next = [&](parameter_slot const& slot) {
        return slot.name.size() != size ? static_cast<unsigned char>(slot.name[size])
               : slot.numbered          ? '.'
                                        : 0;
    };
    return next(left) < next(right);
}
template <class Request>
constexpr std::size_t parameter_count() {
    std::size_t count = 0;
    for_each_word<Request>(
        [&](auto const& word) { count += is_pairs<std::remove_cvref_t<decltype(word)>> ? 2U : 1U; });
    return count;
}
template <class Request>
struct parameter_table {
    static constexpr std::size_t size = parameter_count<Request>();
    parameter_slot rows[size];
};
/// The parameters of a request in the order of the canonical query: by name, bytewise.
template <class Request>
inline constexpr parameter_table<Request> sorted_parameters = [] {
    parameter_table<Request> table{};
    std::size_t count = 0;
    std::size_t word_index = 0;
    auto const insert = [&](parameter_slot slot) {
        std::size_t at = count++;
        for (; at != 0 && goes_before(slot, table.rows[at - 1]); --at) table.rows[at] = table.rows[at - 1];
        table.rows[at] = slot;
    };
    for_each_word<Request>([&](auto const& word) {
        if constexpr (is_pairs<std::remove_cvref_t<decltype(word)>>) {
            insert({word.first.name, word_index, false});
            insert({word.second.name, word_index, true});
        } else {
            insert({word.name, word_index, false, is_numbered<std::remove_cvref_t<decltype(word)>>});
        }
        ++word_index;
    });
    return table;
}();

template <class Sink, class List, class Side>
constexpr void put_json_list(Sink& sink, List const& list, Side side) {
    sink.put(query_text_of<list_begin>);
    bool first = true;
    for (auto const& item : list) {
        if (!first) sink.put(query_text_of<list_comma>);
        put_element(sink, side(item));
        first = false;
    }
    sink.put(query_text_of<list_end>);
}

template <class Request, std::size_t Slot>
inline constexpr fixed_text<sorted_parameters<Request>.rows[Slot].name.size() +
                            sorted_parameters<Request>.rows[Slot].numbered>
    parameter_name(sorted_parameters<Request>.rows[Slot].name,
                   std::string_view(".", sorted_parameters<Request>.rows[Slot].numbered));

template <class Element, std::size_t Index>
inline constexpr fixed_text<described<Element>::template word<Index>().name.size() + 1>
    numbered_member(".", described<Element>::template word<Index>().name);

/// Writes the elements of a list as parameters `Tag.1.Key=env&Tag.1.Value=test&Tag.2.Key=...`, in bytewise
/// order of their names: 1, 10, 11, ..., 2, 20, ... `begin` writes what stands in front of the number.
template <class Sink, class List, class Begin>
constexpr void put_numbered(Sink& sink, List const& list, Begin begin) {
    using element_type = typename List::value_type;
    static_assert(holds_only_values<element_type>(), "an_element_of_a_request_must_hold_values_only");
    std::size_t number = 1;
    auto const put_member = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
        auto const put_present = [&](auto const& value) {
            begin();
            sink.put_plain(digits(static_cast<std::int64_t>(number)).view());
            sink.put(query_text_of<numbered_member<element_type, Index>>);
            sink.put_separator('=');
            put_value(sink, value);
        };
        auto const& value = list[number - 1].*described<element_type>::template word<Index>().member;
        if constexpr (is_maybe<std::remove_cvref_t<decltype(value)>>) {
            if (value) put_present(*value);
        } else {
            put_present(value);
        }
    };
    for (std::size_t left = list.size(); left != 0; --left) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (put_member(std::integral_constant<std::size_t, sorted_parameters<element_type>.rows[I].word>{}),
             ...);
        }
        (typename described<element_type>::words::indices{});
        if (number * 10 <= list.size()) {
            number *= 10;
            continue;
        }
        if (number == list.size()) number /= 10;
        for (++number; number % 10 == 0;) number /= 10;
    }
}

/// Writes the parameters of a request that is in order, encoded and sorted: `A=1&B=2`. This text is the
/// canonical query of the one scheme, a part of the other's, and what travels in the target or the body.
template <class Sink, class Request>
constexpr void put_query(Sink& sink, Request const& request) {
    bool first = true;
    auto const put_parameter = [&]<std::size_t Slot>(std::integral_constant<std::size_t, Slot>) {
        constexpr parameter_slot slot = sorted_parameters<Request>.rows[Slot];
        auto const& word = described<Request>::template word<slot.word>();
        auto const& member = request.*word.member;
        using word_type = std::remove_cvref_t<decltype(word)>;
        auto const begin_name = [&] {
            if constexpr (requires { Sink::rank(slot.name); }) {
                constexpr std::size_t rank = Sink::rank(slot.name);
                sink.begin_parameter(rank);
            }
            if (!first) sink.put_separator('&');
            sink.put(query_text_of<parameter_name<Request, Slot>>);
            first = false;
        };
        auto const begin = [&] {
            begin_name();
            sink.put_separator('=');
        };
        if constexpr (is_field<word_type>) {
            if constexpr (is_maybe<std::remove_cvref_t<decltype(member)>>) {
                if (!member) return;
                begin();
                put_value(sink, *member);
            } else {
                begin();
                put_value(sink, member);
            }
        } else if constexpr (is_numbered<word_type>) {
            put_numbered(sink, member, begin_name);
        } else if (!member.empty()) {
            begin();
            if constexpr (!is_pairs<word_type>)
                put_json_list(
                    sink, member, [](auto const& item) -> auto const& { return item; });
            else if constexpr (slot.second)
                put_json_list(
                    sink, member, [&](auto const& item) -> auto const& { return item.*word.second.side; });
            else
                put_json_list(
                    sink, member, [&](auto const& item) -> auto const& { return item.*word.first.side; });
        }
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (put_parameter(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<parameter_table<Request>::size>{});
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
