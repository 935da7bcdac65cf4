#ifndef SLB_OPENSSL_HPP
#define SLB_OPENSSL_HPP

#include <slb/sign.hpp>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace slb::inline v0_1 {

namespace detail {

// OpenSSL 3 deprecates the contexts below in favour of EVP_MAC, which allocates twice a digest and is up to
// three times slower for texts of our size. They are silenced here and nowhere else.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

struct openssl_sha1 {
    using context = SHA_CTX;
    static constexpr std::size_t size = SHA_DIGEST_LENGTH;
    static bool begin(context& c) noexcept { return SHA1_Init(&c) == 1; }
    static bool update(context& c, void const* bytes, std::size_t n) noexcept {
        return SHA1_Update(&c, bytes, n) == 1;
    }
    static bool end(unsigned char* out, context& c) noexcept { return SHA1_Final(out, &c) == 1; }
};
struct openssl_sha256 {
    using context = SHA256_CTX;
    static constexpr std::size_t size = SHA256_DIGEST_LENGTH;
    static bool begin(context& c) noexcept { return SHA256_Init(&c) == 1; }
    static bool update(context& c, void const* bytes, std::size_t n) noexcept {
        return SHA256_Update(&c, bytes, n) == 1;
    }
    static bool end(unsigned char* out, context& c) noexcept { return SHA256_Final(out, &c) == 1; }
};

#pragma GCC diagnostic pop

/// An HMAC key (RFC 2104) as the two hash states it leads to: a signature starts from copies of them.
template <class Hash>
class openssl_hmac_key {
  public:
    openssl_hmac_key() = default;
    openssl_hmac_key(openssl_hmac_key const&) = delete;
    openssl_hmac_key& operator=(openssl_hmac_key const&) = delete;
    ~openssl_hmac_key() {
        OPENSSL_cleanse(&inner_, sizeof inner_);
        OPENSSL_cleanse(&outer_, sizeof outer_);
    }

    bool prepare(std::string_view secret) noexcept {
        unsigned char pad[block_size] = {};
        bool good = true;
        if (secret.size() > block_size) {
            good = digest(pad, secret);
        } else if (!secret.empty()) {
            std::memcpy(pad, secret.data(), secret.size());
        }
        for (auto& byte : pad) byte ^= 0x36;
        good = good && Hash::begin(inner_) && Hash::update(inner_, pad, block_size);
        for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
        good = good && Hash::begin(outer_) && Hash::update(outer_, pad, block_size);
        OPENSSL_cleanse(pad, sizeof pad);
        return good;
    }
    bool hmac(std::string_view text, unsigned char* out) const noexcept {
        auto state = inner_;
        bool good = Hash::update(state, text.data(), text.size()) && Hash::end(out, state);
        state = outer_;
        good = good && Hash::update(state, out, Hash::size) && Hash::end(out, state);
        OPENSSL_cleanse(&state, sizeof state);
        return good;
    }
    static bool digest(unsigned char* out, std::string_view text) noexcept {
        typename Hash::context state;
        bool const good =
            Hash::begin(state) && Hash::update(state, text.data(), text.size()) && Hash::end(out, state);
        OPENSSL_cleanse(&state, sizeof state);
        return good;
    }

  private:
    static constexpr std::size_t block_size = 64;
    typename Hash::context inner_;
    typename Hash::context outer_;
};

} // namespace detail

/// Hashes of OpenSSL's libcrypto, 1.1.1 or later.
struct openssl_crypto {
    using hmac_sha1_key = detail::openssl_hmac_key<detail::openssl_sha1>;
    using hmac_sha256_key = detail::openssl_hmac_key<detail::openssl_sha256>;

    [[nodiscard]] static bool prepare(hmac_sha1_key& key, std::string_view secret) noexcept {
        return key.prepare(secret);
    }
    [[nodiscard]] static bool prepare(hmac_sha256_key& key, std::string_view secret) noexcept {
        return key.prepare(secret);
    }
    [[nodiscard]] static bool hmac(hmac_sha1_key const& key, std::string_view text,
                                   std::span<unsigned char, 20> out) noexcept {
        return key.hmac(text, out.data());
    }
    [[nodiscard]] static bool hmac(hmac_sha256_key const& key, std::string_view text,
                                   std::span<unsigned char, 32> out) noexcept {
        return key.hmac(text, out.data());
    }
    [[nodiscard]] static bool sha256(std::string_view text, std::span<unsigned char, 32> out) noexcept {
        return hmac_sha256_key::digest(out.data(), text);
    }
};
static_assert(crypto<openssl_crypto>);

struct default_crypto : openssl_crypto {};

} // namespace slb::inline v0_1

#endif
