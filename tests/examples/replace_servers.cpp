#include <slb.hpp>
#include <slb/beast.hpp>

#include <cstdlib>
#include <iostream>

// replace_servers [HOST PORT CA_FILE]: by default the public endpoint of the region
int main(int argc, char** argv) {
    auto const target =
        argc == 4 ? slb::endpoint(argv[1], std::atoi(argv[2])) : slb::endpoint::for_region("cn-hangzhou");
    slb::beast_transport transport{target, {.ca_file = argc == 4 ? argv[3] : ""}};
    slb::client client{transport, slb::credentials::from_environment()};

    auto response = client.invoke(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                    {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}});
    if (!response) {
        std::cerr << response.error() << '\n'; // what, how far it came, request id, what to do
        return 1;
    }
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n'; // views: nothing was copied
}
