#include <slb/json_value.hpp>
// The header under test comes first: it stands alone.
#include "support/boost_oracle.hpp"
#include "support/exact_bytes.hpp"
#include "support/json_walk.hpp"
#include "support/print.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <iterator>

BOOST_AUTO_TEST_SUITE(json_value)

namespace {

using namespace slb_test;

static_assert(std::input_iterator<slb::json_value::iterator>);
static_assert(std::input_iterator<slb::json_members::iterator>);
static_assert(std::is_trivially_copyable_v<slb::json_value>);

template <class Name>
concept names_a_member = requires(slb::json_value const& value, Name&& name) {
    value[std::forward<Name>(name)];
};

/// A document in memory of exactly its size, and the cursor to it.
struct document {
    exact_bytes body;
    exact_bytes memory;
    slb::json_value root{};
    slb::error error;

    explicit document(std::string_view text, slb::parse_limits limits = {})
        : document(text, slb::parse_memory<slb::json_value>(text.size(), limits), limits) {}
    document(std::string_view text, std::size_t memory_size, slb::parse_limits limits = {})
        : body(text), memory(memory_size), error(slb::parse_json(body.view(), root, memory.span(), limits)) {}
};

boost::json::value boost_reading(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 64;
    return boost::json::parse({text.data(), text.size()}, boost::json::storage_ptr(), options);
}

/// Compares the cursor with Boost.JSON on one text. Gives whether the text was accepted.
bool agrees(std::string_view text) {
    document const ours(text);
    auto const verdict = boost_oracle::read(text);
    bool const accepted = ours.error == slb::errc::none;
    if (!verdict.well_formed) {
        BOOST_TEST((!accepted || verdict.exponent_too_large), text);
        BOOST_TEST((accepted || ours.root.error() == slb::errc::called_out_of_order), text);
        return false;
    }
    boost::json::value const theirs = boost_reading(text);
    BOOST_TEST(accepted == theirs.is_object(), text << ": " << text_of(ours.error));
    if (!accepted) return false;
    std::string const difference =
        verdict.repeats ? json_walk::check(ours.root) : json_walk::compare(ours.root, theirs);
    BOOST_TEST(difference == "", text << "\n" << difference);
    return true;
}

constexpr std::string_view balancers = R"({"RequestId":"R","LoadBalancers":{"LoadBalancer":[
    {"LoadBalancerId":"lb-1","Bandwidth":5,"Tags":{"Tag":[{"TagKey":"k"}]}},
    {"LoadBalancerId":"lb-2","Bandwidth":"100","Spec":{"Size":"small"}},
    {"LoadBalancerId":null},
    {"LoadBalancerId":7,"Bandwidth":"much","Twice":1,"T\u0077ice":2}]},"Grid":[[1,2],[3,"x"]]})";

} // namespace

BOOST_AUTO_TEST_CASE(every_value_of_generated_documents_is_what_boost_json_reads) {
    std::size_t accepted = 0;
    std::size_t damaged = 0;
    for (std::uint32_t seed = 0; seed != 1500; ++seed) {
        generator random(seed);
        std::string const text = document_generator(random).document();
        BOOST_TEST(agrees(text), text);
        for (int i = 0; i != 4; ++i) (agrees(random.mutated(text)) ? accepted : damaged) += 1;
        BOOST_TEST(agrees(random.json(random.make_reply())));
    }
    std::cout << "json_value: " << accepted << " of " << accepted + damaged << " mutations are JSON\n";
    BOOST_TEST(accepted > 500U);
    BOOST_TEST(damaged > 500U);
}

BOOST_AUTO_TEST_CASE(a_document_cut_anywhere_is_refused) {
    for (std::string_view const text :
         {balancers, documented_json,
          std::string_view(R"({"a\ud83c\udfae":"\u00e4\n","b":[-0.5e+7,true]})")}) {
        BOOST_TEST(agrees(text));
        for (std::size_t size = 0; size != text.size(); ++size) {
            document const cut(text.substr(0, size));
            BOOST_TEST((cut.error == slb::errc::text_malformed || cut.error == slb::errc::utf8_invalid));
            BOOST_TEST(!cut.root);
        }
    }
}

BOOST_AUTO_TEST_CASE(only_an_object_is_a_document) {
    for (std::string_view const text :
         {"", " ", "[", "[1,]", "01", "\"a", "nul", "[]x", "[] []", "{}x", "{} {}", "{\"a\":}"})
        BOOST_TEST(document(text).error.code() == slb::errc::text_malformed);
    for (std::string_view const text : {"[]", " [1] ", "1", "\"a\"", "null", "true"}) {
        document const other(text);
        BOOST_TEST(text_of(other.error) == "the body has the wrong type or range in the response");
        BOOST_TEST(other.root.error().code() == slb::errc::called_out_of_order);
    }
    BOOST_TEST(document("{\"a\":\"\xff\"}").error.code() == slb::errc::utf8_invalid);
    document const empty(" {\n} ");
    BOOST_TEST(text_of(empty.error) == "no error");
    BOOST_TEST(static_cast<bool>(empty.root));
    BOOST_TEST(empty.root.json() == "{\n}");
    BOOST_TEST((empty.root.members().begin() == empty.root.members().end()));
}

BOOST_AUTO_TEST_CASE(escapes_are_decoded_in_names_and_texts) {
    document const all(
        R"({"p\u006cain":"\"\\\/\b\f\n\r\t","\u00e4":"\u4e2d\ud83c\udfae!","":"\u0000","n":"\u0031\u0032"})");
    BOOST_TEST(all.root["plain"].text().value() == "\"\\/\b\f\n\r\t");
    BOOST_TEST(all.root["\xc3\xa4"].text().value() == "\xe4\xb8\xad\xf0\x9f\x8e\xae!");
    BOOST_TEST(all.root[""].text().value() == std::string_view("\0", 1));
    BOOST_TEST(all.root["n"].number().value() == 12);
    BOOST_TEST(all.root["n"].json() == R"("\u0031\u0032")");
    BOOST_TEST(!all.root["p\\u006cain"]);
}

BOOST_AUTO_TEST_CASE(views_lie_in_the_text_or_in_the_memory_handed_in) {
    document const one(R"({"a":"plain","b":"\u0041"})");
    BOOST_TEST(one.body.holds(*one.root["a"].text()));
    BOOST_TEST(one.memory.holds(*one.root["b"].text()));
}

BOOST_AUTO_TEST_CASE(memory_is_needed_for_escapes_only_and_as_much_as_the_text) {
    std::string_view const plain = R"({"a":["b",1]})";
    BOOST_TEST(text_of(document(plain, std::size_t{0}).error) == "no error");
    std::string_view const escaped = R"({"\n":"\n"})";
    BOOST_TEST(text_of(document(escaped, escaped.size()).error) == "no error");
    document const tight(escaped, escaped.size() - 1);
    BOOST_TEST(tight.error.code() == slb::errc::out_of_memory);
    BOOST_TEST(tight.root["\n"].error().code() == slb::errc::called_out_of_order);
}

BOOST_AUTO_TEST_CASE(depth_is_limited) {
    auto const nested = [](std::size_t depth) {
        return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    document const deepest(nested(64));
    BOOST_TEST(text_of(deepest.error) == "no error");
    slb::json_value inner = deepest.root["a"];
    for (int i = 0; i != 62; ++i) inner = inner[0];
    BOOST_TEST((inner.kind() == slb::json_kind::array));
    BOOST_TEST(path_of(inner[0]) == "a" + [] {
        std::string steps;
        for (int i = 0; i != 63; ++i) steps += "[0]";
        return steps;
    }());
    BOOST_TEST(document(nested(65)).error.code() == slb::errc::too_deep);
    BOOST_TEST(document(nested(5), {.depth = 4}).error.code() == slb::errc::too_deep);
    BOOST_TEST(document(nested(65), {.depth = 1000}).error.code() == slb::errc::too_deep);
}

BOOST_AUTO_TEST_CASE(numbers_are_read_from_numbers_and_from_quoted_digits) {
    struct {
        char const* value;
        std::optional<std::int64_t> number;
    } const cases[] = {
        {"0", 0},
        {"-1", -1},
        {"\"-1\"", -1},
        {"9223372036854775807", INT64_MAX},
        {"\"-9223372036854775808\"", INT64_MIN},
        {"9223372036854775808", {}},
        {"\"99999999999999999999\"", {}},
        {"1.0", {}},
        {"1e2", {}},
        {"\"1e2\"", {}},
        {"\"01\"", {}},
        {"\"\"", {}},
        {"\" 1\"", {}},
        {"true", {}},
        {"[1]", {}},
        {"{}", {}},
    };
    for (auto const& [value, number] : cases) {
        document const one("{\"n\":" + std::string(value) + "}");
        auto const read = one.root["n"].number();
        BOOST_TEST(static_cast<bool>(read) == number.has_value(), value);
        if (read && number) BOOST_TEST(*read == *number);
        if (!number) BOOST_TEST(problem_of(read.error()) == "n has the wrong type or range in the response");
    }
}

BOOST_AUTO_TEST_CASE(an_error_names_the_place) {
    document const all(balancers);
    slb::json_value const list = all.root["LoadBalancers"]["LoadBalancer"];
    struct {
        slb::json_value value;
        char const* path;
        char const* problem;
    } const cases[] = {
        {all.root["Missing"], "Missing", "Missing is missing from the response"},
        {all.root["Missing"]["LoadBalancer"][3]["Bandwidth"], "Missing",
         "Missing is missing from the response"},
        {all.root["LoadBalancers"]["Other"], "LoadBalancers.Other",
         "LoadBalancers.Other is missing from the response"},
        {list[4]["Bandwidth"], "LoadBalancers.LoadBalancer[4]",
         "LoadBalancer[4] is missing from the response"},
        {list[1]["Missing"], "LoadBalancers.LoadBalancer[1].Missing",
         "LoadBalancer[1].Missing is missing from the response"},
        {list[2]["LoadBalancerId"], "LoadBalancers.LoadBalancer[2].LoadBalancerId",
         "LoadBalancer[2].LoadBalancerId is missing from the response"},
        {list[3]["LoadBalancerId"], "LoadBalancers.LoadBalancer[3].LoadBalancerId",
         "LoadBalancer[3].LoadBalancerId has the wrong type or range in the response"},
        {list[3]["Twice"], "LoadBalancers.LoadBalancer[3].Twice",
         "LoadBalancer[3].Twice stands twice in the response"},
        {list[3]["Twice"]["x"][1], "LoadBalancers.LoadBalancer[3].Twice",
         "LoadBalancer[3].Twice stands twice in the response"},
        {list["LoadBalancerId"], "LoadBalancers.LoadBalancer",
         "LoadBalancers.LoadBalancer has the wrong type or range in the response"},
        {list[1]["Spec"]["Size"]["Unit"], "LoadBalancers.LoadBalancer[1].Spec.Size",
         "Spec.Size has the wrong type or range in the response"},
        {list[0]["Tags"]["Tag"][0]["TagValue"], "LoadBalancers.LoadBalancer[0].Tags.Tag[0].TagValue",
         "Tag[0].TagValue is missing from the response"},
        {all.root["Grid"][1][2], "Grid[1][2]", "Grid[2] is missing from the response"},
        {all.root["Grid"][0][1], "Grid[0][1]", "Grid[1] has the wrong type or range in the response"},
        {all.root["Grid"][-5], "Grid[-5]", "Grid is missing from the response"},
        {all.root["Grid"][UINT64_MAX], "Grid[2147483647]", "Grid[2147483647] is missing from the response"},
        {all.root, "", "the body has the wrong type or range in the response"},
        {slb::json_value(), "", "the machine was called out of order"},
    };
    for (auto const& [value, path, problem] : cases) {
        BOOST_TEST(problem_of(value.text().error()) == problem);
        BOOST_TEST(path_of(value) == path);
        if (!value && !value.is_null()) BOOST_TEST(problem_of(value.error()) == problem);
        BOOST_TEST(value.text_or("else") == "else");
    }
}

BOOST_AUTO_TEST_CASE(an_error_says_how_far_a_call_came_if_there_was_one) {
    document const alone(R"({"RequestId":"R","A":{"C":"x"}})");
    slb::error const missing = alone.root["B"].error();
    BOOST_TEST(text_of(missing) == "B is missing from the response");
    BOOST_TEST(missing.delivery() == slb::delivery::not_sent);
    BOOST_TEST(text_of(alone.root["A"]["C"].number().error()) ==
               "A.C has the wrong type or range in the response");
    BOOST_TEST(text_of(alone.root["A"][1].error()) == "A[1] is missing from the response");
    BOOST_TEST(text_of(document("{").error) == "the body of the response is not well-formed");
    slb::json_value const answer = slb::detail::answer_in(alone.root);
    BOOST_TEST(text_of(answer["B"].error()) ==
               "applied: B is missing from the response; do not send it again");
    for (auto const& [name, value] : answer["A"].members())
        BOOST_TEST(text_of(value.number().error()) ==
                   "applied: A.C has the wrong type or range in the response; do not send it again");
    BOOST_TEST(text_of(slb::json_value()["B"].error()) ==
               "not sent: the machine was called out of order; call its members in the order that its "
               "comment gives");
    BOOST_TEST(text_of(document("{").root.error()) == text_of(slb::json_value().error()));
}

BOOST_AUTO_TEST_CASE(a_path_is_one_line) {
    document const odd("{\"a\\n\\u009bb\":{\"c\":1}}");
    BOOST_TEST(path_of(odd.root["a\n\xc2\x9b"
                                "b"]["c"]) == "a??b.c");
    BOOST_TEST(problem_of(odd.root["a\n\xc2\x9b"
                                   "b"]["c"]
                              .text()
                              .error()) == "a??b.c has the wrong type or range in the response");
}

BOOST_AUTO_TEST_CASE(a_member_without_a_name_is_shown_as_such) {
    document const odd(R"({"A":{"x":1,"B":{"":{"":[7]}}},"":{}})");
    struct {
        slb::json_value value;
        char const* path;
        char const* problem;
    } const cases[] = {
        {odd.root["A"][""], R"(A."")", R"(A."" is missing from the response)"},
        {odd.root["A"][""]["x"], R"(A."")", R"(A."" is missing from the response)"},
        {odd.root["A"]["B"][""]["x"], R"(A.B."".x)", R"("".x is missing from the response)"},
        {odd.root["A"]["B"][""][""][0], R"(A.B."".""[0])",
         R"(""[0] has the wrong type or range in the response)"},
        {odd.root["A"]["B"][""][""][1], R"(A.B."".""[1])", R"(""[1] is missing from the response)"},
        {odd.root[""], R"("")", R"("" has the wrong type or range in the response)"},
        {odd.root[""][""], R"(""."")", R"(""."" is missing from the response)"},
    };
    for (auto const& [value, path, problem] : cases) {
        BOOST_TEST(path_of(value) == path);
        BOOST_TEST(problem_of(value.text().error()) == problem);
    }
    for (auto const& [name, value] : odd.root["A"]["B"].members()) {
        BOOST_TEST(name == "");
        BOOST_TEST(problem_of(value.text().error()) == R"(B."" has the wrong type or range in the response)");
    }
}

BOOST_AUTO_TEST_CASE(null_counts_as_absent) {
    document const one(R"({"a":null,"b":[null]})");
    BOOST_TEST(one.root["a"].is_null());
    BOOST_TEST(!one.root["a"]);
    BOOST_TEST(one.root["a"].error().code() == slb::errc::none);
    BOOST_TEST(one.root["a"].size() == 0U);
    BOOST_TEST(problem_of(one.root["a"]["x"]["y"].error()) == "a is missing from the response");
    BOOST_TEST(problem_of(one.root["a"][0].error()) == "a is missing from the response");
    BOOST_TEST(problem_of(one.root["b"][0].number().error()) == "b[0] is missing from the response");
    BOOST_TEST(one.root["b"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_list_of_one_may_come_as_the_element_alone) {
    for (std::string_view const text : {R"({"L":[{"Id":"i"}]})", R"({"L":{"Id":"i"}})"}) {
        document const one(text);
        std::string ids;
        for (auto const element : one.root["L"]) ids += element["Id"].text_or("?");
        BOOST_TEST(ids == "i");
        BOOST_TEST(one.root["L"].size() == 1U);
        BOOST_TEST(one.root["L"][0]["Id"].text_or("?") == "i");
    }
    document const empty(R"({"L":[]})");
    BOOST_TEST(empty.root["L"].empty());
    BOOST_TEST(empty.root["M"]["L"].empty());
}

BOOST_AUTO_TEST_CASE(a_loop_over_what_has_another_type_meets_the_error) {
    document const odd(R"({"L":7,"T":1,"T":2})");
    std::string problems;
    for (auto const element : odd.root["L"]["Item"]) problems += problem_of(element["Id"].text().error());
    for (auto const element : odd.root["T"]) problems += "; " + problem_of(element["Id"].text().error());
    for (auto const& [name, member] : odd.root["T"].members())
        problems += "; " + std::string(name) + problem_of(member.text().error());
    BOOST_TEST(problems == "L has the wrong type or range in the response; T stands twice in the response; T "
                           "stands twice in the response");
}

BOOST_AUTO_TEST_CASE(an_answer_may_be_wrapped) {
    struct {
        char const* text;
        char const* id;
    } const cases[] = {
        {R"({"RequestId":"R"})", "R"},
        {R"({"DescribeX":{"RequestId":"R\n"}})", "R\n"},
        {R"({"a":"\n","DescribeXResponse":{"a":["\n"],"RequestId":"\u0052"},"RequestId":"outer"})", "R"},
        {R"({"RequestId":null,"a":{},"b":{"RequestId":null},"Describe\u0058":{"RequestId":"R"}})", "R"},
        {R"({"RequestId":"R","DescribeX":{"RequestId":"inner"}})", "R"},
        {R"({"DescribeX":[{"RequestId":"inner"}],"RequestId":"R"})", "R"},
    };
    for (auto const& [text, id] : cases) {
        document const one(text);
        BOOST_TEST(text_of(one.error) == "no error");
        slb::json_value const answer = slb::detail::answer_in(one.root);
        BOOST_TEST(answer["RequestId"].text().value() == id);
        BOOST_TEST(path_of(answer["RequestId"]) == "RequestId");
        BOOST_TEST(json_walk::check_answer(answer) == "");
    }
    document const none(R"({"a":{"b":{"RequestId":"R"}}})");
    BOOST_TEST(slb::detail::answer_in(none.root).json() == none.root.json());
}

BOOST_AUTO_TEST_CASE(a_name_about_to_die_does_not_compile) {
    static_assert(names_a_member<char const*> && names_a_member<std::string&> &&
                  names_a_member<std::string_view>);
    static_assert(!names_a_member<std::string> && !names_a_member<double>);
    std::string const name = "a";
    BOOST_TEST(document(R"({"a":true})").root[name].boolean_or(false));
}

BOOST_AUTO_TEST_SUITE_END()
