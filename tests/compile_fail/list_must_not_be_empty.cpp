// expect: list_must_not_be_empty
// twin: "rsp-1" -> "rsp-1", .backend_servers = {{"vm-233", 80}}
#include <slb/operations/remove_vserver_group_backend_servers.hpp>

slb::remove_vserver_group_backend_servers removal() {
    return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"};
}
