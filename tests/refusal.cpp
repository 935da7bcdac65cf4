#include <slb/refusal.hpp>
// The header under test comes first: it stands alone.
#include "support/exact_bytes.hpp"
#include "support/print.hpp"

#include <slb/json.hpp>
#include <slb/xml.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(refusal)

namespace {

using namespace slb_test;

/// What a refusal says, read in memory of exactly the size it needs.
std::string read(std::string_view text, std::string_view action = {}) {
    exact_bytes const body(text);
    exact_bytes memory(slb::parse_memory<slb::detail::refusal_body>(text.size()));
    bool const xml = text.substr(0, 1) == "<";
    slb::service_error const said =
        slb::detail::read_refusal(body.view(), memory.span(), xml, action, {}).said(400);
    return std::string(said.code) + '|' + std::string(said.message) + '|' + std::string(said.request_id) +
           '|' + std::string(said.host_id) + '|' + std::string(said.recommendation);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_code_says_whether_to_try_again_and_whether_the_call_may_have_been_applied) {
    struct {
        char const* code;
        int http_status;
        bool retryable;
        bool maybe_applied;
    } const cases[] = {
        // Busy: nothing was changed, whatever the status.
        {"ServiceIsConfiguring", 400, true, false},
        {"VServerGroupProcessing", 400, true, false},
        {"VServerGroupProcessing", 500, true, false},
        {"OperationBusy", 400, true, false},
        {"ServiceIsStopping", 400, true, false},
        {"BackendServer.configuring", 400, true, false},
        {"BackendServer.Configuring", 400, true, false},
        {"SystemBusy", 400, true, false},
        {"ProcessingSameRequest", 409, true, false},
        {"OperationFailed.ListenerStatusNotSupport", 400, true, false},
        {"OperationConflict", 400, true, false},
        {"ServiceUnavailable.RegionMaintaining", 503, true, false},
        {"Rejected.Throttling", 400, true, false},
        // Throttled.
        {"Throttling", 400, true, false},
        {"Throttling.User", 400, true, false},
        {"Throttling.Api", 400, true, false},
        {"Throttling.API", 429, true, false},
        {"throttling.user", 503, true, false},
        {"Throttled", 400, false, false},
        {"Throttlin", 400, false, false},
        {"User.Throttling", 400, false, false},
        // With 503 only.
        {"ServiceUnavailable", 503, false, true},
        {"ServiceUnavailable", 500, false, true},
        {"ServiceUnavailable", 400, false, false},
        {"InvalidParameter", 503, false, true},
        {"InvalidParameter", 404, false, false},
        {"InvalidParameter", 400, false, false},
        // The server failed in the middle.
        {"InternalError", 500, false, true},
        {"InternalError", 503, false, true},
        {"UnknownError", 502, false, true},
        {"", 500, false, true},
        {"InternalError", 400, false, true},
        {"VServerGroupEmpty", 500, false, true},
        {"OrderFailed", 500, false, true},
        // It is documented to say no with this status.
        {"IncorrectListenerAccessControlStatusStatus", 500, false, false},
        {"IncorrectListenerAccessControlStatusStatus", 503, false, true},
        // After a pause.
        {"OrderFailed", 400, true, false},
        // A failure of which nobody knows what it left behind, whatever the status.
        {"UnknownError", 400, false, true},
        // Nobody knows whether to try again, but it said no.
        {"CreateOrderFailed", 400, false, false},
        // The nonce was seen, so the call was.
        {"SignatureNonceUsed", 400, false, true},
        // No.
        {"SignatureDoesNotMatch", 400, false, false},
        {"InvalidAccessKeyId.NotFound", 404, false, false},
        {"InstanceBackendServerNumberOverLimit", 400, false, false},
        {"SystemBusy.Not", 400, false, false},
        {"", 400, false, false},
    };
    for (auto const& [code, http_status, retryable, maybe_applied] : cases)
        BOOST_TEST_CONTEXT(code << " with " << http_status) {
            auto const meaning =
                slb::detail::meaning_of(slb::lookup_service_code(code, http_status), http_status);
            BOOST_TEST(meaning.retryable == retryable);
            BOOST_TEST(meaning.maybe_applied == maybe_applied);
        }
}

BOOST_AUTO_TEST_CASE(the_server_says_how_long_to_wait) {
    constexpr std::int64_t a_day = 24 * 3600 * 1000;
    struct {
        char const* headers;
        std::int64_t ms;
    } const cases[] = {
        {"", 0},
        {"Date: now\r\n", 0},
        {"x-acs-retry-after: 1500\r\n", 1500},
        {"X-Acs-Retry-After:1500 \r\n", 1500},
        {"x-ratelimit-user-api: Limit:1,Remain:0,TimeLeft:2000,Reset:1234\r\n", 2000},
        {"x-ratelimit-user-api: TimeLeft: 2000 \r\n", 2000},
        {"x-ratelimit-user: Limit:1,TimeLeft:700\r\n", 700},
        {"x-ratelimit-user-api: TimeLeft:700\r\nx-ratelimit-user: TimeLeft:2000\r\n", 2000},
        {"x-ratelimit-user-api: TimeLeft:2000\r\nx-ratelimit-user: TimeLeft:700\r\n", 2000},
        {"x-ratelimit-user-api: Limit:1,Remain:0\r\nx-ratelimit-user: TimeLeft:700\r\n", 700},
        {"Retry-After: 2\r\n", 2000},
        {"Retry-After: 2\r\nx-acs-retry-after: 1500\r\n", 1500},
        {"Retry-After: 2\r\nx-ratelimit-user: TimeLeft:700\r\n", 700},
        {"x-acs-retry-after: 1500\r\nx-ratelimit-user: TimeLeft:700000\r\n", 1500},
        // What is no time counts as nothing.
        {"x-acs-retry-after: 0\r\nRetry-After: 2\r\n", 2000},
        {"x-acs-retry-after: -5\r\nRetry-After: 2\r\n", 2000},
        {"x-acs-retry-after:\r\n", 0},
        {"x-acs-retry-after: soon\r\n", 0},
        {"x-acs-retry-after: 1.5\r\n", 0},
        {"x-acs-retry-after: 1e9\r\n", 0},
        {"x-acs-retry-after: 0x10\r\n", 0},
        {"x-acs-retry-after: +5\r\n", 0},
        {"x-acs-retry-after: 007\r\n", 0},
        {"x-acs-retry-after: 5 6\r\n", 0},
        {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 0},
        {"x-ratelimit-user: TimeLeft:\r\n", 0},
        {"x-ratelimit-user: TimeLeft\r\n", 0},
        {"x-ratelimit-user: TimeLeft:,Reset:5\r\n", 0},
        {"x-ratelimit-user: TimeLeft:-1\r\n", 0},
        // Nobody is made to wait for more than a day, and no number overflows.
        {"x-acs-retry-after: 86400000\r\n", a_day},
        {"x-acs-retry-after: 86400001\r\n", a_day},
        {"x-acs-retry-after: 9223372036854775807\r\n", a_day},
        {"x-acs-retry-after: 9223372036854775808\r\n", 0},
        {"x-acs-retry-after: 9999999999999999999\r\n", 0},
        {"x-acs-retry-after: 99999999999999999999999\r\n", 0},
        {"Retry-After: 86400\r\n", a_day},
        {"Retry-After: 86399\r\n", a_day - 1000},
        {"Retry-After: 9223372036854775807\r\n", a_day},
        {"x-ratelimit-user: TimeLeft:9223372036854775807\r\n", a_day},
        // A line that never ends is none.
        {"x-acs-retry-after: 1500", 0},
        {"\r\nx-acs-retry-after: 1500\r\n", 0},
    };
    for (auto const& [headers, ms] : cases)
        BOOST_TEST_CONTEXT(headers) BOOST_TEST(slb::detail::retry_after(headers) == ms);
}

BOOST_AUTO_TEST_CASE(the_body_of_a_refusal_is_read_in_json) {
    BOOST_TEST(
        read(
            R"({"RequestId":"R","Message":"m","Recommend":"https://r","HostId":"slb.aliyuncs.com","Code":"C"})") ==
        "C|m|R|slb.aliyuncs.com|https://r");
    BOOST_TEST(read(R"({"code":"c","message":"m","requestId":"R"})") == "c|m|R||");
    BOOST_TEST(read(R"({"Code":"C","code":"c","Message":"M","message":"m"})") == "C|M|||");
    BOOST_TEST(read(R"({"Code":"C","Message":null,"message":"m","Status":400,"Data":{"a":[1]}})") ==
               "C|m|||");
    BOOST_TEST(read(R"({"Code":"C","Message":"a \"quoted\"\nline \u4e2d"})") ==
               "C|a \"quoted\"\nline \xe4\xb8\xad|||");
    BOOST_TEST(read("{}") == "||||");
    BOOST_TEST(read(R"({"Code":"C")") == "||||");
}

BOOST_AUTO_TEST_CASE(a_refusal_may_stand_in_a_wrapper) {
    for (char const* const wrapped :
         {R"({"DeleteX":{"Code":"C","Message":"m\n"}})",
          R"({"a":{},"DeleteXResponse":{"Code":"C","Message":"m\n"}})",
          R"({"Error":{"RequestId":null,"Code":"C"},"DeleteX":{"Code":"C","Message":"m\n"}})"})
        BOOST_TEST(read(wrapped, "DeleteX") == "C|m\n|||");
    BOOST_TEST(read(R"({"Error":{"RequestId":"R","Code":"C"}})") == "C||R||");
    BOOST_TEST(read(R"({"Error":{"RequestId":"R","Code":"C"}})", "DeleteX") == "C||R||");
    BOOST_TEST(read(R"({"Code":"D","DeleteX":{"RequestId":"R","Code":"C"}})", "DeleteX") == "D||||");
    // What stands in a success is its own.
    BOOST_TEST(read(R"({"RequestId":"R","DeleteX":{"Code":"C"}})", "DeleteX") == "||||");
    BOOST_TEST(read(R"({"Zone":{"Code":"C"},"RequestId":"R"})", "DeleteX") == "||||");
    BOOST_TEST(read(R"({"DeleteY":{"Code":"C"}})", "DeleteX") == "||||");
}

BOOST_AUTO_TEST_CASE(a_code_is_read_whatever_stands_beside_it) {
    for (char const* const odd : {"{\"a\":1}", "[\"m\"]", "7", "true", "null", "\"m\",\"Message\":\"n\""})
        BOOST_TEST(read(R"({"RequestId":"R","HostId":"\n","Code":"C","Message":)" + std::string(odd) + "}") ==
                   "C||R|\n|");
    BOOST_TEST(read(R"({"RequestId":["R"],"Code":"C","Message":"m"})") == "C|m|||");
    BOOST_TEST(read(R"({"Code":400,"code":"c"})") == "c||||");
    BOOST_TEST(read(R"({"\u0043ode":"C"})") == "C||||");
    for (char const* const odd : {"<a>1</a>", "m</Message><Message>n", "<m/>m"})
        BOOST_TEST(read("<Error><HostId>&lt;&gt;&amp;&lt;&gt;</HostId><Message>" + std::string(odd) +
                        "</Message><RequestId>R&amp;</RequestId><Code><![CDATA[C]]>&#67;</Code></Error>") ==
                   "CC||R&||");
    BOOST_TEST(read("<Error><RequestId><a/></RequestId><Code>C</Code><Message>m</Message></Error>") ==
               "C||||");
    // But for its own: which one would be meant?
    for (char const* const none :
         {R"({"Code":400})", R"({"Code":null})", R"({"Code":["C"]})", R"({"Code":"C","Code":"D"})",
          R"({"Message":"Code"})", "<Error><Code><a/></Code></Error>",
          "<Error><Code>C</Code><Code>D</Code></Error>", "<Error><Code>C</Code><Message><a/></Message>"})
        BOOST_TEST(read(none).substr(0, 1) == "|", none);
}

BOOST_AUTO_TEST_CASE(the_body_of_a_refusal_is_read_in_xml) {
    BOOST_TEST(read("<?xml version='1.0' "
                    "encoding='UTF-8'?><Error><RequestId>R</RequestId><HostId>h</HostId><Code>C</Code>"
                    "<Message>m</Message><Recommend><![CDATA[https://r?a=1&b=2]]></Recommend></Error>") ==
               "C|m|R|h|https://r?a=1&b=2");
    BOOST_TEST(read("<Error><Code>C</Code><Message><![CDATA[is [POST&%2F&A%3D1]]]></Message></Error>") ==
               "C|is [POST&%2F&A%3D1]|||");
    BOOST_TEST(read("<KMS><code>c</code><message>m &amp; n</message><HttpStatus>400</HttpStatus></KMS>") ==
               "c|m & n|||");
    BOOST_TEST(read("<Error/>") == "||||");
    BOOST_TEST(read("<Error><Code>C</Code>") == "||||");
}

BOOST_AUTO_TEST_CASE(the_status_goes_along) {
    slb::detail::refusal_body body;
    body.code = std::string_view("C");
    BOOST_TEST(body.said(404).http_status == 404);
}

BOOST_AUTO_TEST_CASE(the_time_of_the_server_is_that_of_its_first_header_date) {
    using slb::detail::server_time;
    static_assert(server_time("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n") == 784111777);
    static_assert(server_time("") == 0 && server_time("Date:\r\n") == 0);
    BOOST_TEST(server_time("A: b\r\nDATE:Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                           "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n") == 784111777);
    BOOST_TEST(server_time("Date: 784111777\r\n") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
