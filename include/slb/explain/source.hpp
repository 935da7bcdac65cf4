#ifndef SLB_EXPLAIN_SOURCE_HPP
#define SLB_EXPLAIN_SOURCE_HPP

#include <slb/describe.hpp>
#include <slb/explain/text.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// What the compiler says of a template's argument, from behind `name` on. It stands last, or before a ';'.
constexpr std::string_view argument_in(std::string_view function, std::string_view name) {
    function.remove_prefix(function.find(name) + name.size());
    return function.substr(0, function.find_first_of(";]"));
}
/// The name of a member in C++, as `server_id`.
template <auto Member>
constexpr std::string_view member_name() {
    std::string_view const qualified = argument_in(__PRETTY_FUNCTION__, "Member = ");
    return qualified.substr(qualified.rfind(':') + 1);
}
template <class Named>
constexpr std::string_view type_name() {
    return argument_in(__PRETTY_FUNCTION__, "Named = ");
}

/// Puts the name of an operation's type: of the library's own without the namespace of its version, and with
/// the usual limit as `modify_x`, which is how basic_modify_x<20> is called.
template <class Operation, class Sink>
constexpr void put_type_name(Sink& sink) {
    std::string_view name = type_name<Operation>();
    std::string_view const neighbour = type_name<slb::error>();
    std::string_view const versioned = neighbour.substr(0, neighbour.rfind("error"));
    if (name.substr(0, versioned.size()) == versioned) {
        name.remove_prefix(versioned.size());
        sink.put("slb::");
        std::string_view const basic = "basic_";
        std::string_view const limit = has_description<Operation> ? "<20>" : "<64>";
        if (name.substr(0, basic.size()) == basic && name.substr(name.find('<')) == limit)
            name = name.substr(basic.size(), name.size() - basic.size() - limit.size());
    }
    sink.put(name);
}

/// A string literal, in runtime() where as such it would not compile. What would end it, or begin a trigraph,
/// has a backslash; what cannot be seen is octal, which nothing can prolong.
template <class Sink>
constexpr void put_literal(Sink& sink, std::string_view text, bool breaks_rule = false) {
    // A literal ends at the first NUL.
    bool const is_cut = text.find('\0') != text.npos;
    digits const size(static_cast<std::int64_t>(text.size()));
    sink.put(is_cut ? "slb::runtime(std::string_view(\"" : breaks_rule ? "slb::runtime(\"" : "\"");
    char last = '"';
    while (!text.empty()) {
        std::size_t const length = control_length(text) == 0 ? utf8_length(text) : 0;
        if (text[0] == '"' || text[0] == '\\' || (text[0] == '?' && last == '?')) sink.put("\\");
        last = text[0];
        if (length != 0) {
            sink.put(text.substr(0, length));
            text.remove_prefix(length);
            continue;
        }
        auto const byte = static_cast<unsigned char>(text[0]);
        char const octal[] = {'\\', static_cast<char>('0' + (byte >> 6)),
                              static_cast<char>('0' + (byte >> 3 & 7)), static_cast<char>('0' + (byte & 7))};
        sink.put(std::string_view(octal, sizeof octal));
        text.remove_prefix(1);
    }
    sink.put("\"");
    if (is_cut) {
        sink.put(", ");
        sink.put(size.view());
        sink.put(")");
    }
    if (is_cut || breaks_rule) sink.put(")");
}
/// As put_literal.
template <class Sink>
constexpr void put_number(Sink& sink, std::int64_t number, bool breaks_rule = false) {
    if (breaks_rule) sink.put("slb::runtime(");
    // The least one has no literal.
    sink.put(number == INT64_MIN ? "INT64_MIN" : digits(number).view());
    if (breaks_rule) sink.put(")");
}

/// A member that a word describes, and how an element is put where the member is a list.
template <class Struct, std::size_t Index>
struct described_part {
    static constexpr auto word = described<Struct>::template word<Index>();
    static constexpr auto member = word.member;

    template <class Sink, class Element>
    static void put_element(Sink& sink, Element const& element);
};
/// One side of a pair, which is itself no described struct.
template <class Struct, std::size_t Index, bool Second>
struct pair_part {
    static constexpr auto word = described<Struct>::template word<Index>();
    static constexpr auto member = [] {
        if constexpr (Second)
            return word.second.side;
        else
            return word.first.side;
    }();
};

template <class Value>
bool is_left_out(Value const& value) {
    if constexpr (is_maybe<Value>)
        return !value;
    else if constexpr (requires { value.empty(); })
        return value.empty();
    else
        return false;
}

template <class Sink, class Struct>
void put_described(Sink& sink, Struct const& object, std::string_view separator);

template <class Part, class Sink, class Value>
void put_value_source(Sink& sink, Value const& value) {
    if constexpr (is_maybe<Value>) {
        put_value_source<Part>(sink, *value);
    } else if constexpr (requires { value.text(); }) {
        put_literal(sink, value.text(), value.broken_rule() != errc::none);
    } else if constexpr (requires { value.number(); }) {
        put_number(sink, value.number(), value.broken_rule() != errc::none);
    } else if constexpr (has_description<Value>) {
        sink.put("{");
        put_described(sink, value, ", ");
        sink.put("}");
    } else if constexpr (requires { value.begin(); }) {
        sink.put("{");
        for (auto const& element : value) {
            sink.put(&element == value.begin() ? "\n        {" : ",\n        {");
            Part::put_element(sink, element);
            sink.put("}");
        }
        sink.put("}");
    } else {
        sink.put(value.value() ? "true" : "false");
    }
}

/// Puts members as designated initialisers, which stand in the order of declaration: that of the addresses.
template <class... Parts, class Sink, class Struct>
void put_parts(Sink& sink, Struct const& object, std::string_view separator) {
    auto const offset = [&]<class Part>(std::type_identity<Part>) {
        return static_cast<std::size_t>(reinterpret_cast<char const*>(&(object.*Part::member)) -
                                        reinterpret_cast<char const*>(&object));
    };
    bool first = true;
    std::size_t next = 0;
    std::size_t nearest = 0;
    auto const find = [&](auto part) {
        if (std::size_t const at = offset(part); at >= next && at < nearest) nearest = at;
    };
    auto const put = [&]<class Part>(std::type_identity<Part> part) {
        if (offset(part) != nearest || is_left_out(object.*Part::member)) return;
        if (!first) sink.put(separator);
        first = false;
        sink.put(".");
        sink.put(member_name<Part::member>());
        sink.put(" = ");
        if constexpr (requires { Part::word.name; })
            if (is_secret_name(Part::word.name)) return put_literal(sink, secret_placeholder);
        put_value_source<Part>(sink, object.*Part::member);
    };
    for (std::size_t left = sizeof...(Parts); left != 0; --left) {
        nearest = sizeof(Struct);
        (find(std::type_identity<Parts>{}), ...);
        (put(std::type_identity<Parts>{}), ...);
        next = nearest + 1;
    }
}
template <class Sink, class Struct>
void put_described(Sink& sink, Struct const& object, std::string_view separator) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        put_parts<described_part<Struct, I>...>(sink, object, separator);
    }
    (typename described<Struct>::words::indices{});
}
template <class Struct, std::size_t Index>
template <class Sink, class Element>
void described_part<Struct, Index>::put_element(Sink& sink, Element const& element) {
    if constexpr (is_pairs<std::remove_cv_t<decltype(word)>>)
        put_parts<pair_part<Struct, Index, false>, pair_part<Struct, Index, true>>(sink, element, ", ");
    else
        put_described(sink, element, ", ");
}

/// Puts the C++ expression that makes a request: a described one, or one that has its action and parameters
/// added by name, as raw_operation. A value that breaks its rule is one of run time. (A list that is too long
/// or lacks what it needs no expression makes: what there is of it is shown.)
template <class Sink, class Operation>
void put_source(Sink& sink, Operation const& request) {
    put_type_name<Operation>(sink);
    sink.put("{");
    if constexpr (has_description<Operation>) {
        sink.put("\n    ");
        put_described(sink, request, ",\n    ");
        sink.put("}");
    } else {
        auto const put_text = [&](auto const& value) {
            put_literal(sink, value.text(), value.broken_rule() != errc::none);
        };
        put_text(request.action());
        sink.put("}");
        for (auto const& [name, value] : request.parameters()) {
            sink.put("\n    .with(");
            put_text(name);
            sink.put(", ");
            if (is_secret_name(name.text()))
                put_literal(sink, secret_placeholder);
            else if (value.is_number())
                put_number(sink, value.number());
            else
                put_text(value);
            sink.put(")");
        }
    }
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
