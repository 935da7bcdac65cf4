#include <slb/tls_transport.hpp>
// The header under test comes first: it stands alone.
#include "support/private_directory.hpp"
#include "support/responses.hpp"

#include <slb/client.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator_server.hpp>
#include <slb/host.hpp>
#include <slb/openssl.hpp>
#include <slb/operations.hpp>
#include <slb/raw_operation.hpp>

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <array>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

BOOST_AUTO_TEST_SUITE(tls_transport)

namespace {

using namespace slb_test;
using slb::errc;

/// A transport without TLS, as a user writes it.
struct tcp_transport : slb::socket_host {
    slb::endpoint target;
    int socket = -1;
    int connections = 0;

    slb::endpoint const& endpoint() const { return target; }
    slb::result<void> connect(std::int64_t) {
        close();
        ++connections;
        sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
        socket = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0)
            return errc::connect_failed;
        return {};
    }
    auto write(std::string_view bytes, std::int64_t deadline) { return send(socket, bytes, deadline); }
    auto read(std::span<char> space, std::int64_t deadline) { return receive(socket, space, deadline); }
    void close() noexcept {
        if (socket >= 0) ::close(socket);
        socket = -1;
    }
    ~tcp_transport() { close(); }
};
static_assert(slb::watchful_transport<slb::tls_transport<tcp_transport>>);

/// The emulator over TLS, on the clock of this machine.
struct rig {
    private_directory directory{};
    std::string ca_file = directory.path() / "ca";
    slb::emulator emulator{{.clock = [] { return slb::system_host{}.unix_seconds(); }}};
    slb::basic_emulator_server<slb::emulator> server{emulator, slb::make_emulator_certificate(ca_file)};

    tcp_transport tcp(char const* host = "localhost") const {
        return {{}, slb::endpoint(host, server.port())};
    }
    static slb::describe_vserver_group_attribute request() {
        return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"};
    }
    rig() {
        server.with([](slb::emulator& served) {
            BOOST_REQUIRE(!served.groups().load(
                R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"vm-1","Port":80}]}})"));
        });
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_transport_of_ones_own_speaks_tls_and_keeps_its_connection) {
    rig with;
    tcp_transport tcp = with.tcp();
    slb::tls_transport transport{tcp, {.ca_file = with.ca_file}};
    slb::client client{transport, slb::credentials("testid", "testsecret")};
    for (int call = 0; call != 3; ++call) {
        auto const response = client.invoke(rig::request());
        BOOST_REQUIRE(response);
        BOOST_TEST(response->backend_servers.size() == 1U);
    }
    BOOST_TEST(tcp.connections == 1);
}

BOOST_AUTO_TEST_CASE(a_long_request_is_sent_whole_on_a_kept_connection) {
    rig with;
    tcp_transport tcp = with.tcp();
    slb::tls_transport transport{tcp, {.ca_file = with.ca_file}};
    slb::client client{transport, slb::credentials("testid", "testsecret"), {.step_timeout_ms = 3000}};
    BOOST_TEST(static_cast<bool>(client.invoke(rig::request())));
    std::string const text(40000, 'x');
    slb::raw_operation describe{"DescribeVServerGroupAttribute"};
    describe.with("RegionId", "cn-hangzhou")
        .with("VServerGroupId", "rsp-1")
        .with("Other", slb::runtime(text));
    auto const response = client.invoke(describe);
    BOOST_TEST(news_of(response.error()) == "no error");
    BOOST_TEST(tcp.connections == 1);
}

BOOST_AUTO_TEST_CASE(an_early_refusal_is_read_after_a_write_has_failed) {
    // The server's answer is there, and then no more can be written.
    rig with;
    tcp_transport tcp = with.tcp();
    slb::tls_transport transport{tcp, {.ca_file = with.ca_file}};
    auto const deadline = transport.steady_ms() + 5000;
    BOOST_REQUIRE(transport.connect(deadline));
    BOOST_REQUIRE(transport.write("nonsense\r\n\r\n", deadline));
    std::array<char, 4096> space{};
    ::pollfd arrived{tcp.socket, POLLIN, 0};
    ::poll(&arrived, 1, 5000);
    ::shutdown(tcp.socket, SHUT_WR);
    BOOST_TEST((transport.write("more", deadline).error() == errc::connection_reset));
    auto const answer = transport.read(space, deadline);
    BOOST_REQUIRE(answer);
    BOOST_TEST(std::string_view(space.data(), *answer).starts_with("HTTP/1.1 400"));
}

BOOST_AUTO_TEST_CASE(whom_it_does_not_trust_it_tells_nothing) {
    rig with;
    tcp_transport tcp = with.tcp("slb.example.com");
    slb::tls_transport wrong_name{tcp, {.ca_file = with.ca_file}};
    slb::client client{wrong_name, slb::credentials("testid", "testsecret")};
    auto const refused = client.invoke(rig::request());
    BOOST_TEST(news_of(refused.error()) == "not sent: the server's certificate was refused");
    BOOST_TEST(tcp.socket == -1);

    tcp_transport other = with.tcp();
    slb::tls_transport nobody{other, {.ca_file = "/nonexistent/ca.pem"}};
    slb::client unsure{nobody, slb::credentials("testid", "testsecret")};
    auto const unread = unsure.invoke(rig::request());
    BOOST_TEST(news_of(unread.error()) == "not sent: the certificates to trust could not be read");
    BOOST_TEST(other.connections == 0);
}

BOOST_AUTO_TEST_CASE(trouble_on_the_way_is_told_as_below_and_the_next_call_connects_again) {
    rig with;
    tcp_transport tcp = with.tcp();
    slb::tls_transport transport{tcp, {.ca_file = with.ca_file}};
    slb::client client{transport,
                       slb::credentials("testid", "testsecret"),
                       {.step_timeout_ms = 200, .retry = slb::retry_options::never()}};
    struct {
        slb::fault_kind kind;
        errc outcome;
    } const cases[] = {
        {slb::fault_kind::close, errc::connection_closed},
        {slb::fault_kind::stall, errc::timed_out},
        {slb::fault_kind::reset, errc::connection_reset},
    };
    for (auto const& row : cases) BOOST_TEST_CONTEXT(slb::name_of(row.kind)) {
            with.server.with(
                [&row](slb::emulator& served) { served.inject({.kind = row.kind, .call = 1, .byte = 20}); });
            auto const lost = client.invoke(rig::request());
            BOOST_TEST((lost.error() == row.outcome));
            BOOST_TEST((lost.error().delivery() == slb::delivery::maybe_applied));
            BOOST_TEST(static_cast<bool>(client.invoke(rig::request())));
        }
    with.server.with(
        [](slb::emulator& served) { served.inject({.kind = slb::fault_kind::throttling, .call = 1}); });
    auto const refused = client.invoke(rig::request());
    BOOST_REQUIRE(refused.error().service() != nullptr);
    BOOST_TEST(refused.error().service()->code == "Throttling.User");
}

BOOST_AUTO_TEST_SUITE_END()
