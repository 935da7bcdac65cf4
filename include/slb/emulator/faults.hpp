#ifndef SLB_EMULATOR_FAULTS_HPP
#define SLB_EMULATOR_FAULTS_HPP

#include <slb/emulator/reply.hpp>

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// What can go wrong on demand.
///
/// Refusals, after the signature passed and instead of the operation: throttling (400 Throttling.User), busy
/// (400 VServerGroupProcessing), configuring (409 BackendServer.configuring), server_error (500
/// InternalError), unavailable (503 ServiceUnavailable); refuse says what `fault::refused` says.
/// Trouble on the connection: stall, close and reset after `fault::byte` bytes of the reply. With 0 bytes the
/// call is lost on its way in: nothing is done. With more, it was done.
/// applied_then_lost: the call is done, and the connection closed without a byte of the reply.
enum class fault_kind : std::uint8_t {
    throttling,
    busy,
    configuring,
    server_error,
    unavailable,
    refuse,
    stall,
    close,
    reset,
    applied_then_lost,
};

/// The names of all kinds, in the order of fault_kind.
inline constexpr std::string_view fault_names[] = {
    "throttling", "busy",  "configuring", "server_error", "unavailable",
    "refuse",     "stall", "close",       "reset",        "applied_then_lost",
};
/// The kind as it is spelled in fault_kind.
[[nodiscard]] constexpr std::string_view name_of(fault_kind kind) {
    return fault_names[static_cast<std::size_t>(kind)];
}
/// The kind of that name, in which '-' may stand for '_'; or nothing.
[[nodiscard]] constexpr std::optional<fault_kind> fault_named(std::string_view name) {
    for (std::size_t i = 0; i != std::size(fault_names); ++i) {
        bool same = name.size() == fault_names[i].size();
        for (std::size_t k = 0; same && k != name.size(); ++k)
            same = (name[k] == '-' ? '_' : name[k]) == fault_names[i][k];
        if (same) return static_cast<fault_kind>(i);
    }
    return {};
}

/// A fault, and the request that it is meant for.
///   {.kind = fault_kind::busy, .call = 1}                                   the next request
///   {.kind = fault_kind::throttling, .from = noon, .until = noon + 600}     a wave of ten minutes
///   {.kind = fault_kind::reset, .one_in = 1000}                             now and then
struct fault {
    /// What happens.
    fault_kind kind{};
    /// Which request from now on, of those in its time: 1 is the next; 0: every one.
    std::size_t call = 0;
    /// For stall, close and reset: after how many bytes of the reply, its head included.
    std::size_t byte = 0;
    /// For throttling, and codes that begin with Throttling: the pause that the reply asks for.
    std::int64_t retry_after_ms = 1000;
    /// For refuse: status, code and text.
    refusal refused{};
    /// @{
    /// Its time by the emulator's time of day, in seconds since 1970, UTC: from the one on and before the
    /// other. Requests outside of it are neither struck nor counted, and once it is over it is forgotten.
    std::int64_t from = INT64_MIN;
    std::int64_t until = INT64_MAX;
    /// @}
    /// Of the requests that it is meant for, it strikes one in so many, at random by the emulator's seed.
    std::uint32_t one_in = 1;
};

/// The faults that wait for their request. A Fault has call, from, until and one_in, as `fault` has.
template <class Fault>
class basic_fault_plan {
  public:
    /// What is random follows from the seed.
    explicit basic_fault_plan(std::uint64_t seed) : random_(seed) {}

    /// Adds a fault to those that wait; its `call` counts from here on.
    void inject(Fault const& planned) { faults_.push_back(planned); }
    /// Forgets all that wait.
    void clear() { faults_.clear(); }

    /// Counts a request at the time `now`, and gives the fault that is meant for it. Of several, the one
    /// injected first.
    [[nodiscard]] std::optional<Fault> next(std::int64_t now) {
        std::optional<Fault> due;
        for (auto at = faults_.begin(); at != faults_.end();) {
            bool const in_time = now >= at->from && now < at->until;
            bool const every = at->call == 0;
            bool const its_call = in_time && (every || --at->call == 0);
            if (its_call && !due && strikes(*at)) due = *at;
            bool const over = now >= at->until || (its_call && !every);
            at = over ? faults_.erase(at) : std::next(at);
        }
        return due;
    }

  private:
    [[nodiscard]] bool strikes(Fault const& planned) {
        return planned.one_in <= 1 || random_() % planned.one_in == 0;
    }

    std::vector<Fault> faults_{};
    detail::splitmix64 random_;
};

/// The faults of an emulator that wait for their request.
using fault_plan = basic_fault_plan<fault>;

namespace detail {

/// What a fault that refuses says; nothing: it is trouble on the connection.
inline std::optional<refusal> refusal_of(fault const& planned) {
    switch (planned.kind) {
    case fault_kind::refuse: return planned.refused;
    case fault_kind::throttling:
        return refusal{400, "Throttling.User", "Request was denied due to user flow control."};
    case fault_kind::busy:
        return refusal{400, "VServerGroupProcessing",
                       "The specified VServerGroup is being processed. Please try again later."};
    case fault_kind::configuring:
        return refusal{
            409, "BackendServer.configuring",
            "The backend servers of the load balancer are being configured. Please try again later."};
    case fault_kind::server_error:
        return refusal{500, "InternalError", "The request processing has failed due to some unknown error."};
    case fault_kind::unavailable:
        return refusal{503, "ServiceUnavailable",
                       "The request has failed due to a temporary failure of the server."};
    default: return {};
    }
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
