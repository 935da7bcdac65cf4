#ifndef SLB_CREDENTIAL_PROVIDERS_OIDC_ROLE_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_OIDC_ROLE_SOURCE_HPP

#include <slb/credential_providers/assumed_role.hpp>

namespace slb::inline v0_1 {

/// A role that is assumed with a token of an OpenID Connect provider, as a pod of a cluster has one in a
/// file: AssumeRoleWithOIDC, which is not signed. The file is read at each fetch, for the token is replaced.
class oidc_role_source : public detail::sts_source {
  public:
    /// Empty texts: ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE, and see assumed_role.
    explicit oidc_role_source(assumed_role role = {}, std::string provider_arn = {},
                              std::string token_file = {})
        : sts_source(std::move(role)), provider_arn_(std::move(provider_arn)),
          token_file_(std::move(token_file)) {}

    /// @{
    /// As credential_source says.
    [[nodiscard]] std::string_view name() const override { return "OIDC role"; }
    void start() override {
        sts_source::start();
        token_.clear();
    }
    /// @}

  protected:
    /// @{
    /// As credential_source says.
    credential_step begin(credential_fetch const& fetch) override {
        assumed_role role;
        if (std::string wrong = complete_role(fetch, role); !wrong.empty()) return refuse(std::move(wrong));
        std::string provider_arn = provider_arn_;
        std::string token_file = token_file_;
        if (provider_arn.empty())
            provider_arn = fetch.environment.variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN");
        if (token_file.empty()) token_file = fetch.environment.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE");
        if (provider_arn.empty())
            return refuse("the ARN of the OIDC provider is missing, and ALIBABA_CLOUD_OIDC_PROVIDER_ARN is "
                          "not set");
        if (token_file.empty())
            return refuse("the OIDC token file is missing, and ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set");
        if (std::string wrong = fetch.read_file(token_file, name(), token_); !wrong.empty())
            return refuse(std::move(wrong));
        if (token_.view().size() < 4 || token_.view().size() > 20000)
            return refuse(
                "the OIDC token must have 4 to 20000 bytes, and " + detail::one_line(token_file, 300) +
                " has " +
                std::string(detail::digits(static_cast<std::int64_t>(token_.view().size())).view()));

        secret_text target("/?Version=2015-04-01&Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=");
        target.append_encoded(utc_time(fetch.now).view());
        secret_text form;
        auto const put = [&](std::string_view name, std::string_view value) {
            if (value.empty()) return;
            form.append(name);
            form.append_encoded(value);
        };
        put("RoleArn=", role.role_arn);
        put("&OIDCProviderArn=", provider_arn);
        put("&OIDCToken=", token_.view());
        put("&RoleSessionName=", role.session_name);
        put("&DurationSeconds=", detail::digits(role.duration_seconds).view());
        put("&Policy=", role.policy);
        return post(target.view(), form.view());
    }
    credential_step proceed(credential_fetch const& fetch) override {
        return read_answer(fetch, {token_.view()});
    }
    /// @}

  private:
    std::string provider_arn_;
    std::string token_file_;
    secret_text token_{};
};

} // namespace slb::inline v0_1

#endif
