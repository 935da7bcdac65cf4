#ifndef SLB_CREDENTIAL_PROVIDER_HPP
#define SLB_CREDENTIAL_PROVIDER_HPP

#include <slb/credential_providers.hpp>
#include <slb/drive.hpp>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

namespace detail {

/// What a provider has, and a fetch that outlives it still needs.
template <class Connect, class Crypto>
struct provided_keys {
    provided_keys(credential_chain sources, Connect how)
        : chain(std::move(sources)), connect(std::move(how)) {}

    /// The time of day as the services have it.
    template <class Host>
    [[nodiscard]] std::int64_t now(Host& machine) const {
        return machine.unix_seconds() + clock_offset;
    }
    /// Whether a call need not wait: for its key is good, or nothing is to be had now.
    [[nodiscard]] bool may_go_on(std::int64_t now, bool refused) const {
        if (fetching) return cache.current(now) != nullptr && !refused;
        return !cache.should_fetch(now);
    }
    [[nodiscard]] result<void> standing(std::int64_t now) const {
        if (cache.current(now) != nullptr) return {};
        return slb::error(errc::credentials_unavailable)
            .with_details(given_up.empty() ? cache.problem() : given_up);
    }

    using signer_type = slb::signer<Crypto>;

    std::mutex mutex{};
    std::condition_variable arrived{};
    /// That of whoever set `fetching`.
    credential_chain chain;
    Connect connect;
    bool fetching = false;
    /// Why the last fetch was given up; empty: it was not.
    std::string given_up{};
    std::int64_t clock_offset = 0;
    credential_cache cache{};
    std::shared_ptr<signer_type const> signer{};
    /// Asynchronous calls without a key.
    std::vector<std::function<void()>> waiting{};
};

/// How a request of the chain is sent: once, as the chain has its own idea of when to try again.
inline call_options options_for(credential_request const& ask, std::int64_t longest) {
    std::int64_t const whole = ask.connect_timeout_ms + 2 * ask.step_timeout_ms;
    return {.connect_timeout_ms = ask.connect_timeout_ms,
            .step_timeout_ms = ask.step_timeout_ms,
            .call_timeout_ms = whole < longest ? whole : longest,
            .retry = retry_options::never()};
}

/// One fetch, by whoever set `fetching`; its end is that of the fetch, with a key or without, so that
/// nobody waits for a fetch that was given up.
template <class Keys, class Host>
class key_fetch {
  public:
    key_fetch(Keys& shared, Host& machine)
        : shared_(shared), machine_(machine), clock_offset_(shared.clock_offset) {}
    ~key_fetch() { settle(); }
    key_fetch(key_fetch const&) = delete;
    key_fetch& operator=(key_fetch const&) = delete;

    /// Whether a request is to be sent, and answered() to be called: chain.request().
    [[nodiscard]] bool wants_request() {
        if (!std::exchange(started_, true)) shared_.chain.start();
        unsigned char random[16] = {};
        bool const drawn = machine_.random(random);
        reached_ = drawn ? shared_.chain.next(machine_.unix_seconds() + clock_offset_, random)
                         : credential_step::failed;
        return reached_ == credential_step::request;
    }
    void answered(http_response<> const& answer) {
        if (!answer) return shared_.chain.failed(answer.error().code());
        std::int64_t there = 0;
        bool const set = parse_http_date(answer.header("date"), there) && set_clock(there);
        // Refused, it may be, for a timestamp that was off, so that the next source is not to be asked.
        bool const refused_for_it = set && answer.status() >= 400 &&
                                    find_ignoring_case(answer.body(), "TimeStamp") != answer.body().npos;
        if (refused_for_it) known_offset_ = clock_offset_;
        if (refused_for_it && !std::exchange(begun_anew_, true)) return shared_.chain.start();
        shared_.chain.received(answer.status(), answer.body());
    }
    /// There is no way to send it.
    void not_sent() { shared_.chain.failed(errc::connect_failed); }
    /// Its caller has no more time while that source is asked: the next source is not to be asked for that.
    void give_up(std::string_view source) {
        reached_ = credential_step::request;
        given_up_ = std::string(source).append(": the deadline passed");
    }

  private:
    /// Whoever gives out keys may be believed when it comes to their end. (A second or two are the
    /// message's way.) True: it was off.
    bool set_clock(std::int64_t there) {
        constexpr std::int64_t close = 60;
        constexpr std::int64_t furthest = retry_options().max_clock_skew;
        std::int64_t const off = there - (machine_.unix_seconds() + clock_offset_);
        if (off >= -close && off <= close) return false;
        std::int64_t const offset = there - machine_.unix_seconds();
        if (offset < -furthest || offset > furthest) return false;
        clock_offset_ = offset;
        return true;
    }
    void settle() noexcept {
        std::vector<std::function<void()>> woken;
        {
            std::scoped_lock const lock(shared_.mutex);
            shared_.fetching = false;
            woken.swap(shared_.waiting);
            // Whoever gives no key is not believed, but for one who refuses a timestamp.
            shared_.clock_offset = reached_ == credential_step::done ? clock_offset_ : known_offset_;
            try {
                keep(shared_.now(machine_));
            } catch (std::exception const&) {
                // No memory, or no randomness: nothing is known of this fetch, and the next call begins
                // another.
            }
        }
        shared_.arrived.notify_all();
        for (auto const& wake : woken) {
            try {
                wake();
            } catch (std::exception const&) {
                // Then that call waits until its deadline.
            }
        }
    }

    void keep(std::int64_t now) {
        if (reached_ == credential_step::done) {
            shared_.given_up.clear();
            access_key key = shared_.chain.take();
            shared_.signer = std::make_shared<typename Keys::signer_type const>(key.view());
            // The signer has prepared what it needs of them.
            key.secret.clear();
            key.token.clear();
            shared_.cache.fetched(std::move(key), now);
            return;
        }
        shared_.given_up = std::move(given_up_);
        // Ended by an exception, or given up without a key: the next call tries anew at once.
        bool const over = reached_ != credential_step::request;
        if (!over && (shared_.given_up.empty() || shared_.cache.current(now) == nullptr)) return;
        unsigned char random[4] = {};
        std::uint32_t spread = 0;
        bool const drawn = machine_.random(random);
        for (unsigned char byte : random) spread = spread << 8 | byte;
        std::string_view problem = shared_.chain.problem();
        if (!over)
            problem = shared_.given_up;
        else if (problem.empty() && !drawn)
            problem = "the host gave no randomness";
        shared_.cache.failed(problem, now, spread);
    }

    Keys& shared_;
    Host& machine_;
    std::int64_t clock_offset_;
    std::int64_t known_offset_ = clock_offset_;
    std::string given_up_{};
    bool started_ = false;
    bool begun_anew_ = false;
    /// What next() said last; request: it never came to an end.
    credential_step reached_ = credential_step::request;
};

} // namespace detail

/// Keys that are fetched and renewed by themselves: give it to clients in place of credentials. Several
/// clients may share one, on several threads; one of them fetches, and the others go on with the key of
/// before as long as that is good.
///
/// `Connect` carries the requests of the chain: a function that can be moved
///   connect(slb::endpoint const& where, bool tls, visit)
/// that calls visit(transport), once, with a transport to there, over TLS with a verified certificate if
/// `tls`; it does not when it has none.
/// beast_credentials (beast_credentials.hpp) is ready-made.
///
/// When keys end is judged by the time of day of the services that gave them, from their header Date, so that
/// a clock that is off by hours neither wears out good keys nor keeps dead ones.
///
/// A blocking call that finds a new key due fetches it within its own deadline, or half of the time that is
/// left where the old key is good; when that fails, it goes on with the old one as long as that is good.
/// Without any, it fails with errc::credentials_unavailable, whose details() say why, of each source.
template <class Connect, class Crypto = default_crypto>
class credential_provider {
  public:
    /// What signs with the keys.
    using crypto_type = Crypto;

    /// Fetches nothing yet. `seen_by` is told what happens to keys, on the thread that fetches; null: nobody.
    credential_provider(credential_chain chain, Connect connect, slb::observer* seen_by = nullptr)
        : state_(std::make_shared<keys_type>(std::move(chain), std::move(connect))) {
        if (seen_by != nullptr) state_->chain.report_to(seen_by);
    }
    credential_provider(credential_provider const&) = delete;
    credential_provider& operator=(credential_provider const&) = delete;

    /// For a client that blocks: sees that there is a key, another one if that one was refused, until the
    /// deadline, and calls done(result<void>). Errors: credentials_unavailable, timed_out.
    template <host Host, class Done>
    void renew(Host& machine, std::int64_t deadline, bool refused, Done done) {
        std::unique_lock lock(state_->mutex);
        if (refused) state_->cache.refused(state_->now(machine));
        while (!state_->may_go_on(state_->now(machine), refused)) {
            std::int64_t const left = deadline == no_deadline ? no_deadline : deadline - machine.steady_ms();
            if (!std::exchange(state_->fetching, true)) {
                // A call with a good key needs time for itself.
                bool const spares = deadline != no_deadline && left > 0 && !refused &&
                                    state_->cache.current(state_->now(machine)) != nullptr;
                lock.unlock();
                fetch_now(machine, spares ? deadline - left / 2 : deadline);
                lock.lock();
                break;
            }
            if (left <= 0) return done(result<void>(errc::timed_out));
            constexpr std::int64_t longest = 60 * 1000;
            state_->arrived.wait_for(lock, std::chrono::milliseconds(left < longest ? left : longest));
        }
        done(state_->standing(state_->now(machine)));
    }
    /// Calls f(signer) with the last key that came.
    template <class F>
    void with_signer(F f) {
        std::shared_ptr<slb::signer<Crypto> const> signer;
        {
            std::scoped_lock const lock(state_->mutex);
            signer = state_->signer;
        }
        f(*signer);
    }

  protected:
    /// @cond
    using keys_type = detail::provided_keys<Connect, Crypto>;
    [[nodiscard]] std::shared_ptr<keys_type> const& shared() const noexcept { return state_; }
    /// @endcond

  private:
    template <class Host>
    void fetch_now(Host& machine, std::int64_t deadline) {
        detail::key_fetch<keys_type, Host> under_way(*state_, machine);
        while (under_way.wants_request()) {
            credential_request const ask = state_->chain.request();
            std::int64_t const left = deadline == no_deadline ? no_deadline : deadline - machine.steady_ms();
            if (left <= 0) return under_way.give_up(ask.source);
            bool visited = false;
            http_response<> answer;
            state_->connect(ask.endpoint, ask.tls, [&](auto& transport) {
                visited = true;
                session<> call(transport.endpoint(), detail::options_for(ask, left));
                kept_connection line;
                detail::no_key nobody;
                call.start(ask.message, answer);
                drive(call, line, transport, nobody);
                transport.close();
            });
            if (deadline != no_deadline && machine.steady_ms() >= deadline)
                return under_way.give_up(ask.source);
            visited ? under_way.answered(answer) : under_way.not_sent();
        }
    }

    std::shared_ptr<keys_type> state_;
};

} // namespace slb::inline v0_1

#endif
