#include <slb/observer.hpp>
// The header under test comes first: it stands alone.
#include "support/retries.hpp"

#include <slb/client.hpp>
#include <slb/raw_operation.hpp>

#include <boost/test/unit_test.hpp>

#include <type_traits>

BOOST_AUTO_TEST_SUITE(observer)

namespace {

using namespace slb_test;

/// What the reports of a rig's call say, an attempt a line.
template <class Operation>
std::string report_of(retry_rig<Operation> const& with) {
    std::string all;
    for (std::size_t i = 0; i != with.seen.lines.size(); ++i)
        all += with.seen.lines[i] + " -> " + with.seen.verdicts[i] + '\n';
    return all;
}
/// "12/34": how many bytes a request and its answer have.
std::string bytes_of(std::string const& request, std::string const& answer) {
    return std::to_string(request.size()) + '/' + std::to_string(answer.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_success_is_one_report_over_a_new_and_over_a_kept_connection) {
    retry_rig with(unsafe_request());
    with.call();
    std::string const bytes = bytes_of(with.line.requests.at(0), granted);
    BOOST_TEST(report_of(with) ==
               "ModifyVServerGroupBackendServers #1 new " + bytes + " 0+0+0+0 id R: no error -> succeeded\n");
    with.call();
    BOOST_TEST(report_of(with) == "ModifyVServerGroupBackendServers #1 kept " + bytes +
                                      " 0+0+0+0 id R: no error -> succeeded\n");
}

BOOST_AUTO_TEST_CASE(a_refusal_is_reported_with_the_id_that_the_service_gave_it) {
    std::string const xml =
        "<Error><RequestId>X-1</RequestId><Code>Forbidden.RAM</Code><Message>-</Message></Error>";
    for (auto const& [body, id] :
         {std::pair{std::string(R"({"Code":"Forbidden.RAM","Message":"-","RequestId":"J-1"})"), "J-1"},
          std::pair{xml, "X-1"},
          std::pair{std::string(R"({"code":"Forbidden.RAM","message":"-","requestId":"L-1"})"), "L-1"}}) {
        retry_rig with(unsafe_request());
        std::string const answer = http_answer(403, body);
        with.line.answers = {answer};
        with.call();
        BOOST_TEST(
            report_of(with) ==
            "ModifyVServerGroupBackendServers #1 new " + bytes_of(with.line.requests.at(0), answer) +
                " 0+0+0+0 id " + id +
                ": rejected: the service answered with an error: Forbidden.RAM: - (HTTP 403, request id " +
                id + ") -> not sent again\n");
    }
}

BOOST_AUTO_TEST_CASE(the_id_of_a_success_is_found_in_json_and_in_xml_and_of_a_raw_operation) {
    auto const id_of = [](auto request, std::string const& answer) {
        retry_rig with(request);
        with.line.answers = {answer};
        with.call();
        BOOST_TEST(static_cast<bool>(with.out));
        std::string const line = with.seen.lines.at(0);
        std::size_t const begin = line.find(" id ") + 4;
        return line.substr(begin, line.find(": ", begin) - begin);
    };
    std::string const json = http_answer(200, compact_json);
    std::string const xml = http_answer(200, compact_xml);
    BOOST_TEST(id_of(unsafe_request(), json) == "R-1");
    BOOST_TEST(id_of(unsafe_request(), xml) == "R-1");
    BOOST_TEST(id_of(slb::raw_operation("SetLoadBalancerName"), json) == "R-1");
}

BOOST_AUTO_TEST_CASE(a_raw_operation_is_reported_by_its_action) {
    retry_rig with(slb::raw_operation("SetLoadBalancerName"));
    with.call();
    BOOST_TEST(with.seen.lines.at(0).starts_with("SetLoadBalancerName #1 new "));
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_read_is_reported_with_what_can) {
    retry_rig with(unsafe_request());
    std::string const answer = http_answer(200, R"({"RequestId":"R-7"})");
    with.line.answers = {answer};
    with.call();
    BOOST_TEST(report_of(with) ==
               "ModifyVServerGroupBackendServers #1 new " + bytes_of(with.line.requests.at(0), answer) +
                   " 0+0+0+0 id R-7: applied: VServerGroupId is missing from the response (HTTP 200) -> not "
                   "sent again\n");
}

BOOST_AUTO_TEST_CASE(each_attempt_is_reported_with_its_number_and_what_is_done_about_it) {
    retry_rig with(reading_request());
    std::string const busy = refused("SystemBusy", "x-acs-retry-after: 700\r\n");
    with.line.answers = {busy, granted};
    with.line.failures = {{0, slb::errc::connect_failed}};
    with.random = 137;
    with.call();
    std::string const& request = with.line.requests.at(0);
    BOOST_TEST(
        report_of(with) ==
        "DescribeVServerGroupAttribute #1 new 0/0 0+0+0+0 id : not sent: no connection could be made -> "
        "sent again 137\n"
        "DescribeVServerGroupAttribute #2 new " +
            bytes_of(request, busy) +
            " 137+0+0+0 id N: rejected: the service answered with an error: SystemBusy: - (HTTP 400, "
            "request id N); retry after 700 ms -> sent again 837\n"
            "DescribeVServerGroupAttribute #3 kept " +
            bytes_of(request, granted) + " 837+0+0+0 id R: no error -> succeeded\n");
}

BOOST_AUTO_TEST_CASE(each_way_to_fail_has_its_report) {
    struct {
        char const* what;
        bool kept;
        std::map<std::size_t, slb::errc> failures;
        /// With {} for the size of the request.
        char const* report;
    } const cases[] = {
        {"not connected",
         false,
         {{0, slb::errc::tls_failed}},
         "new 0/0 0+0+0+0 id : not sent: the TLS connection failed -> no attempt left"},
        {"lost at once",
         false,
         {{1, slb::errc::connection_reset}},
         "new 0/0 0+0+0+0 id : maybe applied: the connection was reset -> not safe to repeat"},
        {"lost before the answer",
         false,
         {{2, slb::errc::connection_reset}},
         "new {}/0 0+0+0+0 id : maybe applied: the connection was reset -> not safe to repeat"},
        {"lost within the answer",
         false,
         {{3, slb::errc::connection_reset}},
         "new {}/30 0+0+0+0 id : maybe applied: the connection was reset (HTTP 200) -> not safe to repeat"},
        {"lost, and kept before",
         true,
         {{1, slb::errc::connection_reset}},
         "kept {}/0 0+0+0+0 id : maybe applied: the kept connection was lost before the server answered -> "
         "not "
         "safe to repeat"},
        {"too late",
         true,
         {{1, slb::errc::timed_out}},
         "kept {}/0 0+0+0+0 id : maybe applied: the deadline passed -> not safe to repeat"},
    };
    for (auto const& [what, kept, failures, report] : cases) BOOST_TEST_CONTEXT(what) {
            retry_rig with(unsafe_request(), {.retry = slb::retry_options::never()});
            with.call();
            std::string const size = std::to_string(with.line.requests.at(0).size());
            if (!kept) with.kept.dropped();
            with.line.begin_again();
            with.line.largest_read = 30;
            with.line.failures = failures;
            with.call();
            std::string expected = "ModifyVServerGroupBackendServers #1 " + std::string(report) + '\n';
            if (std::size_t const at = expected.find("{}"); at != expected.npos)
                expected.replace(at, 2, size);
            BOOST_TEST(report_of(with) == expected);
        }
}

BOOST_AUTO_TEST_CASE(bytes_are_those_of_the_attempt_not_of_the_call) {
    retry_rig with(reading_request());
    with.line.largest_write = 100;
    with.line.largest_read = 10;
    with.call();
    std::string const size = std::to_string(with.line.requests.at(0).size());
    BOOST_TEST(with.seen.lines.at(0).find(" " + bytes_of(with.line.requests.at(0), granted) + " ") !=
               std::string::npos);
    // Half a request is sent at first, and half an answer comes the second time.
    with.line.begin_again();
    with.line.failures = {{2, slb::errc::connection_reset}};
    for (std::size_t i = 0; i != 2; ++i) with.line.failures[20 + 30 * i] = slb::errc::none;
    with.call();
    BOOST_TEST(with.seen.lines.at(0).find(" kept 200/0 ") != std::string::npos, with.seen.lines.at(0));
    BOOST_TEST(with.seen.lines.at(1).find(" new " + size + "/") != std::string::npos, with.seen.lines.at(1));
}

BOOST_AUTO_TEST_CASE(the_phases_of_all_attempts_add_up_to_the_time_of_the_call) {
    // Every step of the virtual clock takes its own time, so that none is counted elsewhere.
    std::map<slb::session_step, std::int64_t> const takes{
        {slb::session_step::key, 1},       {slb::session_step::acquire, 20},
        {slb::session_step::connect, 300}, {slb::session_step::begin, 4000},
        {slb::session_step::write, 50000}, {slb::session_step::read, 600000},
        {slb::session_step::retry, 2000}};
    slb::call_options const patient{.connect_timeout_ms = INT64_MAX,
                                    .step_timeout_ms = INT64_MAX,
                                    .call_timeout_ms = INT64_MAX,
                                    .idle_timeout_ms = INT64_MAX};
    retry_rig with(reading_request(), patient);
    with.keys_change = true;
    with.line.answers = {refused("Throttling.User"), granted};
    with.random = 3000;
    with.instead = [&](slb::session_step step) {
        if (auto const found = takes.find(step); found != takes.end()) with.line.now_ms += found->second;
        return false;
    };
    std::int64_t const begin = with.line.now_ms;
    BOOST_TEST(with.call() ==
               "key acquire connect begin write read retry wait key acquire begin write read done");
    BOOST_TEST(with.seen.lines.at(0).find(" 21+300+54000+600000 ") != std::string::npos, with.seen.lines[0]);
    // The pause counts from its decision, and belongs to the next one.
    BOOST_TEST(with.seen.lines.at(1).find(" 3021+0+54000+600000 ") != std::string::npos, with.seen.lines[1]);
    BOOST_TEST(with.line.now_ms - begin == 21 + 300 + 54000 + 600000 + 3021 + 54000 + 600000);
    // The next call begins at nothing, whatever time has passed.
    with.line.now_ms += 12345;
    with.instead = nullptr;
    with.call();
    BOOST_TEST(with.seen.lines.at(0).find(" 0+0+0+0 ") != std::string::npos, with.seen.lines[0]);
}

BOOST_AUTO_TEST_CASE(a_call_left_in_the_middle_is_not_reported_and_spoils_no_report) {
    retry_rig with(unsafe_request());
    with.calls.start(with.request, with.out, with.signer);
    BOOST_TEST((with.calls.next(1000) == slb::session_step::acquire));
    with.calls.use(with.kept);
    BOOST_TEST((with.calls.next(1500) == slb::session_step::connect));
    with.line.now_ms = 9000;
    with.call();
    BOOST_TEST_REQUIRE(with.seen.lines.size() == 1U);
    BOOST_TEST(with.seen.lines[0].find(" 0+0+0+0 ") != std::string::npos, with.seen.lines[0]);
}

BOOST_AUTO_TEST_CASE(what_is_never_attempted_is_not_reported) {
    operation broken = unsafe_request();
    broken.replace[0].to.weight = slb::runtime(101);
    retry_rig with(broken);
    BOOST_TEST(with.call() == "done");
    BOOST_TEST(with.seen.lines.empty());
    retry_rig unsigned_call(unsafe_request());
    slb::signer<> const nobody{slb::credentials{"", "testsecret"}};
    unsigned_call.calls.start(unsigned_call.request, unsigned_call.out, nobody);
    BOOST_TEST(unsigned_call.drive() == "done");
    BOOST_TEST(unsigned_call.seen.lines.empty());
}

BOOST_AUTO_TEST_CASE(an_attempt_without_a_key_or_a_connection_in_time_is_reported) {
    retry_rig with(unsafe_request());
    with.keys_change = true;
    with.keys = {slb::error(slb::errc::credentials_unavailable).with_details("none")};
    with.call();
    BOOST_TEST(report_of(with) ==
               "ModifyVServerGroupBackendServers #1 new 0/0 0+0+0+0 id : not sent: no credentials "
               "are to be had: none -> not sent again\n");
    with.keys_change = false;
    with.instead = [&](slb::session_step step) {
        if (step == slb::session_step::acquire) with.line.now_ms += 30000;
        return step == slb::session_step::acquire;
    };
    with.call();
    BOOST_TEST(report_of(with) ==
               "ModifyVServerGroupBackendServers #1 new 0/0 30000+0+0+0 id : not sent: the deadline "
               "passed -> no time left\n");
}

BOOST_AUTO_TEST_CASE(a_message_of_ones_own_is_reported_without_an_operation) {
    scripted_transport line;
    line.answers = {http_answer(404, "no")};
    kept_reports seen;
    slb::session<> calls(slb::endpoint("slb.aliyuncs.com"), {.observer = &seen});
    slb::http_response<> out;
    slb::kept_connection kept;
    slb::detail::no_key nobody;
    std::string_view const message = "GET / HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
    calls.start(message, out);
    slb::drive(calls, kept, line, nobody);
    BOOST_TEST(seen.lines.at(0) == " #1 new " + bytes_of(std::string(message), line.answers[0]) +
                                       " 0+0+0+0 id : no error (HTTP 404)");
    BOOST_TEST(seen.told() == "succeeded");
}

BOOST_AUTO_TEST_CASE(without_an_observer_calls_do_the_same) {
    for (bool const watched : {false, true}) {
        scripted_transport line;
        line.answers = {refused("Throttling.User", "x-acs-retry-after: 1\r\n"),
                        http_answer(200, compact_json)};
        line.failures = {{0, slb::errc::connect_failed}};
        kept_reports seen;
        slb::client client{line, slb::credentials{"testid", "testsecret"},
                           slb::call_options{.observer = watched ? &seen : nullptr}};
        auto const out = client.invoke(unsafe_request());
        BOOST_TEST(outcome_of(out) == golden_responses()[2].outcome);
        BOOST_TEST(line.log == "connect connect write read write read");
        BOOST_TEST(line.waits.size() == 2U);
        BOOST_TEST(seen.lines.size() == (watched ? 3U : 0U));
    }
}

BOOST_AUTO_TEST_CASE(no_secret_is_in_a_report) {
    struct watcher final : slb::observer {
        std::string all{};
        void on_attempt(slb::attempt_report const& report) override {
            all += report.operation;
            all += report.request_id;
            all += text_of(report.outcome);
        }
    } seen;
    scripted_transport line;
    line.answers = {http_answer(
        400,
        R"({"Code":"SignatureDoesNotMatch","Message":"No match. server string to sign is:POST&the-token","RequestId":"R"})")};
    slb::client client{line, slb::credentials{"testid", "testsecret", "the-token"},
                       slb::call_options{.observer = &seen}};
    BOOST_TEST(!client.invoke(unsafe_request()));
    BOOST_TEST(seen.all.find("SignatureDoesNotMatch") != std::string::npos);
    for (char const* secret : {"testsecret", "the-token"})
        BOOST_TEST(seen.all.find(secret) == std::string::npos, seen.all);
}

BOOST_AUTO_TEST_CASE(an_observer_need_not_look_at_everything) {
    struct blind final : slb::observer {
    } seen;
    slb::error const nothing;
    slb::endpoint const endpoint("slb.aliyuncs.com");
    seen.on_attempt({.endpoint = endpoint, .outcome = nothing});
    seen.on_credentials({});
    kept_reports counting;
    slb::observer& through = counting;
    through.on_credentials({.what = slb::credential_report::kind::failed, .source = "config.json"});
    BOOST_TEST(counting.keys == 1U);
    // Nobody deletes one through its base.
    static_assert(!std::is_destructible_v<slb::observer>);
    static_assert(!std::is_default_constructible_v<slb::observer>);
}

BOOST_AUTO_TEST_SUITE_END()
