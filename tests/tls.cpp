#include <slb/tls.hpp>
// The header under test comes first: it stands alone.
#include "support/identity.hpp"
#include "support/responses.hpp"

#include <slb/emulator/certificate.hpp>
#include <slb/exchange.hpp>
#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(tls)

namespace {

using namespace slb_test;
using slb::errc;

/// The server's context, which serves several connections.
struct server_context {
    explicit server_context(identity const& who) : handle(::SSL_CTX_new(::TLS_server_method())) {
        slb::detail::openssl_handle<::BIO> const chain(
            ::BIO_new_mem_buf(who.certificate.chain.data(), static_cast<int>(who.certificate.chain.size())));
        slb::detail::openssl_handle<::BIO> const key(
            ::BIO_new_mem_buf(who.certificate.key.data(), static_cast<int>(who.certificate.key.size())));
        ::X509* const certificate = ::PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr);
        ::EVP_PKEY* const secret = ::PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr);
        BOOST_REQUIRE(::SSL_CTX_use_certificate(handle.get(), certificate) == 1);
        BOOST_REQUIRE(::SSL_CTX_use_PrivateKey(handle.get(), secret) == 1);
        ::X509_free(certificate);
        ::EVP_PKEY_free(secret);
        ::SSL_CTX_set_session_id_context(handle.get(), reinterpret_cast<unsigned char const*>("slb"), 3);
    }
    slb::detail::openssl_handle<::SSL_CTX> handle;
};

/// The other end: a server of OpenSSL's own, in memory.
class server {
  public:
    explicit server(server_context const& context) : ssl_(::SSL_new(context.handle.get())) {
        ::BIO* inner = nullptr;
        ::BIO* outer = nullptr;
        BOOST_REQUIRE(::BIO_new_bio_pair(&inner, 0, &outer, 0) == 1);
        ::SSL_set_bio(ssl_.get(), inner, inner);
        network_.reset(outer);
        ::SSL_set_accept_state(ssl_.get());
    }
    /// Moves bytes both ways until nothing moves any more, at most `most` at once.
    void talk(slb::tls_connection& client, std::size_t most = SIZE_MAX) {
        for (bool moved = true; moved;) {
            moved = false;
            if (std::string_view const out = client.output().substr(0, most); !out.empty()) {
                int const taken = ::BIO_write(network_.get(), out.data(), static_cast<int>(out.size()));
                if (taken > 0) client.sent(static_cast<std::size_t>(taken));
                moved = taken > 0;
            }
            read_plain();
            if (std::span<char> const in = client.input(); !in.empty()) {
                int const given = give(in.first(std::min(in.size(), most)));
                if (given > 0) client.received(static_cast<std::size_t>(given));
                moved = moved || given > 0;
            }
        }
    }
    void say(std::string_view bytes) {
        BOOST_REQUIRE(::SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0);
    }
    /// Some of what it has to send, put into `space`; says how much.
    int give(std::span<char> space) {
        return ::BIO_read(network_.get(), space.data(), static_cast<int>(space.size()));
    }
    void farewell() { ::SSL_shutdown(ssl_.get()); }
    std::string heard{};
    std::string_view name() const {
        char const* const told = ::SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
        return told == nullptr ? "" : told;
    }
    bool resumed() const { return ::SSL_session_reused(ssl_.get()) == 1; }

  private:
    void read_plain() {
        char bytes[4096];
        if (::SSL_do_handshake(ssl_.get()) != 1) return;
        for (int n = 0; (n = ::SSL_read(ssl_.get(), bytes, sizeof bytes)) > 0;)
            heard.append(bytes, static_cast<std::size_t>(n));
        ::ERR_clear_error();
    }

    slb::detail::openssl_handle<::SSL> ssl_;
    slb::detail::openssl_handle<::BIO> network_{};
};

/// All that the client has to read.
std::string read_all(slb::tls_connection& client) {
    std::string all;
    std::array<char, 1000> space{};
    for (;;) {
        auto const got = client.read(space);
        if (!got || got->size == 0) return all;
        all.append(space.data(), got->size);
    }
}

operation request() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 80}}}};
}
slb::nonce const once{std::array<unsigned char, 16>{}};

} // namespace

BOOST_AUTO_TEST_CASE(bytes_go_both_ways_in_pieces_of_any_size) {
    identity const who;
    server_context const context(who);
    slb::tls_context trust(slb::endpoint("localhost"), who.trusted());
    for (std::size_t const most : {std::size_t{1}, std::size_t{7}, std::size_t{SIZE_MAX}}) {
        server peer(context);
        slb::tls_connection client(trust);
        client.start();
        BOOST_TEST(!client.established());
        BOOST_TEST(client.wants_write());
        peer.talk(client, most);
        BOOST_TEST(client.established());
        BOOST_TEST((client.status() == errc::none));
        std::string const long_text(100000, 'x');
        std::string_view left = long_text;
        while (!left.empty()) {
            auto const size = client.write(left);
            BOOST_REQUIRE(size);
            left.remove_prefix(*size);
            peer.talk(client, most);
        }
        BOOST_TEST(peer.heard == long_text);
        peer.say("answer");
        peer.talk(client, most);
        BOOST_TEST(read_all(client) == "answer");
        BOOST_TEST(client.quiet());
        peer.say("surplus");
        peer.talk(client, most);
        BOOST_TEST(!client.quiet());
    }
}

BOOST_AUTO_TEST_CASE(a_long_text_is_taken_in_parts_although_nothing_comes_back) {
    identity const who;
    server_context const context(who);
    slb::tls_context trust(slb::endpoint("localhost"), who.trusted());
    slb::tls_connection client(trust);
    server peer(context);
    client.start();
    peer.talk(client);
    std::array<char, 100> space{};
    BOOST_REQUIRE(client.read(space)); // the tickets: no more comes from now on
    std::string const text(40000, 'x');
    std::string_view left = text;
    while (!left.empty()) {
        auto const size = client.write(left);
        BOOST_REQUIRE(size);
        BOOST_TEST_REQUIRE(*size != 0U);
        left.remove_prefix(*size);
        while (client.wants_write()) peer.talk(client);
    }
    BOOST_TEST(peer.heard == text);
}

BOOST_AUTO_TEST_CASE(a_whole_exchange_is_driven_over_it) {
    identity const who;
    server_context const context(who);
    slb::endpoint const target("localhost");
    slb::tls_context trust(target, who.trusted());
    slb::tls_connection client(trust);
    slb::signer<> const signer{slb::credentials{"testid", "testsecret"}};
    slb::exchange<> calls{target};
    slb::response<operation> out;
    for (std::size_t const most : {std::size_t{1}, std::size_t{SIZE_MAX}}) {
        server peer(context);
        client.start();
        for (int call = 0; call != 2; ++call) {
            peer.heard.clear();
            calls.start(request(), out, signer, 1700000000, once);
            client.drive(calls);
            peer.talk(client, most);
            client.drive(calls);
            peer.talk(client, most);
            BOOST_TEST(calls.request_sent());
            BOOST_TEST(peer.heard.starts_with("POST /?"));
            BOOST_TEST(!calls.done());
            peer.say(http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})"));
            peer.talk(client, most);
            client.drive(calls);
            BOOST_REQUIRE(calls.done());
            BOOST_TEST(outcome_of(out) == "R g");
            BOOST_TEST(calls.reusable());
            BOOST_TEST(client.quiet());
        }
    }
}

BOOST_AUTO_TEST_CASE(driving_says_whether_the_exchange_goes_on) {
    identity const who;
    server_context const context(who);
    slb::endpoint const target("localhost");
    slb::tls_context trust(target, who.trusted());
    slb::tls_connection client(trust);
    slb::signer<> const signer{slb::credentials{"testid", "testsecret"}};
    slb::exchange<> calls{target};
    slb::response<operation> out;
    struct {
        char const* what;
        char const* outcome;
        bool established;
        void (*end)(server&, slb::tls_connection&, slb::exchange<>&);
    } const cases[] = {
        {"an answer", "R g", true,
         [](server& peer, slb::tls_connection&, slb::exchange<>&) {
             peer.say(http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})"));
         }},
        {"a farewell", "maybe applied: the connection was closed before the response was complete", true,
         [](server& peer, slb::tls_connection&, slb::exchange<>&) { peer.farewell(); }},
        {"an end", "maybe applied: the connection was reset", true,
         [](server&, slb::tls_connection& tls, slb::exchange<>&) { tls.closed(); }},
        {"a failure", "maybe applied: the connection was reset", true,
         [](server&, slb::tls_connection& tls, slb::exchange<>&) { tls.failed(); }},
        {"no connection", "not sent: no connection could be made", false,
         [](server&, slb::tls_connection& tls, slb::exchange<>&) { tls.failed(); }},
        {"a deadline", "maybe applied: the deadline passed", true,
         [](server&, slb::tls_connection&, slb::exchange<>& exchange) { exchange.expired(); }},
        {"a deadline while it connects", "not sent: the deadline passed", false,
         [](server&, slb::tls_connection&, slb::exchange<>& exchange) { exchange.expired(); }},
    };
    for (auto const& [what, outcome, established, end] : cases) BOOST_TEST_CONTEXT(what) {
            server peer(context);
            client.start();
            calls.start(request(), out, signer, 1700000000, once);
            BOOST_TEST(client.drive(calls));
            if (established) {
                peer.talk(client);
                BOOST_TEST(client.drive(calls));
                peer.talk(client);
                BOOST_TEST(calls.request_sent());
                BOOST_TEST(client.drive(calls));
            }
            end(peer, client, calls);
            peer.talk(client);
            BOOST_TEST(!client.drive(calls));
            BOOST_TEST(outcome_of(out) == outcome);
            BOOST_TEST(!client.drive(calls));
        }
}

BOOST_AUTO_TEST_CASE(what_is_being_sent_and_received_stays_where_it_is_while_the_other_ends) {
    identity const who;
    server_context const context(who);
    slb::endpoint const target("localhost");
    slb::tls_context trust(target, who.trusted());
    slb::tls_connection client(trust);
    slb::signer<> const signer{slb::credentials{"testid", "testsecret"}};
    slb::exchange<> calls{target};
    slb::response<operation> out;
    server peer(context);
    client.start();
    peer.talk(client);
    calls.start(request(), out, signer, 1700000000, once);
    BOOST_TEST(client.drive(calls));
    std::string_view const output = client.output();
    std::string const copy(output);
    std::span<char> const input = client.input();

    // Received while it is sent.
    peer.say("HTTP/1.1 200 OK\r\nContent-Le");
    int const size = peer.give(input);
    BOOST_TEST_REQUIRE(size > 0);
    client.received(static_cast<std::size_t>(size));
    BOOST_TEST(client.drive(calls));
    BOOST_TEST((client.output().data() == output.data()));
    BOOST_TEST(client.output() == copy);

    // Sent while it is received.
    std::span<char> const next = client.input();
    client.sent(output.size());
    BOOST_TEST(client.drive(calls));
    BOOST_TEST((client.input().data() == next.data()));
}

BOOST_AUTO_TEST_CASE(a_server_without_a_valid_certificate_gets_no_byte_of_the_request) {
    identity const who;
    identity const other;
    struct {
        char const* what;
        char const* host;
        slb::tls_options trust;
    } const cases[] = {
        {"another host name", "slb.example.com", who.trusted()},
        {"another address", "127.0.0.2", who.trusted()},
        {"another authority", "localhost", other.trusted()},
        {"the system's authorities", "localhost", {}},
    };
    server_context const context(who);
    for (auto const& [what, host, options] : cases) BOOST_TEST_CONTEXT(what) {
            slb::endpoint const target(host);
            slb::tls_context trust(target, options);
            slb::tls_connection client(trust);
            slb::signer<> const signer{slb::credentials{"testid", "testsecret"}};
            slb::exchange<> calls{target};
            slb::response<operation> out;
            server peer(context);
            client.start();
            calls.start(request(), out, signer, 1700000000, once);
            client.drive(calls);
            peer.talk(client);
            client.drive(calls);
            BOOST_TEST(calls.done());
            BOOST_TEST(outcome_of(out) == "not sent: the server's certificate was refused");
            BOOST_TEST(!client.established());
            BOOST_TEST(client.write("secret").error().code() == errc::certificate_refused);
            BOOST_TEST(peer.heard == "");
        }
}

BOOST_AUTO_TEST_CASE(names_are_told_to_the_server_and_addresses_are_not) {
    identity const who;
    server_context const context(who);
    for (std::string_view const host : {"localhost", "127.0.0.1", "::1"}) {
        slb::tls_context trust(slb::endpoint(host), who.trusted());
        slb::tls_connection client(trust);
        server peer(context);
        client.start();
        peer.talk(client);
        BOOST_TEST(client.established());
        BOOST_TEST(peer.name() == (host == "localhost" ? host : ""));
    }
}

BOOST_AUTO_TEST_CASE(a_context_of_the_users_cannot_lower_the_demands) {
    identity const who;
    identity const other;
    for (bool const right : {true, false}) {
        slb::detail::openssl_handle<::SSL_CTX> const users(::SSL_CTX_new(::TLS_client_method()));
        ::SSL_CTX_load_verify_locations(users.get(), (right ? who : other).ca_file.c_str(), nullptr);
        ::SSL_CTX_set_verify(users.get(), SSL_VERIFY_NONE, [](int, ::X509_STORE_CTX*) { return 1; });
        ::SSL_CTX_set_cert_verify_callback(
            users.get(), [](::X509_STORE_CTX*, void*) { return 1; }, nullptr);
        ::SSL_CTX_set_min_proto_version(users.get(), TLS1_VERSION);
        server_context const context(who);
        slb::tls_context trust(slb::endpoint("localhost"), users.get());
        slb::tls_connection client(trust);
        server peer(context);
        client.start();
        peer.talk(client);
        BOOST_TEST(client.established() == right);
        BOOST_TEST((client.status() == (right ? errc::none : errc::certificate_refused)));
    }
}

BOOST_AUTO_TEST_CASE(a_context_that_stops_reading_between_records_costs_no_answer) {
    identity const who;
    server_context const context(who);
    slb::detail::openssl_handle<::SSL_CTX> const users(::SSL_CTX_new(::TLS_client_method()));
    ::SSL_CTX_load_verify_locations(users.get(), who.ca_file.c_str(), nullptr);
    ::SSL_CTX_clear_mode(users.get(), SSL_MODE_AUTO_RETRY);
    slb::tls_context trust(slb::endpoint("localhost"), users.get());
    slb::tls_connection client(trust);
    server peer(context);
    client.start();
    peer.talk(client);
    peer.say("words"); // behind the tickets of TLS 1.3
    peer.talk(client);
    BOOST_TEST(read_all(client) == "words");
}

BOOST_AUTO_TEST_CASE(a_handshake_larger_than_the_room_for_output_goes_on_when_that_was_sent) {
    identity const who;
    server_context const context(who);
    ::SSL_CTX_set_verify(context.handle.get(), SSL_VERIFY_PEER, nullptr);
    ::SSL_CTX_set_cert_verify_callback(
        context.handle.get(), [](::X509_STORE_CTX*, void*) { return 1; }, nullptr);
    slb::detail::openssl_handle<::SSL_CTX> const users(::SSL_CTX_new(::TLS_client_method()));
    ::SSL_CTX_load_verify_locations(users.get(), who.ca_file.c_str(), nullptr);
    // The client shows the server's own certificate, with many copies behind it.
    ::X509* const shown = ::SSL_CTX_get0_certificate(context.handle.get());
    ::SSL_CTX_use_certificate(users.get(), shown);
    ::SSL_CTX_use_PrivateKey(users.get(), ::SSL_CTX_get0_privatekey(context.handle.get()));
    for (int i = 0; i != 100; ++i) SSL_CTX_add1_chain_cert(users.get(), shown);
    slb::tls_context trust(slb::endpoint("localhost"), users.get());
    slb::tls_connection client(trust);
    server peer(context);
    client.start();
    peer.talk(client);
    BOOST_TEST(client.established());
    peer.say("words");
    peer.talk(client);
    BOOST_TEST(read_all(client) == "words");
}

BOOST_AUTO_TEST_CASE(what_ends_a_handshake_is_told) {
    identity const who;
    slb::tls_context trust(slb::endpoint("localhost"), who.trusted());
    slb::tls_connection client(trust);
    BOOST_TEST((client.status() == errc::called_out_of_order));
    BOOST_TEST(client.write("x").error().code() == errc::called_out_of_order);
    BOOST_TEST(client.input().empty());
    BOOST_TEST(client.output().empty());

    client.start();
    std::string_view const page = "HTTP/1.1 400 Bad Request\r\n\r\n";
    std::copy(page.begin(), page.end(), client.input().begin());
    client.received(page.size());
    BOOST_TEST((client.status() == errc::tls_failed));

    client.start();
    client.closed();
    BOOST_TEST((client.status() == errc::connection_reset));

    server_context const context(who);
    ::SSL_CTX_set_security_level(context.handle.get(), 0);
    ::SSL_CTX_set_max_proto_version(context.handle.get(), TLS1_1_VERSION);
    server old(context);
    client.start();
    old.talk(client);
    BOOST_TEST((client.status() == errc::tls_failed));

    slb::tls_context nobody(slb::endpoint("localhost"), {.ca_file = "/nonexistent/ca.pem"});
    BOOST_TEST((nobody.status() == errc::trust_unreadable));
    slb::tls_connection none(nobody);
    none.start();
    BOOST_TEST((none.status() == errc::trust_unreadable));
    BOOST_TEST(!none.wants_write());
}

BOOST_AUTO_TEST_CASE(only_a_farewell_of_tls_is_a_clean_end) {
    identity const who;
    server_context const context(who);
    slb::tls_context trust(slb::endpoint("localhost"), who.trusted());
    slb::tls_connection client(trust);
    std::array<char, 100> space{};
    for (bool const farewell : {true, false}) {
        server peer(context);
        client.start();
        peer.talk(client);
        peer.say("words");
        if (farewell) peer.farewell();
        peer.talk(client);
        client.closed();
        auto const words = client.read(space);
        BOOST_REQUIRE(words);
        BOOST_TEST(words->size == 5U);
        auto const end = client.read(space);
        if (farewell) {
            BOOST_REQUIRE(end);
            BOOST_TEST(end->ended);
        } else {
            BOOST_TEST((!end && end.error() == errc::connection_reset));
        }
    }
}

#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
BOOST_AUTO_TEST_CASE(a_context_that_would_take_a_cut_for_an_end_is_not_heeded) {
    identity const who;
    server_context const context(who);
    slb::detail::openssl_handle<::SSL_CTX> const users(::SSL_CTX_new(::TLS_client_method()));
    ::SSL_CTX_load_verify_locations(users.get(), who.ca_file.c_str(), nullptr);
    ::SSL_CTX_set_options(users.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    slb::tls_context trust(slb::endpoint("localhost"), users.get());
    slb::tls_connection client(trust);
    server peer(context);
    client.start();
    peer.talk(client);
    client.closed();
    std::array<char, 100> space{};
    auto const end = client.read(space);
    BOOST_TEST((!end && end.error() == errc::connection_reset));
}
#endif

BOOST_AUTO_TEST_CASE(nothing_is_begun_for_a_malformed_endpoint) {
    slb::tls_context trust(slb::endpoint("user@localhost"));
    BOOST_TEST((trust.status() == errc::endpoint_malformed));
    slb::tls_connection client(trust);
    client.start();
    BOOST_TEST((client.status() == errc::endpoint_malformed));
    BOOST_TEST(!client.wants_write());
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_socket_ends_it_but_not_what_has_come) {
    identity const who;
    server_context const context(who);
    slb::tls_context trust(slb::endpoint("localhost"), who.trusted());
    slb::tls_connection client(trust);
    server peer(context);
    client.start();
    peer.talk(client);
    peer.say("words");
    peer.talk(client);
    client.failed(errc::connection_reset);
    BOOST_TEST(read_all(client) == "words");
    BOOST_TEST((client.status() == errc::connection_reset));
    BOOST_TEST(!client.quiet());
    BOOST_TEST(client.write("x").error().code() == errc::connection_reset);
}

BOOST_AUTO_TEST_CASE(the_next_connection_resumes_the_session_and_is_verified_again) {
    identity const who;
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        server_context const context(who);
        ::SSL_CTX_set_max_proto_version(context.handle.get(), version);
        slb::tls_context trust(slb::endpoint("localhost"), who.trusted());
        slb::tls_connection client(trust);
        for (int connection = 0; connection != 3; ++connection) {
            server peer(context);
            client.start();
            peer.talk(client);
            BOOST_TEST(client.established());
            BOOST_TEST(client.resumed() == (connection != 0));
            BOOST_TEST(peer.resumed() == (connection != 0));
            peer.say("words");
            peer.talk(client);
            BOOST_TEST(read_all(client) == "words");
        }
        // Another connection of the same context resumes it, too.
        slb::tls_connection second(trust);
        client.start();
        server peer(context);
        second.start();
        peer.talk(second);
        BOOST_TEST(second.resumed());
    }
}

BOOST_AUTO_TEST_SUITE_END()
