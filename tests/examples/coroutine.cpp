#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/tls.hpp>

#include <arpa/inet.h>
#include <coroutine>
#include <cstdlib>
#include <iostream>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

// A coroutine without Asio, which runs at once up to its first co_await, and a loop for the socket it awaits.
struct task {
    struct promise_type {
        task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { throw; }
    };
};
struct loop : std::suspend_always {
    pollfd socket{};
    std::int64_t deadline = 0;
    std::coroutine_handle<> waiting{};
    void await_suspend(std::coroutine_handle<> who) noexcept { waiting = who; }
    void run() {
        while (waiting) {
            std::int64_t const left = deadline - slb::system_host().steady_ms();
            if (left <= 0 || ::poll(&socket, 1, static_cast<int>(left)) < 0) socket.revents = 0;
            std::exchange(waiting, nullptr).resume();
        }
    }
};

task call(loop& events, slb::tls_connection& tls, slb::exchange<>& exchange) {
    for (tls.start(); tls.drive(exchange);) {
        events.socket.events = tls.wants_write() ? POLLIN | POLLOUT : POLLIN; // a refusal may come early
        co_await events;
        short const ready = events.socket.revents;
        if (ready == 0) exchange.expired(); // the deadline passed
        if ((ready & ~POLLOUT) != 0) {
            auto const n = ::recv(events.socket.fd, tls.input().data(), tls.input().size(), 0);
            n > 0 ? tls.received(static_cast<std::size_t>(n)) : n == 0 ? tls.closed() : tls.failed();
        }
        if ((ready & POLLOUT) != 0) { // when it fails, recv will say so
            auto const n = ::send(events.socket.fd, tls.output().data(), tls.output().size(), MSG_NOSIGNAL);
            if (n > 0) tls.sent(static_cast<std::size_t>(n));
        }
    }
}
// coroutine PORT CA_FILE [HOST]: one call over TLS to 127.0.0.1, which has to be HOST, by default localhost
int main(int argc, char** argv) {
    if (argc < 3) return 2;
    slb::endpoint const target(argc > 3 ? argv[3] : "localhost", std::atoi(argv[1]));
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    slb::modify_vserver_group_backend_servers const request{
        "cn-hangzhou", "rsp-cige6j5e7p", {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    unsigned char random[16];
    if (!slb::system_host().random(random)) return 1;
    slb::response<slb::modify_vserver_group_backend_servers> response;
    slb::signer signer{slb::credentials::from_environment()};
    slb::exchange exchange{target};
    slb::tls_context trust{target, {.ca_file = argv[2]}};
    slb::tls_connection tls{trust};
    exchange.start(request, response, signer, slb::system_host().unix_seconds(), slb::nonce(random));
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    ::connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to); // when it fails, recv will say so
    loop events{{}, {fd, 0, 0}, slb::system_host().steady_ms() + 2000};
    call(events, tls, exchange);
    events.run();
    ::close(fd);
    if (!response) std::cerr << response.error() << '\n';
    if (!response) return 10 + static_cast<int>(response.error().delivery());
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
}
