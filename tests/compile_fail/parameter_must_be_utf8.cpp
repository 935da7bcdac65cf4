// expect: parameter_must_be_utf8
// twin: \xc3( -> \xc3\xa9
#include <slb/raw_operation.hpp>

slb::raw_operation named() {
    return slb::raw_operation{"DescribeLoadBalancers"}.with("LoadBalancerName", "caf\xc3(");
}
