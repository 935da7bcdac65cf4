#ifndef SLB_DRIVE_HPP
#define SLB_DRIVE_HPP

#include <slb/session.hpp>
#include <slb/transport.hpp>

namespace slb::inline v0_1 {

/// Where the key comes from that signs the next attempt.
///   renew(host, deadline, refused, done)   sees that there is one, another one than before where that was
///                                          refused, until the deadline, on the clock of the host; calls
///                                          done(result<void>) at the end
///   with_signer(f)                         calls f(signer) with it
/// A credential provider is one, whose keys change: see credential_provider.hpp.
template <class Keys, class Host>
concept key_source = requires(Keys& keys, Host& machine, std::int64_t deadline, bool refused) {
    keys.renew(machine, deadline, refused, [](result<void> const&) {});
    keys.with_signer([](auto const&) {});
};

namespace detail {

/// A key that stays as it is.
template <class Signer>
struct fixed_key {
    Signer const& with;

    template <class Host, class Done>
    void renew(Host&, std::int64_t, bool, Done done) const {
        done(result<void>());
    }
    template <class F>
    void with_signer(F f) const {
        f(with);
    }
};
/// For messages that nobody signs.
struct no_key {
    template <class Host, class Done>
    void renew(Host&, std::int64_t, bool, Done) const {}
    template <class F>
    void with_signer(F) const {}
};

} // namespace detail

/// Takes a session that was started to its end, over the one connection of a transport that blocks: `line` is
/// that connection's.
template <transport Transport, byte_allocator Allocator, key_source<Transport> Keys>
void drive(session<Allocator>& call, kept_connection& line, Transport& over, Keys& keys) {
    for (;;) {
        switch (call.next(over.steady_ms())) {
        case session_step::key:
            keys.renew(over, call.deadline(), call.key_refused(),
                       [&](result<void> const& outcome) { call.keyed(outcome); });
            break;
        case session_step::acquire:
            if constexpr (watchful_transport<Transport>)
                if (!over.usable()) line.dropped();
            call.use(line);
            break;
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
