#ifndef SLB_BEAST_HPP
#define SLB_BEAST_HPP

#include <slb/host.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// Whom a TLS transport trusts. That it verifies the server cannot be switched off.
struct tls_options {
    /// A file of PEM certificates to trust instead of the system's; empty: the system's.
    std::string ca_file{};
};

namespace detail {

/// What a failed handshake, read or write means to the caller. A TLS stream that ends without close_notify
/// may have been cut by anybody, so it is a reset and never a clean end.
inline errc errc_of(boost::system::error_code const& failure) noexcept {
    if (!failure) return errc::none;
    if (failure == boost::beast::error::timeout) return errc::timed_out;
    if (failure == boost::asio::ssl::error::stream_truncated) return errc::connection_reset;
    bool const tls = failure.category() == boost::asio::error::get_ssl_category() ||
                     failure.category() == boost::asio::ssl::error::get_stream_category();
    return tls ? errc::tls_failed : errc::connection_reset;
}

} // namespace detail

namespace detail { // the public members are those of the transports

/// Blocking calls with deadlines, made of asynchronous operations: the synchronous calls of Beast and Asio
/// know no deadline. `Security` is what TLS and plain TCP differ in:
///   stream                          boost::beast::tcp_stream, or a layer over it
///   status(endpoint)                errc::none, or why this endpoint is not even looked up
///   admits(address)                 whether a resolved address may be connected to
///   make(optional_stream, io, endpoint)  makes the stream; errc::none or what went wrong
///   secure(stream, run)             greets the connected peer, where `run(start)` runs one operation and
///                                   gives its error code; errc::none or what went wrong
///   quiet(stream)                   whether no byte received is held between the socket and the caller
///   end_is_proven                   whether an end that reads as one cannot be a reset
template <class Security>
class basic_beast_transport : public system_host {
    using tcp = boost::asio::ip::tcp;
    using error_code = boost::system::error_code;

  public:
    /// Connects to nothing yet. `how` is what Security is made of.
    template <class... How>
    explicit basic_beast_transport(slb::endpoint const& where, How&&... how)
        : endpoint_(where), security_(std::forward<How>(how)...) {}
    basic_beast_transport(basic_beast_transport const&) = delete;
    basic_beast_transport& operator=(basic_beast_transport const&) = delete;

    /// Where it connects to. Lives as long as the transport.
    [[nodiscard]] slb::endpoint const& endpoint() const noexcept { return endpoint_; }

    /// Closes an older connection and opens a new one: the look-up, TCP to the first address that answers,
    /// and TLS share the one deadline, so that an address which stays silent can use it up.
    /// Errors, after which there is no connection: endpoint_malformed, resolve_failed, connect_failed,
    /// tls_failed, certificate_refused, connection_reset, timed_out, out_of_memory.
    result<void> connect(std::int64_t deadline) noexcept {
        close();
        errc const why = guarded(errc::connect_failed, [&] { return open(deadline); });
        if (why != errc::none) close();
        return why;
    }

    /// Sends some of `bytes`, of which there must be at least one, and says how many.
    /// Errors: connection_reset, tls_failed, timed_out, out_of_memory; called_out_of_order when there is no
    /// connection. After connection_reset and tls_failed, what the peer said before can as a rule still be
    /// read, and another write fails likewise; after the others there is no connection.
    result<std::size_t> write(std::string_view bytes, std::int64_t deadline) noexcept {
        if (stream_ && write_failure_ != errc::none) return write_failure_;
        return transfer(
            deadline,
            [&](auto done) {
                stream_->async_write_some(boost::asio::buffer(bytes.data(), bytes.size()), done);
            },
            [&](error_code failure) -> result<std::size_t> {
                // TLS may read in order to write, and an end that it met must not be waited for again.
                bool const read_ended = failure == boost::asio::error::eof ||
                                        failure == boost::asio::ssl::error::stream_truncated;
                errc const why = errc_of(failure);
                if (read_ended || why == errc::timed_out)
                    close();
                else
                    write_failure_ = why;
                return why;
            });
    }

    /// Receives some bytes into `space`, which must not be empty, and says how many; 0, now and from now on:
    /// the peer ended its direction cleanly (close_notify, or FIN where there is no TLS), and it can still be
    /// written to. Without TLS an end after a failed write is connection_reset, as it may have been one.
    /// Errors, after which there is no connection: connection_reset, tls_failed, timed_out, out_of_memory;
    /// called_out_of_order when there was none.
    result<std::size_t> read(std::span<char> space, std::int64_t deadline) noexcept {
        // Asio may wait without end for news of a socket that has reported its end before.
        if (ended_) return std::size_t{0};
        return transfer(
            deadline,
            [&](auto done) {
                stream_->async_read_some(boost::asio::buffer(space.data(), space.size()), done);
            },
            [&](error_code failure) -> result<std::size_t> {
                // A failed write takes the news of a reset away, and a read then sees only an end.
                bool const clean = Security::end_is_proven || write_failure_ == errc::none;
                if (failure == boost::asio::error::eof && clean) {
                    ended_ = true;
                    return std::size_t{0};
                }
                close();
                return errc_of(failure);
            });
    }

    /// Whether a connection that was kept is still as an exchange left it: open as far as this machine
    /// knows, and nothing has arrived on it since, neither bytes nor the peer's end. Otherwise it must not
    /// carry another request: bytes that came too early would be taken for the answer. It never waits and
    /// takes no byte away; a broken connection is dropped. False when there is no connection.
    /// Records of TLS itself count as bytes, so that a server that sends session tickets late, after its
    /// response, costs a reconnect. Those that precede its response, as is usual, have been read along.
    [[nodiscard]] bool usable() noexcept {
        if (!stream_ || ended_ || write_failure_ != errc::none || !Security::quiet(*stream_)) return false;
        char byte = 0;
        error_code state;
        auto& socket = lowest().socket();
        if (!socket.non_blocking()) socket.non_blocking(true, state);
        if (!state) socket.receive(boost::asio::buffer(&byte, 1), tcp::socket::message_peek, state);
        if (state == boost::asio::error::would_block) return true;
        // A socket tells of its failure once, so a read would now see a clean end.
        if (state && state != boost::asio::error::eof) close();
        return false;
    }

    /// Drops the connection, if there is one. It never waits, so a TLS peer gets no close_notify.
    void close() noexcept {
        stream_.reset();
        ended_ = false;
        write_failure_ = errc::none;
    }

  private:
    using stream = typename Security::stream;

    struct outcome {
        error_code error{};
        std::size_t size = 0;
        bool arrived = false;
    };
    /// The completion handler of every operation on the stream.
    struct arrival {
        outcome* to;
        void operator()(error_code error, std::size_t size = 0) const noexcept { *to = {error, size, true}; }
        void operator()(error_code error, tcp::endpoint const&) const noexcept { *to = {error, 0, true}; }
    };

    errc open(std::int64_t deadline) {
        if (errc const why = endpoint_.status(); why != errc::none) return why;
        if (errc const why = security_.status(endpoint_); why != errc::none) return why;
        std::vector<tcp::endpoint> addresses;
        if (errc const why = resolve(addresses, deadline); why != errc::none) return why;
        if (errc const why = security_.make(stream_, io_, endpoint_); why != errc::none) return why;
        lowest().expires_at(time_of(deadline));
        auto const tried = run([&](auto done) { lowest().async_connect(addresses, done); });
        if (tried.error == boost::beast::error::timeout) return errc::timed_out;
        if (tried.error) return errc::connect_failed;
        // Requests are written whole; waiting for more bytes to send along would only delay them.
        error_code only_slower;
        lowest().socket().set_option(tcp::no_delay(true), only_slower);
        return security_.secure(*stream_, [&](auto start) { return run(start).error; });
    }

    /// Finds every address of the endpoint's host. An address is taken as it is and costs no look-up.
    errc resolve(std::vector<tcp::endpoint>& addresses, std::int64_t deadline) {
        error_code is_name;
        auto const address = boost::asio::ip::make_address(endpoint_.host(), is_name);
        if (!is_name) {
            addresses.emplace_back(address, endpoint_.port());
            return errc::none;
        }

        // getaddrinfo cannot be interrupted, so an abandoned look-up may end long after this call.
        struct lookup {
            error_code error{};
            tcp::resolver::results_type found{};
            bool arrived = false;
        };
        auto const asked = std::make_shared<lookup>();
        tcp::resolver resolver(io_);
        resolver.async_resolve(endpoint_.host(), "", tcp::resolver::address_configured,
                               [asked](error_code error, tcp::resolver::results_type found) {
                                   *asked = {error, std::move(found), true};
                               });
        io_.restart();
        while (!asked->arrived && io_.run_one_until(time_of(deadline)) != 0) continue;
        if (!asked->arrived) return errc::timed_out;
        if (asked->error) return errc::resolve_failed;

        for (auto const& entry : asked->found)
            if (security_.admits(entry.endpoint().address()))
                addresses.emplace_back(entry.endpoint().address(), endpoint_.port());
        return addresses.empty() ? errc::endpoint_malformed : errc::none;
    }

    /// One read or write. `judge(error)` is its result when it fails.
    template <class Start, class Judge>
    result<std::size_t> transfer(std::int64_t deadline, Start start, Judge judge) noexcept {
        if (!stream_) return errc::called_out_of_order;
        return guarded(result<std::size_t>(errc::connection_reset), [&]() -> result<std::size_t> {
            lowest().expires_at(time_of(deadline));
            outcome const done = run(start);
            if (!done.error) return done.size;
            return judge(done.error);
        });
    }

    /// Runs one operation on the stream, `start(handler)`, until it ends or the stream's expiry ends it.
    template <class Start>
    outcome run(Start start) {
        outcome done;
        start(arrival{&done});
        io_.restart();
        while (!done.arrived) io_.run_one();
        return done;
    }

    /// Turns exceptions into errors: no memory or, `otherwise`, no descriptor or thread left. They may leave
    /// an operation half done, so they cost the connection.
    template <class T, class Step>
    T guarded(T const& otherwise, Step step) noexcept {
        try {
            return step();
        } catch (std::bad_alloc const&) {
            close();
            return errc::out_of_memory;
        } catch (std::exception const&) {
            close();
            return otherwise;
        }
    }

    boost::beast::tcp_stream& lowest() noexcept { return boost::beast::get_lowest_layer(*stream_); }

    /// Asio's clock counts nanoseconds and cannot hold every number of milliseconds. Its last tick is never.
    static std::chrono::steady_clock::time_point time_of(std::int64_t deadline) noexcept {
        using namespace std::chrono;
        constexpr auto never = (steady_clock::time_point::max)();
        if (deadline >= floor<milliseconds>(never.time_since_epoch()).count()) return never;
        return steady_clock::time_point(milliseconds(std::max<std::int64_t>(deadline, 0)));
    }

    slb::endpoint endpoint_;
    Security security_;
    boost::asio::io_context io_{1};
    std::optional<stream> stream_{};
    bool ended_ = false;
    errc write_failure_ = errc::none;
};

} // namespace detail

namespace detail {

/// Whether the certificate that the peer of `ssl` has shown is valid for `host` and leads to one that is
/// trusted. Unlike the verification within the handshake it cannot be replaced or overruled by a callback of
/// the context. What to trust and the parameters of trust remain the context's, as in the handshake: its
/// store, flags such as X509_V_FLAG_PARTIAL_CHAIN, depth, and security level.
inline bool certificate_is_valid(::SSL* ssl, std::string const& host) noexcept {
    STACK_OF(X509)* const shown = ::SSL_get_peer_cert_chain(ssl);
    if (shown == nullptr || sk_X509_num(shown) < 1) return false;

    ::X509_STORE* store = nullptr;
#ifdef SSL_CTRL_GET_VERIFY_CERT_STORE
    SSL_get0_verify_cert_store(ssl, &store);
#endif
    if (store == nullptr) store = ::SSL_CTX_get_cert_store(::SSL_get_SSL_CTX(ssl));
    // A store with a verification of its own offers no other.
    if (store == nullptr || ::X509_STORE_get_verify(store) != nullptr) return false;

    struct release {
        void operator()(::X509_STORE_CTX* work) const noexcept { ::X509_STORE_CTX_free(work); }
    };
    std::unique_ptr<::X509_STORE_CTX, release> const work(::X509_STORE_CTX_new());
    // A client's copy of the chain begins with the certificate of the server itself.
    if (!work || ::X509_STORE_CTX_init(work.get(), store, sk_X509_value(shown, 0), shown) != 1) return false;
    ::X509_STORE_CTX_set_verify_cb(work.get(), [](int valid, ::X509_STORE_CTX*) { return valid; });

    // As libssl does it, except that the host is set last.
    ::X509_VERIFY_PARAM* const demands = ::X509_STORE_CTX_get0_param(work.get());
    ::X509_VERIFY_PARAM_set_auth_level(demands, ::SSL_get_security_level(ssl));
    if (::X509_STORE_CTX_set_default(work.get(), "ssl_server") != 1) return false;
    if (::X509_VERIFY_PARAM_set1(demands, ::SSL_get0_param(ssl)) != 1) return false;
    if (is_ipv4(host) || is_ipv6(host)) {
        if (::X509_VERIFY_PARAM_set1_ip_asc(demands, host.c_str()) != 1) return false;
    } else {
        ::X509_VERIFY_PARAM_set_hostflags(demands, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        if (::X509_VERIFY_PARAM_set1_host(demands, host.data(), host.size()) != 1) return false;
    }
    return ::X509_verify_cert(work.get()) == 1;
}

/// TLS 1.2 or later to a server whose certificate is valid for the endpoint's host.
class verified_tls {
  public:
    using stream = boost::asio::ssl::stream<boost::beast::tcp_stream>;
    static constexpr bool end_is_proven = true;

    /// A context of its own. One that cannot be made is remembered as none.
    explicit verified_tls(tls_options const& options) {
        try {
            own_.emplace(boost::asio::ssl::context::tls_client);
            if (options.ca_file.empty())
                own_->set_default_verify_paths();
            else
                own_->load_verify_file(options.ca_file);
            context_ = &*own_;
        } catch (boost::system::system_error const&) {
        }
    }
    explicit verified_tls(boost::asio::ssl::context& context) noexcept : context_(&context) {}
    verified_tls(verified_tls const&) = delete;
    verified_tls& operator=(verified_tls const&) = delete;

    [[nodiscard]] errc status(slb::endpoint const&) const noexcept {
        return context_ == nullptr ? errc::tls_failed : errc::none;
    }
    [[nodiscard]] bool admits(boost::asio::ip::address const&) const noexcept { return true; }

    /// All demands are made at the stream, so that a context of the user's cannot fall short of them.
    errc make(std::optional<stream>& made, boost::asio::io_context& io, slb::endpoint const& peer) {
        ::SSL* const ssl = made.emplace(io, *context_).native_handle();
        std::string const& host = host_ = peer.host();
        ::SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
        bool ready = ::SSL_get_min_proto_version(ssl) >= TLS1_2_VERSION ||
                     ::SSL_set_min_proto_version(ssl, TLS1_2_VERSION) == 1;
        if (is_ipv4(host) || is_ipv6(host)) {
            // RFC 6066 section 3 keeps addresses out of SNI.
            ready = ready && ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), host.c_str()) == 1;
        } else {
            ::SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            ready = ready && ::SSL_set1_host(ssl, host.c_str()) == 1 &&
                    ::SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
        }
        return ready ? errc::none : errc::tls_failed;
    }

    template <class Run>
    errc secure(stream& connection, Run run) {
        auto const failure = run([&](auto done) { connection.async_handshake(stream::client, done); });
        ::SSL* const ssl = connection.native_handle();
        if (::SSL_get_verify_result(ssl) != X509_V_OK) return errc::certificate_refused;
        if (failure) return failure == boost::asio::error::eof ? errc::tls_failed : errc_of(failure);
        // So far a callback of the user's context, or a cipher without certificates, may have said yes.
        return certificate_is_valid(ssl, host_) ? errc::none : errc::certificate_refused;
    }

    /// What a read has taken off the socket but not handed out waits in OpenSSL, or in the BIO before it.
    [[nodiscard]] static bool quiet(stream& connection) noexcept {
        ::SSL* const ssl = connection.native_handle();
        return ::SSL_has_pending(ssl) == 0 && ::BIO_ctrl_pending(::SSL_get_rbio(ssl)) == 0;
    }

  private:
    std::optional<boost::asio::ssl::context> own_{};
    boost::asio::ssl::context* context_ = nullptr;
    std::string host_{};
};

/// No TLS, and no peer but this machine.
struct loopback_only {
    using stream = boost::beast::tcp_stream;
    static constexpr bool end_is_proven = false;

    [[nodiscard]] static errc status(slb::endpoint const& peer) {
        boost::system::error_code is_name;
        auto const address = boost::asio::ip::make_address(peer.host(), is_name);
        bool const allowed = is_name ? peer.host() == "localhost" : admits(address);
        return allowed ? errc::none : errc::endpoint_malformed;
    }
    [[nodiscard]] static bool admits(boost::asio::ip::address const& address) noexcept {
        return address.is_loopback();
    }
    static errc make(std::optional<stream>& made, boost::asio::io_context& io, slb::endpoint const&) {
        made.emplace(io);
        return errc::none;
    }
    template <class Run>
    static errc secure(stream&, Run const&) {
        return errc::none;
    }
    [[nodiscard]] static bool quiet(stream&) noexcept { return true; }
};

} // namespace detail

/// A transport over TLS, version 1.2 or later. The server must show a certificate for the endpoint's host
/// name or address that leads to a trusted one; there is no switch against that.
///   slb::beast_transport transport{slb::endpoint::for_region("cn-hangzhou")};
///   slb::client client{transport, slb::credentials::from_environment()};
/// It holds one connection at a time, and one thread at a time may use it; many transports may run at once.
/// It needs no event loop of the user's. Its calls throw nothing; its constructors may throw std::bad_alloc.
///
/// Names are looked up with getaddrinfo, on a thread that Asio starts at the first look-up, and nothing can
/// interrupt that. connect() returns at its deadline all the same; the abandoned look-up runs on, the next
/// one waits behind it, and the destructor waits until it has ended. Addresses need no look-up.
class beast_transport : public detail::basic_beast_transport<detail::verified_tls> {
  public:
    /// Trusts what the system trusts, or SSL_CERT_FILE and SSL_CERT_DIR where OpenSSL's defaults heed them.
    explicit beast_transport(slb::endpoint const& where) : beast_transport(where, tls_options{}) {}
    /// Trusts what the options say. A file without a readable certificate makes every connect() fail with
    /// tls_failed before anything is sent, so that it is not mistaken for a refusal of the server's
    /// certificate.
    beast_transport(slb::endpoint const& where, tls_options const& options)
        : basic_beast_transport(where, options) {}
    /// Uses the user's context, which must outlive the transport, for trust, client certificates and
    /// ciphers. TLS 1.2, verification and host name are demanded all the same, whatever the context says:
    /// its certificates, flags and store are heeded, also by a second verification after the handshake that
    /// no callback of the context takes part in. A store with X509_STORE_set_verify is refused.
    beast_transport(slb::endpoint const& where, boost::asio::ssl::context& context)
        : basic_beast_transport(where, context) {}
};

/// A transport in the clear that goes nowhere but to this machine: for emulators and tests. connect() gives
/// endpoint_malformed for a host other than 127.0.0.0/8, ::1 and localhost, and when localhost has no
/// loopback address. All else is as in beast_transport.
class insecure_loopback_transport : public detail::basic_beast_transport<detail::loopback_only> {
  public:
    /// What is wrong with `where` comes out at connect().
    explicit insecure_loopback_transport(slb::endpoint const& where) : basic_beast_transport(where) {}
};

static_assert(transport<beast_transport>);
static_assert(transport<insecure_loopback_transport>);

} // namespace slb::inline v0_1

#endif
