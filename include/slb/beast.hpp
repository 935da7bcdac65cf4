#ifndef SLB_BEAST_HPP
#define SLB_BEAST_HPP

#include <slb/beast/calls.hpp>
#include <slb/beast/connection.hpp>
#include <slb/host.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace slb::inline v0_1 {

/// How a transport of Beast finds and keeps connections.
struct beast_options {
    /// Looks names up. Empty: getaddrinfo, on a thread that Asio starts at the first look-up, and which
    /// nothing can interrupt. A call ends at its deadline all the same; the abandoned look-up runs on, the
    /// next one waits behind it, and the end of the execution context waits until it has ended.
    slb::resolver resolver{};
    /// How many connections asynchronous calls share at most; those that find none free wait their turn.
    std::size_t max_connections = 4;
};

namespace detail { // the public members are those of the transports

/// The transports of Beast: blocking calls, which have a connection of their own, and asynchronous calls,
/// which share a few. Both are made of asynchronous operations: the synchronous calls of Beast and Asio know
/// no deadline.
template <class Security>
class basic_beast_transport : public system_host {
    using error_code = boost::system::error_code;
    using connection_type = beast_connection<Security>;
    using calls_type = async_calls<connection_type, system_host>;

  public:
    /// What asynchronous calls run on.
    using executor_type = boost::asio::any_io_executor;
    /// Whether its peers have proved who they are.
    static constexpr bool proves_peer = Security::proves_peer;

    /// Connects to nothing yet. `how` is what Security is made of.
    template <class... How>
    explicit basic_beast_transport(slb::endpoint const& where, beast_options const& options, How&&... how)
        : settings_(std::make_shared<beast_settings<Security>>(where, options.resolver,
                                                               std::forward<How>(how)...)) {}
    /// The same, with asynchronous calls on `executor`.
    template <class... How>
    basic_beast_transport(executor_type const& executor, slb::endpoint const& where,
                          beast_options const& options, How&&... how)
        : basic_beast_transport(where, options, std::forward<How>(how)...) {
        calls_ =
            std::make_shared<calls_type>(executor, options.max_connections, [executor, settings = settings_] {
                return std::make_unique<connection_type>(executor, settings);
            });
    }
    /// Cancels the asynchronous calls under way.
    ~basic_beast_transport() {
        cancel();
        close_idle();
    }
    basic_beast_transport(basic_beast_transport const&) = delete;
    basic_beast_transport& operator=(basic_beast_transport const&) = delete;

    /// Where it connects to. Lives as long as the transport.
    [[nodiscard]] slb::endpoint const& endpoint() const noexcept { return settings_->endpoint; }

    /// Closes an older connection and opens a new one: the look-up, TCP to the first address that answers,
    /// and TLS share the one deadline, so that an address which stays silent can use it up.
    /// Errors, after which there is no connection: endpoint_malformed, resolve_failed, connect_failed,
    /// trust_unreadable, tls_failed, certificate_refused, connection_reset, timed_out, out_of_memory.
    result<void> connect(std::int64_t deadline) noexcept {
        return guarded(result<void>(errc::connect_failed), [&]() -> result<void> {
            if (!blocking_) blocking_.emplace(settings_);
            wait_for([&](auto done) { blocking_->line.async_connect(deadline, done); });
            return blocking_->line.connected();
        });
    }

    /// Sends some of `bytes`, of which there must be at least one, and says how many.
    /// Errors: connection_reset, tls_failed, timed_out, out_of_memory; called_out_of_order when there is no
    /// connection. After connection_reset and tls_failed, what the peer said before can as a rule still be
    /// read, and another write fails likewise; after the others there is no connection.
    result<std::size_t> write(std::string_view bytes, std::int64_t deadline) noexcept {
        if (!blocking_) return errc::called_out_of_order;
        return guarded(result<std::size_t>(errc::connection_reset), [&] {
            auto const done =
                wait_for([&](auto then) { blocking_->line.async_write(bytes, deadline, then); });
            return blocking_->line.wrote(done.error, done.size);
        });
    }

    /// Receives some bytes into `space`, which must not be empty, and says how many; 0, now and from now on:
    /// the peer ended its direction cleanly (close_notify, or FIN where there is no TLS), and it can still be
    /// written to. Without TLS an end after a failed write is connection_reset, as it may have been one.
    /// Errors, after which there is no connection: connection_reset, tls_failed, timed_out, out_of_memory;
    /// called_out_of_order when there was none.
    result<std::size_t> read(std::span<char> space, std::int64_t deadline) noexcept {
        if (!blocking_) return errc::called_out_of_order;
        return guarded(result<std::size_t>(errc::connection_reset), [&] {
            auto const done = wait_for([&](auto then) { blocking_->line.async_read(space, deadline, then); });
            return blocking_->line.got(done.error, done.size);
        });
    }

    /// Whether a connection that was kept is still as an exchange left it: open as far as this machine
    /// knows, and nothing has arrived on it since, neither bytes nor the peer's end. Otherwise it must not
    /// carry another request: bytes that came too early would be taken for the answer. It never waits and
    /// takes no byte away; a broken connection is dropped. False when there is no connection.
    /// Records of TLS itself count as bytes, so that a server that sends session tickets late, after its
    /// response, costs a reconnect. Those that precede its response, as is usual, have been read along.
    [[nodiscard]] bool usable() noexcept { return blocking_ && blocking_->line.usable(); }

    /// Drops the connection of the blocking calls, if there is one. It never waits, so a TLS peer gets no
    /// close_notify.
    void close() noexcept {
        if (blocking_) blocking_->line.close();
    }

    /// Drops the connections that asynchronous calls have kept and that none uses. (They are dropped by
    /// themselves when they have been idle for call_options::idle_timeout_ms; until then they are work that
    /// keeps io_context::run() from returning.) On the executor only.
    void close_idle() {
        if (calls_) calls_->close_idle();
    }

    /// What client::async_invoke does. Without an executor the call fails with executor_missing.
    template <class Operation, class Allocator, class Crypto, class SignerAllocator, class Token>
    auto async_call(Operation const& request, response<Operation, Allocator>& out,
                    signer<Crypto, SignerAllocator> const& with, call_options const& options,
                    retry_memory& memory, Allocator const& allocator, Token&& token) {
        using keys = detail::fixed_key<signer<Crypto, SignerAllocator>>;
        return detail::async_start<keys>(
            calls_, endpoint(), options, keys{with}, detail::response_access::base(out), memory, allocator,
            [&](auto& session) { session.start(request, out, with); }, std::forward<Token>(token));
    }
    /// The same with keys that change.
    template <class Operation, class Allocator, class Keys, class Token>
    auto async_call(Operation const& request, response<Operation, Allocator>& out, Keys& keys,
                    call_options const& options, retry_memory& memory, Allocator const& allocator,
                    Token&& token) {
        return detail::async_start<Keys&>(
            calls_, endpoint(), options, keys, detail::response_access::base(out), memory, allocator,
            [&](auto& session) { session.start(request, out); }, std::forward<Token>(token));
    }
    /// Sends a message of one's own, as session::start() does: it must stay until this has completed.
    template <class Allocator, class Token>
    auto async_send(std::string_view message, http_response<Allocator>& out, call_options const& options,
                    retry_memory& memory, Token&& token) {
        auto& base = detail::response_access::base_of_message(out);
        return detail::async_start<detail::no_key>(
            calls_, endpoint(), options, detail::no_key(), base, memory, base.block_.allocator(),
            [&](auto& session) { session.start(message, out); }, std::forward<Token>(token));
    }
    /// Cancels the asynchronous calls under way, and those that begin later. On the executor only.
    void cancel() {
        if (calls_) calls_->cancel_all();
    }

  private:
    struct outcome {
        error_code error{};
        std::size_t size = 0;
        bool arrived = false;
    };
    /// The handler of every operation that is waited for.
    struct arrival {
        outcome* to;
        void operator()(error_code error, std::size_t size = 0) const noexcept { *to = {error, size, true}; }
    };
    /// What blocking calls need: a loop of their own.
    struct blocking_line {
        explicit blocking_line(std::shared_ptr<beast_settings<Security>> const& settings)
            : line(io.get_executor(), settings) {}
        boost::asio::io_context io{1};
        connection_type line;
    };

    /// Runs one operation, `start(handler)`, until it ends or its deadline ends it.
    template <class Start>
    outcome wait_for(Start start) {
        outcome done;
        start(arrival{&done});
        blocking_->io.restart();
        while (!done.arrived) blocking_->io.run_one();
        return done;
    }
    /// Turns exceptions into errors: no memory or, `otherwise`, no descriptor or thread left. They may leave
    /// an operation half done, so they cost the connection.
    template <class T, class Step>
    T guarded(T const& otherwise, Step step) noexcept {
        try {
            return step();
        } catch (std::bad_alloc const&) {
            blocking_.reset();
            return errc::out_of_memory;
        } catch (std::exception const&) {
            blocking_.reset();
            return otherwise;
        }
    }

    std::shared_ptr<beast_settings<Security>> settings_;
    std::optional<blocking_line> blocking_{};
    std::shared_ptr<calls_type> calls_{};
};

} // namespace detail

/// A transport over TLS, version 1.2 or later. The server must show a certificate for the endpoint's host
/// name or address that leads to a trusted one; there is no switch against that.
///   slb::beast_transport transport{slb::endpoint::for_region("cn-hangzhou")};
///   slb::client client{transport, slb::credentials::from_environment()};
///   client.invoke(request, response)
/// It needs no event loop of the user's. Made with an executor, it makes asynchronous calls on that as well:
///   slb::beast_transport transport{io.get_executor(), slb::endpoint::for_region("cn-hangzhou")};
///   client.async_invoke(request, response, token)
///
/// Blocking calls have one connection; asynchronous ones share beast_options::max_connections. The next
/// connection resumes the TLS session of the last one. One thread at a time may use it, except
/// that asynchronous calls may be begun on any thread. They run on its executor, which, where several threads
/// run it, has to be a strand, and whose context must outlive the transport. Many transports may run at once.
/// Its blocking calls throw nothing; asynchronous ones and the constructors may throw std::bad_alloc. The
/// constructors open no connection and look up no name.
class beast_transport : public detail::basic_beast_transport<detail::verified_tls> {
  public:
    /// Trusts what the options say, by default what the system trusts. A file without a readable certificate
    /// makes every call fail with trust_unreadable before anything is sent.
    explicit beast_transport(slb::endpoint const& where, tls_options const& trust = {},
                             beast_options const& options = {})
        : basic_beast_transport(where, options, trust) {}
    /// Uses the user's context for trust, client certificates and ciphers; it must outlive the transport.
    /// What is demanded of the server all the same, tls_context says.
    beast_transport(slb::endpoint const& where, boost::asio::ssl::context& context,
                    beast_options const& options = {})
        : basic_beast_transport(where, options, context) {}
    /// @{
    /// The same, with asynchronous calls on that executor.
    beast_transport(executor_type const& executor, slb::endpoint const& where, tls_options const& trust = {},
                    beast_options const& options = {})
        : basic_beast_transport(executor, where, options, trust) {}
    beast_transport(executor_type const& executor, slb::endpoint const& where,
                    boost::asio::ssl::context& context, beast_options const& options = {})
        : basic_beast_transport(executor, where, options, context) {}
    /// @}
};

/// A transport in the clear that goes nowhere but to this machine: for emulators and tests. A call gives
/// endpoint_malformed for a host other than 127.0.0.0/8, ::1 and localhost, and when localhost has no
/// loopback address. All else is as in beast_transport.
class insecure_loopback_transport : public detail::basic_beast_transport<detail::loopback_only> {
  public:
    /// What is wrong with `where` comes out when it is used.
    explicit insecure_loopback_transport(slb::endpoint const& where, beast_options const& options = {})
        : basic_beast_transport(where, options) {}
    /// With asynchronous calls on that executor.
    insecure_loopback_transport(boost::asio::any_io_executor const& executor, slb::endpoint const& where,
                                beast_options const& options = {})
        : basic_beast_transport(executor, where, options) {}
};

static_assert(watchful_transport<beast_transport>);
static_assert(watchful_transport<insecure_loopback_transport>);

} // namespace slb::inline v0_1

#endif
