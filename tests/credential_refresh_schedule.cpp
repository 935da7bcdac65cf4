#include <slb/credential_providers/credential_cache.hpp>
#include <slb/credential_providers/refresh_schedule.hpp>
// The headers under test come first: they stand alone.

#include <boost/test/unit_test.hpp>

#include <ostream>

namespace slb::inline v0_1 {
static std::ostream& operator<<(std::ostream& out, key_state state) { return out << static_cast<int>(state); }
} // namespace slb::inline v0_1

BOOST_AUTO_TEST_SUITE(credential_refresh_schedule)

namespace {

using enum slb::key_state;

constexpr std::int64_t start = 1893553445;
constexpr std::int64_t hour = 3600;

slb::access_key key_of(std::string_view id, std::int64_t expires_at) {
    return {slb::secret_text(id), slb::secret_text("s"), slb::secret_text("t"), expires_at};
}
std::string id_in(slb::credential_cache const& cache, std::int64_t now) {
    slb::access_key const* const key = cache.current(now);
    return key == nullptr ? "none" : std::string(key->id.view());
}
/// Seconds after a failed fetch until the next one is tried.
std::int64_t pause_of(slb::refresh_schedule const& schedule, std::int64_t now) {
    std::int64_t pause = 0;
    while (!schedule.should_fetch(now + pause) && pause != 1000) ++pause;
    return pause;
}

} // namespace

BOOST_AUTO_TEST_CASE(without_a_key_it_is_fetched_at_once) {
    slb::refresh_schedule schedule;
    BOOST_TEST(schedule.state(start) == none);
    BOOST_TEST(schedule.should_fetch(start));
    BOOST_TEST(schedule.due_at() == 0);
    schedule.failed(start, 12345);
    BOOST_TEST(!schedule.should_fetch(start));
    BOOST_TEST(schedule.should_fetch(start + 1)); // callers wait for it
}

BOOST_AUTO_TEST_CASE(a_key_is_due_ahead_of_its_end) {
    struct {
        std::int64_t life;
        std::int64_t ahead;
    } const rows[] = {{12 * hour, 900}, {6 * hour, 900}, {hour, 900}, {hour - 4, 899},
                      {1800, 450},      {900, 225},      {4, 1}};
    for (auto const& [life, ahead] : rows) {
        slb::refresh_schedule schedule;
        schedule.fetched(start, start + life);
        BOOST_TEST(schedule.state(start) == fresh);
        BOOST_TEST(!schedule.should_fetch(start));
        BOOST_TEST(schedule.due_at() == start + life - ahead);
        BOOST_TEST(schedule.state(start + life - ahead - 1) == fresh);
        BOOST_TEST(schedule.state(start + life - ahead) == due);
        BOOST_TEST(schedule.should_fetch(start + life - ahead));
        BOOST_TEST(schedule.state(start + life - 1) == due);
        BOOST_TEST(schedule.state(start + life) == expired);
        BOOST_TEST(schedule.should_fetch(start + life));
    }
}

BOOST_AUTO_TEST_CASE(a_lasting_key_is_never_due) {
    slb::refresh_schedule schedule;
    schedule.fetched(start, slb::access_key::never);
    BOOST_TEST(schedule.state(start + 1000000 * hour) == fresh);
    BOOST_TEST(schedule.state(0) == fresh);
    BOOST_TEST(schedule.due_at() == slb::access_key::never);
}

BOOST_AUTO_TEST_CASE(after_failures_the_pauses_grow_to_a_limit) {
    slb::refresh_schedule schedule;
    schedule.fetched(start, start + 6 * hour);
    std::int64_t const now = start + 6 * hour - 900;
    std::int64_t const expected[] = {1, 2, 4, 8, 16, 32, 64, 64, 64};
    for (std::int64_t const pause : expected) {
        schedule.failed(now, 0);
        BOOST_TEST(pause_of(schedule, now) == pause);
        BOOST_TEST(schedule.state(now) == due);
    }
    for (int i = 0; i != 100; ++i) schedule.failed(now, 0);
    BOOST_TEST(pause_of(schedule, now) == 64);
    // And up to as much again by chance.
    schedule.failed(now, 64);
    BOOST_TEST(pause_of(schedule, now) == 128);
    schedule.failed(now, 65);
    BOOST_TEST(pause_of(schedule, now) == 64);
    schedule.failed(now, UINT32_MAX);
    BOOST_TEST(pause_of(schedule, now) == 64 + UINT32_MAX % 65);
    // Once the key has ended, it is urgent.
    BOOST_TEST(schedule.should_fetch(start + 6 * hour));
    schedule.failed(start + 6 * hour, 64);
    BOOST_TEST(pause_of(schedule, start + 6 * hour) == 1);
    // And all is forgotten with a new key.
    schedule.fetched(now, now + 6 * hour);
    schedule.failed(now + 6 * hour - 900, 0);
    BOOST_TEST(pause_of(schedule, now + 6 * hour - 900) == 1);
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_due_but_not_more_than_once_a_minute) {
    for (std::int64_t const end : {start + 6 * hour, slb::access_key::never}) {
        slb::refresh_schedule schedule;
        schedule.refused(start);
        BOOST_TEST(schedule.state(start) == none);
        schedule.fetched(start, end);
        schedule.refused(start + 59);
        BOOST_TEST(schedule.state(start + 59) == fresh);
        schedule.refused(start + 60);
        BOOST_TEST(schedule.state(start + 60) == due);
        BOOST_TEST(schedule.should_fetch(start + 60));
        BOOST_TEST(schedule.due_at() == 0);
        schedule.fetched(start + 60, end);
        BOOST_TEST(schedule.state(start + 60) == fresh);
        schedule.refused(start + 61);
        BOOST_TEST(schedule.state(start + 61) == fresh);
        schedule.refused(start - hour); // the clock was set back
        BOOST_TEST(schedule.should_fetch(start - hour));
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_does_not_stop_it) {
    slb::refresh_schedule schedule;
    schedule.fetched(start, start + hour);
    BOOST_TEST(schedule.state(start - 60) == fresh);
    // How long the key really lasts is not known then.
    BOOST_TEST(schedule.state(start - 3 * hour) == due);
    BOOST_TEST(schedule.should_fetch(start - 3 * hour));
    schedule.failed(start - 3 * hour, 0);
    BOOST_TEST(!schedule.should_fetch(start - 3 * hour));
    BOOST_TEST(schedule.should_fetch(start - 3 * hour + 1));
    schedule.fetched(start - 3 * hour, start - 2 * hour);
    BOOST_TEST(schedule.state(start - 3 * hour) == fresh);
    // Set back after a failure, the pause counts from nowhere.
    schedule.failed(start - 2 * hour - 900, 0);
    BOOST_TEST(!schedule.should_fetch(start - 2 * hour - 900));
    BOOST_TEST(schedule.should_fetch(start - 10 * hour));
    for (slb::refresh_schedule empty; auto const now : {start, start - hour, start - 2 * hour}) {
        BOOST_TEST(empty.should_fetch(now));
        empty.failed(now, 0);
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_ahead_does_not_stop_it) {
    slb::refresh_schedule schedule;
    schedule.fetched(start, start + hour);
    BOOST_TEST(schedule.state(start + 5 * hour) == expired);
    BOOST_TEST(schedule.should_fetch(start + 5 * hour));
    // What came had ended, by that clock; then it is set right.
    for (int i = 0; i != 10; ++i) schedule.failed(start + 5 * hour, 0);
    BOOST_TEST(schedule.state(start + 60) == fresh);
    BOOST_TEST(schedule.should_fetch(start + hour - 900));
}

BOOST_AUTO_TEST_CASE(the_old_key_serves_as_long_as_it_is_good) {
    slb::credential_cache cache;
    BOOST_TEST(id_in(cache, start) == "none");
    BOOST_TEST(cache.generation() == 0U);
    BOOST_TEST(cache.should_fetch(start));
    cache.failed("nobody answers", start, 0);
    BOOST_TEST(cache.problem() == "nobody answers");
    BOOST_TEST(id_in(cache, start) == "none");

    cache.fetched(key_of("first", start + hour), start);
    BOOST_TEST(id_in(cache, start) == "first");
    BOOST_TEST(cache.generation() == 1U);
    BOOST_TEST(cache.problem() == "");
    BOOST_TEST(!cache.should_fetch(start + hour - 901));
    BOOST_TEST(cache.should_fetch(start + hour - 900));
    cache.failed("no", start + hour - 900, 0);
    BOOST_TEST(id_in(cache, start + hour - 900) == "first");
    BOOST_TEST(id_in(cache, start + hour - 1) == "first");
    BOOST_TEST(id_in(cache, start + hour) == "none");
    BOOST_TEST(cache.problem() == "no");
    BOOST_TEST(cache.generation() == 1U);

    cache.fetched(key_of("second", start + 2 * hour), start + hour - 800);
    BOOST_TEST(id_in(cache, start + hour) == "second");
    BOOST_TEST(cache.generation() == 2U);
    cache.refused(start + hour);
    BOOST_TEST(cache.should_fetch(start + hour));
    BOOST_TEST((cache.schedule().state(start + hour) == due));
    BOOST_TEST(id_in(cache, start + hour) == "second");
}

BOOST_AUTO_TEST_SUITE_END()
