// expect: action_must_be_1_to_64_letters_digits_dashes_or_dots
// twin: Describe Regions -> DescribeRegions
#include <slb/raw_operation.hpp>

slb::raw_operation regions() { return {"Describe Regions"}; }
