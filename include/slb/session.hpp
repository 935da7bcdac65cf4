#ifndef SLB_SESSION_HPP
#define SLB_SESSION_HPP

#include <slb/deadline.hpp>
#include <slb/exchange.hpp>

namespace slb::inline v0_1 {

/// What the driver of a session does next: session says what belongs to each.
enum class session_step : std::uint8_t { connect, begin, write, read, close, done };

/// A whole call over connections that are kept: it decides, a driver does.
///
///   session calls{endpoint};
///   calls.start(request, response, signer, now_ms);
///   for (;;) switch (calls.next(now_ms)) {
///     case connect: open a connection until calls.deadline();  calls.connected(result)
///     case begin:   calls.begin(signer, unix_seconds, nonce), or calls.failed(error)
///     case write:   send calls.output() until calls.deadline();  calls.wrote(result)
///     case read:    receive into calls.input() until calls.deadline();  calls.got(result), 0 for a clean end
///     case close:   drop the connection;  calls.dropped()
///     case done:    `response` holds the outcome
///   }
///
/// `now_ms` is a clock that never steps back; deadlines are on the same clock.
template <byte_allocator Allocator = heap_allocator>
class session {
  public:
    /// For calls to one endpoint, one after the other, the first of which connects. A malformed endpoint
    /// becomes the error of each call.
    explicit session(slb::endpoint const& target, call_options const& options = {},
                     Allocator const& allocator = Allocator())
        : exchange_(target, options, allocator) {}
    session(session const&) = delete;
    session& operator=(session const&) = delete;

    /// Encodes the request. After an error, which a signer that cannot sign is too, the next step is done.
    template <class Operation, class Crypto, class SignerAllocator>
    void start(Operation const& request, response<Operation, Allocator>& out,
               signer<Crypto, SignerAllocator> const& with, std::int64_t now_ms) {
        now_ms_ = now_ms;
        call_deadline_ms_ = later(now_ms, exchange_.options().call_timeout_ms);
        write_failure_ = errc::none;
        reused_ = false;
        bool const encoded = exchange_.encode(request, out);
        if (encoded && with.status().code() != errc::none) exchange_.abandon(with.status());
        if (exchange_.done()) {
            step_ = session_step::done;
        } else if (!open_) {
            step_ = session_step::connect;
        } else if (!clean_ || now_ms - last_used_ms_ >= exchange_.options().idle_timeout_ms) {
            step_ = session_step::close;
        } else {
            reused_ = true;
            step_ = session_step::begin;
        }
    }

    /// What to do now. When the call's deadline has passed, the call is over.
    [[nodiscard]] session_step next(std::int64_t now_ms) {
        now_ms_ = now_ms;
        if (!exchange_.done() && now_ms >= call_deadline_ms_) failed(errc::timed_out);
        return step_;
    }
    /// Until when the current step may take.
    [[nodiscard]] std::int64_t deadline() const {
        auto const& options = exchange_.options();
        std::int64_t const step = later(now_ms_, step_ == session_step::connect ? options.connect_timeout_ms
                                                                                : options.step_timeout_ms);
        return step < call_deadline_ms_ ? step : call_deadline_ms_;
    }

    /// What came of the step connect. An error ends the call, of which nothing was sent.
    void connected(result<void> const& outcome) {
        open_ = clean_ = static_cast<bool>(outcome);
        if (open_)
            step_ = session_step::begin;
        else
            failed(outcome.error().code());
    }
    /// Signs, at the time of day, with a nonce that is new. When that fails the next step closes the
    /// connection.
    template <class Crypto, class SignerAllocator>
    void begin(signer<Crypto, SignerAllocator> const& with, std::int64_t unix_seconds,
               slb::nonce const& once) {
        clean_ = false;
        exchange_.begin(with, unix_seconds, once);
        advance();
    }
    /// What is left of the request, at least one byte in the step write. Valid until wrote().
    [[nodiscard]] std::string_view output() const { return exchange_.output(); }
    /// What came of the step write: how many bytes were sent. 0 counts as errc::connection_reset. After an
    /// error other than errc::timed_out the next step reads, because a server that refuses early may have
    /// said why.
    void wrote(result<std::size_t> const& outcome) {
        if (outcome && *outcome != 0) {
            exchange_.sent(*outcome);
            advance();
        } else if (outcome) {
            failed(errc::connection_reset);
        } else if (outcome.error() == errc::timed_out) {
            failed(errc::timed_out);
        } else {
            // A server that refuses early answers and closes: its answer may be there to be read.
            write_failure_ = outcome.error().code();
            step_ = session_step::read;
        }
    }
    /// Room for the response; empty when memory ran out: then the session goes on by itself.
    [[nodiscard]] std::span<char> input() {
        std::span<char> const space = exchange_.input();
        if (space.empty()) advance();
        return space;
    }
    /// What came of the step read: how many bytes were put into input(), or 0 for a clean end of the peer.
    void got(result<std::size_t> const& outcome) {
        if (exchange_.done()) return;
        if (!outcome) {
            lost(outcome.error().code());
        } else if (*outcome != 0) {
            exchange_.received(*outcome);
            advance();
        } else if (!exchange_.response_begun()) {
            lost(errc::connection_closed);
        } else {
            exchange_.closed();
            advance();
        }
    }
    /// The current step failed for a reason of the driver's, as errc::randomness_unavailable.
    void failed(errc why) {
        exchange_.failed(why);
        advance();
    }
    /// The connection is gone: as the step close asked, or while no call was under way.
    void dropped() {
        open_ = false;
        if (step_ == session_step::close)
            step_ = exchange_.done() ? session_step::done : session_step::connect;
    }

  private:
    static constexpr std::int64_t later(std::int64_t now, std::int64_t ms) {
        return now > 0 && ms > no_deadline - now ? no_deadline : now + ms;
    }
    /// The connection broke. On one that was kept, before any byte of the response, the server has probably
    /// dropped it for idleness, which the caller may want to tell from a failure in the middle.
    void lost(errc why) {
        auto const is_loss = [](errc what) {
            return what == errc::connection_reset || what == errc::connection_closed;
        };
        if (reused_ && !exchange_.response_begun() && (is_loss(why) || is_loss(write_failure_)))
            why = errc::reused_connection_lost;
        else if (write_failure_ != errc::none && !exchange_.response_begun())
            why = write_failure_;
        failed(why);
    }
    void advance() {
        if (!exchange_.done()) {
            bool const writing = exchange_.wants_write() && write_failure_ == errc::none;
            step_ = writing ? session_step::write : session_step::read;
            return;
        }
        last_used_ms_ = now_ms_;
        clean_ = exchange_.reusable();
        step_ = open_ && !clean_ ? session_step::close : session_step::done;
    }

    exchange<Allocator> exchange_;
    session_step step_ = session_step::done;
    bool open_ = false;
    /// No call was left in the middle on the connection, as by a driver that threw.
    bool clean_ = false;
    bool reused_ = false;
    errc write_failure_ = errc::none;
    std::int64_t now_ms_ = 0;
    std::int64_t last_used_ms_ = 0;
    std::int64_t call_deadline_ms_ = no_deadline;
};

} // namespace slb::inline v0_1

#endif
