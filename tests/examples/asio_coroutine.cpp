#include <slb.hpp>
#include <slb/beast.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

// asio_coroutine PORT CA_FILE [HOST]: one call in a coroutine of Asio's, which Ctrl-C cancels. Every host is
// looked up as 127.0.0.1.
// [readme]
asio::awaitable<int> replace_server(slb::beast_transport& transport) {
    slb::client client{transport, slb::credentials::from_environment(), {.call_timeout_ms = 2000}};
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    slb::response<slb::modify_vserver_group_backend_servers> response;
    asio::signal_set interrupt(co_await asio::this_coro::executor, SIGINT);

    co_await (client.async_invoke(request, response, asio::as_tuple(asio::use_awaitable)) ||
              interrupt.async_wait(asio::use_awaitable));
    transport.close_idle(); // a connection that is kept would keep io.run() waiting
    if (!response) {
        std::cerr << response.error() << '\n';
        co_return 10 + static_cast<int>(response.error().delivery()); // not sent: 10, rejected: 11, ...
    }
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
    co_return 0;
}
// [readme]

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) return 2;
    asio::io_context io;
    slb::resolver const this_machine = [](std::string const&, slb::resolved done) {
        done({asio::ip::address_v4::loopback()}); // yours may answer later, from any thread
    };
    slb::beast_transport transport{io.get_executor(),
                                   slb::endpoint(argc == 4 ? argv[3] : "localhost", std::atoi(argv[1])),
                                   {.ca_file = argv[2]},
                                   {.resolver = this_machine}};
    int code = 1;
    asio::co_spawn(io, replace_server(transport), [&code](std::exception_ptr thrown, int returned) {
        if (thrown) std::rethrow_exception(thrown);
        code = returned;
    });
    io.run();
    return code;
}
