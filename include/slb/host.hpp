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

namespace slb::inline v0_1 {

/// The clocks and the randomness of the operating system. Derive a transport from it and four of its nine
/// members are there.
struct system_host {
    [[nodiscard]] std::int64_t unix_seconds() const {
        using namespace std::chrono;
        return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
    }
    [[nodiscard]] std::int64_t steady_ms() const {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    }
    void wait(std::int64_t ms) const { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

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

} // namespace slb::inline v0_1

#endif
