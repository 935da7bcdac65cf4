#ifndef SLB_DRIVE_HPP
#define SLB_DRIVE_HPP

#include <slb/session.hpp>
#include <slb/transport.hpp>

namespace slb::inline v0_1 {

/// Where the key comes from that signs the next attempt.
///   renew(host, deadline, refused)   sees that there is one, another one than before where that was refused,
///                                    until the deadline, on the clock of the host
///   with_signer(f)                   calls f(signer) with it
/// A credential provider is one, whose keys change: see credential_providers.hpp.
template <class Keys, class Host>
concept key_source = requires(Keys& keys, Host& machine, std::int64_t deadline, bool refused) {
    { keys.renew(machine, deadline, refused) } -> std::same_as<result<void>>;
    keys.with_signer([](auto const&) {});
};

/// The key source of one signer, which must outlive it.
template <class Signer>
class fixed_key {
  public:
    /// `with` must live as long as this.
    explicit constexpr fixed_key(Signer const& with) noexcept : signer_(with) {}
    /// There is no other.
    template <class Host>
    result<void> renew(Host&, std::int64_t, bool) const {
        return {};
    }
    /// Calls f(signer).
    template <class F>
    void with_signer(F f) const {
        f(signer_);
    }

  private:
    Signer const& signer_;
};

/// Takes a session that was started to its end, over the one connection of a transport that blocks: `line` is
/// that connection's.
template <transport Transport, byte_allocator Allocator, key_source<Transport> Keys>
void drive(session<Allocator>& call, kept_connection& line, Transport& over, Keys& keys) {
    if constexpr (watchful_transport<Transport>)
        if (!over.usable()) line.dropped();
    for (;;) {
        switch (call.next(over.steady_ms())) {
        case session_step::key: call.keyed(keys.renew(over, call.deadline(), call.key_refused())); break;
        case session_step::acquire: call.use(line); break;
        case session_step::connect:
            call.connected(over.connect(call.deadline()), proves_peer<Transport>);
            break;
        case session_step::begin: keys.with_signer([&](auto const& with) { call.begin(with, over); }); break;
        case session_step::write: call.wrote(over.write(call.output(), call.deadline())); break;
        case session_step::read:
            if (std::span<char> const space = call.input(); !space.empty())
                call.got(over.read(space, call.deadline()));
            break;
        case session_step::close:
            over.close();
            call.dropped();
            break;
        case session_step::retry: call.decide(over); break;
        case session_step::wait: over.wait(call.deadline() - over.steady_ms()); break;
        case session_step::done: return;
        }
    }
}

} // namespace slb::inline v0_1

#endif
