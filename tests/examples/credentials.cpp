#include <slb.hpp>
#include <slb/beast.hpp>
#include <slb/beast_credentials.hpp>

#include <cstdlib>
#include <iostream>

// credentials HOST PORT CA_FILE: a call with keys from wherever this machine has them
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    // [readme]
    slb::beast_credentials keys; // the vendor's chain; keys are fetched when a call needs them
    slb::beast_transport transport{slb::endpoint(argv[1], std::atoi(argv[2])), {.ca_file = argv[3]}};
    slb::client client{transport, keys};

    auto const response = client.invoke(slb::describe_vserver_group_attribute{
        .region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"});
    if (!response) {
        std::cerr << response.error() << '\n'; // without any key: why, of each source
        return 1;
    }
    // [readme]
    std::cout << response->backend_servers.size() << " servers\n";
}
