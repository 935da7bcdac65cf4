// No secret in any error, report, log or dump: secrets are planted wherever a process has some, calls are
// made over all sources of keys and all failures, and what can be seen of them is searched.
#include "support/provider_testing.hpp"

#include <slb/boost_json.hpp>
#include <slb/explain.hpp>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(secrets)

namespace {

using namespace slb_test;

/// What stands in the files and variables of tests, and what is planted there.
constexpr std::pair<std::string_view, std::string_view> planted[] = {
    {"testsecret", "LastingSecretT5rBy1UoKq8H"},
    {"givensecret", "GivenSecret7Gk2Pq9XvTz4"},
    {"given-token", "GivenToken/CAIS5Wf+3nR8uYbA=="},
    {"fakesecret", "BaseSecretM3hQ6zLx0WcD"},
    {"fake.oidc.token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl"},
    {"/credentials", "/keys?code=UriCode6hVnE3iZmFt2"},
};
/// Of what the services issue; numbers and more follow.
constexpr std::string_view issued_secret = "IssuedSecretQ8wJ4dXyRk-";
constexpr std::string_view issued_token = "CAIS1/+xxxxxxxxxxxxxxxx";
constexpr std::string_view metadata_token = "v2MetaToken4aXs0PqLrW";

std::string with_secrets(std::string text) {
    for (auto const& [from, to] : planted)
        for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
            text.replace(at, from.size(), to);
    return text;
}
std::string_view secret_for(std::string_view from) {
    for (auto const& [each, to] : planted)
        if (each == from) return to;
    return {};
}

std::string base64_of(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    // Whole groups only: what is behind depends on what follows.
    for (; text.size() >= 3; text.remove_prefix(3)) {
        unsigned bits = 0;
        for (int i = 0; i != 3; ++i)
            bits = bits << 8 | static_cast<unsigned char>(text[static_cast<unsigned>(i)]);
        for (int shift = 18; shift >= 0; shift -= 6) out += alphabet[bits >> shift & 63];
    }
    return out;
}
std::string encoded(std::string_view text) {
    slb::secret_text out;
    out.append_encoded(text);
    return std::string(out.view());
}
/// A secret as it may stand in a text: as it is, encoded once and twice, and in base64, wherever it begins.
std::vector<std::string> forms_of(std::string_view secret) {
    std::vector<std::string> forms{std::string(secret), encoded(secret), encoded(encoded(secret))};
    for (std::size_t skipped = 0; skipped != 3; ++skipped) forms.push_back(base64_of(secret.substr(skipped)));
    return forms;
}
/// A text in which secrets are looked for.
class searched {
  public:
    /// It must outlive this.
    explicit searched(std::string_view text) {
        for (std::size_t at = 0; at + window <= text.size(); ++at) windows_.insert(text.substr(at, window));
    }
    /// What of the secret is in the text: 12 bytes in a row are too many. Empty: nothing.
    [[nodiscard]] std::string shown_of(std::string_view secret) const {
        for (auto const& form : forms_of(secret))
            for (std::size_t at = 0; at + window <= form.size(); ++at)
                if (windows_.contains(std::string_view(form).substr(at, window)))
                    return form.substr(at, window);
        return {};
    }

  private:
    static constexpr std::size_t window = 12;
    std::unordered_set<std::string_view> windows_{};
};
std::string found_in(std::string_view text, std::string_view secret) {
    return searched(text).shown_of(secret);
}

/// All that anybody can see of calls, and what went over the wire.
struct seen : slb::observer {
    std::set<std::string> texts{};
    std::string wire{};
    std::size_t calls = 0;
    std::size_t failures = 0;

    void add(std::string_view text) {
        if (!text.empty()) texts.emplace(text);
    }
    void add(slb::error const& why) {
        std::ostringstream out;
        out << why;
        add(out.str());
        std::array<char, 4096> copied{};
        std::size_t const size = (std::min)(why.copy(copied.data(), copied.size()), copied.size());
        add({copied.data(), size});
        add(why.details());
        add(why.advice());
        add(why.path().parameter);
        add(why.path().member);
    }
    void on_attempt(slb::attempt_report const& report) override {
        add(report.operation);
        add(report.endpoint.host());
        add(report.request_id);
        add(report.outcome);
        add(message(report.decision.verdict));
    }
    void on_credentials(slb::credential_report const& report) override {
        add(report.source);
        add(report.text);
    }

    /// The signatures of what was sent, as they stood there and decoded.
    [[nodiscard]] std::set<std::string> signatures() const {
        std::set<std::string> all;
        constexpr std::string_view name = "Signature=";
        for (std::size_t at = 0; (at = wire.find(name, at)) != wire.npos;) {
            at += name.size();
            std::string value = wire.substr(at, wire.find_first_of("& \r\n", at) - at);
            all.insert(value);
            for (auto const& [code, byte] : {std::pair{"%2B", "+"}, {"%2F", "/"}, {"%3D", "="}})
                for (std::size_t i = 0; (i = value.find(code, i)) != value.npos;) value.replace(i, 3, byte);
            all.insert(value);
        }
        return all;
    }
    void inspect() const {
        std::string all;
        for (auto const& text : texts) all.append(text).append("\n");
        searched const in_all(all);
        auto const absent = [&](std::string_view secret) {
            std::string const shown = in_all.shown_of(secret);
            if (shown.empty()) return;
            std::size_t const at = all.find(shown);
            std::size_t const begin = at < 300 ? 0 : at - 300;
            BOOST_ERROR("of " << secret << " is shown " << shown << " in ..." << all.substr(begin, 700));
        };
        for (auto const& [from, to] : planted) absent(to.starts_with("/") ? to.substr(to.find('=') + 1) : to);
        for (std::string_view const each : {issued_secret, issued_token, metadata_token}) absent(each);
        for (auto const& signature : signatures()) absent(signature);
    }
};

/// A transport of which all bytes are kept, and which can answer with what it was sent.
template <class Transport>
class taped {
  public:
    static constexpr bool proves_peer = Transport::proves_peer;

    template <class Served>
    taped(Served& served, slb::endpoint const& where, seen& log, int echo_status)
        : line_(served, where), log_(log), echo_status_(echo_status) {}

    [[nodiscard]] slb::endpoint const& endpoint() const { return line_.endpoint(); }
    slb::result<void> connect(std::int64_t deadline) {
        sent_.clear();
        return line_.connect(deadline);
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        log_.wire += bytes;
        sent_ += bytes;
        if (echo_status_ != 0) return bytes.size();
        return line_.write(bytes, deadline);
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        if (echo_status_ != 0 && !sent_.empty()) answer_ = echo(std::exchange(sent_, {}));
        if (echo_status_ == 0) {
            auto const size = line_.read(space, deadline);
            if (size) log_.wire.append(space.data(), *size);
            return size;
        }
        std::size_t const size = (std::min)(space.size(), answer_.size());
        std::copy_n(answer_.begin(), size, space.begin());
        answer_.erase(0, size);
        return size;
    }
    void close() noexcept { line_.close(); }
    [[nodiscard]] std::int64_t unix_seconds() const { return line_.unix_seconds(); }
    [[nodiscard]] std::int64_t steady_ms() const { return line_.steady_ms(); }
    void wait(std::int64_t ms) { line_.wait(ms); }
    bool random(std::span<unsigned char> bytes) { return line_.random(bytes); }

  private:
    /// Whoever stands in between may repeat all of a request.
    [[nodiscard]] std::string echo(std::string const& sent) const {
        std::string const body =
            boost::json::serialize(boost::json::object{{"Code", "Denied"},
                                                       {"Message", "You sent " + sent},
                                                       {"AccessKeySecret", std::string(issued_secret) + "1"},
                                                       {"SecurityToken", std::string(issued_token)},
                                                       {"RequestId", "R-1"}});
        return "HTTP/1.1 " + std::to_string(echo_status_) +
               " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    Transport line_;
    seen& log_;
    int echo_status_;
    std::string sent_{};
    std::string answer_{};
};
struct taped_connect {
    credential_services* services;
    seen* log;
    int const* echo_status;

    template <class Visit>
    void operator()(slb::endpoint const& where, bool, Visit visit) const {
        taped<credential_transport> transport(*services, where, *log, *echo_status);
        visit(transport);
    }
};

/// A process full of secrets, whose clients' calls are seen.
struct rig {
    rig(seen& all, key_way const& way) : log(all) {
        BOOST_REQUIRE(!emulator.groups().load(rsp1));
        emulator.add_key({.id = "testid", .secret = std::string(secret_for("testsecret"))});
        emulator.add_key({.id = "STS.given",
                          .secret = std::string(secret_for("givensecret")),
                          .token = std::string(secret_for("given-token"))});
        services.add_key({.id = "LTAIfakeid", .secret = std::string(secret_for("fakesecret"))});
        auto& settings = services.settings();
        settings.secret_prefix = issued_secret;
        settings.metadata_token_prefix = metadata_token;
        settings.oidc_token = secret_for("fake.oidc.token");
        settings.uri_target = secret_for("/credentials");
        way.prepare(process, settings);
        for (auto& [name, value] : process.variables) value = with_secrets(value);
        for (auto& [path, file] : process.files) {
            file.text = with_secrets(file.text);
            file.readable_by_others = true;
        }
        if (way.given_by != credential_endpoint::metadata_credentials) settings.instance_role = "";
    }
    rig& start(slb::call_options options = {}) {
        options.observer = &log;
        client.reset();
        keys.emplace(slb::credential_chain(process.environment()),
                     taped_connect{&services, &log, &echo_status}, &log);
        client.emplace(line, *keys, options);
        how.call = options;
        how.endpoint = line.endpoint();
        return *this;
    }
    void call() {
        auto const request = describe_rsp1();
        auto const response = client->invoke(request);
        ++log.calls;
        log.failures += !response;
        log.add(response.error());
        dump(request, response.error());
    }
    /// All that a program can print of a request and of an error.
    template <class Request>
    void dump(Request const& request, slb::error const& why) {
        log.add(boost::json::serialize(slb::to_json(request)));
        auto const show = [&](auto const& access) {
            auto const shown = slb::explain(request, how, access);
            std::ostringstream out;
            out << shown << slb::explain(request, why, how, access) << slb::explain(request, why, how);
            log.add(out.str());
            for (std::string_view const part :
                 {shown.curl(), shown.head(), shown.body(), shown.hmac_sha1_string_to_sign(),
                  shown.acs3_canonical_request(), shown.source()})
                log.add(part);
        };
        show(slb::no_access_key());
        if (fetched()) keys->with_signer(show);
    }
    /// Whether there is a key at all.
    bool fetched() {
        bool is = false;
        keys->renew(line, line.steady_ms(), false, [&](slb::result<void> const& got) { is = bool(got); });
        return is;
    }

    seen& log;
    slb::emulator emulator{{.unix_seconds = key_time, .log = [this](std::string_view one) { log.add(one); }}};
    credential_services services{world_of(emulator)};
    fake_process process{};
    int echo_status = 0;
    slb::explain_options how{};
    taped<slb::emulator_transport> line{emulator, slb::endpoint("slb.aliyuncs.com"), log, 0};
    std::optional<slb::credential_provider<taped_connect>> keys{};
    std::optional<slb::client<taped<slb::emulator_transport>, slb::default_crypto, slb::heap_allocator,
                              slb::credential_provider<taped_connect>&>>
        client{};
};

constexpr credential_trouble troubles[] = {
    credential_trouble::server_error, credential_trouble::throttling,     credential_trouble::malformed,
    credential_trouble::empty,        credential_trouble::without_member, credential_trouble::not_success,
    credential_trouble::expired,      credential_trouble::stall,          credential_trouble::close,
    credential_trouble::reset};

/// What can befall a fetch.
std::vector<credential_fault> all_trouble(key_way const& way) {
    std::vector<credential_endpoint> endpoints;
    if (way.given_by) endpoints.push_back(*way.given_by);
    if (way.given_by == credential_endpoint::metadata_credentials)
        endpoints.insert(endpoints.end(),
                         {credential_endpoint::metadata_token, credential_endpoint::metadata_role});
    std::vector<credential_fault> all;
    for (auto const at : endpoints)
        for (auto const what : troubles) {
            all.push_back({.at = at, .what = what});
            if (what == credential_trouble::stall || what == credential_trouble::close ||
                what == credential_trouble::reset)
                all.push_back({.at = at, .what = what, .byte = 300});
            if (what == credential_trouble::without_member)
                for (char const* const member : {"AccessKeyId", "SecurityToken", "Expiration", "Credentials"})
                    all.push_back({.at = at, .what = what, .member = member});
        }
    return all;
}

std::vector<slb::call_options> all_options() {
    std::vector<slb::call_options> all;
    for (auto const scheme : {slb::signature_scheme::acs3_hmac_sha256, slb::signature_scheme::hmac_sha1})
        for (auto const format : {slb::response_format::json, slb::response_format::xml})
            for (auto const placement : {slb::parameter_placement::query, slb::parameter_placement::form})
                all.push_back({.scheme = scheme, .format = format, .placement = placement});
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_searched_for_is_found_where_it_is) {
    for (auto const& [from, secret] : planted) {
        std::string const text(secret);
        for (auto const& shown :
             {text, encoded(text), encoded(encoded(text)), base64_of("id:" + text + "..."),
              base64_of("a" + text + ".."), base64_of("ab" + text + "...."), text.substr(1, 13)})
            BOOST_TEST(!found_in("in front " + shown + " behind", secret).empty(), shown);
        BOOST_TEST(found_in("no " + text.substr(0, 11) + " no", secret).empty());
    }
    // The wire has them, in the forms that are searched for.
    seen all;
    for (auto const& way : key_ways())
        for (auto const& options : all_options()) rig(all, way).start(options).call();
    BOOST_TEST(all.failures == 0U);
    searched const wire(all.wire);
    for (std::string_view const secret :
         {secret_for("given-token"), secret_for("fake.oidc.token"), secret_for("/credentials"), issued_secret,
          issued_token, metadata_token})
        BOOST_TEST(!wire.shown_of(secret).empty(), secret);
    auto const signatures = all.signatures();
    BOOST_TEST(signatures.size() >= 16U);
    for (auto const& signature : signatures) BOOST_TEST(signature.size() >= 28U, signature);
    // A leak of any kind is seen.
    std::string const shown = "Authorization: ... Signature=" + *signatures.begin();
    BOOST_TEST(!found_in(shown, *signatures.begin()).empty());
    all.inspect();
}

BOOST_AUTO_TEST_CASE(no_trouble_of_the_services_of_keys_shows_a_secret) {
    for (auto const& way : key_ways()) {
        seen all;
        for (auto const& planned : all_trouble(way))
            for (bool const later : {false, true}) {
                rig with(all, way);
                with.start();
                if (later) with.call();
                with.services.inject(planned);
                with.emulator.advance(later ? (way.seconds - 10 * 60) * 1000 : 0);
                with.call();
                with.emulator.advance(20 * 60 * 1000);
                with.call();
            }
        BOOST_TEST_CONTEXT(way.what) {
            BOOST_TEST((all.failures != 0) == way.given_by.has_value());
            all.inspect();
        }
    }
}

BOOST_AUTO_TEST_CASE(no_service_of_keys_that_repeats_a_request_is_quoted) {
    seen all;
    for (auto const& way : key_ways()) {
        if (!way.given_by) continue;
        for (int const status : {200, 400, 403, 500}) {
            rig with(all, way);
            with.echo_status = status;
            with.start();
            with.call();
            with.emulator.advance(1000);
            with.echo_status = 0;
            with.call();
            with.echo_status = status;
            with.emulator.advance((way.seconds - 60) * 1000);
            with.call();
        }
    }
    BOOST_TEST(all.failures != 0U);
    bool quoted = false;
    for (auto const& text : all.texts) quoted = quoted || text.find("Denied: You sent") != text.npos;
    BOOST_TEST(quoted);
    all.inspect();
}

BOOST_AUTO_TEST_CASE(no_service_of_keys_that_refuses_a_signature_is_quoted) {
    seen all;
    for (std::string_view const way :
         {"config.json, RamRoleArn", "config.json, ChainableRamRoleArn", "credentials file, ram_role_arn"}) {
        rig with(all, way_of(way));
        with.services.add_key({.id = "LTAIfakeid", .secret = "another"});
        with.start();
        with.call();
    }
    // With a temporary key, whose token is in what was signed.
    rig with(all, way_of("config.json, StsToken"));
    auto& text = with.process.files.begin()->second.text;
    text = config_of(config_profile("app", "ChainableRamRoleArn",
                                    std::string(demo_role).append(R"("source_profile":"base",)")) +
                     "," +
                     config_profile("base", "StsToken",
                                    R"("access_key_id":"STS.given","access_key_secret":")" +
                                        std::string(secret_for("givensecret")) + R"(","sts_token":")" +
                                        std::string(secret_for("given-token")) + "\","));
    with.services.add_key(
        {.id = "STS.given", .secret = "another", .token = std::string(secret_for("given-token"))});
    with.start();
    with.call();
    BOOST_TEST(all.failures == 4U);
    BOOST_TEST(!found_in(all.wire, secret_for("given-token")).empty());
    all.inspect();
}

BOOST_AUTO_TEST_CASE(no_failure_of_a_call_shows_a_secret) {
    using enum slb::fault_kind;
    seen all;
    for (std::string_view const way : {"environment", "environment, temporary", "config.json, RamRoleArn",
                                       "ECS RAM role", "credentials URI"})
        for (auto const& options : all_options()) {
            for (auto const kind : {throttling, busy, configuring, server_error, unavailable, stall, close,
                                    reset, applied_then_lost})
                for (std::size_t const byte : {0U, 120U}) {
                    rig with(all, way_of(way));
                    with.start(options);
                    with.emulator.inject({.kind = kind, .byte = byte});
                    with.call();
                }
            for (std::string_view const code :
                 {"InvalidAccessKeyId.NotFound", "InvalidSecurityToken.Expired", "InvalidTimeStamp.Expired",
                  "SignatureNonceUsed", "Forbidden.RAM", "Unheard.Of"}) {
                rig with(all, way_of(way));
                with.start(options);
                with.emulator.inject({.kind = refuse, .refused = {400, std::string(code), "It is refused."}});
                with.call();
                with.emulator.advance(120 * 1000);
                with.call();
            }
            // A clock that is off, and a key that is not there any more.
            rig with(all, way_of(way));
            with.start(options);
            with.emulator.remove_key("testid");
            with.emulator.remove_key("STS.given");
            with.call();
        }
    BOOST_TEST(all.failures > 1000U);
    all.inspect();
}

BOOST_AUTO_TEST_CASE(no_refused_signature_shows_what_was_signed) {
    seen all;
    for (std::string_view const way : {"environment", "environment, temporary", "config.json, RamRoleArn"})
        for (auto const& options : all_options()) {
            rig with(all, way_of(way));
            with.start(options);
            with.call();
            std::string token;
            with.keys->with_signer([&](auto const& signer) { token = signer.security_token(); });
            with.emulator.add_key({.id = key_in_use(*with.keys), .secret = "another", .token = token});
            with.call();
        }
    BOOST_TEST(all.failures == 3 * all_options().size());
    // The service did repeat it.
    BOOST_TEST(all.wire.find("SignatureDoesNotMatch") != all.wire.npos);
    all.inspect();
}

BOOST_AUTO_TEST_CASE(nothing_that_is_malformed_in_a_process_is_shown) {
    seen all;
    for (auto const& way : key_ways()) {
        for (std::string_view const what : {"\"", "\n", "\x01", " ", "="}) {
            rig with(all, way);
            for (auto& [name, value] : with.process.variables) value += what;
            for (auto& [path, file] : with.process.files) {
                file.text.insert(file.text.size() / 2, what);
                if (path == "/var/token") file.text += what;
            }
            with.start();
            with.call();
        }
        rig with(all, way);
        for (auto& [path, file] : with.process.files) file.text.resize(file.text.size() - 3);
        with.start();
        with.call();
    }
    BOOST_TEST(all.failures != 0U);
    all.inspect();
}

BOOST_AUTO_TEST_SUITE_END()
