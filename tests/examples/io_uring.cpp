#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/tls.hpp>

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <liburing.h>
#include <sys/socket.h>
#include <unistd.h>

// io_uring PORT CA_FILE [HOST]: one call over TLS to 127.0.0.1, which has to be HOST, by default localhost
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
    unsigned char random[16];
    if (!slb::system_host().random(random)) return 1;
    exchange.start(request, response, signer, slb::system_host().unix_seconds(), slb::nonce(random));
    io_uring ring;
    if (io_uring_queue_init(4, &ring, 0) != 0) return 77; // this system has none, or forbids it

    // [readme]
    bool connecting = false, receiving = false, sending = false, waiting = false; // what the ring is doing
    auto const submit = [&](bool& what, auto prepare, auto... arguments) {
        io_uring_sqe* const entry = io_uring_get_sqe(&ring);
        prepare(entry, arguments...);
        io_uring_sqe_set_data(entry, &what);
        what = true;
    };
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    __kernel_timespec two_seconds{2, 0};
    tls.start();
    submit(connecting, io_uring_prep_connect, fd, reinterpret_cast<sockaddr const*>(&to),
           socklen_t{sizeof to});
    submit(waiting, io_uring_prep_timeout, &two_seconds, 0u, 0u);
    while (tls.drive(exchange) || receiving || sending) {
        if (exchange.done()) {
            ::shutdown(fd, SHUT_RDWR); // so that the ring lets go of input and output
        } else if (!connecting) {
            std::span<char> const input = tls.input();
            std::string_view const output = tls.output();
            if (!receiving) // always: a refusal may come early
                submit(receiving, io_uring_prep_recv, fd, input.data(), input.size(), 0);
            if (!sending && tls.wants_write())
                submit(sending, io_uring_prep_send, fd, output.data(), output.size(), MSG_NOSIGNAL);
        }
        io_uring_cqe* done = nullptr;
        io_uring_submit_and_wait(&ring, 1);
        if (io_uring_peek_cqe(&ring, &done) != 0) continue;
        bool* const what = static_cast<bool*>(io_uring_cqe_get_data(done));
        int const n = done->res;
        io_uring_cqe_seen(&ring, done);
        *what = false;
        if (what == &connecting && n < 0) tls.failed();
        if (what == &waiting) exchange.expired();
        if (what == &receiving && n > 0) tls.received(static_cast<std::size_t>(n));
        if (what == &receiving && n == 0) tls.closed();
        if (what == &receiving && n < 0 && n != -EAGAIN && n != -EINTR) tls.failed();
        if (what == &sending && n > 0) tls.sent(static_cast<std::size_t>(n)); // failed: recv will say so
    }
    ::close(fd);
    // [readme]
    io_uring_queue_exit(&ring);
    if (!response) {
        std::cerr << response.error() << '\n';
        return 10 + static_cast<int>(response.error().delivery());
    }
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
}
