// expect: tag_key_is_required
// twin: .value -> .key = "env", .value
#include <slb/operations/describe_vserver_groups.hpp>

slb::describe_vserver_groups groups() {
    return {.region_id = "cn-hangzhou", .load_balancer_id = "lb-1", .tags = {{.value = "test"}}};
}
