// expect: weight_must_be_between_0_and_100
// twin: 101 -> 100
#include <slb/operations/set_vserver_group_attribute.hpp>

slb::set_vserver_group_attribute weights() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .backend_servers = {{"i-1", 80, 0}, {"i-2", 80, 101}}};
}
