#include <slb/json.hpp>
// The header under test comes first: it stands alone.
#include "support/boost_oracle.hpp"
#include "support/exact_bytes.hpp"
#include "support/generated_replies.hpp"
#include "support/print.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>

BOOST_AUTO_TEST_SUITE(json)

namespace {

using namespace slb_test;

/// A parse of a text in exact memory: everything that it gave is copied out.
struct parsed {
    slb::error error{};
    reply said{};

    bool accepted() const { return error == slb::errc::none; }
    std::string problem() const { return problem_of(error); }
};
parsed parse_in(std::size_t memory_size, std::string_view text, slb::parse_limits limits = {}) {
    exact_bytes const body(text);
    exact_bytes memory(memory_size);
    reply_view view;
    parsed result;
    result.error = slb::parse_json(body.view(), view, memory.span(), action, limits);
    if (result.accepted()) result.said = copy_of(view);
    return result;
}
parsed parse(std::string_view text, slb::parse_limits limits = {}) {
    return parse_in(slb::parse_memory<reply_view>(text.size(), limits), text, limits);
}

/// A reply whose one server has these members beside the required ones.
std::string with_server_members(std::string_view members) {
    return R"({"RequestId":"R","VServerGroupId":"g","BackendServers":{"BackendServer":[{"ServerId":"i",)" +
           std::string(members) + "}]}}";
}
/// A reply with one more member in its root, which nobody knows.
std::string with_unknown(std::string_view value) {
    return R"({"RequestId":"R","VServerGroupId":"g","X":)" + std::string(value) + "}";
}
std::string with_list(std::string_view list) {
    return R"({"RequestId":"R","VServerGroupId":"g","BackendServers":)" + std::string(list) + "}";
}

struct accepted_text {
    char const* what;
    std::string text;
    reply said;
};
reply const one_server{"R", "g", {{.server_id = "i", .port = 80}}};
reply const no_server{"R", "g", {}};

std::vector<accepted_text> const& accepted_texts() {
    static std::vector<accepted_text> const texts{
        {"the documented example", std::string(documented_json), documented_reply()},
        {"compact", std::string(compact_json), compact_reply()},
        {"wrapped by the action", R"({"ModifyVServerGroupBackendServers":)" + std::string(compact_json) + "}",
         compact_reply()},
        {"wrapped by the action and Response",
         R"({"ModifyVServerGroupBackendServersResponse":)" + std::string(compact_json) + "}",
         compact_reply()},
        {"a wrapper whose name is written with an escape",
         R"({"\u004dodifyVServerGroupBackendServers":)" + std::string(compact_json) + "}", compact_reply()},
        {"a wrapper between unknown members",
         R"({"Code":"200","ModifyVServerGroupBackendServersResponse":)" + std::string(compact_json) +
             R"(,"RequestId":[1],"Success":true})",
         compact_reply()},
        {"a wrapper after a null",
         R"({"RequestId":null,"ModifyVServerGroupBackendServers":)" + std::string(compact_json) + "}",
         compact_reply()},
        {"something named as a wrapper, after a known member",
         R"({"RequestId":"R","ModifyVServerGroupBackendServers":{"RequestId":"inner"},"VServerGroupId":"g"})",
         no_server},
        {"something named as a wrapper that is no object",
         R"({"ModifyVServerGroupBackendServers":"x","RequestId":"R","VServerGroupId":"g"})", no_server},
        {"a name that begins like a wrapper's",
         R"({"ModifyVServerGroupBackendServersResult":{},"RequestId":"R","VServerGroupId":"g"})", no_server},
        {"space everywhere",
         " \t\r\n{ \"RequestId\" : \"R\" ,\n\"VServerGroupId\"\t:\r\"g\" , \"BackendServers\" : { "
         "\"BackendServer\" : [ { "
         "\"ServerId\" : \"i\" , \"Port\" : 80 } ] } }",
         one_server},
        {"a list as an array", with_list(R"([{"ServerId":"i","Port":80}])"), one_server},
        {"a list of one as an object", with_list(R"({"BackendServer":{"ServerId":"i","Port":80}})"),
         one_server},
        {"a list beside other members",
         with_list(R"({"Total":1,"BackendServer":[{"ServerId":"i","Port":80}],"X":[{}]})"), one_server},
        {"an item name with an escape", with_list(R"({"Backend\u0053erver":[{"ServerId":"i","Port":80}]})"),
         one_server},
        {"an empty array", with_list("[]"), no_server},
        {"an empty object", with_list("{}"), no_server},
        {"an empty array in an object", with_list(R"({"BackendServer":[]})"), no_server},
        {"a null in an object", with_list(R"({"BackendServer":null})"), no_server},
        {"a list that is null", with_list("null"), no_server},
        {"a list that is absent", R"({"RequestId":"R","VServerGroupId":"g"})", no_server},
        {"a port in quotes", with_server_members(R"("Port":"80")"), one_server},
        {"a port in quotes with escapes", with_server_members(R"("Port":"\u0038\u0030")"), one_server},
        {"optional members that are null",
         with_server_members(R"("Port":80,"Weight":null,"Type":null,"ServerIp":null,"Description":null)"),
         one_server},
        {"empty texts", R"({"RequestId":"","VServerGroupId":""})", {"", "", {}}},
        {"an empty description is not an absent one",
         with_server_members(R"("Port":80,"Description":"")"),
         {"R", "g", {{.server_id = "i", .port = 80, .description = ""}}}},
        {"a weight of zero is not an absent one",
         with_server_members(R"("Port":80,"Weight":0)"),
         {"R", "g", {{.server_id = "i", .port = 80, .weight = 0}}}},
        {"keys with escapes",
         R"({"\u0052equestId":"R","VServerGroup\u0049d":"g","BackendServers":[{"\u0053erverId":"i","Por\u0074":80}]})",
         one_server},
        {"every escape",
         with_server_members(
             R"("Port":80,"Description":"\"\\\/\b\f\n\r\t\u0041\u00e9\u4E2D\ud83c\uDFAE\u0000.")"),
         {"R",
          "g",
          {{.server_id = "i",
            .port = 80,
            .description = std::string("\"\\/\b\f\n\r\tA\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8e\xae\0.", 20)}}}},
        {"UTF-8 at the edges of each length",
         with_server_members(
             "\"Port\":80,\"Description\":\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"
             "\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
         {"R",
          "g",
          {{.server_id = "i",
            .port = 80,
            .description = "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"
                           "\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"}}}},
        {"unknown members of every kind",
         with_unknown(R"([true,false,null,0,-0,-1.5e-7,1E+9,"",{},{"a":{"b":[[],[[]],{}]}},"\ud83c\udfae"])"),
         no_server},
        {"unknown members twice", R"({"X":1,"RequestId":"R","X":2,"VServerGroupId":"g"})", no_server},
        {"known names where they mean nothing",
         with_unknown(R"({"RequestId":1,"RequestId":2,"BackendServers":[{"Port":"x"}]})"), no_server},
    };
    return texts;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_shape_of_a_reply_is_read) {
    for (auto const& [what, text, said] : accepted_texts()) BOOST_TEST_CONTEXT(what) {
            parsed const result = parse(text);
            BOOST_TEST(result.problem() == "");
            BOOST_TEST(result.said == said);
        }
}

BOOST_AUTO_TEST_CASE(the_oracle_reads_the_same_from_every_shape) {
    for (auto const& [what, text, said] : accepted_texts()) BOOST_TEST_CONTEXT(what) {
            auto const verdict = boost_oracle::read(text);
            BOOST_TEST_REQUIRE(verdict.said.has_value());
            BOOST_TEST(*verdict.said == said);
        }
}

BOOST_AUTO_TEST_CASE(the_workloads_are_read_alike_in_both_shapes) {
    for (std::string const size : {"1", "2", "20"}) BOOST_TEST_CONTEXT(size) {
            std::string const plain = workload("reply-" + size + ".json");
            parsed const direct = parse(plain);
            parsed const wrapped = parse(workload("reply-" + size + "-wrapped-strings.json"));
            BOOST_TEST(direct.problem() == "");
            BOOST_TEST(wrapped.problem() == "");
            BOOST_TEST(std::to_string(direct.said.servers.size()) == size);
            BOOST_TEST(direct.said == wrapped.said);
            BOOST_TEST(direct.said == boost_oracle::read(plain).said.value());
        }
    std::vector<std::string> const ordered = workload_lines("replies-varied-20.jsonl");
    std::vector<std::string> const shuffled = workload_lines("replies-varied-20-shuffled.jsonl");
    BOOST_TEST_REQUIRE(ordered.size() == 128U);
    BOOST_TEST_REQUIRE(shuffled.size() == 128U);
    for (std::size_t i = 0; i != ordered.size(); ++i) BOOST_TEST_CONTEXT("line " << i) {
            parsed const direct = parse(ordered[i]);
            BOOST_TEST(direct.problem() == "");
            BOOST_TEST(direct.said == parse(shuffled[i]).said);
            BOOST_TEST(direct.said == boost_oracle::read(ordered[i]).said.value());
        }
}

BOOST_AUTO_TEST_CASE(members_may_stand_in_any_order) {
    std::vector<std::string> of_server{R"("ServerId":"i")",   R"("Port":80)",
                                       R"("Weight":"5")",     R"("Type":"eni")",
                                       R"("ServerIp":"::1")", R"("Description":"\u0064")"};
    std::sort(of_server.begin(), of_server.end());
    reply const said{
        "R",
        "g",
        {{.server_id = "i", .port = 80, .weight = 5, .type = "eni", .server_ip = "::1", .description = "d"}}};
    std::size_t orders = 0;
    std::size_t misread = 0;
    do {
        std::string server;
        for (auto const& member : of_server) server += (server.empty() ? "{" : ",") + member;
        std::vector<std::string> of_root{"\"BackendServers\":[" + server + "}]", R"("RequestId":"R")",
                                         R"("VServerGroupId":"g")"};
        std::sort(of_root.begin(), of_root.end());
        do {
            std::string root;
            for (auto const& member : of_root) root += (root.empty() ? "{" : ",") + member;
            ++orders;
            parsed const result = parse(root + "}");
            misread += result.accepted() && result.said == said ? 0U : 1U;
        } while (std::next_permutation(of_root.begin(), of_root.end()));
    } while (std::next_permutation(of_server.begin(), of_server.end()));
    BOOST_TEST(orders == 720U * 6U);
    BOOST_TEST(misread == 0U);
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_and_fit_32_bits) {
    struct {
        char const* text;
        std::optional<std::int32_t> number;
        char const* problem;
    } const cases[] = {
        {"0", 0, ""},
        {"-0", 0, ""},
        {"7", 7, ""},
        {"65535", 65535, ""},
        {"2147483647", 2147483647, ""},
        {"-2147483648", INT32_MIN, ""},
        {R"("2147483647")", 2147483647, ""},
        {R"("-2147483648")", INT32_MIN, ""},
        {"2147483648", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"-2147483649", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("2147483648")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"9223372036854775808", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"18446744073709551616", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"18446744073709551696", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"99999999999999999999999999999999",
         {},
         "BackendServers[0].Weight has the wrong type or range in the response"},
        {"80.0", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"8e1", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"8E+1", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("80.0")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("8e1")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("080")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("+80")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"(" 80")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("80 ")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("-")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("0x50")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {R"("null")", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"true", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"{}", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"[80]", {}, "BackendServers[0].Weight has the wrong type or range in the response"},
        {"080", {}, "the body of the response is not well-formed"},
        {"+80", {}, "the body of the response is not well-formed"},
        {"-", {}, "the body of the response is not well-formed"},
        {"80.", {}, "the body of the response is not well-formed"},
        {".5", {}, "the body of the response is not well-formed"},
        {"1e", {}, "the body of the response is not well-formed"},
        {"1e+", {}, "the body of the response is not well-formed"},
        {"0x50", {}, "the body of the response is not well-formed"},
        {"NaN", {}, "the body of the response is not well-formed"},
        {"Infinity", {}, "the body of the response is not well-formed"},
    };
    for (auto const& [text, number, problem] : cases) BOOST_TEST_CONTEXT(text) {
            parsed const result = parse(with_server_members(std::string(R"("Port":80,"Weight":)") + text));
            BOOST_TEST(result.problem() == problem);
            if (number) BOOST_TEST((result.said.servers.at(0).weight == number));
        }
}

BOOST_AUTO_TEST_CASE(a_refusal_says_which_member_of_which_server) {
    std::string const good = R"({"ServerId":"i","Port":1},)";
    struct {
        char const* what;
        std::string text;
        char const* problem;
    } const cases[] = {
        {"no group", R"({"RequestId":"R"})", "VServerGroupId is missing from the response"},
        {"no request id", R"({"VServerGroupId":"g"})", "RequestId is missing from the response"},
        {"a required null", R"({"RequestId":null,"VServerGroupId":"g"})",
         "RequestId is missing from the response"},
        {"nothing", "{}", "RequestId is missing from the response"},
        {"an empty wrapper", R"({"ModifyVServerGroupBackendServers":{}})",
         "RequestId is missing from the response"},
        {"a name in other letters", R"({"requestid":"R","VServerGroupId":"g"})",
         "RequestId is missing from the response"},
        {"the fourth server has no port", with_list("[" + good + good + good + R"({"ServerId":"i"}])"),
         "BackendServers[3].Port is missing from the response"},
        {"the fourth port is null", with_list("[" + good + good + good + R"({"Port":null,"ServerId":"i"}])"),
         "BackendServers[3].Port is missing from the response"},
        {"the second server has no id", with_list(R"({"BackendServer":[)" + good + R"({"Port":1}]})"),
         "BackendServers[1].ServerId is missing from the response"},
        {"the only server has no id", with_list(R"({"BackendServer":{"Port":1}})"),
         "BackendServers[0].ServerId is missing from the response"},
        {"the third server is empty", with_list("[" + good + good + "{}]"),
         "BackendServers[2].ServerId is missing from the response"},
        {"a text where a number belongs", with_list("[" + good + R"({"ServerId":"i","Port":"http"}])"),
         "BackendServers[1].Port has the wrong type or range in the response"},
        {"a number where a text belongs", with_list("[" + good + R"({"ServerId":5}])"),
         "BackendServers[1].ServerId has the wrong type or range in the response"},
        {"an object where a text belongs", R"({"RequestId":{"a":"b"},"VServerGroupId":"g"})",
         "RequestId has the wrong type or range in the response"},
        {"a true where a text belongs", R"({"VServerGroupId":true,"RequestId":"R"})",
         "VServerGroupId has the wrong type or range in the response"},
        {"a list that is a text", with_list(R"("none")"),
         "BackendServers has the wrong type or range in the response"},
        {"a list that is a number", with_list("0"),
         "BackendServers has the wrong type or range in the response"},
        {"a list that is false", with_list("false"),
         "BackendServers has the wrong type or range in the response"},
        {"items that are a text", with_list(R"({"BackendServer":"none"})"),
         "BackendServers[0] has the wrong type or range in the response"},
        {"the first server is a number", with_list("[5]"),
         "BackendServers[0] has the wrong type or range in the response"},
        {"the second server is a text", with_list("[" + good + R"("i"])"),
         "BackendServers[1] has the wrong type or range in the response"},
        {"the third server is null", with_list(R"({"BackendServer":[)" + good + good + "null]}"),
         "BackendServers[2] has the wrong type or range in the response"},
        {"the second server is an array", with_list("[" + good + "[]]"),
         "BackendServers[1] has the wrong type or range in the response"},
        {"a member twice", R"({"RequestId":"R","RequestId":"R","VServerGroupId":"g"})",
         "RequestId stands twice in the response"},
        {"a member twice, once with an escape",
         R"({"RequestId":"R","Request\u0049d":"R","VServerGroupId":"g"})",
         "RequestId stands twice in the response"},
        {"a list twice", R"({"BackendServers":[],"RequestId":"R","VServerGroupId":"g","BackendServers":[]})",
         "BackendServers stands twice in the response"},
        {"items twice", with_list(R"({"BackendServer":[],"BackendServer":[]})"),
         "BackendServer stands twice in the response"},
        {"a port twice", with_list("[" + good + R"({"ServerId":"i","Port":1,"Port":1}])"),
         "BackendServers[1].Port stands twice in the response"},
        {"a port, then a null", with_list("[" + good + R"({"ServerId":"i","Port":1,"Port":null}])"),
         "BackendServers[1].Port stands twice in the response"},
        {"an optional member twice", with_list(R"([{"Type":"ecs","ServerId":"i","Type":"eni","Port":1}])"),
         "BackendServers[0].Type stands twice in the response"},
    };
    for (auto const& [what, text, problem] : cases) BOOST_TEST_CONTEXT(what) {
            BOOST_TEST(parse(text).problem() == problem);
            BOOST_TEST(parse(R"({"ModifyVServerGroupBackendServers":)" + text + "}").problem() == problem);
        }
}

BOOST_AUTO_TEST_CASE(a_path_names_the_member_in_parts) {
    parsed const result = parse(with_list(R"([{"ServerId":"i","Port":1},{"ServerId":"i"}])"));
    BOOST_TEST(result.error.code() == slb::errc::member_missing);
    BOOST_TEST(result.error.path().parameter == "BackendServers");
    BOOST_TEST(result.error.path().index == 1);
    BOOST_TEST(result.error.path().member == "Port");
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_refused) {
    std::string const valid(compact_json);
    std::vector<std::string> const texts{"",
                                         " ",
                                         "{",
                                         "}",
                                         "[]",
                                         "null",
                                         "true",
                                         "0",
                                         "\"\"",
                                         "x",
                                         "{,}",
                                         R"({"a"})",
                                         R"({"a":})",
                                         R"({"a" 1})",
                                         R"({"a":1 "b":2})",
                                         R"({a:1})",
                                         R"({'a':1})",
                                         R"({1:2})",
                                         R"({null:2})",
                                         valid + "x",
                                         valid + valid,
                                         valid + "{}",
                                         valid + ",",
                                         valid + "]",
                                         valid + '\0',
                                         "\xef\xbb\xbf" + valid,
                                         '\0' + valid,
                                         "/**/" + valid,
                                         "\f" + valid,
                                         "\v" + valid,
                                         "\xc2\xa0" + valid,
                                         "[" + valid + "]",
                                         R"({"ModifyVServerGroupBackendServers":)" + valid,
                                         R"({"ModifyVServerGroupBackendServers":)" + valid + ",}",
                                         with_unknown("[1,]"),
                                         with_unknown("[,1]"),
                                         with_unknown("[1 2]"),
                                         with_unknown("[1}"),
                                         with_unknown("{\"a\":1]"),
                                         with_unknown(R"({"a":1,})"),
                                         with_unknown(R"({,"a":1})"),
                                         with_unknown(R"({"a":1,,"b":1})"),
                                         with_unknown("[[]"),
                                         with_unknown("]"),
                                         with_unknown(""),
                                         with_unknown(","),
                                         with_unknown("tru"),
                                         with_unknown("True"),
                                         with_unknown("truex"),
                                         with_unknown("nul"),
                                         with_unknown("nulll"),
                                         with_unknown("fals"),
                                         with_unknown("undefined"),
                                         with_unknown("'a'"),
                                         with_unknown("01"),
                                         with_unknown("-01"),
                                         with_unknown("1.e5"),
                                         with_unknown("--1"),
                                         with_unknown("1e5.5"),
                                         with_unknown("1_000"),
                                         with_unknown("\"a\nb\""),
                                         with_unknown("\"a\tb\""),
                                         with_unknown(std::string("\"a\0b\"", 5)),
                                         with_unknown("\"\x1f\""),
                                         with_unknown(R"("\x41")"),
                                         with_unknown(R"("\u12g4")"),
                                         with_unknown(R"("\u12")"),
                                         with_unknown(R"("\U0041")"),
                                         with_unknown(R"("\'")"),
                                         with_unknown(R"("\0")"),
                                         with_unknown("\"a"),
                                         with_unknown("\"a\\\""),
                                         with_unknown(R"({"\u00":1})"),
                                         with_unknown(R"({"a\q":1})"),
                                         with_unknown("{\"a\nb\":1}"),
                                         with_list("[{\"ServerId\":\"i\",\"Port\":1}"),
                                         with_list("[{\"ServerId\":\"i\",\"Port\":1},]"),
                                         with_list("[,]"),
                                         with_list("{,}"),
                                         with_list("nul"),
                                         with_server_members("\"Port\":1,"),
                                         with_server_members("\"Port\" 1"),
                                         with_server_members("\"Port\":1,\"Type\":\"a\nb\"")};
    for (auto const& text : texts) BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parse(text).error.code() == slb::errc::text_malformed);
            BOOST_TEST(!boost_oracle::read(text).said.has_value());
        }
}

BOOST_AUTO_TEST_CASE(what_is_not_utf_8_is_refused_wherever_it_stands) {
    std::string_view const sequences[] = {"\x80",
                                          "\xbf",
                                          "\xc0\x80",
                                          "\xc0\xaf",
                                          "\xc1\xbf",
                                          "\xe0\x80\x80",
                                          "\xe0\x9f\xbf",
                                          "\xf0\x80\x80\x80",
                                          "\xf0\x8f\xbf\xbf", // overlong
                                          "\xed\xa0\x80",
                                          "\xed\xaf\xbf",
                                          "\xed\xb0\x80",
                                          "\xed\xbf\xbf", // surrogates
                                          "\xf4\x90\x80\x80",
                                          "\xf5\x80\x80\x80",
                                          "\xf8\x88\x80\x80\x80",
                                          "\xfe",
                                          "\xff", // above U+10FFFF
                                          "\xc3",
                                          "\xe4",
                                          "\xe4\xb8",
                                          "\xf0\x9f",
                                          "\xf0\x9f\x8e", // cut
                                          "\xc3\x28",
                                          "\xe4\x28\xad",
                                          "\xe4\xb8\x28",
                                          "\xf0\x28\x8e\xae",
                                          "\xf0\x9f\x28\xae",
                                          "\xf0\x9f\x8e\x28",
                                          "\xc3\xc3\xa9"};
    // Behind each other the sequences meet every position in the words that are looked at at once.
    for (std::string_view const sequence : sequences)
        for (std::size_t before = 0; before != 9; ++before) {
            std::string const text = std::string(before, 'a') + std::string(sequence) + "bcdefghi";
            BOOST_TEST_CONTEXT(boost::json::serialize(boost::json::string(std::string(sequence)))
                               << " after " << before) {
                std::string const in_value =
                    with_server_members("\"Port\":1,\"Description\":\"" + text + "\"");
                std::string const in_escaped =
                    with_server_members("\"Port\":1,\"Description\":\"\\n" + text + "\"");
                std::string const in_key = with_server_members("\"Port\":1,\"" + text + "\":0");
                std::string const in_skipped = with_unknown("[{\"a\":\"" + text + "\"}]");
                std::string const in_skipped_key = with_unknown("{\"" + text + "\":1}");
                for (auto const* whole : {&in_value, &in_escaped, &in_key, &in_skipped, &in_skipped_key})
                    BOOST_TEST(parse(*whole).error.code() == slb::errc::utf8_invalid);
            }
        }
    BOOST_TEST(parse(std::string("{\"a") + "\xe4").error.code() == slb::errc::utf8_invalid);
    BOOST_TEST(parse("\xe4\xb8\xad").error.code() == slb::errc::text_malformed);
}

BOOST_AUTO_TEST_CASE(surrogates_come_in_pairs) {
    struct {
        char const* text;
        slb::errc code;
    } const cases[] = {
        {R"(\ud83c)", slb::errc::utf8_invalid},         {R"(\ud83c.)", slb::errc::utf8_invalid},
        {R"(\udfae)", slb::errc::utf8_invalid},         {R"(\udfae\ud83c)", slb::errc::utf8_invalid},
        {R"(\ud83c\ud83c)", slb::errc::utf8_invalid},   {R"(\ud83c\n)", slb::errc::utf8_invalid},
        {R"(\ud83c\u0041)", slb::errc::utf8_invalid},   {R"(\ud83cudfae)", slb::errc::utf8_invalid},
        {R"(\ud83c\\udfae)", slb::errc::utf8_invalid},  {R"(\ud800\udbff)", slb::errc::utf8_invalid},
        {R"(\udfae\udfae)", slb::errc::utf8_invalid},   {R"(\udc00\udc00)", slb::errc::utf8_invalid},
        {R"(\ud83c\u12g4)", slb::errc::text_malformed}, {R"(\ud83c\udfae)", slb::errc::none},
        {R"(\ud800\udc00)", slb::errc::none},           {R"(\udbff\udfff)", slb::errc::none},
        {R"(\ud7ff\ue000\uffff)", slb::errc::none},
    };
    for (auto const& [text, code] : cases) BOOST_TEST_CONTEXT(text) {
            std::string const quoted = std::string("\"") + text + "\"";
            BOOST_TEST(parse(with_server_members("\"Port\":1,\"Description\":" + quoted)).error.code() ==
                       code);
            BOOST_TEST(parse(with_unknown(quoted)).error.code() == code);
            BOOST_TEST(parse(with_unknown("{" + quoted + ":0}")).error.code() == code);
        }
    BOOST_TEST(parse(with_server_members(R"("Port":1,"Description":"\ud800\udc00\udbff\udfff\ud7ff\ue000")"))
                   .said.servers.at(0)
                   .description.value() == "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80");
}

BOOST_AUTO_TEST_CASE(an_escape_is_decoded_wherever_it_stands_in_a_word) {
    std::size_t misread = 0;
    for (std::size_t before = 0; before != 20; ++before)
        for (std::size_t after = 0; after != 20; ++after) {
            std::string const left(before, 'l');
            std::string const right(after, 'r');
            parsed const result =
                parse(with_server_members("\"Port\":1,\"Description\":\"" + left + "\\u4e2d" + right + "\""));
            bool const good =
                result.accepted() && result.said.servers.at(0).description == left + "\xe4\xb8\xad" + right;
            misread += good ? 0U : 1U;
        }
    BOOST_TEST(misread == 0U);
}

BOOST_AUTO_TEST_CASE(nesting_has_a_limit_everywhere) {
    auto const nested = [](std::size_t arrays) {
        return std::string(arrays, '[') + std::string(arrays, ']');
    };
    auto const objects = [](std::size_t count) {
        std::string text = "0";
        for (; count != 0; --count) text = "{\"a\":" + text + "}";
        return text;
    };
    // The root is one level.
    BOOST_TEST(parse(with_unknown(nested(63))).problem() == "");
    BOOST_TEST(parse(with_unknown(nested(64))).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(with_unknown(objects(63))).problem() == "");
    BOOST_TEST(parse(with_unknown(objects(64))).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(with_unknown(nested(100'000))).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(std::string(100'000, '{')).error.code() == slb::errc::text_malformed);
    // In an element of a list: root, list, array, element.
    BOOST_TEST(parse(with_server_members("\"Port\":1,\"X\":" + nested(60))).problem() == "");
    BOOST_TEST(parse(with_server_members("\"Port\":1,\"X\":" + nested(61))).error.code() ==
               slb::errc::too_deep);
    // In a value of the wrong type.
    BOOST_TEST(parse(R"({"RequestId":)" + nested(64) + "}").error.code() == slb::errc::too_deep);
    // Side by side is not nested.
    std::string many = "[";
    for (int i = 0; i != 1000; ++i) many += "[[]],";
    BOOST_TEST(parse(with_unknown(many + "0]")).problem() == "");
    // A caller may ask for less, not for more.
    BOOST_TEST(parse(std::string(compact_json), {.depth = 4}).problem() == "");
    BOOST_TEST(parse(std::string(compact_json), {.depth = 3}).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(std::string(compact_json), {.depth = 0}).error.code() == slb::errc::too_deep);
    BOOST_TEST(parse(with_unknown(nested(63)), {.depth = 1000}).problem() == "");
    BOOST_TEST(parse(with_unknown(nested(64)), {.depth = 1000}).error.code() == slb::errc::too_deep);
}

BOOST_AUTO_TEST_CASE(elements_have_a_limit_and_no_more_memory_than_it_allows) {
    auto const servers = [](std::size_t count) {
        std::string list = "[";
        for (std::size_t i = 0; i != count; ++i)
            list += (i == 0 ? "" : ",") + std::string(R"({"ServerId":"","Port":0})");
        return with_list(list + "]");
    };
    BOOST_TEST(parse(servers(4096)).said.servers.size() == 4096U);
    BOOST_TEST(parse(servers(4097)).error.code() == slb::errc::too_many_elements);
    BOOST_TEST(parse(servers(3), {.elements = 3}).problem() == "");
    BOOST_TEST(parse(servers(3), {.elements = 2}).error.code() == slb::errc::too_many_elements);
    BOOST_TEST(parse(servers(0), {.elements = 0}).problem() == "");
    BOOST_TEST(parse(servers(1), {.elements = 0}).error.code() == slb::errc::too_many_elements);
    std::string many = "[{}";
    while (many.size() < 1'000'000) many += ",{}";
    BOOST_TEST(parse(with_list(many + "]")).problem() ==
               "BackendServers[0].ServerId is missing from the response");
    // A megabyte of anything takes at most itself and 4096 servers.
    BOOST_TEST(slb::parse_memory<reply_view>(1 << 20) <=
               (1U << 20) + 4097 * sizeof(slb::backend_server_view));
}

BOOST_AUTO_TEST_CASE(every_proper_prefix_is_refused) {
    std::size_t prefixes = 0;
    for (auto const& [what, text, said] : accepted_texts()) BOOST_TEST_CONTEXT(what) {
            for (std::size_t size = 0; size != text.size(); ++size, ++prefixes) {
                slb::errc const code = parse(text.substr(0, size)).error.code();
                // A cut in the middle of a character is not UTF-8.
                bool const told = code == slb::errc::text_malformed || code == slb::errc::utf8_invalid;
                if (!told) BOOST_TEST(code == slb::errc::text_malformed, "cut at " << size << ": " << code);
            }
        }
    BOOST_TEST(prefixes > 4000U);
    std::cout << "json: " << prefixes << " prefixes of " << accepted_texts().size() << " replies refused\n";
}

BOOST_AUTO_TEST_CASE(texts_without_escapes_are_views_of_the_body) {
    exact_bytes const body(compact_json);
    exact_bytes memory(slb::parse_memory<reply_view>(compact_json.size()));
    reply_view view;
    BOOST_TEST(problem_of(slb::parse_json(body.view(), view, memory.span(), action)) == "");
    BOOST_TEST(body.holds(view.request_id));
    BOOST_TEST(body.holds(view.vserver_group_id));
    BOOST_TEST_REQUIRE(view.backend_servers.size() == 2U);
    auto const& server = view.backend_servers[1];
    for (std::string_view const text :
         {server.server_id, *server.type, *server.server_ip, *server.description})
        BOOST_TEST(body.holds(text));
    auto const* const first = reinterpret_cast<char const*>(view.backend_servers.begin());
    BOOST_TEST(memory.holds({first, 2 * sizeof server}));
}

BOOST_AUTO_TEST_CASE(texts_with_escapes_lie_in_the_memory_handed_in) {
    exact_bytes const body(
        R"({"RequestId":"\u0052","VServerGroupId":"g","BackendServers":[{"ServerId":"\/","Port":"\u0031"}]})");
    exact_bytes memory(slb::parse_memory<reply_view>(body.view().size()));
    reply_view view;
    BOOST_TEST(problem_of(slb::parse_json(body.view(), view, memory.span(), action)) == "");
    BOOST_TEST(view.request_id == "R");
    BOOST_TEST(memory.holds(view.request_id));
    BOOST_TEST(body.holds(view.vserver_group_id));
    BOOST_TEST(view.backend_servers[0].server_id == "/");
    BOOST_TEST(memory.holds(view.backend_servers[0].server_id));
    BOOST_TEST(view.backend_servers[0].port == 1);
}

BOOST_AUTO_TEST_CASE(any_amount_of_memory_gives_the_whole_result_or_out_of_memory) {
    std::size_t sizes = 0;
    for (auto const& [what, text, said] : accepted_texts()) BOOST_TEST_CONTEXT(what) {
            std::size_t const enough = slb::parse_memory<reply_view>(text.size());
            bool was_enough = false;
            for (std::size_t size = 0; size <= enough; ++size, ++sizes) {
                parsed const result = parse_in(size, text);
                bool const good = result.accepted() ? result.said == said
                                                    : result.error == slb::errc::out_of_memory && !was_enough;
                if (!good) BOOST_TEST(good, "with " << size << " bytes: " << result.problem());
                was_enough = result.accepted();
            }
            BOOST_TEST(was_enough);
        }
    std::cout << "json: " << sizes << " sizes of memory tried\n";
}

BOOST_AUTO_TEST_CASE(the_memory_a_size_asks_for_is_enough_for_any_text_of_that_size) {
    for (std::string const text :
         {R"({"BackendServers":[{)", R"({"BackendServers":[{})",
          R"({"BackendServers":[{"ServerId":"","Port":0},{)", R"({"BackendServers":{"BackendServer":{)",
          R"({"BackendServers":[{"ServerId":"","Port":0},{},)"})
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(parse(text).error.code() != slb::errc::out_of_memory); }
}

BOOST_AUTO_TEST_CASE(generated_replies_are_read_as_they_were_meant_and_as_boost_reads_them) {
    generator random(20140515);
    std::size_t servers = 0;
    for (int i = 0; i != 5000; ++i) {
        reply const meant = random.make_reply();
        std::string const text = random.json(meant);
        parsed const result = parse(text);
        auto const verdict = boost_oracle::read(text);
        if (!(result.said == meant) || !verdict.said || !(*verdict.said == meant)) BOOST_TEST_CONTEXT(text) {
                BOOST_TEST(result.problem() == "");
                BOOST_TEST(result.said == meant);
                BOOST_TEST_REQUIRE(verdict.said.has_value());
                BOOST_TEST(*verdict.said == meant);
            }
        servers += meant.servers.size();
    }
    BOOST_TEST(servers > 5000U);
    std::cout << "json: 5000 generated replies with " << servers << " servers agree with Boost.JSON\n";
}

BOOST_AUTO_TEST_CASE(a_hundred_generated_replies_are_refused_cut_anywhere) {
    generator random(100);
    std::size_t prefixes = 0;
    for (int i = 0; i != 100; ++i) {
        std::string const text = random.json(random.make_reply());
        for (std::size_t size = 0; size != text.size(); ++size, ++prefixes) {
            parsed const result = parse(text.substr(0, size));
            if (result.error != slb::errc::text_malformed && result.error != slb::errc::utf8_invalid)
                BOOST_TEST(result.problem() == "the body of the response is not well-formed",
                           text << " cut at " << size);
        }
    }
    BOOST_TEST(prefixes > 20'000U);
    std::cout << "json: " << prefixes << " prefixes of 100 generated replies refused\n";
}

BOOST_AUTO_TEST_CASE(mutated_replies_are_accepted_exactly_when_boost_accepts_them) {
    generator random(1);
    std::size_t accepted = 0;
    std::size_t refused = 0;
    std::size_t well_formed = 0;
    for (int i = 0; i != 1000; ++i) {
        std::string const original = random.json(random.make_reply());
        for (int mutation = 0; mutation != 50; ++mutation) {
            std::string const text = random.mutated(original);
            parsed const result = parse(text);
            auto const verdict = boost_oracle::read(text);
            well_formed += verdict.well_formed ? 1U : 0U;
            ++(result.accepted() ? accepted : refused);
            // The one thing that we refuse and Boost.JSON does not: a known member that stands twice.
            bool const agreed = result.accepted()
                                    ? verdict.said && *verdict.said == result.said
                                    : !verdict.said || result.error == slb::errc::member_repeated;
            if (!agreed) BOOST_TEST_CONTEXT(text) {
                    BOOST_TEST(result.accepted() == verdict.said.has_value(), result.problem());
                    if (result.accepted() && verdict.said) BOOST_TEST(result.said == *verdict.said);
                }
        }
    }
    BOOST_TEST(accepted > 5000U);
    BOOST_TEST(refused > 5000U);
    std::cout << "json: 50000 mutated replies: " << accepted << " accepted and " << refused
              << " refused as by Boost.JSON (" << well_formed << " were JSON)\n";
}

BOOST_AUTO_TEST_CASE(the_text_of_an_error_speaks_of_no_call) {
    reply_view reply;
    slb::error why = slb::parse_json("{}", reply, {});
    BOOST_TEST(text_of(why) == "RequestId is missing from the response");
    BOOST_TEST(why.delivery() == slb::delivery::not_sent);
    BOOST_TEST(text_of(why.with_delivery(slb::delivery::not_sent)) ==
               "not sent: RequestId is missing from the response");
}

BOOST_AUTO_TEST_SUITE_END()
