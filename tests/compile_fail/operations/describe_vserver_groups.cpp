// expect: tag_must_not_begin_with_aliyun_or_acs_or_hold_http
// twin: aliyun -> ali
#include <slb/operations/describe_vserver_groups.hpp>

slb::describe_vserver_groups groups() {
    return {.region_id = "cn-hangzhou",
            .load_balancer_id = "lb-1",
            .include_listener = true,
            .tags = {{"env"}, {.key = "aliyun", .value = "x"}}};
}
