#include <slb.hpp>
#include <slb/host.hpp>

#include <arpa/inet.h>
#include <cstdlib>
#include <iostream>
#include <sys/socket.h>
#include <unistd.h>

static void hang_up(int& socket) {
    if (socket >= 0) ::close(socket);
    socket = -1;
}
static int dial(std::uint16_t port) {
    sockaddr_in const to{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0) hang_up(socket);
    return socket;
}

// [readme]
struct tcp_transport : slb::system_host { // the clocks and the randomness of the system
    slb::endpoint target;
    int socket = -1;

    slb::endpoint const& endpoint() const { return target; }
    slb::result<void> connect(std::int64_t) {
        close();
        socket = dial(target.port());
        if (socket < 0) return slb::errc::connect_failed;
        return {};
    }
    auto write(std::string_view bytes, std::int64_t deadline) { return send(socket, bytes, deadline); }
    auto read(std::span<char> space, std::int64_t deadline) { return receive(socket, space, deadline); }
    void close() noexcept { hang_up(socket); }
};
// [readme]

// custom_transport PORT: over plain TCP to an emulator on this machine
int main(int argc, char** argv) {
    if (argc != 2) return 2;
    tcp_transport transport{{}, slb::endpoint("127.0.0.1", std::atoi(argv[1]))};
    slb::client client{transport, slb::credentials::from_environment()};
    auto response = client.invoke(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}});
    transport.close();
    if (!response) {
        std::cerr << response.error() << '\n';
        return 1;
    }
    std::cout << response->backend_servers.size() << " servers\n";
}
