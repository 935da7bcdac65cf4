#ifndef SLB_EMULATOR_GATEWAY_HPP
#define SLB_EMULATOR_GATEWAY_HPP

#include <slb/emulator/reply.hpp>
#include <slb/emulator/signed_request.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// strict: the documented limits, and where sources dispute a rule, the narrowest reading. loose: what the
/// service has been seen to take, no clock window and no memory of nonces. Both verify every signature.
enum class emulator_mode : std::uint8_t { strict, loose };

/// An access key that the emulator knows.
struct emulator_key {
    /// @{
    /// What credentials are made of. Neither may be empty.
    std::string id{};
    std::string secret{};
    /// @}
    /// The token that must come with a temporary key; empty: a lasting key, which must come without one.
    std::string token{};
    /// When a temporary key expires, in seconds since 1970, UTC.
    std::int64_t expires = INT64_MAX;
    /// A key that is not enabled is known, and refused.
    bool enabled = true;
};

/// What the gateway found in a request, as far as it came before it refused.
struct gateway_call {
    /// The name of the action, known or not; empty when the request names none.
    std::string action{};
    /// What the reply is to be written in, also when it is a refusal.
    reply_format format = reply_format::xml;
    /// The host that was called, in lower case, without its port: a refusal repeats it.
    std::string host_id{};
    /// All parameters, decoded; with signature 1.0 the common ones among them. None when the call is refused.
    std::vector<parameter> parameters{};
    /// Why the call goes no further; nothing: it may be handled.
    std::optional<refusal> refused{};
};

namespace detail {

/// The nonces of one key that cannot be used again yet.
class nonce_memory {
  public:
    [[nodiscard]] bool holds(std::string const& nonce, std::int64_t now) const {
        auto const found = expiry_.find(nonce);
        return found != expiry_.end() && found->second >= now;
    }
    /// Remembers a nonce up to and including `expiry`.
    void record(std::string nonce, std::int64_t expiry, std::int64_t now) {
        if (expiry_.size() >= sweep_at_) {
            std::erase_if(expiry_, [&](auto const& entry) { return entry.second < now; });
            sweep_at_ = 2 * expiry_.size() + 1024;
        }
        expiry_.insert_or_assign(std::move(nonce), expiry);
    }
    [[nodiscard]] std::size_t size() const { return expiry_.size(); }

  private:
    std::unordered_map<std::string, std::int64_t> expiry_;
    std::size_t sweep_at_ = 1024;
};

} // namespace detail

/// What stands in front of the service and refuses a call before the service sees it: it decodes, checks and
/// verifies the signature, of both schemes.
///
/// The order of checks: host, method and path, encoding, version, action, mandatory parts, formats, access
/// key, token, time, nonce, signature; the nonce is remembered once the signature has passed. Public reports
/// show that the action is looked up before the key, and the key before the signature; the rest of the order
/// is ours. Codes and texts are the newer gateway dialect (public reports; help page 434846); which dialect
/// this API sends is not known.
///
/// Ours, too: only GET and POST; a parameter that stands twice, in query and body together, is refused; a
/// time with a fraction of a second is a format error; a header that the signature scheme covers and the
/// request leaves unsigned (x-acs-*, host, and content-type with a body) is refused, because it could be
/// changed on the way; a nonce is held for 15 minutes, and as long as its timestamp is good.
class gateway {
  public:
    /// By how many seconds a timestamp may differ from the gateway's time, to either side; strict only.
    static constexpr std::int64_t window_seconds = 15 * 60;
    /// Stated here anew, because an emulator that took the client's word would miss a wrong one.
    static constexpr std::string_view api_version = "2014-05-15";

    /// `host`: the one host name that is served, in lower case; empty: any. `served_version`: of another API.
    gateway(emulator_mode mode, std::string host, std::string_view served_version = api_version)
        : strict_(mode == emulator_mode::strict), host_(std::move(host)), version_(served_version) {}

    /// Adds or replaces a key. One that credentials::problem() names is never found by a request.
    void add(emulator_key const& key) {
        keys_.erase(key.id);
        auto& known = keys_.try_emplace(key.id, key).first->second;
        if (known.signer.status().code() != errc::none) keys_.erase(key.id);
    }

    /// Forgets a key. False: there was none of that id.
    bool remove(std::string_view id) {
        auto const found = keys_.find(id);
        if (found == keys_.end()) return false;
        keys_.erase(found);
        return true;
    }

    /// Judges a request at the time `now`, in seconds since 1970. `knows(action)` says whether there is such
    /// an action.
    template <class Knows>
    [[nodiscard]] gateway_call admit(http_request const& http, std::int64_t now, Knows const& knows) {
        return admit(http, now, knows, [](std::string_view) { return false; });
    }
    /// Judges as above. Of an action that `anonymous(action)` names only the time is mandatory: it needs no
    /// key, and what a request has of a signature is ignored.
    template <class Knows, class Anonymous>
    [[nodiscard]] gateway_call admit(http_request const& http, std::int64_t now, Knows const& knows,
                                     Anonymous const& anonymous) {
        signed_request const request(http);
        gateway_call call;
        call.host_id = host_name(http.header("host").value_or(""));
        bool const format_known = find_format(request, call.format);
        call.action = request.value(claims::action);

        auto& no = call.refused;
        no = check_route(request, call.host_id);
        if (!no) no = check_parameters(request);
        if (!no) no = check_action(request, knows);
        bool const is_signed = !anonymous(call.action);
        if (!no) no = check_mandatory(request, is_signed);
        if (!no) no = check_formats(request, is_signed, format_known);
        if (!no) no = is_signed ? check_access(request, now) : check_time(request, now);
        if (!no) call.parameters = request.parameters();
        return call;
    }

  private:
    using answer = std::optional<refusal>;

    struct known_key {
        explicit known_key(emulator_key const& key)
            : signer(credentials(key.id, key.secret, key.token)), expires(key.expires), enabled(key.enabled) {
        }
        slb::signer<openssl_crypto> signer;
        std::int64_t expires;
        bool enabled;
        detail::nonce_memory nonces{};
    };

    static refusal missing(signed_request const& request, claim const& about) {
        if (!request.is_acs3()) return refusal::missing(about.parameter);
        return missing_header(about.header);
    }
    static refusal missing_header(std::string_view name) {
        return {400, "MissingHeader",
                detail::joined({"Specified header ", name, " is mandatory for this action."})};
    }
    static refusal invalid(std::string_view name) {
        return {400, detail::joined({"Invalid", name}),
                detail::joined({"Specified parameter ", name, " is not valid."})};
    }
    static refusal incomplete(std::string_view more) {
        return {400, "IncompleteSignature",
                detail::joined({"The request signature does not conform to Aliyun standards.", more})};
    }

    /// The host without its port; an IPv6 address keeps its brackets.
    static std::string host_name(std::string_view host) {
        std::size_t const end = host.find(':', host.substr(0, 1) == "[" ? host.find(']') : 0);
        return detail::lowered(host.substr(0, end));
    }

    /// Format (V1; XML when there is none) or Accept (ACS3; JSON when there is none). False: not supported.
    static bool find_format(signed_request const& request, reply_format& format) {
        if (!request.is_acs3()) {
            std::string const wanted = request.value("Format");
            bool const json = detail::equal_ignoring_case(wanted, "json");
            format = json ? reply_format::json : reply_format::xml;
            return json || wanted.empty() || detail::equal_ignoring_case(wanted, "xml");
        }
        format = reply_format::json;
        std::string const accept = request.http().header("accept").value_or("");
        std::string_view rest = accept;
        bool const any = rest.empty();
        while (!rest.empty()) {
            std::string_view wanted = detail::take_until(',', rest);
            std::string_view const type = detail::trim(detail::take_until(';', wanted));
            if (type == "*/*" || type == "application/*" || type == "application/json") return true;
            if (type == "application/xml" || type == "text/xml") {
                format = reply_format::xml;
                return true;
            }
        }
        return any;
    }

    [[nodiscard]] answer check_route(signed_request const& request, std::string_view host) const {
        if (!host_.empty() && host != host_)
            return refusal{404, "InvalidProduct.NotFound", "Specified product is not found."};
        if (request.http().method != "GET" && request.http().method != "POST")
            return refusal{400, "UnsupportedHTTPMethod", "This http method is not supported."};
        if (request.path() != "/") return no_such_api();
        return {};
    }
    static refusal no_such_api() {
        return {404, "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method."};
    }

    static answer check_parameters(signed_request const& request) {
        if (!request.well_encoded())
            return refusal{400, "RequestParameterMalformed",
                           "Specified parameters contain badly encoded characters."};
        std::vector<std::string_view> names;
        for (auto const& one : request.parameters()) names.push_back(one.name);
        std::sort(names.begin(), names.end());
        if (auto const twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
            return refusal{400, "InvalidParameter",
                           detail::joined({"Specified parameter ", *twice, " is given more than once."})};
        return {};
    }

    template <class Knows>
    [[nodiscard]] answer check_action(signed_request const& request, Knows const& knows) const {
        std::string const wanted = request.value(claims::version);
        if (wanted.empty()) return missing(request, claims::version);
        if (wanted != version_) return invalid(claims::version.parameter);
        std::string const action = request.value(claims::action);
        if (action.empty()) return missing(request, claims::action);
        if (!knows(action)) return no_such_api();
        return {};
    }

    static answer check_mandatory(signed_request const& request, bool is_signed) {
        if (!is_signed) {
            if (request.value(claims::time).empty()) return missing(request, claims::time);
            return {};
        }
        if (!request.is_acs3()) {
            for (std::string_view name : {"AccessKeyId", "SignatureMethod", "SignatureVersion",
                                          "SignatureNonce", "Timestamp", "Signature"})
                if (request.value(name).empty()) return refusal::missing(name);
            return {};
        }
        for (std::string_view name : {claims::time.header, claims::nonce.header, payload_hash_header})
            if (request.http().header(name).value_or("").empty()) return missing_header(name);
        if (!request.authorization_is_whole()) return incomplete("");
        if (request.key_id().empty()) return refusal::missing("AccessKeyId");
        return check_coverage(request);
    }
    static constexpr std::string_view payload_hash_header = "x-acs-content-sha256";

    /// Whether every header that must be signed is signed, and every signed one is there.
    static answer check_coverage(signed_request const& request) {
        auto const& covered = request.signed_headers();
        for (auto const& name : covered)
            if (!request.http().header(name))
                return incomplete(detail::joined({" Signed header is missing: ", name}));
        for (auto const& header : request.http().headers) {
            bool const must = header.name == "host" || header.name.substr(0, 6) == "x-acs-" ||
                              (header.name == "content-type" && !request.http().body.empty());
            if (must && std::find(covered.begin(), covered.end(), header.name) == covered.end())
                return incomplete(detail::joined({" Header is not signed: ", header.name}));
        }
        return {};
    }

    static answer check_formats(signed_request const& request, bool is_signed, bool format_known) {
        if (!request.is_acs3()) {
            if (is_signed && request.value("SignatureMethod") != "HMAC-SHA1")
                return refusal{400, "InvalidSignatureMethod", "Specified signature method is not valid."};
            if (is_signed && request.value("SignatureVersion") != "1.0") return invalid("SignatureVersion");
            if (!format_known)
                return refusal{400, "InvalidParameter.Format", "Specified parameter Format is not valid."};
        } else if (!format_known) {
            return refusal{400, "InvalidParameter.Accept", "Specified header Accept is not supported."};
        }
        if (!detail::parse_utc_time(request.value(claims::time)))
            return refusal{400, "InvalidTimeStamp.Format",
                           "Specified time stamp or date value is not well formatted."};
        return {};
    }

    [[nodiscard]] answer check_access(signed_request const& request, std::int64_t now) {
        auto const found = keys_.find(request.key_id());
        if (found == keys_.end())
            return refusal{404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."};
        known_key& key = found->second;
        if (!key.enabled)
            return refusal{400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."};
        if (answer no = check_token(request, key, now)) return no;

        if (answer no = check_time(request, now)) return no;
        std::string nonce = request.value(claims::nonce);
        if (strict_ && key.nonces.holds(nonce, now))
            return refusal{400, "SignatureNonceUsed", "Specified signature nonce was used already."};
        answer no = request.is_acs3() ? check_acs3(request, key) : check_hmac_sha1(request, key);
        std::int64_t const time = time_of(request);
        if (strict_ && !no) key.nonces.record(std::move(nonce), (std::max)(now, time) + window_seconds, now);
        return no;
    }

    /// The time that check_formats has found well written.
    static std::int64_t time_of(signed_request const& request) {
        return detail::parse_utc_time(request.value(claims::time)).value_or(0);
    }
    [[nodiscard]] answer check_time(signed_request const& request, std::int64_t now) const {
        std::int64_t const time = time_of(request);
        if (strict_ && (time < now - window_seconds || time > now + window_seconds))
            return refusal{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."};
        return {};
    }

    static answer check_token(signed_request const& request, known_key const& key, std::int64_t now) {
        std::string const token = request.value(claims::token);
        std::string_view const expected = key.signer.security_token();
        if (token.empty() && expected.empty()) return {};
        if (token.empty()) return refusal::missing(claims::token.parameter);
        if (!std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; }))
            return refusal{400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."};
        if (!detail::equal_in_constant_time(token, expected))
            return refusal{400, "InvalidSecurityToken.MismatchWithAccessKey",
                           "Specified SecurityToken mismatch with the AccessKey."};
        if (now >= key.expires)
            return refusal{400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."};
        return {};
    }

    static refusal crypto_failed() {
        return {500, "InternalError", "The request processing has failed due to some unknown error."};
    }
    static answer check_hmac_sha1(signed_request const& request, known_key const& key) {
        std::string const text = request.hmac_sha1_string_to_sign();
        char expected[hmac_sha1::signature_size];
        if (!hmac_sha1::signature<openssl_crypto>(expected, key.signer.sha1_key(), text))
            return crypto_failed();
        if (detail::equal_in_constant_time(request.signature(), {expected, sizeof expected})) return {};
        return refusal{400, "SignatureDoesNotMatch",
                       detail::joined({"Specified signature is not matched with our calculation. "
                                       "server string to sign is:",
                                       text})};
    }
    static answer check_acs3(signed_request const& request, known_key const& key) {
        char hash[acs3::hash_size];
        if (!acs3::payload_hash<openssl_crypto>(hash, request.http().body)) return crypto_failed();
        std::string const canonical = request.acs3_canonical_request({hash, sizeof hash});
        char text[acs3::string_to_sign_size];
        char expected[acs3::signature_size];
        if (!acs3::string_to_sign<openssl_crypto>(text, canonical) ||
            !acs3::signature<openssl_crypto>(expected, key.signer.sha256_key(), {text, sizeof text}))
            return crypto_failed();
        std::string const claimed = request.http().header(payload_hash_header).value_or("");
        if (detail::equal_in_constant_time(request.signature(), {expected, sizeof expected}) &&
            detail::equal_in_constant_time(claimed, {hash, sizeof hash}))
            return {};
        return refusal{400, "SignatureDoesNotMatch",
                       detail::joined({"Specified signature does not match our calculation. "
                                       "server StringToSign is [",
                                       {text, sizeof text},
                                       "] server CanonicalRequest is [",
                                       canonical,
                                       "]"})};
    }

    bool strict_;
    std::string host_;
    std::string version_;
    std::map<std::string, known_key, std::less<>> keys_{};
};

} // namespace slb::inline v0_1

#endif
