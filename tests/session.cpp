#include <slb/session.hpp>
// The header under test comes first: it stands alone.
#include "support/responses.hpp"
#include "support/scripted_transport.hpp"

#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <iostream>

BOOST_AUTO_TEST_SUITE(session)

namespace {

using namespace slb_test;
using answer = slb::response<operation>;

slb::endpoint const target{"slb.aliyuncs.com"};
slb::call_options const once_only{.retry = slb::retry_options::never()};
unsigned char const randomness[16] = {};
slb::nonce const once{randomness};

std::string_view name_of(slb::session_step step) {
    switch (step) {
    case slb::session_step::acquire: return "acquire";
    case slb::session_step::connect: return "connect";
    case slb::session_step::begin: return "begin";
    case slb::session_step::write: return "write";
    case slb::session_step::read: return "read";
    case slb::session_step::close: return "close";
    case slb::session_step::key: return "key";
    case slb::session_step::retry: return "retry";
    case slb::session_step::wait: return "wait";
    case slb::session_step::done: return "done";
    }
    return "?";
}

/// A session and the line it is driven over.
struct rig {
    scripted_transport line{};
    slb::kept_connection kept{};
    slb::session<> calls{target};
    slb::signer<> signer{slb::credentials{"testid", "testsecret"}};
    answer out{};

    explicit rig(slb::call_options const& options = once_only) : calls(target, options) {
        line.answers = {http_response(200, R"({"RequestId":"R","VServerGroupId":"g"})")};
    }

    static operation request() {
        return {.region_id = "cn-hangzhou",
                .vserver_group_id = "rsp-1",
                .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 80}}}};
    }
    void start(operation const& what = request()) {
        calls.start(what, out, signer);
        if (calls.next(line.steady_ms()) == slb::session_step::acquire) calls.use(kept);
    }
    /// Does what the session says until it is done, and tells what that was.
    std::string drive() {
        std::string steps;
        for (;;) {
            slb::session_step const step = calls.next(line.steady_ms());
            steps += (steps.empty() ? "" : " ") + std::string(name_of(step));
            switch (step) {
            case slb::session_step::acquire: BOOST_FAIL("it has a connection"); break;
            case slb::session_step::connect: calls.connected(line.connect(calls.deadline())); break;
            case slb::session_step::begin: calls.begin(signer, line.unix_seconds(), once); break;
            case slb::session_step::key: BOOST_FAIL("its key does not change"); break;
            case slb::session_step::retry: calls.decide(0); break;
            case slb::session_step::wait: line.wait(calls.deadline() - line.steady_ms()); break;
            case slb::session_step::write: calls.wrote(line.write(calls.output(), calls.deadline())); break;
            case slb::session_step::read:
                if (std::span<char> const space = calls.input(); !space.empty())
                    calls.got(line.read(space, calls.deadline()));
                break;
            case slb::session_step::close:
                line.close();
                calls.dropped();
                break;
            case slb::session_step::done: return steps;
            }
        }
    }
    std::string call() {
        line.begin_again();
        start();
        return drive();
    }
    std::string outcome() const { return outcome_of(out); }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_first_call_connects_and_the_next_ones_do_not) {
    rig with;
    BOOST_TEST(with.call() == "connect begin write read done");
    BOOST_TEST(with.outcome() == "R g");
    BOOST_TEST(with.call() == "begin write read done");
    BOOST_TEST(with.outcome() == "R g");
    BOOST_TEST(with.line.requests.size() == 2U);
    BOOST_TEST(with.line.connected());
}

BOOST_AUTO_TEST_CASE(it_writes_and_reads_as_often_as_it_takes) {
    rig with;
    with.line.largest_write = 200;
    with.line.largest_read = 30;
    BOOST_TEST(with.call() == "connect begin write write write write write read read read done");
    BOOST_TEST(with.outcome() == "R g");
    BOOST_TEST(with.call() == "begin write write write write write read read read done");
    BOOST_TEST(with.line.requests.at(0) == with.line.requests.at(1));
}

BOOST_AUTO_TEST_CASE(a_connection_that_cannot_carry_another_call_is_closed) {
    std::string const body = R"({"RequestId":"R","VServerGroupId":"g"})";
    struct {
        char const* what;
        std::string answer;
        bool ends;
    } const cases[] = {
        {"it says so", http_response(200, body, "Connection: close\r\n"), false},
        {"its body ends with it", "HTTP/1.1 200 OK\r\n\r\n" + body, true},
        {"it speaks HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 38\r\n\r\n" + body, false},
        {"it sent a byte too many", http_response(200, body) + "x", false},
    };
    for (auto const& [what, answer, ends] : cases) BOOST_TEST_CONTEXT(what) {
            rig with;
            with.line.answers = {answer};
            with.line.ends_after_answer = ends;
            std::string const steps =
                ends ? "connect begin write read read close done" : "connect begin write read close done";
            BOOST_TEST(with.call() == steps);
            BOOST_TEST(with.outcome() == "R g");
            BOOST_TEST(!with.line.connected());
            BOOST_TEST(with.call() == steps);
            BOOST_TEST(with.outcome() == "R g");
        }
}

BOOST_AUTO_TEST_CASE(a_refusal_leaves_the_connection_open) {
    rig with;
    with.line.answers = {http_response(400, throttled_json)};
    BOOST_TEST(with.call() == "connect begin write read done");
    BOOST_TEST(with.out.error().service()->code == "Throttling.User");
    BOOST_TEST(with.call() == "begin write read done");
}

BOOST_AUTO_TEST_CASE(an_early_refusal_is_read_before_the_rest_is_written_only_if_writing_fails) {
    rig with;
    with.line.answers = {http_response(400, throttled_json)};
    with.line.answers_early = true;
    with.line.largest_write = 300;
    with.line.failing = 2;
    with.line.failure = slb::errc::connection_reset;
    with.start();
    BOOST_TEST(with.drive() == "connect begin write write read close done");
    BOOST_TEST(with.out.error().delivery() == slb::delivery::rejected);
    BOOST_TEST(with.out.error().service()->code == "Throttling.User");
    BOOST_TEST(!with.line.connected());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_replaced_in_time) {
    rig with;
    BOOST_TEST(with.call() == "connect begin write read done");
    with.line.now_ms += 4999;
    BOOST_TEST(with.call() == "begin write read done");
    with.line.now_ms += 5000;
    BOOST_TEST(with.call() == "close connect begin write read done");
    BOOST_TEST(with.outcome() == "R g");

    rig patient({.idle_timeout_ms = 60000});
    BOOST_TEST(patient.call() == "connect begin write read done");
    patient.line.now_ms += 59999;
    BOOST_TEST(patient.call() == "begin write read done");
    rig hasty({.idle_timeout_ms = 0});
    BOOST_TEST(hasty.call() == "connect begin write read done");
    BOOST_TEST(hasty.call() == "close connect begin write read done");
}

BOOST_AUTO_TEST_CASE(a_connection_idles_from_the_end_of_its_call_not_from_its_last_step) {
    rig with;
    with.line.takes_ms = 3000;
    BOOST_TEST(with.call() == "connect begin write read done");
    with.line.takes_ms = 0;
    with.line.now_ms += 4999;
    BOOST_TEST(with.call() == "begin write read done");
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_a_rule_touches_no_connection) {
    rig with;
    operation broken = rig::request();
    broken.replace[0].to.weight = slb::runtime(101);
    with.start(broken);
    BOOST_TEST(with.drive() == "done");
    BOOST_TEST(with.outcome() == "not sent: NewBackendServers[0].Weight must be between 0 and 100, is 101");
    BOOST_TEST(with.call() == "connect begin write read done");
    with.start(broken);
    BOOST_TEST(with.drive() == "done");
    BOOST_TEST(with.call() == "begin write read done");
}

BOOST_AUTO_TEST_CASE(without_credentials_nothing_is_connected) {
    rig with;
    slb::signer<> const nobody{slb::credentials{"", "testsecret"}};
    with.calls.start(rig::request(), with.out, nobody);
    BOOST_TEST(with.drive() == "done");
    BOOST_TEST(with.outcome() == "not sent: access key id must be given");
}

BOOST_AUTO_TEST_CASE(each_step_has_the_nearest_of_the_deadlines) {
    rig with({.connect_timeout_ms = 5000, .step_timeout_ms = 10000, .call_timeout_ms = 12000});
    with.line.now_ms = 1000;
    with.line.takes_ms = 1000;
    with.line.largest_read = 60;
    BOOST_TEST(with.call() == "connect begin write read read done");
    // connect at 1000, write at 2000, reads at 3000 and 4000; the call ends at 13000.
    std::vector<std::int64_t> const expected{6000, 12000, 13000, 13000};
    BOOST_TEST(with.line.deadlines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_deadline_of_a_call_counts_from_its_start_on_a_kept_connection_too) {
    rig with({.connect_timeout_ms = 50000, .call_timeout_ms = 3000});
    BOOST_TEST(with.call() == "connect begin write read done");
    BOOST_TEST(with.line.deadlines.at(0) == 4000);
    with.line.now_ms = 2000;
    BOOST_TEST(with.call() == "begin write read done");
    BOOST_TEST(with.line.deadlines.at(0) == 5000);
    BOOST_TEST(with.line.deadlines.at(1) == 5000);
}

BOOST_AUTO_TEST_CASE(deadlines_do_not_overflow) {
    rig with({.connect_timeout_ms = INT64_MAX, .step_timeout_ms = INT64_MAX, .call_timeout_ms = INT64_MAX});
    with.line.now_ms = INT64_MAX - 5;
    BOOST_TEST(with.call() == "connect begin write read done");
    for (std::int64_t const deadline : with.line.deadlines) BOOST_TEST(deadline == slb::no_deadline);
}

BOOST_AUTO_TEST_CASE(a_failure_to_connect_is_not_sent_and_the_next_call_connects_again) {
    for (slb::errc const why :
         {slb::errc::resolve_failed, slb::errc::connect_failed, slb::errc::tls_failed,
          slb::errc::certificate_refused, slb::errc::timed_out, slb::errc::connection_reset}) {
        rig with;
        with.line.failing = 0;
        with.line.failure = why;
        with.start();
        BOOST_TEST(with.drive() == "connect done");
        BOOST_TEST(with.out.error().code() == why);
        BOOST_TEST(with.out.error().delivery() == slb::delivery::not_sent);
        BOOST_TEST(with.call() == "connect begin write read done");
        BOOST_TEST(with.outcome() == "R g");
    }
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_kept_connection_before_the_answer_is_its_own_error) {
    struct {
        char const* what;
        std::size_t failing;
        slb::errc failure;
        char const* steps;
        char const* outcome;
    } const cases[] = {
        {"reset while reading", 1, slb::errc::connection_reset, "begin write read close done",
         "maybe applied: the kept connection was lost before the server answered"},
        {"ended while reading", 1, slb::errc::none, "begin write read close done",
         "maybe applied: the kept connection was lost before the server answered"},
        {"reset while writing", 0, slb::errc::connection_reset, "begin write read close done",
         "maybe applied: the kept connection was lost before the server answered"},
        {"a late answer", 1, slb::errc::timed_out, "begin write read close done",
         "maybe applied: the deadline passed"},
        // Some of the bytes may have left all the same.
        {"no room to write", 0, slb::errc::timed_out, "begin write close done",
         "maybe applied: the deadline passed"},
        {"TLS while reading", 1, slb::errc::tls_failed, "begin write read close done",
         "maybe applied: the TLS connection failed"},
    };
    for (auto const& [what, failing, failure, steps, outcome] : cases) BOOST_TEST_CONTEXT(what) {
            rig with;
            BOOST_TEST(with.call() == "connect begin write read done");
            with.line.begin_again();
            with.line.failing = failing;
            with.line.failure = failure;
            with.start();
            BOOST_TEST(with.drive() == steps);
            BOOST_TEST(with.outcome() == outcome);
            BOOST_TEST(with.call() == "connect begin write read done");
            BOOST_TEST(with.outcome() == "R g");
        }
}

BOOST_AUTO_TEST_CASE(a_transport_that_drops_the_connection_when_a_write_fails_leads_to_the_same_error) {
    for (slb::errc const after :
         {slb::errc::called_out_of_order, slb::errc::connection_reset, slb::errc::tls_failed}) {
        rig with;
        BOOST_TEST(with.call() == "connect begin write read done");
        with.start();
        BOOST_TEST((with.calls.next(0) == slb::session_step::begin));
        with.calls.begin(with.signer, 0, once);
        BOOST_TEST((with.calls.next(0) == slb::session_step::write));
        with.calls.wrote(slb::errc::connection_reset);
        BOOST_TEST((with.calls.next(0) == slb::session_step::read));
        BOOST_TEST(!with.calls.input().empty());
        with.calls.got(after);
        BOOST_TEST(with.out.error().code() == slb::errc::reused_connection_lost);
    }
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_new_connection_is_an_ordinary_error) {
    rig with;
    with.line.failing = 2;
    with.line.failure = slb::errc::connection_reset;
    with.start();
    BOOST_TEST(with.drive() == "connect begin write read close done");
    BOOST_TEST(with.outcome() == "maybe applied: the connection was reset");
    rig ended;
    ended.line.failing = 2;
    ended.line.failure = slb::errc::none;
    ended.start();
    BOOST_TEST(ended.drive() == "connect begin write read close done");
    BOOST_TEST(ended.outcome() ==
               "maybe applied: the connection was closed before the response was complete");
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_kept_connection_within_the_answer_is_an_ordinary_error) {
    rig with;
    with.line.largest_read = 60;
    BOOST_TEST(with.call() == "connect begin write read read done");
    with.line.begin_again();
    with.line.failing = 2;
    with.line.failure = slb::errc::connection_reset;
    with.start();
    BOOST_TEST(with.drive() == "begin write read read close done");
    BOOST_TEST(with.outcome() == "maybe applied: the connection was reset (HTTP 200)");
}

BOOST_AUTO_TEST_CASE(a_failed_write_is_what_is_told_when_no_answer_can_be_read) {
    rig with;
    with.line.failing = 1;
    with.line.failure = slb::errc::tls_failed;
    with.start();
    BOOST_TEST(with.drive() == "connect begin write read close done");
    BOOST_TEST(with.outcome() == "maybe applied: the TLS connection failed");
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_drivers_before_writing_was_not_sent) {
    rig with;
    with.start();
    BOOST_TEST((with.calls.next(0) == slb::session_step::connect));
    with.calls.connected({});
    BOOST_TEST((with.calls.next(0) == slb::session_step::begin));
    with.calls.failed(slb::errc::randomness_unavailable);
    BOOST_TEST(with.outcome() == "not sent: the host gave no randomness for the nonce");
    BOOST_TEST(with.drive() == "close done");
    BOOST_TEST(with.call() == "connect begin write read done");
    BOOST_TEST(with.outcome() == "R g");
}

BOOST_AUTO_TEST_CASE(a_call_that_its_driver_left_in_the_middle_does_not_spoil_the_next_one) {
    // As a driver does whose allocator, or whose transport, throws.
    for (int steps = 1; steps <= 4; ++steps) BOOST_TEST_CONTEXT(steps << " steps") {
            rig with;
            with.line.answers = {http_response(200, R"({"RequestId":"first","VServerGroupId":"g"})"),
                                 http_response(200, R"({"RequestId":"second","VServerGroupId":"g"})"),
                                 http_response(200, R"({"RequestId":"third","VServerGroupId":"g"})")};
            BOOST_TEST(with.call() == "connect begin write read done");
            with.start();
            if (steps >= 2) with.calls.begin(with.signer, 0, once);
            if (steps >= 3) with.calls.wrote(with.line.write(with.calls.output(), 0));
            if (steps >= 4) (void)with.calls.input();
            std::string const next = with.call();
            BOOST_TEST(next ==
                       (steps == 1 ? "begin write read done" : "close connect begin write read done"));
            BOOST_TEST(with.out->request_id == (steps < 3 ? "second" : "third"));
        }
}

BOOST_AUTO_TEST_CASE(every_golden_response_ends_a_session_the_way_it_ends_an_exchange) {
    for (auto const& response : golden_responses()) BOOST_TEST_CONTEXT(response.what) {
            rig with;
            with.line.answers = {response.bytes};
            with.line.ends_after_answer = response.until_close;
            std::string const steps = response.until_close ? "write read read close done"
                                      : response.kept      ? "write read done"
                                                           : "write read close done";
            BOOST_TEST(with.call() == "connect begin " + steps);
            BOOST_TEST(with.outcome() == response.outcome);
            BOOST_TEST(with.call() == (response.kept ? "begin " : "connect begin ") + steps);
            BOOST_TEST(with.outcome() == response.outcome);
        }
}

BOOST_AUTO_TEST_CASE(the_deadline_of_the_call_ends_it_whatever_the_driver_does) {
    rig with({.call_timeout_ms = 100});
    std::int64_t const begin = with.line.steady_ms();
    with.start();
    BOOST_TEST((with.calls.next(begin) == slb::session_step::connect));
    with.calls.connected({});
    with.calls.begin(with.signer, 1700000000, once);
    BOOST_TEST((with.calls.next(begin + 99) == slb::session_step::write));
    with.calls.wrote(std::size_t{1});
    BOOST_TEST((with.calls.next(begin + 100) == slb::session_step::close));
    BOOST_TEST(with.outcome() == "maybe applied: the deadline passed");
    with.calls.dropped();
    BOOST_TEST((with.calls.next(begin + 100) == slb::session_step::done));
}

BOOST_AUTO_TEST_CASE(a_call_waits_for_a_connection_until_its_deadline) {
    rig with({.call_timeout_ms = 100});
    with.calls.start(rig::request(), with.out, with.signer);
    BOOST_TEST((with.calls.next(1000) == slb::session_step::acquire));
    BOOST_TEST(with.calls.deadline() == 1100);
    BOOST_TEST((with.calls.next(1099) == slb::session_step::acquire));
    BOOST_TEST((with.calls.next(1100) == slb::session_step::done));
    BOOST_TEST(with.outcome() == "not sent: the deadline passed");
    // One that comes too late is left as it was.
    with.calls.use(with.kept);
    BOOST_TEST((with.calls.next(1100) == slb::session_step::done));
    BOOST_TEST(with.call() == "connect begin write read done");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_cancelled_says_how_far_it_came) {
    rig with;
    with.calls.start(rig::request(), with.out, with.signer);
    BOOST_TEST((with.calls.next(0) == slb::session_step::acquire));
    with.calls.failed(slb::errc::cancelled);
    BOOST_TEST((with.calls.next(0) == slb::session_step::done));
    BOOST_TEST(with.outcome() == "not sent: the call was cancelled");
    with.start();
    BOOST_TEST((with.calls.next(0) == slb::session_step::connect));
    with.calls.connected({});
    with.calls.begin(with.signer, 1700000000, once);
    with.calls.wrote(std::size_t{1});
    with.calls.failed(slb::errc::cancelled);
    BOOST_TEST(with.drive() == "close done");
    BOOST_TEST(with.outcome() == "maybe applied: the call was cancelled");
    BOOST_TEST(with.call() == "connect begin write read done");
}

BOOST_AUTO_TEST_CASE(two_calls_at_once_have_connections_of_their_own) {
    rig with;
    rig other;
    with.start();
    other.start();
    BOOST_TEST(with.drive() == "connect begin write read done");
    BOOST_TEST(other.drive() == "connect begin write read done");
    // Either connection may carry the next call of either session.
    std::swap(with.kept, other.kept);
    BOOST_TEST(with.call() == "begin write read done");
    BOOST_TEST(other.call() == "begin write read done");
}

BOOST_AUTO_TEST_CASE(a_write_that_sends_nothing_is_a_failure) {
    rig with;
    with.start();
    with.calls.connected({});
    with.calls.begin(with.signer, 1700000000, once);
    with.calls.wrote(std::size_t{0});
    BOOST_TEST((with.calls.next(0) == slb::session_step::close));
    BOOST_TEST(with.outcome() == "maybe applied: the connection was reset");
}

BOOST_AUTO_TEST_SUITE_END()
