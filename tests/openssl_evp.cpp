#include <slb/openssl.hpp>
#include <slb/openssl_evp.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

BOOST_AUTO_TEST_SUITE(openssl_evp)

namespace {

template <class Crypto>
std::string sign_with_both(std::string const& secret, std::string const& text) {
    typename Crypto::hmac_sha1_key sha1;
    typename Crypto::hmac_sha256_key sha256;
    unsigned char digests[20 + 32 + 32] = {};
    std::span<unsigned char, 84> const all(digests);
    BOOST_TEST_REQUIRE(Crypto::prepare(sha1, secret));
    BOOST_TEST_REQUIRE(Crypto::prepare(sha256, secret));
    BOOST_TEST_REQUIRE(Crypto::hmac(sha1, text, all.subspan<0, 20>()));
    BOOST_TEST_REQUIRE(Crypto::hmac(sha256, text, all.subspan<20, 32>()));
    BOOST_TEST_REQUIRE(Crypto::sha256(text, all.subspan<52, 32>()));
    return std::string(std::begin(digests), std::end(digests));
}

} // namespace

BOOST_AUTO_TEST_CASE(it_signs_a_published_vector) {
    // RFC 4231, test case 2.
    slb::openssl_evp_crypto::hmac_sha256_key key;
    unsigned char digest[32];
    BOOST_TEST_REQUIRE(slb::openssl_evp_crypto::prepare(key, "Jefe"));
    BOOST_TEST_REQUIRE(slb::openssl_evp_crypto::hmac(key, "what do ya want for nothing?", digest));
    unsigned char const expected[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                                      0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                                      0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    BOOST_TEST(std::equal(std::begin(digest), std::end(digest), std::begin(expected)));
}

BOOST_AUTO_TEST_CASE(it_agrees_with_the_default_for_keys_around_the_block_size) {
    for (std::size_t size : {0U, 1U, 63U, 64U, 65U, 200U})
        BOOST_TEST((sign_with_both<slb::openssl_evp_crypto>(std::string(size, 'k'), "text") ==
                    sign_with_both<slb::openssl_crypto>(std::string(size, 'k'), "text")));
}

BOOST_AUTO_TEST_CASE(a_key_signs_again_and_again) {
    slb::openssl_evp_crypto::hmac_sha1_key key;
    unsigned char first[20];
    unsigned char second[20];
    BOOST_TEST_REQUIRE(slb::openssl_evp_crypto::prepare(key, "secret"));
    BOOST_TEST_REQUIRE(slb::openssl_evp_crypto::hmac(key, "a", first));
    BOOST_TEST_REQUIRE(slb::openssl_evp_crypto::hmac(key, "b", second));
    BOOST_TEST(!std::equal(std::begin(first), std::end(first), std::begin(second)));
    BOOST_TEST_REQUIRE(slb::openssl_evp_crypto::hmac(key, "a", second));
    BOOST_TEST(std::equal(std::begin(first), std::end(first), std::begin(second)));
}

BOOST_AUTO_TEST_SUITE_END()
