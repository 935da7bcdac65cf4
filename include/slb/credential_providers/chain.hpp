#ifndef SLB_CREDENTIAL_PROVIDERS_CHAIN_HPP
#define SLB_CREDENTIAL_PROVIDERS_CHAIN_HPP

#include <slb/credential_providers/config_file_source.hpp>
#include <slb/credential_providers/ecs_role_source.hpp>
#include <slb/credential_providers/environment_source.hpp>
#include <slb/credential_providers/ini_file_source.hpp>
#include <slb/credential_providers/oidc_role_source.hpp>
#include <slb/credential_providers/uri_source.hpp>

namespace slb::inline v0_1 {

/// Sources of keys, tried in order: the first that gives a key is remembered, and is the only one asked from
/// then on, so that a service is not called with somebody else's key when a source fails for a moment. As
/// long as none gave one, all are tried at each fetch; and also when one before it had asked a service in
/// vain, which may have failed for a moment. See credential_providers.hpp for how to drive it.
///
/// The vendor's order: environment variables; an OIDC role; `~/.aliyun/config.json`;
/// `~/.alibabacloud/credentials`; the RAM role of the ECS instance; a credentials URI.
class credential_chain {
  public:
    /// The vendor's chain. `Crypto` signs what is asked of the Security Token Service.
    template <class Crypto = default_crypto>
    explicit credential_chain(credential_environment environment, credential_options options = {},
                              std::type_identity<Crypto> = {})
        : environment_(std::move(environment)), options_(std::move(options)) {
        add(std::make_unique<environment_source>());
        add(std::make_unique<oidc_role_source>());
        add(std::make_unique<config_file_source<Crypto>>());
        add(std::make_unique<ini_file_source<Crypto>>());
        add(std::make_unique<ecs_role_source>());
        add(std::make_unique<uri_source>());
    }
    /// One source only; add() more as you like.
    credential_chain(std::unique_ptr<credential_source> only, credential_environment environment,
                     credential_options options = {})
        : environment_(std::move(environment)), options_(std::move(options)) {
        add(std::move(only));
    }

    /// Adds a source behind the others.
    void add(std::unique_ptr<credential_source> source) { sources_.push_back(std::move(source)); }
    /// Who is told what happens: that a key came, that there was none, and of files that others can read.
    /// It must outlive the chain, and is called from within next(). Null: nobody.
    void report_to(slb::observer* observer) { observer_ = observer; }

    /// Begins a fetch; whatever is left of an earlier one is wiped.
    void start() {
        for (auto const& source : sources_) source->start();
        key_.clear();
        problem_.clear();
        asked_ = asked_in_vain_ = false;
        at_ = remembered_ == none ? 0 : remembered_;
        step_.reset();
    }
    /// Goes on as far as it can. `random`: 16 new bytes that no one can foresee, at each call. Said done or
    /// failed, it says so again until start().
    [[nodiscard]] credential_step next(std::int64_t now, std::span<unsigned char const, 16> random) {
        credential_fetch const fetch{environment_, options_, observer_, now, random};
        while (!step_) {
            if (at_ >= sources_.size()) return finish(credential_step::failed);
            credential_source& source = *sources_[at_];
            credential_step const step = source.next(fetch);
            if (step == credential_step::request) {
                asked_ = true;
                return step;
            }
            if (step == credential_step::done) {
                key_ = source.take();
                if (key_.expires_at > now) {
                    if (!asked_in_vain_) remembered_ = at_;
                    return finish(step);
                }
            }
            asked_in_vain_ = asked_in_vain_ || std::exchange(asked_, false);
            if (!problem_.empty()) problem_ += "; ";
            problem_.append(source.name()).append(": ");
            if (step == credential_step::done)
                problem_.append("the key that came has ended at ").append(utc_time(key_.expires_at).view());
            else
                problem_.append(source.problem());
            key_.clear();
            at_ = remembered_ == none ? at_ + 1 : sources_.size();
        }
        return *step_;
    }
    /// What is to be sent, after next() said so.
    [[nodiscard]] credential_request request() const {
        return waiting() ? sources_[at_]->request() : credential_request{slb::endpoint("")};
    }
    /// The answer to it: the HTTP status, and the body, decoded. The body is copied.
    void received(int status, std::string_view body) {
        if (waiting()) sources_[at_]->received(status, body);
    }
    /// There is no answer, for that reason.
    void failed(errc why) {
        if (waiting()) sources_[at_]->failed(why);
    }

    /// The key, after next() said done. It is handed over once.
    [[nodiscard]] access_key take() { return std::move(key_); }
    /// Why there is none, after next() said failed: one line, with the reason of each source that was tried.
    [[nodiscard]] std::string const& problem() const { return problem_; }
    /// The name of the source that is remembered; empty: none.
    [[nodiscard]] std::string_view remembered() const {
        return remembered_ == none ? std::string_view() : sources_[remembered_]->name();
    }

  private:
    static constexpr std::size_t none = SIZE_MAX;

    [[nodiscard]] bool waiting() const { return !step_ && at_ < sources_.size(); }
    credential_step finish(credential_step step) {
        step_ = step;
        for (auto const& source : sources_) source->start();
        if (observer_ == nullptr) return step;
        if (step == credential_step::done)
            observer_->on_credentials({credential_report::kind::fetched, remembered(), {}, key_.expires_at});
        else
            observer_->on_credentials({credential_report::kind::failed, "credentials", problem_});
        return step;
    }

    credential_environment environment_;
    credential_options options_;
    slb::observer* observer_ = nullptr;
    std::vector<std::unique_ptr<credential_source>> sources_{};
    std::size_t remembered_ = none;
    /// Whether the source whose turn it is has asked a service, and whether one before it has.
    bool asked_ = false;
    bool asked_in_vain_ = false;
    std::size_t at_ = 0;
    std::optional<credential_step> step_{};
    access_key key_{};
    std::string problem_{};
};

} // namespace slb::inline v0_1

#endif
