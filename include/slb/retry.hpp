#ifndef SLB_RETRY_HPP
#define SLB_RETRY_HPP

#include <slb/deadline.hpp>
#include <slb/error.hpp>

namespace slb::inline v0_1 {

/// How often and how long after a failed call is sent again.
struct retry_options {
    /// How often one call is sent at most, the first time included; 1: never again.
    int max_attempts = 3;
    /// @{
    /// The pause before attempt n+1 is random, from 0 to base * 2^(n-1) milliseconds and at most to `max`
    /// (full jitter: many clients that failed at once do not come back at once). Where the service says that
    /// it is busy, `busy` stands for base, and what the server asks to wait comes on top.
    std::int64_t base_delay_ms = 200;
    std::int64_t busy_delay_ms = error::default_retry_after;
    std::int64_t max_delay_ms = 20000;
    /// @}
    /// An attempt is not begun with less time left than that, in milliseconds: it would turn a clear answer
    /// into an unclear one.
    std::int64_t least_time_ms = 200;
    /// By how many seconds the time of day is corrected at most, when a server that proved who it is refuses
    /// a timestamp; 0: never. Beyond, the call fails with errc::clock_skew.
    std::int64_t max_clock_skew = 24 * 3600;

    /// A call is sent once, whatever comes of it.
    [[nodiscard]] static constexpr retry_options never() { return {.max_attempts = 1}; }
};

/// What limits the attempts of all calls together, so that a service in trouble is not asked all the more. A
/// token bucket: an attempt that repeats costs ten tokens, a success brings one back. So at most a tenth of
/// the calls of a long time is repeated, and ten attempts of a short time.
class retry_budget {
  public:
    /// @{
    /// In tokens.
    static constexpr int capacity = 100;
    static constexpr int cost = 10;
    /// @}
    /// Pays for an attempt. False: there is too little left.
    [[nodiscard]] constexpr bool take() noexcept {
        if (tokens_ < cost) return false;
        tokens_ -= cost;
        return true;
    }
    /// A call has succeeded.
    constexpr void give() noexcept {
        if (tokens_ < capacity) ++tokens_;
    }
    /// What is left.
    [[nodiscard]] constexpr int tokens() const noexcept { return tokens_; }

  private:
    int tokens_ = capacity;
};

/// What is done about the outcome of an attempt, and why.
enum class retry_verdict : std::uint8_t {
    succeeded,       ///< there is nothing to do
    again,           ///< the call is sent again
    final_answer,    ///< sent again it would fail again, or nobody waits for it any more
    unknown_outcome, ///< it may have been applied, and the operation is not safe to repeat
    attempts_used,   ///< retry_options::max_attempts was reached
    budget_used,     ///< too many calls have failed lately
    no_time_left,    ///< the deadline of the call comes before the end of the pause
};
/// How many there are: their values are 0 to retry_verdict_count - 1.
inline constexpr int retry_verdict_count = static_cast<int>(retry_verdict::no_time_left) + 1;

/// One short clause for each.
[[nodiscard]] constexpr std::string_view message(retry_verdict verdict) noexcept {
    switch (verdict) {
    case retry_verdict::succeeded: return "succeeded";
    case retry_verdict::again: return "sent again";
    case retry_verdict::final_answer: return "not sent again";
    case retry_verdict::unknown_outcome: return "not safe to repeat";
    case retry_verdict::attempts_used: return "no attempt left";
    case retry_verdict::budget_used: return "retry budget used up";
    case retry_verdict::no_time_left: return "no time left";
    }
    return "unknown verdict";
}

/// An attempt that has failed.
struct failed_attempt {
    /// What went wrong, and how far it came.
    slb::error const& error;
    /// Whether the operation may be sent again when its outcome is unknown: repetition::safe.
    bool repeatable = false;
    /// How many attempts were made, this one included.
    int attempts = 1;
    /// @{
    /// Now, and when the call is to be over, on the clock of deadlines.
    std::int64_t now_ms = 0;
    std::int64_t deadline_ms = no_deadline;
    /// @}
    /// 64 random bits, new for each attempt.
    std::uint64_t random = 0;
};

/// What to do about it.
struct retry_decision {
    /// Whether it is sent again, and why.
    retry_verdict verdict = retry_verdict::final_answer;
    /// After how many milliseconds; 0 when it is not.
    std::int64_t wait_ms = 0;
};

namespace detail {

/// Trouble on the way, which may be over the next time.
constexpr bool is_trouble_on_the_way(errc code) {
    switch (code) {
    case errc::resolve_failed:
    case errc::connect_failed:
    case errc::tls_failed:
    case errc::connection_reset:
    case errc::reused_connection_lost:
    case errc::connection_closed:
    case errc::timed_out:
    case errc::answer_without_request: return true;
    default: return false;
    }
}
/// An answer that is not the service's own, perhaps of a proxy that could not reach it.
constexpr bool is_foreign_answer(errc code) {
    return code == errc::http_malformed || code == errc::not_an_api_response;
}

} // namespace detail

/// Whether another attempt can help, as far as the error alone says: the service asks for one, or there was
/// trouble on the way, or the service failed. Of a call that was `rejected` only the service can say so, and
/// one that was `applied` is over.
[[nodiscard]] constexpr bool may_help(error const& why) noexcept {
    if (why == errc::cancelled || why.delivery() == delivery::applied) return false;
    if (why.retryable()) return true;
    switch (why.delivery()) {
    case delivery::not_sent: return detail::is_trouble_on_the_way(why.code());
    case delivery::maybe_applied:
        return detail::is_trouble_on_the_way(why.code()) || detail::is_foreign_answer(why.code()) ||
               why == errc::service_refused;
    default: return false;
    }
}

/// The upper end of the random pause after so many attempts, in milliseconds.
[[nodiscard]] constexpr std::int64_t longest_pause(retry_options const& options, error const& why,
                                                   int attempts) noexcept {
    bool const busy = why.retryable() && why.service() != nullptr && why.asked_to_wait() == 0;
    std::int64_t pause = busy ? options.busy_delay_ms : options.base_delay_ms;
    std::int64_t const most = options.max_delay_ms;
    for (int i = 1; i < attempts && pause > 0 && pause < most; ++i)
        pause = pause < most - pause ? 2 * pause : most;
    if (pause > most) pause = most;
    return pause > 0 ? pause : 0;
}

namespace detail {

/// Sends again after that pause, if attempts, time and budget allow it.
constexpr retry_decision send_again(retry_options const& options, failed_attempt const& failed,
                                    std::int64_t pause, retry_budget& budget) noexcept {
    using enum retry_verdict;
    if (failed.attempts >= options.max_attempts) return {attempts_used};
    // Without a sign, the difference of any two times fits, and so does the sum.
    auto const left =
        static_cast<std::uint64_t>(failed.deadline_ms) - static_cast<std::uint64_t>(failed.now_ms);
    std::int64_t const least = options.least_time_ms > 0 ? options.least_time_ms : 0;
    std::uint64_t const needed = static_cast<std::uint64_t>(pause) + static_cast<std::uint64_t>(least);
    if (failed.now_ms >= failed.deadline_ms || left <= needed) return {no_time_left};
    if (!budget.take()) return {budget_used};
    return {again, pause};
}

} // namespace detail

/// Decides what to do about a failed attempt, and pays for another. It knows nothing but its arguments.
[[nodiscard]] constexpr retry_decision decide(retry_options const& options, failed_attempt const& failed,
                                              retry_budget& budget) noexcept {
    using enum retry_verdict;
    if (!may_help(failed.error)) return {final_answer};
    if (failed.error.delivery() == delivery::maybe_applied && !failed.repeatable) return {unknown_outcome};
    auto const longest = static_cast<std::uint64_t>(longest_pause(options, failed.error, failed.attempts));
    auto pause = static_cast<std::int64_t>(failed.random % (longest + 1));
    std::int64_t const asked = failed.error.asked_to_wait();
    if (asked > 0) pause = asked < no_deadline - pause ? pause + asked : no_deadline;
    return detail::send_again(options, failed, pause, budget);
}
/// The same where what was in the way is gone, so that there is nothing to wait for.
[[nodiscard]] constexpr retry_decision
decide_at_once(retry_options const& options, failed_attempt const& failed, retry_budget& budget) noexcept {
    return detail::send_again(options, failed, 0, budget);
}

/// What the calls of one client remember of those before them: its blocking calls, and its asynchronous ones,
/// each. For one thread at a time.
struct retry_memory {
    /// What is left for attempts that repeat.
    retry_budget budget{};
    /// What is added to the time of day for timestamps, in seconds: found when a server refused one.
    std::int64_t clock_offset = 0;
    /// Whether the service refused the key, and nobody has asked for another since.
    bool key_refused = false;
};

} // namespace slb::inline v0_1

#endif
