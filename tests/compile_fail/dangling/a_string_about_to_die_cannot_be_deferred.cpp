// expect: deleted function
// twin: make_id()), -> id),
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

#include <string>

std::string make_id();

slb::modify_vserver_group_backend_servers swap(std::string const& id) {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {
                {.from = {slb::runtime(id), 80}, .to = {.server_id = slb::runtime(make_id()), .port = 80}}}};
}
