#include "../tests/support/process_allocations.hpp"
#include "support.hpp"

std::size_t slb_benchmarks::allocations() { return slb_test::process_allocations; }
