#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

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
