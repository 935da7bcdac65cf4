#include <slb/session.hpp>
// The header under test comes first: it stands alone.
#include "support/retries.hpp"

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
        line.answers = {http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})")};
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
        {"it says so", http_answer(200, body, "Connection: close\r\n"), false},
        {"its body ends with it", "HTTP/1.1 200 OK\r\n\r\n" + body, true},
        {"it speaks HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 38\r\n\r\n" + body, false},
        {"it sent a byte too many", http_answer(200, body) + "x", false},
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
    with.line.answers = {http_answer(400, throttled_json)};
    BOOST_TEST(with.call() == "connect begin write read done");
    BOOST_TEST(with.out.error().service()->code == "Throttling.User");
    BOOST_TEST(with.call() == "begin write read done");
}

BOOST_AUTO_TEST_CASE(an_early_refusal_is_read_before_the_rest_is_written_only_if_writing_fails) {
    rig with;
    with.line.answers = {http_answer(400, throttled_json)};
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
            with.line.answers = {http_answer(200, R"({"RequestId":"first","VServerGroupId":"g"})"),
                                 http_answer(200, R"({"RequestId":"second","VServerGroupId":"g"})"),
                                 http_answer(200, R"({"RequestId":"third","VServerGroupId":"g"})")};
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

// Calls that are sent again.

BOOST_AUTO_TEST_CASE(what_was_not_sent_is_sent_again_after_a_pause) {
    retry_rig with(unsafe_request());
    with.random = 137;
    with.line.failures = {{0, slb::errc::connect_failed}, {1, slb::errc::resolve_failed}};
    BOOST_TEST(with.call() == "acquire connect retry wait acquire connect retry wait "
                              "acquire connect begin write read done");
    BOOST_TEST(with.outcome() == "granted");
    BOOST_TEST(with.seen.told() == "sent again 137, sent again 137, succeeded");
    std::vector<std::int64_t> const waits{137, 137};
    BOOST_TEST(with.line.waits == waits, boost::test_tools::per_element());
    BOOST_TEST(with.memory.budget.tokens() == 81);
}

BOOST_AUTO_TEST_CASE(a_pause_is_drawn_anew_with_the_randomness_of_the_host) {
    struct {
        unsigned char next = 0;
        bool has = true;
        bool random(std::span<unsigned char> bytes) {
            for (auto& byte : bytes) byte = ++next;
            return has;
        }
    } host;
    // 0x0102030405060708 and so on, modulo 201 and 401.
    retry_rig with(unsafe_request());
    with.line.failures = {{0, slb::errc::connect_failed}, {1, slb::errc::connect_failed}};
    with.instead = [&](slb::session_step step) {
        if (step == slb::session_step::retry) with.calls.decide(host);
        return step == slb::session_step::retry;
    };
    with.call();
    std::vector<std::int64_t> const waits{static_cast<std::int64_t>(0x0102030405060708U % 201),
                                          static_cast<std::int64_t>(0x090a0b0c0d0e0f10U % 401)};
    BOOST_TEST(with.line.waits == waits, boost::test_tools::per_element());
    // One that gives none waits for the shortest time.
    with.line.begin_again();
    with.line.failures = {{0, slb::errc::connection_reset}};
    with.kept.dropped();
    host.has = false;
    BOOST_TEST(with.call().ends_with("done"));
    BOOST_TEST(with.outcome() == "granted");
    BOOST_TEST(with.line.waits.empty());
}

BOOST_AUTO_TEST_CASE(each_attempt_has_its_own_nonce_and_timestamp_and_is_otherwise_the_same) {
    retry_rig with(reading_request());
    with.line.answers = {refused("Throttling.User"), refused("Throttling.User"), granted};
    with.random = 2500;
    with.instead = [&](slb::session_step step) {
        if (step == slb::session_step::wait) with.line.now_unix += 2;
        return false;
    };
    BOOST_TEST(with.call() == "acquire connect begin write read retry wait acquire begin write read retry "
                              "wait acquire begin write read done");
    BOOST_TEST(with.outcome() == "granted");
    auto const& requests = with.line.requests;
    BOOST_TEST_REQUIRE(requests.size() == 3U);
    BOOST_TEST(header_of(requests[0], "x-acs-date") == "2023-11-14T22:13:20Z");
    BOOST_TEST(header_of(requests[1], "x-acs-date") == "2023-11-14T22:13:22Z");
    BOOST_TEST(header_of(requests[2], "x-acs-date") == "2023-11-14T22:13:24Z");
    BOOST_TEST(header_of(requests[0], "x-acs-signature-nonce") == "000102030405060708090a0b0c0d0e0f");
    BOOST_TEST(header_of(requests[1], "x-acs-signature-nonce") == "101112131415161718191a1b1c1d1e1f");
    BOOST_TEST(header_of(requests[2], "x-acs-signature-nonce") == "202122232425262728292a2b2c2d2e2f");
    for (auto const& request : requests)
        BOOST_TEST(request.substr(0, request.find("x-acs-date")) ==
                   requests[0].substr(0, requests[0].find("x-acs-date")));
    BOOST_TEST(header_of(requests[0], "authorization") != header_of(requests[1], "authorization"));
}

namespace {

/// How a first attempt ends, over a new connection or a kept one, and what is done then.
struct ending {
    char const* what;
    bool kept;
    std::map<std::size_t, slb::errc> failures;
    std::string answer;
    char const* if_safe;
    char const* if_unsafe;
};
ending const endings[] = {
    {"reset while reading",
     false,
     {{2, slb::errc::connection_reset}},
     granted,
     "acquire connect begin write read close retry wait acquire connect begin write read done",
     "acquire connect begin write read close done"},
    {"the kept connection is lost",
     true,
     {{1, slb::errc::connection_reset}},
     granted,
     "acquire begin write read close retry wait acquire connect begin write read done",
     "acquire begin write read close done"},
    {"ended while reading",
     false,
     {{2, slb::errc::none}},
     granted,
     "acquire connect begin write read close retry wait acquire connect begin write read done",
     "acquire connect begin write read close done"},
    {"too late",
     false,
     {{2, slb::errc::timed_out}},
     granted,
     "acquire connect begin write read close retry wait acquire connect begin write read done",
     "acquire connect begin write read close done"},
    {"reset while writing",
     false,
     {{1, slb::errc::connection_reset}},
     granted,
     "acquire connect begin write read close retry wait acquire connect begin write read done",
     "acquire connect begin write read close done"},
    {"TLS breaks",
     false,
     {{1, slb::errc::tls_failed}},
     granted,
     "acquire connect begin write read close retry wait acquire connect begin write read done",
     "acquire connect begin write read close done"},
    {"a page of a proxy",
     false,
     {},
     http_answer(502, html_page),
     "acquire connect begin write read retry wait acquire begin write read done",
     "acquire connect begin write read done"},
    {"the service failed",
     false,
     {},
     refused("InternalError", {}, 500),
     "acquire connect begin write read retry wait acquire begin write read done",
     "acquire connect begin write read done"},
    {"no HTTP",
     false,
     {},
     "SSH-2.0-OpenSSH\r\n",
     "acquire connect begin write read close retry wait acquire connect begin write read done",
     "acquire connect begin write read close done"},
    // The service says that nothing was changed.
    {"throttled",
     false,
     {},
     refused("Throttling.User"),
     "acquire connect begin write read retry wait acquire begin write read done",
     "acquire connect begin write read retry wait acquire begin write read done"},
    {"busy, and the connection ends",
     true,
     {},
     refused("SystemBusy", "Connection: close\r\n"),
     "acquire begin write read close retry wait acquire connect begin write read done",
     "acquire begin write read close retry wait acquire connect begin write read done"},
    // Nothing was sent.
    {"no TLS",
     false,
     {{0, slb::errc::tls_failed}},
     granted,
     "acquire connect retry wait acquire connect begin write read done",
     "acquire connect retry wait acquire connect begin write read done"},
    // It not sent again.
    {"no right",
     false,
     {},
     refused("Forbidden.RAM", {}, 403),
     "acquire connect begin write read done",
     "acquire connect begin write read done"},
    {"another's certificate",
     false,
     {{0, slb::errc::certificate_refused}},
     granted,
     "acquire connect done",
     "acquire connect done"},
};

template <class Operation>
void check_ending(Operation const& request, ending const& how, bool safe) {
    BOOST_TEST_CONTEXT(how.what << (safe ? ", safe" : ", not safe")) {
        retry_rig with(request);
        if (how.kept) {
            with.call();
            with.line.begin_again();
        }
        with.line.failures = how.failures;
        with.line.answers = {how.kept ? granted : how.answer, how.kept ? how.answer : granted, granted};
        // What is lost before it was answered takes no answer.
        std::string const steps = safe ? how.if_safe : how.if_unsafe;
        BOOST_TEST(with.call() == steps);
        BOOST_TEST((with.outcome() == "granted") == (steps.find("wait") != steps.npos));
        BOOST_TEST((with.seen.verdicts.size() == 2U) == (steps.find("wait") != steps.npos));
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(what_may_have_been_applied_is_sent_again_only_if_that_is_safe) {
    for (auto const& how : endings) {
        check_ending(reading_request(), how, true);
        check_ending(safe_request(), how, true);
        check_ending(unsafe_request(), how, false);
    }
}

BOOST_AUTO_TEST_CASE(what_an_earlier_attempt_may_have_done_is_not_undone_by_a_later_refusal) {
    std::string const forbidden =
        "the service answered with an error: Forbidden.RAM: - (HTTP 403, request id N)";
    auto const check = [&](auto request, std::map<std::size_t, slb::errc> failures,
                           std::string const& outcome) {
        retry_rig with(request);
        with.line.answers = {refused("Forbidden.RAM", {}, 403)};
        with.line.failures = std::move(failures);
        with.call();
        BOOST_TEST(with.outcome() == outcome);
        BOOST_TEST(with.seen.verdicts.size() == (with.out.error() == slb::errc::service_refused ? 2U : 3U));
    };
    // The first attempt may have been applied, the second one was refused.
    check(safe_request(), {{2, slb::errc::timed_out}}, "maybe applied: " + forbidden);
    check(reading_request(), {{2, slb::errc::timed_out}}, "rejected: " + forbidden);
    // The first one was not sent.
    check(safe_request(), {{0, slb::errc::timed_out}}, "rejected: " + forbidden);
    check(reading_request(), {{0, slb::errc::timed_out}}, "rejected: " + forbidden);
    // The first may have been, the others were not sent.
    std::map<std::size_t, slb::errc> const unreachable{
        {2, slb::errc::timed_out}, {3, slb::errc::connect_failed}, {4, slb::errc::connect_failed}};
    check(safe_request(), unreachable, "maybe applied: no connection could be made");
    check(reading_request(), unreachable, "not sent: no connection could be made");
}

BOOST_AUTO_TEST_CASE(an_answer_that_grants_is_the_outcome_whatever_was_before) {
    retry_rig with(safe_request());
    with.line.failures = {{2, slb::errc::timed_out}, {5, slb::errc::connection_reset}};
    with.call();
    BOOST_TEST(with.outcome() == "granted");
    BOOST_TEST(with.out->request_id == "R");
    BOOST_TEST(with.out.error().code() == slb::errc::none);
    BOOST_TEST(with.seen.told() == "sent again 1, sent again 1, succeeded");
    // The next call knows nothing of it.
    with.line.begin_again();
    with.line.answers.assign(9, refused("Forbidden.RAM", {}, 403));
    with.call();
    BOOST_TEST(with.out.error().delivery() == slb::delivery::rejected);
}

BOOST_AUTO_TEST_CASE(an_answer_that_grants_but_cannot_be_read_is_applied_whatever_was_before) {
    retry_rig with(safe_request());
    with.line.answers = {http_answer(200, R"({"RequestId":"R"})")};
    with.line.failures = {{1, slb::errc::timed_out}};
    with.call();
    BOOST_TEST(with.outcome() == "applied: VServerGroupId is missing from the response (HTTP 200)");
    BOOST_TEST(with.seen.told() == "sent again 1, not sent again");
}

BOOST_AUTO_TEST_CASE(the_attempts_of_a_call_are_counted) {
    for (int const most : {1, 2, 3, 7}) {
        retry_rig with(unsafe_request(), {.retry = {.max_attempts = most}});
        for (std::size_t i = 0; i != 20; ++i) with.line.failures[i] = slb::errc::connect_failed;
        with.call();
        BOOST_TEST(with.outcome() == "not sent: no connection could be made");
        BOOST_TEST(with.line.operations == static_cast<std::size_t>(most));
        BOOST_TEST(with.seen.verdicts.back() == "no attempt left");
        BOOST_TEST(with.memory.budget.tokens() == 100 - 10 * (most - 1));
    }
}

BOOST_AUTO_TEST_CASE(a_budget_is_shared_by_those_who_share_a_memory_and_else_a_sessions_own) {
    retry_rig with(unsafe_request());
    while (with.memory.budget.take()) {
    }
    with.line.failures = {{0, slb::errc::connect_failed}};
    BOOST_TEST(with.call() == "acquire connect done");
    BOOST_TEST(with.seen.told() == "retry budget used up");
    // Ten calls that succeed pay for the next repetition.
    for (int i = 0; i != 10; ++i) {
        with.line.begin_again();
        with.call();
    }
    BOOST_TEST(with.memory.budget.tokens() == 10);
    with.line.begin_again();
    with.kept.dropped();
    with.line.failures = {{0, slb::errc::connect_failed}};
    BOOST_TEST(with.call() == "acquire connect retry wait acquire connect begin write read done");
    BOOST_TEST(with.memory.budget.tokens() == 1);

    // Two sessions that share nothing have a budget each.
    for (int i = 0; i != 2; ++i) {
        slb::session<> alone{target};
        answer out;
        int repetitions = 0;
        for (int call = 0; call != 20; ++call) {
            slb::kept_connection line;
            alone.start(rig::request(), out, with.signer);
            for (auto step = alone.next(0); step != slb::session_step::done; step = alone.next(0)) {
                if (step == slb::session_step::acquire) alone.use(line);
                if (step == slb::session_step::connect) alone.connected(slb::errc::connect_failed);
                if (step == slb::session_step::retry) {
                    alone.decide(0);
                    ++repetitions;
                }
            }
        }
        BOOST_TEST(repetitions == 10);
    }
}

BOOST_AUTO_TEST_CASE(a_pause_that_would_be_too_long_is_not_begun) {
    // Even the shortest is too long.
    retry_rig asked(unsafe_request());
    asked.line.answers = {refused("Throttling.User", "Retry-After: 60\r\n")};
    BOOST_TEST(asked.call() == "acquire connect begin write read done");
    BOOST_TEST(asked.seen.told() == "no time left");
    BOOST_TEST(asked.outcome() ==
               "rejected: the service answered with an error: Throttling.User: - (HTTP 400, "
               "request id N); retry after 60000 ms");
    BOOST_TEST(asked.memory.budget.tokens() == 100);
    // The one that was drawn is.
    retry_rig drawn(unsafe_request(), {.call_timeout_ms = 2000});
    drawn.line.answers = {refused("Throttling.User")};
    drawn.random = 2000;
    BOOST_TEST(drawn.call() == "acquire connect begin write read retry done");
    BOOST_TEST(drawn.seen.told() == "no time left");
    BOOST_TEST(drawn.memory.budget.tokens() == 100);
    // And this one is not.
    retry_rig shorter(unsafe_request(), {.call_timeout_ms = 2000, .retry = {.least_time_ms = 0}});
    shorter.line.answers = {refused("Throttling.User"), granted};
    shorter.random = 1999;
    BOOST_TEST(shorter.call() == "acquire connect begin write read retry wait acquire begin write read done");
    BOOST_TEST(shorter.seen.told() == "sent again 1999, succeeded");
}

BOOST_AUTO_TEST_CASE(the_deadline_of_the_call_holds_for_all_its_attempts) {
    retry_rig with(reading_request(),
                   {.connect_timeout_ms = 5000, .step_timeout_ms = 10000, .call_timeout_ms = 12000});
    with.line.now_ms = 1000;
    with.line.takes_ms = 3000;
    with.line.failures = {{0, slb::errc::connect_failed}, {1, slb::errc::connect_failed}};
    with.random = 100;
    with.call();
    // Connects at 1000, 4100 and 7200; the call ends at 13000, and so does the write at 10200.
    std::vector<std::int64_t> const expected{6000, 9100, 12200, 13000};
    BOOST_TEST(with.line.deadlines == expected, boost::test_tools::per_element());
    BOOST_TEST(with.outcome() == "maybe applied: the deadline passed; retry after 3000 ms");
}

BOOST_AUTO_TEST_CASE(during_the_wait_the_deadline_is_the_end_of_the_pause) {
    retry_rig with(unsafe_request());
    with.line.failures = {{0, slb::errc::connect_failed}};
    with.random = 150;
    with.calls.start(with.request, with.out, with.signer);
    BOOST_TEST((with.calls.next(1000) == slb::session_step::acquire));
    with.calls.use(with.kept);
    BOOST_TEST((with.calls.next(1000) == slb::session_step::connect));
    with.calls.connected(slb::errc::connect_failed);
    BOOST_TEST((with.calls.next(1020) == slb::session_step::retry));
    BOOST_TEST((with.calls.next(1030) == slb::session_step::retry));
    with.calls.decide(150);
    for (std::int64_t const now : {1030, 1100, 1179}) {
        BOOST_TEST((with.calls.next(now) == slb::session_step::wait));
        BOOST_TEST(with.calls.deadline() == 1180);
    }
    BOOST_TEST((with.calls.next(1180) == slb::session_step::acquire));
    BOOST_TEST(with.calls.deadline() == 31000);
}

BOOST_AUTO_TEST_CASE(who_wakes_up_too_late_has_no_time_left) {
    for (bool const safe : {false, true}) {
        auto const check = [&](auto request) {
            retry_rig with(request);
            with.line.failures = {{safe ? 2U : 0U, slb::errc::timed_out}};
            with.instead = [&](slb::session_step step) {
                if (step == slb::session_step::wait) with.line.now_ms += 30000;
                return step == slb::session_step::wait;
            };
            with.random = 100;
            BOOST_TEST(with.call().ends_with("retry instead done"));
            BOOST_TEST(with.outcome() ==
                       (safe ? "maybe applied: the deadline passed" : "not sent: the deadline passed"));
            // Of the attempt that was not begun, nothing is told.
            BOOST_TEST(with.seen.told() == "sent again 100");
        };
        if (safe)
            check(safe_request());
        else
            check(unsafe_request());
    }
}

BOOST_AUTO_TEST_CASE(during_the_wait_another_call_may_use_the_connection) {
    retry_rig with(reading_request());
    with.line.answers = {refused("Throttling.User"), granted};
    with.random = 3000;
    slb::session<> other{target};
    answer others;
    with.instead = [&](slb::session_step step) {
        if (step != slb::session_step::wait || others) return false;
        other.start(unsafe_request(), others, with.signer);
        BOOST_TEST((other.next(with.line.now_ms) == slb::session_step::acquire));
        other.use(with.kept);
        BOOST_TEST((other.next(with.line.now_ms) == slb::session_step::begin));
        other.begin(with.signer, with.line);
        BOOST_TEST((other.next(with.line.now_ms) == slb::session_step::write));
        other.wrote(with.line.write(other.output(), 0));
        BOOST_TEST((other.next(with.line.now_ms) == slb::session_step::read));
        other.got(with.line.read(other.input(), 0));
        BOOST_TEST((other.next(with.line.now_ms) == slb::session_step::done));
        return true;
    };
    BOOST_TEST(with.call() ==
               "acquire connect begin write read retry instead wait acquire begin write read done");
    BOOST_TEST(with.outcome() == "granted");
    BOOST_TEST(outcome_of(others) == "R g");
    // If the other one loses it, the next attempt has a new one.
    retry_rig lost(reading_request());
    lost.line.answers = {refused("Throttling.User"), granted};
    lost.random = 3000;
    lost.instead = [&](slb::session_step step) {
        if (step == slb::session_step::wait) lost.kept.dropped();
        return false;
    };
    BOOST_TEST(lost.call() ==
               "acquire connect begin write read retry wait acquire connect begin write read done");
}

BOOST_AUTO_TEST_CASE(cancelling_ends_a_call_that_is_about_to_be_sent_again) {
    for (auto const where : {slb::session_step::retry, slb::session_step::wait})
        for (bool const safe : {false, true}) {
            auto const check = [&](auto request) {
                retry_rig with(request);
                with.line.failures = {{safe ? 2U : 0U, slb::errc::connection_reset}};
                with.random = 100;
                with.instead = [&](slb::session_step step) {
                    if (step == where) with.calls.failed(slb::errc::cancelled);
                    return step == where;
                };
                std::string const steps = with.call();
                BOOST_TEST(steps.ends_with("instead done"));
                BOOST_TEST(with.outcome() == (safe ? "maybe applied: the call was cancelled"
                                                   : "not sent: the call was cancelled"));
                BOOST_TEST(with.line.log.ends_with(safe ? "read close" : "connect"));
                with.instead = nullptr;
                with.line.begin_again();
                with.call();
                BOOST_TEST(with.outcome() == "granted");
            };
            if (safe)
                check(safe_request());
            else
                check(unsafe_request());
        }
    // A read that was refused for the moment was rejected.
    retry_rig busy(reading_request());
    busy.line.answers = {refused("Throttling.User")};
    busy.random = 100;
    busy.instead = [&](slb::session_step step) {
        if (step == slb::session_step::wait) busy.calls.failed(slb::errc::cancelled);
        return step == slb::session_step::wait;
    };
    busy.call();
    BOOST_TEST(busy.outcome() == "rejected: the call was cancelled");
}

// The clock.

namespace {

/// One hour later than the clock of a scripted_transport, and one day and a second.
constexpr std::string_view an_hour_later = "Date: Tue, 14 Nov 2023 23:13:20 GMT\r\n";
constexpr std::string_view too_late = "Date: Wed, 15 Nov 2023 22:13:21 GMT\r\n";
constexpr std::string_view right_time = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n";

} // namespace

BOOST_AUTO_TEST_CASE(a_clock_that_is_wrong_is_corrected_for_the_next_attempts_and_calls) {
    for (auto const code : {"InvalidTimeStamp.Expired", "IllegalTimestamp"}) {
        retry_rig with(unsafe_request());
        with.proven = true;
        with.line.answers = {refused(code, an_hour_later), granted, granted, granted};
        BOOST_TEST(with.call() == "acquire connect begin write read acquire begin write read done");
        BOOST_TEST(with.outcome() == "granted");
        BOOST_TEST(with.seen.told() == "sent again, succeeded");
        BOOST_TEST(with.memory.clock_offset == 3600);
        with.line.now_unix += 10;
        with.call();
        auto const& requests = with.line.requests;
        BOOST_TEST_REQUIRE(requests.size() == 3U);
        BOOST_TEST(header_of(requests[0], "x-acs-date") == "2023-11-14T22:13:20Z");
        BOOST_TEST(header_of(requests[1], "x-acs-date") == "2023-11-14T23:13:20Z");
        BOOST_TEST(header_of(requests[2], "x-acs-date") == "2023-11-14T23:13:30Z");
    }
}

BOOST_AUTO_TEST_CASE(the_correction_is_taken_back_when_the_clock_has_been_set_right) {
    retry_rig with(unsafe_request());
    with.proven = true;
    with.memory.clock_offset = 3600;
    with.line.answers = {refused("InvalidTimeStamp.Expired", right_time), granted};
    with.call();
    BOOST_TEST(with.outcome() == "granted");
    BOOST_TEST(with.memory.clock_offset == 0);
    BOOST_TEST(header_of(with.line.requests[0], "x-acs-date") == "2023-11-14T23:13:20Z");
    BOOST_TEST(header_of(with.line.requests[1], "x-acs-date") == "2023-11-14T22:13:20Z");
}

BOOST_AUTO_TEST_CASE(a_clock_is_corrected_over_a_kept_connection_of_a_peer_that_had_proved_itself) {
    retry_rig with(unsafe_request());
    with.proven = true;
    with.line.answers = {granted, refused("InvalidTimeStamp.Expired", an_hour_later), granted};
    with.call();
    BOOST_TEST(with.call() == "acquire begin write read acquire begin write read done");
    BOOST_TEST(with.outcome() == "granted");
    // A new connection of one that has not is not believed.
    with.proven = false;
    with.kept.dropped();
    with.line.answers.assign(9, refused("InvalidTimeStamp.Expired", right_time));
    BOOST_TEST(with.call() == "acquire connect begin write read done");
    BOOST_TEST(with.memory.clock_offset == 3600);
}

BOOST_AUTO_TEST_CASE(a_clock_is_corrected_once_a_call_and_only_when_there_is_reason_to) {
    struct {
        char const* what;
        bool proven;
        std::string first;
        slb::retry_options retry;
        char const* steps;
        std::int64_t offset;
        char const* told;
    } const cases[] = {
        {"refused again",
         true,
         refused("InvalidTimeStamp.Expired", an_hour_later),
         {},
         "acquire connect begin write read acquire begin write read done",
         3600,
         "sent again, not sent again"},
        {"anybody may say so",
         false,
         refused("InvalidTimeStamp.Expired", an_hour_later),
         {},
         "acquire connect begin write read done",
         0,
         "not sent again"},
        {"no date",
         true,
         refused("InvalidTimeStamp.Expired"),
         {},
         "acquire connect begin write read done",
         0,
         "not sent again"},
        {"no date that can be read",
         true,
         refused("InvalidTimeStamp.Expired", "Date: yesterday\r\n"),
         {},
         "acquire connect begin write read done",
         0,
         "not sent again"},
        {"another refusal",
         true,
         refused("Forbidden.RAM", an_hour_later, 403),
         {},
         "acquire connect begin write read done",
         0,
         "not sent again"},
        {"another refusal of a timestamp",
         true,
         refused("InvalidTimeStamp.Format", an_hour_later),
         {},
         "acquire connect begin write read done",
         0,
         "not sent again"},
        {"it may have been applied",
         true,
         refused("InvalidTimeStamp.Expired", an_hour_later, 500),
         {},
         "acquire connect begin write read done",
         0,
         "not safe to repeat"},
        {"not wanted",
         true,
         refused("InvalidTimeStamp.Expired", an_hour_later),
         {.max_clock_skew = 0},
         "acquire connect begin write read done",
         0,
         "not sent again"},
        // It helps the next call.
        {"sent once",
         true,
         refused("InvalidTimeStamp.Expired", an_hour_later),
         {.max_attempts = 1},
         "acquire connect begin write read done",
         3600,
         "no attempt left"},
    };
    for (auto const& [what, proven, first, retry, steps, offset, told] : cases) BOOST_TEST_CONTEXT(what) {
            retry_rig with(unsafe_request(), {.retry = retry});
            with.proven = proven;
            with.line.answers = {first};
            BOOST_TEST(with.call() == steps);
            BOOST_TEST(with.memory.clock_offset == offset);
            BOOST_TEST(with.seen.told() == told);
            BOOST_TEST(with.out.error().code() == slb::errc::service_refused);
        }
    retry_rig spent(unsafe_request());
    spent.proven = true;
    while (spent.memory.budget.take()) {
    }
    spent.line.answers = {refused("InvalidTimeStamp.Expired", an_hour_later), granted};
    BOOST_TEST(spent.call() == "acquire connect begin write read done");
    BOOST_TEST(spent.seen.told() == "retry budget used up");
    spent.call();
    BOOST_TEST(spent.outcome() == "granted");
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_too_wrong_is_an_error_that_says_by_how_much) {
    retry_rig with(unsafe_request());
    with.proven = true;
    with.line.answers = {refused("InvalidTimeStamp.Expired", too_late)};
    BOOST_TEST(with.call() == "acquire connect begin write read done");
    slb::error const& why = with.out.error();
    BOOST_TEST(why.code() == slb::errc::clock_skew);
    BOOST_TEST(why.delivery() == slb::delivery::rejected);
    BOOST_TEST_REQUIRE(why.service() != nullptr);
    BOOST_TEST(why.service()->code == "InvalidTimeStamp.Expired");
    BOOST_TEST(why.http_status() == 400);
    BOOST_TEST(why.server_time() == 1700000000 + 86401);
    BOOST_TEST(text_of(why) ==
               "rejected: the server's clock differs by more seconds than are corrected, is 86401: "
               "InvalidTimeStamp.Expired: - (HTTP 400, request id N); set the clock");
    BOOST_TEST(with.seen.told() == "not sent again");
    BOOST_TEST(with.memory.clock_offset == 0);

    // To either side, and to the second.
    struct {
        std::int64_t clock;
        bool corrected;
    } const clocks[] = {{1700003600 - 600, true},
                        {1700003600 - 601, false},
                        {1700003600 + 600, true},
                        {1700003600 + 601, false}};
    for (auto const& [clock, corrected] : clocks) {
        retry_rig bound(unsafe_request(), {.retry = {.max_clock_skew = 600}});
        bound.proven = true;
        bound.line.now_unix = clock;
        bound.line.answers = {refused("InvalidTimeStamp.Expired", an_hour_later), granted};
        bound.call();
        BOOST_TEST((bound.outcome() == "granted") == corrected);
        BOOST_TEST(bound.memory.clock_offset == (corrected ? 1700003600 - clock : 0));
        if (!corrected) BOOST_TEST(bound.out.error().code() == slb::errc::clock_skew);
    }
}

// The key.

BOOST_AUTO_TEST_CASE(a_key_that_changes_is_asked_for_before_each_attempt) {
    retry_rig with(unsafe_request());
    with.keys_change = true;
    with.line.failures = {{0, slb::errc::connect_failed}};
    BOOST_TEST(with.call() == "key acquire connect retry wait key acquire connect begin write read done");
    BOOST_TEST(with.outcome() == "granted");
    BOOST_TEST(with.call() == "key acquire begin write read done");
    // The deadline of the call is that of the step.
    with.calls.start(with.request, with.out);
    BOOST_TEST((with.calls.next(5000) == slb::session_step::key));
    BOOST_TEST(with.calls.deadline() == 35000);
    BOOST_TEST((with.calls.next(35000) == slb::session_step::done));
    BOOST_TEST(with.outcome() == "not sent: the deadline passed");
}

BOOST_AUTO_TEST_CASE(a_key_that_the_service_refuses_is_replaced_once) {
    for (std::string const code : {"InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive",
                                   "InvalidSecurityToken.Expired", "InvalidSecurityToken.Malformed"}) {
        retry_rig with(unsafe_request());
        with.keys_change = true;
        with.line.answers = {refused(code), granted};
        BOOST_TEST(with.call() ==
                   "key acquire connect begin write read other-key acquire begin write read done");
        BOOST_TEST(with.outcome() == "granted");
        BOOST_TEST(with.seen.told() == "sent again, succeeded");
        BOOST_TEST(with.memory.budget.tokens() == 91);

        retry_rig twice(unsafe_request());
        twice.keys_change = true;
        twice.line.answers = {refused(code)};
        BOOST_TEST(twice.call() ==
                   "key acquire connect begin write read other-key acquire begin write read done");
        BOOST_TEST(twice.out.error().service()->code == code);
        BOOST_TEST(twice.seen.told() == "sent again, not sent again");
        // The next call begins with another one, and may ask for one more.
        BOOST_TEST(twice.call() ==
                   "other-key acquire begin write read other-key acquire begin write read done");

        retry_rig fixed(unsafe_request());
        fixed.line.answers = {refused(code)};
        BOOST_TEST(fixed.call() == "acquire connect begin write read done");
        BOOST_TEST(fixed.seen.told() == "not sent again");
    }
    retry_rig other(unsafe_request());
    other.keys_change = true;
    other.line.answers = {refused("SignatureDoesNotMatch")};
    BOOST_TEST(other.call() == "key acquire connect begin write read done");
    retry_rig single(unsafe_request(), {.retry = slb::retry_options::never()});
    single.keys_change = true;
    single.line.answers = {refused("InvalidAccessKeyId.NotFound")};
    BOOST_TEST(single.call() == "key acquire connect begin write read done");
    BOOST_TEST(single.seen.told() == "no attempt left");
    single.line.answers.assign(9, granted);
    BOOST_TEST(single.call() == "other-key acquire begin write read done");
    BOOST_TEST(single.call() == "key acquire begin write read done");
}

BOOST_AUTO_TEST_CASE(the_key_that_came_instead_of_a_refused_one_is_not_refused_itself) {
    retry_rig with(reading_request());
    with.keys_change = true;
    with.line.answers = {refused("InvalidAccessKeyId.NotFound"), refused("Throttling.User"), granted};
    BOOST_TEST(with.call() == "key acquire connect begin write read other-key acquire begin write read retry "
                              "wait key acquire begin write read done");
    BOOST_TEST(with.outcome() == "granted");
}

BOOST_AUTO_TEST_CASE(a_clock_and_a_key_can_be_put_right_in_one_call) {
    retry_rig with(unsafe_request());
    with.keys_change = with.proven = true;
    with.line.answers = {refused("InvalidTimeStamp.Expired", an_hour_later),
                         refused("InvalidSecurityToken.Expired", an_hour_later), granted};
    BOOST_TEST(with.call() == "key acquire connect begin write read key acquire begin write read other-key "
                              "acquire begin write read done");
    BOOST_TEST(with.outcome() == "granted");
}

BOOST_AUTO_TEST_CASE(without_a_key_nothing_is_sent_and_the_details_are_kept) {
    retry_rig with(unsafe_request());
    with.keys_change = true;
    {
        std::string const why = "config.json: no such profile, as a text that is longer than a small one";
        with.calls.start(with.request, with.out);
        BOOST_TEST((with.calls.next(0) == slb::session_step::key));
        with.calls.keyed(slb::error(slb::errc::credentials_unavailable).with_details(why));
    }
    BOOST_TEST((with.calls.next(0) == slb::session_step::done));
    BOOST_TEST(with.outcome() == "not sent: no credentials are to be had: config.json: no such profile, as a "
                                 "text that is longer than a small one");
    BOOST_TEST(with.seen.told() == "not sent again");
    BOOST_TEST(with.line.log == "");
    // It survives the move of the response as all of its texts do.
    slb::response<operation> const moved(std::move(with.out));
    BOOST_TEST(moved.error().details().starts_with("config.json: no such profile"));
    // Nor are there other keys after one was refused; then the call was not sent again.
    retry_rig gone(unsafe_request());
    gone.keys_change = true;
    gone.keys = {{}, slb::error(slb::errc::credentials_unavailable).with_details("none")};
    gone.line.answers = {refused("InvalidAccessKeyId.NotFound")};
    BOOST_TEST(gone.call() == "key acquire connect begin write read other-key done");
    BOOST_TEST(gone.outcome() == "not sent: no credentials are to be had: none");
    BOOST_TEST(gone.seen.told() == "sent again, not sent again");
}

BOOST_AUTO_TEST_CASE(when_a_later_key_is_missing_what_an_earlier_attempt_may_have_done_is_told) {
    retry_rig with(safe_request());
    with.keys_change = true;
    with.keys = {{}, slb::error(slb::errc::credentials_unavailable).with_details("none")};
    with.line.failures = {{2, slb::errc::timed_out}};
    BOOST_TEST(with.call() == "key acquire connect begin write read close retry wait key done");
    BOOST_TEST(with.outcome() == "maybe applied: no credentials are to be had: none");
}

BOOST_AUTO_TEST_CASE(a_session_is_as_new_after_whatever_came_of_a_call) {
    retry_rig with(safe_request());
    with.keys_change = with.proven = true;
    with.random = 50;
    std::string const usual = "key acquire connect begin write read done";
    auto const next_is_as_usual = [&] {
        with.instead = nullptr;
        with.keys.clear();
        with.line.close();
        with.kept.dropped();
        with.line.begin_again();
        with.line.answers.assign(with.line.requests.size() + 50, granted);
        with.memory = {};
        BOOST_TEST(with.call() == usual);
        BOOST_TEST(with.outcome() == "granted");
        BOOST_TEST(with.seen.told() == "succeeded");
        BOOST_TEST(with.seen.lines.at(0).find(" #1 new ") != std::string::npos);
        with.line.close();
        with.kept.dropped();
        with.line.begin_again();
    };
    next_is_as_usual();
    for (auto const& how : endings) {
        with.line.failures = how.failures;
        with.line.answers.assign(with.line.requests.size() + 50, how.answer);
        with.call();
        next_is_as_usual();
    }
    for (std::string const code : {"InvalidTimeStamp.Expired", "InvalidAccessKeyId.NotFound"})
        for (auto const date : {an_hour_later, too_late}) {
            with.line.answers.assign(with.line.requests.size() + 50, refused(code, date));
            with.call();
            next_is_as_usual();
        }
    with.keys = {slb::errc::credentials_unavailable};
    with.call();
    next_is_as_usual();
    // Left in the middle, in each of its steps.
    for (auto const left_in : {slb::session_step::key, slb::session_step::acquire, slb::session_step::connect,
                               slb::session_step::begin, slb::session_step::write, slb::session_step::read,
                               slb::session_step::retry, slb::session_step::wait}) {
        struct left {};
        with.line.answers.assign(with.line.requests.size() + 50, refused("Throttling.User"));
        with.instead = [&](slb::session_step step) -> bool {
            if (step == left_in) throw left();
            return false;
        };
        BOOST_CHECK_THROW((void)with.call(), left);
        next_is_as_usual();
    }
}

BOOST_AUTO_TEST_SUITE_END()
