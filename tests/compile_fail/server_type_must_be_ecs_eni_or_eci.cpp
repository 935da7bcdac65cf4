// expect: server_type_must_be_ecs_eni_or_eci
// twin: ENI -> eni
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {
                {.from = {"vm-233", 80},
                 .to = {.server_id = "eni-hhshhs", .port = 8080, .type = "ENI", .server_ip = "192.0.2.11"}},
                {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}
