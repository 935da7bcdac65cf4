#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/tls.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// epoll PORT CA_FILE [HOST]: one call over TLS to 127.0.0.1, which has to be HOST, by default localhost
int main(int argc, char** argv) {
    if (argc < 3) return 2;
    slb::endpoint const target(argc > 3 ? argv[3] : "localhost", std::atoi(argv[1]));
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    slb::modify_vserver_group_backend_servers const request{
        "cn-hangzhou", "rsp-cige6j5e7p", {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    slb::signer signer{slb::credentials::from_environment()};
    slb::response<slb::modify_vserver_group_backend_servers> response;
    slb::exchange exchange{target};
    slb::tls_context trust{target, {.ca_file = argv[2]}};
    slb::tls_connection tls{trust};
    slb::system_host host;
    unsigned char random[16];
    if (!host.random(random)) return 1;
    exchange.start(request, response, signer, host.unix_seconds(), slb::nonce(random));

    // [readme]
    int const loop = ::epoll_create1(EPOLL_CLOEXEC);
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    epoll_event event{};
    ::epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
    tls.start();
    if (::connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
        tls.failed();
    std::int64_t const deadline = host.steady_ms() + 2000;
    while (tls.drive(exchange)) {
        event.events = EPOLLIN; // always: a refusal may come early
        if (tls.wants_write()) event.events |= EPOLLOUT;
        ::epoll_ctl(loop, EPOLL_CTL_MOD, fd, &event);
        std::int64_t const left = deadline - host.steady_ms();
        if (left <= 0 || ::epoll_wait(loop, &event, 1, static_cast<int>(left)) == 0) {
            exchange.expired();
            break;
        }
        if ((event.events & ~EPOLLOUT) != 0) {
            auto const n = ::recv(fd, tls.input().data(), tls.input().size(), 0);
            if (n > 0) tls.received(static_cast<std::size_t>(n));
            if (n == 0) tls.closed();
            if (n < 0 && errno != EAGAIN && errno != EINTR) tls.failed();
        }
        if ((event.events & EPOLLOUT) != 0) { // when it fails, recv will say so
            auto const n = ::send(fd, tls.output().data(), tls.output().size(), MSG_NOSIGNAL);
            if (n > 0) tls.sent(static_cast<std::size_t>(n));
        }
    }
    ::close(fd);
    // [readme]
    ::close(loop);
    if (!response) {
        std::cerr << response.error() << '\n';
        return 10 + static_cast<int>(response.error().delivery());
    }
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
}
