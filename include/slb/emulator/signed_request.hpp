#ifndef SLB_EMULATOR_SIGNED_REQUEST_HPP
#define SLB_EMULATOR_SIGNED_REQUEST_HPP

#include <slb/emulator/http_request.hpp>
#include <slb/emulator/parameters.hpp>
#include <slb/openssl.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace slb::inline v0_1 {

/// Something that a request says about itself: in signature 1.0 as a parameter, in ACS3 as a header.
struct claim {
    /// @{
    /// The name it goes by: of the parameter as it is spelled, of the header in lower case.
    std::string_view parameter;
    std::string_view header;
    /// @}
};
/// What both schemes let a request say about itself.
namespace claims {
/// @{
/// The version of the API, its action, the token of a temporary key, when it was signed, and the number that
/// makes it unlike all others.
inline constexpr claim version{"Version", "x-acs-version"};
inline constexpr claim action{"Action", "x-acs-action"};
inline constexpr claim token{"SecurityToken", "x-acs-security-token"};
inline constexpr claim time{"Timestamp", "x-acs-date"};
inline constexpr claim nonce{"SignatureNonce", "x-acs-signature-nonce"};
/// @}
} // namespace claims

namespace detail {

/// Compares in a time that depends on the lengths only.
inline bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

/// 2026-11-24T18:05:33Z in seconds since 1970; nothing: not such a time.
inline std::optional<std::int64_t> parse_utc_time(std::string_view text) {
    std::int64_t seconds = 0;
    if (!parse_utc_time(text, seconds)) return {};
    return seconds;
}

} // namespace detail

/// A request taken apart: its decoded parameters, and how it is signed. It views the HTTP request.
class signed_request {
  public:
    /// Reads all of a request that is whole and must outlive this one. It judges nothing: what is malformed
    /// is said by well_encoded() and authorization_is_whole().
    explicit signed_request(http_request const& http) : http_(&http) {
        std::string const authorization = http.header("authorization").value_or("");
        if (authorization.substr(0, acs3::algorithm.size()) == acs3::algorithm) {
            scheme_ = signature_scheme::acs3_hmac_sha256;
            read_authorization(std::string_view(authorization).substr(acs3::algorithm.size()));
        }
        std::string_view query = http.target;
        path_ = detail::take_until('?', query);
        well_encoded_ = detail::decode_parameters(parameters_, query);
        query_size_ = parameters_.size();
        if (has_form()) well_encoded_ = well_encoded_ && detail::decode_parameters(parameters_, http.body);
        if (scheme_ == signature_scheme::hmac_sha1) {
            key_id_ = value("AccessKeyId");
            signature_ = value("Signature");
        }
    }

    /// The request it was made of.
    [[nodiscard]] http_request const& http() const { return *http_; }
    /// Whether an Authorization header claims ACS3; otherwise it counts as signature 1.0, signed or not.
    [[nodiscard]] bool is_acs3() const { return scheme_ == signature_scheme::acs3_hmac_sha256; }
    /// The target before its query, not decoded.
    [[nodiscard]] std::string_view path() const { return path_; }
    /// Those of the query, then those of a form body.
    [[nodiscard]] std::vector<parameter> const& parameters() const { return parameters_; }
    /// Whether all parameters could be decoded. If not, those before the malformed one are there.
    [[nodiscard]] bool well_encoded() const { return well_encoded_; }
    /// Whether an ACS3 Authorization has its three parts and nothing else.
    [[nodiscard]] bool authorization_is_whole() const { return authorization_is_whole_; }
    /// The names that an ACS3 Authorization lists, in its order; none with signature 1.0.
    [[nodiscard]] std::vector<std::string> const& signed_headers() const { return signed_headers_; }
    /// @{
    /// As the request has them, unverified; empty where it has none.
    [[nodiscard]] std::string const& key_id() const { return key_id_; }
    [[nodiscard]] std::string const& signature() const { return signature_; }
    /// @}

    /// @{
    /// Empty when the request says nothing about it. Of a parameter that stands twice, the first.
    [[nodiscard]] std::string value(std::string_view parameter_name) const {
        auto const* const found = detail::find_parameter(parameters_, parameter_name);
        return found != nullptr ? *found : std::string();
    }
    [[nodiscard]] std::string value(claim const& about) const {
        return is_acs3() ? http_->header(about.header).value_or("") : value(about.parameter);
    }
    /// @}

    /// What signature 1.0 signs: the method and every parameter but the signature.
    [[nodiscard]] std::string hmac_sha1_string_to_sign() const {
        std::string const query = canonical_query_of(parameters_.size());
        std::string text(hmac_sha1::string_to_sign_bound(http_->method, query), '\0');
        char* const end = hmac_sha1::string_to_sign(text.data(), http_->method, query);
        text.resize(static_cast<std::size_t>(end - text.data()));
        return text;
    }
    /// What ACS3 signs: method, path, query, the headers that the request lists, and the hash of the body as
    /// it came in, whatever hash the request claims.
    [[nodiscard]] std::string acs3_canonical_request(std::string_view payload_hash) const {
        std::deque<std::string> values;
        std::vector<name_value> headers;
        for (auto const& name : signed_headers_)
            headers.push_back({name, values.emplace_back(http_->header(name).value_or(""))});
        std::string const query = canonical_query_of(query_size_);
        std::string text(acs3::canonical_request_bound(http_->method, path_, query, headers, payload_hash),
                         '\0');
        char* const end =
            acs3::canonical_request(text.data(), http_->method, path_, query, headers, payload_hash);
        text.resize(static_cast<std::size_t>(end - text.data()));
        return text;
    }

  private:
    [[nodiscard]] bool has_form() const {
        std::string const type = http_->header("content-type").value_or("");
        std::string_view rest = type;
        return detail::equal_ignoring_case(detail::trim(detail::take_until(';', rest)),
                                           "application/x-www-form-urlencoded");
    }

    /// ` Credential=id,SignedHeaders=a;b,Signature=hex`, the parts in this order, nothing else.
    void read_authorization(std::string_view text) {
        auto const take = [&](std::string_view prefix, char end) {
            if (text.substr(0, prefix.size()) != prefix) return std::string_view();
            text.remove_prefix(prefix.size());
            std::string_view const taken = text.substr(0, text.find(end));
            text.remove_prefix(taken.size());
            return taken;
        };
        key_id_ = take(" Credential=", ',');
        std::string_view names = take(",SignedHeaders=", ',');
        bool const has_signature = text.substr(0, 11) == ",Signature=";
        signature_ = take(",Signature=", ',');
        authorization_is_whole_ = has_signature && text.empty();
        while (!names.empty()) signed_headers_.emplace_back(detail::take_until(';', names));
        // In order and without repetition: else the list could be read in two ways.
        for (std::size_t i = 1; i < signed_headers_.size(); ++i)
            if (signed_headers_[i - 1] >= signed_headers_[i]) authorization_is_whole_ = false;
    }

    /// Of the first `count` parameters: names and values decoded, sorted and encoded anew.
    [[nodiscard]] std::string canonical_query_of(std::size_t count) const {
        std::vector<name_value> sorted;
        for (std::size_t i = 0; i != count; ++i) {
            auto const& one = parameters_[i];
            if (is_acs3() || one.name != "Signature") sorted.push_back({one.name, one.value});
        }
        std::sort(sorted.begin(), sorted.end(), [](auto const& left, auto const& right) {
            return left.name != right.name ? left.name < right.name : left.value < right.value;
        });
        std::string query(canonical_query_bound(sorted), '\0');
        query.resize(static_cast<std::size_t>(canonical_query(query.data(), sorted) - query.data()));
        return query;
    }

    http_request const* http_;
    signature_scheme scheme_ = signature_scheme::hmac_sha1;
    std::string_view path_;
    std::vector<parameter> parameters_;
    std::size_t query_size_ = 0;
    bool well_encoded_ = true;
    bool authorization_is_whole_ = false;
    std::vector<std::string> signed_headers_;
    std::string key_id_;
    std::string signature_;
};

} // namespace slb::inline v0_1

#endif
