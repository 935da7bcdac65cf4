#ifndef SLB_CREDENTIAL_PROVIDERS_CREDENTIAL_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_CREDENTIAL_SOURCE_HPP

#include <slb/credential_providers/access_key.hpp>
#include <slb/credential_providers/credential_environment.hpp>
#include <slb/endpoint.hpp>
#include <slb/observer.hpp>

#include <memory>
#include <optional>
#include <span>

namespace slb::inline v0_1 {

/// Where the services are that give keys out, with the vendor's addresses unless others are named.
struct credential_options {
    /// The metadata service of the instance, over plain HTTP.
    slb::endpoint metadata{"100.100.100.200", 80};
    /// The Security Token Service, in place of the host that its region makes.
    std::optional<slb::endpoint> sts{};
    /// Whether that service is called over TLS. Without, secrets are seen by whoever listens: for tests only.
    bool sts_over_tls = true;
};

/// A request that a source wants sent, on a connection of its own. All views live until the answer is handed
/// back.
struct credential_request {
    /// Where to.
    slb::endpoint endpoint;
    /// Whether TLS, with a verified certificate, is to be used.
    bool tls = true;
    /// The whole of it: HTTP/1.1, with Host and `Connection: close`. It may hold secrets.
    std::string_view message{};
    /// @{
    /// How long to wait for a connection, and for each read and write, in milliseconds.
    std::int64_t connect_timeout_ms = 5000;
    std::int64_t step_timeout_ms = 10000;
    /// @}
    /// Which source asks, for a log.
    std::string_view source{};
};

/// What comes next: a request is to be sent, the key is there, or there is none.
enum class credential_step : std::uint8_t { request, done, failed };

namespace detail {

/// A text as one line of at most `longest` bytes and some dots: control characters and what is no UTF-8
/// become '?'.
inline std::string one_line(std::string_view text, std::size_t longest) {
    std::string line;
    while (!text.empty()) {
        std::size_t const control = control_length(text);
        std::size_t const whole = control != 0 ? 0 : utf8_length(text);
        std::size_t const skipped = control != 0 ? control : whole != 0 ? whole : 1;
        if (line.size() + skipped > longest) return line + "...";
        line += whole != 0 ? text.substr(0, whole) : "?";
        text.remove_prefix(skipped);
    }
    return line;
}

} // namespace detail

/// What a source is given at each step.
struct credential_fetch {
    /// The process.
    credential_environment const& environment;
    /// The addresses.
    credential_options const& options;
    /// Who is told of files that others can read; may be null.
    slb::observer* observer;
    /// The time, in seconds since 1970, UTC.
    std::int64_t now;
    /// New randomness, for a nonce.
    std::span<unsigned char const, 16> random;

    /// Reads a file on behalf of `source`, and reports it if others can do so too. What is wrong; empty:
    /// nothing.
    [[nodiscard]] std::string read_file(std::string const& path, std::string_view source,
                                        secret_text& out) const {
        std::string shown = detail::one_line(path, 300);
        if (path.find('\0') != path.npos) return shown + " is no path";
        credential_file file = environment.read_file(path);
        if (file.readable_by_others && observer != nullptr)
            observer->on_credentials({credential_report::kind::file_readable_by_others, source, shown});
        out = std::move(file.text);
        switch (file.outcome) {
        case file_outcome::read: return {};
        case file_outcome::missing: return shown + " does not exist";
        case file_outcome::too_large: return shown + " is too large";
        default: return shown + " cannot be read";
        }
    }
    /// Whether a variable is `true`, in any letter case; nothing else counts.
    [[nodiscard]] bool flag(char const* name) const {
        return detail::equal_ignoring_case(environment.variable(name), "true");
    }
};

/// A source of keys: a machine that fetches one. The order of calls: start(); then next() until it is done or
/// failed; for each request that it wants, received() or failed(). Derive from it for a source of your own;
/// nothing that problem() says may hold a secret.
class credential_source {
  public:
    credential_source() = default;
    credential_source(credential_source const&) = delete;
    credential_source& operator=(credential_source const&) = delete;
    virtual ~credential_source() = default;

    /// What it is called, in errors and events; lives as long as it.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Begins anew, and wipes whatever is left of an earlier fetch. Files and variables are read again.
    virtual void start() {
        key_.clear();
        problem_.clear();
    }
    /// Goes on as far as it can.
    [[nodiscard]] virtual credential_step next(credential_fetch const& fetch) = 0;
    /// What is to be sent, after next() said so.
    [[nodiscard]] virtual credential_request request() const { return {slb::endpoint("")}; }
    /// The answer to it. `body` is decoded (not chunked, not compressed), and is copied.
    virtual void received(int /*status*/, std::string_view /*body*/) {}
    /// There is no answer, for that reason.
    virtual void failed(errc /*why*/) {}

    /// The key, after next() said done. It is handed over once.
    [[nodiscard]] access_key take() { return std::move(key_); }
    /// Why there is none, after next() said failed: one line.
    [[nodiscard]] std::string const& problem() const { return problem_; }

  protected:
    /// The key is this one, if it is in order.
    credential_step give(access_key key) {
        if (slb::error const wrong = key.view().problem(); wrong.code() != errc::none)
            return refuse(std::string(wrong.path().parameter).append(" ").append(slb::message(wrong.code())));
        key_ = std::move(key);
        return credential_step::done;
    }
    /// There is none, for that reason.
    credential_step refuse(std::string why) {
        problem_ = std::move(why);
        return credential_step::failed;
    }

  private:
    access_key key_{};
    std::string problem_{};
};

} // namespace slb::inline v0_1

#endif
