#include <slb/http_response.hpp>
// The header under test comes first: it stands alone.
#include "support/allocators.hpp"
#include "support/responses.hpp"
#include "support/scripted_transport.hpp"

#include <slb/drive.hpp>
#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <utility>

BOOST_AUTO_TEST_SUITE(http_response)

namespace {

using namespace slb_test;
using slb::delivery;
using slb::errc;

constexpr std::string_view question =
    "GET /latest/meta-data HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
slb::call_options const once_only{.retry = slb::retry_options::never()};

/// A peer, and a session that sends it messages.
struct rig {
    scripted_transport line{};
    slb::kept_connection kept{};
    slb::session<> calls;
    slb::http_response<> out{};

    explicit rig(slb::call_options const& options = once_only)
        : calls(slb::endpoint("slb.aliyuncs.com"), options) {}
    bool ask(std::string const& answer, bool ends = false, std::string_view message = question) {
        line.begin_again();
        line.answers.assign(line.requests.size() + 1, answer);
        line.ends_after_answer = ends;
        calls.start(message, out);
        slb::detail::no_key nobody;
        slb::drive(calls, kept, line, nobody);
        return static_cast<bool>(out);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(before_any_answer_there_is_none) {
    slb::http_response<> const out;
    BOOST_TEST(!out);
    BOOST_TEST(out.status() == 0);
    BOOST_TEST(out.body() == "");
    BOOST_TEST(out.header("date") == "");
    BOOST_TEST(out.error().code() == errc::called_out_of_order);
}

BOOST_AUTO_TEST_CASE(an_answer_is_kept_as_it_came_however_it_is_framed) {
    std::string const head = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-Key:  a b \r\n";
    struct {
        char const* what;
        std::string answer;
        bool ends;
        char const* log;
    } const cases[] = {
        {"by its length", head + "Content-Length: 11\r\n\r\nrole\r\nname\n", false, "connect write read"},
        {"in chunks",
         head +
             "Transfer-Encoding: chunked\r\n\r\n4;x=y\r\nrole\r\n7\r\n\r\nname\n\r\n0\r\nX-Late: 1\r\n\r\n",
         false, "connect write read"},
        {"by the end", head + "\r\nrole\r\nname\n", true, "connect write read read close"},
    };
    for (auto const& [what, answer, ends, log] : cases)
        for (std::size_t const largest : {std::size_t{1}, std::size_t{7}, scripted_transport::never})
            BOOST_TEST_CONTEXT(what << ", " << largest) {
                rig with;
                with.line.largest_read = largest;
                BOOST_TEST_REQUIRE(with.ask(answer, ends));
                BOOST_TEST(with.out.status() == 200);
                BOOST_TEST(with.out.body() == "role\r\nname\n");
                BOOST_TEST(with.out.header("x-key") == "a b");
                BOOST_TEST(with.out.header("X-KEY") == "a b");
                BOOST_TEST(with.out.header("Date") == "Sun, 06 Nov 1994 08:49:37 GMT");
                BOOST_TEST(with.out.header("x-ke") == "");
                BOOST_TEST(with.out.header("") == "");
                BOOST_TEST(with.out.header("x-late") == "");
                BOOST_TEST(with.out.error().code() == errc::none);
                if (largest == scripted_transport::never) BOOST_TEST(with.line.log == log);
                BOOST_TEST(with.line.requests.at(0) == question);
            }
}

BOOST_AUTO_TEST_CASE(the_first_header_of_a_name_is_given) {
    rig with;
    BOOST_TEST(with.ask(slb_test::http_answer(200, "", "A: 1\r\na: 2\r\nB:\r\n")));
    BOOST_TEST(with.out.header("a") == "1");
    BOOST_TEST(with.out.header("b") == "");
}

BOOST_AUTO_TEST_CASE(any_status_is_an_answer_and_none_is_sent_again) {
    for (int const status : {200, 204, 301, 400, 401, 403, 404, 429, 500, 502, 503}) {
        rig with{slb::call_options{}};
        BOOST_TEST(with.ask(slb_test::http_answer(status, status == 204 ? "" : throttled_json,
                                                  status == 204 ? "" : "Retry-After: 1\r\n")));
        BOOST_TEST(with.out.status() == status);
        BOOST_TEST(with.out.body() == (status == 204 ? "" : throttled_json));
        BOOST_TEST(with.out.error().code() == errc::none);
        BOOST_TEST(with.out.error().http_status() == status);
        BOOST_TEST(with.out.error().service() == nullptr);
        BOOST_TEST(!with.out.error().retryable());
        BOOST_TEST(with.line.requests.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_body_is_kept_to_the_byte_and_not_read) {
    using namespace std::string_view_literals;
    for (std::string_view const body :
         {"\xef\xbb\xbf{}"sv, "  {"sv, "\0\1\2"sv, "<html>"sv, "\xff\xfe"sv, "\r\n\r\n"sv}) {
        rig with;
        BOOST_TEST(with.ask(slb_test::http_answer(200, body)));
        BOOST_TEST(with.out.body() == body);
    }
    rig with;
    std::string const large(100000, 'x');
    BOOST_TEST(with.ask(slb_test::http_answer(200, large)));
    BOOST_TEST(with.out.body() == large);
}

BOOST_AUTO_TEST_CASE(half_an_answer_is_an_error_and_shows_nothing) {
    std::string const whole = slb_test::http_answer(200, "0123456789", "X: y\r\n");
    for (std::size_t size = 1; size != whole.size(); ++size) {
        rig with;
        BOOST_TEST(!with.ask(whole.substr(0, size), true));
        BOOST_TEST(with.out.error().code() == errc::connection_closed);
        BOOST_TEST(with.out.error().delivery() == delivery::maybe_applied);
        BOOST_TEST(with.out.status() == (size < whole.find('\n') + 1 ? 0 : 200));
        BOOST_TEST(with.out.body() == "");
        BOOST_TEST(with.out.header("x") == "");
    }
    rig chunked;
    BOOST_TEST(!chunked.ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", true));
    BOOST_TEST(chunked.out.error().code() == errc::connection_closed);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_too_large_or_no_http_is_an_error) {
    auto const outcome = [](std::string const& answer) {
        rig with{{.retry = slb::retry_options::never(), .http_limits = {.head = 200, .body = 100}}};
        BOOST_TEST(!with.ask(answer));
        BOOST_TEST(with.out.body() == "");
        return text_of(with.out.error());
    };
    std::string const advice = "; read the group back before sending it again; ";
    BOOST_TEST(outcome(slb_test::http_answer(200, std::string(101, 'x'))) ==
               "maybe applied: the body of the response is too large (HTTP 200)" + advice +
                   "raise call_options::http_limits");
    BOOST_TEST(outcome(chunked_response(200, std::string(101, 'x'), 20)) ==
               "maybe applied: the body of the response is too large (HTTP 200)" + advice +
                   "raise call_options::http_limits");
    BOOST_TEST(outcome(slb_test::http_answer(200, "", "X: " + std::string(200, 'y') + "\r\n"))
                   .starts_with("maybe applied: the head of the response is too large"));
    BOOST_TEST(outcome("SSH-2.0-OpenSSH\r\n").starts_with("maybe applied: the response is not HTTP/1.1"));
    rig just{{.http_limits = {.head = 200, .body = 100}}};
    BOOST_TEST(just.ask(slb_test::http_answer(200, std::string(100, 'x'))));
}

BOOST_AUTO_TEST_CASE(what_failed_on_the_way_says_how_far_it_came) {
    for (std::size_t const failing : {0U, 1U, 2U}) {
        rig with;
        with.line.answers = {slb_test::http_answer(200, "x")};
        with.line.failing = failing;
        with.line.failure = errc::connection_reset;
        with.calls.start(question, with.out);
        slb::detail::no_key nobody;
        slb::drive(with.calls, with.kept, with.line, nobody);
        BOOST_TEST(!with.out);
        BOOST_TEST(with.out.error().code() == errc::connection_reset);
        BOOST_TEST(with.out.error().delivery() ==
                   (failing == 0 ? delivery::not_sent : delivery::maybe_applied));
    }
}

BOOST_AUTO_TEST_CASE(a_message_that_was_not_sent_is_sent_again_and_one_that_may_have_been_is_not) {
    for (std::size_t const failing : {0U, 1U, 2U}) {
        rig with{slb::call_options{}};
        with.line.answers = {slb_test::http_answer(200, "x")};
        with.line.failing = failing;
        with.line.failure = errc::connection_reset;
        with.calls.start(question, with.out);
        slb::detail::no_key nobody;
        slb::drive(with.calls, with.kept, with.line, nobody);
        BOOST_TEST(static_cast<bool>(with.out) == (failing == 0));
        if (failing == 0) BOOST_TEST(with.line.log == "connect connect write read");
    }
}

BOOST_AUTO_TEST_CASE(one_response_serves_one_message_after_the_other_over_a_kept_connection) {
    rig with;
    BOOST_TEST(with.ask(slb_test::http_answer(200, "a long body of the first", "A: 1\r\n")));
    BOOST_TEST(with.ask(slb_test::http_answer(404, "second", "B: 2\r\n")));
    BOOST_TEST(with.line.log == "write read");
    BOOST_TEST(with.out.status() == 404);
    BOOST_TEST(with.out.body() == "second");
    BOOST_TEST(with.out.header("a") == "");
    BOOST_TEST(with.out.header("b") == "2");
    BOOST_TEST(!with.ask("HTTP/1.1 200 OK\r\nA: 3\r\nContent-Length: 5\r\n\r\nabc", true));
    BOOST_TEST(with.out.status() == 200);
    BOOST_TEST(with.out.body() == "");
    BOOST_TEST(with.out.header("a") == "");
    BOOST_TEST(with.ask(slb_test::http_answer(200, "")));
    BOOST_TEST(with.out.body() == "");
    BOOST_TEST(with.out.error().code() == errc::none);
    // A call and a message take turns.
    slb::response<operation> answer;
    slb::signer<> const signer{slb::credentials{"testid", "testsecret"}};
    slb::detail::fixed_key<slb::signer<>> key{signer};
    with.line.begin_again();
    with.line.ends_after_answer = false;
    with.line.answers.assign(10, slb_test::http_answer(200, compact_json));
    with.calls.start(operation{.region_id = "r",
                               .vserver_group_id = "g",
                               .replace = {{.from = {"a", 1}, .to = {.server_id = "b", .port = 1}}}},
                     answer, signer);
    slb::drive(with.calls, with.kept, with.line, key);
    BOOST_TEST_REQUIRE(static_cast<bool>(answer));
    BOOST_TEST(with.ask(slb_test::http_answer(200, "again")));
    BOOST_TEST(with.out.body() == "again");
    BOOST_TEST(with.line.requests.back() == question);
    BOOST_TEST(copy_of(*answer) == compact_reply());
}

BOOST_AUTO_TEST_CASE(an_answer_survives_its_move) {
    rig with;
    BOOST_TEST(with.ask(slb_test::http_answer(200, "the body", "A: 1\r\n")));
    slb::http_response<> moved(std::move(with.out));
    BOOST_TEST(static_cast<bool>(moved));
    BOOST_TEST(moved.status() == 200);
    BOOST_TEST(moved.body() == "the body");
    BOOST_TEST(moved.header("a") == "1");
    slb::http_response<> assigned;
    assigned = std::move(moved);
    BOOST_TEST(assigned.body() == "the body");
    BOOST_TEST(assigned.header("a") == "1");
    for (auto const* left : {&with.out, &moved}) {
        BOOST_TEST(!*left);
        BOOST_TEST(left->body() == "");
        BOOST_TEST(left->header("a") == "");
        BOOST_TEST(left->error().code() == errc::called_out_of_order);
    }
    BOOST_TEST(with.ask(slb_test::http_answer(200, "next")));
    BOOST_TEST(with.out.body() == "next");
    BOOST_TEST(assigned.body() == "the body");
}

BOOST_AUTO_TEST_CASE(without_memory_for_it_there_is_no_answer_and_with_it_nothing_leaks) {
    std::size_t failures = 0;
    for (std::size_t budget = 0;; budget += 100) {
        heap_log log;
        log.budget = budget;
        bool came = false;
        {
            null_allocator const memory(log);
            slb::session<null_allocator> calls(slb::endpoint("slb.aliyuncs.com"), once_only, memory);
            slb::http_response<null_allocator> out(memory);
            scripted_transport line;
            line.answers = {slb_test::http_answer(200, std::string(9000, 'x'))};
            slb::kept_connection kept;
            slb::detail::no_key nobody;
            calls.start(question, out);
            slb::drive(calls, kept, line, nobody);
            came = static_cast<bool>(out);
            if (!came) {
                BOOST_TEST(out.error().code() == errc::out_of_memory);
                BOOST_TEST(out.body() == "");
                ++failures;
            }
        }
        BOOST_TEST_REQUIRE(log.mistakes == 0U);
        BOOST_TEST_REQUIRE(log.blocks() == 0U);
        if (came) break;
    }
    BOOST_TEST(failures > 10U);
}

BOOST_AUTO_TEST_SUITE_END()
