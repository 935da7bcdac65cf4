#ifndef SLB_OPENSSL_HPP
#define SLB_OPENSSL_HPP

#include <slb/hmac.hpp>
#include <slb/sign.hpp>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace slb::inline v0_1 {

namespace detail {

// OpenSSL 3 deprecates these contexts in favour of EVP, which allocates for each digest and is up to three
// times slower for texts of our size (openssl_evp.hpp has it, for builds without them). They are silenced
// here and nowhere else.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

template <class Context, std::size_t Size, int (*Begin)(Context*),
          int (*Update)(Context*, void const*, std::size_t), int (*End)(unsigned char*, Context*)>
struct openssl_digest {
    static constexpr std::size_t size = Size;

    openssl_digest() = default;
    openssl_digest(openssl_digest const&) = default;
    openssl_digest& operator=(openssl_digest const&) = default;
    ~openssl_digest() { OPENSSL_cleanse(&context_, sizeof context_); }

    bool begin() noexcept { return Begin(&context_) == 1; }
    bool update(void const* bytes, std::size_t n) noexcept { return Update(&context_, bytes, n) == 1; }
    bool end(unsigned char* out) noexcept { return End(out, &context_) == 1; }

  private:
    Context context_;
};

using openssl_sha1 = openssl_digest<SHA_CTX, SHA_DIGEST_LENGTH, SHA1_Init, SHA1_Update, SHA1_Final>;
using openssl_sha256 =
    openssl_digest<SHA256_CTX, SHA256_DIGEST_LENGTH, SHA256_Init, SHA256_Update, SHA256_Final>;

#pragma GCC diagnostic pop

} // namespace detail

/// The hashes of OpenSSL's libcrypto, 1.1.1 or later.
struct openssl_crypto : crypto_of<detail::openssl_sha1, detail::openssl_sha256> {};
static_assert(crypto<openssl_crypto>);

struct default_crypto : openssl_crypto {};

} // namespace slb::inline v0_1

#endif
