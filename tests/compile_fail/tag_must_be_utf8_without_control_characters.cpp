// expect: tag_must_be_utf8_without_control_characters
// twin: \n -> n
#include <slb/operations/describe_vserver_groups.hpp>

slb::describe_vserver_groups groups() {
    return {.region_id = "cn-hangzhou", .load_balancer_id = "lb-1", .tags = {{"env\n", "test"}}};
}
