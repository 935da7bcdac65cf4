#ifndef SLB_TESTS_SUPPORT_OWN_CRYPTO_HPP
#define SLB_TESTS_SUPPORT_OWN_CRYPTO_HPP

#include <slb/core.hpp>

#include <cstdint>
#include <cstring>

namespace slb_test {

/// Hashes for programs that have the core and nothing else.
template <class Hash>
struct hasher {
    std::uint32_t state[8] = {};
    unsigned char block[64] = {};
    std::uint64_t size = 0;

    hasher() { std::memcpy(state, Hash::initial, sizeof Hash::initial); }
    void update(unsigned char const* bytes, std::size_t count) {
        for (std::size_t i = 0; i != count; ++i) {
            block[size++ % 64] = bytes[i];
            if (size % 64 == 0) compress();
        }
    }
    void finish(unsigned char* out) {
        std::uint64_t const bits = size * 8;
        unsigned char const padding[64] = {0x80};
        update(padding, 1 + (119 - size % 64) % 64);
        unsigned char length[8];
        for (int i = 0; i != 8; ++i) length[i] = static_cast<unsigned char>(bits >> (56 - 8 * i));
        update(length, 8);
        for (std::size_t i = 0; i != Hash::digest_size; ++i)
            out[i] = static_cast<unsigned char>(state[i / 4] >> (24 - 8 * (i % 4)));
    }

  private:
    void compress() {
        std::uint32_t words[80];
        for (std::size_t i = 0; i != 16; ++i)
            words[i] = static_cast<std::uint32_t>(block[4 * i]) << 24 |
                       static_cast<std::uint32_t>(block[4 * i + 1]) << 16 |
                       static_cast<std::uint32_t>(block[4 * i + 2]) << 8 | block[4 * i + 3];
        Hash::compress(state, words);
    }
};
constexpr std::uint32_t left(std::uint32_t word, int bits) { return word << bits | word >> (32 - bits); }
constexpr std::uint32_t right(std::uint32_t word, int bits) { return left(word, 32 - bits); }

/// FIPS 180-4.
struct sha1 {
    static constexpr std::size_t digest_size = 20;
    static constexpr std::uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    static void compress(std::uint32_t* h, std::uint32_t* w) {
        for (int t = 16; t != 80; ++t) w[t] = left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        std::uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int t = 0; t != 80; ++t) {
            std::uint32_t const f = t < 20              ? (b & c) ^ (~b & d)
                                    : t >= 40 && t < 60 ? (b & c) ^ (b & d) ^ (c & d)
                                                        : b ^ c ^ d;
            std::uint32_t const k = t < 20   ? 0x5a827999
                                    : t < 40 ? 0x6ed9eba1
                                    : t < 60 ? 0x8f1bbcdc
                                             : 0xca62c1d6;
            std::uint32_t const next = left(a, 5) + f + e + k + w[t];
            e = d;
            d = c;
            c = left(b, 30);
            b = a;
            a = next;
        }
        std::uint32_t const add[5] = {a, b, c, d, e};
        for (int i = 0; i != 5; ++i) h[i] += add[i];
    }
};
struct sha256 {
    static constexpr std::size_t digest_size = 32;
    static constexpr std::uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    static constexpr std::uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    static void compress(std::uint32_t* h, std::uint32_t* w) {
        for (int t = 16; t != 64; ++t)
            w[t] = w[t - 16] + w[t - 7] + (right(w[t - 15], 7) ^ right(w[t - 15], 18) ^ w[t - 15] >> 3) +
                   (right(w[t - 2], 17) ^ right(w[t - 2], 19) ^ w[t - 2] >> 10);
        std::uint32_t v[8];
        std::memcpy(v, h, sizeof v);
        for (int t = 0; t != 64; ++t) {
            std::uint32_t const first = v[7] + (right(v[4], 6) ^ right(v[4], 11) ^ right(v[4], 25)) +
                                        ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[t] + w[t];
            std::uint32_t const second = (right(v[0], 2) ^ right(v[0], 13) ^ right(v[0], 22)) +
                                         ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
            std::memmove(v + 1, v, 7 * sizeof *v);
            v[4] += first;
            v[0] = first + second;
        }
        for (int i = 0; i != 8; ++i) h[i] += v[i];
    }
};

inline unsigned char const* bytes_of(std::string_view text) {
    return reinterpret_cast<unsigned char const*>(text.data());
}

/// RFC 2104.
template <class Hash>
struct hmac_key {
    hasher<Hash> inner{};
    hasher<Hash> outer{};

    void prepare(std::string_view secret) {
        unsigned char pad[64] = {};
        if (secret.size() > sizeof pad) {
            hasher<Hash> shortened;
            shortened.update(bytes_of(secret), secret.size());
            shortened.finish(pad);
        } else {
            std::memcpy(pad, secret.data(), secret.size());
        }
        *this = {};
        for (auto& byte : pad) byte ^= 0x36;
        inner.update(pad, sizeof pad);
        for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
        outer.update(pad, sizeof pad);
    }
    void hmac(std::string_view text, unsigned char* out) const {
        hasher<Hash> state = inner;
        state.update(bytes_of(text), text.size());
        state.finish(out);
        state = outer;
        state.update(out, Hash::digest_size);
        state.finish(out);
    }
};

struct own_crypto {
    using hmac_sha1_key = hmac_key<slb_test::sha1>;
    using hmac_sha256_key = hmac_key<slb_test::sha256>;
    static bool prepare(hmac_sha1_key& key, std::string_view secret) noexcept {
        key.prepare(secret);
        return true;
    }
    static bool prepare(hmac_sha256_key& key, std::string_view secret) noexcept {
        key.prepare(secret);
        return true;
    }
    static bool hmac(hmac_sha1_key const& key, std::string_view text,
                     std::span<unsigned char, 20> out) noexcept {
        key.hmac(text, out.data());
        return true;
    }
    static bool hmac(hmac_sha256_key const& key, std::string_view text,
                     std::span<unsigned char, 32> out) noexcept {
        key.hmac(text, out.data());
        return true;
    }
    static bool sha256(std::string_view text, std::span<unsigned char, 32> out) noexcept {
        hasher<slb_test::sha256> state;
        state.update(bytes_of(text), text.size());
        state.finish(out.data());
        return true;
    }
};
static_assert(slb::crypto<own_crypto>);

} // namespace slb_test

#endif
