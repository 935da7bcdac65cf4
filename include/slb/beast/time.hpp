#ifndef SLB_BEAST_TIME_HPP
#define SLB_BEAST_TIME_HPP

#include <slb/deadline.hpp>

#include <algorithm>
#include <chrono>

namespace slb::inline v0_1::detail {

/// Asio's clock counts nanoseconds and cannot hold every number of milliseconds. Its last tick is never.
inline std::chrono::steady_clock::time_point time_of(std::int64_t deadline) noexcept {
    using namespace std::chrono;
    constexpr auto never = (steady_clock::time_point::max)();
    if (deadline >= floor<milliseconds>(never.time_since_epoch()).count()) return never;
    return steady_clock::time_point(milliseconds(std::max<std::int64_t>(deadline, 0)));
}

} // namespace slb::inline v0_1::detail

#endif
