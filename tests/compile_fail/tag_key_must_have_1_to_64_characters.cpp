// expect: tag_key_must_have_1_to_64_characters
// twin: "" -> "env"
#include <slb/operations/describe_vserver_groups.hpp>

slb::describe_vserver_groups groups() {
    return {.region_id = "cn-hangzhou", .load_balancer_id = "lb-1", .tags = {{"", "test"}}};
}
