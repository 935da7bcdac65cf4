#include <slb.hpp>
#include <slb/beast.hpp>

#include <cstdlib>
#include <iostream>

// errors HOST PORT CA_FILE: one call, and what a program can do about each way it can end
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    slb::beast_transport transport{slb::endpoint(argv[1], std::atoi(argv[2])), {.ca_file = argv[3]}};
    slb::client client{transport, slb::credentials::from_environment()};
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};

    // [readme]
    slb::response<slb::modify_vserver_group_backend_servers> response; // used again, it allocates nothing
    if (!client.invoke(request, response)) { // sent again where that was safe, and failed in the end
        slb::error const& error = response.error();
        std::cerr << error << '\n'; // one line, never a secret
        if (slb::service_error const* refusal = error.service())
            std::cerr << refusal->code << ", HTTP " << refusal->http_status << ", request id "
                      << refusal->request_id << '\n';
        switch (error.delivery()) {
        case slb::delivery::not_sent: return 10;      // mend the request or the connection, then try again
        case slb::delivery::rejected: return 11;      // the service said no: nothing was changed
        case slb::delivery::maybe_applied: return 12; // read the group back before repeating
        case slb::delivery::applied: return 13;       // done, only the answer could not be read
        }
    }
    // [readme]
    std::cout << response->backend_servers.size() << " servers\n";
}
