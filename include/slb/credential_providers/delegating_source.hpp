#ifndef SLB_CREDENTIAL_PROVIDERS_DELEGATING_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_DELEGATING_SOURCE_HPP

#include <slb/credential_providers/ecs_role_source.hpp>
#include <slb/credential_providers/fixed_source.hpp>
#include <slb/credential_providers/oidc_role_source.hpp>
#include <slb/credential_providers/ram_role_source.hpp>

namespace slb::inline v0_1::detail {

/// A source that reads in a file which other source to ask.
class delegating_source : public credential_source {
  public:
    void start() override {
        credential_source::start();
        chosen_.reset();
    }
    credential_step next(credential_fetch const& fetch) override {
        if (!chosen_) {
            std::string wrong = choose(fetch, chosen_);
            if (!wrong.empty() || !chosen_) return refuse(std::move(wrong));
            chosen_->start();
        }
        credential_step const step = chosen_->next(fetch);
        if (step == credential_step::failed) return refuse(where_ + chosen_->problem());
        if (step == credential_step::done) return give(chosen_->take());
        return step;
    }
    [[nodiscard]] credential_request request() const override {
        return chosen_ ? chosen_->request() : credential_source::request();
    }
    void received(int status, std::string_view body) override {
        if (chosen_) chosen_->received(status, body);
    }
    void failed(errc why) override {
        if (chosen_) chosen_->failed(why);
    }

  protected:
    /// Reads the file. What is wrong; empty: nothing.
    virtual std::string choose(credential_fetch const& fetch, std::unique_ptr<credential_source>& chosen) = 0;

    /// The path of a file: as a variable says, else below the home folder. What is wrong; empty: nothing.
    static std::string find_file(credential_fetch const& fetch, char const* variable, char const* below_home,
                                 std::string& path) {
        path = fetch.environment.variable(variable);
        if (!path.empty()) return {};
        path = fetch.environment.home + below_home;
        return fetch.environment.home.empty() ? "the home folder is not known" : "";
    }
    /// What stands before the problem of the chosen source.
    std::string where_{};

  private:
    std::unique_ptr<credential_source> chosen_{};
};

} // namespace slb::inline v0_1::detail

#endif
