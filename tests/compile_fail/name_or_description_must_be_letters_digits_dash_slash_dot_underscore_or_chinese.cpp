// expect: name_or_description_must_be_letters_digits_dash_slash_dot_underscore_or_chinese
// twin: web server -> web-server
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

slb::modify_vserver_group_backend_servers swap() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80},
                         .to = {.server_id = "vm-235", .port = 8080, .description = "web server"}},
                        {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}
