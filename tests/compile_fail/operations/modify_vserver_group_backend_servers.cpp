// expect: server_id_is_required
// twin: {.port = 80} -> {.server_id = "i-1", .port = 80}
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .replace = {{.from = {.port = 80}, .to = {"i-2", 80}}}};
}
