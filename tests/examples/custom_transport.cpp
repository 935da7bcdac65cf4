#include <slb.hpp>
#include <slb/host.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static void hang_up(int& socket) {
    if (socket >= 0) ::close(socket);
    socket = -1;
}
static int dial(slb::endpoint const& target, std::int64_t ms) {
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bool const connected = ::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
    pollfd ready{socket, POLLOUT, 0};
    int failure = connected ? 0 : ETIMEDOUT;
    socklen_t size = sizeof failure;
    if (!connected && errno == EINPROGRESS && ::poll(&ready, 1, static_cast<int>(ms)) == 1)
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0) hang_up(socket);
    return socket;
}

// [readme]
struct tcp_transport : slb::socket_host { // the clocks, the randomness, and sockets with deadlines
    slb::endpoint target;
    int socket = -1;

    slb::endpoint const& endpoint() const { return target; }
    slb::result<void> connect(std::int64_t deadline) {
        close();
        socket = dial(target, deadline - steady_ms());
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
    return 0;
}
