#ifndef SLB_CREDENTIAL_PROVIDERS_REFRESH_SCHEDULE_HPP
#define SLB_CREDENTIAL_PROVIDERS_REFRESH_SCHEDULE_HPP

#include <slb/credential_providers/access_key.hpp>

namespace slb::inline v0_1 {

/// How a key stands: there is none; it is good; it is good but a new one is due; it has ended.
enum class key_state : std::uint8_t { none, fresh, due, expired };

/// When to fetch a key anew: pure, without a clock. All times are the system's, in seconds since 1970, UTC,
/// as those in keys are; they may step in either direction.
///
/// A new key is due when 15 minutes of life are left, or a quarter of a life that is shorter than an hour.
/// When a fetch fails, the old key serves until its end, and the next fetch waits: 1, 2, 4 ... at most 64 s,
/// and up to as much again by chance. With no key left, callers wait for the fetch, and it waits 1 s only.
///
/// The vendor's clients differ among themselves (Go fetches at 3 minutes, and its callers get the error while
/// the old key is good; Java, Python and PHP at 15 minutes, even of a key that only has 15, which they then
/// fetch at each call). No key is used after its end, which Java and Node do for the role of an instance.
class refresh_schedule {
  public:
    /// @{
    /// How long before its end a new key is due, in seconds, and how short a life counts by its quarter.
    static constexpr std::int64_t ahead = 15 * 60;
    static constexpr std::int64_t short_life = 60 * 60;
    /// @}
    /// How often, in seconds, a refused key is asked for anew: see refused().
    static constexpr std::int64_t refused_pause = 60;

    /// A key came that ends then, or access_key::never.
    constexpr void fetched(std::int64_t now, std::int64_t expires_at) {
        has_key_ = true;
        refused_ = false;
        fetched_at_ = now;
        expires_at_ = expires_at;
        failures_ = 0;
    }
    /// A fetch gave none. `random` spreads the next tries of many machines; any number.
    constexpr void failed(std::int64_t now, std::uint32_t random) {
        std::int64_t const pause = std::int64_t{1} << (failures_ < 6 ? failures_ : 6);
        if (failures_ < 7) ++failures_;
        failed_at_ = now;
        pause_ = pause + static_cast<std::int64_t>(random % static_cast<std::uint32_t>(pause + 1));
    }
    /// The service refused the key: it may have been replaced where it came from. One that came less than a
    /// minute ago is not asked for again: that would not help.
    constexpr void refused(std::int64_t now) {
        if (has_key_ && (now >= fetched_at_ + refused_pause || now < fetched_at_)) refused_ = true;
    }

    /// How the key stands.
    [[nodiscard]] constexpr key_state state(std::int64_t now) const {
        if (!has_key_) return key_state::none;
        if (expires_at_ == access_key::never) return refused_ ? key_state::due : key_state::fresh;
        if (now >= expires_at_) return key_state::expired;
        // A clock that was set back says nothing of how long the key lasts.
        bool const set_back = now < fetched_at_ - 60;
        return refused_ || set_back || expires_at_ - now <= lead() ? key_state::due : key_state::fresh;
    }
    /// Whether to fetch now.
    [[nodiscard]] constexpr bool should_fetch(std::int64_t now) const {
        key_state const stands = state(now);
        if (stands == key_state::fresh) return false;
        if (failures_ == 0 || now < failed_at_) return true;
        return now - failed_at_ >= (stands == key_state::due ? pause_ : 1);
    }
    /// When a new key will be due, if the clock does not step; access_key::never for one that lasts. 0: now.
    [[nodiscard]] constexpr std::int64_t due_at() const {
        if (!has_key_ || refused_) return 0;
        return expires_at_ == access_key::never ? access_key::never : expires_at_ - lead();
    }

  private:
    [[nodiscard]] constexpr std::int64_t lead() const {
        std::int64_t const life = expires_at_ - fetched_at_;
        return life >= short_life ? ahead : life / 4;
    }

    bool has_key_ = false;
    bool refused_ = false;
    int failures_ = 0;
    std::int64_t fetched_at_ = 0;
    std::int64_t expires_at_ = 0;
    std::int64_t failed_at_ = 0;
    std::int64_t pause_ = 0;
};

} // namespace slb::inline v0_1

#endif
