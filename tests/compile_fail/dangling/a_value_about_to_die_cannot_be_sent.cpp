// expect: deleted function
// twin: make_name()) -> name)
#include <slb/raw_operation.hpp>

#include <string>

std::string make_name();

slb::raw_operation named(std::string const& name) {
    slb::raw_operation list{"DescribeLoadBalancers"};
    return name.empty() ? list : list.with("LoadBalancerName", slb::runtime(make_name()));
}
