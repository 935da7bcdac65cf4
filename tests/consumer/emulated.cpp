#include <slb/beast.hpp>
#include <slb/emulator.hpp>

#include <cstdio>

// What slb::beast and slb::emulator link is there: a transport with a TLS context that does not come to a
// connection, and an emulator that reads a group.
int main() {
    slb::beast_transport transport{slb::endpoint("127.0.0.1", 1), {.ca_file = "/nonexistent"}};
    slb::emulator emulator;
    if (transport.connect(transport.steady_ms() + 1000) ||
        emulator.groups().load(R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[]}})"))
        return 1;
    std::printf("emulated: %s\n", emulator.groups().all().front().vserver_group_id.c_str());
}
