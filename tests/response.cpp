#include <slb/response.hpp>
// The header under test comes first: it stands alone.
#include "support/responses.hpp"

#include <slb/http_call.hpp>
#include <slb/operations.hpp>
#include <slb/raw_operation.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <utility>

BOOST_AUTO_TEST_SUITE(response)

namespace {

using namespace slb_test;
using answer = slb::response<operation>;

void receive(answer& out, int status, std::string_view body, std::string_view header_lines = {},
             slb::call_options const& options = {}) {
    slb::http_call<> const call(slb::endpoint("slb.aliyuncs.com"), options);
    call.receive(status, header_lines, body, out);
}
std::string received(int status, std::string_view body, std::string_view header_lines = {},
                     slb::call_options const& options = {}) {
    answer out;
    receive(out, status, body, header_lines, options);
    return outcome_of(out);
}

template <class R>
concept gives_value = requires(R&& whole) {
    *std::forward<R>(whole);
};
template <class R>
concept gives_arrow = requires(R&& whole) {
    std::forward<R>(whole).operator->();
};
template <class R>
concept gives_error = requires(R&& whole) {
    std::forward<R>(whole).error();
};

constexpr char const* foreign_maybe =
    "maybe applied: the response is not the API's; a proxy may have sent it (HTTP ";
constexpr char const* foreign_rejected =
    "rejected: the response is not the API's; a proxy may have sent it (HTTP ";

std::string with_status(std::string_view begin, int status) {
    return std::string(begin).append(std::to_string(status)).append(")");
}

} // namespace

BOOST_AUTO_TEST_CASE(views_of_a_temporary_do_not_compile) {
    static_assert(gives_value<answer&> && gives_value<answer const&>);
    static_assert(gives_arrow<answer&> && gives_arrow<answer const&>);
    static_assert(gives_error<answer&> && gives_error<answer const&>);
    static_assert(!gives_value<answer> && !gives_value<answer const>);
    static_assert(!gives_arrow<answer> && !gives_arrow<answer const>);
    static_assert(!gives_error<answer> && !gives_error<answer const>);
    static_assert(!std::is_copy_constructible_v<answer> && !std::is_copy_assignable_v<answer>);
    static_assert(std::is_nothrow_move_constructible_v<answer> && std::is_nothrow_move_assignable_v<answer>);
    static_assert(!std::is_convertible_v<answer, bool>);
    BOOST_TEST((std::is_constructible_v<bool, answer>));
}

BOOST_AUTO_TEST_CASE(a_new_response_has_neither_value_nor_call) {
    answer const fresh;
    BOOST_TEST(!fresh);
    BOOST_TEST(fresh.error().code() == slb::errc::called_out_of_order);
}

BOOST_AUTO_TEST_CASE(a_success_has_a_value_and_no_error) {
    answer out;
    receive(out, 200, documented_json);
    BOOST_TEST_REQUIRE(static_cast<bool>(out));
    BOOST_TEST(out.error().code() == slb::errc::none);
    BOOST_TEST(copy_of(*out) == documented_reply());
    BOOST_TEST(out->backend_servers[1].server_id == "vm-401");
    receive(out, 201, documented_xml);
    BOOST_TEST_REQUIRE(static_cast<bool>(out));
    BOOST_TEST(copy_of(*out) == documented_reply());
}

BOOST_AUTO_TEST_CASE(an_answer_tells_how_far_the_call_came) {
    struct {
        char const* what;
        int status;
        std::string body;
        std::string outcome;
    } const cases[] = {
        {"yes", 200, R"({"RequestId":"R","VServerGroupId":"g"})", "R g"},
        {"yes, in XML", 299, "\n<a><RequestId>R</RequestId><VServerGroupId>g</VServerGroupId></a>", "R g"},
        {"yes, with a code that says so", 200, R"({"Code":"200","RequestId":"R","VServerGroupId":"g"})",
         "R g"},
        {"yes, and half a reply", 200, R"({"RequestId":"R","VServerGro)",
         "applied: the body of the response is not well-formed (HTTP 200)"},
        {"yes, and no group", 200, R"({"RequestId":"R"})",
         "applied: VServerGroupId is missing from the response (HTTP 200)"},
        {"yes, and an odd port", 200,
         R"({"RequestId":"R","VServerGroupId":"g","BackendServers":[{"ServerId":"i","Port":"x"}]})",
         "applied: BackendServers[0].Port has the wrong type or range in the response (HTTP 200)"},
        {"yes, and bad UTF-8", 200, "{\"RequestId\":\"\xff\"}",
         "applied: the body of the response is not valid UTF-8 (HTTP 200)"},
        {"yes, and a document type", 200, "<!DOCTYPE Reply><Reply/>", with_status(foreign_maybe, 200)},
        {"yes, and a document type, of the API", 200,
         "<!DOCTYPE Reply><Reply><RequestId>R</RequestId></Reply>",
         "applied: the XML response declares a document type (HTTP 200)"},
        {"yes, of somebody else", 200, R"({"blocked":true})", with_status(foreign_maybe, 200)},
        {"a portal, yes", 200, "<!-- portal --><html><body/></html>", with_status(foreign_maybe, 200)},
        {"an XHTML page, yes", 200, "<?xml version='1.0'?><!DOCTYPE html><html/>",
         with_status(foreign_maybe, 200)},
        {"a code that says yes", 200, R"({"Code":"200","RequestId":"R"})",
         "applied: VServerGroupId is missing from the response (HTTP 200)"},
        {"yes, behind a byte order mark", 200, "\xef\xbb\xbf{\"RequestId\":\"R\",\"VServerGroupId\":\"g\"}",
         "R g"},
        {"yes, and a no", 200, R"({"Code":"InvalidParameter","Message":"m","RequestId":"R"})",
         "rejected: the service answered with an error: InvalidParameter: m (HTTP 200, request id R)"},
        {"yes, and a no in XML", 200, "<Error><Code>Throttling</Code><Message>m</Message></Error>",
         "rejected: the service answered with an error: Throttling: m (HTTP 200); retry after 3000 ms"},
        {"yes, and an empty code", 200, R"({"Code":"","RequestId":"R"})",
         "applied: VServerGroupId is missing from the response (HTTP 200)"},
        {"no", 400, R"({"Code":"C","Message":"m","RequestId":"R","HostId":"h"})",
         "rejected: the service answered with an error: C: m (HTTP 400, request id R)"},
        {"no, in small letters", 403, R"({"code":"c","message":"m","requestId":"r"})",
         "rejected: the service answered with an error: c: m (HTTP 403, request id r)"},
        {"no, in XML with CDATA", 404,
         "<Error><Code><![CDATA[C]]></Code><Message><![CDATA[<m> & n]]></Message></Error>",
         "rejected: the service answered with an error: C: <m> & n (HTTP 404)"},
        {"no, without a message", 400, R"({"Code":"C"})",
         "rejected: the service answered with an error: C (HTTP 400)"},
        {"no, with a line break", 400, R"({"Code":"C","Message":"a\r\nb","RequestId":"R\n"})",
         "rejected: the service answered with an error: C: a??b (HTTP 400, request id R?)"},
        {"no, although it looks like a yes", 400, R"({"RequestId":"R","VServerGroupId":"g"})",
         with_status(foreign_rejected, 400)},
        {"no, and no code", 400, R"({"Message":"m"})", with_status(foreign_rejected, 400)},
        {"no, and half a body", 400, R"({"Code":"C","Mess)", with_status(foreign_rejected, 400)},
        {"no, and two codes", 400, R"({"Code":"C","Code":"D"})", with_status(foreign_rejected, 400)},
        {"the nonce was seen", 400, R"({"Code":"SignatureNonceUsed","Message":"m"})",
         "maybe applied: the service answered with an error: SignatureNonceUsed: m (HTTP 400)"},
        {"busy", 400, R"({"Code":"VServerGroupProcessing","Message":"m"})",
         "rejected: the service answered with an error: VServerGroupProcessing: m (HTTP 400); retry after "
         "3000 ms"},
        {"not available", 503, R"({"Code":"ServiceUnavailable","Message":"m"})",
         "maybe applied: the service answered with an error: ServiceUnavailable: m (HTTP 503)"},
        {"an internal error", 500, R"({"Code":"InternalError","Message":"m"})",
         "maybe applied: the service answered with an error: InternalError: m (HTTP 500)"},
        {"an internal error without a code", 500, "{}", with_status(foreign_maybe, 500)},
        {"a page, yes", 200, std::string(html_page), with_status(foreign_maybe, 200)},
        {"a page, forbidden", 403, std::string(html_page), with_status(foreign_rejected, 403)},
        {"a page, bad gateway", 502, std::string(html_page), with_status(foreign_maybe, 502)},
        {"a page, gateway timeout", 504, std::string(html_page), with_status(foreign_maybe, 504)},
        {"moved", 302, "", with_status(foreign_rejected, 302)},
        {"moved, and JSON", 301, R"({"RequestId":"R","VServerGroupId":"g"})",
         with_status(foreign_rejected, 301)},
        {"nothing, yes", 200, "", with_status(foreign_maybe, 200)},
        {"nothing, no", 400, "", with_status(foreign_rejected, 400)},
        {"nothing, failed", 500, "", with_status(foreign_maybe, 500)},
        {"space", 200, " \r\n\t", with_status(foreign_maybe, 200)},
        {"text", 200, "OK", with_status(foreign_maybe, 200)},
        {"an array", 200, "[]", with_status(foreign_maybe, 200)},
        {"gzip", 200, "\x1f\x8b\x08", with_status(foreign_maybe, 200)},
        {"text, no", 413, "Payload Too Large", with_status(foreign_rejected, 413)},
    };
    for (auto const& [what, status, body, outcome] : cases)
        BOOST_TEST_CONTEXT(what) BOOST_TEST(received(status, body) == outcome);
}

BOOST_AUTO_TEST_CASE(pages_of_proxies_are_told_from_xml) {
    std::string const spaces[] = {"", "\n", " \t\r\n", "\xef\xbb\xbf", "\xef\xbb\xbf\n"};
    std::string const pages[] = {"<html>",          "<HTML lang=\"en\"></HTML>",
                                 "<Html/>",         "<!DOCTYPE html><html></html>",
                                 "<!doctype html>", "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">"};
    for (auto const& space : spaces)
        for (auto const& page : pages) BOOST_TEST_CONTEXT(page) {
                BOOST_TEST(received(200, space + page) == with_status(foreign_maybe, 200));
                BOOST_TEST(received(403, space + page) == with_status(foreign_rejected, 403));
            }
    BOOST_TEST(received(200, "\xef\xbb\xbf" + std::string(compact_xml)) == received(200, compact_xml));
    BOOST_TEST(received(200, "\n" + std::string(compact_xml)) == received(200, compact_xml));
    BOOST_TEST(received(200, "\n" + std::string(compact_json)) == received(200, compact_json));
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_everything_the_service_said) {
    answer out;
    receive(out, 400, throttled_json, "x-acs-retry-after: 1500\r\n");
    slb::error const& why = out.error();
    BOOST_TEST(why.code() == slb::errc::service_refused);
    BOOST_TEST_REQUIRE(why.service() != nullptr);
    BOOST_TEST(why.service()->code == "Throttling.User");
    BOOST_TEST(why.service()->message == "Request was denied due to user flow control.");
    BOOST_TEST(why.service()->request_id == "5DC94A4B-1A26-5D24-86A7-5A2D3E8A0C11");
    BOOST_TEST(why.service()->host_id == "slb.aliyuncs.com");
    BOOST_TEST(why.service()->recommendation == "https://api.aliyun.com/troubleshoot?q=Throttling.User");
    BOOST_TEST(why.service()->http_status == 400);
    BOOST_TEST(why.http_status() == 400);
    BOOST_TEST(why.delivery() == slb::delivery::rejected);
    BOOST_TEST(why.retryable());
    BOOST_TEST(why.retry_after() == 1500);
}

BOOST_AUTO_TEST_CASE(a_header_that_asks_to_wait_makes_a_refusal_retryable_unless_it_may_have_been_applied) {
    struct {
        int status;
        char const* body;
        char const* headers;
        bool retryable;
        std::int64_t after_ms;
    } const cases[] = {
        {400, R"({"Code":"Throttling"})", "", true, 3000},
        {400, R"({"Code":"Throttling"})", "Retry-After: 2\r\n", true, 2000},
        {400, R"({"Code":"C"})", "", false, 0},
        {400, R"({"Code":"C"})", "x-acs-retry-after: 70\r\n", true, 70},
        {400, R"({"Code":"C"})", "x-acs-retry-after: soon\r\n", false, 0},
        {500, R"({"Code":"InternalError"})", "Retry-After: 2\r\n", false, 2000},
        {400, R"({"Code":"SignatureNonceUsed"})", "Retry-After: 2\r\n", false, 2000},
        {429, "", "Retry-After: 2\r\n", true, 2000},
        {429, "<html></html>", "", false, 0},
        {503, "<html></html>", "Retry-After: 2\r\n", false, 2000},
    };
    for (auto const& [status, body, headers, retryable, after_ms] : cases)
        BOOST_TEST_CONTEXT(status << ' ' << body << ' ' << headers) {
            answer out;
            receive(out, status, body, headers);
            BOOST_TEST(out.error().retryable() == retryable);
            BOOST_TEST(out.error().retry_after() == after_ms);
        }
}

BOOST_AUTO_TEST_CASE(a_refusal_tells_the_time_of_the_server_if_its_head_does) {
    struct {
        int status;
        char const* body;
        char const* headers;
        std::int64_t time;
    } const cases[] = {
        {400, R"({"Code":"C"})", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 784111777},
        {400, R"({"Code":"C"})", "X: y\r\ndate:  Sun, 06 Nov 1994 08:49:37 GMT \r\nZ: a\r\n", 784111777},
        {503, "<Error><Code>C</Code></Error>", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 784111777},
        {400, R"({"Code":"C"})", "", 0},
        {400, R"({"Code":"C"})", "Date: now\r\n", 0},
        {400, R"({"Code":"C"})", "Date: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 0},
        {400, R"({"Code":"C"})", "X-Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
        // It is no refusal, but a page of a proxy or a success.
        {502, "<html></html>", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
        {200, R"({"RequestId":"R","VServerGroupId":"g"})", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0},
    };
    answer out;
    for (auto const& [status, body, headers, time] : cases)
        BOOST_TEST_CONTEXT(status << ' ' << body << ' ' << headers) {
            receive(out, status, body, headers);
            BOOST_TEST(out.error().server_time() == time);
        }
}

BOOST_AUTO_TEST_CASE(the_text_of_a_refusal_says_what_to_do_which_is_to_wait_where_a_header_asks_to) {
    struct {
        int status;
        char const* body;
        char const* headers;
        char const* text;
    } const cases[] = {
        {400, R"({"Code":"RspoolVipExist","RequestId":"R"})", "",
         "rejected: the service answered with an error: RspoolVipExist (HTTP 400, request id R); remove the "
         "listener first, or give it another group"},
        {404, R"({"Code":"InvalidLoadBalancerId.NotFound","RequestId":"R"})", "",
         "rejected: the service answered with an error: InvalidLoadBalancerId.NotFound (HTTP 404, request id "
         "R); check the id, and that it is of this region and account"},
        {404, R"({"Code":"InvalidLoadBalancerId.NotFound","RequestId":"R"})", "x-acs-retry-after: 70\r\n",
         "rejected: the service answered with an error: InvalidLoadBalancerId.NotFound (HTTP 404, request id "
         "R); retry after 70 ms"},
        {400, R"({"Code":"VServerGroupProcessing","RequestId":"R"})", "x-acs-retry-after: 70\r\n",
         "rejected: the service answered with an error: VServerGroupProcessing (HTTP 400, request id R); "
         "retry after 70 ms; send the changes of a group one after another"},
        {500, R"({"Code":"InternalError","RequestId":"R"})", "x-acs-retry-after: 70\r\n",
         "maybe applied: the service answered with an error: InternalError (HTTP 500, request id R); read "
         "the group back before sending it again"},
        {400, R"({"Code":"CodeOfTomorrow","RequestId":"R"})", "",
         "rejected: the service answered with an error: CodeOfTomorrow (HTTP 400, request id R)"},
        {504, R"({"Code":"CodeOfTomorrow","RequestId":"R"})", "",
         "maybe applied: the service answered with an error: CodeOfTomorrow (HTTP 504, request id R); read "
         "the group back before sending it again"},
    };
    for (auto const& [status, body, headers, text] : cases) {
        answer out;
        receive(out, status, body, headers);
        BOOST_TEST(text_of(out.error()) == text);
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_code_stays_whole_and_follows_the_rules_of_its_status) {
    for (int const status : {200, 400, 403, 404, 409, 429, 449, 499, 500, 502, 503, 599}) {
        answer out;
        receive(
            out, status,
            R"({"Code":"Code.Of_Tomorrow 9","Message":"m","RequestId":"R","HostId":"h","Recommend":"r"})");
        BOOST_TEST_CONTEXT(status) {
            slb::error const& why = out.error();
            BOOST_TEST_REQUIRE(why.service() != nullptr);
            BOOST_TEST(why.service()->code == "Code.Of_Tomorrow 9");
            BOOST_TEST(why.service()->message == "m");
            BOOST_TEST(why.service()->request_id == "R");
            BOOST_TEST(why.service()->host_id == "h");
            BOOST_TEST(why.service()->recommendation == "r");
            BOOST_TEST(why.service()->http_status == status);
            BOOST_TEST(!slb::lookup_service_code(*why.service()));
            BOOST_TEST(why.delivery() ==
                       (status < 500 ? slb::delivery::rejected : slb::delivery::maybe_applied));
            BOOST_TEST(!why.retryable());
            BOOST_TEST(why.retry_after() == 0);
            BOOST_TEST(why.advice().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_no_is_no_yes_to_operations_whose_answers_say_little) {
    std::string_view const no = R"({"Code":"InvalidParameter","Message":"m","RequestId":"R"})";
    std::string_view const no_in_xml = "<Error><RequestId>R</RequestId><Code>InvalidParameter</Code></Error>";
    slb::http_call<> const call(slb::endpoint("slb.aliyuncs.com"));
    auto const refuses = [&](auto operation, std::string_view body) {
        slb::response<typename decltype(operation)::type> out;
        call.receive(200, {}, body, out);
        return !out && out.error() == slb::errc::service_refused && out.error().service()->request_id == "R";
    };
    for (std::string_view const body : {no, no_in_xml}) {
        BOOST_TEST(refuses(std::type_identity<slb::delete_vserver_group>{}, body), body);
        BOOST_TEST(refuses(std::type_identity<slb::describe_vserver_groups>{}, body), body);
        BOOST_TEST(refuses(std::type_identity<operation>{}, body), body);
    }
    slb::response<slb::delete_vserver_group> deleted;
    call.receive(200, {}, R"({"Code":"200","RequestId":"\u0052"})", deleted);
    BOOST_TEST_REQUIRE(static_cast<bool>(deleted));
    BOOST_TEST(deleted->request_id == "R");
    call.receive(200, {}, R"({"Code":"200","Message":"m"})", deleted);
    BOOST_TEST(deleted.error().code() == slb::errc::not_an_api_response);
}

BOOST_AUTO_TEST_CASE(a_call_that_only_reads_can_be_sent_again_after_any_answer_that_tells_nothing) {
    slb::http_call<> const call(slb::endpoint("slb.aliyuncs.com"));
    slb::response<slb::delete_vserver_group> change;
    slb::response<slb::describe_vserver_groups> reading;
    auto const both = [&](int status, std::string_view body) {
        call.receive(status, {}, body, change);
        call.receive(status, {}, body, reading);
        BOOST_TEST((change.error().delivery() == reading.error().delivery()));
        return std::pair(change.error().retryable(), reading.error().retryable());
    };
    using outcome = std::pair<bool, bool>;
    BOOST_TEST((both(500, R"({"Code":"InternalError","RequestId":"R"})") == outcome(false, true)));
    BOOST_TEST(text_of(change.error()).find("read the group back") != std::string::npos);
    BOOST_TEST(text_of(reading.error()).find("read the group back") == std::string::npos);
    BOOST_TEST(text_of(reading.error()).find("; retry after 3000 ms") != std::string::npos);
    BOOST_TEST((both(502, "<html>") == outcome(false, true)));
    BOOST_TEST((both(400, R"({"Code":"VServerGroupProcessing","RequestId":"R"})") == outcome(true, true)));
    BOOST_TEST((both(403, R"({"Code":"Forbidden","RequestId":"R"})") == outcome(false, false)));
    BOOST_TEST((both(200, R"({"RequestId":5})") == outcome(false, false)));
    BOOST_TEST(text_of(reading.error()).find("do not send it again") == std::string::npos);
    BOOST_TEST(slb::only_reads("ListTagResources"));
    BOOST_TEST(!slb::only_reads("SetVServerGroupAttribute"));
}

BOOST_AUTO_TEST_CASE(a_no_in_an_unusual_form_is_no_yes) {
    auto const outcome = [](auto const& parsed) { return parsed ? "a success" : text_of(parsed.error()); };
    for (int const status : {200, 400}) {
        std::string const busy = "rejected: the service answered with an error: OperationBusy";
        std::string const end = " (HTTP " + std::to_string(status) + ", request id R); retry after 3000 ms";
        BOOST_TEST(
            outcome(slb::parse<slb::delete_vserver_group>(
                R"({"DeleteVServerGroupResponse":{"RequestId":"R","Code":"OperationBusy","Message":"m"}})",
                status)) == busy + ": m" + end);
        for (std::string_view const body :
             {R"({"RequestId":"R","Code":"OperationBusy","Message":{"a":1}})",
              R"({"RequestId":"R","Code":"OperationBusy","Message":["m"]})",
              R"({"Error":{"RequestId":"R","Code":"OperationBusy","Message":7}})",
              "<Error><Message><a>m</a></Message><RequestId>R</RequestId><Code>OperationBusy</Code></"
              "Error>"}) {
            BOOST_TEST(outcome(slb::parse<slb::delete_vserver_group>(body, status)) == busy + end, body);
            BOOST_TEST(outcome(slb::parse<slb::raw_operation>(body, status)) == busy + end, body);
            BOOST_TEST(outcome(slb::parse<operation>(body, status)) == busy + end, body);
        }
        BOOST_TEST(outcome(slb::parse<slb::raw_operation>(
                       R"({"Error":{"RequestId":"R","Code":"X","Message":"m"}})", status)) ==
                   "rejected: the service answered with an error: X: m (HTTP " + std::to_string(status) +
                       ", request id R)");
    }
}

BOOST_AUTO_TEST_CASE(used_again_it_remembers_nothing) {
    answer out;
    receive(out, 200, compact_json);
    BOOST_TEST(copy_of(*out) == compact_reply());
    receive(out, 400, throttled_json, "x-acs-retry-after: 1500\r\n");
    BOOST_TEST(!out);
    receive(out, 404, R"({"Code":"C"})");
    BOOST_TEST(outcome_of(out) == "rejected: the service answered with an error: C (HTTP 404)");
    BOOST_TEST(out.error().retry_after() == 0);
    receive(out, 200, R"({"RequestId":"R","VServerGroupId":"g"})");
    BOOST_TEST(outcome_of(out) == "R g");
    receive(out, 200,
            R"({"RequestId":"R","VServerGroupId":"g","BackendServers":[{"ServerId":"i","Port":1}]})");
    BOOST_TEST(outcome_of(out) == "R g [i:1]");
    receive(out, 200, "");
    BOOST_TEST(outcome_of(out) == with_status(foreign_maybe, 200));
}

BOOST_AUTO_TEST_CASE(the_body_is_copied) {
    answer out;
    {
        auto const body = std::make_unique<std::string>(compact_json);
        receive(out, 200, *body);
    }
    BOOST_TEST(copy_of(*out) == compact_reply());
}

BOOST_AUTO_TEST_CASE(an_answer_that_stands_alone_is_read_as_one_that_was_called_for) {
    auto parsed = slb::parse<operation>(std::string(documented_json));
    BOOST_TEST_REQUIRE(static_cast<bool>(parsed));
    BOOST_TEST(copy_of(*parsed) == documented_reply());
    parsed = slb::parse<operation>(std::string(documented_xml));
    BOOST_TEST_REQUIRE(static_cast<bool>(parsed));
    BOOST_TEST(copy_of(*parsed) == documented_reply());
    for (int const status : {200, 204, 400, 503})
        for (std::string_view const body :
             {documented_json, documented_xml, throttled_json, not_found_xml, std::string_view("<html>"),
              std::string_view(), std::string_view(R"({"RequestId":"R"})")})
            BOOST_TEST(outcome_of(slb::parse<operation>(body, status)) == received(status, body), body);
    auto const limited = slb::parse<operation>(documented_json, 200, slb::heap_allocator(), {.depth = 1});
    BOOST_TEST(limited.error().code() == slb::errc::too_deep);
}

BOOST_AUTO_TEST_CASE(a_move_keeps_the_views_and_leaves_nothing_behind) {
    answer first;
    receive(first, 200, compact_json);
    char const* const id = first->request_id.data();
    answer second = std::move(first);
    BOOST_TEST(copy_of(*second) == compact_reply());
    BOOST_TEST((second->request_id.data() == id));
    BOOST_TEST(!first);
    BOOST_TEST(first.error().code() == slb::errc::called_out_of_order);

    answer third;
    receive(third, 400, throttled_json);
    third = std::move(second);
    BOOST_TEST(copy_of(*third) == compact_reply());
    BOOST_TEST((third->request_id.data() == id));
    BOOST_TEST(!second);
    BOOST_TEST(second.error().code() == slb::errc::called_out_of_order);

    // What was moved from can be used again.
    receive(first, 400, R"({"Code":"C","RequestId":"R"})");
    BOOST_TEST(first.error().service()->code == "C");
    answer fourth(std::move(first));
    BOOST_TEST(fourth.error().service()->code == "C");
    BOOST_TEST(fourth.error().service()->request_id == "R");
    BOOST_TEST(first.error().service() == nullptr);
}

BOOST_AUTO_TEST_CASE(a_move_to_itself_changes_nothing) {
    answer out;
    receive(out, 200, compact_json);
    answer& same = out;
    out = std::move(same);
    BOOST_TEST(copy_of(*out) == compact_reply());
}

BOOST_AUTO_TEST_CASE(the_limits_of_parsing_are_those_of_the_call) {
    BOOST_TEST(received(200, compact_json, {}, {.parse_limits = {.elements = 2}}) ==
               received(200, compact_json));
    BOOST_TEST(received(200, compact_json, {}, {.parse_limits = {.elements = 1}}) ==
               "applied: the body of the response holds too many elements (HTTP 200)");
    BOOST_TEST(received(200, compact_json, {}, {.parse_limits = {.depth = 3}}) ==
               "applied: the body of the response is nested too deeply (HTTP 200)");
    BOOST_TEST(received(200, compact_xml, {}, {.parse_limits = {.elements = 1}}) ==
               "applied: the body of the response holds too many elements (HTTP 200)");
}

BOOST_AUTO_TEST_CASE(a_cut_reply_is_never_taken_for_a_whole_one) {
    for (std::string_view const body : {documented_json, documented_xml, compact_json, compact_xml})
        for (std::size_t size = 0; size != body.size(); ++size) {
            answer out;
            receive(out, 200, body.substr(0, size));
            // Only what names itself an answer of the API tells that the call was applied.
            std::string_view const cut = body.substr(0, size);
            bool const named = cut.find("\"RequestId\"") != cut.npos || cut.find("<RequestId>") != cut.npos;
            slb::delivery const reached = named ? slb::delivery::applied : slb::delivery::maybe_applied;
            if (out || out.error().delivery() != reached)
                BOOST_TEST(outcome_of(out) == "an error", body.substr(0, size));
        }
    for (std::string_view const body : {throttled_json, not_found_xml})
        for (std::size_t size = 0; size != body.size(); ++size) {
            std::string const outcome = received(400, body.substr(0, size));
            if (outcome != with_status(foreign_rejected, 400))
                BOOST_TEST(outcome == "a refusal", body.substr(0, size));
        }
    BOOST_TEST(received(200, documented_json) != received(400, documented_json));
}

BOOST_AUTO_TEST_SUITE_END()
