#ifndef SLB_TLS_TRANSPORT_HPP
#define SLB_TLS_TRANSPORT_HPP

#include <slb/tls.hpp>
#include <slb/transport.hpp>

namespace slb::inline v0_1 {

/// TLS over a transport of one's own that knows none, verified as everywhere:
///   tcp_transport tcp{...};
///   slb::tls_transport transport{tcp, {.ca_file = "ca.pem"}};
///   slb::client client{transport, slb::credentials::from_environment()};
/// The transport below must outlive it, and is used by nobody else.
template <transport Inner>
class tls_transport {
  public:
    /// Connects to nothing yet. What is wrong with the options comes out at connect().
    explicit tls_transport(Inner& below, tls_options const& trust = {})
        : below_(below), context_(below.endpoint(), trust), tls_(context_) {}
    /// Its peers have proved who they are.
    static constexpr bool proves_peer = true;

    tls_transport(tls_transport const&) = delete;
    tls_transport& operator=(tls_transport const&) = delete;

    /// @{
    /// Those of the transport below.
    [[nodiscard]] slb::endpoint const& endpoint() const { return below_.endpoint(); }
    [[nodiscard]] std::int64_t unix_seconds() { return below_.unix_seconds(); }
    [[nodiscard]] std::int64_t steady_ms() { return below_.steady_ms(); }
    [[nodiscard]] bool random(std::span<unsigned char> bytes) { return below_.random(bytes); }
    void wait(std::int64_t ms) { below_.wait(ms); }
    /// @}

    /// Connects below and greets the server, until one deadline. Errors: those below, trust_unreadable,
    /// tls_failed, certificate_refused.
    result<void> connect(std::int64_t deadline) {
        if (context_.status() != errc::none) return context_.status();
        if (result<void> const connected = below_.connect(deadline); !connected) return connected;
        tls_.start();
        write_failed_ = false;
        while (!tls_.established() && tls_.status() == errc::none)
            if (result<void> const moved = move(deadline); !moved) return end(moved.error().code());
        // The last words of a handshake, and the reason of a refusal, are the server's to know.
        if (result<void> const told = flush(deadline); !told && tls_.established())
            return end(told.error().code());
        return tls_.established() ? result<void>() : end(tls_.status());
    }
    /// Encrypts and sends some of `bytes`. Errors: those below, tls_failed.
    result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        for (;;) {
            // What was there before leaves first: then there is room, unless TLS waits for the server.
            if (result<void> const sent = flush(deadline); !sent) return sent.error();
            result<std::size_t> const size = tls_.write(bytes);
            if (!size) return size;
            if (result<void> const sent = flush(deadline); !sent) return sent.error();
            if (*size != 0) return size;
            if (result<void> const moved = move(deadline); !moved) return moved.error();
        }
    }
    /// Receives and decrypts some bytes; 0: the server ended with a farewell of TLS. An end without one is
    /// connection_reset. Errors: those below, tls_failed.
    result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        for (;;) {
            auto const got = tls_.read(space);
            if (!got) return got.error();
            if (got->size != 0 || got->ended) return got->size;
            if (result<void> const moved = move(deadline); !moved) return moved.error();
        }
    }
    /// Drops the connection below.
    void close() noexcept { below_.close(); }
    /// Whether nothing has arrived since the last answer: see watchful_transport.
    [[nodiscard]] bool usable() {
        if constexpr (watchful_transport<Inner>)
            if (!below_.usable()) return false;
        return tls_.quiet();
    }

  private:
    result<void> end(errc why) {
        close();
        return why;
    }
    result<void> flush(std::int64_t deadline) {
        while (tls_.wants_write()) {
            result<std::size_t> const sent = below_.write(tls_.output(), deadline);
            if (!sent) {
                write_failed_ = true;
                return sent.error();
            }
            tls_.sent(*sent);
        }
        return {};
    }
    /// Sends what there is and receives something: a server that refuses early may have said why before it
    /// stopped to listen.
    result<void> move(std::int64_t deadline) {
        if (!write_failed_)
            if (result<void> const sent = flush(deadline); !sent && sent.error() == errc::timed_out)
                return sent;
        result<std::size_t> const got = below_.read(tls_.input(), deadline);
        if (!got) return got.error();
        *got != 0 ? tls_.received(*got) : tls_.closed();
        return {};
    }

    Inner& below_;
    tls_context context_;
    tls_connection tls_;
    bool write_failed_ = false;
};

} // namespace slb::inline v0_1

#endif
