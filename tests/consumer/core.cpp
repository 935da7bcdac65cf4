#include "slb.hpp" // in quotes, because it is also built beside a copy of the header

#include <cstdio>

// What a consumer of the core does: it signs a request, and says the library's version.
int main() {
    slb::http_call call{slb::endpoint::for_region("cn-hangzhou")};
    slb::signer const signer{slb::credentials{"testid", "testsecret"}};
    unsigned char const random[16] = {};
    if (!call.encode(slb::modify_vserver_group_backend_servers{
            .region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 8080}}}}) ||
        !call.sign(signer, 1795543533, slb::nonce(random)))
        return 1;
    std::printf("core of slb %.*s\n", static_cast<int>(slb::version.size()), slb::version.data());
    return 0;
}
