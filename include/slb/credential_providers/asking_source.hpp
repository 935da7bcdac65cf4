#ifndef SLB_CREDENTIAL_PROVIDERS_ASKING_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_ASKING_SOURCE_HPP

#include <slb/credential_providers/answer_text.hpp>
#include <slb/credential_providers/credential_source.hpp>

namespace slb::inline v0_1::detail {

/// What a request consists of.
struct credential_message {
    std::string_view method;
    std::string_view target;
    std::string_view body{};
    /// What else stands in the head, beside Host, Content-Length and those of every request.
    name_value header{};
};

/// A source that asks a service.
class asking_source : public credential_source {
  public:
    void start() override {
        credential_source::start();
        message_.clear();
        answer_.clear();
        status_ = 0;
        why_ = errc::none;
        state_ = state::idle;
    }
    credential_step next(credential_fetch const& fetch) override {
        if (state_ == state::idle) return begin(fetch);
        if (state_ == state::asking) return credential_step::request;
        state_ = state::idle;
        credential_step const step = proceed(fetch);
        if (state_ != state::asking) answer_.clear();
        return step;
    }
    [[nodiscard]] credential_request request() const override {
        credential_request all = where_;
        all.message = message_.view();
        all.source = name();
        return all;
    }
    void received(int status, std::string_view body) override {
        if (state_ != state::asking) return;
        finish(status, body.size() > largest_answer ? errc::body_too_large : errc::none);
        if (why_ == errc::none) answer_.assign(body);
    }
    void failed(errc why) override {
        if (state_ == state::asking) finish(0, why == errc::none ? errc::connection_closed : why);
    }

  protected:
    /// The first step: ask(), give() or refuse().
    virtual credential_step begin(credential_fetch const& fetch) = 0;
    /// The step after an answer, or after none came: then why() says so.
    virtual credential_step proceed(credential_fetch const& fetch) = 0;

    /// Wants that sent: where_ says where to.
    credential_step ask(credential_message const& sent) {
        auto const& at = where_.endpoint;
        message_.clear();
        answer_.clear();
        auto const put = [&](auto... pieces) { (message_.append(pieces), ...); };
        put(sent.method, " ", sent.target, " HTTP/1.1\r\nHost: ");
        // The header of an endpoint leaves out the port of https; here it is that of the scheme.
        digits const port(at.port());
        std::string_view host = at.host_header();
        if (at.port() != endpoint::https_port) host.remove_suffix(1 + port.view().size());
        put(host);
        if (at.port() != (where_.tls ? 443 : 80)) put(":", port.view());
        put("\r\nAccept-Encoding: identity\r\nConnection: close\r\n");
        if (!sent.header.name.empty()) put(sent.header.name, ": ", sent.header.value, "\r\n");
        if (sent.method != "GET") put("Content-Length: ", digits(length(sent.body)).view(), "\r\n");
        put("\r\n", sent.body);
        state_ = state::asking;
        return credential_step::request;
    }
    /// What the service said in place of a key, or why there is no answer.
    [[nodiscard]] std::string answer_problem(std::vector<std::string_view> const& secrets) const {
        return why_ != errc::none ? std::string(message(why_)) : refusal_text(status_, answer(), secrets);
    }
    [[nodiscard]] bool answered() const { return why_ == errc::none && status_ == 200; }
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::string_view answer() const { return answer_.view(); }

    credential_request where_{slb::endpoint("")};

  private:
    enum class state : std::uint8_t { idle, asking, answered };
    static constexpr std::size_t largest_answer = 1024 * 1024;

    static std::int64_t length(std::string_view text) { return static_cast<std::int64_t>(text.size()); }
    void finish(int status, errc why) {
        message_.clear();
        answer_.clear();
        status_ = status;
        why_ = why;
        state_ = state::answered;
    }

    secret_text message_{};
    secret_text answer_{};
    int status_ = 0;
    errc why_ = errc::none;
    state state_ = state::idle;
};

} // namespace slb::inline v0_1::detail

#endif
