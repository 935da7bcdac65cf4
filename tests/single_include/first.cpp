// clang-format off
#include "../../single_include/slb.hpp"
#include "../../single_include/slb/core.hpp"
#include "../../single_include/slb/openssl_evp.hpp"
#include "../../single_include/slb/tls.hpp"
#include "../../single_include/slb/tls_transport.hpp"
#include "../../single_include/slb/beast.hpp"
#include "../../single_include/slb/beast_credentials.hpp"
#include "../../single_include/slb/beast_http.hpp"
#include "../../single_include/slb/host.hpp"
#include "../../single_include/slb/pmr.hpp"
#include "../../single_include/slb/error_code.hpp"
#include "../../single_include/slb/boost_json.hpp"
#include "../../single_include/slb/emulator.hpp"
#include "../../single_include/slb/emulator_server.hpp"
// clang-format on
#include "call.hpp"
#include "second.hpp"

#include <cstdio>

// Two translation units over the single headers, in one program.

static bool all_good = true;
static void check(bool good, char const* what) {
    if (!good) std::printf("single_include: FAILED: %s\n", what);
    all_good = all_good && good;
}

int main() {
    check(call_works(), "a call in the first unit");
    check(second_call_works(), "a call in the second unit");
    check(second_code(slb::errc::timed_out) == slb::errc::timed_out, "the same errc in both");
    check(second_code(slb::errc::timed_out) != slb::errc::connect_failed, "unlike errcs");
    check(second_category() == &slb::category_of_errc, "one category in the program");
    check(second_error().error().code() == slb::errc::connect_failed, "an error crosses over");

    // The other single headers are not just included: a whole call over the plain transport and the server.
    slb::emulator emulator{{.clock = [] { return slb::system_host{}.unix_seconds(); }}};
    check(
        !emulator.groups().load(
            R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"vm-1","Port":80}]}})"),
        "a group is loaded");
    slb::basic_emulator_server server{emulator};
    slb::insecure_loopback_transport transport{slb::endpoint("127.0.0.1", server.port())};
    slb::pmr::client<slb::insecure_loopback_transport, slb::openssl_evp_crypto> client{
        transport, slb::credentials("testid", "testsecret")};
    auto const response = client.invoke(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-1",
        .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 8080}}}});
    check(static_cast<bool>(response), "a call over a connection");
    return all_good ? 0 : 1;
}
