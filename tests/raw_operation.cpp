#include <slb/raw_operation.hpp>
// The header under test comes first: it stands alone.
#include "support/json_walk.hpp"
#include "support/print.hpp"

#include <slb/client.hpp>
#include <slb/emulator.hpp>
#include <slb/openssl.hpp>
#include <slb/operations.hpp>
#include <slb/pmr.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(raw_operation)

namespace {

using namespace slb_test;
using slb::raw_operation;
using slb::runtime;
using answer = slb::response<raw_operation>;

static_assert(slb::callable_operation<raw_operation> && slb::callable_operation<slb::basic_raw_operation<1>>);
static_assert(slb::callable_operation<slb::delete_vserver_group> && !slb::described_operation<raw_operation>);
static_assert(!slb::callable_operation<slb::backend_server> && !slb::callable_operation<int>);

constexpr auto acs3 = slb::signature_scheme::acs3_hmac_sha256;
constexpr auto version_1 = slb::signature_scheme::hmac_sha1;

/// The message of a request at a fixed time, with a fixed nonce.
template <class Operation>
std::string message(Operation const& request, slb::call_options const& options) {
    slb::signer<slb::openssl_crypto> const signer(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(slb::endpoint::for_region("cn-hangzhou"), options);
    unsigned char const random[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                      0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    auto const encoded = call.encode(request);
    BOOST_TEST(text_of(encoded.error()) == "no error");
    if (!encoded || !call.sign(signer, 1795543533, slb::nonce(random))) return {};
    return std::string(call.bytes());
}
template <class Operation>
std::string problem(Operation const& request) {
    slb::http_call<> call(slb::endpoint::for_region("cn-hangzhou"));
    return text_of(call.encode(request).error());
}

#define QUERY                                                                                                \
    "AddressType=intranet&DryRun=false&PageSize=50&RegionId=cn-hangzhou&Tag.1.Key=env&Tag.10.Key=a%20b&"     \
    "Tags=%5B%7B%22TagKey%22%3A%22%E4%B8%AD%22%7D%5D"

// Both signatures come from an independent script (Python's hashlib and hmac), none from this library.
constexpr std::string_view acs3_message =
    "POST /?" QUERY " HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: DescribeLoadBalancers\r\n"
    "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
    "x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=7076b82336a0fede67ed138bf07c1927b378a5762fb399c71f249eea10ed6dcc\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
constexpr std::string_view version_1_message =
    "POST /?" QUERY "&AccessKeyId=testid&Action=DescribeLoadBalancers&Format=JSON"
    "&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
    "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
    "&Signature=7DQPz7Vg3D22l3AvJ0nHtTH8%2By0%3D HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";

#undef QUERY

constexpr std::string_view tags = "[{\"TagKey\":\"\xe4\xb8\xad\"}]";

raw_operation list_balancers() {
    raw_operation list{"DescribeLoadBalancers"};
    list.with("Tags", runtime(tags)).with("Tag.10.Key", "a b").with("RegionId", "cn-hangzhou");
    list.with("PageSize", 50).with("Tag.1.Key", "env").with("DryRun", false).with("AddressType", "intranet");
    return list;
}

/// An emulator with one more action, which answers with the parameters that it got.
struct echo {
    slb::emulator service;
    slb::emulator_transport transport{service};

    explicit echo(std::string_view action) {
        service.handle(action, [](slb::emulator_call const& call) {
            boost::json::object said;
            for (auto const& [name, value] : call.parameters) said[name] = value;
            return boost::json::object{{"RequestId", call.request_id}, {"Said", said}};
        });
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_request_is_these_bytes_under_either_signature) {
    for (auto const format : {slb::response_format::json, slb::response_format::xml}) {
        BOOST_TEST(message(list_balancers(), {.scheme = acs3, .format = format}) == acs3_message);
        BOOST_TEST(message(list_balancers(), {.scheme = version_1, .format = format}) == version_1_message);
    }
}

BOOST_AUTO_TEST_CASE(a_described_operation_written_out_is_the_same_request) {
    slb::modify_vserver_group_backend_servers const typed{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-1",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080}}}};
    slb::raw_operation raw{"ModifyVServerGroupBackendServers"};
    raw.with("VServerGroupId", "rsp-1").with("RegionId", "cn-hangzhou");
    raw.with("OldBackendServers", R"([{"ServerId":"vm-233","Port":"80"}])");
    raw.with("NewBackendServers", R"([{"ServerId":"vm-235","Port":"8080"}])");
    for (auto const scheme : {acs3, version_1})
        for (auto const placement : {slb::parameter_placement::query, slb::parameter_placement::form}) {
            slb::call_options const options{.scheme = scheme, .placement = placement};
            BOOST_TEST(message(raw, options) == message(typed, options));
        }
}

BOOST_AUTO_TEST_CASE(the_order_of_parameters_does_not_matter) {
    std::string const names[] = {"B", "A.10", "A_1", "a", "A", "A.2", "Zz", "AccessKeyIc", "Timestamq"};
    std::string first;
    for (std::size_t start = 0; start != std::size(names); ++start) {
        slb::raw_operation turned{"X"};
        for (std::size_t i = 0; i != std::size(names); ++i)
            turned.with(runtime(names[(start + 7 * i) % std::size(names)]), 1);
        std::string const made = message(turned, {.scheme = version_1});
        if (start == 0) first = made;
        BOOST_TEST(made == first);
    }
    BOOST_TEST(first.find("?A=1&A.10=1&A.2=1&A_1=1&AccessKeyIc=1&B=1&Timestamq=1&Zz=1&a=1&AccessKeyId=") !=
               first.npos);
}

BOOST_AUTO_TEST_CASE(numbers_flags_and_any_text_are_sent_as_they_are) {
    echo served("X");
    std::string const all_bytes = "\x01\x7f &=+%/\\\"'\n\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8e\xae";
    char const* const null = nullptr;
    unsigned short const small = 65535;
    slb::raw_operation request{"X"};
    request.with("Text", runtime(all_bytes)).with("Empty", "").with("Null", runtime(null));
    request.with("Small", small).with("Least", INT64_MIN).with("Most", UINT64_MAX).with("Late", runtime(-7));
    request.with("Yes", true).with("No", false).with("AaBefore", 1).with("ZzBehind", 2);
    request.with("FormatBehind", 3).with("SignatureN", 4).with("Versio", 5).with("TimestamP", 6);
    for (auto const scheme : {acs3, version_1})
        for (auto const placement : {slb::parameter_placement::query, slb::parameter_placement::form}) {
            slb::client client{served.transport,
                               slb::credentials("testid", "testsecret"),
                               {.scheme = scheme, .placement = placement}};
            auto const response = client.invoke(request);
            BOOST_TEST_REQUIRE(static_cast<bool>(response), text_of(response.error()));
            slb::json_value const said = response["Said"];
            BOOST_TEST(said["Text"].text().value() == all_bytes);
            BOOST_TEST(said["Empty"].text().value() == "");
            BOOST_TEST(said["Null"].text().value() == "");
            BOOST_TEST(said["Small"].number().value() == 65535);
            BOOST_TEST(said["Least"].number().value() == INT64_MIN);
            BOOST_TEST(said["Most"].number().value() == INT64_MAX);
            BOOST_TEST(said["Late"].number().value() == -7);
            BOOST_TEST(said["Yes"].boolean().value());
            BOOST_TEST(!said["No"].boolean().value());
            BOOST_TEST(said["ZzBehind"].number().value() == 2);
            BOOST_TEST(said["SignatureN"].number().value() == 4);
        }
}

BOOST_AUTO_TEST_CASE(a_wrong_request_is_not_sent_and_the_error_names_the_parameter) {
    std::string const long_name(65, 'a');
    std::string const long_action(65, 'A');
    auto const named = [](std::string_view name) {
        return problem(slb::raw_operation{"X"}.with("RegionId", "r").with(runtime(name), 1));
    };
    auto const valued = [](std::string_view text) {
        return problem(slb::raw_operation{"X"}.with("RegionId", runtime(text)));
    };
    auto const called = [](std::string_view action) { return problem(slb::raw_operation{runtime(action)}); };
    std::string const alphabet = " must be named with 1 to 64 letters, digits, '.' or '_'";
    std::string const taken = " must not be named as a parameter that every call has";
    BOOST_TEST(named("Tag-1") == "not sent: Tag-1" + alphabet);
    BOOST_TEST(named("Tag\n1=") == "not sent: Tag?1=" + alphabet);
    BOOST_TEST(named("\xc3\xa9") == "not sent: \xc3\xa9" + alphabet);
    BOOST_TEST(named("") == "not sent: X" + alphabet);
    BOOST_TEST(named(long_name) == "not sent: " + long_name.substr(1) + alphabet);
    BOOST_TEST(named(std::string_view(long_name).substr(1)) == "no error");
    for (std::string_view const common :
         {"AccessKeyId", "Action", "Format", "SecurityToken", "Signature", "SignatureMethod",
          "SignatureNonce", "SignatureVersion", "Timestamp", "Version"})
        BOOST_TEST(named(common) == "not sent: " + std::string(common) + taken);
    BOOST_TEST(named("RegionId") == "not sent: RegionId must not be given twice");
    BOOST_TEST(named("regionid") == "no error");
    for (std::string_view const text : {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80"})
        BOOST_TEST(valued(text) == "not sent: RegionId must be UTF-8");
    BOOST_TEST(valued("\xe4\xb8\xad") == "no error");
    for (std::string_view const action : {std::string_view(), std::string_view("A B"),
                                          std::string_view("A\nB"), std::string_view(long_action)})
        BOOST_TEST(called(action) == "not sent: Action must be 1 to 64 letters, digits, '-' or '.'");
    BOOST_TEST(called("DescribeRegions") == "no error");
}

BOOST_AUTO_TEST_CASE(a_request_holds_as_many_parameters_as_it_says) {
    std::string names[66];
    for (std::size_t i = 0; i != std::size(names); ++i) names[i] = "LoadBalancerId." + std::to_string(i + 1);
    slb::raw_operation request{"X"};
    slb::basic_raw_operation<66> larger{"X"};
    for (std::size_t i = 0; i != 64; ++i) request.with(runtime(names[i]), 1);
    for (auto const& name : names) larger.with(runtime(name), 1);
    BOOST_TEST(request.parameters().size() == 64U);
    BOOST_TEST(problem(request) == "no error");
    BOOST_TEST(problem(larger) == "no error");
    request.with(runtime(names[64]), 1).with(runtime(names[65]), 1);
    BOOST_TEST(request.parameters().size() == 64U);
    BOOST_TEST(problem(request) == "not sent: X must not hold more items than one call takes, is 66");
}

BOOST_AUTO_TEST_CASE(a_request_made_of_a_temporary_lives_as_long_as_a_reference_to_it) {
    static_assert(std::is_same_v<decltype(raw_operation{"X"}.with("A", 1)), raw_operation>);
    static_assert(std::is_same_v<decltype(std::declval<raw_operation&>().with("A", 1)), raw_operation&>);
    raw_operation const& list = raw_operation{"X"}.with("PageSize", 2).with("PageNumber", 3);
    BOOST_TEST(list.action().text() == "X");
    BOOST_TEST_REQUIRE(list.parameters().size() == 2U);
    BOOST_TEST(list.parameters()[1].name.text() == "PageNumber");
    BOOST_TEST(list.parameters()[1].value.number() == 3);
}

BOOST_AUTO_TEST_CASE(an_encoded_request_holds_no_view_of_the_caller) {
    slb::http_call<> call(slb::endpoint::for_region("cn-hangzhou"));
    {
        auto const action = std::make_unique<std::string>("DescribeRegions");
        auto const name = std::make_unique<std::string>("AcceptLanguage");
        auto const value = std::make_unique<std::string>("en-US");
        BOOST_TEST(static_cast<bool>(
            call.encode(slb::raw_operation{runtime(*action)}.with(runtime(*name), runtime(*value)))));
        action->assign("SomethingElse..");
    }
    slb::signer<slb::openssl_crypto> const signer(slb::credentials("testid", "testsecret"));
    unsigned char const random[16] = {};
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(signer, 0, slb::nonce(random))));
    BOOST_TEST(call.target() == "/?AcceptLanguage=en-US");
    BOOST_TEST(call.bytes().find("x-acs-action: DescribeRegions\r\n") != call.bytes().npos);
}

BOOST_AUTO_TEST_CASE(the_rules_of_described_operations_do_not_bind_it) {
    slb::emulator service({.mode = slb::emulator_mode::loose});
    BOOST_TEST_REQUIRE(!service.groups().load(
        R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"vm-233","Port":80}]}})"));
    slb::emulator_transport transport{service};
    slb::client client{transport, slb::credentials("testid", "testsecret")};
    slb::raw_operation modify{"ModifyVServerGroupBackendServers"};
    modify.with("RegionId", "cn-hangzhou").with("VServerGroupId", "rsp-1");
    modify.with("OldBackendServers", R"([{"ServerId":"vm-233","Port":"80"}])");
    modify.with("NewBackendServers",
                R"([{"ServerId":"vm-235","Port":"80"},{"ServerId":"vm-236","Port":"80"}])");
    auto const response = client.invoke(modify);
    BOOST_TEST_REQUIRE(static_cast<bool>(response), text_of(response.error()));
    BOOST_TEST(response["BackendServers"]["BackendServer"].size() == 2U);
    BOOST_TEST(service.groups().find("cn-hangzhou", "rsp-1")->servers.size() == 2U);
}

BOOST_AUTO_TEST_CASE(load_balancers_are_listed_page_by_page) {
    slb::emulator service;
    service.handle("DescribeLoadBalancers", [](slb::emulator_call const& call) -> slb::emulator_answer {
        if (call.value("RegionId").empty())
            return slb::refusal{400, "MissingParameter", "The input parameter \"RegionId\" is mandatory."};
        std::size_t const size = std::stoul(std::string(call.value("PageSize")));
        std::size_t const page = std::stoul(std::string(call.value("PageNumber")));
        boost::json::array balancers;
        for (std::size_t i = (page - 1) * size; i != page * size && i < 5; ++i)
            balancers.push_back({{"LoadBalancerId", "lb-" + std::to_string(i)},
                                 {"LoadBalancerName", "\"\xe4\xb8\xad\"\n" + std::to_string(i)},
                                 {"Bandwidth", 10 * i}});
        return boost::json::object{{"RequestId", call.request_id},
                                   {"TotalCount", 5},
                                   {"LoadBalancers", boost::json::object{{"LoadBalancer", balancers}}}};
    });
    slb::emulator_transport transport{service};
    for (auto const format : {slb::response_format::json, slb::response_format::xml}) {
        slb::client client{transport, slb::credentials("testid", "testsecret"), {.format = format}};
        slb::raw_operation const list = slb::raw_operation{"DescribeLoadBalancers"}.with("PageSize", 2);
        std::string seen;
        answer response;
        for (int page = 1; page <= 3; ++page) {
            slb::raw_operation of_page = list;
            of_page.with("RegionId", "cn-hangzhou").with("PageNumber", page);
            BOOST_TEST_REQUIRE(client.invoke(of_page, response), text_of(response.error()));
            for (auto const balancer : response["LoadBalancers"]["LoadBalancer"])
                seen += std::string(*balancer["LoadBalancerId"].text()) + " " +
                        std::string(*balancer["LoadBalancerName"].text()) + " " +
                        std::to_string(*balancer["Bandwidth"].number()) + ";";
            BOOST_TEST(response["TotalCount"].number().value() == 5);
        }
        BOOST_TEST(seen ==
                   "lb-0 \"\xe4\xb8\xad\"\n0 0;lb-1 \"\xe4\xb8\xad\"\n1 10;lb-2 \"\xe4\xb8\xad\"\n2 20;"
                   "lb-3 \"\xe4\xb8\xad\"\n3 30;lb-4 \"\xe4\xb8\xad\"\n4 40;");
        BOOST_TEST(!client.invoke(list, response));
        BOOST_TEST(response.error().service()->code == "MissingParameter");
        BOOST_TEST(response.error().delivery() == slb::delivery::rejected);
        // A described operation over the same client is asked for in the format of the options again.
        slb::response<slb::describe_vserver_group_attribute> typed;
        BOOST_TEST(!client.invoke(
            slb::describe_vserver_group_attribute{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-none"},
            typed));
        BOOST_TEST(typed.error().code() == slb::errc::service_refused);
    }
}

BOOST_AUTO_TEST_CASE(an_action_that_the_service_does_not_know_is_the_services_to_refuse) {
    slb::emulator service;
    slb::emulator_transport transport{service};
    slb::client client{transport, slb::credentials("testid", "testsecret")};
    auto const response = client.invoke(slb::raw_operation{"DescribeNothing"});
    BOOST_TEST(response.error().code() == slb::errc::service_refused);
}

BOOST_AUTO_TEST_CASE(an_answer_tells_how_far_the_call_came) {
    struct {
        int status;
        std::string_view body;
        char const* outcome;
    } const cases[] = {
        {200, R"({"RequestId":"R"})", "no error"},
        {200, R"({"DescribeXResponse":{"RequestId":"R"}})", "no error"},
        {200, R"({"Code":"200","RequestId":"R"})", "no error"},
        {200, R"({"Code":"C","Message":"m","RequestId":"R"})",
         "rejected: the service answered with an error: C: m (HTTP 200, request id R)"},
        {404, R"({"Code":"C","Message":"m","RequestId":"R"})",
         "rejected: the service answered with an error: C: m (HTTP 404, request id R)"},
        {400, "<Error><RequestId>R</RequestId><Code>C</Code><Message>m</Message></Error>",
         "rejected: the service answered with an error: C: m (HTTP 400, request id R)"},
        {200, "<DescribeX><RequestId>R</RequestId></DescribeX>",
         "applied: the response is XML, where only JSON can be read (HTTP 200)"},
        {200, R"({"RequestId":"R","a":})", "applied: the body of the response is not well-formed (HTTP 200)"},
        {200, R"({"RequestId":7})",
         "applied: RequestId has the wrong type or range in the response (HTTP 200)"},
        {200, R"({"RequestId":null})", "applied: RequestId is missing from the response (HTTP 200)"},
        {200, R"({"blocked":true})",
         "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 200)"},
        {200, "[]", "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 200)"},
        {403, "<html>", "rejected: the response is not the API's; a proxy may have sent it (HTTP 403)"},
    };
    for (auto const& [status, body, outcome] : cases) {
        answer const response = slb::parse<slb::raw_operation>(body, status);
        BOOST_TEST(news_of(response.error()) == outcome, body);
        BOOST_TEST(static_cast<bool>(response) == (std::string_view(outcome) == "no error"));
        if (response) BOOST_TEST(response["RequestId"].text().value() == "R");
        if (response) BOOST_TEST(json_walk::check_answer(*response) == "");
    }
}

BOOST_AUTO_TEST_CASE(the_cursor_survives_a_move_of_its_response) {
    answer first = slb::parse<slb::raw_operation>(R"({"RequestId":"R","a":{"b":"\u0041\n"}})");
    slb::json_value const inside = first["a"];
    answer const second = std::move(first);
    BOOST_TEST(inside["b"].text().value() == "A\n");
    BOOST_TEST(second["a"]["b"].text().value() == "A\n");
    BOOST_TEST(!second->empty());
    BOOST_TEST(!first);
}

BOOST_AUTO_TEST_CASE(it_works_with_an_allocator_of_the_caller) {
    std::pmr::monotonic_buffer_resource memory;
    slb::pmr::response<slb::raw_operation> const response =
        slb::parse<slb::raw_operation>(R"({"RequestId":"\u0052"})", 200, slb::pmr::allocator(&memory));
    BOOST_TEST(response["RequestId"].text().value() == "R");
    slb::pmr::response<slb::raw_operation> const none = slb::parse<slb::raw_operation>(
        R"({"RequestId":[[[]]]})", 200, slb::pmr::allocator(&memory), {.depth = 3});
    BOOST_TEST(none.error().code() == slb::errc::too_deep);
}

BOOST_AUTO_TEST_SUITE_END()
