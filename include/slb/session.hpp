#ifndef SLB_SESSION_HPP
#define SLB_SESSION_HPP

#include <slb/deadline.hpp>
#include <slb/exchange.hpp>
#include <slb/pool.hpp>
#include <slb/retry.hpp>

namespace slb::inline v0_1 {

/// What the driver of a session does next: session says what belongs to each.
enum class session_step : std::uint8_t {
    key,
    acquire,
    connect,
    begin,
    write,
    read,
    close,
    retry,
    wait,
    done
};

/// A whole call over connections that are kept, sent again where that is right: it decides, a driver does.
///
///   kept_connection line;                  beside the connection that it is about
///   session call{endpoint};                used again for the next call
///   call.start(request, response, signer);
///   for (;;) switch (call.next(now_ms)) {
///     case acquire: call.use(line);        with several, one that no other call uses: see pool
///     case connect: open a connection until call.deadline();  call.connected(result)
///     case begin:   call.begin(signer, host)
///     case write:   send call.output() until call.deadline();  call.wrote(result)
///     case read:    receive into call.input() until call.deadline();  call.got(result), 0 for a clean end
///     case close:   drop the connection;  call.dropped()
///     case retry:   call.decide(host)
///     case wait:    the connection is free for others; do nothing until call.deadline()
///     case key:     only after a start() without a signer: see there
///     case done:    `response` holds the outcome
///   }
///
/// `now_ms` is a clock that never steps back; deadlines are on the same clock. `host` is asked for the time
/// of day and for randomness; who has none at hand calls the other begin() and decide().
template <byte_allocator Allocator = heap_allocator>
class session {
  public:
    /// For calls to one endpoint, one after the other. A malformed endpoint becomes the error of each call.
    /// What it remembers of them it keeps in `memory`, which sessions of one client share; null: for itself.
    explicit session(slb::endpoint const& target, call_options const& options = {},
                     Allocator const& allocator = Allocator(), retry_memory* memory = nullptr)
        : exchange_(target, options, allocator), memory_(memory == nullptr ? &own_memory_ : memory) {}
    session(session const&) = delete;
    session& operator=(session const&) = delete;

    /// Encodes the request, of which nothing is needed afterwards. After an error, which a signer that cannot
    /// sign is too, the next step is done.
    template <class Operation, class Crypto, class SignerAllocator>
    void start(Operation const& request, response<Operation, Allocator>& out,
               signer<Crypto, SignerAllocator> const& with) {
        bool const encoded = exchange_.encode(request, out);
        if (encoded && with.status().code() != errc::none) exchange_.abandon(with.status());
        start(session_step::acquire);
    }
    /// The same with a key that changes in the course of time. The step `key` comes first, and again when the
    /// service has refused the key: see that there is one, another one if call.key_refused(), until
    /// call.deadline(), and say so by call.keyed(result).
    template <class Operation>
    void start(Operation const& request, response<Operation, Allocator>& out) {
        exchange_.encode(request, out);
        start(session_step::key);
    }
    /// Sends a message of one's own, as it is to stand on the connection, and keeps the answer as it comes.
    /// The message must stay until the call is done.
    void start(std::string_view message, http_response<Allocator>& out) {
        exchange_.keep(message, out);
        start(session_step::acquire);
    }

    /// What to do now. The time of the call counts from when this is first asked; when its deadline has
    /// passed, the call is over.
    [[nodiscard]] session_step next(std::int64_t now_ms) {
        measure(now_ms);
        now_ms_ = now_ms;
        if (call_deadline_ms_ == unset_) call_deadline_ms_ = later(now_ms, options().call_timeout_ms);
        if (exchange_.done() && !over_) conclude();
        if (step_ == session_step::wait && now_ms >= wake_at_ms_) {
            // Who overslept has no time for another attempt.
            if (now_ms >= call_deadline_ms_)
                give_up(exchange_.outcome());
            else
                begin_again();
        }
        if (!exchange_.done() && now_ms >= call_deadline_ms_) exchange_.failed(errc::timed_out);
        if (exchange_.done() && !over_) conclude();
        measured_step_ = step_;
        return step_;
    }
    /// Until when the current step may take, and of the step wait, until when it takes.
    [[nodiscard]] std::int64_t deadline() const {
        if (step_ == session_step::wait) return wake_at_ms_;
        if (step_ == session_step::acquire || step_ == session_step::key) return call_deadline_ms_;
        std::int64_t const step = later(now_ms_, step_ == session_step::connect ? options().connect_timeout_ms
                                                                                : options().step_timeout_ms);
        return step < call_deadline_ms_ ? step : call_deadline_ms_;
    }

    /// Whether the step key wants another key than that of the last attempt, in this call or the one before.
    [[nodiscard]] bool key_refused() const { return memory_->key_refused; }
    /// What came of the step key. An error, which is no refusal of the service's, ends the call, of which
    /// this attempt was not sent; its details are copied.
    void keyed(result<void> const& outcome) {
        memory_->key_refused = false;
        if (!outcome)
            exchange_.abandon(outcome.error());
        else
            step_ = session_step::acquire;
    }
    /// The connection of the step acquire: this call's alone until it is done or waits. One that is too old,
    /// or was left in the middle, is closed first.
    void use(kept_connection& line) {
        if (exchange_.done()) return;
        line_ = &line;
        if (!line.open_) {
            step_ = session_step::connect;
        } else if (!line.clean_ || now_ms_ >= line.expires_at_ms_) {
            step_ = session_step::close;
        } else {
            reused_ = true;
            to_begin();
        }
    }
    /// What came of the step connect, and whether the peer has proved who it is, as by TLS: otherwise its
    /// time of day is not believed. An error ends the attempt, of which nothing was sent.
    void connected(result<void> const& outcome, bool peer_is_proven = false) {
        line_->open_ = line_->clean_ = static_cast<bool>(outcome);
        line_->proven_ = peer_is_proven;
        if (line_->open_)
            to_begin();
        else
            failed(outcome.error().code());
    }
    /// Signs, at the time of day, with a nonce that is new. When that fails the next step closes the
    /// connection.
    template <class Crypto, class SignerAllocator>
    void begin(signer<Crypto, SignerAllocator> const& with, std::int64_t unix_seconds,
               slb::nonce const& once) {
        line_->clean_ = false;
        signed_at_ = unix_seconds;
        exchange_.begin(with, unix_seconds + memory_->clock_offset, once);
        advance();
    }
    /// The same with the time and the randomness of a host.
    template <class Crypto, class SignerAllocator, class Host>
    void begin(signer<Crypto, SignerAllocator> const& with, Host& host) {
        unsigned char random[16];
        if (host.random(random))
            begin(with, host.unix_seconds(), nonce(random));
        else
            failed(errc::randomness_unavailable);
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
    [[nodiscard]] std::span<char> input() { return exchange_.input(); }
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
    /// errc::cancelled. In the steps retry and wait it ends the call.
    void failed(errc why) {
        if (step_ == session_step::retry || step_ == session_step::wait) {
            if (step_ == session_step::retry) report({retry_verdict::final_answer});
            give_up(slb::error(why, exchange_.outcome().delivery()));
            return;
        }
        exchange_.failed(why);
        advance();
    }
    /// The connection is gone, as the step close asked.
    void dropped() {
        line_->open_ = false;
        if (over_)
            settle();
        else
            step_ = session_step::connect;
    }
    /// How long the step retry waits before it sends the request again depends on these 64 random bits.
    void decide(std::uint64_t random) { act(slb::decide(options().retry, failure(random), memory_->budget)); }
    /// The same with the randomness of a host. (One that gives none cannot sign another attempt anyhow.)
    template <class Host>
        requires requires(Host& host, std::span<unsigned char> bytes) { host.random(bytes); }
    void decide(Host& host) {
        unsigned char bytes[8] = {};
        std::uint64_t random = 0;
        if (host.random(bytes))
            for (unsigned char byte : bytes) random = random << 8 | byte;
        decide(random);
    }
    /// As they were given to the constructor. They live as long as the session.
    [[nodiscard]] call_options const& options() const { return exchange_.options(); }

  private:
    static constexpr std::int64_t unset_ = INT64_MIN;

    static constexpr std::int64_t later(std::int64_t now, std::int64_t ms) {
        return now > 0 && ms > no_deadline - now ? no_deadline : now + ms;
    }
    void start(session_step first) {
        call_deadline_ms_ = unset_;
        attempt_ = 1;
        key_replaced_ = clock_set_ = unknown_before_ = false;
        waited_ms_ = connecting_ms_ = writing_ms_ = reading_ms_ = 0;
        first_step_ = first;
        begin_attempt(first);
        over_ = exchange_.done();
        if (over_) step_ = session_step::done;
    }
    void begin_attempt(session_step first) {
        line_ = nullptr;
        write_failure_ = errc::none;
        reused_ = over_ = false;
        step_ = first;
    }
    void begin_again() {
        ++attempt_;
        exchange_.rewind();
        begin_attempt(first_step_);
    }
    void to_begin() {
        if (!exchange_.carries_message_) {
            step_ = session_step::begin;
            return;
        }
        line_->clean_ = false;
        exchange_.run();
        advance();
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
    /// Where the exchange is done, next() goes on.
    void advance() {
        if (exchange_.done()) return;
        bool const writing = exchange_.wants_write() && write_failure_ == errc::none;
        step_ = writing ? session_step::write : session_step::read;
    }
    /// The attempt is over: what becomes of its connection?
    void conclude() {
        over_ = true;
        if (line_ != nullptr && line_->open_) {
            // The last step may have taken long, and only now the connection idles.
            line_->clean_ = exchange_.reusable();
            line_->expires_at_ms_ = later(now_ms_, options().idle_timeout_ms);
            if (!line_->clean_) {
                step_ = session_step::close;
                return;
            }
        }
        settle();
    }
    /// What becomes of the call?
    void settle() {
        if (exchange_.outcome().code() == errc::none) {
            memory_->budget.give();
            act({retry_verdict::succeeded});
        } else if (exchange_.outcome() == errc::cancelled) {
            // Whoever owned the memory may have gone.
            act({retry_verdict::final_answer});
        } else if (is_helped()) {
            act(slb::decide_at_once(options().retry, failure(0), memory_->budget));
        } else {
            // With the shortest of pauses: if that is too long, so are the others.
            retry_budget tried = memory_->budget;
            retry_decision const shortest = slb::decide(options().retry, failure(0), tried);
            if (shortest.verdict == retry_verdict::again)
                step_ = session_step::retry;
            else
                act(shortest);
        }
    }
    void act(retry_decision const& decision) {
        report(decision);
        slb::error const& why = exchange_.outcome();
        if (decision.verdict == retry_verdict::succeeded) {
            step_ = session_step::done;
        } else if (decision.verdict != retry_verdict::again) {
            give_up(why);
        } else {
            waited_ms_ = connecting_ms_ = writing_ms_ = reading_ms_ = 0;
            unknown_before_ = unknown_before_ || why.delivery() == delivery::maybe_applied;
            wake_at_ms_ = later(now_ms_, decision.wait_ms);
            line_ = nullptr;
            step_ = session_step::wait;
        }
    }
    void give_up(slb::error why) {
        // What an earlier attempt may have done is not undone by a later one that was refused.
        bool const less = why.delivery() == delivery::not_sent || why.delivery() == delivery::rejected;
        if (unknown_before_ && less && !only_reads(exchange_.action()))
            why.with_delivery(delivery::maybe_applied).with_retry(false, why.asked_to_wait());
        exchange_.replace(why);
        step_ = session_step::done;
    }
    [[nodiscard]] failed_attempt failure(std::uint64_t random) const {
        return {exchange_.outcome(), exchange_.repeatable_, attempt_, now_ms_, call_deadline_ms_, random};
    }
    /// Whether the service said no for a reason that has been done away with.
    [[nodiscard]] bool is_helped() {
        slb::error const& why = exchange_.outcome();
        if (why.service() == nullptr || why.delivery() != delivery::rejected) return false;
        auto const known = lookup_service_code(*why.service());
        if (!known) return false;
        if (known->retry == service_retry::after_getting_a_key && first_step_ == session_step::key) {
            memory_->key_refused = true;
            return !std::exchange(key_replaced_, true);
        }
        return known->retry == service_retry::after_setting_the_clock && set_clock(why);
    }
    /// Takes over the server's time, once a call. False: it has none, or is not to be believed.
    bool set_clock(slb::error const& why) {
        bool const believed = line_ != nullptr && line_->proven_ && why.server_time() != 0;
        if (!believed || options().retry.max_clock_skew <= 0 || std::exchange(clock_set_, true)) return false;
        std::int64_t const offset = why.server_time() - signed_at_;
        if (offset > options().retry.max_clock_skew || -offset > options().retry.max_clock_skew) {
            exchange_.replace(slb::error(why).with_code(errc::clock_skew).with_number(offset));
            return false;
        }
        // Within a minute, it was not the clock.
        std::int64_t const change = offset - memory_->clock_offset;
        memory_->clock_offset = offset;
        return change > 60 || change < -60;
    }

    /// How long the step took that next() gave last.
    void measure(std::int64_t now_ms) {
        if (options().observer == nullptr) return;
        std::int64_t const took = call_deadline_ms_ == unset_ ? 0 : now_ms - now_ms_;
        switch (measured_step_) {
        case session_step::key:
        case session_step::acquire:
        case session_step::retry:
        case session_step::wait: waited_ms_ += took; break;
        case session_step::connect: connecting_ms_ += took; break;
        case session_step::begin:
        case session_step::write: writing_ms_ += took; break;
        case session_step::read: reading_ms_ += took; break;
        case session_step::close:
        case session_step::done: break;
        }
    }
    void report(retry_decision const& decision) const {
        slb::observer* const seen_by = options().observer;
        if (seen_by == nullptr) return;
        slb::error shown = exchange_.outcome();
        if (service_error const* const said = shown.service()) {
            service_error without_secrets = *said;
            without_secrets.message = detail::without_echo(said->message);
            shown.with_service(without_secrets);
        }
        seen_by->on_attempt({.operation = exchange_.action(),
                             .endpoint = exchange_.endpoint(),
                             .attempt = attempt_,
                             .reused_connection = reused_,
                             .bytes_sent = exchange_.bytes_sent(),
                             .bytes_received = exchange_.bytes_received(),
                             .waited_ms = waited_ms_,
                             .connecting_ms = connecting_ms_,
                             .writing_ms = writing_ms_,
                             .reading_ms = reading_ms_,
                             .request_id = exchange_.request_id(),
                             .outcome = shown,
                             .decision = decision});
    }

    exchange<Allocator> exchange_;
    retry_memory own_memory_{};
    retry_memory* memory_;
    kept_connection* line_ = nullptr;
    session_step step_ = session_step::done;
    session_step first_step_ = session_step::done;
    int attempt_ = 1;
    bool reused_ = false;
    /// Whether this attempt has been concluded.
    bool over_ = true;
    /// Whether another key was asked for, once a call.
    bool key_replaced_ = false;
    bool clock_set_ = false;
    /// Whether an earlier attempt may have been applied.
    bool unknown_before_ = false;
    errc write_failure_ = errc::none;
    std::int64_t now_ms_ = 0;
    std::int64_t call_deadline_ms_ = unset_;
    std::int64_t wake_at_ms_ = 0;
    std::int64_t signed_at_ = 0;
    /// For the observer.
    session_step measured_step_ = session_step::done;
    std::int64_t waited_ms_ = 0;
    std::int64_t connecting_ms_ = 0;
    std::int64_t writing_ms_ = 0;
    std::int64_t reading_ms_ = 0;
};

} // namespace slb::inline v0_1

#endif
