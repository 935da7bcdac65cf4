#ifndef SLB_CREDENTIAL_PROVIDERS_ASSUMED_ROLE_HPP
#define SLB_CREDENTIAL_PROVIDERS_ASSUMED_ROLE_HPP

#include <slb/credential_providers/asking_source.hpp>

namespace slb::inline v0_1 {

/// A RAM role to assume, and for how long. What is empty is taken from the environment where a variable is
/// named; texts of the wrong length or alphabet are refused when a key is fetched.
struct assumed_role {
    /// As `acs:ram::123456789012:role/demo`; else ALIBABA_CLOUD_ROLE_ARN.
    std::string role_arn{};
    /// 2 to 64 of letters, digits and `.@-_`; else ALIBABA_CLOUD_ROLE_SESSION_NAME, else `slb-` and the time.
    std::string session_name{};
    /// A policy that narrows the role's, up to 2048 bytes; empty: none.
    std::string policy{};
    /// What the role's owner asks of strangers, 2 to 1224 bytes; empty: none. Not for OIDC.
    std::string external_id{};
    /// The region of the Security Token Service; else ALIBABA_CLOUD_STS_REGION, else its central host.
    std::string sts_region{};
    /// How long the key is to live, in seconds: 900 to 43200, and no longer than the role allows.
    std::int64_t duration_seconds = 3600;
    /// Whether to call the host inside of private networks, which needs a region; also
    /// ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED.
    bool vpc = false;
};

namespace detail {

/// Fills in what the environment names. What is wrong; empty: nothing.
inline std::string complete(assumed_role& role, credential_fetch const& fetch) {
    auto const fill = [&](std::string& text, char const* name) {
        if (text.empty()) text = fetch.environment.variable(name);
    };
    auto const printable = [](std::string_view text) {
        for (char c : text)
            if (c <= ' ' || c > '~') return false;
        return true;
    };
    fill(role.role_arn, "ALIBABA_CLOUD_ROLE_ARN");
    fill(role.session_name, "ALIBABA_CLOUD_ROLE_SESSION_NAME");
    fill(role.sts_region, "ALIBABA_CLOUD_STS_REGION");
    role.vpc = role.vpc || fetch.flag("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
    if (role.session_name.empty()) role.session_name = "slb-" + std::string(digits(fetch.now).view());

    if (role.role_arn.empty()) return "the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set";
    if (role.role_arn.size() > 512 || !printable(role.role_arn)) return "the ARN of the role is malformed";
    bool named = role.session_name.size() >= 2 && role.session_name.size() <= 64;
    for (char c : role.session_name)
        named = named && (is_letter(c) || is_digit(c) || c == '.' || c == '@' || c == '-' || c == '_');
    if (!named) return "the session name must be 2 to 64 letters, digits or . @ - _";
    if (role.policy.size() > 2048) return "the policy must not have more than 2048 bytes";
    if (role.external_id.size() == 1 || role.external_id.size() > 1224)
        return "the external id must have 2 to 1224 bytes";
    if (role.duration_seconds < 900 || role.duration_seconds > 43200)
        return "the duration must be 900 to 43200 seconds";
    return {};
}

/// The host of the Security Token Service; malformed: the region is.
inline slb::endpoint sts_endpoint(assumed_role const& role, credential_fetch const& fetch) {
    if (fetch.options.sts) return *fetch.options.sts;
    if (role.sts_region.empty()) return slb::endpoint("sts.aliyuncs.com");
    if (role.sts_region.find('.') != std::string::npos) return slb::endpoint("");
    return slb::endpoint((role.vpc ? "sts-vpc." : "sts.") + role.sts_region + ".aliyuncs.com");
}

/// A source that asks the Security Token Service.
class sts_source : public asking_source {
  public:
    explicit sts_source(assumed_role role) : role_(std::move(role)) {}

  protected:
    /// role_ with what the environment names, and where_. What is wrong; empty: nothing.
    std::string complete_role(credential_fetch const& fetch, assumed_role& role) {
        role = role_;
        if (std::string wrong = complete(role, fetch); !wrong.empty()) return wrong;
        where_ = {sts_endpoint(role, fetch), fetch.options.sts_over_tls};
        if (where_.endpoint.status() != errc::none) return "the region or host of STS is malformed";
        return {};
    }
    /// Posts a form.
    credential_step post(std::string_view target, std::string_view form) {
        return ask({"POST", target, form, {"Content-Type", "application/x-www-form-urlencoded"}});
    }
    /// The key in the answer.
    credential_step read_answer(credential_fetch const& fetch, std::vector<std::string_view> const& secrets) {
        if (!answered()) return refuse(answer_problem(secrets));
        json_document document;
        if (std::string_view const wrong = document.read(answer()); !wrong.empty())
            return refuse("the answer " + std::string(wrong));
        json_value const object = document.root()["Credentials"];
        if (object.kind() != json_kind::object) return refuse("Credentials is missing in the answer");
        access_key key;
        std::string wrong = read_key(object, fetch.now, key);
        return wrong.empty() ? give(std::move(key)) : refuse(std::move(wrong));
    }

  private:
    assumed_role role_;
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
