#include <slb.hpp>
#include <slb/beast.hpp>
#include <slb/explain.hpp>

#include <cstdlib>
#include <iostream>

// explain HOST PORT CA_FILE: what a request comes to, and why its signature is refused
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    slb::endpoint const target(argv[1], std::atoi(argv[2]));
    slb::beast_transport transport{target, {.ca_file = argv[3]}};
    slb::client client{transport, slb::credentials::from_environment()};
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};

    // [readme]
    std::cout << slb::explain(request); // sends nothing
    if (auto response = client.invoke(request); !response)
        std::cout << slb::explain(request, response.error(), {.endpoint = target});
    // [readme]
}
