#ifndef SLB_CREDENTIAL_PROVIDERS_ECS_ROLE_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_ECS_ROLE_SOURCE_HPP

#include <slb/credential_providers/asking_source.hpp>

namespace slb::inline v0_1 {

namespace detail {
/// Without the white space at either end.
constexpr std::string_view trimmed(std::string_view text) {
    auto const blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}
} // namespace detail

/// The RAM role of the ECS instance that the program runs on, from the metadata service: first in its version
/// 2, by a token; without one, unless ALIBABA_CLOUD_IMDSV1_DISABLED is true, in version 1. A request that
/// fails with a token is not repeated without. ALIBABA_CLOUD_ECS_METADATA_DISABLED forbids all of it.
class ecs_role_source : public detail::asking_source {
  public:
    /// The name of the role; empty: ALIBABA_CLOUD_ECS_METADATA, else the service is asked for it.
    explicit ecs_role_source(std::string role_name = {}) : role_name_(std::move(role_name)) {}

    /// @{
    /// As credential_source says.
    [[nodiscard]] std::string_view name() const override { return "ECS RAM role"; }
    void start() override {
        asking_source::start();
        token_.clear();
        role_.clear();
        token_problem_.clear();
        asked_ = asked::token;
    }
    /// @}

  protected:
    /// @{
    /// As credential_source says.
    credential_step begin(credential_fetch const& fetch) override {
        if (fetch.flag("ALIBABA_CLOUD_ECS_METADATA_DISABLED"))
            return refuse("disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
        role_ = role_name_;
        if (role_.empty()) role_ = fetch.environment.variable("ALIBABA_CLOUD_ECS_METADATA");
        if (!role_.empty() && !is_role_name(role_)) return refuse("the name of the role is malformed");
        where_ = {fetch.options.metadata, false, {}, 1000, 1000};
        if (where_.endpoint.status() != errc::none) return refuse("the metadata address is malformed");
        return ask({"PUT", "/latest/api/token", {}, {"X-aliyun-ecs-metadata-token-ttl-seconds", "21600"}});
    }
    credential_step proceed(credential_fetch const& fetch) override {
        switch (asked_) {
        case asked::token: return proceed_with_token(fetch);
        case asked::role: return proceed_with_role();
        default: return read_answer(fetch);
        }
    }
    /// @}

  private:
    enum class asked : std::uint8_t { token, role, key };

    static bool is_role_name(std::string_view text) {
        for (char c : text)
            if (!detail::unreserved(c)) return false;
        return !text.empty() && text.size() <= 64;
    }
    static bool is_token(std::string_view text) {
        for (char c : text)
            if (c <= ' ' || c > '~') return false;
        return !text.empty() && text.size() <= 4096;
    }
    credential_step proceed_with_token(credential_fetch const& fetch) {
        std::string_view const token = detail::trimmed(answer());
        if (!answered())
            token_problem_ = answer_problem({});
        else if (!is_token(token))
            token_problem_ = "the answer is malformed";
        else
            token_.assign(token);
        if (token_.empty() && fetch.flag("ALIBABA_CLOUD_IMDSV1_DISABLED"))
            return stop("the metadata token: " + token_problem_);
        return role_.empty() ? get(asked::role, "") : get(asked::key, role_);
    }
    credential_step proceed_with_role() {
        if (!answered()) {
            std::string why = answer_problem({token_.view()});
            if (status() == 404) why += ", no role is attached to this instance";
            return stop("the name of the role: " + why);
        }
        std::string_view const role = detail::trimmed(answer());
        if (!is_role_name(role)) return stop("the name of the role: the answer is malformed");
        role_ = role;
        return get(asked::key, role_);
    }
    credential_step read_answer(credential_fetch const& fetch) {
        if (!answered()) return stop("the key of " + role_ + ": " + answer_problem({token_.view()}));
        detail::json_document document;
        if (std::string_view const wrong = document.read(answer()); !wrong.empty())
            return stop("the key of " + role_ + ": the answer " + std::string(wrong));
        if (document.root()["Code"].text_or("") != "Success")
            return stop("the key of " + role_ + ": Code is not Success, " +
                        detail::refusal_text(status(), document.root(), {token_.view()}));
        access_key key;
        std::string wrong = detail::read_key(document.root(), fetch.now, key);
        return wrong.empty() ? give(std::move(key)) : stop("the key of " + role_ + ": " + wrong);
    }
    credential_step get(asked what, std::string_view role) {
        asked_ = what;
        std::string const target = "/latest/meta-data/ram/security-credentials/" + std::string(role);
        if (token_.empty()) return ask({"GET", target});
        return ask({"GET", target, {}, {"X-aliyun-ecs-metadata-token", token_.view()}});
    }
    /// The reason that there was no token is told with what came of it.
    credential_step stop(std::string why) {
        if (token_.empty() && asked_ != asked::token) why += " (the metadata token: " + token_problem_ + ")";
        return refuse(std::move(why));
    }

    std::string role_name_;
    std::string role_{};
    secret_text token_{};
    std::string token_problem_{};
    asked asked_ = asked::token;
};

} // namespace slb::inline v0_1

#endif
