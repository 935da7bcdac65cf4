// expect: parameter_must_not_be_named_as_one_that_every_call_has
// twin: "Version" -> "RegionId"
#include <slb/raw_operation.hpp>

slb::raw_operation regions() { return slb::raw_operation{"DescribeRegions"}.with("Version", "2014-05-15"); }
