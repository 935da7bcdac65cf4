// expect: list_must_not_hold_more_items_than_one_call_takes
// twin: {"i-20", 80}, -> //
#include <slb/operations/add_vserver_group_backend_servers.hpp>

slb::add_vserver_group_backend_servers addition() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .backend_servers = {
                {"i-0", 80},  {"i-1", 80},  {"i-2", 80},  {"i-3", 80},  {"i-4", 80},  {"i-5", 80},
                {"i-6", 80},  {"i-7", 80},  {"i-8", 80},  {"i-9", 80},  {"i-10", 80}, {"i-11", 80},
                {"i-12", 80}, {"i-13", 80}, {"i-14", 80}, {"i-15", 80}, {"i-16", 80}, {"i-17", 80},
                {"i-18", 80}, {"i-19", 80}, {"i-20", 80},
            }};
}
