// expect: action_is_required
// twin: request{} -> request{"DescribeRegions"}
#include <slb/raw_operation.hpp>

std::size_t parameters() {
    slb::action_name const request{};
    return slb::raw_operation(request).added();
}
