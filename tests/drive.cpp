#include <slb/drive.hpp>
// The header under test comes first: it stands alone.
#include "support/retries.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

BOOST_AUTO_TEST_SUITE(drive)

namespace {

using namespace slb_test;

/// Keys that change: key-1 at first, key-2 where that was refused, and so on; it writes down what it is
/// asked.
struct numbered_keys {
    std::string log{};
    int number = 1;
    std::vector<slb::result<void>> outcomes{};

    template <class Host, class Done>
    void renew(Host& machine, std::int64_t deadline, bool refused, Done done) {
        log += log.empty() ? "" : ", ";
        log += std::to_string(deadline - machine.steady_ms()) + (refused ? " refused" : "");
        if (refused) ++number;
        slb::result<void> outcome;
        if (!outcomes.empty()) {
            outcome = outcomes.front();
            outcomes.erase(outcomes.begin());
        }
        done(outcome);
    }
    template <class F>
    void with_signer(F f) {
        std::string const id = "key-" + std::to_string(number);
        f(slb::signer<>(slb::credentials{id, "testsecret"}));
    }
};
static_assert(slb::key_source<numbered_keys, scripted_transport>);
static_assert(slb::key_source<slb::detail::fixed_key<slb::signer<>>, scripted_transport>);
static_assert(slb::key_source<slb::detail::no_key, scripted_transport>);
static_assert(!slb::key_source<slb::signer<>, scripted_transport>);

struct proven_transport : scripted_transport {
    static constexpr bool proves_peer = true;
};
static_assert(slb::proves_peer<proven_transport> && !slb::proves_peer<scripted_transport>);

/// All that a call is driven with.
template <class Transport = scripted_transport>
struct driven {
    Transport line{};
    slb::kept_connection kept{};
    kept_reports seen{};
    slb::retry_memory memory{};
    slb::session<> calls;
    slb::signer<> signer{slb::credentials{"testid", "testsecret"}};
    slb::response<operation> out{};

    explicit driven(slb::call_options options = {}) : calls(line.endpoint(), watched(options), {}, &memory) {
        line.answers = {granted};
    }
    bool call() {
        calls.start(unsafe_request(), out, signer);
        slb::detail::fixed_key<slb::signer<>> keys{signer};
        slb::drive(calls, kept, line, keys);
        return static_cast<bool>(out);
    }
    bool call(numbered_keys& keys) {
        calls.start(unsafe_request(), out);
        slb::drive(calls, kept, line, keys);
        return static_cast<bool>(out);
    }

  private:
    slb::call_options watched(slb::call_options options) {
        options.observer = &seen;
        return options;
    }
};
std::string signed_with(std::string const& request) {
    std::string const value = header_of(request, "authorization");
    std::size_t const begin = value.find("Credential=") + 11;
    return value.substr(begin, value.find(',') - begin);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_session_is_taken_to_its_end_over_the_transport) {
    driven<> with;
    BOOST_TEST(with.call());
    BOOST_TEST(with.call());
    BOOST_TEST(with.line.log == "connect write read write read");
    std::vector<std::int64_t> const expected{6000, 11000, 11000, 11000, 11000};
    BOOST_TEST(with.line.deadlines == expected, boost::test_tools::per_element());
    BOOST_TEST(signed_with(with.line.requests.at(0)) == "testid");
}

BOOST_AUTO_TEST_CASE(a_session_that_is_done_touches_no_transport) {
    driven<> with;
    operation broken = unsafe_request();
    broken.region_id = slb::runtime("");
    with.calls.start(broken, with.out, with.signer);
    numbered_keys keys;
    slb::drive(with.calls, with.kept, with.line, keys);
    with.calls.start(broken, with.out);
    slb::drive(with.calls, with.kept, with.line, keys);
    BOOST_TEST(with.out.error().code() == slb::errc::id_empty);
    BOOST_TEST(with.line.log == "");
    BOOST_TEST(keys.log == "");
}

BOOST_AUTO_TEST_CASE(a_source_of_keys_is_asked_for_each_attempt_until_the_deadline_of_the_call) {
    driven<> with({.call_timeout_ms = 20000});
    with.line.takes_ms = 100;
    with.line.failures = {{0, slb::errc::connect_failed}};
    with.line.answers = {refused("InvalidAccessKeyId.NotFound"), granted};
    numbered_keys keys;
    BOOST_TEST(with.call(keys));
    std::int64_t const pause = with.line.waits.at(0);
    BOOST_TEST(with.line.waits.size() == 1U);
    // The second attempt connects, writes and reads.
    BOOST_TEST(keys.log ==
               "20000, " + std::to_string(19900 - pause) + ", " + std::to_string(19600 - pause) + " refused");
    BOOST_TEST(with.line.log == "connect connect write read write read");
    BOOST_TEST(signed_with(with.line.requests.at(0)) == "key-1");
    BOOST_TEST(signed_with(with.line.requests.at(1)) == "key-2");
    keys.log.clear();
    BOOST_TEST(with.call(keys));
    BOOST_TEST(keys.log == "20000");
    BOOST_TEST(signed_with(with.line.requests.at(2)) == "key-2");
}

BOOST_AUTO_TEST_CASE(a_source_of_keys_that_has_none_ends_the_call) {
    driven<> with;
    numbered_keys keys;
    keys.outcomes = {slb::error(slb::errc::credentials_unavailable).with_details("no source gave one")};
    BOOST_TEST(!with.call(keys));
    BOOST_TEST(news_of(with.out.error()) == "not sent: no credentials are to be had: no source gave one");
    BOOST_TEST(with.line.log == "");
    BOOST_TEST(with.call(keys));
}

BOOST_AUTO_TEST_CASE(a_host_waits_for_what_is_left_of_the_pause_however_early_it_wakes) {
    struct restless : scripted_transport {
        void wait(std::int64_t ms) { scripted_transport::wait(ms < 400 ? ms : 400); }
    };
    driven<restless> with;
    with.line.answers = {refused("Throttling.User", "x-acs-retry-after: 1000\r\n"), granted};
    BOOST_TEST(with.call());
    std::int64_t whole = 0;
    for (std::int64_t const waited : with.line.waits) {
        BOOST_TEST((waited > 0 && waited <= 400));
        whole += waited;
    }
    BOOST_TEST((with.line.waits.size() == 3U || with.line.waits.size() == 4U));
    BOOST_TEST(with.seen.told() == "sent again " + std::to_string(whole) + ", succeeded");
    BOOST_TEST((whole >= 1000 && whole <= 1200));
}

BOOST_AUTO_TEST_CASE(the_pause_depends_on_the_randomness_of_the_host) {
    std::set<std::int64_t> pauses;
    driven<> with;
    for (int i = 0; i != 8; ++i) {
        with.kept.dropped();
        with.line.begin_again();
        with.line.failures = {{0, slb::errc::connect_failed}};
        BOOST_TEST(with.call());
        BOOST_TEST_REQUIRE(with.line.waits.size() == 1U);
        pauses.insert(with.line.waits[0]);
    }
    BOOST_TEST(pauses.size() > 4U);
}

BOOST_AUTO_TEST_CASE(only_a_transport_that_proves_its_peer_sets_the_clock) {
    std::string const late = refused("InvalidTimeStamp.Expired", "Date: Tue, 14 Nov 2023 23:13:20 GMT\r\n");
    driven<proven_transport> proven;
    proven.line.answers = {late, granted};
    BOOST_TEST(proven.call());
    BOOST_TEST(proven.memory.clock_offset == 3600);
    driven<> anybody;
    anybody.line.answers = {late, granted};
    BOOST_TEST(!anybody.call());
    BOOST_TEST(anybody.memory.clock_offset == 0);
}

BOOST_AUTO_TEST_CASE(a_watchful_transport_is_asked_before_each_attempt) {
    struct watchful : scripted_transport {
        std::vector<bool> fine{};
        int asked = 0;
        bool usable() {
            ++asked;
            if (fine.empty()) return true;
            bool const answer = fine.front();
            fine.erase(fine.begin());
            return answer;
        }
    };
    static_assert(slb::watchful_transport<watchful>);
    std::string const busy = refused("Throttling.User", "x-acs-retry-after: 1\r\n");
    driven<watchful> with;
    with.line.answers = {busy, granted};
    BOOST_TEST(with.call());
    BOOST_TEST(with.line.asked == 2);
    BOOST_TEST(with.line.log == "connect write read write read");
    // The server has dropped it, before the call or in its pause.
    with.line.begin_again();
    with.line.answers = {granted, granted, busy, granted};
    with.line.fine = {false, false};
    BOOST_TEST(with.call());
    BOOST_TEST(with.line.log == "connect write read connect write read");
    BOOST_TEST(with.seen.verdicts.size() == 4U);
}

BOOST_AUTO_TEST_CASE(what_cannot_carry_the_next_attempt_is_closed) {
    driven<> with;
    with.line.answers = {refused("Throttling.User", "Connection: close\r\n"), granted};
    BOOST_TEST(with.call());
    BOOST_TEST(with.line.log == "connect write read close connect write read");
}

BOOST_AUTO_TEST_CASE(a_transport_without_randomness_neither_signs_nor_waits) {
    driven<> with;
    with.line.has_randomness = false;
    BOOST_TEST(!with.call());
    BOOST_TEST(with.out.error().code() == slb::errc::randomness_unavailable);
    BOOST_TEST(with.line.log == "connect close");
    with.line.begin_again();
    with.line.failures = {{0, slb::errc::connect_failed}};
    BOOST_TEST(!with.call());
    BOOST_TEST(with.line.waits.empty());
    BOOST_TEST(with.line.log == "connect connect close");
}

BOOST_AUTO_TEST_CASE(a_message_needs_no_key) {
    scripted_transport line;
    line.answers = {http_answer(200, "role")};
    line.failures = {{0, slb::errc::connect_failed}};
    slb::session<> calls(line.endpoint());
    slb::http_response<> out;
    slb::kept_connection kept;
    slb::detail::no_key nobody;
    std::string_view const message = "GET / HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
    calls.start(message, out);
    slb::drive(calls, kept, line, nobody);
    BOOST_TEST(out.body() == "role");
    BOOST_TEST(line.requests.at(0) == message);
    BOOST_TEST(line.waits.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
