// expect: parameter_must_be_named_with_1_to_64_letters_digits_dots_or_underscores
// twin: Tag[1] -> Tag.1
#include <slb/raw_operation.hpp>

slb::raw_operation tagged() { return slb::raw_operation{"DescribeTags"}.with("Tag[1].Key", "env"); }
