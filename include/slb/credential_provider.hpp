#ifndef SLB_CREDENTIAL_PROVIDER_HPP
#define SLB_CREDENTIAL_PROVIDER_HPP

#include <slb/credential_providers.hpp>
#include <slb/drive.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// Keys that are fetched and renewed by themselves: give it to clients in place of credentials. Several
/// clients may share one, on several threads; one of them fetches, and the others go on with the key of
/// before as long as that is good.
///
/// `Connect` carries the requests of the chain: a copyable function
///   connect(slb::endpoint const& where, bool tls, visit)
/// that calls visit(transport) with a transport to there, over TLS with a verified certificate if `tls`.
/// beast_credentials (beast_credentials.hpp) is ready-made.
///
/// A blocking call that finds a new key due fetches it within its own deadline; when that fails, it goes on
/// with the old one as long as that is good. Without any, it fails with errc::credentials_unavailable, whose
/// details() say why, of each source.
template <class Connect, class Crypto = default_crypto>
class credential_provider {
  public:
    /// What signs with the keys.
    using crypto_type = Crypto;

    /// Fetches nothing yet. `seen_by` is told what happens to keys, on the thread that fetches; null: nobody.
    credential_provider(credential_chain chain, Connect connect, slb::observer* seen_by = nullptr)
        : state_(std::make_shared<state>(std::move(chain), std::move(connect))) {
        if (seen_by != nullptr) state_->chain.report_to(seen_by);
    }
    credential_provider(credential_provider const&) = delete;
    credential_provider& operator=(credential_provider const&) = delete;

    /// For a client that blocks: sees that there is a key, another one if that one was refused, until the
    /// deadline, and calls done(result<void>). Errors: credentials_unavailable, timed_out.
    template <host Host, class Done>
    void renew(Host& machine, std::int64_t deadline, bool refused, Done done) {
        std::unique_lock lock(state_->mutex);
        if (refused) state_->cache.refused(machine.unix_seconds());
        while (!state_->may_go_on(machine.unix_seconds(), refused)) {
            if (!std::exchange(state_->fetching, true)) {
                lock.unlock();
                fetch(machine, deadline);
                lock.lock();
                break;
            }
            std::int64_t const left = deadline - machine.steady_ms();
            if (left <= 0) return done(result<void>(errc::timed_out));
            constexpr std::int64_t longest = 60 * 1000;
            state_->arrived.wait_for(lock, std::chrono::milliseconds(left < longest ? left : longest));
        }
        done(state_->standing(machine.unix_seconds()));
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
    /// What a fetch that outlives the provider still needs.
    struct state {
        state(credential_chain sources, Connect how) : chain(std::move(sources)), connect(std::move(how)) {}

        /// Whether a call need not wait: for its key is good, or nothing is to be had now.
        [[nodiscard]] bool may_go_on(std::int64_t now, bool refused) const {
            if (fetching) return cache.current(now) != nullptr && !refused;
            return !cache.should_fetch(now);
        }
        [[nodiscard]] result<void> standing(std::int64_t now) const {
            if (cache.current(now) != nullptr) return {};
            return slb::error(errc::credentials_unavailable).with_details(cache.problem());
        }
        /// The fetch is over, with a key or without.
        template <class Host>
        void settle(Host& machine, credential_step reached) {
            std::vector<std::function<void()>> woken;
            {
                std::scoped_lock const lock(mutex);
                std::int64_t const now = machine.unix_seconds();
                unsigned char random[4] = {};
                if (reached == credential_step::done) {
                    access_key key = chain.take();
                    signer = std::make_shared<slb::signer<Crypto> const>(key.view());
                    cache.fetched(std::move(key), now);
                } else {
                    std::uint32_t spread = 0;
                    if (machine.random(random))
                        for (unsigned char byte : random) spread = spread << 8 | byte;
                    cache.failed(chain.problem(), now, spread);
                }
                fetching = false;
                woken.swap(waiting);
            }
            arrived.notify_all();
            for (auto const& wake : woken) wake();
        }

        std::mutex mutex{};
        std::condition_variable arrived{};
        /// That of whoever set `fetching`.
        credential_chain chain;
        Connect connect;
        bool fetching = false;
        credential_cache cache{};
        std::shared_ptr<slb::signer<Crypto> const> signer{};
        /// Asynchronous calls without a key.
        std::vector<std::function<void()>> waiting{};
    };

    /// How a request of the chain is sent: once, as the chain has its own idea of when to try again.
    static call_options options_for(credential_request const& ask, std::int64_t longest) {
        std::int64_t const whole = ask.connect_timeout_ms + 2 * ask.step_timeout_ms;
        return {.connect_timeout_ms = ask.connect_timeout_ms,
                .step_timeout_ms = ask.step_timeout_ms,
                .call_timeout_ms = whole < longest ? whole : longest,
                .retry = retry_options::never()};
    }
    static void hand_back(credential_chain& chain, http_response<> const& answer) {
        if (answer)
            chain.received(answer.status(), answer.body());
        else
            chain.failed(answer.error().code());
    }
    [[nodiscard]] std::shared_ptr<state> const& shared() const noexcept { return state_; }

  private:
    /// Whatever happens, the others do not wait for a fetch that nobody makes.
    template <class Host>
    struct settling {
        state& fetched;
        Host& machine;
        credential_step reached = credential_step::failed;
        ~settling() { fetched.settle(machine, reached); }
    };

    template <class Host>
    void fetch(Host& machine, std::int64_t deadline) {
        settling<Host> fetched{*state_, machine};
        credential_chain& chain = state_->chain;
        chain.start();
        for (;;) {
            unsigned char random[16] = {};
            if (!machine.random(random)) return;
            fetched.reached = chain.next(machine.unix_seconds(), random);
            if (fetched.reached != credential_step::request) return;
            fetched.reached = credential_step::failed;
            credential_request const ask = chain.request();
            std::int64_t const left = deadline == no_deadline ? no_deadline : deadline - machine.steady_ms();
            state_->connect(ask.endpoint, ask.tls, [&](auto& transport) {
                session<> call(transport.endpoint(), options_for(ask, left));
                http_response<> answer;
                kept_connection line;
                detail::no_key nobody;
                call.start(ask.message, answer);
                drive(call, line, transport, nobody);
                transport.close();
                hand_back(chain, answer);
            });
        }
    }

    std::shared_ptr<state> state_;
};

} // namespace slb::inline v0_1

#endif
