#include <slb.hpp>
#include <slb/host.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// any_loop PORT: one call by hand over a socket that never blocks, to an emulator on this machine
int main(int argc, char** argv) {
    if (argc != 2) return 2;
    slb::endpoint const target("127.0.0.1", std::atoi(argv[1]));
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0) return 1;
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    slb::system_host host;
    unsigned char random[16];
    if (!host.random(random)) return 1;

    std::int64_t const deadline = host.steady_ms() + 10000;

    // [readme]
    slb::signer signer{slb::credentials::from_environment()};
    slb::response<slb::modify_vserver_group_backend_servers> response;
    slb::exchange exchange{target}; // HTTP/1.1 without a socket; used again for the next call
    exchange.start(request, response, signer, host.unix_seconds(), slb::nonce(random));
    while (!exchange.done()) {
        std::int64_t const left = deadline - host.steady_ms();
        short const events = exchange.wants_write() ? POLLIN | POLLOUT : POLLIN; // a refusal may come early
        pollfd ready{fd, events, 0};
        if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) == 0) exchange.expired();
        if ((ready.revents & POLLOUT) != 0) {
            auto const n = ::send(fd, exchange.output().data(), exchange.output().size(), MSG_NOSIGNAL);
            if (n > 0) exchange.sent(static_cast<std::size_t>(n));
        }
        if ((ready.revents & ~POLLOUT) != 0) {
            auto const n = ::recv(fd, exchange.input().data(), exchange.input().size(), 0);
            if (n > 0) exchange.received(static_cast<std::size_t>(n));
            if (n == 0) exchange.closed();
            if (n < 0 && errno != EAGAIN && errno != EINTR) exchange.failed(slb::errc::connection_reset);
        }
    }
    // [readme]
    bool const keep = exchange.reusable();
    ::close(fd);
    if (!response) {
        std::cerr << response.error() << '\n';
        return 1;
    }
    std::cout << response->backend_servers.size() << " servers, connection " << (keep ? "kept" : "not kept")
              << '\n';
}
