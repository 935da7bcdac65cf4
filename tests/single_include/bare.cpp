#include "slb.hpp"

#include <cstdio>

// A program of somebody who has copied one file (see bare.sh).
int main() {
    slb::http_call call{slb::endpoint::for_region("cn-hangzhou")};
    slb::signer const signer{slb::credentials{"testid", "testsecret"}};
    unsigned char const random[16] = {};
    if (!call.encode(slb::modify_vserver_group_backend_servers{
            .region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080}}}}) ||
        !call.sign(signer, 1795543533, slb::nonce(random)))
        return 1;

    slb::response<slb::modify_vserver_group_backend_servers> response;
    call.receive(200, "",
                 R"({"RequestId":"1","VServerGroupId":"rsp-cige6j5e7p","BackendServers":)"
                 R"({"BackendServer":[{"ServerId":"vm-235","Port":8080}]}})",
                 response);
    if (!response) return 1;
    for (auto const& server : response->backend_servers)
        std::printf("%.*s:%d\n", static_cast<int>(server.server_id.size()), server.server_id.data(),
                    server.port);
    return 0;
}
