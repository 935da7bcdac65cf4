#ifndef SLB_POOL_HPP
#define SLB_POOL_HPP

#include <slb/deadline.hpp>
#include <slb/memory.hpp>

#include <span>

namespace slb::inline v0_1 {

template <byte_allocator Allocator>
class session;

/// What is known of one connection between the calls on it. Keep it beside the connection itself, and hand it
/// to each session that uses it, one at a time.
class kept_connection {
  public:
    /// Whether there is a connection, as far as sessions were told.
    [[nodiscard]] constexpr bool open() const noexcept { return open_; }
    /// The connection is gone, while no call was under way on it.
    constexpr void dropped() noexcept { open_ = false; }
    /// From when on it is too old to carry another call; not before that an idle one needs to be dropped.
    [[nodiscard]] constexpr std::int64_t expires_at() const noexcept { return expires_at_ms_; }

  private:
    template <byte_allocator Allocator>
    friend class session;
    friend class pool;

    bool open_ = false;
    /// No call was left in the middle on it, as by a driver that threw.
    bool clean_ = false;
    bool in_use_ = false;
    /// The peer has proved who it is.
    bool proven_ = false;
    std::int64_t expires_at_ms_ = 0;
};

/// Which of a few connections to one endpoint carries the next call, where several calls are under way:
///
///   kept_connection lines[4];                  a connection of yours belongs to each
///   pool connections{lines};
///   kept_connection* line = connections.acquire();     null: all are in use, wait for a release
///   ... a session uses it, until it is done ...
///   connections.release(*line);
///   when now_ms >= connections.expires_at(): drop the connection of *connections.expired(now_ms), if any
///
/// The one used last comes first, so that no more are kept than are needed. No memory is allocated, and
/// no time passes by itself.
class pool {
  public:
    /// At most as many connections as there are `lines`, which must outlive the pool.
    explicit constexpr pool(std::span<kept_connection> lines) noexcept : lines_(lines) {}

    /// A connection for one call, or a place for a new one; null: as many calls as that are under way.
    [[nodiscard]] constexpr kept_connection* acquire() noexcept {
        kept_connection* best = nullptr;
        for (auto& line : lines_) {
            if (line.in_use_) continue;
            bool const better = best == nullptr ||
                                (line.open_ && (!best->open_ || line.expires_at_ms_ > best->expires_at_ms_));
            if (better) best = &line;
        }
        if (best != nullptr) best->in_use_ = true;
        return best;
    }
    /// The call is over. (What became of the connection, its session has noted.)
    constexpr void release(kept_connection& line) noexcept { line.in_use_ = false; }

    /// When the next of the idle connections becomes too old; no_deadline: there is none.
    [[nodiscard]] constexpr std::int64_t expires_at() const noexcept {
        std::int64_t first = no_deadline;
        for (auto const& line : lines_)
            if (idle(line) && line.expires_at_ms_ < first) first = line.expires_at_ms_;
        return first;
    }
    /// An idle connection that is too old, counted as dropped from now on: the caller drops it. Null: there
    /// is none, or no further one.
    [[nodiscard]] constexpr kept_connection* expired(std::int64_t now_ms) noexcept {
        for (auto& line : lines_)
            if (idle(line) && line.expires_at_ms_ <= now_ms) {
                line.open_ = false;
                return &line;
            }
        return nullptr;
    }

  private:
    static constexpr bool idle(kept_connection const& line) noexcept { return line.open_ && !line.in_use_; }

    std::span<kept_connection> lines_;
};

} // namespace slb::inline v0_1

#endif
