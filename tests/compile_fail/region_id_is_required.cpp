// expect: region_id_is_required
// twin: {.vserver_group_id -> {.region_id = "cn-hangzhou", .vserver_group_id
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {.vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
}
