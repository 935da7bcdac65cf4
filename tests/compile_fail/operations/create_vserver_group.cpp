// expect: name_or_description_must_be_letters_digits_dash_slash_dot_underscore_or_chinese
// twin: my web -> my-web
#include <slb/operations/create_vserver_group.hpp>

slb::create_vserver_group creation() {
    return {.region_id = "cn-hangzhou",
            .load_balancer_id = "lb-1",
            .vserver_group_name = "my web",
            .backend_servers = {{.server_id = "i-1", .port = 80, .weight = 100}},
            .tags = {{"env", "test"}}};
}
