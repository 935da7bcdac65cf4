#ifndef SLB_CREDENTIAL_PROVIDERS_URI_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_URI_SOURCE_HPP

#include <slb/credential_providers/asking_source.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// A URI of http or https, taken apart; malformed: the endpoint is.
struct credential_uri {
    slb::endpoint endpoint{""};
    bool tls = true;
    std::string_view path{};
    std::string_view query{};

    /// Views of `uri`. User info is not taken; a fragment is not sent.
    static credential_uri of(std::string_view uri) {
        credential_uri parts;
        for (char c : uri)
            if (c <= ' ' || c > '~' || c == '\\') return parts;
        parts.tls = begins_with(uri, "https://");
        if (uri.size() < 8 || (!parts.tls && !begins_with(uri, "http://"))) return parts;
        uri.remove_prefix(parts.tls ? 8 : 7);
        uri = uri.substr(0, uri.find('#'));
        std::string_view const authority = uri.substr(0, uri.find_first_of("/?"));
        uri.remove_prefix(authority.size());
        parts.path = uri.substr(0, uri.find('?'));
        parts.query = uri.substr(parts.path.size());

        std::int64_t port = parts.tls ? 443 : 80;
        bool const bracketed = authority.substr(0, 1) == "[";
        std::size_t const end = bracketed ? authority.find(']') : authority.find(':');
        std::string_view host = authority.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
        std::string_view rest =
            authority.substr(end == authority.npos ? authority.size() : end + (bracketed ? 1U : 0U));
        if (bracketed && (end == authority.npos || host.find(':') == host.npos)) return parts;
        if (!rest.empty() && (rest.front() != ':' || !parse_integer(rest.substr(1), port))) return parts;
        parts.endpoint = slb::endpoint(host, port);
        return parts;
    }
};

} // namespace detail

/// A URI that answers a GET with a key. It is never shown: it may hold a secret.
class uri_source : public detail::asking_source {
  public:
    /// http or https; empty: ALIBABA_CLOUD_CREDENTIALS_URI.
    explicit uri_source(std::string_view uri = {}) : uri_(uri) {}

    /// @{
    /// As credential_source says.
    [[nodiscard]] std::string_view name() const override { return "credentials URI"; }
    void start() override {
        asking_source::start();
        used_.clear();
    }
    /// @}

  protected:
    /// @{
    /// As credential_source says.
    credential_step begin(credential_fetch const& fetch) override {
        used_.assign(uri_.view());
        if (used_.empty()) used_.assign(fetch.environment.variable("ALIBABA_CLOUD_CREDENTIALS_URI"));
        if (used_.empty()) return refuse("ALIBABA_CLOUD_CREDENTIALS_URI is not set");
        auto const parts = detail::credential_uri::of(used_.view());
        if (parts.endpoint.status() != errc::none) return refuse("the URI is not one of http or https");
        where_ = {parts.endpoint, parts.tls};
        secret_text target(parts.path.empty() ? "/" : parts.path);
        target.append(parts.query);
        return ask({"GET", target.view()});
    }
    credential_step proceed(credential_fetch const& fetch) override {
        auto const parts = detail::credential_uri::of(used_.view());
        if (!answered()) return refuse(answer_problem({parts.path, parts.query}));
        detail::json_document document;
        if (std::string_view const wrong = document.read(answer()); !wrong.empty())
            return refuse("the answer " + std::string(wrong));
        if (document.root()["Code"].text_or("") != "Success")
            return refuse("Code is not Success, " +
                          detail::refusal_text(status(), document.root(), {parts.path, parts.query}));
        access_key key;
        std::string wrong = detail::read_key(document.root(), fetch.now, key);
        return wrong.empty() ? give(std::move(key)) : refuse(std::move(wrong));
    }
    /// @}

  private:
    secret_text uri_;
    secret_text used_{};
};

} // namespace slb::inline v0_1

#endif
