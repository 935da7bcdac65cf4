#ifndef SLB_SESSION_HPP
#define SLB_SESSION_HPP

#include <slb/deadline.hpp>
#include <slb/exchange.hpp>
#include <slb/pool.hpp>

namespace slb::inline v0_1 {

/// What the driver of a session does next: session says what belongs to each.
enum class session_step : std::uint8_t { acquire, connect, begin, write, read, close, done };

/// A whole call over a connection that is kept: it decides, a driver does.
///
///   kept_connection line;                  beside the connection that it is about
///   session call{endpoint};                used again for the next call
///   call.start(request, response, signer);
///   for (;;) switch (call.next(now_ms)) {
///     case acquire: call.use(line);        with several, one that no other call uses: see pool
///     case connect: open a connection until call.deadline();  call.connected(result)
///     case begin:   call.begin(signer, unix_seconds, nonce), or call.failed(error)
///     case write:   send call.output() until call.deadline();  call.wrote(result)
///     case read:    receive into call.input() until call.deadline();  call.got(result), 0 for a clean end
///     case close:   drop the connection;  call.dropped()
///     case done:    `response` holds the outcome
///   }
///
/// `now_ms` is a clock that never steps back; deadlines are on the same clock.
template <byte_allocator Allocator = heap_allocator>
class session {
  public:
    /// For calls to one endpoint, one after the other. A malformed endpoint becomes the error of each call.
    explicit session(slb::endpoint const& target, call_options const& options = {},
                     Allocator const& allocator = Allocator())
        : exchange_(target, options, allocator) {}
    session(session const&) = delete;
    session& operator=(session const&) = delete;

    /// Encodes the request, of which nothing is needed afterwards. After an error, which a signer that cannot
    /// sign is too, the next step is done.
    template <class Operation, class Crypto, class SignerAllocator>
    void start(Operation const& request, response<Operation, Allocator>& out,
               signer<Crypto, SignerAllocator> const& with) {
        line_ = nullptr;
        call_deadline_ms_ = unset_;
        write_failure_ = errc::none;
        reused_ = just_kept_ = false;
        bool const encoded = exchange_.encode(request, out);
        if (encoded && with.status().code() != errc::none) exchange_.abandon(with.status());
        step_ = exchange_.done() ? session_step::done : session_step::acquire;
    }

    /// What to do now. The time of the call counts from when this is first asked; when its deadline has
    /// passed, the call is over.
    [[nodiscard]] session_step next(std::int64_t now_ms) {
        now_ms_ = now_ms;
        if (call_deadline_ms_ == unset_) call_deadline_ms_ = later(now_ms, options().call_timeout_ms);
        if (!exchange_.done() && now_ms >= call_deadline_ms_) failed(errc::timed_out);
        // The last step may have taken long, and only now the connection idles.
        if (std::exchange(just_kept_, false))
            line_->expires_at_ms_ = later(now_ms, options().idle_timeout_ms);
        return step_;
    }
    /// Until when the current step may take.
    [[nodiscard]] std::int64_t deadline() const {
        if (step_ == session_step::acquire) return call_deadline_ms_;
        std::int64_t const step = later(now_ms_, step_ == session_step::connect ? options().connect_timeout_ms
                                                                                : options().step_timeout_ms);
        return step < call_deadline_ms_ ? step : call_deadline_ms_;
    }

    /// The connection of the step acquire: this call's alone until it is done. One that is too old, or was
    /// left in the middle, is closed first.
    void use(kept_connection& line) {
        if (exchange_.done()) return;
        line_ = &line;
        if (!line.open_) {
            step_ = session_step::connect;
        } else if (!line.clean_ || now_ms_ >= line.expires_at_ms_) {
            step_ = session_step::close;
        } else {
            reused_ = true;
            step_ = session_step::begin;
        }
    }
    /// What came of the step connect. An error ends the call, of which nothing was sent.
    void connected(result<void> const& outcome) {
        line_->open_ = line_->clean_ = static_cast<bool>(outcome);
        if (line_->open_)
            step_ = session_step::begin;
        else
            failed(outcome.error().code());
    }
    /// Signs, at the time of day, with a nonce that is new. When that fails the next step closes the
    /// connection.
    template <class Crypto, class SignerAllocator>
    void begin(signer<Crypto, SignerAllocator> const& with, std::int64_t unix_seconds,
               slb::nonce const& once) {
        line_->clean_ = false;
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
    /// The current step failed for a reason of the driver's, as errc::randomness_unavailable or
    /// errc::cancelled.
    void failed(errc why) {
        exchange_.failed(why);
        advance();
    }
    /// The connection is gone, as the step close asked.
    void dropped() {
        line_->open_ = false;
        step_ = exchange_.done() ? session_step::done : session_step::connect;
    }
    /// As they were given to the constructor. They live as long as the session.
    [[nodiscard]] call_options const& options() const { return exchange_.options(); }

  private:
    static constexpr std::int64_t unset_ = INT64_MIN;

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
        step_ = session_step::done;
        if (line_ == nullptr || !line_->open_) return;
        line_->clean_ = exchange_.reusable();
        line_->expires_at_ms_ = later(now_ms_, options().idle_timeout_ms);
        just_kept_ = line_->clean_;
        if (!line_->clean_) step_ = session_step::close;
    }

    exchange<Allocator> exchange_;
    kept_connection* line_ = nullptr;
    session_step step_ = session_step::done;
    bool reused_ = false;
    bool just_kept_ = false;
    errc write_failure_ = errc::none;
    std::int64_t now_ms_ = 0;
    std::int64_t call_deadline_ms_ = unset_;
};

} // namespace slb::inline v0_1

#endif
