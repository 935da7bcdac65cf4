#ifndef SLB_HOST_HPP
#define SLB_HOST_HPP

#include <slb/transport.hpp>

#include <cerrno>
#include <chrono>
#include <thread>

#if defined(__linux__)
#include <sys/random.h>
#else
#include <random>
#endif
#if defined(__unix__)
#include <poll.h>
#include <sys/socket.h>
#endif

namespace slb::inline v0_1 {

/// The clocks and the randomness of the operating system. (Other than Linux, randomness is
/// std::random_device, which may throw.) Derive a transport from it and four of its nine members are there.
struct system_host {
    /// The system's clock, in seconds since 1970, UTC. It steps when somebody sets it.
    [[nodiscard]] std::int64_t unix_seconds() const {
        using namespace std::chrono;
        return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
    }
    /// Milliseconds since some moment that differs from machine to machine. All deadlines are on this clock.
    [[nodiscard]] std::int64_t steady_ms() const {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    }
    /// Sleeps for that many milliseconds at least; for none when they are negative.
    void wait(std::int64_t ms) const { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

    /// Fills all of `bytes`, of any number. False: the system gave no randomness, and what is in them is
    /// none.
#if defined(__linux__)
    [[nodiscard]] bool random(std::span<unsigned char> bytes) const {
        while (!bytes.empty()) {
            auto const got = ::getrandom(bytes.data(), bytes.size(), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        }
        return true;
    }
#else
    [[nodiscard]] bool random(std::span<unsigned char> bytes) const {
        std::random_device device;
        for (auto& byte : bytes) byte = static_cast<unsigned char>(device());
        return true;
    }
#endif
};

static_assert(host<system_host>);

#if defined(__unix__)
/// The same for a transport over a socket (not on macOS, which has no MSG_NOSIGNAL): sends and receives some
/// bytes until a deadline, whether the socket blocks or not. Errors: timed_out, and connection_reset for any
/// other failure; receive gives 0 for a clean end. No signal is raised.
struct socket_host : system_host {
    /// Sends some of `bytes`, of which there must be at least one, and says how many. `deadline` is a time of
    /// steady_ms(); one that has passed is heeded only when the socket takes nothing at once.
    result<std::size_t> send(int socket, std::string_view bytes, std::int64_t deadline) const {
        return transfer(socket, POLLOUT, deadline, [&] {
            return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        });
    }
    /// Receives some bytes into `space`, which must not be empty, and says how many; 0: the peer has ended
    /// its direction. The deadline is as in send().
    result<std::size_t> receive(int socket, std::span<char> space, std::int64_t deadline) const {
        return transfer(socket, POLLIN, deadline,
                        [&] { return ::recv(socket, space.data(), space.size(), MSG_DONTWAIT); });
    }

  private:
    template <class Operation>
    result<std::size_t> transfer(int socket, short event, std::int64_t deadline, Operation operation) const {
        for (;;) {
            if (auto const n = operation(); n >= 0) return static_cast<std::size_t>(n);
            if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return errc::connection_reset;
            std::int64_t const left = deadline - steady_ms();
            if (left <= 0) return errc::timed_out;
            constexpr std::int64_t longest = 60 * 1000;
            pollfd ready{socket, event, 0};
            ::poll(&ready, 1, static_cast<int>(left < longest ? left : longest));
        }
    }
};
#endif

} // namespace slb::inline v0_1

#endif
