// expect: tag_value_must_have_at_most_128_characters
// twin: 0123456789012345678901234567890123456789" -> 012345678"
#include <slb/operations/describe_vserver_groups.hpp>

slb::describe_vserver_groups groups() {
    return {
        .region_id = "cn-hangzhou",
        .load_balancer_id = "lb-1",
        .tags = {{"env",
                  "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                  "0123456789012345678901234567890123456789"}}};
}
