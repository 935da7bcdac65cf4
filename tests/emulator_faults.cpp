#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_faults)

namespace {

using namespace emulator_testing;
using slb::fault_kind;

} // namespace

BOOST_FIXTURE_TEST_CASE(any_refusal_can_be_planned, strict) {
    served.inject(
        {.kind = fault_kind::refuse, .call = 2, .refused = {449, "SystemBusy", "Try again later."}});
    served.inject({.kind = fault_kind::refuse, .call = 3, .refused = {403, "Forbbiden.SubUser", "No."}});
    BOOST_TEST(add(list("a:1")) == "200");
    reply const busy = send("AddVServerGroupBackendServers", {{"BackendServers", list("b:1")}});
    BOOST_TEST(busy.status == 449);
    BOOST_TEST(busy.code() == "SystemBusy");
    BOOST_TEST(busy.message() == "Try again later.");
    BOOST_TEST(!busy.headers.contains("x-acs-retry-after"));
    BOOST_TEST(remove(list("a:1")) == "403 Forbbiden.SubUser: No.");
    BOOST_TEST(servers() == std::string(untouched) + " a:1");
    BOOST_TEST(remove(list("a:1")) == "200");
}

BOOST_FIXTURE_TEST_CASE(the_status_that_busy_systems_answer_has_its_reason, strict) {
    served.inject({.kind = fault_kind::refuse, .call = 1, .refused = {449, "SystemBusy", "Later."}});
    slb::emulator::connection line(served);
    line.received(v1_request().wire());
    BOOST_TEST(drained(line).starts_with("HTTP/1.1 449 Retry With\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_planned_refusal_whose_code_begins_with_throttling_asks_for_a_pause, strict) {
    for (auto code : {"Throttling", "Throttling.Api", "Throttling.User"}) {
        served.inject({.kind = fault_kind::refuse,
                       .call = 1,
                       .retry_after_ms = 1500,
                       .refused = {400, code, "Slow down."}});
        BOOST_TEST(send(modify).headers.at("x-acs-retry-after") == "1500");
    }
    served.inject({.kind = fault_kind::refuse,
                   .call = 1,
                   .retry_after_ms = 0,
                   .refused = {400, "Throttling", "Slow down."}});
    BOOST_TEST(!send(modify).headers.contains("x-acs-retry-after"));
}

BOOST_FIXTURE_TEST_CASE(a_wave_strikes_what_comes_between_two_times_and_is_forgotten, strict) {
    served.inject({.kind = fault_kind::throttling, .from = start + 60, .until = start + 120});
    std::string struck;
    for (std::int64_t second : {0, 59, 60, 119, 120, 60}) {
        served.set_time(start + second);
        struck += send(modify).code() == "Throttling.User" ? 'x' : '.';
    }
    // The clock steps back into a wave that is over.
    BOOST_TEST(struck == "..xx..");
}

BOOST_FIXTURE_TEST_CASE(a_call_of_a_wave_is_counted_in_its_time, strict) {
    served.inject({.kind = fault_kind::busy, .call = 2, .from = start + 60});
    std::string struck;
    for (std::int64_t second : {0, 1, 60, 61, 62}) {
        served.set_time(start + second);
        struck += send(modify).code() == "VServerGroupProcessing" ? 'x' : '.';
    }
    BOOST_TEST(struck == "...x.");
}

BOOST_AUTO_TEST_CASE(a_share_of_the_requests_is_struck_as_the_seed_says) {
    auto const struck = [](std::uint64_t seed) {
        slb::fault_plan plan(seed);
        plan.inject({.kind = fault_kind::busy, .one_in = 10});
        std::string text;
        for (int i = 0; i != 1000; ++i) text += plan.next(0) ? 'x' : '.';
        return text;
    };
    std::string const first = struck(1);
    BOOST_TEST(first == struck(1));
    BOOST_TEST(first != struck(2));
    auto const count = std::count(first.begin(), first.end(), 'x');
    BOOST_TEST(count > 50);
    BOOST_TEST(count < 150);
    // One call has its one chance.
    std::string once;
    for (std::uint64_t seed = 0; seed != 100; ++seed) {
        slb::fault_plan plan(seed);
        plan.inject({.kind = fault_kind::busy, .call = 1, .one_in = 2});
        once += plan.next(0) ? 'x' : '.';
        BOOST_TEST(!plan.next(0));
    }
    BOOST_TEST(once.find('x') != std::string::npos);
    BOOST_TEST(once.find('.') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_faults_for_one_request_the_first_strikes_and_the_others_are_counted) {
    slb::fault_plan plan(1);
    plan.inject({.kind = fault_kind::busy, .call = 2});
    plan.inject({.kind = fault_kind::stall, .call = 2});
    plan.inject({.kind = fault_kind::reset, .call = 3});
    BOOST_TEST(!plan.next(0));
    BOOST_TEST((plan.next(0).value().kind == fault_kind::busy));
    BOOST_TEST((plan.next(0).value().kind == fault_kind::reset));
    BOOST_TEST(!plan.next(0));
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_name) {
    for (std::size_t i = 0; i != std::size(slb::fault_names); ++i) {
        auto const kind = slb::fault_named(slb::fault_names[i]);
        BOOST_REQUIRE(kind.has_value());
        BOOST_TEST(static_cast<std::size_t>(*kind) == i);
        BOOST_TEST(slb::name_of(*kind) == slb::fault_names[i]);
    }
    BOOST_TEST((slb::fault_named("refuse") == fault_kind::refuse));
    BOOST_TEST((slb::fault_named("applied_then_lost") == fault_kind::applied_then_lost));
    BOOST_TEST((slb::fault_named("server-error") == fault_kind::server_error));
}

BOOST_AUTO_TEST_SUITE_END()
