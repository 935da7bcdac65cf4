#include <slb.hpp>
#include <slb/beast.hpp>

#include <cstdlib>
#include <iostream>

// raw_operation HOST PORT CA_FILE GROUP: lists a group by an operation that needs no type of its own
int main(int argc, char** argv) {
    if (argc != 5) return 2;
    slb::beast_transport transport{slb::endpoint(argv[1], std::atoi(argv[2])), {.ca_file = argv[3]}};
    slb::client client{transport, slb::credentials::from_environment()};

    // [readme]
    slb::raw_operation describe{"DescribeVServerGroupAttribute"}; // any action of the API
    describe.with("RegionId", "cn-hangzhou").with("VServerGroupId", slb::runtime(argv[4]));

    auto const response = client.invoke(describe);
    if (!response) {
        std::cerr << response.error() << '\n';
        return 1;
    }
    for (auto server : response["BackendServers"]["BackendServer"]) { // a cursor: nothing was copied
        auto const id = server["ServerId"].text();
        auto const port = server["Port"].number(); // or in quotes
        if (!id || !port) {
            // As "applied: BackendServer[0].Port is missing from the response".
            std::cerr << (id ? port.error() : id.error()) << '\n';
            return 1;
        }
        std::cout << *id << ':' << *port << ", weight " << server["Weight"].number_or(100) << '\n';
    }
    // [readme]
}
