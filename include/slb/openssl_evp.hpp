#ifndef SLB_OPENSSL_EVP_HPP
#define SLB_OPENSSL_EVP_HPP

#include <slb/hmac.hpp>
#include <slb/sign.hpp>

#include <openssl/evp.h>

namespace slb::inline v0_1 {

namespace detail {

/// A digest behind OpenSSL's current interface. OpenSSL allocates its state, and wipes it when it is freed.
template <EVP_MD const* (*Hash)(), std::size_t Size>
class evp_digest {
  public:
    static constexpr std::size_t size = Size;

    evp_digest() noexcept : context_(EVP_MD_CTX_new()) {}
    /// A copy that could not be made fails at its first step.
    evp_digest(evp_digest const& other) noexcept : evp_digest() {
        if (good()) failed_ = EVP_MD_CTX_copy_ex(context_, other.context_) != 1;
    }
    evp_digest& operator=(evp_digest const&) = delete;
    ~evp_digest() { EVP_MD_CTX_free(context_); }

    bool begin() noexcept { return good() && EVP_DigestInit_ex(context_, Hash(), nullptr) == 1; }
    bool update(void const* bytes, std::size_t n) noexcept {
        return good() && EVP_DigestUpdate(context_, bytes, n) == 1;
    }
    bool end(unsigned char* out) noexcept {
        return good() && EVP_DigestFinal_ex(context_, out, nullptr) == 1;
    }

  private:
    [[nodiscard]] bool good() const noexcept { return context_ != nullptr && !failed_; }

    EVP_MD_CTX* context_;
    bool failed_ = false;
};

} // namespace detail

/// The hashes of OpenSSL without its deprecated interface: slower than openssl_crypto, and it allocates. For
/// builds that have no other: `slb::client<my_transport, slb::openssl_evp_crypto>`.
struct openssl_evp_crypto : crypto_of<detail::evp_digest<EVP_sha1, 20>, detail::evp_digest<EVP_sha256, 32>> {
};
static_assert(crypto<openssl_evp_crypto>);

} // namespace slb::inline v0_1

#endif
