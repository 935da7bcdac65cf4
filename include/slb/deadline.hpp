#ifndef SLB_DEADLINE_HPP
#define SLB_DEADLINE_HPP

#include <slb/version.hpp>

#include <cstdint>

namespace slb::inline v0_1 {

/// A deadline that never passes. Deadlines are absolute, in milliseconds, on a clock that never steps back.
inline constexpr std::int64_t no_deadline = INT64_MAX;

} // namespace slb::inline v0_1

#endif
