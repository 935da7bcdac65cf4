#ifndef SLB_CREDENTIAL_PROVIDERS_RAM_ROLE_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_RAM_ROLE_SOURCE_HPP

#include <slb/credential_providers/assumed_role.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// AssumeRole, signed with signature version 1.0: what goes into the target and what into the form.
struct assume_role_call {
    secret_text target{};
    secret_text form{};
};
/// False: the crypto library failed.
template <class Crypto>
[[nodiscard]] bool sign_assume_role(assume_role_call& call, assumed_role const& role, access_key const& key,
                                    std::string_view nonce_text, std::int64_t now) {
    utc_time const time(now);
    digits const duration(role.duration_seconds);
    struct {
        name_value parameter;
        bool in_form = false;
    } const all[] = {
        {{"AccessKeyId", key.id.view()}},
        {{"Action", "AssumeRole"}},
        {{"DurationSeconds", duration.view()}, true},
        {{"ExternalId", role.external_id}, true},
        {{"Format", "JSON"}},
        {{"Policy", role.policy}, true},
        {{"RoleArn", role.role_arn}, true},
        {{"RoleSessionName", role.session_name}, true},
        {{"SecurityToken", key.token.view()}},
        {{"SignatureMethod", "HMAC-SHA1"}},
        {{"SignatureNonce", nonce_text}},
        {{"SignatureVersion", "1.0"}},
        {{"Timestamp", time.view()}},
        {{"Version", "2015-04-01"}},
    };
    secret_text canonical;
    auto const put = [](secret_text& out, name_value const& parameter) {
        if (!out.empty()) out.append("&");
        out.append(parameter.name);
        out.append("=");
        out.append_encoded(parameter.value);
    };
    call.target.clear();
    call.form.clear();
    secret_text query;
    for (auto const& [parameter, in_form] : all) {
        if (parameter.value.empty()) continue;
        put(canonical, parameter);
        put(in_form ? call.form : query, parameter);
    }
    secret_text to_sign("POST&%2F&");
    to_sign.append_encoded(canonical.view());
    secret_text secret(key.secret.view());
    secret.append("&");
    typename Crypto::hmac_sha1_key prepared;
    char signature[hmac_sha1::signature_size];
    if (!Crypto::prepare(prepared, secret.view()) ||
        !hmac_sha1::signature<Crypto>(signature, prepared, to_sign.view()))
        return false;
    put(query, {"Signature", {signature, sizeof signature}});
    call.target.append("/?");
    call.target.append(query.view());
    return true;
}

} // namespace detail

/// A role that is assumed with a key of another source: AssumeRole.
template <class Crypto = default_crypto>
class ram_role_source : public detail::sts_source {
  public:
    /// `source` gives the key that signs; it is asked anew at each fetch, for its keys end too.
    ram_role_source(std::unique_ptr<credential_source> source, assumed_role role)
        : sts_source(std::move(role)), source_(std::move(source)) {}

    /// @{
    /// As credential_source says.
    [[nodiscard]] std::string_view name() const override { return "RAM role"; }
    void start() override {
        sts_source::start();
        source_->start();
        source_key_.clear();
        has_key_ = false;
    }
    [[nodiscard]] credential_step next(credential_fetch const& fetch) override {
        if (!has_key_) {
            credential_step const step = source_->next(fetch);
            if (step == credential_step::failed)
                return refuse(std::string(source_->name()).append(": ").append(source_->problem()));
            if (step != credential_step::done) return step;
            source_key_ = source_->take();
            has_key_ = true;
        }
        return sts_source::next(fetch);
    }
    [[nodiscard]] credential_request request() const override {
        return has_key_ ? sts_source::request() : source_->request();
    }
    void received(int status, std::string_view body) override {
        has_key_ ? sts_source::received(status, body) : source_->received(status, body);
    }
    void failed(errc why) override { has_key_ ? sts_source::failed(why) : source_->failed(why); }
    /// @}

  protected:
    /// @{
    /// As credential_source says.
    credential_step begin(credential_fetch const& fetch) override {
        if (std::string wrong = complete_role(fetch, role_now_); !wrong.empty())
            return refuse(std::move(wrong));
        detail::assume_role_call call;
        if (!detail::sign_assume_role<Crypto>(call, role_now_, source_key_, nonce(fetch.random).view(),
                                              fetch.now))
            return refuse(std::string(message(errc::crypto_failed)));
        return post(call.target.view(), call.form.view());
    }
    credential_step proceed(credential_fetch const& fetch) override {
        return read_answer(fetch,
                           {source_key_.secret.view(), source_key_.token.view(), role_now_.external_id});
    }
    /// @}

  private:
    std::unique_ptr<credential_source> source_;
    assumed_role role_now_{};
    access_key source_key_{};
    bool has_key_ = false;
};

} // namespace slb::inline v0_1

#endif
