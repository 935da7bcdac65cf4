// Prints the README's table of operations, from their descriptions.
#include <slb/explain/source.hpp>
#include <slb/operations.hpp>
#include <slb/validate.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace slb::detail;

struct text_sink {
    std::string text{};
    void put(std::string_view piece) { text += piece; }
};

std::string code(std::string_view name, bool required) {
    std::string const quoted = "`" + std::string(name) + "`";
    return required ? quoted : "[" + quoted + "]";
}

template <class Value>
constexpr bool is_required = !is_maybe<Value>;

/// The members of a struct that is an element of a request's list: `(A, [B])`.
template <class Element>
std::string elements(std::size_t least, std::size_t most) {
    std::string text = ": " + std::to_string(least) + " to " + std::to_string(most) + " of (";
    bool first = true;
    for_each_word<Element>([&](auto const& word) {
        using word_type = std::remove_cvref_t<decltype(word)>;
        text += (first ? "" : ", ") + code(word.name, is_required<typename word_type::member_type>);
        first = false;
    });
    return text + ")";
}

template <class Operation>
std::string parameters() {
    std::string text;
    auto const put = [&](std::string const& one) { text += (text.empty() ? "" : ", ") + one; };
    for_each_word<Operation>([&](auto const& word) {
        using word_type = std::remove_cvref_t<decltype(word)>;
        using member = std::remove_cvref_t<decltype(std::declval<Operation&>().*word.member)>;
        if constexpr (is_field<word_type>) {
            put(code(word.name, is_required<member>));
        } else if constexpr (is_pairs<word_type>) {
            put(code(word.first.name, false) +
                elements<typename decltype(word.first)::element>(0, member::capacity()));
            put(code(word.second.name, false) +
                elements<typename decltype(word.second)::element>(0, member::capacity()));
        } else {
            constexpr bool required = slb::detail::is_required_list<member>;
            put(code(std::string(word.name) + (is_numbered<word_type> ? ".N" : ""), required) +
                elements<typename member::value_type>(required ? 1 : 0, member::capacity()));
        }
    });
    return text;
}

template <class Response, std::size_t... Index>
std::string members(std::index_sequence<Index...>) {
    std::string text;
    auto const put = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        constexpr auto word = described<Response>::template word<I>();
        bool constexpr list = is_items<std::remove_cv_t<decltype(word)>>;
        text += (I == 0 ? "`" : ", `") + std::string(member_name<word.member>()) + (list ? "[]`" : "`");
    };
    (put(std::integral_constant<std::size_t, Index>{}), ...);
    return text;
}

template <class Operation>
void print() {
    text_sink type;
    put_type_name<Operation>(type);
    using response = slb::response_of<Operation>;
    std::cout << "| `" << type.text << "` | " << parameters<Operation>() << " | "
              << members<response>(typename described<response>::words::indices{}) << " |\n";
}

template <class... Operations>
void print_all(slb::operation_list<Operations...>) {
    std::cout
        << "| request | parameters, in brackets what may be left out | response |\n| --- | --- | --- |\n";
    (print<Operations>(), ...);
}

} // namespace

int main() { print_all(slb::all_operations{}); }
