#include <slb/beast.hpp>
// The header under test comes first: it stands alone.
#include "support/identity.hpp"

#include <slb/emulator_server.hpp>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <netdb.h>
#include <ostream>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

namespace asio = boost::asio;
using slb_test::identity;
using tcp = asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;

/// Sends back what it gets. A command at the beginning is obeyed instead.
class echo {
  public:
    class connection {
      public:
        explicit connection(echo& whole) : whole_(whole) { ++whole_.opened; }
        ~connection() { ++whole_.gone; }

        void received(std::string_view bytes) {
            if (bytes.starts_with("close\n")) {
                pending_ = "closing";
                then_ = slb::emulator_step::close;
            } else if (bytes.starts_with("reset\n"))
                then_ = slb::emulator_step::reset;
            else if (bytes.starts_with("stall\n"))
                then_ = slb::emulator_step::stall;
            else
                pending_.append(bytes);
        }
        void closed() {
            ++whole_.ended;
            pending_ += "bye";
        }
        std::string_view output() const { return pending_; }
        void sent(std::size_t size) { pending_.erase(0, size); }
        slb::emulator_step next() const { return pending_.empty() ? then_ : slb::emulator_step::write; }

      private:
        echo& whole_;
        std::string pending_{};
        slb::emulator_step then_ = slb::emulator_step::read;
    };

    int opened = 0;
    int ended = 0;
    int gone = 0;
};
static_assert(slb::served_emulator<echo>);

struct file_name {
    file_name() { std::ofstream{text}; }
    slb_test::private_directory directory{};
    std::string text = directory.path() / "file";
};

asio::ssl::context context_of(slb::emulator_certificate const& certificate) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain(asio::buffer(certificate.chain));
    context.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
    return context;
}

/// A peer that misbehaves: it takes one connection and runs a script on it, on a thread of its own.
class scripted_peer {
  public:
    explicit scripted_peer(std::function<void(tcp::socket&)> script)
        : thread_([this, script = std::move(script)] {
              try {
                  tcp::socket socket = acceptor_.accept();
                  script(socket);
              } catch (boost::system::system_error const&) {
                  // The client went away in the middle of the script, as many tests want it to.
              }
          }) {}
    ~scripted_peer() { thread_.join(); }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    asio::io_context io_{};
    tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::thread thread_;
};

/// Reads and forgets until the peer ends.
void drain(tcp::socket& socket) {
    char bytes[4096];
    boost::system::error_code ended;
    while (!ended) socket.read_some(asio::buffer(bytes), ended);
}

/// A port of 127.0.0.1 where connections are completed by the kernel and never accepted.
class silent_port {
  public:
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    asio::io_context io_{};
    tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

template <class Transport>
std::int64_t in(Transport const& line, std::int64_t ms) {
    return line.steady_ms() + ms;
}
/// Long enough for anything that is to succeed on a busy machine.
constexpr std::int64_t patience = 20'000;
/// Long enough to start waiting, short enough to wait for.
constexpr std::int64_t moment = 80;

template <class Transport>
slb::errc connected(Transport& line) {
    return line.connect(in(line, patience)).error().code();
}

template <class Transport>
void send(Transport& line, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const size = line.write(bytes, in(line, patience));
        BOOST_TEST_REQUIRE((size.error() == slb::errc::none));
        bytes.remove_prefix(*size);
    }
}

/// Everything up to a clean end, or `size` bytes.
template <class Transport>
std::string receive(Transport& line, std::size_t size) {
    std::string all;
    while (all.size() < size) {
        char space[4096];
        auto const got = line.read(space, in(line, patience));
        BOOST_TEST_REQUIRE((got.error() == slb::errc::none));
        if (*got == 0) break;
        all.append(space, *got);
    }
    return all;
}

template <class Transport>
slb::errc read_error(Transport& line, std::int64_t ms = patience) {
    char space[64];
    auto const got = line.read(space, in(line, ms));
    if (got) BOOST_TEST_MESSAGE("read " << *got << " bytes");
    return got.error().code();
}

/// Writes until something goes wrong: nobody reads, so at some point the buffers are full.
template <class Transport>
slb::errc write_error(Transport& line) {
    std::string const bytes(1 << 20, 'x');
    for (int i = 0; i != 1000; ++i)
        if (auto const size = line.write(bytes, in(line, moment)); !size) return size.error().code();
    return slb::errc::none;
}

/// Writes until the peer, who does not read, is found gone.
template <class Transport>
slb::errc write_to_the_end(Transport& line) {
    std::string const bytes(1 << 16, 'x');
    for (;;)
        if (auto const size = line.write(bytes, in(line, patience)); !size) return size.error().code();
}

/// Runs `step`, which is to meet its deadline, and holds it to a generous bound.
template <class Step>
slb::errc bounded(Step step) {
    slb::system_host const clock;
    auto const begin = clock.steady_ms();
    slb::errc const code = step();
    BOOST_TEST(clock.steady_ms() - begin < patience / 2);
    return code;
}

bool eventually(std::function<bool()> const& condition) {
    slb::system_host const clock;
    for (auto const until = clock.steady_ms() + patience; clock.steady_ms() < until; clock.wait(5))
        if (condition()) return true;
    return false;
}

} // namespace

// For Boost.Test, which shows what it compares.
namespace slb::inline v0_1 {
static std::ostream& boost_test_print_type(std::ostream& out, errc code) { return out << message(code); }
} // namespace slb::inline v0_1

using slb::errc;

/// The look-ups of this program. Two names are answered here, so that no name server is asked.
extern "C" int getaddrinfo(char const* name, char const* service, addrinfo const* hints, addrinfo** found) {
    std::string_view const wanted = name != nullptr ? name : "";
    if (wanted == "stalled.invalid") std::this_thread::sleep_for(std::chrono::seconds(1));
    if (wanted.ends_with(".invalid")) return EAI_NONAME;
    static auto const real = reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(name, service, hints, found);
}

BOOST_AUTO_TEST_SUITE(beast)

// ---------------------------------------------------------------------------------------------- round trips

BOOST_AUTO_TEST_CASE(a_message_comes_back_over_tls_by_name_and_by_address) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    for (std::string_view host : {"localhost", "127.0.0.1"}) {
        slb::beast_transport line{slb::endpoint(host, server.port()), who.trusted()};
        BOOST_TEST(connected(line) == errc::none);
        send(line, "hello");
        BOOST_TEST(receive(line, 5) == "hello");
    }
}

BOOST_AUTO_TEST_CASE(a_message_comes_back_over_plain_tcp_on_this_machine) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    for (std::string_view host : {"localhost", "127.0.0.1"}) {
        slb::insecure_loopback_transport line{slb::endpoint(host, server.port())};
        BOOST_TEST(connected(line) == errc::none);
        send(line, "hello");
        BOOST_TEST(receive(line, 5) == "hello");
    }
}

BOOST_AUTO_TEST_CASE(a_long_message_comes_back_whole_without_a_deadline) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    slb::beast_transport line{slb::endpoint("localhost", server.port()), who.trusted()};
    BOOST_TEST(bool(line.connect(slb::no_deadline)));
    std::string message;
    for (int i = 0; i != 20'000; ++i) message += std::to_string(i);
    std::string_view rest = message;
    std::string back;
    while (back.size() != message.size()) {
        if (!rest.empty()) rest.remove_prefix(line.write(rest, slb::no_deadline).value());
        char space[1 << 16];
        back.append(space, line.read(space, slb::no_deadline).value());
    }
    BOOST_TEST((back == message));
}

BOOST_AUTO_TEST_CASE(a_transport_connects_again_after_close_and_in_place_of_an_open_connection) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    slb::beast_transport line{slb::endpoint("localhost", server.port()), who.trusted()};
    line.close();
    for (int round = 0; round != 3; ++round) {
        BOOST_TEST(connected(line) == errc::none);
        send(line, "hello");
        BOOST_TEST(receive(line, 5) == "hello");
        if (round == 0) line.close();
    }
    BOOST_TEST(server.with([](echo& counted) { return counted.opened; }) == 3);
    line.close();
    line.close();
    BOOST_TEST(eventually([&] { return server.with([](echo& counted) { return counted.gone; }) == 3; }));
}

BOOST_AUTO_TEST_CASE(reading_and_writing_without_a_connection_is_out_of_order) {
    slb::insecure_loopback_transport line{slb::endpoint("localhost", 1)};
    BOOST_TEST(read_error(line) == errc::called_out_of_order);
    BOOST_TEST(line.write("x", in(line, moment)).error().code() == errc::called_out_of_order);
}

// ------------------------------------------------------------------------------------------ whom it trusts

BOOST_AUTO_TEST_CASE(a_certificate_of_another_authority_is_refused) {
    identity const who, other;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    slb::beast_transport line{slb::endpoint("localhost", server.port()), other.trusted()};
    BOOST_TEST(connected(line) == errc::certificate_refused);
    BOOST_TEST(read_error(line) == errc::called_out_of_order);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_the_system_does_not_know_is_refused) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    slb::beast_transport line{slb::endpoint("localhost", server.port())};
    BOOST_TEST(connected(line) == errc::certificate_refused);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused) {
    identity const named({"localhost"}), addressed({"127.0.0.1"}), comma({"example.com,DNS:localhost"});
    echo first, second, third;
    slb::basic_emulator_server by_name{first, named.certificate};
    slb::basic_emulator_server by_address{second, addressed.certificate};
    slb::basic_emulator_server by_comma{third, comma.certificate};
    auto const outcome = [](std::string_view host, auto const& server, identity const& who) {
        slb::beast_transport line{slb::endpoint(host, server.port()), who.trusted()};
        return connected(line);
    };
    BOOST_TEST(outcome("localhost", by_name, named) == errc::none);
    BOOST_TEST(outcome("127.0.0.1", by_name, named) == errc::certificate_refused);
    BOOST_TEST(outcome("127.0.0.1", by_address, addressed) == errc::none);
    BOOST_TEST(outcome("localhost", by_address, addressed) == errc::certificate_refused);
    BOOST_TEST(outcome("localhost", by_comma, comma) == errc::certificate_refused);
}

BOOST_AUTO_TEST_CASE(a_ca_file_that_cannot_be_used_fails_before_anything_is_sent) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    file_name const empty;
    for (std::string const& file : {std::string("/nonexistent/ca.pem"), empty.text}) {
        slb::beast_transport line{slb::endpoint("localhost", server.port()), slb::tls_options{file}};
        BOOST_TEST(connected(line) == errc::trust_unreadable);
    }
    BOOST_TEST(server.with([](echo& counted) { return counted.opened; }) == 0);
}

BOOST_AUTO_TEST_CASE(a_context_of_the_users_own_decides_whom_to_trust) {
    identity const who, other;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    for (auto const* trusted : {&who, &other}) {
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.load_verify_file(trusted->ca_file);
        slb::beast_transport line{slb::endpoint("localhost", server.port()), context};
        BOOST_TEST(connected(line) == (trusted == &who ? errc::none : errc::certificate_refused));
    }
}

BOOST_AUTO_TEST_CASE(a_lax_context_does_not_switch_verification_off) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_verify_mode(asio::ssl::verify_none);
    context.set_verify_callback([](bool, asio::ssl::verify_context&) { return true; });
    slb::beast_transport line{slb::endpoint("localhost", server.port()), context};
    BOOST_TEST(connected(line) == errc::certificate_refused);
}

/// The ways of a context to say yes to every certificate and leave no trace of it.
static void verify_nothing(asio::ssl::context& context) {
    ::SSL_CTX_set_cert_verify_callback(
        context.native_handle(), [](::X509_STORE_CTX*, void*) { return 1; }, nullptr);
}
static void call_all_valid(asio::ssl::context& context) {
    context.set_verify_callback([](bool, asio::ssl::verify_context& verdict) {
        ::X509_STORE_CTX_set_error(verdict.native_handle(), X509_V_OK);
        return true;
    });
}
static void call_all_valid_in_the_store(asio::ssl::context& context) {
    ::X509_STORE_set_verify_cb(::SSL_CTX_get_cert_store(context.native_handle()),
                               [](int, ::X509_STORE_CTX* verdict) {
                                   ::X509_STORE_CTX_set_error(verdict, X509_V_OK);
                                   return 1;
                               });
}
static void trust_every_signature(asio::ssl::context& context) {
    ::X509_STORE_set_verify(::SSL_CTX_get_cert_store(context.native_handle()),
                            [](::X509_STORE_CTX*) { return 1; });
}
static void forget_the_host(asio::ssl::context& context) {
    ::SSL_CTX_set_cert_verify_callback(
        context.native_handle(),
        [](::X509_STORE_CTX* verdict, void*) {
            auto const ssl = static_cast<::SSL*>(
                ::X509_STORE_CTX_get_ex_data(verdict, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
            ::X509_VERIFY_PARAM_set1_host(::SSL_get0_param(ssl), nullptr, 0);
            ::X509_VERIFY_PARAM_set1_ip(::SSL_get0_param(ssl), nullptr, 0);
            return 1;
        },
        nullptr);
}

BOOST_AUTO_TEST_CASE(a_hostile_context_does_not_switch_verification_off) {
    identity const who, elsewhere({"example.com", "192.0.2.1"}), unknown;
    echo first, second;
    slb::basic_emulator_server right{first, who.certificate};
    slb::basic_emulator_server wrong{second, elsewhere.certificate};
    for (auto const hostile : {verify_nothing, call_all_valid, call_all_valid_in_the_store, forget_the_host})
        for (std::string_view host : {"localhost", "127.0.0.1"}) {
            auto const outcome = [&](auto const& server, identity const* trusted) {
                asio::ssl::context context(asio::ssl::context::tls_client);
                if (trusted != nullptr) context.load_verify_file(trusted->ca_file);
                hostile(context);
                slb::beast_transport line{slb::endpoint(host, server.port()), context};
                return connected(line);
            };
            BOOST_TEST(outcome(right, nullptr) == errc::certificate_refused);
            BOOST_TEST(outcome(right, &unknown) == errc::certificate_refused);
            BOOST_TEST(outcome(wrong, &elsewhere) == errc::certificate_refused);
            // Its trust is its own affair, and heeded.
            BOOST_TEST(outcome(right, &who) == errc::none);
        }
    // A store that does the whole work itself leaves nothing to verify with.
    for (auto const* trusted : {&who, &unknown}) {
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.load_verify_file(trusted->ca_file);
        trust_every_signature(context);
        slb::beast_transport line{slb::endpoint("localhost", right.port()), context};
        BOOST_TEST(connected(line) == errc::certificate_refused);
    }
}

BOOST_AUTO_TEST_CASE(a_context_may_trust_a_certificate_that_is_no_authority) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    auto const outcome = [&](std::string_view host, auto allow) {
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.add_certificate_authority(asio::buffer(who.certificate.chain));
        allow(context.native_handle());
        slb::beast_transport line{slb::endpoint(host, server.port()), context};
        return connected(line);
    };
    BOOST_TEST(outcome("localhost", [](::SSL_CTX*) {}) == errc::certificate_refused);
    auto const by_store = [](::SSL_CTX* context) {
        ::X509_STORE_set_flags(::SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN);
    };
    auto const by_context = [](::SSL_CTX* context) {
        ::X509_VERIFY_PARAM_set_flags(::SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    };
    BOOST_TEST(outcome("localhost", by_store) == errc::none);
    BOOST_TEST(outcome("127.0.0.1", by_store) == errc::none);
    BOOST_TEST(outcome("localhost", by_context) == errc::none);
}

BOOST_AUTO_TEST_CASE(a_context_may_trust_by_a_store_for_verification_alone) {
    identity const who, other;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    for (auto const* trusted : {&who, &other})
        for (bool const hostile : {false, true}) {
            asio::ssl::context source(asio::ssl::context::tls_client),
                context(asio::ssl::context::tls_client);
            source.load_verify_file(trusted->ca_file);
            ::SSL_CTX_set1_verify_cert_store(context.native_handle(),
                                             ::SSL_CTX_get_cert_store(source.native_handle()));
            if (hostile) verify_nothing(context);
            slb::beast_transport line{slb::endpoint("localhost", server.port()), context};
            BOOST_TEST(connected(line) == (trusted == &who ? errc::none : errc::certificate_refused));
        }
}

BOOST_AUTO_TEST_CASE(a_server_without_a_certificate_is_refused_whatever_the_context_says) {
    scripted_peer peer([](tcp::socket& socket) {
        asio::ssl::context context(asio::ssl::context::tlsv12_server);
        ::SSL_CTX_set_cipher_list(context.native_handle(), "aNULL:@SECLEVEL=0");
        tls_stream(std::move(socket), context).handshake(tls_stream::server);
    });
    asio::ssl::context context(asio::ssl::context::tlsv12_client);
    ::SSL_CTX_set_cipher_list(context.native_handle(), "aNULL:@SECLEVEL=0");
    slb::beast_transport line{slb::endpoint("localhost", peer.port()), context};
    BOOST_TEST(connected(line) == errc::certificate_refused);
}

// ----------------------------------------------------------------------------------------- what TLS must be

BOOST_AUTO_TEST_CASE(a_server_that_knows_only_tls_1_1_is_refused_whatever_the_context_says) {
    identity const who;
    auto const old_server = [&](tcp::socket& socket) {
        asio::ssl::context context = context_of(who.certificate);
        ::SSL_CTX_set_cipher_list(context.native_handle(), "ALL:@SECLEVEL=0");
        ::SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
        tls_stream(std::move(socket), context).handshake(tls_stream::server);
    };
    {
        scripted_peer peer(old_server);
        slb::beast_transport line{slb::endpoint("localhost", peer.port()), who.trusted()};
        BOOST_TEST(connected(line) == errc::tls_failed);
    }
    asio::ssl::context old_client(asio::ssl::context::tls_client);
    old_client.load_verify_file(who.ca_file);
    ::SSL_CTX_set_cipher_list(old_client.native_handle(), "ALL:@SECLEVEL=0");
    {
        scripted_peer peer(old_server);
        slb::beast_transport line{slb::endpoint("localhost", peer.port()), old_client};
        BOOST_TEST(connected(line) == errc::tls_failed);
    }
    // The two would have agreed if the transport had not forbidden it.
    scripted_peer peer(old_server);
    asio::io_context io;
    tls_stream agreed(io, old_client);
    agreed.next_layer().connect(tcp::endpoint(asio::ip::address_v4::loopback(), peer.port()));
    agreed.handshake(tls_stream::client);
    BOOST_TEST(::SSL_version(agreed.native_handle()) == TLS1_1_VERSION);
}

BOOST_AUTO_TEST_CASE(a_context_that_cannot_do_tls_1_2_fails) {
    asio::ssl::context context(asio::ssl::context::tlsv11_client);
    silent_port const peer;
    slb::beast_transport line{slb::endpoint("localhost", peer.port()), context};
    BOOST_TEST(connected(line) == errc::tls_failed);
}

BOOST_AUTO_TEST_CASE(tls_1_2_and_tls_1_3_both_serve) {
    identity const who;
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        scripted_peer peer([&](tcp::socket& socket) {
            asio::ssl::context context = context_of(who.certificate);
            ::SSL_CTX_set_max_proto_version(context.native_handle(), version);
            tls_stream stream(std::move(socket), context);
            stream.handshake(tls_stream::server);
            asio::write(stream, asio::buffer("hello", 5));
            drain(stream.next_layer());
        });
        slb::beast_transport line{slb::endpoint("localhost", peer.port()), who.trusted()};
        BOOST_TEST(connected(line) == errc::none);
        BOOST_TEST(receive(line, 5) == "hello");
        line.close();
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_http_is_no_tls_peer) {
    scripted_peer peer([](tcp::socket& socket) {
        asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n")));
        drain(socket);
    });
    slb::beast_transport line{slb::endpoint("localhost", peer.port())};
    BOOST_TEST(connected(line) == errc::tls_failed);
}

BOOST_AUTO_TEST_CASE(the_server_is_told_a_host_name_and_never_an_address) {
    identity const who;
    for (std::string_view host : {"localhost", "127.0.0.1"}) {
        std::string told = "nothing";
        {
            scripted_peer peer([&](tcp::socket& socket) {
                asio::ssl::context context = context_of(who.certificate);
                tls_stream stream(std::move(socket), context);
                stream.handshake(tls_stream::server);
                char const* name = ::SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
                if (name != nullptr) told = name;
            });
            slb::beast_transport line{slb::endpoint(host, peer.port()), who.trusted()};
            BOOST_TEST(connected(line) == errc::none);
        }
        BOOST_TEST(told == (host == "localhost" ? "localhost" : "nothing"));
    }
}

// ---------------------------------------------------------------------------------------------- deadlines

BOOST_AUTO_TEST_CASE(a_peer_that_never_greets_meets_the_deadline_of_connect) {
    silent_port const peer;
    slb::beast_transport line{slb::endpoint("localhost", peer.port())};
    BOOST_TEST(bounded([&] { return line.connect(in(line, moment)).error().code(); }) == errc::timed_out);
    BOOST_TEST(read_error(line) == errc::called_out_of_order);
}

BOOST_AUTO_TEST_CASE(a_deadline_that_has_passed_is_met_at_once) {
    silent_port const peer;
    slb::beast_transport line{slb::endpoint("localhost", peer.port())};
    for (std::int64_t deadline : {INT64_MIN, std::int64_t{0}, line.steady_ms() - 1})
        BOOST_TEST(bounded([&] { return line.connect(deadline).error().code(); }) == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_answers_meets_the_deadline_of_read) {
    identity const who;
    echo first, second;
    slb::basic_emulator_server secure{first, who.certificate};
    slb::basic_emulator_server plain{second};
    auto const stalled = [](auto& line) {
        BOOST_TEST(connected(line) == errc::none);
        send(line, "stall\n");
        BOOST_TEST(bounded([&] { return read_error(line, moment); }) == errc::timed_out);
        BOOST_TEST(read_error(line) == errc::called_out_of_order);
    };
    slb::beast_transport over_tls{slb::endpoint("localhost", secure.port()), who.trusted()};
    stalled(over_tls);
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", plain.port())};
    stalled(over_tcp);
}

BOOST_AUTO_TEST_CASE(a_peer_that_never_reads_meets_the_deadline_of_write) {
    identity const who;
    echo first, second;
    slb::basic_emulator_server secure{first, who.certificate};
    slb::basic_emulator_server plain{second};
    auto const stalled = [](auto& line) {
        BOOST_TEST(connected(line) == errc::none);
        send(line, "stall\n");
        BOOST_TEST(bounded([&] { return write_error(line); }) == errc::timed_out);
        BOOST_TEST(read_error(line) == errc::called_out_of_order);
    };
    slb::beast_transport over_tls{slb::endpoint("localhost", secure.port()), who.trusted()};
    stalled(over_tls);
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", plain.port())};
    stalled(over_tcp);
}

// ---------------------------------------------------------------------------------------- how it can end

BOOST_AUTO_TEST_CASE(a_clean_end_reads_as_zero_and_again_as_zero) {
    identity const who;
    echo first, second;
    slb::basic_emulator_server secure{first, who.certificate};
    slb::basic_emulator_server plain{second};
    auto const ended = [](auto& line) {
        BOOST_TEST(connected(line) == errc::none);
        send(line, "close\n");
        BOOST_TEST(receive(line, 7) == "closing");
        for (int again = 0; again != 3; ++again) {
            char space[8];
            auto const size = line.read(space, in(line, patience));
            BOOST_TEST_REQUIRE(size.error().code() == errc::none);
            BOOST_TEST(*size == 0u);
        }
    };
    slb::beast_transport over_tls{slb::endpoint("localhost", secure.port()), who.trusted()};
    ended(over_tls);
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", plain.port())};
    ended(over_tcp);
}

BOOST_AUTO_TEST_CASE(a_reset_by_the_peer_is_a_reset) {
    identity const who;
    echo first, second;
    slb::basic_emulator_server secure{first, who.certificate};
    slb::basic_emulator_server plain{second};
    auto const reset = [](auto& line) {
        BOOST_TEST(connected(line) == errc::none);
        send(line, "reset\n");
        BOOST_TEST(read_error(line) == errc::connection_reset);
        BOOST_TEST(read_error(line) == errc::called_out_of_order);
    };
    slb::beast_transport over_tls{slb::endpoint("localhost", secure.port()), who.trusted()};
    reset(over_tls);
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", plain.port())};
    reset(over_tcp);
}

BOOST_AUTO_TEST_CASE(a_reset_is_met_by_writing_too) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    slb::insecure_loopback_transport line{slb::endpoint("localhost", server.port())};
    BOOST_TEST(connected(line) == errc::none);
    send(line, "reset\n");
    BOOST_TEST(eventually([&] { return server.with([](echo& counted) { return counted.gone; }) == 1; }));
    BOOST_TEST(write_error(line) == errc::connection_reset);
    BOOST_TEST(line.write("x", in(line, patience)).error().code() == errc::connection_reset);
    BOOST_TEST(read_error(line) == errc::connection_reset);
    BOOST_TEST(read_error(line) == errc::called_out_of_order);
}

BOOST_AUTO_TEST_CASE(what_the_peer_said_before_it_hung_up_is_read_after_a_failed_write) {
    // Closed with bytes unread, a socket sends a reset and no end.
    for (bool const ends_first : {false, true}) {
        scripted_peer peer([&](tcp::socket& socket) {
            asio::write(socket, asio::buffer("refused", 7));
            if (ends_first)
                socket.shutdown(tcp::socket::shutdown_send);
            else
                socket.wait(tcp::socket::wait_read);
            socket.close();
        });
        slb::insecure_loopback_transport line{slb::endpoint("localhost", peer.port())};
        BOOST_TEST(connected(line) == errc::none);
        BOOST_TEST(bounded([&] { return write_to_the_end(line); }) == errc::connection_reset);
        BOOST_TEST(!line.usable());
        BOOST_TEST(receive(line, 7) == "refused");
        // Whether the end or the reset came first is not known any more.
        BOOST_TEST(bounded([&] { return read_error(line); }) == errc::connection_reset);
        BOOST_TEST(read_error(line) == errc::called_out_of_order);
    }
}

BOOST_AUTO_TEST_CASE(what_a_tls_peer_said_before_it_hung_up_is_read_after_a_failed_write) {
    identity const who;
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION})
        for (bool const says_farewell : {false, true}) {
            scripted_peer peer([&](tcp::socket& socket) {
                asio::ssl::context context = context_of(who.certificate);
                ::SSL_CTX_set_max_proto_version(context.native_handle(), version);
                // Otherwise these words wait behind the session tickets, and a reset destroys them.
                socket.set_option(tcp::no_delay(true));
                tls_stream stream(std::move(socket), context);
                stream.handshake(tls_stream::server);
                asio::write(stream, asio::buffer("refused", 7));
                ::SSL_set_shutdown(stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
                if (says_farewell) stream.shutdown();
                stream.next_layer().close();
            });
            slb::beast_transport line{slb::endpoint("localhost", peer.port()), who.trusted()};
            BOOST_TEST(connected(line) == errc::none);
            BOOST_TEST(bounded([&] { return write_to_the_end(line); }) == errc::connection_reset);
            BOOST_TEST(!line.usable());
            BOOST_TEST(receive(line, 7) == "refused");
            if (says_farewell) {
                BOOST_TEST(receive(line, 1) == "");
                BOOST_TEST(receive(line, 1) == "");
            } else {
                BOOST_TEST(bounded([&] { return read_error(line); }) == errc::connection_reset);
                BOOST_TEST(read_error(line) == errc::called_out_of_order);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_read_after_a_failed_write_never_waits_for_a_peer_that_is_gone) {
    // Reset with nothing said: the read has nothing but the end to report.
    echo emulator;
    slb::basic_emulator_server server{emulator};
    slb::insecure_loopback_transport line{slb::endpoint("localhost", server.port())};
    for (bool const read_before : {false, true}) {
        BOOST_TEST(connected(line) == errc::none);
        if (read_before) {
            send(line, "hello");
            BOOST_TEST(receive(line, 5) == "hello");
        }
        send(line, "reset\n");
        BOOST_TEST(bounded([&] { return write_to_the_end(line); }) == errc::connection_reset);
        BOOST_TEST(bounded([&] {
                       char space[8];
                       return line.read(space, slb::no_deadline).error().code();
                   }) == errc::connection_reset);
    }
}

// -------------------------------------------------------------------------------- whether it can be kept

BOOST_AUTO_TEST_CASE(a_connection_is_usable_between_exchanges) {
    identity const who;
    echo first, second;
    slb::basic_emulator_server secure{first, who.certificate};
    slb::basic_emulator_server plain{second};
    auto const kept = [](auto& line) {
        BOOST_TEST(!line.usable());
        for (int round = 0; round != 2; ++round) {
            BOOST_TEST(connected(line) == errc::none);
            for (int exchange = 0; exchange != 3; ++exchange) {
                send(line, "hello");
                BOOST_TEST(receive(line, 5) == "hello");
                BOOST_TEST(line.usable());
                // Session tickets have come by now, if any are on their way.
                line.wait(moment);
                BOOST_TEST(line.usable());
            }
            line.close();
            BOOST_TEST(!line.usable());
        }
    };
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", plain.port())};
    kept(over_tcp);
    slb::beast_transport over_tls{slb::endpoint("localhost", secure.port()), who.trusted()};
    kept(over_tls);
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(who.ca_file);
    ::SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
    slb::beast_transport over_tls_1_2{slb::endpoint("localhost", secure.port()), context};
    kept(over_tls_1_2);
    ::SSL_CTX_set_max_proto_version(context.native_handle(), 0);
    ::SSL_CTX_set_read_ahead(context.native_handle(), 1);
    slb::beast_transport reading_ahead{slb::endpoint("localhost", secure.port()), context};
    kept(reading_ahead);
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_usable_after_a_surplus_byte) {
    identity const who;
    auto const surplus = [](auto& line, std::promise<void>& idle) {
        BOOST_TEST(connected(line) == errc::none);
        BOOST_TEST(receive(line, 5) == "hello");
        BOOST_TEST(line.usable());
        idle.set_value();
        BOOST_TEST(eventually([&] { return !line.usable(); }));
        // Looking took nothing away.
        BOOST_TEST(receive(line, 1) == "x");
        BOOST_TEST(line.usable());
        line.close();
    };
    {
        std::promise<void> idle;
        scripted_peer peer([&](tcp::socket& socket) {
            asio::write(socket, asio::buffer("hello", 5));
            idle.get_future().wait();
            asio::write(socket, asio::buffer("x", 1));
            drain(socket);
        });
        slb::insecure_loopback_transport line{slb::endpoint("localhost", peer.port())};
        surplus(line, idle);
    }
    std::promise<void> idle;
    scripted_peer peer([&](tcp::socket& socket) {
        asio::ssl::context context = context_of(who.certificate);
        tls_stream stream(std::move(socket), context);
        stream.handshake(tls_stream::server);
        asio::write(stream, asio::buffer("hello", 5));
        idle.get_future().wait();
        asio::write(stream, asio::buffer("x", 1));
        drain(stream.next_layer());
    });
    slb::beast_transport line{slb::endpoint("localhost", peer.port()), who.trusted()};
    surplus(line, idle);
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_usable_while_tls_holds_surplus_bytes) {
    identity const who;
    for (bool const read_ahead : {false, true}) {
        scripted_peer peer([&](tcp::socket& socket) {
            asio::ssl::context context = context_of(who.certificate);
            tls_stream stream(std::move(socket), context);
            stream.handshake(tls_stream::server);
            asio::write(stream, asio::buffer("hello", 5));
            asio::write(stream, asio::buffer("world", 5));
            drain(stream.next_layer());
        });
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.load_verify_file(who.ca_file);
        ::SSL_CTX_set_read_ahead(context.native_handle(), read_ahead);
        slb::beast_transport line{slb::endpoint("localhost", peer.port()), context};
        BOOST_TEST(connected(line) == errc::none);
        line.wait(moment);
        // Both records come with the first read; the rest of one is plain by then, the other still
        // enciphered.
        for (std::size_t const size : {2u, 3u, 1u, 4u}) {
            BOOST_TEST(!line.usable());
            char space[8];
            BOOST_TEST(line.read(std::span(space, size), in(line, patience)).value() == size);
        }
        BOOST_TEST(line.usable());
        line.close();
    }
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_usable_after_the_server_has_closed_or_reset_it) {
    identity const who;
    echo first, second;
    slb::basic_emulator_server secure{first, who.certificate};
    slb::basic_emulator_server plain{second};
    auto const dropped = [](auto& line) {
        BOOST_TEST(connected(line) == errc::none);
        send(line, "close\n");
        BOOST_TEST(receive(line, 7) == "closing");
        BOOST_TEST(eventually([&] { return !line.usable(); }));
        BOOST_TEST(receive(line, 1) == "");
        BOOST_TEST(!line.usable());

        BOOST_TEST(connected(line) == errc::none);
        send(line, "hello");
        BOOST_TEST(receive(line, 5) == "hello");
        BOOST_TEST(line.usable());
        send(line, "reset\n");
        BOOST_TEST(eventually([&] { return !line.usable(); }));
        // The reset can be learnt only once.
        BOOST_TEST(read_error(line) == errc::called_out_of_order);
        BOOST_TEST(!line.usable());
    };
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", plain.port())};
    dropped(over_tcp);
    slb::beast_transport over_tls{slb::endpoint("localhost", secure.port()), who.trusted()};
    dropped(over_tls);
}

BOOST_AUTO_TEST_CASE(a_tls_stream_that_is_cut_is_a_reset_and_no_clean_end) {
    identity const who;
    scripted_peer peer([&](tcp::socket& socket) {
        asio::ssl::context context = context_of(who.certificate);
        tls_stream stream(std::move(socket), context);
        stream.handshake(tls_stream::server);
        asio::write(stream, asio::buffer("half", 4));
        stream.next_layer().shutdown(tcp::socket::shutdown_send);
        drain(stream.next_layer());
    });
    slb::beast_transport line{slb::endpoint("localhost", peer.port()), who.trusted()};
    BOOST_TEST(connected(line) == errc::none);
    BOOST_TEST(receive(line, 4) == "half");
    BOOST_TEST(read_error(line) == errc::connection_reset);
    line.close();
}

BOOST_AUTO_TEST_CASE(a_peer_that_hangs_up_while_greeting_resets_the_connection) {
    scripted_peer peer(
        [](tcp::socket& socket) { socket.shutdown(tcp::socket::shutdown_send), drain(socket); });
    slb::beast_transport line{slb::endpoint("localhost", peer.port())};
    BOOST_TEST(connected(line) == errc::connection_reset);
}

// ------------------------------------------------------------------------------------------ where it goes

BOOST_AUTO_TEST_CASE(a_closed_port_cannot_be_connected_to) {
    std::uint16_t const port = silent_port().port();
    slb::beast_transport by_name{slb::endpoint("localhost", port)};
    BOOST_TEST(connected(by_name) == errc::connect_failed);
    slb::insecure_loopback_transport by_address{slb::endpoint("::1", port)};
    BOOST_TEST(connected(by_address) == errc::connect_failed);
}

BOOST_AUTO_TEST_CASE(a_stalled_look_up_does_not_outlast_the_deadline) {
    slb::beast_transport line{slb::endpoint("stalled.invalid")};
    auto const begin = line.steady_ms();
    BOOST_TEST((line.connect(begin + 50).error() == errc::timed_out));
    BOOST_TEST(line.steady_ms() - begin < 900);
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_exist_cannot_be_resolved) {
    slb::beast_transport line{slb::endpoint("name.invalid")};
    BOOST_TEST(connected(line) == errc::resolve_failed);
}

BOOST_AUTO_TEST_CASE(a_program_out_of_descriptors_gets_an_error_and_can_connect_later) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    slb::insecure_loopback_transport line{slb::endpoint("127.0.0.1", server.port())};
    // What throws without a descriptor is made now: the sanitizers need one to look at an exception.
    BOOST_TEST(connected(line) == errc::none);
    ::rlimit usual{};
    BOOST_TEST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
    ::rlimit const none{.rlim_cur = 0, .rlim_max = usual.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    errc const without = connected(line);
    ::setrlimit(RLIMIT_NOFILE, &usual);
    BOOST_TEST(without == errc::connect_failed);
    BOOST_TEST(connected(line) == errc::none);
}

BOOST_AUTO_TEST_CASE(a_malformed_endpoint_is_refused) {
    slb::beast_transport over_tls{slb::endpoint("user@localhost")};
    BOOST_TEST(connected(over_tls) == errc::endpoint_malformed);
    slb::insecure_loopback_transport over_tcp{slb::endpoint("localhost", 0)};
    BOOST_TEST(connected(over_tcp) == errc::endpoint_malformed);
}

BOOST_AUTO_TEST_CASE(plain_tcp_never_leaves_this_machine) {
    for (std::string_view host : {"example.com", "192.0.2.1", "localhost.example.com", "0.0.0.0",
                                  "::", "2001:db8::1", "::ffff:192.0.2.1"}) {
        slb::insecure_loopback_transport line{slb::endpoint(host, 80)};
        BOOST_TEST(connected(line) == errc::endpoint_malformed, host);
    }
    for (std::string_view host : {"localhost", "127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1"})
        BOOST_TEST(slb::detail::loopback_only::status(slb::endpoint(host, 80)) == errc::none, host);
    // What localhost resolves to is judged too.
    BOOST_TEST(slb::detail::loopback_only::admits(asio::ip::make_address("127.0.0.2")));
    BOOST_TEST(!slb::detail::loopback_only::admits(asio::ip::make_address("192.0.2.1")));
}

// ----------------------------------------------------------------------------------- the emulator's server

BOOST_AUTO_TEST_CASE(many_connections_are_served_while_others_stall_or_never_greet) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    slb::endpoint const where("localhost", server.port());

    slb::insecure_loopback_transport mute{where};
    BOOST_TEST(connected(mute) == errc::none);
    slb::beast_transport stalled{where, who.trusted()};
    BOOST_TEST(connected(stalled) == errc::none);
    send(stalled, "stall\n");

    std::vector<std::unique_ptr<slb::beast_transport>> lines;
    for (int i = 0; i != 40; ++i) {
        auto& line = *lines.emplace_back(std::make_unique<slb::beast_transport>(where, who.trusted()));
        BOOST_TEST_REQUIRE((connected(line) == errc::none));
    }
    for (std::size_t i = 0; i != lines.size(); ++i) send(*lines[i], std::to_string(100 + i));
    for (std::size_t i = lines.size(); i-- != 0;)
        BOOST_TEST(receive(*lines[i], 3) == std::to_string(100 + i));
    BOOST_TEST(read_error(stalled, moment) == errc::timed_out);
    BOOST_TEST(eventually([&] { return server.with([](echo& counted) { return counted.gone; }) >= 1; }));
}

BOOST_AUTO_TEST_CASE(what_is_left_to_say_is_said_after_the_peer_has_ended) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), server.port()));
    socket.shutdown(tcp::socket::shutdown_send);
    std::string said;
    boost::system::error_code ended;
    asio::read(socket, asio::dynamic_buffer(said), ended);
    BOOST_TEST(said == "bye");
    BOOST_TEST((ended == asio::error::eof));
    BOOST_TEST(server.with([](echo& counted) { return counted.ended; }) == 1);
    BOOST_TEST(eventually([&] { return server.with([](echo& counted) { return counted.gone; }) == 1; }));
}

BOOST_AUTO_TEST_CASE(a_clean_end_of_tls_ends_tcp_too_without_an_answer) {
    identity const who;
    echo emulator;
    slb::basic_emulator_server server{emulator, who.certificate};
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    tls_stream stream(io, context);
    stream.next_layer().connect(tcp::endpoint(asio::ip::address_v4::loopback(), server.port()));
    stream.handshake(tls_stream::client);
    asio::write(stream, asio::buffer("close\n", 6));
    std::string said;
    boost::system::error_code ended;
    asio::read(stream, asio::dynamic_buffer(said), ended);
    BOOST_TEST(said == "closing");
    BOOST_TEST((ended == asio::error::eof));

    char space[8];
    boost::system::error_code then;
    stream.next_layer().async_read_some(asio::buffer(space),
                                        [&](boost::system::error_code error, std::size_t) { then = error; });
    io.run_for(std::chrono::milliseconds(patience));
    BOOST_TEST((then == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(the_last_output_arrives_although_the_peer_was_still_sending) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    slb::insecure_loopback_transport line{slb::endpoint("localhost", server.port())};
    BOOST_TEST(connected(line) == errc::none);
    send(line, "close\n");
    for (int i = 0; i != 50; ++i) send(line, std::string(10'000, 'x'));
    BOOST_TEST(receive(line, 100) == "closing");
}

BOOST_AUTO_TEST_CASE(a_taken_port_and_a_broken_certificate_throw) {
    echo emulator;
    slb::basic_emulator_server server{emulator};
    using server_type = slb::basic_emulator_server<echo>;
    BOOST_CHECK_THROW(server_type(emulator, server.port()), boost::system::system_error);
    BOOST_CHECK_THROW(server_type(emulator, slb::emulator_certificate{}), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(a_server_stops_while_connections_are_open) {
    identity const who;
    echo emulator;
    auto server = std::make_unique<slb::basic_emulator_server<echo>>(emulator, who.certificate);
    slb::beast_transport line{slb::endpoint("localhost", server->port()), who.trusted()};
    BOOST_TEST(connected(line) == errc::none);
    send(line, "x");
    BOOST_TEST(receive(line, 1) == "x");
    server.reset();
    BOOST_TEST(emulator.gone == 1);
    BOOST_TEST(read_error(line) == errc::connection_reset);
}

// ----------------------------------------------------------------------------------------- the certificate

BOOST_AUTO_TEST_CASE(only_the_certificate_of_the_authority_is_written) {
    identity const who;
    std::string file;
    if (std::FILE* in = std::fopen(who.ca_file.c_str(), "r")) {
        char bytes[8192];
        file.assign(bytes, std::fread(bytes, 1, sizeof bytes, in));
        std::fclose(in);
    }
    BOOST_TEST(file.find("BEGIN CERTIFICATE") != file.npos);
    BOOST_TEST(file.find("BEGIN CERTIFICATE", file.find("END CERTIFICATE")) == file.npos);
    BOOST_TEST(file.find("PRIVATE KEY") == file.npos);
    BOOST_TEST(who.certificate.key.find("PRIVATE KEY") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_cannot_be_made_says_why) {
    auto const unwritable = slb::make_emulator_certificate("/nonexistent/ca.pem");
    BOOST_TEST(!unwritable);
    BOOST_TEST(unwritable.problem.find("/nonexistent/ca.pem could not be written") == 0u);
    BOOST_TEST(unwritable.key == "");
}

BOOST_AUTO_TEST_SUITE_END()
