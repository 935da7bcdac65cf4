#ifndef SLB_TLS_HPP
#define SLB_TLS_HPP

#include <slb/endpoint.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace slb::inline v0_1 {

/// Whom TLS trusts. That it verifies the server cannot be switched off.
struct tls_options {
    /// A file of PEM certificates to trust instead of the system's; empty: the system's, or SSL_CERT_FILE and
    /// SSL_CERT_DIR where OpenSSL's defaults heed them.
    std::string ca_file{};
};

namespace detail {

struct openssl_free {
    void operator()(::SSL_CTX* context) const noexcept { ::SSL_CTX_free(context); }
    void operator()(::SSL* ssl) const noexcept { ::SSL_free(ssl); }
    void operator()(::SSL_SESSION* session) const noexcept { ::SSL_SESSION_free(session); }
    void operator()(::BIO* bio) const noexcept { ::BIO_free(bio); }
    void operator()(::X509_STORE_CTX* work) const noexcept { ::X509_STORE_CTX_free(work); }
};
template <class T>
using openssl_handle = std::unique_ptr<T, openssl_free>;

/// Whether the certificate that the peer of `ssl` has shown is valid for `host` and leads to one that is
/// trusted. Unlike the verification within the handshake it cannot be replaced or overruled by a callback of
/// the context. What to trust and the parameters of trust remain the context's, as in the handshake: its
/// store, flags such as X509_V_FLAG_PARTIAL_CHAIN, depth, and security level.
inline bool certificate_is_valid(::SSL* ssl, std::string const& host) noexcept {
    STACK_OF(X509)* const shown = ::SSL_get_peer_cert_chain(ssl);
    if (shown == nullptr || sk_X509_num(shown) < 1 || host.empty()) return false;

    ::X509_STORE* store = nullptr;
#ifdef SSL_CTRL_GET_VERIFY_CERT_STORE
    SSL_get0_verify_cert_store(ssl, &store);
#endif
    if (store == nullptr) store = ::SSL_CTX_get_cert_store(::SSL_get_SSL_CTX(ssl));
    // A store with a verification of its own offers no other.
    if (store == nullptr || ::X509_STORE_get_verify(store) != nullptr) return false;

    openssl_handle<::X509_STORE_CTX> const work(::X509_STORE_CTX_new());
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

} // namespace detail

/// What connections to one endpoint have in common: whom they trust, what they demand of the server, and the
/// TLS session of the last one, which the next one resumes. beast_transport and tls_connection share it.
/// Demanded of every server, whatever a context of the user's says: TLS 1.2 at least, and a certificate that
/// is valid for the endpoint's host and leads to one that is trusted.
/// One thread at a time may use it and the connections made of it.
class tls_context {
  public:
    /// A context of its own. What is wrong with the options, status() tells.
    explicit tls_context(slb::endpoint const& peer, tls_options const& options = {})
        : host_(peer.host()), context_(::SSL_CTX_new(::TLS_client_method())) {
        if (!context_) {
            status_ = errc::out_of_memory;
            return;
        }
        bool const trusts =
            options.ca_file.empty()
                ? ::SSL_CTX_set_default_verify_paths(context_.get()) == 1
                : ::SSL_CTX_load_verify_locations(context_.get(), options.ca_file.c_str(), nullptr) == 1;
        if (!trusts) status_ = errc::trust_unreadable;
        if (peer.status() != errc::none) status_ = peer.status();
        ::ERR_clear_error();
    }
    /// The user's context, for trust, client certificates and ciphers: its certificates, flags and store are
    /// heeded, also by a second verification after the handshake that no callback of the context takes part
    /// in. A store with X509_STORE_set_verify is refused. It is shared, not copied.
    tls_context(slb::endpoint const& peer, ::SSL_CTX* users)
        : host_(peer.host()), context_(users), status_(peer.status()) {
        ::SSL_CTX_up_ref(users);
    }
    tls_context(tls_context const&) = delete;
    tls_context& operator=(tls_context const&) = delete;

    /// errc::none, or why no connection can be made: endpoint_malformed, trust_unreadable, out_of_memory.
    [[nodiscard]] errc status() const noexcept { return status_; }

    /// The client's end of a connection, on which all demands are made, so that a context of the user's
    /// cannot fall short of them; it resumes the last session. Null: it cannot be made. The caller owns it.
    [[nodiscard]] ::SSL* make() const {
        detail::openssl_handle<::SSL> made(status_ == errc::none ? ::SSL_new(context_.get()) : nullptr);
        ::SSL* const ssl = made.get();
        if (ssl == nullptr) return nullptr;
        ::SSL_set_connect_state(ssl);
        // A read goes on behind a ticket of the server; a write says what it has encrypted when there is no
        // room for the rest.
        ::SSL_set_mode(ssl, SSL_MODE_AUTO_RETRY | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        // Nobody would look at the certificate of a second handshake.
        ::SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
        // A stream that was cut is no clean end, whatever a context or OpenSSL's configuration says.
        ::SSL_clear_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
        ::SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
        bool ready = ::SSL_get_min_proto_version(ssl) >= TLS1_2_VERSION ||
                     ::SSL_set_min_proto_version(ssl, TLS1_2_VERSION) == 1;
        if (detail::is_ipv4(host_) || detail::is_ipv6(host_)) {
            // RFC 6066 section 3 keeps addresses out of SNI.
            ready = ready && ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), host_.c_str()) == 1;
        } else {
            ::SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            ready = ready && ::SSL_set1_host(ssl, host_.c_str()) == 1 &&
                    ::SSL_set_tlsext_host_name(ssl, host_.c_str()) == 1;
        }
        // One that does not fit costs a full handshake, no error.
        if (ready && session_) ::SSL_set_session(ssl, session_.get());
        return ready ? made.release() : nullptr;
    }
    /// What to think of a handshake that has ended, well or not: errc::none, certificate_refused, or
    /// `otherwise` when it failed for another reason.
    [[nodiscard]] errc judge(::SSL* ssl, bool succeeded, errc otherwise) const noexcept {
        if (::SSL_get_verify_result(ssl) != X509_V_OK) return errc::certificate_refused;
        if (!succeeded) return otherwise;
        // So far a callback of the user's context, or a cipher without certificates, may have said yes.
        return detail::certificate_is_valid(ssl, host_) ? errc::none : errc::certificate_refused;
    }
    /// Keeps the session of a connection that was judged well and ends now, so that the next one resumes it.
    void keep_session(::SSL* ssl) noexcept {
        detail::openssl_handle<::SSL_SESSION> session(::SSL_get1_session(ssl));
        if (!session) return;
        // Otherwise OpenSSL spoils the session of a connection that ends without a farewell.
        ::SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN);
        if (::SSL_SESSION_is_resumable(session.get()) == 1) session_ = std::move(session);
    }

  private:
    std::string host_;
    detail::openssl_handle<::SSL_CTX> context_;
    detail::openssl_handle<::SSL_SESSION> session_{};
    errc status_ = errc::none;
};

/// The client's end of a TLS connection as bytes in and bytes out, without a socket, for any event loop:
///
///   tls_context trust{endpoint};  tls_connection tls{trust};  exchange ex{endpoint};
///   tls.start();                                 for each new connection
///   ex.start(request, response, signer, now, nonce);
///   while (tls.drive(ex)) {                      moves bytes between the two, in memory
///     when the socket can be written and tls.wants_write():  tls.sent(my_send(tls.output()))
///     when it can be read:                n = my_recv(tls.input());  n ? tls.received(n) : tls.closed()
///     when it failed, or none came about:  tls.failed()         when your deadline passed:  ex.expired()
///   }
///
/// Without an exchange, write() and read() take and give the plain bytes. Everything is verified before the
/// first of them is encrypted. It never writes to a socket, so it raises no SIGPIPE.
class tls_connection {
  public:
    /// The context must outlive the connection. There is none before start().
    explicit tls_connection(tls_context& context) noexcept : context_(context) {}
    ~tls_connection() { end(); }
    tls_connection(tls_connection const&) = delete;
    tls_connection& operator=(tls_connection const&) = delete;

    /// Begins a handshake, over a new connection of the caller's; what was before is forgotten, except that
    /// its session is resumed. What goes wrong, status() tells.
    void start() {
        end();
        status_ = context_.status();
        if (status_ != errc::none) return;
        ssl_.reset(context_.make());
        ::BIO* inner = nullptr;
        ::BIO* outer = nullptr;
        if (!ssl_ || ::BIO_new_bio_pair(&inner, buffer_size_, &outer, buffer_size_) != 1) {
            ::ERR_clear_error();
            ssl_.reset();
            status_ = errc::tls_failed;
            return;
        }
        ::SSL_set_bio(ssl_.get(), inner, inner);
        network_.reset(outer);
        greet();
    }

    /// Whether the handshake has ended well and the server is verified.
    [[nodiscard]] bool established() const noexcept { return established_; }
    /// errc::none, or what ended the connection: trust_unreadable, tls_failed, certificate_refused,
    /// connection_reset, or what failed() was told.
    [[nodiscard]] errc status() const noexcept { return status_; }
    /// Whether the session of an earlier connection was resumed.
    [[nodiscard]] bool resumed() const noexcept {
        return established_ && ::SSL_session_reused(ssl_.get()) == 1;
    }

    /// Whether output() holds anything.
    [[nodiscard]] bool wants_write() const noexcept {
        return network_ && ::BIO_ctrl_pending(network_.get()) != 0;
    }
    /// Encrypted bytes for the server. They stay where they are until sent() or start(), so that a loop may
    /// send them while it receives; more may come behind them.
    [[nodiscard]] std::string_view output() const noexcept {
        char* begin = nullptr;
        int const size = network_ ? ::BIO_nread0(network_.get(), &begin) : 0;
        return size > 0 ? std::string_view(begin, static_cast<std::size_t>(size)) : std::string_view();
    }
    /// So many bytes of output() were sent, from its front.
    void sent(std::size_t size) noexcept {
        std::size_t const left = output().size();
        char* begin = nullptr;
        if (left != 0 && size != 0)
            ::BIO_nread(network_.get(), &begin, static_cast<int>(size < left ? size : left));
        greet(); // of which not all may have found room before
    }
    /// Room for encrypted bytes of the server; empty while those received before fill it and wait to be read,
    /// and when there is no connection. After drive(), or read() until it gives nothing, it stays where it is
    /// until received() or start(), so that a loop may send while it receives.
    [[nodiscard]] std::span<char> input() noexcept {
        char* begin = nullptr;
        int const size = network_ && !ended_ ? ::BIO_nwrite0(network_.get(), &begin) : 0;
        return size > 0 ? std::span<char>(begin, static_cast<std::size_t>(size)) : std::span<char>();
    }
    /// So many bytes were put into input().
    void received(std::size_t size) noexcept {
        std::size_t const room = input().size();
        char* begin = nullptr;
        if (room != 0 && size != 0)
            ::BIO_nwrite(network_.get(), &begin, static_cast<int>(size < room ? size : room));
        greet();
    }
    /// The server ended the connection below TLS. Without a farewell of TLS before it counts as a reset,
    /// since anybody may have cut it.
    void closed() noexcept {
        if (network_) (void)BIO_shutdown_wr(network_.get());
        ended_ = true;
        greet();
    }
    /// The connection failed, for that reason.
    void failed(errc why) noexcept {
        if (status_ == errc::none) status_ = why;
    }
    /// The connection failed, or none came about: connection_reset, or connect_failed before it was
    /// established.
    void failed() noexcept { failed(established_ ? errc::connection_reset : errc::connect_failed); }

    /// Encrypts some of `bytes` and says how many; 0: not now, output() must be sent or input() filled first.
    /// Errors: status().
    [[nodiscard]] result<std::size_t> write(std::string_view bytes) noexcept {
        if (status_ != errc::none) return status_;
        if (!established_ || bytes.empty()) return std::size_t{0};
        ::ERR_clear_error();
        std::size_t size = 0;
        int const done = ::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
        if (done != 1 && wait_or_fail(done)) return status_;
        return size;
    }
    /// What read() gives: bytes decrypted, or none for now, or none any more.
    struct plain {
        /// How many bytes were put into the space.
        std::size_t size = 0;
        /// The server has ended its direction with a farewell of TLS.
        bool ended = false;
    };
    /// Decrypts some bytes into `space`, which must not be empty. Errors: status().
    [[nodiscard]] result<plain> read(std::span<char> space) noexcept {
        if (ssl_ && established_ && (status_ == errc::none || status_ == errc::connection_reset)) {
            ::ERR_clear_error();
            plain got;
            int const done = ::SSL_read_ex(ssl_.get(), space.data(), space.size(), &got.size);
            if (done == 1) return got;
            if (::SSL_get_error(ssl_.get(), done) == SSL_ERROR_ZERO_RETURN) return plain{0, true};
            if (status_ == errc::none) wait_or_fail(done);
        }
        if (status_ != errc::none) return status_;
        return plain{};
    }

    /// Moves plain bytes between an exchange and this connection as far as that goes without the network, and
    /// tells the exchange of an end or a failure. Call it again after each event. True: the exchange goes on,
    /// and waits for the network; false: it is done.
    template <class Exchange>
    bool drive(Exchange& calls) {
        if (!established_ && status_ != errc::none) calls.not_connected(status_);
        if (!established_) return !calls.done();
        while (calls.wants_write()) {
            auto const written = write(calls.output());
            if (!written || *written == 0) break;
            calls.sent(*written);
        }
        while (!calls.done()) {
            std::span<char> const space = calls.input();
            if (space.empty()) break;
            auto const got = read(space);
            if (got && !got->ended && got->size == 0) return true;
            if (!got)
                calls.failed(got.error().code());
            else if (got->ended)
                calls.closed();
            else
                calls.received(got->size);
        }
        return !calls.done();
    }
    /// Whether another exchange can use the connection: nothing was received that is not read yet. (Ask after
    /// exchange::reusable.)
    [[nodiscard]] bool quiet() const noexcept {
        return established_ && status_ == errc::none && ::SSL_has_pending(ssl_.get()) == 0 &&
               ::BIO_ctrl_pending(::SSL_get_rbio(ssl_.get())) == 0;
    }

  private:
    /// One record, the largest there is, and what surrounds it.
    static constexpr std::size_t buffer_size_ = 17 * 1024;

    void greet() noexcept {
        if (established_ || status_ != errc::none || !ssl_) return;
        ::ERR_clear_error();
        int const done = ::SSL_do_handshake(ssl_.get());
        if (done != 1 && !wait_or_fail(done)) return;
        bool const succeeded = done == 1;
        status_ = context_.judge(ssl_.get(), succeeded, succeeded ? errc::none : status_);
        established_ = status_ == errc::none;
    }
    /// Whether the operation failed, rather than has to wait for the network.
    bool wait_or_fail(int done) noexcept {
        switch (::SSL_get_error(ssl_.get(), done)) {
        case SSL_ERROR_WANT_READ:
            // Nothing more comes.
            if (!ended_) return false;
            status_ = errc::connection_reset;
            break;
        case SSL_ERROR_WANT_WRITE: return false;
        case SSL_ERROR_ZERO_RETURN: status_ = errc::connection_reset; break;
        default: status_ = ended_ ? errc::connection_reset : errc::tls_failed;
        }
        ::ERR_clear_error();
        return true;
    }
    void end() noexcept {
        if (established_ && status_ == errc::none) context_.keep_session(ssl_.get());
        network_.reset();
        ssl_.reset();
        established_ = ended_ = false;
        status_ = errc::none;
    }

    tls_context& context_;
    detail::openssl_handle<::SSL> ssl_{};
    detail::openssl_handle<::BIO> network_{};
    bool established_ = false;
    bool ended_ = false;
    errc status_ = errc::called_out_of_order;
};

} // namespace slb::inline v0_1

#endif
