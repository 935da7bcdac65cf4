#ifndef SLB_TESTS_SUPPORT_ALLOCATION_COUNT_HPP
#define SLB_TESTS_SUPPORT_ALLOCATION_COUNT_HPP

#include <atomic>
#include <cstddef>

namespace slb_test {

/// How many blocks the process has asked for; counted by process_allocations.hpp.
inline std::atomic<std::size_t> process_allocations{0};
/// Whether allocations are counted here; to be called before the first that counts.
bool counts_malloc();

} // namespace slb_test

#endif
