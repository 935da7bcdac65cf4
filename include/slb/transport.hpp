#ifndef SLB_TRANSPORT_HPP
#define SLB_TRANSPORT_HPP

#include <slb/deadline.hpp>
#include <slb/endpoint.hpp>

#include <span>

namespace slb::inline v0_1 {

/// What the library needs of the machine it runs on. `slb::system_host` (host.hpp) is a ready one.
///   unix_seconds()   the time of day, for signatures; seconds since 1970, UTC
///   steady_ms()      a clock that never steps back, for deadlines; milliseconds
///   random(bytes)    fills with cryptographic randomness; false: there is none
///   wait(ms)         pauses for so many milliseconds
template <class T>
concept host = requires(T& machine, std::span<unsigned char> bytes, std::int64_t ms) {
    { machine.unix_seconds() } -> std::same_as<std::int64_t>;
    { machine.steady_ms() } -> std::same_as<std::int64_t>;
    { machine.random(bytes) } -> std::same_as<bool>;
    machine.wait(ms);
};

/// A host with a connection to one endpoint, at most one at a time, blocking until a deadline.
///   endpoint()            where it connects to
///   connect(deadline)     opens the connection, TLS included, after closing an older one
///   write(bytes, deadline)  sends some of the bytes and says how many, at least one
///   read(space, deadline)   receives some bytes and says how many; 0: the peer closed cleanly
///   close()               drops the connection; in any state
/// After a failed write the session reads once more: a server that refuses early may have said why.
/// Errors: endpoint_malformed, resolve_failed, connect_failed, tls_failed, certificate_refused,
/// connection_reset, timed_out, out_of_memory; called_out_of_order without a connection.
template <class T>
concept transport = host<T> &&
    requires(T& line, std::string_view bytes, std::span<char> space, std::int64_t deadline) {
    { line.endpoint() } -> std::convertible_to<slb::endpoint const&>;
    { line.connect(deadline) } -> std::same_as<result<void>>;
    { line.write(bytes, deadline) } -> std::same_as<result<std::size_t>>;
    { line.read(space, deadline) } -> std::same_as<result<std::size_t>>;
    requires noexcept(line.close());
};

/// A transport that can tell more:
///   usable()              whether a kept connection is as it was left: open, and with nothing arrived
/// The client then never takes late bytes for the answer to its next request, and never writes into a
/// connection that the server has dropped. Without it, only the idle timeout guards against that.
template <class T>
concept watchful_transport = transport<T> && requires(T& line) {
    { line.usable() } -> std::same_as<bool>;
};

/// Whether a transport's peers have proved who they are when it is connected, as by TLS: it says so by
/// `static constexpr bool proves_peer = true`. Only then does a client set its clock by theirs.
template <class T>
inline constexpr bool proves_peer = requires {
    requires T::proves_peer;
};

/// A transport that makes whole calls by itself, asynchronously, by a member template
///   async_call(request, response, keys, options, memory, allocator, token)
/// It says so by a type `executor_type`, that of what its handlers run on. The core knows no more of it.
template <class T>
concept asynchronous_transport = transport<T> && requires {
    typename T::executor_type;
};

} // namespace slb::inline v0_1

#endif
