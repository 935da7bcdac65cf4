// expect: vserver_group_id_is_required
// twin: "cn-hangzhou", -> "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p",
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {.region_id = "cn-hangzhou", .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
}
