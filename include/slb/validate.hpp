#ifndef SLB_VALIDATE_HPP
#define SLB_VALIDATE_HPP

#include <slb/describe.hpp>

namespace slb::inline v0_1 {

namespace detail {

// Each of these says whether all is well, and fills in `why` only when it is not: an error is a large object.

template <class Value>
constexpr bool verify_value(Value const& value, std::string_view parameter, std::string_view member,
                            int index, slb::error& why) {
    if constexpr (is_maybe<Value>) {
        return !value || verify_value(*value, parameter, member, index, why);
    } else {
        errc const broken = value.broken_rule();
        if (broken == errc::none) return true;
        why = slb::error(broken, wire_path{parameter, member, index});
        if constexpr (std::is_same_v<typename Value::input, std::int64_t>) why.with_number(value.number());
        return false;
    }
}

template <class Element>
constexpr bool verify_element(Element const& element, std::string_view parameter, int index,
                              slb::error& why) {
    bool good = true;
    for_each_word<Element>([&](auto const& word) {
        good = good && verify_value(element.*word.member, parameter, word.name, index, why);
    });
    if constexpr (requires { inspect(element); }) {
        if (!good) return false;
        if (finding const found = inspect(element); found.broken != errc::none) {
            why = slb::error(found.broken, wire_path{parameter, found.member, index});
            return false;
        }
    }
    return good;
}

template <class T>
inline constexpr bool is_required_list = false;
template <class T, std::size_t Max>
inline constexpr bool is_required_list<required_list<T, Max>> = true;

template <class List, class Side>
constexpr bool verify_list(List const& list, std::string_view name, Side side, slb::error& why) {
    if (list.overfull()) {
        why = slb::error(errc::too_many_items, wire_path{name, {}, -1});
        why.with_number(static_cast<std::int64_t>(list.added()));
        return false;
    }
    if (is_required_list<List> && list.empty()) {
        why = slb::error(errc::list_empty, wire_path{name, {}, -1});
        return false;
    }
    int index = 0;
    for (auto const& item : list) {
        if (!verify_element(side(item), name, index, why)) return false;
        if constexpr (requires { same_server(side(item), side(item)); })
            for (auto const* earlier = list.begin(); earlier != &item; ++earlier)
                if (same_server(side(*earlier), side(item))) {
                    why = slb::error(errc::duplicate_server, wire_path{name, {}, index});
                    return false;
                }
        ++index;
    }
    return true;
}

template <class Pairs, class List>
constexpr bool verify_pairs(Pairs const& word, List const& list, slb::error& why) {
    auto const first = [&](auto const& pair) -> auto const& { return pair.*word.first.side; };
    auto const second = [&](auto const& pair) -> auto const& { return pair.*word.second.side; };
    if (!verify_list(list, word.first.name, first, why) || !verify_list(list, word.second.name, second, why))
        return false;
    int index = 0;
    if constexpr (requires { same_server(first(*list.begin()), second(*list.begin())); })
        for (auto const& pair : list) {
            if (same_server(first(pair), second(pair))) {
                why = slb::error(errc::server_replaced_by_itself, wire_path{word.first.name, {}, index});
                return false;
            }
            ++index;
        }
    return true;
}

} // namespace detail

/// Checks a request against the rules of its values and those between them. The error names the wire
/// parameter; errc::none: the request can be sent. Every call does this itself before anything is sent: it is
/// there for programs that want to know earlier. It allocates nothing.
template <described_operation Request>
constexpr slb::error validate(Request const& request) {
    slb::error why;
    bool good = true;
    detail::for_each_word<Request>([&](auto const& word) {
        if (!good) return;
        using word_type = std::remove_cvref_t<decltype(word)>;
        auto const& member = request.*word.member;
        if constexpr (detail::is_field<word_type>)
            good = detail::verify_value(member, word.name, {}, -1, why);
        else if constexpr (detail::is_pairs<word_type>)
            good = detail::verify_pairs(word, member, why);
        else
            good = detail::verify_list(
                member, word.name, [](auto const& item) -> auto const& { return item; }, why);
        if constexpr (detail::is_numbered<word_type>)
            if (!good) why.with_numbered_path();
    });
    if constexpr (requires { inspect(request); })
        if (good)
            if (finding const found = inspect(request); found.broken != errc::none)
                why = slb::error(found.broken, wire_path{found.member, {}, -1});
    return why;
}

} // namespace slb::inline v0_1

#endif
