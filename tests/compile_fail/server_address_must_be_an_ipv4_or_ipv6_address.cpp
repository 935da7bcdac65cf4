// expect: server_address_must_be_an_ipv4_or_ipv6_address
// twin: 192.0.2.256 -> 192.0.2.255
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {
                {.from = {"vm-233", 80},
                 .to = {.server_id = "eni-hhshhs", .port = 8080, .type = "eni", .server_ip = "192.0.2.256"}},
                {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}
