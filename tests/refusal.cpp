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

/// What a refusal says, or the problem of reading it.
std::string read(slb::error const& problem, slb::detail::refusal_body const& body) {
    if (problem != slb::errc::none) return problem_of(problem);
    slb::service_error const said = body.said(400);
    return std::string(said.code) + '|' + std::string(said.message) + '|' + std::string(said.request_id) +
           '|' + std::string(said.host_id) + '|' + std::string(said.recommendation);
}
std::string read_json(std::string_view text) {
    exact_bytes memory(slb::parse_memory<slb::detail::refusal_body>(text.size()));
    slb::detail::refusal_body body;
    slb::error const problem = slb::parse_json(text, body, memory.span());
    return read(problem, body);
}
std::string read_xml(std::string_view text) {
    exact_bytes memory(slb::parse_memory<slb::detail::refusal_body>(text.size()));
    slb::detail::refusal_body body;
    slb::error const problem = slb::parse_xml(text, body, memory.span());
    return read(problem, body);
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
        {"ServiceUnavailable", 503, true, false},
        {"ServiceUnavailable", 500, false, true},
        {"ServiceUnavailable", 400, false, false},
        {"InvalidParameter", 503, true, false},
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
        // After a pause, and nobody knows.
        {"OrderFailed", 400, true, false},
        {"UnknownError", 400, false, false},
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
        read_json(
            R"({"RequestId":"R","Message":"m","Recommend":"https://r","HostId":"slb.aliyuncs.com","Code":"C"})") ==
        "C|m|R|slb.aliyuncs.com|https://r");
    BOOST_TEST(read_json(R"({"code":"c","message":"m","requestId":"R"})") == "c|m|R||");
    BOOST_TEST(read_json(R"({"Code":"C","code":"c","Message":"M","message":"m"})") == "C|M|||");
    BOOST_TEST(read_json(R"({"Code":"C","Message":null,"message":"m","Status":400,"Data":{"a":[1]}})") ==
               "C|m|||");
    BOOST_TEST(read_json(R"({"Message":"a \"quoted\"\nline \u4e2d"})") ==
               "|a \"quoted\"\nline \xe4\xb8\xad|||");
    BOOST_TEST(read_json("{}") == "||||");
    BOOST_TEST(read_json(R"({"Code":400})") == "Code has the wrong type or range in the response");
    BOOST_TEST(read_json(R"({"Code":"C","Code":"D"})") == "Code stands twice in the response");
    BOOST_TEST(read_json(R"({"Code":"C")") == "the body of the response is not well-formed");
}

BOOST_AUTO_TEST_CASE(the_body_of_a_refusal_is_read_in_xml) {
    BOOST_TEST(read_xml("<?xml version='1.0' "
                        "encoding='UTF-8'?><Error><RequestId>R</RequestId><HostId>h</HostId><Code>C</Code>"
                        "<Message>m</Message><Recommend><![CDATA[https://r?a=1&b=2]]></Recommend></Error>") ==
               "C|m|R|h|https://r?a=1&b=2");
    BOOST_TEST(read_xml("<Error><Code>C</Code><Message><![CDATA[is [POST&%2F&A%3D1]]]></Message></Error>") ==
               "C|is [POST&%2F&A%3D1]|||");
    BOOST_TEST(
        read_xml("<KMS><code>c</code><message>m &amp; n</message><HttpStatus>400</HttpStatus></KMS>") ==
        "c|m & n|||");
    BOOST_TEST(read_xml("<Error/>") == "||||");
    BOOST_TEST(read_xml("<Error><Code>C</Code>") == "the body of the response is not well-formed");
}

BOOST_AUTO_TEST_CASE(the_status_goes_along) {
    slb::detail::refusal_body body;
    body.code = std::string_view("C");
    BOOST_TEST(body.said(404).http_status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
