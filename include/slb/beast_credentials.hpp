#ifndef SLB_BEAST_CREDENTIALS_HPP
#define SLB_BEAST_CREDENTIALS_HPP

#include <slb/beast.hpp>
#include <slb/credential_provider.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace slb::inline v0_1 {

namespace detail {

/// For services that give out keys in the clear, as that of an instance does.
using clear_transport = basic_beast_transport<in_the_clear>;

/// Makes the transports of a provider.
struct beast_connect {
    std::optional<boost::asio::any_io_executor> executor{};
    tls_options trust{};
    beast_options options{};

    /// They are kept: the end of one waits for a look-up that hangs.
    std::map<std::string, std::unique_ptr<beast_transport>, std::less<>> secure{};
    std::map<std::string, std::unique_ptr<clear_transport>, std::less<>> clear{};

    template <class Visit>
    void operator()(slb::endpoint const& where, bool tls, Visit visit) {
        if (tls)
            visit(kept(secure, where, trust, options));
        else
            visit(kept(clear, where, options));
    }
    /// visit(shared pointer to a transport that makes asynchronous calls).
    template <class Visit>
    void asynchronously(slb::endpoint const& where, bool tls, Visit visit) const {
        if (tls)
            visit(std::make_shared<beast_transport>(*executor, where, trust, options));
        else
            visit(std::make_shared<clear_transport>(*executor, where, options));
    }

  private:
    template <class Transport, class... How>
    static Transport& kept(std::map<std::string, std::unique_ptr<Transport>, std::less<>>& all,
                           slb::endpoint const& where, How const&... how) {
        auto& place = all[std::string(where.host_header())];
        if (!place) place = std::make_unique<Transport>(where, how...);
        return *place;
    }
};

} // namespace detail

/// Keys from the vendor's chain, or another, over Beast: see credential_provider.
///
///   slb::beast_credentials keys;
///   slb::client client{transport, keys};
///
/// Made with an executor it serves asynchronous calls as well: a new key is fetched there ahead of need, and
/// calls go on with the old one meanwhile; those that find none wait for it, until their deadline. The
/// executor is as that of a beast_transport, and whoever destroys this while a fetch is under way does so
/// there. Blocking calls work beside them, on any thread but those that run the executor: there, a call that
/// waits for a fetch of the executor's waits in vain, until its deadline. Files are read where the fetch
/// runs.
template <class Crypto>
class basic_beast_credentials : public credential_provider<detail::beast_connect, Crypto> {
    using base = credential_provider<detail::beast_connect, Crypto>;

  public:
    /// For blocking calls. `trust` is what Security Token Service and credentials URI are verified by.
    explicit basic_beast_credentials(credential_chain chain = whole_chain(), slb::observer* seen_by = nullptr,
                                     tls_options const& trust = {}, beast_options const& options = {})
        : base(std::move(chain), detail::beast_connect{{}, trust, options}, seen_by) {}
    /// For asynchronous ones as well.
    explicit basic_beast_credentials(boost::asio::any_io_executor const& executor,
                                     credential_chain chain = whole_chain(), slb::observer* seen_by = nullptr,
                                     tls_options const& trust = {}, beast_options const& options = {})
        : base(std::move(chain), detail::beast_connect{executor, trust, options}, seen_by) {}
    /// Ends a fetch that is under way.
    ~basic_beast_credentials() { cancel(); }

    /// Ends an asynchronous fetch that is under way, which keeps io_context::run() from returning. On the
    /// executor only.
    void cancel() {
        if (auto const under_way = fetching_.lock()) under_way->stop();
    }

    /// For a client whose calls are asynchronous. True: done(result<void>) was called. False: there is no key
    /// yet, or not another one; wake() is called when there is news, from anywhere, and then one asks again.
    template <class Wake, class Done>
    bool async_renew(std::int64_t unix_seconds, bool refused, Wake wake, Done done) {
        auto& shared = *this->shared();
        // Its end, should memory run out here, is that of the fetch, and locks.
        std::shared_ptr<fetching> begun;
        bool waits = false;
        {
            std::scoped_lock const lock(shared.mutex);
            std::int64_t const now = unix_seconds + shared.clock_offset;
            if (refused) shared.cache.refused(now);
            bool const due = !shared.fetching && shared.cache.should_fetch(now);
            if (due && shared.connect.executor) {
                begun = std::make_shared<fetching>(this->shared());
                shared.fetching = true;
            }
            waits = !shared.may_go_on(now, refused) && shared.fetching;
            if (waits)
                shared.waiting.emplace_back(std::move(wake));
            else if (due && !begun && shared.cache.current(now) == nullptr)
                done(slb::error(errc::credentials_unavailable)
                         .with_details("made without an executor, the provider fetches keys for blocking "
                                       "calls only"));
            else
                done(shared.standing(now));
        }
        if (begun) {
            fetching_ = begun;
            boost::asio::post(*shared.connect.executor, [begun] { begun->go_on(); });
        }
        return !waits;
    }

  private:
    static credential_chain whole_chain() {
        return credential_chain(credential_environment::of_process(), {}, std::type_identity<Crypto>());
    }
    using keys_type = typename base::keys_type;

    /// A fetch that goes from handler to handler, and ends by itself.
    class fetching : public std::enable_shared_from_this<fetching> {
      public:
        explicit fetching(std::shared_ptr<keys_type> shared) : shared_(std::move(shared)) {}

        void go_on() {
            if (stopped_ || !fetch_.wants_request()) return;
            credential_request const ask = shared_->chain.request();
            shared_->connect.asynchronously(ask.endpoint, ask.tls, [&](auto transport) {
                stop_ = [transport] { transport->cancel(); };
                transport->async_send(ask.message, answer_, detail::options_for(ask, no_deadline), memory_,
                                      [self = this->shared_from_this()](boost::system::error_code) {
                                          self->stop_ = nullptr;
                                          self->fetch_.answered(self->answer_);
                                          self->go_on();
                                      });
            });
        }
        void stop() {
            stopped_ = true;
            if (stop_) stop_();
        }

      private:
        std::shared_ptr<keys_type> shared_;
        system_host machine_{};
        detail::key_fetch<keys_type, system_host> fetch_{*shared_, machine_};
        http_response<> answer_{};
        retry_memory memory_{};
        /// Keeps the transport.
        std::function<void()> stop_{};
        bool stopped_ = false;
    };

    std::weak_ptr<fetching> fetching_{};
};

/// With the crypto library that comes with it.
using beast_credentials = basic_beast_credentials<default_crypto>;

} // namespace slb::inline v0_1

#endif
