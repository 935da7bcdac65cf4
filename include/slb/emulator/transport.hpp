#ifndef SLB_EMULATOR_TRANSPORT_HPP
#define SLB_EMULATOR_TRANSPORT_HPP

#include <slb/emulator/emulator.hpp>
#include <slb/transport.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace slb::inline v0_1 {

/// A transport that ends in an emulator, without a socket. Its clocks are the emulator's: no time passes
/// unless somebody waits, and then at once. A peer that never answers makes an operation time out by moving
/// the clock to its deadline. Its randomness follows from the seed: good for tests, never for secrets.
/// The emulator must outlive it: slb::emulator, or another of its kind, with connections and both clocks.
template <class Emulator>
class basic_emulator_transport {
  public:
    /// An emulator is who it is.
    static constexpr bool proves_peer = true;

    /// `where` is what requests name as their host; it leads nowhere else. With the same seed, the same calls
    /// are made of the same bytes; left out, the transports of an emulator are numbered from 1, so that no
    /// two draw the same nonces.
    explicit basic_emulator_transport(Emulator& served,
                                      slb::endpoint const& where = slb::endpoint("slb.aliyuncs.com"))
        : basic_emulator_transport(served, where, ++served.transports_) {}
    /// With the same seed, the same calls are made of the same bytes.
    basic_emulator_transport(Emulator& served, slb::endpoint const& where, std::uint64_t seed)
        : emulator_(&served), endpoint_(where), random_(seed) {}

    /// As it was given. Lives as long as the transport.
    [[nodiscard]] slb::endpoint const& endpoint() const noexcept { return endpoint_; }
    /// How often connect() was called.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

    /// Opens a new connection of the emulator, after closing an older one. Errors: endpoint_malformed,
    /// timed_out; connect_failed while the emulator is down.
    result<void> connect(std::int64_t deadline) {
        close();
        if (endpoint_.status() != errc::none) return endpoint_.status();
        if (steady_ms() >= deadline) return errc::timed_out;
        if (!emulator_->accepts()) return errc::connect_failed;
        connection_.emplace(*emulator_);
        ++connections_;
        return {};
    }
    /// Takes all bytes at once. Errors: connection_reset, timed_out; called_out_of_order without connection.
    result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        if (!connection_) return errc::called_out_of_order;
        if (steady_ms() >= deadline) return errc::timed_out;
        if (connection_->next() == emulator_step::reset) return errc::connection_reset;
        connection_->received(bytes);
        return bytes.size();
    }
    /// Takes as many bytes as there are and fit; 0: the emulator closed. Errors: connection_reset, timed_out;
    /// called_out_of_order without connection.
    result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        if (!connection_) return errc::called_out_of_order;
        if (steady_ms() >= deadline) return errc::timed_out;
        switch (connection_->next()) {
        case emulator_step::close: return std::size_t{0};
        case emulator_step::reset: return errc::connection_reset;
        case emulator_step::write: break;
        case emulator_step::read:
        case emulator_step::stall:
            // Nothing will ever come. Without a deadline there is no time to wait until.
            if (deadline != no_deadline) emulator_->advance(deadline - steady_ms());
            return errc::timed_out;
        }
        std::size_t const size = (std::min)(space.size(), connection_->output().size());
        std::memcpy(space.data(), connection_->output().data(), size);
        connection_->sent(size);
        return size;
    }
    /// Drops the connection, if there is one.
    void close() noexcept { connection_.reset(); }

    /// By how many seconds the client's time of day is ahead of the emulator's from now on; negative: behind.
    /// The emulator judges by its own, so that a clock set wrong, or stepped, can be tried.
    void set_clock_error(std::int64_t seconds) noexcept { clock_error_ = seconds; }

    /// @{
    /// The clocks of the emulator: seconds since 1970, UTC, with the error that was set, and milliseconds
    /// since it was made.
    [[nodiscard]] std::int64_t unix_seconds() const { return emulator_->unix_seconds() + clock_error_; }
    [[nodiscard]] std::int64_t steady_ms() const { return emulator_->steady_ms(); }
    /// @}
    /// Advances both clocks and returns at once.
    void wait(std::int64_t ms) { emulator_->advance(ms); }
    /// Fills all of `bytes` with what follows from the seed. Always true.
    [[nodiscard]] bool random(std::span<unsigned char> bytes) noexcept {
        for (auto& byte : bytes) byte = static_cast<unsigned char>(random_() >> 56);
        return true;
    }

  private:
    Emulator* emulator_;
    slb::endpoint endpoint_;
    std::optional<typename Emulator::connection> connection_{};
    detail::splitmix64 random_;
    std::size_t connections_ = 0;
    std::int64_t clock_error_ = 0;
};

/// A transport that ends in the emulator of the SLB service.
using emulator_transport = basic_emulator_transport<emulator>;

static_assert(transport<emulator_transport>);

} // namespace slb::inline v0_1

#endif
