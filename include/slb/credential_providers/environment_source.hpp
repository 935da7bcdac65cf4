#ifndef SLB_CREDENTIAL_PROVIDERS_ENVIRONMENT_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_ENVIRONMENT_SOURCE_HPP

#include <slb/credential_providers/credential_source.hpp>

namespace slb::inline v0_1 {

/// ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a temporary key,
/// ALIBABA_CLOUD_SECURITY_TOKEN.
class environment_source : public credential_source {
  public:
    [[nodiscard]] std::string_view name() const override { return "environment"; }
    [[nodiscard]] credential_step next(credential_fetch const& fetch) override {
        access_key key;
        if (!read(fetch, "ALIBABA_CLOUD_ACCESS_KEY_ID", key.id)) return credential_step::failed;
        if (!read(fetch, "ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret)) return credential_step::failed;
        key.token.assign(fetch.environment.variable("ALIBABA_CLOUD_SECURITY_TOKEN"));
        return give(std::move(key));
    }

  private:
    bool read(credential_fetch const& fetch, char const* name, secret_text& out) {
        out.assign(fetch.environment.variable(name));
        if (out.empty()) (void)refuse(std::string(name) + " is not set");
        return !out.empty();
    }
};

} // namespace slb::inline v0_1

#endif
