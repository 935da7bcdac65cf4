#ifndef SLB_CREDENTIAL_PROVIDERS_CREDENTIAL_CACHE_HPP
#define SLB_CREDENTIAL_PROVIDERS_CREDENTIAL_CACHE_HPP

#include <slb/credential_providers/refresh_schedule.hpp>

#include <string>

namespace slb::inline v0_1 {

/// The key in use, and when to fetch the next one. No I/O, no lock: whoever shares it between threads guards
/// it. Times are in seconds since 1970, UTC.
class credential_cache {
  public:
    /// Whether to fetch a key now; see refresh_schedule.
    [[nodiscard]] bool should_fetch(std::int64_t now) const { return schedule_.should_fetch(now); }
    /// The key, or null when there is none that is still good: problem() says why. Until fetched().
    [[nodiscard]] access_key const* current(std::int64_t now) const {
        key_state const stands = schedule_.state(now);
        return stands == key_state::fresh || stands == key_state::due ? &key_ : nullptr;
    }
    /// How the key stands, and when the next is due.
    [[nodiscard]] refresh_schedule const& schedule() const { return schedule_; }
    /// Goes up with each key that came, so that a signer made of an older one is known as such; 0: none yet.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    /// Why the last fetch gave no key; empty: it did.
    [[nodiscard]] std::string const& problem() const { return problem_; }

    /// A key came; the older one is wiped.
    void fetched(access_key key, std::int64_t now) {
        schedule_.fetched(now, key.expires_at);
        key_ = std::move(key);
        problem_.clear();
        ++generation_;
    }
    /// A fetch gave none. The older key stays as long as it is good. `random`: any number.
    void failed(std::string_view problem, std::int64_t now, std::uint32_t random) {
        problem_.assign(problem);
        schedule_.failed(now, random);
    }
    /// The service refused the key (as InvalidAccessKeyId): a new one is due, at most once a minute.
    void refused(std::int64_t now) { schedule_.refused(now); }

  private:
    access_key key_{};
    refresh_schedule schedule_{};
    std::string problem_{};
    std::uint64_t generation_ = 0;
};

} // namespace slb::inline v0_1

#endif
