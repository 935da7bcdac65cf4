// expect: port_must_be_between_1_and_65535
// twin: 65536 -> 65535
#include <slb/operations/remove_vserver_group_backend_servers.hpp>

slb::remove_vserver_group_backend_servers removal() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .backend_servers = {{"i-1", 80}, {"i-2", 65536}}};
}
