#ifndef SLB_CLIENT_HPP
#define SLB_CLIENT_HPP

#include <slb/drive.hpp>

namespace slb::inline v0_1 {

/// Makes calls over a transport, one at a time, blocking as the transport blocks. It keeps the connection
/// for the next call, and sends again what can be sent again: see call_options::retry. The transport must
/// outlive it; credentials need not: what signing needs is copied. A credential provider, which may be given
/// instead, must outlive it; several clients may share one.
/// Not copyable; use one from one thread at a time, as many as you like side by side.
///
///   beast_transport transport{endpoint::for_region("cn-hangzhou")};
///   client client{transport, credentials::from_environment()};
///   auto response = client.invoke(request);
template <slb::transport Transport, class Crypto = default_crypto, byte_allocator Allocator = heap_allocator,
          class Keys = signer<Crypto, Allocator>>
class client {
    static constexpr bool keys_change_ = std::is_lvalue_reference_v<Keys>;

  public:
    /// Sends nothing. What is wrong with the credentials or the endpoint becomes the error of each call, and
    /// so does a lack of memory here, or a crypto library that fails.
    client(Transport& transport, credentials const& access, call_options const& options = {},
           Allocator const& allocator = Allocator()) requires(!std::is_lvalue_reference_v<Keys>)
        : transport_(transport), keys_(access, allocator), session_(transport.endpoint(), options, allocator),
          allocator_(allocator) {}
    /// With keys that change, of which it takes the one that is good when it signs.
    client(Transport& transport, Keys keys, call_options const& options = {},
           Allocator const& allocator = Allocator()) requires std::is_lvalue_reference_v<Keys>
        : transport_(transport),
          keys_(keys),
          session_(transport.endpoint(), options, allocator),
          allocator_(allocator) {}
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
        if constexpr (keys_change_) {
            session_.start(request, out);
            drive(session_, line_, transport_, keys_);
        } else {
            session_.start(request, out, keys_);
            detail::fixed_key<Keys> keys{keys_};
            drive(session_, line_, transport_, keys);
        }
        return static_cast<bool>(out);
    }

    /// Begins one call and returns, where the transport makes asynchronous calls: see beast_transport. It may
    /// be called on any thread, also while other calls are under way. The request is checked and encoded now,
    /// and is not needed afterwards, also where the token starts the call later; client, transport and
    /// response must stay until it has completed. It completes with `void(boost::system::error_code)`, a
    /// summary of `out`, which holds the whole outcome: none, the errc, or
    /// boost::asio::error::operation_aborted after errc::cancelled. Several calls may be under way, each with
    /// a response of its own.
    ///
    /// Cancellation: terminal and partial end a call wherever it is; total only as long as nothing was sent.
    /// The response then says how far the call came, its connection is dropped, and client, transport and
    /// response can be used at once.
    template <callable_operation Operation, class Token>
        requires asynchronous_transport<Transport>
    decltype(auto) async_invoke(Operation const& request, response<Operation, Allocator>& out,
                                Token&& token) {
        // A signer is const, which tells it from keys that change.
        using keys = std::conditional_t<keys_change_, Keys, Keys const&>;
        return transport_.async_call(request, out, static_cast<keys>(keys_), session_.options(),
                                     async_memory_, allocator_, static_cast<Token&&>(token));
    }

  private:
    Transport& transport_;
    Keys keys_;
    session<Allocator> session_;
    kept_connection line_{};
    /// That of the asynchronous calls, which run elsewhere than the others.
    retry_memory async_memory_{};
    [[no_unique_address]] Allocator allocator_;
};

/// With keys that change.
template <slb::transport Transport, key_source<Transport> Keys>
client(Transport&, Keys&, call_options const& = {})
    -> client<Transport, typename Keys::crypto_type, heap_allocator, Keys&>;

} // namespace slb::inline v0_1

#endif
