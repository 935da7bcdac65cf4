#ifndef SLB_CLIENT_HPP
#define SLB_CLIENT_HPP

#include <slb/session.hpp>
#include <slb/transport.hpp>

namespace slb::inline v0_1 {

/// Makes calls over a transport, one at a time, blocking as the transport blocks. It keeps the connection
/// for the next call. The transport must outlive it; the credentials need not: what signing needs is copied.
/// Not copyable; use one from one thread at a time, as many as you like side by side.
///
///   beast_transport transport{endpoint::for_region("cn-hangzhou")};
///   client client{transport, credentials::from_environment()};
///   auto response = client.invoke(request);
template <slb::transport Transport, class Crypto = default_crypto, byte_allocator Allocator = heap_allocator>
class client {
  public:
    /// Sends nothing. What is wrong with the credentials or the endpoint becomes the error of each call, and
    /// so does a lack of memory here, or a crypto library that fails.
    client(Transport& transport, credentials const& access, call_options const& options = {},
           Allocator const& allocator = Allocator())
        : transport_(transport), signer_(access, allocator),
          session_(transport.endpoint(), options, allocator), allocator_(allocator) {}
    client(client const&) = delete;
    client& operator=(client const&) = delete;

    /// Makes one call. The request is checked and encoded before anything is sent.
    template <callable_operation Operation>
    [[nodiscard]] response<Operation, Allocator> invoke(Operation const& request) {
        response<Operation, Allocator> out(allocator_);
        invoke(request, out);
        return out;
    }

    /// Makes one call into a response that the caller keeps: with a response used before, nothing is
    /// allocated. Returns whether it succeeded.
    template <callable_operation Operation>
    bool invoke(Operation const& request, response<Operation, Allocator>& out) {
        if constexpr (watchful_transport<Transport>)
            if (!transport_.usable()) line_.dropped();
        session_.start(request, out, signer_);
        for (;;) {
            switch (session_.next(transport_.steady_ms())) {
            case session_step::acquire: session_.use(line_); break;
            case session_step::connect: session_.connected(transport_.connect(session_.deadline())); break;
            case session_step::begin: begin(); break;
            case session_step::write:
                session_.wrote(transport_.write(session_.output(), session_.deadline()));
                break;
            case session_step::read:
                if (std::span<char> const space = session_.input(); !space.empty())
                    session_.got(transport_.read(space, session_.deadline()));
                break;
            case session_step::close:
                transport_.close();
                session_.dropped();
                break;
            case session_step::done: return static_cast<bool>(out);
            }
        }
    }

    /// Begins one call and returns, where the transport makes asynchronous calls: see beast_transport. It may
    /// be called on any thread, also while other calls are under way. The
    /// request is checked and encoded now, and is not needed afterwards, also where the token starts the call
    /// later; client, transport and response must stay until it has completed. It completes with
    /// `void(boost::system::error_code)`, a summary of `out`, which holds the whole outcome: none, the errc,
    /// or boost::asio::error::operation_aborted after errc::cancelled. Several calls may be under way, each
    /// with a response of its own.
    ///
    /// Cancellation: terminal and partial end a call wherever it is; total only as long as nothing was sent.
    /// The response then says how far the call came, its connection is dropped, and client, transport and
    /// response can be used at once.
    template <callable_operation Operation, class Token>
        requires asynchronous_transport<Transport>
    decltype(auto) async_invoke(Operation const& request, response<Operation, Allocator>& out,
                                Token&& token) {
        return transport_.async_call(request, out, signer_, session_.options(), allocator_,
                                     static_cast<Token&&>(token));
    }

  private:
    void begin() {
        unsigned char random[16];
        if (transport_.random(random))
            session_.begin(signer_, transport_.unix_seconds(), nonce(random));
        else
            session_.failed(errc::randomness_unavailable);
    }

    Transport& transport_;
    signer<Crypto, Allocator> signer_;
    session<Allocator> session_;
    kept_connection line_{};
    [[no_unique_address]] Allocator allocator_;
};

} // namespace slb::inline v0_1

#endif
