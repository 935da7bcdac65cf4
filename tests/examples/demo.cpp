// The main job end to end: an emulator behind TLS on this machine, a client that verifies it, and one call
// that replaces two backend servers. SLB_DEMO_SECRET is the client's secret; with a wrong one it is refused.
#include "../support/private_directory.hpp"

#include <slb.hpp>
#include <slb/beast.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator_server.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>

namespace {

constexpr std::string_view region = "cn-hangzhou";
constexpr std::string_view group_id = "rsp-cige6j5e7p";

/// The transport of every program, which shows what it sends, without the signature.
struct showing_transport : slb::beast_transport {
    using beast_transport::beast_transport;

    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        std::cout << "The call, over verified TLS to " << endpoint().host_header() << ":\n";
        for (std::string_view rest = bytes.substr(0, bytes.find("\r\n\r\n")); !rest.empty();) {
            std::size_t const end = rest.find("\r\n");
            std::string_view const line = rest.substr(0, end);
            std::size_t const signature = line.find("Signature=");
            std::cout << "  " << line.substr(0, signature)
                      << (signature == line.npos ? "" : "Signature=[redacted]") << '\n';
            rest.remove_prefix(end == rest.npos ? rest.size() : end + 2);
        }
        return beast_transport::write(bytes, deadline);
    }
};

void show(std::string_view when, slb::emulated_group const& group) {
    std::cout << "Group " << group.vserver_group_id << ' ' << when << ":\n";
    for (auto const& server : group.servers)
        std::cout << "  " << server.server_id << ':' << server.port << "  weight " << server.weight << '\n';
}

} // namespace

int main() {
    char const* const given = std::getenv("SLB_DEMO_SECRET");
    std::string const secret = given != nullptr ? given : "demo-secret";

    std::string log;
    slb::emulator emulator{{.keys = {{.id = "demo-key", .secret = "demo-secret"}},
                            .seed = static_cast<std::uint64_t>(::getpid()),
                            .clock = [] { return slb::system_host{}.unix_seconds(); },
                            .log = [&](std::string_view line) { log += "  " + std::string(line) + '\n'; }}};
    auto const problem = emulator.groups().load(R"({
        "VServerGroupId": "rsp-cige6j5e7p",
        "BackendServers": {"BackendServer": [{"ServerId": "vm-233", "Port": 80, "Weight": 100},
                                             {"ServerId": "vm-232", "Port": 90, "Weight": 100},
                                             {"ServerId": "vm-240", "Port": 80, "Weight": 50}]}})");
    slb_test::private_directory const directory; // what lies in it is trusted
    std::string const ca_file = directory.path() / "ca.pem";
    auto const certificate = slb::make_emulator_certificate(ca_file);
    if (problem || !certificate) {
        std::cerr << "demo: " << problem.value_or(certificate.problem) << '\n';
        return 1;
    }
    slb::basic_emulator_server server{emulator, certificate};
    showing_transport transport{slb::endpoint("127.0.0.1", server.port()), {.ca_file = ca_file}};
    slb::client client{transport, slb::credentials("demo-key", secret)};

    auto const show_group = [&](std::string_view when) {
        server.with([&](slb::emulator& served) { show(when, *served.groups().find(region, group_id)); });
    };
    show_group("before");

    auto response = client.invoke(slb::modify_vserver_group_backend_servers{
        .region_id = region,
        .vserver_group_id = group_id,
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                    {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}});

    if (response) std::cout << "Granted, request id " << response->request_id << '\n';
    show_group(response ? "after" : "unchanged");
    server.with([&](slb::emulator&) { std::cout << "The emulator's log:\n" << log << std::flush; });
    if (!response) {
        slb::service_error const* refusal = response.error().service();
        std::cerr << "demo: the call failed: "
                  << (refusal != nullptr ? refusal->code : slb::message(response.error().code()))
                  << ", request id " << (refusal != nullptr ? refusal->request_id : "-") << '\n';
        return 1;
    }
}
