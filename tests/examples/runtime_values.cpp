#include <slb.hpp>
#include <slb/beast.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

// Puts this server into a group in place of another.
// runtime_values HOST PORT CA_FILE GROUP OLD_ID OLD_PORT NEW_ID NEW_PORT
int main(int argc, char** argv) {
    if (argc != 9) return 2;
    slb::beast_transport transport{slb::endpoint(argv[1], std::atoi(argv[2])), {.ca_file = argv[3]}};
    slb::client client{transport, slb::credentials::from_environment()};

    // [readme]
    std::string const group = argv[4], old_id = argv[5], my_id = argv[7];
    long const old_port = std::atol(argv[6]), my_port = std::atol(argv[8]);

    slb::modify_vserver_group_backend_servers request{.region_id = "cn-hangzhou",
                                                      .vserver_group_id = slb::runtime(group)};
    request.replace.push_back(
        {.from = {slb::runtime(old_id), slb::runtime(old_port)},
         .to = {.server_id = slb::runtime(my_id), .port = slb::runtime(my_port), .weight = 50}});

    auto response = client.invoke(request); // checked here, before anything is sent
    // [readme]
    if (!response) {
        std::cerr << response.error() << '\n';
        return 1;
    }
    std::cout << response->backend_servers.size() << " servers\n";
}
