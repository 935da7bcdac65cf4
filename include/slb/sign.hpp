#ifndef SLB_SIGN_HPP
#define SLB_SIGN_HPP

#include <slb/credentials.hpp>
#include <slb/memory.hpp>
#include <slb/query.hpp>
#include <slb/utc_time.hpp>

#include <span>

namespace slb::inline v0_1 {

/// How a request is signed. Both are in use for this API; the first is the default of the vendor's current
/// SDKs, the second that of its older ones (it is called "signature version 1.0" on the wire).
enum class signature_scheme : std::uint8_t { acs3_hmac_sha256, hmac_sha1 };

/// What signing needs of a crypto library. The keys hold a prepared HMAC state, so that a signature costs no
/// more than hashing its text; they are wiped by their destructors. Everything says false when the library
/// fails. `slb::openssl_crypto` (openssl.hpp) is the one we ship.
///   prepare(key, secret)     derives the state of an HMAC key
///   hmac(key, text, out)     HMAC-SHA1 (20 bytes) or HMAC-SHA256 (32 bytes), by the type of the key
///   sha256(text, out)        SHA-256 (32 bytes)
template <class C>
concept crypto = std::is_default_constructible_v<typename C::hmac_sha1_key> &&
    std::is_default_constructible_v<typename C::hmac_sha256_key> &&
    requires(typename C::hmac_sha1_key& key1, typename C::hmac_sha256_key& key256, std::string_view text,
             std::span<unsigned char, 20> out1, std::span<unsigned char, 32> out256) {
    { C::prepare(key1, text) }
    noexcept->std::same_as<bool>;
    { C::prepare(key256, text) }
    noexcept->std::same_as<bool>;
    { C::hmac(std::as_const(key1), text, out1) }
    noexcept->std::same_as<bool>;
    { C::hmac(std::as_const(key256), text, out256) }
    noexcept->std::same_as<bool>;
    { C::sha256(text, out256) }
    noexcept->std::same_as<bool>;
};

/// The crypto library of a program that names none: defined by openssl.hpp.
struct default_crypto;

/// A name and a value: of a decoded parameter, or of a header with its name in lower case.
struct name_value {
    /// @{
    /// Views: the texts must live as long as whatever they are handed to needs them.
    std::string_view name{};
    std::string_view value{};
    /// @}
};

namespace detail {

inline char* hex(char* out, std::span<unsigned char const> bytes) {
    for (unsigned char byte : bytes) {
        *out++ = "0123456789abcdef"[byte >> 4];
        *out++ = "0123456789abcdef"[byte & 15];
    }
    return out;
}

inline char* base64(char* out, std::span<unsigned char const> bytes) {
    constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const at = [&](std::size_t k) { return i + k < bytes.size() ? bytes[i + k] : 0U; };
        unsigned const group = at(0) << 16 | at(1) << 8 | at(2);
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = i + 1 < bytes.size() ? alphabet[group >> 6 & 63] : '=';
        *out++ = i + 2 < bytes.size() ? alphabet[group & 63] : '=';
    }
    return out;
}

} // namespace detail

/// A nonce: 16 random bytes as 32 hexadecimal digits. The randomness is the caller's, new for each attempt.
class nonce {
  public:
    /// From randomness that no one can foresee, as a host's `random` gives it.
    explicit nonce(std::span<unsigned char const, 16> random) { detail::hex(text_, random); }
    /// The 32 digits, in lower case, as long as this object lives.
    [[nodiscard]] std::string_view view() const { return {text_, 32}; }

  private:
    char text_[32];
};

/// An upper bound of what canonical_query() writes, in bytes. The order of the parameters does not matter.
constexpr std::size_t canonical_query_bound(std::span<name_value const> parameters) {
    std::size_t size = 0;
    for (auto const& parameter : parameters) size += 3 * (parameter.name.size() + parameter.value.size()) + 2;
    return size;
}
/// Writes the canonical query `A=1&B=2` of decoded parameters that are sorted by name, then value. Names are
/// encoded too. Returns the end; `out` has room for canonical_query_bound(parameters).
constexpr char* canonical_query(char* out, std::span<name_value const> sorted_parameters) {
    detail::writer sink{out};
    bool first = true;
    for (auto const& parameter : sorted_parameters) {
        if (!first) sink.put("&");
        sink.put_encoded(parameter.name);
        sink.put("=");
        sink.put_encoded(parameter.value);
        first = false;
    }
    return sink.out;
}

/// The stages of signature version 1.0. Source: aliyun/alibaba-cloud-sdk-go,
/// sdk/auth/rpc_signature_composer.go.
namespace hmac_sha1 {

/// A parameter that says who calls, what and when, beside those of the request.
struct common_parameter {
    /// As it is spelled on the wire.
    std::string_view name;
    /// Encoding leaves its values as they are.
    bool plain;
};
/// The parameters that every call has, SecurityToken only with a temporary key; sorted by name.
inline constexpr common_parameter common_parameters[] = {
    {"AccessKeyId", false},     {"Action", true},          {"Format", true},
    {"SecurityToken", false},   {"SignatureMethod", true}, {"SignatureNonce", true},
    {"SignatureVersion", true}, {"Timestamp", false},      {"Version", true}};
/// How many there are.
inline constexpr std::size_t common_parameter_count = std::size(common_parameters);

/// Whether a parameter of that name is there anyway, and would stand twice.
constexpr bool is_common_name(std::string_view name) {
    for (auto const& common : common_parameters)
        if (name == common.name) return true;
    return name == "Signature";
}
/// Whether no parameter of a request is named as one of those.
template <class Request>
constexpr bool has_own_names() {
    for (auto const& parameter : detail::sorted_parameters<Request>.rows)
        if (is_common_name(parameter.name)) return false;
    return true;
}

/// Where in an encoded query each common parameter belongs.
struct common_places {
    /// In the order of common_parameters: the offset into the query encoded twice, in bytes.
    std::size_t at[common_parameter_count] = {};
};

/// An upper bound of what string_to_sign() writes, in bytes.
constexpr std::size_t string_to_sign_bound(std::string_view method, std::string_view canonical_query) {
    return method.size() + 5 + 3 * canonical_query.size();
}
/// Writes `METHOD&%2F&` and the canonical query, encoded once more. Returns the end; `out` has room for
/// string_to_sign_bound(method, canonical_query).
constexpr char* string_to_sign(char* out, std::string_view method, std::string_view canonical_query) {
    detail::writer sink{out};
    sink.put(method);
    sink.put("&%2F&");
    sink.put_encoded(canonical_query);
    return sink.out;
}

/// The same text, from parameters that were encoded twice beforehand. `places` says where in `encoded_twice`
/// each common parameter belongs, `values` what it is; one without a value is left out.
template <class Sink>
constexpr void put_string_to_sign(Sink& sink, std::string_view method, std::string_view encoded_twice,
                                  std::span<std::size_t const, common_parameter_count> places,
                                  std::span<std::string_view const, common_parameter_count> values) {
    sink.put(method);
    sink.put("&%2F&");
    bool first = true;
    std::size_t done = 0;
    // Every parameter of the request but its first one brings its separator along.
    auto const put_up_to = [&](std::size_t place) {
        if (place == done) return;
        if (done == 0 && !first) sink.put("%26");
        sink.put(encoded_twice.substr(done, place - done));
        done = place;
        first = false;
    };
    for (std::size_t i = 0; i != common_parameter_count; ++i) {
        put_up_to(places[i]);
        if (values[i].empty()) continue;
        if (!first) sink.put("%26");
        sink.put(common_parameters[i].name);
        sink.put("%3D");
        common_parameters[i].plain ? sink.put(values[i]) : sink.put_encoded_twice(values[i]);
        first = false;
    }
    put_up_to(encoded_twice.size());
}

/// A signature is base64 of 20 bytes.
inline constexpr std::size_t signature_size = 28;

/// Writes the 28 characters of the signature. False: the crypto library failed.
template <class Crypto>
[[nodiscard]] bool signature(char* out, typename Crypto::hmac_sha1_key const& key,
                             std::string_view string_to_sign) {
    unsigned char digest[20];
    if (!Crypto::hmac(key, string_to_sign, digest)) return false;
    detail::base64(out, digest);
    return true;
}

} // namespace hmac_sha1

namespace detail {

/// Writes a query, and beside it the same encoded once more, with the places where the common parameters
/// belong between the others: all that signature 1.0 takes from a request, however often it is signed.
class signed_query_writer {
  public:
    constexpr signed_query_writer(writer once_at, writer twice_at)
        : once(once_at), twice(twice_at), begin_(twice_at.out) {}

    writer once;
    writer twice;
    [[nodiscard]] constexpr hmac_sha1::common_places places() const {
        hmac_sha1::common_places all = places_;
        for (std::size_t i = placed_; i != hmac_sha1::common_parameter_count; ++i) all.at[i] = size();
        return all;
    }

    /// How many of the common parameters stand before one of that name.
    static constexpr std::size_t rank(std::string_view name) {
        std::size_t before = 0;
        while (before != hmac_sha1::common_parameter_count &&
               hmac_sha1::common_parameters[before].name < name)
            ++before;
        return before;
    }
    constexpr void begin_parameter(std::size_t rank_of_it) {
        while (placed_ != rank_of_it) places_.at[placed_++] = size();
    }
    template <std::size_t Once, std::size_t Twice>
    constexpr void put(query_text<Once, Twice> const& text) {
        once.put_array(text.once);
        twice.put_array(text.twice);
    }
    constexpr void put_value(std::string_view value) {
        if (is_plain(value)) return put_plain(value);
        once.out = escape(once.out, value, "%");
        twice.out = escape(twice.out, value, "%25");
    }
    constexpr void put_plain(std::string_view value) {
        once.put(value);
        twice.put(value);
    }
    constexpr void put_separator(char c) {
        *once.out++ = c;
        c == '&' ? twice.put("%26") : twice.put("%3D");
    }

  private:
    [[nodiscard]] constexpr std::size_t size() const { return static_cast<std::size_t>(twice.out - begin_); }

    char* begin_;
    hmac_sha1::common_places places_{};
    std::size_t placed_ = 0;
};

} // namespace detail

/// The stages of ACS3-HMAC-SHA256.
/// Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
namespace acs3 {

/// What the scheme is called, in the string to sign and in the Authorization header.
inline constexpr std::string_view algorithm = "ACS3-HMAC-SHA256";
/// The SHA-256 of nothing: the payload hash of a request without a body.
inline constexpr std::string_view empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// @{
/// In characters. Digests and signatures are 32 bytes in lower-case hexadecimal; the string to sign is the
/// algorithm, a line feed, and the digest of the canonical request.
inline constexpr std::size_t hash_size = 64;
inline constexpr std::size_t signature_size = 64;
inline constexpr std::size_t string_to_sign_size = algorithm.size() + 1 + hash_size;
/// @}

/// Names of headers in the order given, joined by `;`.
template <class Sink>
constexpr void put_signed_headers(Sink& sink, std::span<name_value const> sorted_headers) {
    bool first = true;
    for (auto const& header : sorted_headers) {
        if (!first) sink.put(";");
        sink.put(header.name);
        first = false;
    }
}

/// Writes the canonical request. The headers have lower-case names, trimmed values, and are sorted by name;
/// the path is `/` for every call of this API. `Sink` takes the pieces by put(std::string_view).
template <class Sink>
constexpr void put_canonical_request(Sink& sink, std::string_view method, std::string_view path,
                                     std::string_view canonical_query,
                                     std::span<name_value const> sorted_headers,
                                     std::string_view payload_hash) {
    sink.put(method);
    sink.put("\n");
    sink.put(path);
    sink.put("\n");
    sink.put(canonical_query);
    sink.put("\n");
    for (auto const& header : sorted_headers) {
        sink.put(header.name);
        sink.put(":");
        sink.put(header.value);
        sink.put("\n");
    }
    sink.put("\n");
    put_signed_headers(sink, sorted_headers);
    sink.put("\n");
    sink.put(payload_hash);
}
/// How many bytes canonical_request() writes of the same arguments.
constexpr std::size_t canonical_request_bound(std::string_view method, std::string_view path,
                                              std::string_view canonical_query,
                                              std::span<name_value const> sorted_headers,
                                              std::string_view payload_hash) {
    detail::measurer sink;
    put_canonical_request(sink, method, path, canonical_query, sorted_headers, payload_hash);
    return sink.size;
}
/// Writes the canonical request to `out`, which has room for canonical_request_bound, and returns the end.
constexpr char* canonical_request(char* out, std::string_view method, std::string_view path,
                                  std::string_view canonical_query,
                                  std::span<name_value const> sorted_headers, std::string_view payload_hash) {
    detail::writer sink{out};
    put_canonical_request(sink, method, path, canonical_query, sorted_headers, payload_hash);
    return sink.out;
}

/// Writes the 64 hexadecimal digits of a body's SHA-256. False: the crypto library failed.
template <class Crypto>
[[nodiscard]] bool payload_hash(char* out, std::string_view body) {
    if (body.empty()) {
        detail::writer{out}.put(empty_payload_hash);
        return true;
    }
    unsigned char digest[32];
    if (!Crypto::sha256(body, digest)) return false;
    detail::hex(out, digest);
    return true;
}

/// Writes the 81 characters of the string to sign. False: the crypto library failed.
template <class Crypto>
[[nodiscard]] bool string_to_sign(char* out, std::string_view canonical_request) {
    unsigned char digest[32];
    if (!Crypto::sha256(canonical_request, digest)) return false;
    detail::writer sink{out};
    sink.put(algorithm);
    sink.put("\n");
    detail::hex(sink.out, digest);
    return true;
}

/// Writes the 64 characters of the signature. False: the crypto library failed.
template <class Crypto>
[[nodiscard]] bool signature(char* out, typename Crypto::hmac_sha256_key const& key,
                             std::string_view string_to_sign) {
    unsigned char digest[32];
    if (!Crypto::hmac(key, string_to_sign, digest)) return false;
    detail::hex(out, digest);
    return true;
}

/// The value of the Authorization header.
template <class Sink>
constexpr void put_authorization(Sink& sink, std::string_view access_key_id,
                                 std::span<name_value const> sorted_headers, std::string_view signature) {
    sink.put(algorithm);
    sink.put(" Credential=");
    sink.put(access_key_id);
    sink.put(",SignedHeaders=");
    put_signed_headers(sink, sorted_headers);
    sink.put(",Signature=");
    sink.put(signature);
}

} // namespace acs3

/// Signs for one access key. It keeps the id, the token and the prepared HMAC keys of both schemes, not the
/// secret itself; all are wiped on destruction. Not copyable. Prepare it once and use it for years.
template <class Crypto = default_crypto, byte_allocator Allocator = heap_allocator>
class signer {
    static_assert(crypto<Crypto>, "the_crypto_library_must_meet_the_crypto_concept");

  public:
    /// Copies what it needs. Errors are remembered: see status().
    explicit signer(credentials const& access, Allocator const& allocator = Allocator())
        : texts_(allocator), status_(access.problem()) {
        if (status_.code() != errc::none) return;
        std::size_t const id = access.access_key_id().size();
        std::size_t const token = access.security_token().size();
        std::size_t const secret = access.access_key_secret().size();
        if (!texts_.reserve(id + token + secret + 1)) {
            status_ = slb::error(errc::out_of_memory);
            return;
        }
        detail::writer sink{texts_.data()};
        sink.put(access.access_key_id());
        sink.put(access.security_token());
        char* const key = sink.out;
        sink.put(access.access_key_secret());
        sink.put("&");
        // Signature 1.0 keys with the secret and an ampersand, ACS3 with the bare secret.
        if (!Crypto::prepare(sha1_key_, {key, secret + 1}) || !Crypto::prepare(sha256_key_, {key, secret}))
            status_ = slb::error(errc::crypto_failed);
        detail::wipe(key, secret + 1);
        texts_.resize(id + token);
        id_size_ = id;
    }
    signer(signer const&) = delete;
    signer& operator=(signer const&) = delete;

    /// errc::none, or why nothing can be signed.
    [[nodiscard]] slb::error status() const noexcept { return status_; }
    /// @{
    /// What goes into a request in the clear: views of the signer. The token of a lasting key is empty.
    [[nodiscard]] std::string_view access_key_id() const noexcept {
        return texts_.view().substr(0, id_size_);
    }
    [[nodiscard]] std::string_view security_token() const noexcept { return texts_.view().substr(id_size_); }
    /// @}
    /// @{
    /// The prepared keys, for hmac_sha1::signature() and acs3::signature(). There must be no error.
    [[nodiscard]] typename Crypto::hmac_sha1_key const& sha1_key() const noexcept { return sha1_key_; }
    [[nodiscard]] typename Crypto::hmac_sha256_key const& sha256_key() const noexcept { return sha256_key_; }
    /// @}

  private:
    detail::block<Allocator> texts_;
    std::size_t id_size_ = 0;
    typename Crypto::hmac_sha1_key sha1_key_{};
    typename Crypto::hmac_sha256_key sha256_key_{};
    slb::error status_;
};

} // namespace slb::inline v0_1

#endif
