// The services that hand out temporary credentials, in memory: for tests of what fetches and refreshes them.
#ifndef SLB_TESTS_SUPPORT_CREDENTIAL_SERVICES_HPP
#define SLB_TESTS_SUPPORT_CREDENTIAL_SERVICES_HPP

#include <slb/emulator.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slb_test {

/// What a request can be for.
enum class credential_endpoint : std::uint8_t {
    metadata_token,        // PUT /latest/api/token
    metadata_role,         // GET /latest/meta-data/ram/security-credentials/
    metadata_credentials,  // GET the same with the name of a role behind it
    assume_role,           // STS, signed
    assume_role_with_oidc, // STS, not signed
    uri,                   // GET the target of a credentials URI
};
inline constexpr std::size_t credential_endpoints = 6;

/// What can go wrong on demand. Refusals, instead of the answer: server_error (500), throttling (STS: 400
/// Throttling.User, else 429). Spoiled answers with 200: malformed (cut in half), empty, without_member (of
/// `credential_fault::member`), not_success (Code "Failed" among all else), expired (a second ago). Trouble
/// on the connection after `credential_fault::byte` bytes; with 0 nothing is done: stall, close, reset.
enum class credential_trouble : std::uint8_t {
    none,
    server_error,
    throttling,
    malformed,
    empty,
    without_member,
    not_success,
    expired,
    stall,
    close,
    reset,
};

/// Trouble, and the request that it is meant for, as in slb::fault.
struct credential_fault {
    credential_endpoint at{};
    credential_trouble what{};
    /// Which request for that endpoint from now on: 1 is the next; 0: every one.
    std::size_t call = 0;
    std::size_t byte = 0;
    std::string member = "AccessKeySecret";
    std::int64_t from = INT64_MIN;
    std::int64_t until = INT64_MAX;
    std::uint32_t one_in = 1;
};

/// A role that can be assumed.
struct fake_role {
    std::string arn{};
    /// The longest that a session may last.
    std::int64_t max_seconds = 3600;
    /// Empty: none is asked for.
    std::string external_id{};
};

/// What the services know; to be changed at any time between two requests.
struct credential_settings {
    std::vector<fake_role> roles{{.arn = "acs:ram::123456789012:role/demo"}};
    std::string oidc_provider_arn = "acs:ram::123456789012:oidc-provider/demo";
    /// The one that is accepted, and one that has expired.
    std::string oidc_token = "fake.oidc.token";
    std::string expired_oidc_token{};
    /// The role of the instance; empty: it has none.
    std::string instance_role = "demo-ecs";
    /// Whether the metadata service answers requests without a token.
    bool metadata_v1 = true;
    /// How long its credentials live, and how long before their end it has new ones. (The first is of the
    /// documentation; the second is ours.)
    std::int64_t instance_seconds = 6 * 3600;
    std::int64_t instance_renewal_seconds = 1800;
    /// What the credentials URI asks for, with its query, and how long those credentials live.
    std::string uri_target = "/credentials";
    std::int64_t uri_seconds = 3600;
    /// What secrets and tokens of the metadata service begin with; a number follows.
    std::string secret_prefix = "secret-";
    std::string metadata_token_prefix = "metadata-token-";
    /// How long security tokens are, at least; the real ones go up to some 1000 characters.
    std::size_t token_size = 64;
};

/// The world around the services: the clocks, and where the keys that they issue are good.
struct credential_world {
    std::function<std::int64_t()> unix_seconds{};
    std::function<std::int64_t()> steady_ms{};
    std::function<void(std::int64_t ms)> advance{};
    std::function<void(slb::emulator_key const&)> add_key{};
    std::function<void(std::string_view id)> remove_key{};
};
/// An emulator of SLB, which accepts each key until it expires. It must outlive the services.
inline credential_world world_of(slb::emulator& served) {
    return {[&] { return served.unix_seconds(); }, [&] { return served.steady_ms(); },
            [&](std::int64_t ms) { served.advance(ms); },
            [&](slb::emulator_key const& key) { served.add_key(key); },
            [&](std::string_view id) { served.remove_key(id); }};
}
/// An emulator of SLB behind a server of its own, so that the services can be behind another.
template <class Server>
credential_world world_behind(Server& server) {
    return {[&] { return server.with([](auto& served) { return served.unix_seconds(); }); },
            [&] { return server.with([](auto& served) { return served.steady_ms(); }); },
            [&](std::int64_t ms) { server.with([&](auto& served) { served.advance(ms); }); },
            [&](slb::emulator_key const& key) { server.with([&](auto& served) { served.add_key(key); }); },
            [&](std::string_view id) { server.with([&](auto& served) { served.remove_key(id); }); }};
}

/// The metadata service of an instance, STS and a credentials URI, on one port: bytes in, bytes out, like
/// slb::emulator. They are told apart by the path; hosts are 100.100.100.200, sts.aliyuncs.com or
/// sts[-vpc].REGION.aliyuncs.com, and any for the URI; this machine itself is taken for all of them.
///
///   slb::emulator emulator;
///   credential_services services{world_of(emulator)};
///   credential_transport sts{services, slb::endpoint("sts.aliyuncs.com")};
///   slb::basic_emulator_server server{services};                  // or with TLS: {services, certificate}
///
/// Temporary keys are numbered: STS.fake1 with secret-1 and a token. Each is good in the emulator, and for
/// AssumeRole, until it expires; a day after that it is forgotten. What no source tells is ours: that
/// throttled metadata is a 429, that a token without a TTL is a 400, that AssumeRoleWithOIDC needs a good
/// timestamp, and that parameters out of their limits are InvalidParameter.
class credential_services {
  public:
    using connection = slb::basic_emulator_connection<credential_services>;

    explicit credential_services(credential_world world, std::uint64_t seed = 1)
        : world_(std::move(world)),
          sts_(slb::emulator_mode::strict, "", "2015-04-01"), plans_{plan(seed),     plan(seed + 1),
                                                                     plan(seed + 2), plan(seed + 3),
                                                                     plan(seed + 4), plan(seed + 5)} {
        sts_.add({.id = "LTAIfakeid", .secret = "fakesecret"});
    }
    credential_services(credential_services const&) = delete;
    credential_services& operator=(credential_services const&) = delete;

    [[nodiscard]] credential_settings& settings() { return settings_; }

    /// Keys that may assume roles; LTAIfakeid with fakesecret is one from the start.
    void add_key(slb::emulator_key const& key) { sts_.add(key); }
    bool remove_key(std::string_view id) { return sts_.remove(id); }

    void inject(credential_fault const& planned) { plans_[index(planned.at)].inject(planned); }
    void clear_faults() {
        for (auto& one : plans_) one.clear();
    }
    /// As slb::emulator::restart. Tokens of the metadata service stay good.
    void restart(std::int64_t down_ms = 0) {
        ++restarts_;
        down_until_ms_ = steady_ms() + down_ms;
    }

    /// How many requests came for an endpoint, whatever became of them, and the last of these.
    [[nodiscard]] std::size_t requests(credential_endpoint at) const { return requests_[index(at)]; }
    [[nodiscard]] slb::http_request const& last_request(credential_endpoint at) const {
        return last_[index(at)];
    }
    /// How many temporary keys were issued, and how many of them are not forgotten.
    [[nodiscard]] std::size_t issued() const { return issued_; }
    [[nodiscard]] std::size_t remembered() const { return alive_.size(); }

    [[nodiscard]] std::int64_t unix_seconds() const { return world_.unix_seconds(); }
    [[nodiscard]] std::int64_t steady_ms() const { return world_.steady_ms(); }
    void advance(std::int64_t ms) { world_.advance(ms); }

  private:
    friend slb::basic_emulator_connection<credential_services>;
    friend slb::basic_emulator_transport<credential_services>;
    using plan = slb::basic_fault_plan<credential_fault>;

    struct page {
        int status = 200;
        std::string body{};
        /// An object that the body is written from, when it has one: what can be spoiled.
        std::optional<boost::json::object> object{};
        slb::reply_format format = slb::reply_format::json;
        std::string root{};
        /// Of STS only.
        std::string request_id{};
    };

    static constexpr std::string_view role_path = "/latest/meta-data/ram/security-credentials/";
    static constexpr std::int64_t forgotten_after = 86400;
    static constexpr std::int64_t max_ttl = 21600;

    static std::size_t index(credential_endpoint at) { return static_cast<std::size_t>(at); }
    [[nodiscard]] std::uint64_t restarts() const { return restarts_; }
    [[nodiscard]] bool accepts() const { return steady_ms() >= down_until_ms_; }
    [[nodiscard]] std::string refuse_http(int status) const {
        return slb::detail::refusal_page(status, unix_seconds());
    }

    slb::emulator_reply answer(slb::http_request const& request) {
        auto const at = endpoint_of(request);
        if (!at) return {written(text_page(404), request), kept(request)};
        ++requests_[index(*at)];
        last_[index(*at)] = request;
        credential_fault const planned = plans_[index(*at)].next(unix_seconds()).value_or(credential_fault{});
        auto const what = planned.what;
        slb::emulator_step const trouble = what == credential_trouble::stall   ? slb::emulator_step::stall
                                           : what == credential_trouble::close ? slb::emulator_step::close
                                           : what == credential_trouble::reset ? slb::emulator_step::reset
                                                                               : slb::emulator_step::read;
        if (trouble != slb::emulator_step::read && planned.byte == 0) return {{}, trouble};
        page answered = page_of(*at, request, what);
        if (answered.status == 200) spoil(answered, planned);
        std::string bytes = written(answered, request);
        if (trouble == slb::emulator_step::read) return {std::move(bytes), kept(request)};
        bytes.resize((std::min)(planned.byte, bytes.size()));
        return {std::move(bytes), trouble};
    }
    static slb::emulator_step kept(slb::http_request const& request) {
        return request.keep_alive ? slb::emulator_step::read : slb::emulator_step::close;
    }

    [[nodiscard]] std::optional<credential_endpoint> endpoint_of(slb::http_request const& request) const {
        std::string_view const target = request.target;
        if (target == settings_.uri_target) return credential_endpoint::uri;
        if (target == "/latest/api/token" && request.method == "PUT")
            return credential_endpoint::metadata_token;
        if (target == role_path) return credential_endpoint::metadata_role;
        if (target.starts_with(role_path)) return credential_endpoint::metadata_credentials;
        if (target.substr(0, target.find('?')) != "/") return {};
        return slb::signed_request(request).value(slb::claims::action) == "AssumeRoleWithOIDC"
                   ? credential_endpoint::assume_role_with_oidc
                   : credential_endpoint::assume_role;
    }

    page page_of(credential_endpoint at, slb::http_request const& request, credential_trouble what) {
        bool const sts =
            at == credential_endpoint::assume_role || at == credential_endpoint::assume_role_with_oidc;
        if (sts) return answer_of_sts(request, what);
        if (at != credential_endpoint::uri &&
            !is_host(request, [](std::string_view host) { return host == "100.100.100.200"; }))
            return text_page(404);
        if (what == credential_trouble::server_error) return text_page(500);
        if (what == credential_trouble::throttling) return text_page(429);
        if (at == credential_endpoint::metadata_token) return metadata_token(request, what);
        if (request.method != "GET") return text_page(404);
        if (at == credential_endpoint::uri) {
            page answered;
            answered.object = credentials_of(issue(settings_.uri_seconds, what));
            (*answered.object)["Code"] = "Success";
            return answered;
        }
        if (int const status = metadata_refusal(request); status != 0) return text_page(status);
        std::string_view const role = std::string_view(request.target).substr(role_path.size());
        if (settings_.instance_role.empty()) return text_page(404);
        if (at == credential_endpoint::metadata_role) return {.body = settings_.instance_role};
        if (role != settings_.instance_role) return text_page(404);
        page answered;
        answered.object = instance_credentials(what);
        return answered;
    }

    template <class Known>
    static bool is_host(slb::http_request const& request, Known const& known) {
        std::string const header = request.header("host").value_or("");
        std::string_view host = header;
        host = host.substr(0, host.starts_with("[") ? host.find(']') + 1 : host.find(':'));
        return host == "127.0.0.1" || host == "localhost" || host == "[::1]" || known(host);
    }

    // The metadata service.

    page metadata_token(slb::http_request const& request, credential_trouble what) {
        if (request.header("x-forwarded-for")) return text_page(403);
        std::string const ttl = request.header("x-aliyun-ecs-metadata-token-ttl-seconds").value_or("");
        auto const seconds = number_of(ttl);
        if (!seconds || *seconds < 1 || *seconds > max_ttl) return text_page(400);
        std::erase_if(tokens_, [&](auto const& token) { return token.second <= steady_ms(); });
        std::string const token = settings_.metadata_token_prefix + std::to_string(++tokens_issued_) + "==";
        tokens_[token] = what == credential_trouble::expired ? steady_ms() : steady_ms() + *seconds * 1000;
        return {.body = token};
    }
    [[nodiscard]] int metadata_refusal(slb::http_request const& request) const {
        auto const token = request.header("x-aliyun-ecs-metadata-token");
        if (!token) return settings_.metadata_v1 ? 0 : 403;
        auto const found = tokens_.find(*token);
        return found != tokens_.end() && found->second > steady_ms() ? 0 : 401;
    }
    boost::json::object instance_credentials(credential_trouble what) {
        std::int64_t const now = unix_seconds();
        if (!instance_key_ || what == credential_trouble::expired ||
            now >= instance_key_->expires - settings_.instance_renewal_seconds) {
            instance_key_ = issue(settings_.instance_seconds, what);
            instance_updated_ = now;
        }
        boost::json::object credentials = credentials_of(*instance_key_);
        credentials["LastUpdated"] = slb::utc_time(instance_updated_).view();
        credentials["Code"] = "Success";
        return credentials;
    }

    // STS.

    page answer_of_sts(slb::http_request const& request, credential_trouble what) {
        auto call = sts_.admit(
            request, unix_seconds(),
            [](std::string_view name) { return name == "AssumeRole" || name == "AssumeRoleWithOIDC"; },
            [](std::string_view name) { return name == "AssumeRoleWithOIDC"; });
        page answered;
        answered.format = call.format;
        answered.request_id = next_request_id();
        auto refused = std::move(call.refused);
        if (!is_host(request, is_sts_host))
            refused = slb::refusal{404, "InvalidProduct.NotFound", "Specified product is not found."};
        slb::emulator_call const asked{call.action, answered.request_id, unix_seconds(), true,
                                       std::move(call.parameters)};
        bool const oidc = call.action == "AssumeRoleWithOIDC";
        std::int64_t seconds = 0;
        if (!refused && what == credential_trouble::throttling)
            refused = slb::detail::refusal_of({.kind = slb::fault_kind::throttling});
        if (!refused && what == credential_trouble::server_error)
            refused = slb::detail::refusal_of({.kind = slb::fault_kind::server_error});
        if (!refused) refused = refusal_of_session(asked, seconds);
        if (!refused && oidc) refused = refusal_of_oidc(asked);
        boost::json::object body;
        body["RequestId"] = answered.request_id;
        if (refused) {
            answered.status = refused->status;
            answered.root = "Error";
            body["HostId"] = call.host_id;
            body["Code"] = refused->code;
            body["Message"] = refused->message;
        } else {
            answered.root = call.action + "Response";
            if (oidc)
                body["OIDCTokenInfo"] = boost::json::object{
                    {"Subject", "fake"}, {"Issuer", "https://fake"}, {"ClientIds", "fake"}};
            std::string const name(asked.value("RoleSessionName"));
            body["AssumedRoleUser"] =
                boost::json::object{{"AssumedRoleId", "300000000000000001:" + name},
                                    {"Arn", std::string(asked.value("RoleArn")) + "/" + name}};
            body["Credentials"] = credentials_of(issue(seconds, what));
        }
        answered.object = std::move(body);
        return answered;
    }
    static bool is_sts_host(std::string_view host) {
        constexpr std::string_view end = ".aliyuncs.com";
        if (host == "sts.aliyuncs.com") return true;
        if (!host.ends_with(end)) return false;
        host.remove_suffix(end.size());
        std::string_view const kind = slb::detail::take_until('.', host);
        return (kind == "sts" || kind == "sts-vpc") && !host.empty() && host.find('.') == host.npos;
    }
    static slb::refusal invalid(std::string_view name, std::string_view why) {
        return {400, "InvalidParameter", slb::detail::joined({"The parameter ", name, " ", why, "."})};
    }
    /// Of what both actions take. `seconds` becomes how long the session is to last.
    [[nodiscard]] std::optional<slb::refusal> refusal_of_session(slb::emulator_call const& call,
                                                                 std::int64_t& seconds) const {
        std::string_view const arn = call.value("RoleArn");
        if (arn.empty()) return slb::refusal::missing("RoleArn");
        std::string_view const name = call.value("RoleSessionName");
        if (name.empty()) return slb::refusal::missing("RoleSessionName");
        if (name.size() < 2 || name.size() > 64 || !std::all_of(name.begin(), name.end(), [](char c) {
                return slb::detail::is_letter(c) || slb::detail::is_digit(c) ||
                       std::string_view(".@-_").find(c) != std::string_view::npos;
            }))
            return invalid("RoleSessionName", "is wrongly formed");
        auto const role = std::find_if(settings_.roles.begin(), settings_.roles.end(),
                                       [&](fake_role const& known) { return known.arn == arn; });
        if (role == settings_.roles.end())
            return slb::refusal{404, "EntityNotExist.Role", "The role does not exist."};
        seconds = 3600;
        if (has(call, "DurationSeconds")) {
            auto const wanted = number_of(call.value("DurationSeconds"));
            if (!wanted || *wanted < 900 || *wanted > role->max_seconds)
                return invalid("DurationSeconds", "is out of range");
            seconds = *wanted;
        }
        if (has(call, "Policy") && !is_sized(call.value("Policy"), 1, 2048))
            return invalid("Policy", "is wrongly sized");
        if (has(call, "ExternalId") && !is_sized(call.value("ExternalId"), 2, 1224))
            return invalid("ExternalId", "is wrongly sized");
        if (!role->external_id.empty() && call.action == "AssumeRole" &&
            call.value("ExternalId") != role->external_id)
            return slb::refusal{403, "NoPermission", "You are not authorized to do this action."};
        return {};
    }
    [[nodiscard]] std::optional<slb::refusal> refusal_of_oidc(slb::emulator_call const& call) const {
        for (std::string_view name : {"OIDCProviderArn", "OIDCToken"})
            if (call.value(name).empty()) return slb::refusal::missing(name);
        std::string_view const token = call.value("OIDCToken");
        if (!is_sized(token, 4, 20000)) return invalid("OIDCToken", "is wrongly sized");
        if (call.value("OIDCProviderArn") != settings_.oidc_provider_arn)
            return slb::refusal{400, "AuthenticationFail.OIDCToken.IssuerNotMatch",
                                "The issuer of the token is not that of the provider."};
        if (token == settings_.expired_oidc_token)
            return slb::refusal{400, "AuthenticationFail.OIDCToken.Expired", "The token has expired."};
        if (token != settings_.oidc_token)
            return slb::refusal{400, "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch",
                                "The token was not signed by the issuer."};
        return {};
    }
    static bool has(slb::emulator_call const& call, std::string_view name) {
        return slb::detail::find_parameter(call.parameters, name) != nullptr;
    }
    static bool is_sized(std::string_view text, std::size_t least, std::size_t most) {
        return text.size() >= least && text.size() <= most;
    }
    std::string next_request_id() {
        std::string const digits = std::to_string(++request_ids_);
        return "00000000-0000-5000-8000-" + std::string(12 - digits.size(), '0') + digits;
    }

    // Keys.

    slb::emulator_key issue(std::int64_t seconds, credential_trouble what) {
        std::int64_t const now = unix_seconds();
        std::string const number = std::to_string(++issued_);
        std::string token = "CAIS" + number + "/+";
        if (token.size() + 2 < settings_.token_size) token.resize(settings_.token_size - 2, 'x');
        slb::emulator_key const key{.id = "STS.fake" + number,
                                    .secret = settings_.secret_prefix + number,
                                    .token = token + "==",
                                    .expires = what == credential_trouble::expired ? now - 1 : now + seconds};
        std::erase_if(alive_, [&](auto const& old) {
            bool const forgotten = now > old.second + forgotten_after;
            if (forgotten) {
                world_.remove_key(old.first);
                sts_.remove(old.first);
            }
            return forgotten;
        });
        alive_.emplace_back(key.id, key.expires);
        world_.add_key(key);
        sts_.add(key);
        return key;
    }
    static boost::json::object credentials_of(slb::emulator_key const& key) {
        boost::json::object credentials;
        credentials["AccessKeyId"] = key.id;
        credentials["AccessKeySecret"] = key.secret;
        credentials["SecurityToken"] = key.token;
        credentials["Expiration"] = slb::utc_time(key.expires).view();
        return credentials;
    }

    // Pages.

    static std::optional<std::int64_t> number_of(std::string_view text) {
        std::int64_t value = 0;
        auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failed != std::errc() || end != text.data() + text.size()) return {};
        return value;
    }
    static page text_page(int status) {
        return {.status = status,
                .body = slb::detail::joined(
                    {std::to_string(status), " - ", slb::detail::reason_of(status), "\n"})};
    }
    static void spoil(page& answered, credential_fault const& planned) {
        auto& object = answered.object;
        if (object && planned.what == credential_trouble::not_success) (*object)["Code"] = "Failed";
        if (object && planned.what == credential_trouble::without_member) {
            auto* const inner = object->if_contains("Credentials");
            (inner != nullptr && planned.member != "Credentials" ? inner->get_object() : *object)
                .erase(planned.member);
        }
        if (planned.what != credential_trouble::malformed && planned.what != credential_trouble::empty)
            return;
        std::string const body = body_of(answered);
        answered.body = planned.what == credential_trouble::empty ? "" : body.substr(0, body.size() / 2);
        object.reset();
    }
    static std::string body_of(page const& answered) {
        if (!answered.object) return answered.body;
        if (answered.format == slb::reply_format::json) return boost::json::serialize(*answered.object);
        std::string body(slb::detail::xml_declaration);
        slb::detail::put_xml(body, answered.root, *answered.object);
        return body;
    }
    [[nodiscard]] std::string written(page const& answered, slb::http_request const& request) const {
        std::string const body = body_of(answered);
        bool const api = !answered.request_id.empty();
        std::string const head = slb::detail::head_text(
            {.status = answered.status,
             .content_type = !api                                        ? "text/plain"
                             : answered.format == slb::reply_format::xml ? "text/xml;charset=utf-8"
                                                                         : "application/json;charset=utf-8",
             .unix_seconds = unix_seconds(),
             .keep_alive = request.keep_alive,
             .request_id = answered.request_id,
             .trace_id = "00000000000000000000000000000000"},
            body.size());
        return request.method == "HEAD" ? head : head + body;
    }

    credential_world world_;
    credential_settings settings_{};
    slb::gateway sts_;
    std::array<plan, credential_endpoints> plans_;
    std::array<std::size_t, credential_endpoints> requests_{};
    std::array<slb::http_request, credential_endpoints> last_{};
    std::map<std::string, std::int64_t> tokens_{};
    std::uint64_t tokens_issued_ = 0;
    std::optional<slb::emulator_key> instance_key_{};
    std::int64_t instance_updated_ = 0;
    std::size_t issued_ = 0;
    std::deque<std::pair<std::string, std::int64_t>> alive_{};
    std::uint64_t request_ids_ = 0;
    std::uint64_t restarts_ = 0;
    std::uint64_t transports_ = 0;
    std::int64_t down_until_ms_ = INT64_MIN;
};

/// A transport that ends in the services. Its endpoint is to be given: the host that requests name.
using credential_transport = slb::basic_emulator_transport<credential_services>;

} // namespace slb_test

#endif
