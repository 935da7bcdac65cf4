#ifndef SLB_EXPLAIN_SIGNED_MESSAGE_HPP
#define SLB_EXPLAIN_SIGNED_MESSAGE_HPP

#include <slb/explain/text.hpp>
#include <slb/http_call.hpp>

namespace slb::inline v0_1 {

/// How a request is shown.
struct explain_options {
    /// Left out: the public endpoint of the region that the request names.
    maybe<slb::endpoint> endpoint{};
    /// The scheme, the placement of parameters and the format; the rest does not matter.
    call_options call{};
    /// The time of the signature. Left out: 1970-01-01T00:00:00Z.
    maybe<std::int64_t> unix_seconds{};
    /// Left out: 32 zeros.
    maybe<slb::nonce> nonce{};
};

/// An access key of which only id and token are read: `slb::credentials` or a `slb::signer`.
template <class A>
concept shown_access_key = requires(A const& access) {
    { access.access_key_id() } -> std::convertible_to<std::string_view>;
    { access.security_token() } -> std::convertible_to<std::string_view>;
};

/// A lasting key without a name, for texts in which the key does not matter.
struct no_access_key {
    /// @{
    /// An id that stands for any, and no token.
    [[nodiscard]] static constexpr std::string_view access_key_id() { return "id"; }
    [[nodiscard]] static constexpr std::string_view security_token() { return {}; }
    /// @}
};

namespace detail {

/// Signs nothing, and keeps what it was asked to sign: so what is shown is what a call signs, and no secret
/// is needed to show it. The hash is a real one.
template <class Crypto>
struct listening_crypto {
    /// A view into the call's memory, which stays as it is until the call is signed again.
    struct hmac_sha1_key {
        mutable std::string_view heard{};
    };
    struct hmac_sha256_key {
        mutable char heard[acs3::string_to_sign_size] = {};
    };

    static bool prepare(hmac_sha1_key&, std::string_view) noexcept { return true; }
    static bool prepare(hmac_sha256_key&, std::string_view) noexcept { return true; }
    static bool hmac(hmac_sha1_key const& key, std::string_view text,
                     std::span<unsigned char, 20> out) noexcept {
        key.heard = text;
        std::memset(out.data(), 0, out.size());
        return true;
    }
    static bool hmac(hmac_sha256_key const& key, std::string_view text,
                     std::span<unsigned char, 32> out) noexcept {
        std::memcpy(key.heard, text.data(), sizeof key.heard);
        std::memset(out.data(), 0, out.size());
        return true;
    }
    static bool sha256(std::string_view text, std::span<unsigned char, 32> out) noexcept {
        return Crypto::sha256(text, out);
    }
};

/// A request as http_call sends it under one scheme, but for the signature.
template <class Crypto, class Allocator>
class signed_message {
  public:
    template <class Access>
    signed_message(slb::endpoint const& target, call_options options, signature_scheme scheme,
                   Access const& access, Allocator const& allocator)
        : call_(target, (options.scheme = scheme, options), allocator),
          signer_(credentials(std::string_view(access.access_key_id()), "-",
                              std::string_view(access.security_token())),
                  allocator) {}

    template <class Request>
    [[nodiscard]] result<void> make(Request const& request, std::int64_t unix_seconds,
                                    slb::nonce const& once) {
        if (result<void> const encoded = call_.encode(request); !encoded) return encoded;
        return call_.sign(signer_, unix_seconds, once);
    }

    [[nodiscard]] std::string_view head() const {
        return call_.bytes().substr(0, call_.bytes().size() - call_.body().size());
    }
    [[nodiscard]] std::string_view body() const { return call_.body(); }
    /// The query of the target.
    [[nodiscard]] std::string_view query() const {
        std::string_view target = call_.target();
        take_piece(target, "?");
        return target;
    }
    [[nodiscard]] std::string_view string_to_sign() const {
        if (call_.options().scheme == signature_scheme::hmac_sha1) return signer_.sha1_key().heard;
        return {signer_.sha256_key().heard, acs3::string_to_sign_size};
    }
    /// Put together from the message: its signed headers are those that its Authorization lists.
    template <class Sink>
    void put_canonical_request(Sink& sink) const {
        std::string_view const lines = call_.header_lines();
        std::string_view names = find_header(lines, "authorization");
        names.remove_prefix(names.find("SignedHeaders=") + 14);
        names = names.substr(0, names.find(','));
        name_value headers[16];
        std::size_t count = 0;
        while (!names.empty() && count != std::size(headers)) {
            std::string_view const name = take_piece(names, ";");
            headers[count++] = {name, find_header(lines, name)};
        }
        acs3::put_canonical_request(sink, call_.method(), "/", query(),
                                    std::span<name_value const>(headers, count),
                                    find_header(lines, "x-acs-content-sha256"));
    }

  private:
    http_call<Allocator> call_;
    signer<listening_crypto<Crypto>, Allocator> signer_;
};

inline slb::nonce no_nonce() {
    constexpr unsigned char zeros[16] = {};
    return slb::nonce(zeros);
}

/// The endpoint to show a request for.
template <class Crypto, class Request, class Allocator>
result<slb::endpoint> shown_endpoint(Request const& request, explain_options const& how,
                                     Allocator const& allocator) {
    if (how.endpoint) return *how.endpoint;
    slb::endpoint const central("slb.aliyuncs.com");
    signed_message<Crypto, Allocator> message(central, how.call, signature_scheme::acs3_hmac_sha256,
                                              no_access_key(), allocator);
    if (result<void> const made = message.make(request, 0, no_nonce()); !made) return made.error();
    growing_text<Allocator> region(allocator);
    std::string_view rest = message.body().empty() ? message.query() : message.body();
    while (!rest.empty()) {
        std::string_view value = take_piece(rest, "&");
        if (take_piece(value, "=") == "RegionId") region.put(value);
    }
    if (region.full()) return slb::error(errc::out_of_memory);
    if (region.size() == 0) return central;
    region.cut(decode(region.at(0), region.size()));
    std::string_view const named = region.view();
    return slb::endpoint::for_region(runtime(named));
}

/// Why nothing can be signed with this key.
template <class Access>
slb::error problem_of(Access const& access) {
    if constexpr (requires { access.problem(); })
        return access.problem();
    else if constexpr (requires { access.status(); })
        return access.status();
    else
        return {};
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
