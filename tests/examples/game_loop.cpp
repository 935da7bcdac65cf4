#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/tls.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct slb_call { // a call that a game makes beside its frames, on their thread: nothing in it waits
    slb::tls_context trust; // reads the certificates: make it before the game begins
    slb::tls_connection tls{trust};
    slb::exchange<> exchange;
    slb::response<slb::modify_vserver_group_backend_servers> response{};
    steady_clock::time_point deadline{};
    std::size_t moved = 0; // bytes sent and received so far
    int fd = -1;
    slb_call(slb::endpoint const& server, char const* ca) : trust(server, {ca}), exchange(server) {}
    ~slb_call() { ::close(fd); }
    void start(slb::modify_vserver_group_backend_servers const& request, slb::nonce const& once, int port) {
        slb::signer const signer{slb::credentials::from_environment()};
        exchange.start(request, response, signer, slb::system_host().unix_seconds(), once);
        static_cast<void>(exchange.input()); // makes room for the answer now, not within a frame
        tls.start();
        sockaddr_in const to{AF_INET, htons(static_cast<in_port_t>(port)), {htonl(INADDR_LOOPBACK)}, {}};
        if (fd >= 0) ::close(fd); // that of the call before
        fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (::connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
            exchange.not_connected(slb::errc::connect_failed);
        deadline = steady_clock::now() + 2s;
    }
    // [readme]
    void tick(std::chrono::microseconds budget) { // once a frame; exchange.done() tells the end
        auto const begin = steady_clock::now();
        if (begin >= deadline) exchange.expired();
        while (!exchange.done() && step() && steady_clock::now() - begin < budget) continue;
    }
    bool step() { // the longest is one of the handshake; false: nothing moved
        std::size_t const before = moved;
        if (auto const out = tls.output(); !out.empty())
            if (auto const n = count(::send(fd, out.data(), out.size(), MSG_NOSIGNAL))) tls.sent(n);
        if (auto const in = tls.input(); !in.empty())
            if (auto const n = count(::recv(fd, in.data(), in.size(), 0))) tls.received(n);
        tls.drive(exchange); // in memory
        return moved != before;
    }
    std::size_t count(ssize_t n) { // while the socket connects, errno is EAGAIN as well
        if (n == 0) tls.closed();
        if (n < 0 && errno != EAGAIN && errno != EINTR) tls.failed();
        moved += static_cast<std::size_t>(n > 0 ? n : 0);
        return static_cast<std::size_t>(n > 0 ? n : 0);
    }
    // [readme]
};

int main(int argc, char** argv) { // game_loop PORT CA_FILE [HOST [FRAMES]]: beside so many frames or more
    unsigned char random[16];
    if (argc < 3 || !slb::system_host().random(random)) return 2;
    slb_call call{slb::endpoint(argc > 3 ? argv[3] : "localhost", std::atoi(argv[1])), argv[2]};
    call.start({.region_id = "cn-hangzhou",
                .vserver_group_id = "rsp-cige6j5e7p",
                .replace = {{{"vm-233", 80}, {"vm-235", 8080}}}},
               slb::nonce(random), std::atoi(argv[1]));
    for (long left = argc > 4 ? std::atol(argv[4]) : 0; left > 0 || !call.exchange.done(); --left) {
        auto const worked = steady_clock::now() + 200us; // games wait for the next frame; nothing here may
        call.tick(200us);
        while (steady_clock::now() < worked) continue;
    }
    if (!call.response) std::cerr << call.response.error() << '\n';
    if (!call.response) return 10 + static_cast<int>(call.response.error().delivery());
    for (auto const& server : call.response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
    return 0;
}
