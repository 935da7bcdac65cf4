#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/tls.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <uv.h>

// [readme]
struct call {
    slb::exchange<> exchange;
    slb::tls_connection tls;
    uv_tcp_t socket{};
    uv_timer_t timer{};
    uv_connect_t connecting{};
    uv_write_t sending{};
    uv_buf_t out = uv_buf_init(nullptr, 0); // what the loop is sending

    void start(uv_loop_t* loop, sockaddr const* to) {
        uv_tcp_init(loop, &socket);
        uv_timer_init(loop, &timer);
        socket.data = timer.data = this;
        tls.start();
        if (uv_tcp_connect(&connecting, &socket, to, connected) != 0) tls.failed();
        uv_timer_start(&timer, expired, 2000, 0);
        go_on();
    }
    void go_on() {
        if (!tls.drive(exchange)) return uv_stop(socket.loop);
        if (out.len != 0 || !tls.wants_write()) return;
        out = uv_buf_init(const_cast<char*>(tls.output().data()), static_cast<unsigned>(tls.output().size()));
        uv_write(&sending, connecting.handle, &out, 1, sent);
    }
    static call& of(auto* handle) { return *static_cast<call*>(handle->data); }
    static void connected(uv_connect_t* from, int failure) { // reads from now on: a refusal may come early
        received(from->handle, failure != 0 ? failure : uv_read_start(from->handle, room, received), nullptr);
    }
    static void room(uv_handle_t* from, std::size_t, uv_buf_t* input) {
        *input = uv_buf_init(of(from).tls.input().data(), static_cast<unsigned>(of(from).tls.input().size()));
    }
    static void received(uv_stream_t* from, ssize_t n, uv_buf_t const*) {
        if (n > 0) of(from).tls.received(static_cast<std::size_t>(n));
        if (n == UV_EOF) of(from).tls.closed();
        if (n < 0 && n != UV_EOF) of(from).tls.failed();
        of(from).go_on();
    }
    static void sent(uv_write_t* from, int failure) {
        if (failure != 0) return; // received() will be told, after what the server said
        of(from->handle).tls.sent(std::exchange(of(from->handle).out.len, 0));
        of(from->handle).go_on();
    }
    static void expired(uv_timer_t* from) { of(from).exchange.expired(), of(from).go_on(); }
};
// [readme]

// libuv PORT CA_FILE [HOST]: one call over TLS to 127.0.0.1, which has to be HOST, by default localhost
int main(int argc, char** argv) {
    if (argc < 3) return 2;
    std::signal(SIGPIPE, SIG_IGN); // libuv asks for that
    slb::endpoint const target(argc > 3 ? argv[3] : "localhost", std::atoi(argv[1]));
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    slb::modify_vserver_group_backend_servers const request{
        "cn-hangzhou", "rsp-cige6j5e7p", {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    slb::signer signer{slb::credentials::from_environment()};
    slb::response<slb::modify_vserver_group_backend_servers> response;
    slb::tls_context trust{target, {.ca_file = argv[2]}};
    unsigned char random[16];
    if (!slb::system_host().random(random)) return 1;
    call call{slb::exchange{target}, slb::tls_connection{trust}};
    call.exchange.start(request, response, signer, slb::system_host().unix_seconds(), slb::nonce(random));
    call.start(uv_default_loop(), reinterpret_cast<sockaddr const*>(&to));
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    if (!response) {
        std::cerr << response.error() << '\n';
        return 10 + static_cast<int>(response.error().delivery());
    }
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
}
