// Prints the tables of the README from what the code says.
#include <slb/explain/source.hpp>
#include <slb/operations.hpp>
#include <slb/response.hpp>
#include <slb/retry.hpp>
#include <slb/validate.hpp>

#include <iostream>
#include <optional>
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

template <class Operation>
void print_repetition() {
    slb::repetition const repeated = slb::repetition_of<Operation>();
    std::cout << "| `" << slb::action_of<Operation> << "` | " << (repeated.safe ? "yes" : "no") << " | "
              << repeated.why << " |\n";
}

template <class... Operations>
void print_operations(slb::operation_list<Operations...>) {
    std::cout
        << "| request | parameters, in brackets what may be left out | response |\n| --- | --- | --- |\n";
    (print<Operations>(), ...);
}
template <class... Operations>
void print_repetitions(slb::operation_list<Operations...>) {
    std::cout << "| operation | safe to repeat | why |\n| --- | --- | --- |\n";
    (print_repetition<Operations>(), ...);
}

/// What a first attempt that failed so is followed by, with time and budget enough.
std::string verdict(slb::error const& why, bool repeatable) {
    slb::retry_budget budget;
    auto const decision = slb::decide({}, {.error = why, .repeatable = repeatable}, budget);
    return std::string(message(decision.verdict));
}
void print_row(std::string const& outcome, slb::error const& why) {
    std::cout << "| " << outcome << " | " << verdict(why, true) << " | " << verdict(why, false) << " |\n";
}
/// One row for all the ways to fail that end alike, of calls that came that far.
void print_trouble(slb::delivery reached, bool helped) {
    std::string all;
    std::optional<slb::error> one;
    for (int i = 1; i != slb::errc_count; ++i) {
        slb::error const why(static_cast<slb::errc>(i), reached);
        bool const of_service = why == slb::errc::service_refused || why == slb::errc::clock_skew;
        if (of_service || slb::may_help(why) != helped) continue;
        all += (all.empty() ? "" : " / ") + std::string(message(why.code()));
        one = why;
    }
    if (one) print_row(std::string(message(reached)) + ": " + (helped ? all : "anything else"), *one);
}
/// One row for all codes of the service that say the same of another attempt.
void print_codes(slb::service_retry retry, std::string const& meaning) {
    std::size_t codes = 0;
    std::string_view first;
    std::string_view last;
    slb::detail::service_code_row const* one = nullptr;
    for (auto const& row : slb::detail::service_code_table::rows) {
        if (row.retry != retry) continue;
        if (std::string_view(row.code) != last) ++codes;
        last = row.code;
        bool const well_known =
            row.group == slb::service_group::throttling || std::string_view(row.code) == "Forbidden.RAM";
        if (one == nullptr || well_known) one = &row;
    }
    slb::service_error const said{.code = one->code, .http_status = one->http_status};
    auto const answer = slb::parse<slb::delete_vserver_group>(
        std::string(R"({"Code":")").append(one->code).append(R"(","Message":")").append(one->text) +
            R"(","RequestId":"R"})",
        one->http_status == 0 ? 400 : one->http_status);
    print_row(std::string(message(answer.error().delivery())) + ": " + meaning + " (" +
                  std::to_string(codes) + (codes == 1 ? " code: `" : " codes, as `") +
                  std::string(said.code) + "`)",
              answer.error());
}
void print_retries() {
    using enum slb::delivery;
    using enum slb::service_retry;
    std::cout << "| outcome of an attempt | of an operation that is safe to repeat | of another |\n"
                 "| --- | --- | --- |\n";
    for (bool const helped : {true, false}) print_trouble(not_sent, helped);
    print_codes(after_delay, "the service is busy, throttles, or failed before it began");
    print_codes(slb::service_retry::no, "any other refusal");
    print_codes(after_reading, "the service failed, perhaps in the middle");
    print_trouble(maybe_applied, true);
    print_trouble(maybe_applied, false);
    print_trouble(applied, false);
}

} // namespace

/// readme_tables operations|repetitions|retries
int main(int count, char** arguments) {
    std::string_view const table = count == 2 ? arguments[1] : "";
    if (table == "operations") print_operations(slb::all_operations{});
    if (table == "repetitions") print_repetitions(slb::all_operations{});
    if (table == "retries") print_retries();
}
