#include <slb/retry.hpp>
// The header under test comes first: it stands alone.
#include "support/print.hpp"

#include <slb/emulator/text.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace slb::inline v0_1 {

static std::ostream& operator<<(std::ostream& out, retry_verdict verdict) { return out << message(verdict); }

} // namespace slb::inline v0_1

BOOST_AUTO_TEST_SUITE(retry)

namespace {

using slb::delivery;
using slb::errc;
using slb::retry_budget;
using slb::retry_options;
using slb::retry_verdict;

constexpr slb::error reset_on_the_way() { return slb::error(errc::connection_reset, delivery::not_sent); }
constexpr slb::error busy(std::int64_t asked_ms = 0) {
    return slb::error(errc::service_refused, delivery::rejected)
        .with_service({.code = "Throttling.User", .http_status = 400})
        .with_retry(true, asked_ms);
}
/// What is decided with a budget that is full.
constexpr slb::retry_decision decided(slb::failed_attempt const& failed, retry_options const& options = {}) {
    retry_budget budget;
    return decide(options, failed, budget);
}
constexpr std::int64_t pause_of(slb::error const& why, std::uint64_t random, retry_options const& options) {
    return decided({.error = why, .random = random}, options).wait_ms;
}

} // namespace

BOOST_AUTO_TEST_CASE(three_attempts_are_the_default_and_never_is_one) {
    constexpr retry_options usual;
    static_assert(usual.max_attempts == 3 && usual.base_delay_ms == 200 && usual.busy_delay_ms == 3000);
    static_assert(usual.max_delay_ms == 20000 && usual.max_clock_skew == 24 * 3600);
    static_assert(retry_options::never().max_attempts == 1);
    auto const lost = reset_on_the_way();
    BOOST_TEST(decided({.error = lost}, retry_options::never()).verdict == retry_verdict::attempts_used);
    BOOST_TEST(decided({.error = lost, .attempts = 2}).verdict == retry_verdict::again);
    BOOST_TEST(decided({.error = lost, .attempts = 3}).verdict == retry_verdict::attempts_used);
}

BOOST_AUTO_TEST_CASE(each_verdict_has_a_clause_of_its_own) {
    std::string_view const clauses[] = {"succeeded",          "sent again",      "not sent again",
                                        "not safe to repeat", "no attempt left", "retry budget used up",
                                        "no time left"};
    BOOST_TEST(std::size(clauses) == std::size_t{slb::retry_verdict_count});
    for (int i = 0; i != slb::retry_verdict_count; ++i)
        BOOST_TEST(message(static_cast<retry_verdict>(i)) == clauses[i]);
    BOOST_TEST(message(static_cast<retry_verdict>(255)) == "unknown verdict");
}

// By how far it came, whether it is said to be retryable, and whether the operation may be repeated. A:
// again, F: it not sent again, U: nobody knows what became of it.
//                                       not sent  rejected maybe    applied
//                          retryable:   no yes    no yes   no yes   no yes
//                          repeatable:  ny ny     ny ny    ny ny    ny ny
constexpr std::string_view on_the_way = "AA AA     FF AA    UA UA    FF FF";
constexpr std::string_view service_is = "FF AA     FF AA    UA UA    FF FF";
constexpr std::string_view of_its_own = "FF AA     FF AA    FF UA    FF FF";
constexpr std::string_view never_sent = "FF FF     FF FF    FF FF    FF FF";

BOOST_AUTO_TEST_CASE(what_is_sent_again_is_as_written_here) {
    std::map<errc, std::string_view> expected{{errc::cancelled, never_sent},
                                              {errc::service_refused, service_is}};
    for (errc const code : {errc::resolve_failed, errc::connect_failed, errc::tls_failed,
                            errc::connection_reset, errc::reused_connection_lost, errc::connection_closed,
                            errc::timed_out, errc::answer_without_request})
        expected.emplace(code, on_the_way);
    for (errc const code : {errc::http_malformed, errc::not_an_api_response})
        expected.emplace(code, service_is);
    for (errc const code : {errc::none,
                            errc::port_out_of_range,
                            errc::weight_out_of_range,
                            errc::id_empty,
                            errc::id_too_long,
                            errc::id_alphabet,
                            errc::description_length,
                            errc::description_alphabet,
                            errc::server_type_unknown,
                            errc::server_address_malformed,
                            errc::listener_protocol_unknown,
                            errc::tag_key_length,
                            errc::tag_value_length,
                            errc::tag_alphabet,
                            errc::tag_reserved,
                            errc::list_empty,
                            errc::too_many_items,
                            errc::server_address_missing,
                            errc::duplicate_server,
                            errc::server_replaced_by_itself,
                            errc::nothing_to_set,
                            errc::action_malformed,
                            errc::parameter_name_malformed,
                            errc::parameter_name_taken,
                            errc::parameter_repeated,
                            errc::parameter_not_utf8,
                            errc::parameter_unknown,
                            errc::parameter_missing,
                            errc::parameter_mistyped,
                            errc::lists_unequal,
                            errc::endpoint_malformed,
                            errc::credentials_missing,
                            errc::credentials_malformed,
                            errc::credentials_unavailable,
                            errc::out_of_memory,
                            errc::randomness_unavailable,
                            errc::crypto_failed,
                            errc::trust_unreadable,
                            errc::executor_missing,
                            errc::called_out_of_order,
                            errc::certificate_refused,
                            errc::http_framing_refused,
                            errc::http_head_too_large,
                            errc::body_too_large,
                            errc::text_malformed,
                            errc::utf8_invalid,
                            errc::too_deep,
                            errc::too_many_elements,
                            errc::member_missing,
                            errc::member_repeated,
                            errc::member_malformed,
                            errc::xml_refused,
                            errc::doctype_refused,
                            errc::entity_refused,
                            errc::clock_skew})
        BOOST_TEST(expected.emplace(code, of_its_own).second, message(code));
    // Whoever adds one says here what becomes of it.
    BOOST_TEST(expected.size() == std::size_t{slb::errc_count});

    for (auto const& [code, verdicts] : expected) {
        std::string seen;
        for (auto const reached :
             {delivery::not_sent, delivery::rejected, delivery::maybe_applied, delivery::applied}) {
            for (bool const retryable : {false, true}) {
                auto const why = slb::error(code, reached).with_retry(retryable, 0);
                for (bool const repeatable : {false, true})
                    switch (decided({.error = why, .repeatable = repeatable}).verdict) {
                    case retry_verdict::again: seen += 'A'; break;
                    case retry_verdict::final_answer: seen += 'F'; break;
                    case retry_verdict::unknown_outcome: seen += 'U'; break;
                    default: seen += '?';
                    }
                seen += ' ';
            }
            seen.append(reached == delivery::not_sent ? 4 : 3, ' ');
        }
        seen.resize(verdicts.size());
        BOOST_TEST(seen == verdicts, message(code) << ":\n" << seen << " instead of\n" << verdicts);
    }
}

BOOST_AUTO_TEST_CASE(an_error_alone_tells_whether_another_attempt_may_help) {
    static_assert(may_help(reset_on_the_way()));
    static_assert(may_help(busy()));
    static_assert(may_help(slb::error(errc::timed_out, delivery::maybe_applied)));
    static_assert(may_help(slb::error(errc::service_refused, delivery::maybe_applied)));
    static_assert(!may_help(slb::error()));
    static_assert(!may_help(slb::error(errc::cancelled, delivery::maybe_applied).with_retry(true, 0)));
    static_assert(!may_help(slb::error(errc::timed_out, delivery::applied).with_retry(true, 0)));
    static_assert(!may_help(slb::error(errc::service_refused, delivery::rejected)));
    BOOST_TEST(!may_help(slb::error(errc::certificate_refused)));
}

BOOST_AUTO_TEST_CASE(a_decision_that_does_not_repeat_names_no_pause_and_costs_nothing) {
    retry_budget budget;
    auto const decision_of = [&](slb::failed_attempt failed) {
        failed.random = 137;
        return decide({}, failed, budget);
    };
    auto const refused = slb::error(errc::service_refused, delivery::rejected);
    auto const unknown = slb::error(errc::timed_out, delivery::maybe_applied);
    auto const lost = reset_on_the_way();
    for (auto const& decision :
         {decision_of({.error = refused}), decision_of({.error = unknown}),
          decision_of({.error = lost, .attempts = 3}), decision_of({.error = lost, .deadline_ms = 0})}) {
        BOOST_TEST(decision.verdict != retry_verdict::again);
        BOOST_TEST(decision.wait_ms == 0);
    }
    BOOST_TEST(budget.tokens() == 100);
    BOOST_TEST(decision_of({.error = lost}).wait_ms == 137);
    BOOST_TEST(budget.tokens() == 90);
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_is_told_before_the_lack_of_attempts_time_and_budget) {
    retry_budget spent;
    while (spent.take()) {
    }
    auto const unknown = slb::error(errc::timed_out, delivery::maybe_applied);
    auto const verdict = [&](slb::failed_attempt const& failed) { return decide({}, failed, spent).verdict; };
    BOOST_TEST(verdict({.error = unknown, .attempts = 3, .deadline_ms = 0}) ==
               retry_verdict::unknown_outcome);
    BOOST_TEST(verdict({.error = unknown, .repeatable = true, .attempts = 3, .deadline_ms = 0}) ==
               retry_verdict::attempts_used);
    BOOST_TEST(verdict({.error = unknown, .repeatable = true, .attempts = 2, .deadline_ms = 0}) ==
               retry_verdict::no_time_left);
    BOOST_TEST(verdict({.error = unknown, .repeatable = true, .attempts = 2}) == retry_verdict::budget_used);
}

BOOST_AUTO_TEST_CASE(ten_attempts_of_a_short_time_are_repeated) {
    retry_budget budget;
    BOOST_TEST(budget.tokens() == 100);
    auto const lost = reset_on_the_way();
    for (int i = 0; i != 10; ++i)
        BOOST_TEST(decide({}, {.error = lost}, budget).verdict == retry_verdict::again);
    BOOST_TEST(budget.tokens() == 0);
    BOOST_TEST(decide({}, {.error = lost}, budget).verdict == retry_verdict::budget_used);
    for (int i = 0; i != 9; ++i) budget.give();
    BOOST_TEST(decide({}, {.error = lost}, budget).verdict == retry_verdict::budget_used);
    BOOST_TEST(budget.tokens() == 9);
    budget.give();
    BOOST_TEST(decide({}, {.error = lost}, budget).verdict == retry_verdict::again);
    BOOST_TEST(budget.tokens() == 0);
}

BOOST_AUTO_TEST_CASE(a_tenth_of_the_calls_of_a_long_time_is_repeated) {
    // Every call fails once, and succeeds when it is sent again or when it is the next one.
    retry_budget budget;
    int repeated = 0;
    for (int call = 0; call != 100000; ++call) {
        if (budget.take()) ++repeated;
        budget.give();
    }
    // Those of the short time come on top; each repetition earns its token too.
    BOOST_TEST(repeated == 10009);
    for (int i = 0; i != 1000; ++i) budget.give();
    BOOST_TEST(budget.tokens() == 100);
}

BOOST_AUTO_TEST_CASE(the_longest_pause_doubles_and_is_capped) {
    auto const lost = reset_on_the_way();
    std::vector<std::int64_t> const of_trouble{200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000};
    std::vector<std::int64_t> const of_business{3000, 6000, 12000, 20000, 20000, 20000};
    for (std::size_t i = 0; i != of_trouble.size(); ++i)
        BOOST_TEST(longest_pause({}, lost, static_cast<int>(i + 1)) == of_trouble[i]);
    for (std::size_t i = 0; i != of_business.size(); ++i)
        BOOST_TEST(longest_pause({}, busy(), static_cast<int>(i + 1)) == of_business[i]);
    // Who is told how long to wait need not guess.
    BOOST_TEST(longest_pause({}, busy(1), 1) == 200);
    BOOST_TEST(longest_pause({}, busy(1), 2) == 400);
    // It is the service that is busy, not a proxy, and not one that failed.
    auto const page = slb::error(errc::not_an_api_response, delivery::rejected).with_retry(true, 0);
    BOOST_TEST(longest_pause({}, page, 1) == 200);
    auto const failed = slb::error(errc::service_refused, delivery::maybe_applied);
    BOOST_TEST(longest_pause({}, failed, 1) == 200);
    BOOST_TEST(longest_pause({.base_delay_ms = 7, .max_delay_ms = 20}, lost, 2) == 14);
    BOOST_TEST(longest_pause({.base_delay_ms = 7, .max_delay_ms = 20}, lost, 3) == 20);
    BOOST_TEST(longest_pause({.base_delay_ms = 30, .max_delay_ms = 20}, lost, 1) == 20);
    BOOST_TEST(longest_pause({.busy_delay_ms = 5}, busy(), 3) == 20);
}

BOOST_AUTO_TEST_CASE(options_without_sense_neither_overflow_nor_wait_for_ever) {
    constexpr std::int64_t most = INT64_MAX;
    constexpr auto lost = reset_on_the_way();
    // In a constant expression, overflow does not compile.
    static_assert(longest_pause({.base_delay_ms = most, .max_delay_ms = most}, lost, 1000) == most);
    static_assert(longest_pause({.base_delay_ms = most / 2 + 1, .max_delay_ms = most}, lost, 2) == most);
    static_assert(longest_pause({.base_delay_ms = most / 2, .max_delay_ms = most}, lost, 2) == most - 1);
    static_assert(longest_pause({.base_delay_ms = 3, .max_delay_ms = most}, lost, 1000) == most);
    static_assert(longest_pause({.base_delay_ms = 1, .max_delay_ms = most}, lost, 63) == 1LL << 62);
    static_assert(longest_pause({.base_delay_ms = 0}, lost, 1000) == 0);
    static_assert(longest_pause({.base_delay_ms = -1}, lost, 1000) == 0);
    static_assert(longest_pause({.base_delay_ms = INT64_MIN}, lost, 1000) == 0);
    static_assert(longest_pause({.max_delay_ms = 0}, lost, 2) == 0);
    static_assert(longest_pause({.max_delay_ms = -1}, lost, 2) == 0);
    static_assert(longest_pause({.max_delay_ms = INT64_MIN}, lost, 2) == 0);
    static_assert(longest_pause({.base_delay_ms = -5, .max_delay_ms = -9}, lost, 2) == 0);
    static_assert(longest_pause({}, lost, 0) == 200 && longest_pause({}, lost, INT32_MIN) == 200);
    BOOST_TEST(longest_pause({.base_delay_ms = 0}, lost, INT32_MAX) == 0);

    constexpr retry_options endless{.max_attempts = INT32_MAX,
                                    .base_delay_ms = most,
                                    .busy_delay_ms = most,
                                    .max_delay_ms = most,
                                    .least_time_ms = 0};
    static_assert(pause_of(lost, 0, endless) == 0);
    static_assert(pause_of(lost, most - 1, endless) == most - 1);
    static_assert(pause_of(lost, UINT64_MAX, endless) == 0); // No time left: the pause would be endless.
    static_assert(decided({.error = lost, .random = UINT64_MAX}, endless).verdict ==
                  retry_verdict::no_time_left);
    constexpr auto told = busy(most);
    static_assert(decided({.error = told, .random = 200}).verdict == retry_verdict::no_time_left);
    static_assert(decided({.error = told, .deadline_ms = INT64_MIN, .random = 200}).verdict ==
                  retry_verdict::no_time_left);
    constexpr auto nonsense = busy(-7);
    static_assert(decided({.error = nonsense}).wait_ms == 0);
    static_assert(decided({.error = lost, .now_ms = INT64_MIN}).verdict == retry_verdict::again);
    static_assert(decided({.error = lost, .now_ms = -5, .random = 7}).wait_ms == 7);
    static_assert(decided({.error = lost, .now_ms = most, .deadline_ms = INT64_MIN}).verdict ==
                  retry_verdict::no_time_left);
    for (int const attempts : {0, -1, INT32_MIN})
        BOOST_TEST(decided({.error = lost}, {.max_attempts = attempts}).verdict ==
                   retry_verdict::attempts_used);
}

BOOST_AUTO_TEST_CASE(the_pause_is_as_likely_one_as_another_from_0_to_the_longest) {
    slb::detail::splitmix64 draw{20261129};
    auto const lost = reset_on_the_way();
    // 1000 times each is expected; 160 are five times the deviation.
    std::vector<int> times(201);
    for (int i = 0; i != 201000; ++i) {
        std::int64_t const pause = pause_of(lost, draw(), {});
        BOOST_TEST_REQUIRE((pause >= 0 && pause <= 200));
        ++times[static_cast<std::size_t>(pause)];
    }
    for (int const count : times) BOOST_TEST((count > 840 && count < 1160), count);

    // After two attempts it is twice as long, where the service is busy fifteen times.
    auto const mean = [&](slb::error const& why, int attempts) {
        double sum = 0;
        for (int i = 0; i != 10000; ++i)
            sum +=
                static_cast<double>(decided({.error = why, .attempts = attempts, .random = draw()}).wait_ms);
        return sum / 10000;
    };
    BOOST_TEST(mean(lost, 1) == 100, boost::test_tools::tolerance(0.03));
    BOOST_TEST(mean(lost, 2) == 200, boost::test_tools::tolerance(0.03));
    BOOST_TEST(mean(busy(), 1) == 1500, boost::test_tools::tolerance(0.03));
    BOOST_TEST(mean(busy(), 2) == 3000, boost::test_tools::tolerance(0.03));
    BOOST_TEST(mean(busy(5000), 1) == 5100, boost::test_tools::tolerance(0.003));
}

BOOST_AUTO_TEST_CASE(what_the_server_asks_to_wait_comes_on_top_and_is_not_capped) {
    slb::detail::splitmix64 draw{7};
    std::int64_t shortest = INT64_MAX;
    std::int64_t longest = 0;
    for (int i = 0; i != 5000; ++i) {
        std::int64_t const pause = pause_of(busy(60000), draw(), {});
        shortest = pause < shortest ? pause : shortest;
        longest = pause > longest ? pause : longest;
    }
    BOOST_TEST(shortest == 60000);
    BOOST_TEST(longest == 60200);
}

BOOST_AUTO_TEST_CASE(the_random_bits_0_make_the_shortest_pause) {
    // So a session learns whether there is time for any.
    static_assert(pause_of(reset_on_the_way(), 0, {}) == 0);
    static_assert(pause_of(busy(), 0, {}) == 0);
    BOOST_TEST(pause_of(busy(1500), 0, {}) == 1500);
}

BOOST_AUTO_TEST_CASE(a_pause_that_ends_at_the_deadline_or_later_is_not_begun) {
    auto const lost = reset_on_the_way();
    auto const decision = [&](std::int64_t now, std::int64_t deadline, std::uint64_t random) {
        return decided({.error = lost, .now_ms = now, .deadline_ms = deadline, .random = random},
                       {.least_time_ms = 0});
    };
    BOOST_TEST(decision(1000, 1101, 100).verdict == retry_verdict::again);
    BOOST_TEST(decision(1000, 1101, 100).wait_ms == 100);
    BOOST_TEST(decision(1000, 1100, 100).verdict == retry_verdict::no_time_left);
    BOOST_TEST(decision(1000, 1099, 100).verdict == retry_verdict::no_time_left);
    BOOST_TEST(decision(1000, 1001, 0).verdict == retry_verdict::again);
    BOOST_TEST(decision(1000, 1000, 0).verdict == retry_verdict::no_time_left);
    BOOST_TEST(decision(1000, 999, 0).verdict == retry_verdict::no_time_left);
    BOOST_TEST(decision(1000, slb::no_deadline, 200).verdict == retry_verdict::again);
    BOOST_TEST(decision(-1000, -899, 100).verdict == retry_verdict::again);
    BOOST_TEST(decision(-1000, -900, 100).verdict == retry_verdict::no_time_left);
}

BOOST_AUTO_TEST_CASE(an_attempt_is_not_begun_without_time_for_it) {
    auto const lost = reset_on_the_way();
    auto const decision = [&](std::int64_t deadline, retry_options const& options) {
        return decided({.error = lost, .now_ms = 1000, .deadline_ms = deadline, .random = 100}, options);
    };
    BOOST_TEST(decision(1300, {}).verdict == retry_verdict::no_time_left);
    BOOST_TEST(decision(1301, {}).verdict == retry_verdict::again);
    BOOST_TEST(decision(1150, {.least_time_ms = 50}).verdict == retry_verdict::no_time_left);
    BOOST_TEST(decision(1151, {.least_time_ms = 50}).verdict == retry_verdict::again);
    BOOST_TEST(decision(1101, {.least_time_ms = INT64_MIN}).verdict == retry_verdict::again);
    BOOST_TEST(decision(slb::no_deadline, {.least_time_ms = INT64_MAX}).verdict ==
               retry_verdict::no_time_left);
    slb::retry_budget budget;
    slb::failed_attempt const failed{.error = lost, .now_ms = 1000, .deadline_ms = 1201};
    BOOST_TEST(slb::decide_at_once({}, failed, budget).verdict == retry_verdict::again);
    BOOST_TEST(slb::decide_at_once({.max_attempts = 1}, failed, budget).verdict ==
               retry_verdict::attempts_used);
    BOOST_TEST(slb::decide_at_once({.least_time_ms = 201}, failed, budget).verdict ==
               retry_verdict::no_time_left);
}

BOOST_AUTO_TEST_CASE(what_calls_remember_begins_with_a_full_budget_and_a_clock_that_is_right) {
    constexpr slb::retry_memory memory;
    static_assert(memory.budget.tokens() == retry_budget::capacity && memory.clock_offset == 0);
    static_assert(retry_budget::capacity == 100 && retry_budget::cost == 10);
    BOOST_TEST(memory.clock_offset == 0);
}

BOOST_AUTO_TEST_SUITE_END()
