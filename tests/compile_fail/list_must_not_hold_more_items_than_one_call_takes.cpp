// expect: list_must_not_hold_more_items_than_one_call_takes
// twin: slb::modify_vserver_group_backend_servers -> slb::basic_modify_vserver_group_backend_servers<21>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {
            {.from = {"old-0", 80}, .to = {"new-0", 80}},   {.from = {"old-1", 80}, .to = {"new-1", 80}},
            {.from = {"old-2", 80}, .to = {"new-2", 80}},   {.from = {"old-3", 80}, .to = {"new-3", 80}},
            {.from = {"old-4", 80}, .to = {"new-4", 80}},   {.from = {"old-5", 80}, .to = {"new-5", 80}},
            {.from = {"old-6", 80}, .to = {"new-6", 80}},   {.from = {"old-7", 80}, .to = {"new-7", 80}},
            {.from = {"old-8", 80}, .to = {"new-8", 80}},   {.from = {"old-9", 80}, .to = {"new-9", 80}},
            {.from = {"old-10", 80}, .to = {"new-10", 80}}, {.from = {"old-11", 80}, .to = {"new-11", 80}},
            {.from = {"old-12", 80}, .to = {"new-12", 80}}, {.from = {"old-13", 80}, .to = {"new-13", 80}},
            {.from = {"old-14", 80}, .to = {"new-14", 80}}, {.from = {"old-15", 80}, .to = {"new-15", 80}},
            {.from = {"old-16", 80}, .to = {"new-16", 80}}, {.from = {"old-17", 80}, .to = {"new-17", 80}},
            {.from = {"old-18", 80}, .to = {"new-18", 80}}, {.from = {"old-19", 80}, .to = {"new-19", 80}},
            {.from = {"old-20", 80}, .to = {"new-20", 80}}}};
}
