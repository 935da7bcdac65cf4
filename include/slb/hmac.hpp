#ifndef SLB_HMAC_HPP
#define SLB_HMAC_HPP

#include <slb/memory.hpp>

#include <cstring>
#include <span>

namespace slb::inline v0_1 {

/// A hash of a crypto library, as hmac_key wants it: a copy goes on from the same state, and its destructor
/// wipes it. Every step says false when the library fails. `size` is how many bytes end() writes.
template <class D>
concept digest = std::is_default_constructible_v<D> && std::is_copy_constructible_v<D> &&
    requires(D state, void const* bytes, std::size_t size, unsigned char* out) {
    requires D::size <= 64;
    { state.begin() }
    noexcept->std::same_as<bool>;
    { state.update(bytes, size) }
    noexcept->std::same_as<bool>;
    { state.end(out) }
    noexcept->std::same_as<bool>;
};

/// Writes the digest of one text, `Digest::size` bytes. False: the library failed.
template <digest Digest>
[[nodiscard]] bool hash(std::string_view text, unsigned char* out) noexcept {
    Digest state;
    return state.begin() && state.update(text.data(), text.size()) && state.end(out);
}

/// An HMAC key (RFC 2104, block size 64) as the two hash states that it leads to: a signature starts from
/// copies of them and costs no more than hashing its text. With it, a Crypto is made of any two digests.
template <digest Digest>
class hmac_key {
  public:
    hmac_key() = default;
    hmac_key(hmac_key const&) = delete;
    hmac_key& operator=(hmac_key const&) = delete;

    /// Takes a secret of any length. False: the library failed, and nothing can be signed.
    [[nodiscard]] bool prepare(std::string_view secret) noexcept {
        unsigned char pad[block_size] = {};
        bool good = true;
        if (secret.size() > block_size)
            good = hash<Digest>(secret, pad);
        else if (!secret.empty())
            std::memcpy(pad, secret.data(), secret.size());
        for (auto& byte : pad) byte ^= 0x36;
        good = good && inner_.begin() && inner_.update(pad, block_size);
        for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
        good = good && outer_.begin() && outer_.update(pad, block_size);
        detail::wipe(pad, sizeof pad);
        return good;
    }
    /// Writes the HMAC of a text, `Digest::size` bytes, once prepare() has said true. False: the library
    /// failed.
    [[nodiscard]] bool sign(std::string_view text, unsigned char* out) const noexcept {
        Digest inner = inner_;
        if (!inner.update(text.data(), text.size()) || !inner.end(out)) return false;
        Digest outer = outer_;
        return outer.update(out, Digest::size) && outer.end(out);
    }

  private:
    static constexpr std::size_t block_size = 64;
    Digest inner_;
    Digest outer_;
};

/// A model of the concept slb::crypto made of a SHA-1 and a SHA-256.
template <digest Sha1, digest Sha256>
struct crypto_of {
    /// The key of signature 1.0. It cannot be copied.
    using hmac_sha1_key = hmac_key<Sha1>;
    /// The key of ACS3. It cannot be copied.
    using hmac_sha256_key = hmac_key<Sha256>;

    /// Derives either key from a secret of any length. False: the library failed.
    template <class Key>
    [[nodiscard]] static bool prepare(Key& key, std::string_view secret) noexcept {
        return key.prepare(secret);
    }
    /// Writes the HMAC-SHA1 of a text. False: the library failed.
    [[nodiscard]] static bool hmac(hmac_sha1_key const& key, std::string_view text,
                                   std::span<unsigned char, 20> out) noexcept {
        return key.sign(text, out.data());
    }
    /// Writes the HMAC-SHA256 of a text. False: the library failed.
    [[nodiscard]] static bool hmac(hmac_sha256_key const& key, std::string_view text,
                                   std::span<unsigned char, 32> out) noexcept {
        return key.sign(text, out.data());
    }
    /// Writes the SHA-256 of a text. False: the library failed.
    [[nodiscard]] static bool sha256(std::string_view text, std::span<unsigned char, 32> out) noexcept {
        return hash<Sha256>(text, out.data());
    }
};

} // namespace slb::inline v0_1

#endif
