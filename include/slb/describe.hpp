#ifndef SLB_DESCRIBE_HPP
#define SLB_DESCRIBE_HPP

#include <slb/values.hpp>

namespace slb::inline v0_1 {

/// Names a type to `describe`, which argument-dependent lookup finds beside the described struct.
template <class T>
struct type {};

/// The words of a description. Each wire name of the API stands in a description and nowhere else.
///
///   field(name, &T::m)                   one value: a validated value in a request; in a response a view, a
///                                        number or a bool. Required, unless its type is maybe<...>
///   object(name, &T::m)                  a part of a response that is described itself; it may be missing
///   items(name, item_name, &T::m)        a list of a response: list_view of described elements, which may
///                                        hold lists themselves, or of plain values
///   json_list(name, &T::m)               a list of a request, sent as JSON text in one parameter
///   numbered(name, &T::m)                a list of a request, sent as parameters Name.1.Key, Name.1.Value
///   ... pairs(&T::m, json_part, json_part)   one list of pairs of a request, sent as two such parameters
///   json_part(name, &Pair::m)            one side of the pairs
///
/// The structs here are what these functions give, for code that interprets descriptions. Names are views: a
/// description is made of literals.
namespace word {

/// What field() gives.
template <class Struct, class Member>
struct field {
    /// @{
    /// The described struct, the type of its member, the wire name, and the member itself.
    using owner = Struct;
    using member_type = Member;
    std::string_view name;
    Member Struct::*member;
    /// @}
};
/// What object() gives.
template <class Struct, class Member>
struct object {
    /// @{
    /// The described struct, the type of its member, the wire name, and the member itself.
    using owner = Struct;
    using member_type = Member;
    std::string_view name;
    Member Struct::*member;
    /// @}
};
/// What items() gives.
template <class Struct, class Element>
struct items {
    /// @{
    /// The described struct, what its list holds, the wire names of the list and of one item, and the member.
    using owner = Struct;
    using element = Element;
    std::string_view name;
    std::string_view item_name;
    list_view<Element> Struct::*member;
    /// @}
};
/// What json_list() gives.
template <class Struct, class List>
struct json_list {
    /// @{
    /// The described struct, what its list holds, the name of the parameter, and the member.
    using owner = Struct;
    using element = typename List::value_type;
    std::string_view name;
    List Struct::*member;
    /// @}
};
/// What numbered() gives.
template <class Struct, class List>
struct numbered {
    /// @{
    /// The described struct, what its list holds, what stands in front of the number, and the member.
    using owner = Struct;
    using element = typename List::value_type;
    std::string_view name;
    List Struct::*member;
    /// @}
};
/// What json_part() gives.
template <class Pair, class Element>
struct json_part {
    /// @{
    /// What the parameter's list holds, the name of the parameter, and the member of a pair that goes there.
    using element = Element;
    std::string_view name;
    Element Pair::*side;
    /// @}
};
/// What pairs() gives.
template <class Struct, class Pair, std::size_t Max, class First, class Second>
struct pairs {
    /// @{
    /// The described struct, its list of pairs, and the two parameters in which they are sent.
    using owner = Struct;
    list<Pair, Max> Struct::*member;
    json_part<Pair, First> first;
    json_part<Pair, Second> second;
    /// @}
};

} // namespace word

/// A member that holds one value. Unless it is a maybe<...> it is required: a response without it is refused
/// with errc::member_missing.
template <class Struct, class Member>
constexpr word::field<Struct, Member> field(std::string_view name, Member Struct::*member) {
    return {name, member};
}
/// A member that is a described struct, of a response. Where it is missing, the struct stays as it was made,
/// whatever is required in it.
template <class Struct, class Member>
constexpr word::object<Struct, Member> object(std::string_view name, Member Struct::*member) {
    return {name, member};
}
/// A list of a response: `"name": {"item_name": [...]}`, in XML `<name><item_name>...`. One that is missing
/// is empty.
template <class Struct, class Element>
constexpr word::items<Struct, Element> items(std::string_view name, std::string_view item_name,
                                             list_view<Element> Struct::*member) {
    return {name, item_name, member};
}
/// A list of a request, sent as the text `[{"ServerId":"i-1","Port":"80"}]`. Elements hold validated values
/// only. An empty list is not sent.
template <class Struct, class List>
constexpr word::json_list<Struct, List> json_list(std::string_view name, List Struct::*member) {
    return {name, member};
}
/// A list of a request, sent as one parameter for each value of each element, counted from 1. Elements hold
/// validated values only. An empty list is not sent.
template <class Struct, class List>
constexpr word::numbered<Struct, List> numbered(std::string_view name, List Struct::*member) {
    return {name, member};
}
/// One side of pairs: the parameter `name` holds this member of each of them.
template <class Pair, class Element>
constexpr word::json_part<Pair, Element> json_part(std::string_view name, Element Pair::*side) {
    return {name, side};
}
/// Two lists of a request that belong together, each sent as by json_list(), item by item in the same order.
/// So they cannot differ in length. An empty list sends neither.
template <class Struct, class Pair, std::size_t Max, class First, class Second>
constexpr word::pairs<Struct, Pair, Max, First, Second> pairs(list<Pair, Max> Struct::*member,
                                                              word::json_part<Pair, First> first,
                                                              word::json_part<Pair, Second> second) {
    return {member, first, second};
}

/// Whether a call of an operation may be sent again when nobody knows what became of it: `safe` says that two
/// of them leave the same state and get the same answer as one.
struct repetition {
    /// Whether it may.
    bool safe = false;
    /// Why, in a few words; a literal.
    std::string_view why{};
};
/// It may be sent again, for that reason.
constexpr repetition repeatable(std::string_view why) { return {true, why}; }
/// It must not, for that reason. So is an operation that says nothing, unless its name says that it only
/// reads.
constexpr repetition not_repeatable(std::string_view why) { return {false, why}; }

namespace detail {

/// Indexed leaves instead of std::tuple: a tenth of its compile time.
template <std::size_t Index, class Word>
struct leaf {
    Word word;
};
template <std::size_t Index, class Word>
constexpr Word const& get(leaf<Index, Word> const& found) {
    return found.word;
}

template <class Indices, class... Words>
struct leaves;
template <std::size_t... Indices, class... Words>
struct leaves<std::index_sequence<Indices...>, Words...> : leaf<Indices, Words>... {
    using indices = std::index_sequence<Indices...>;
    static constexpr std::size_t size = sizeof...(Words);
    constexpr explicit leaves(Words... words) : leaf<Indices, Words>{words}... {}
};

template <class... Words>
using word_list = leaves<std::index_sequence_for<Words...>, Words...>;

template <class Struct, class... Words>
struct description {
    word_list<Words...> words;
};
template <class Struct, class Response, class... Words>
struct operation_description : description<Struct, Words...> {
    using response_type = Response;
    std::string_view action;
    repetition repeated{};
};

} // namespace detail

/// Describes a struct that is part of a request or response.
template <class Struct, class... Words>
constexpr auto members(Words... words) {
    return detail::description<Struct, Words...>{detail::word_list<Words...>(words...)};
}
/// Describes an operation: its request `Struct`, the response it gets, and the name of the action.
template <class Struct, class Response, class... Words>
constexpr auto operation(std::string_view action, Words... words) {
    return detail::operation_description<Struct, Response, Words...>{{detail::word_list<Words...>(words...)},
                                                                     action};
}
/// The same, and whether a call may be sent again when its outcome is unknown.
template <class Struct, class Response, class... Words>
constexpr auto operation(std::string_view action, repetition repeated, Words... words) {
    return detail::operation_description<Struct, Response, Words...>{
        {detail::word_list<Words...>(words...)}, action, repeated};
}

namespace detail {

template <class T>
concept has_description = requires {
    describe(type<T>{});
};

/// How many members an aggregate has: as many as it takes initialisers.
template <class T, std::size_t... Indices>
constexpr bool takes_initialisers(std::index_sequence<Indices...>) {
    return requires { T{(static_cast<void>(Indices), anything{})...}; };
}
template <class T, std::size_t Count = 0>
constexpr std::size_t member_count() {
    if constexpr (takes_initialisers<T>(std::make_index_sequence<Count + 1>{}))
        return member_count<T, Count + 1>();
    else
        return Count;
}

/// A struct whose required members are to be filled.
template <class T>
constexpr T make_empty() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return T{(static_cast<void>(I), anything{})...};
    }
    (std::make_index_sequence<member_count<T>()>{});
}

template <class Word>
inline constexpr bool is_pairs = false;
template <class Struct, class Pair, std::size_t Max, class First, class Second>
inline constexpr bool is_pairs<word::pairs<Struct, Pair, Max, First, Second>> = true;
template <class Word>
inline constexpr bool is_field = false;
template <class Struct, class Member>
inline constexpr bool is_field<word::field<Struct, Member>> = true;
template <class Word>
inline constexpr bool is_object = false;
template <class Struct, class Member>
inline constexpr bool is_object<word::object<Struct, Member>> = true;
template <class Word>
inline constexpr bool is_items = false;
template <class Struct, class Element>
inline constexpr bool is_items<word::items<Struct, Element>> = true;
template <class Word>
inline constexpr bool is_numbered = false;
template <class Struct, class List>
inline constexpr bool is_numbered<word::numbered<Struct, List>> = true;

template <class T>
inline constexpr bool is_maybe = false;
template <class T>
inline constexpr bool is_maybe<maybe<T>> = true;

template <class A, class B>
constexpr bool same_member(A const& left, B const& right) {
    if constexpr (std::is_same_v<decltype(left.member), decltype(right.member)>)
        return left.member == right.member;
    else
        return false;
}
/// Whether a name is `list`, or may be that of one of its parameters.
constexpr bool is_numbered_name(std::string_view name, std::string_view list) {
    return name.substr(0, list.size()) == list && (name.size() == list.size() || name[list.size()] == '.');
}
template <class Word>
constexpr bool names_word(Word const& word, std::string_view name) {
    if constexpr (is_pairs<Word>)
        return word.first.name == name || word.second.name == name;
    else if constexpr (is_numbered<Word>)
        return is_numbered_name(name, word.name);
    else
        return word.name == name;
}
template <class A, class B>
constexpr bool share_name(A const& left, B const& right) {
    if constexpr (is_pairs<B>)
        return names_word(left, right.first.name) || names_word(left, right.second.name);
    else if constexpr (is_numbered<B> && !is_pairs<A>)
        return names_word(left, right.name) || is_numbered_name(left.name, right.name);
    else if constexpr (is_numbered<B>)
        return names_word(right, left.first.name) || names_word(right, left.second.name);
    else
        return names_word(left, right.name);
}

/// The description of T, after it has been checked against T itself.
template <class T>
struct described {
    static_assert(has_description<T>, "a_struct_needs_a_description");
    static constexpr auto value = describe(type<T>{});
    using words = std::remove_cv_t<decltype(value.words)>;
    static constexpr std::size_t size = words::size;

    template <std::size_t Index>
    static constexpr auto const& word() {
        return detail::get<Index>(value.words);
    }
    template <std::size_t Index>
    using word_type = std::remove_cvref_t<decltype(detail::get<Index>(value.words))>;

    template <std::size_t... I>
    static constexpr bool all_native(std::index_sequence<I...>) {
        return (std::is_same_v<typename word_type<I>::owner, T> && ...);
    }
    /// Whether any two different words share what `Same` compares.
    template <class Same, std::size_t... I>
    static constexpr bool repeats(Same same, std::index_sequence<I...>) {
        [[maybe_unused]] auto const against_later =
            [&]<std::size_t First>(std::integral_constant<std::size_t, First>) {
                return ((I > First && same(word<First>(), word<I>())) || ...);
            };
        return (against_later(std::integral_constant<std::size_t, I>{}) || ...);
    }
    template <std::size_t... I>
    static constexpr bool pairs_differ(std::index_sequence<I...>) {
        [[maybe_unused]] auto const differ = [](auto const& one) {
            if constexpr (is_pairs<std::remove_cvref_t<decltype(one)>>)
                return one.first.name != one.second.name;
            else
                return true;
        };
        return (differ(word<I>()) && ...);
    }
    static constexpr bool names_repeat() {
        return repeats([](auto const& a, auto const& b) { return share_name(a, b); },
                       typename words::indices{}) ||
               !pairs_differ(typename words::indices{});
    }
    static constexpr bool members_repeat() {
        return repeats([](auto const& a, auto const& b) { return same_member(a, b); },
                       typename words::indices{});
    }

    static_assert(all_native(typename words::indices{}), "a_description_must_not_name_a_foreign_member");
    static_assert(!names_repeat(), "a_description_must_not_repeat_a_name");
    static_assert(!members_repeat(), "a_description_must_not_describe_a_member_twice");
    static_assert(size >= member_count<T>(), "a_description_must_not_forget_a_member");
    static_assert(size <= 64, "a_struct_must_not_have_more_than_64_members");
    /// It travels in a header as well as in a query.
    static constexpr bool names_a_good_action() {
        if constexpr (requires { value.action; })
            return !value.action.empty() && is_plain(value.action);
        else
            return true;
    }
    static_assert(names_a_good_action(), "an_action_must_be_letters_digits_dash_or_dot");
};

/// Calls f(word) for each word of T's description, in order.
template <class T, class F>
constexpr void for_each_word(F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (f(described<T>::template word<I>()), ...); }
    (typename described<T>::words::indices{});
}

/// The wire name of a member, for rules that span members.
template <class Struct, class Member>
constexpr std::string_view wire_name(Member Struct::*member) {
    std::string_view name;
    for_each_word<Struct>([&](auto const& word) {
        if constexpr (std::is_same_v<std::remove_cv_t<decltype(word.member)>, Member Struct::*>)
            if (word.member == member) name = word.name;
    });
    return name;
}

/// The word that describes a member, for its other names and types.
template <auto Member, std::size_t Index = 0>
constexpr auto const& word_of() {
    constexpr auto wanted = field({}, Member);
    using description = described<typename decltype(wanted)::owner>;
    if constexpr (same_member(description::template word<Index>(), wanted))
        return description::template word<Index>();
    else
        return word_of<Member, Index + 1>();
}

} // namespace detail

/// What a rule across the members of a struct has found: `inspect(item)`, beside the described item, gives
/// one with errc::none when all is well, else the rule and the wire name of the member.
struct finding {
    /// The rule that is broken.
    errc broken = errc::none;
    /// The wire name of the member that breaks it. It must outlive the error made of it: a literal, or a name
    /// of the description.
    std::string_view member{};
};

/// An operation of the API: a request struct whose description names an action and a response.
template <class T>
concept described_operation = detail::has_description<T> && requires {
    typename decltype(describe(type<T>{}))::response_type;
};

/// The struct of views that an operation's response holds.
template <described_operation Operation>
using response_of = typename decltype(describe(type<Operation>{}))::response_type;

/// Whether an action only reads, so that it can be sent any number of times: its name begins with Describe
/// or List, as those of all the API's that read do and of none that writes.
/// Source: the operations of the vendor's SDK, slb-20140515.
[[nodiscard]] constexpr bool only_reads(std::string_view action) noexcept {
    return action.substr(0, 8) == "Describe" || action.substr(0, 4) == "List";
}

/// The name of the action, as "ModifyVServerGroupBackendServers".
template <described_operation Operation>
inline constexpr std::string_view action_of = detail::described<Operation>::value.action;

/// Whether an action may be sent again when its outcome is unknown, where nothing is said of it: only if it
/// only reads.
[[nodiscard]] constexpr repetition repetition_of(std::string_view action) noexcept {
    return only_reads(action) ? repeatable("it changes nothing") : not_repeatable("nothing is known of it");
}
/// The same of an operation.
template <described_operation Operation>
[[nodiscard]] constexpr repetition repetition_of() noexcept {
    constexpr repetition said = detail::described<Operation>::value.repeated;
    return said.why.empty() ? repetition_of(action_of<Operation>) : said;
}

} // namespace slb::inline v0_1

#endif
