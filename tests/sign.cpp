#include <slb/openssl.hpp>
#include <slb/sign.hpp>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(sign)

namespace {

using slb::errc;
using slb::name_value;
using openssl = slb::openssl_crypto;

std::string text(slb::error const& shown) {
    std::string all;
    shown.write([&](std::string_view piece) { all += piece; });
    return all;
}

/// What a stage writes into a heap buffer of exactly the bound it states.
template <class Stage>
std::string written(std::size_t bound, Stage stage) {
    auto const buffer = std::make_unique<char[]>(bound);
    auto const size = static_cast<std::size_t>(stage(buffer.get()) - buffer.get());
    BOOST_TEST(size <= bound);
    return {buffer.get(), size};
}
std::string canonical_query(std::vector<name_value> const& sorted) {
    return written(slb::canonical_query_bound(sorted),
                   [&](char* out) { return slb::canonical_query(out, sorted); });
}
std::string percent_encoded(std::string_view plain) {
    return written(3 * plain.size(), [&](char* out) { return slb::percent_encode(out, plain); });
}
std::string v1_string_to_sign(std::string_view method, std::string_view query) {
    return written(slb::hmac_sha1::string_to_sign_bound(method, query),
                   [&](char* out) { return slb::hmac_sha1::string_to_sign(out, method, query); });
}
std::string v1_signature(std::string_view key_text, std::string_view string_to_sign) {
    openssl::hmac_sha1_key key;
    BOOST_TEST_REQUIRE(openssl::prepare(key, key_text));
    return written(slb::hmac_sha1::signature_size, [&](char* out) {
        BOOST_TEST((slb::hmac_sha1::signature<openssl>(out, key, string_to_sign)));
        return out + slb::hmac_sha1::signature_size;
    });
}
std::string v3_canonical_request(std::string_view method, std::string_view path, std::string_view query,
                                 std::span<name_value const> headers, std::string_view payload_hash) {
    return written(slb::acs3::canonical_request_bound(method, path, query, headers, payload_hash),
                   [&](char* out) {
                       return slb::acs3::canonical_request(out, method, path, query, headers, payload_hash);
                   });
}
std::string v3_payload_hash(std::string_view body) {
    return written(slb::acs3::hash_size, [&](char* out) {
        BOOST_TEST(slb::acs3::payload_hash<openssl>(out, body));
        return out + slb::acs3::hash_size;
    });
}
std::string v3_string_to_sign(std::string_view canonical_request) {
    return written(slb::acs3::string_to_sign_size, [&](char* out) {
        BOOST_TEST(slb::acs3::string_to_sign<openssl>(out, canonical_request));
        return out + slb::acs3::string_to_sign_size;
    });
}
std::string v3_signature(std::string_view secret, std::string_view string_to_sign) {
    openssl::hmac_sha256_key key;
    BOOST_TEST_REQUIRE(openssl::prepare(key, secret));
    return written(slb::acs3::signature_size, [&](char* out) {
        BOOST_TEST((slb::acs3::signature<openssl>(out, key, string_to_sign)));
        return out + slb::acs3::signature_size;
    });
}
std::string v3_authorization(std::string_view id, std::span<name_value const> headers,
                             std::string_view signature) {
    slb::detail::measurer measured;
    slb::acs3::put_authorization(measured, id, headers, signature);
    return written(measured.size, [&](char* out) {
        slb::detail::writer sink{out};
        slb::acs3::put_authorization(sink, id, headers, signature);
        return sink.out;
    });
}

std::string hex(std::span<unsigned char const> bytes) {
    return written(2 * bytes.size(), [&](char* out) { return slb::detail::hex(out, bytes); });
}
std::string base64(std::string_view bytes) {
    return written((bytes.size() + 2) / 3 * 4, [&](char* out) {
        return slb::detail::base64(out, {reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size()});
    });
}

/// HMAC by OpenSSL's own function, which shares nothing with the prepared keys.
std::string reference_hmac(EVP_MD const* hash, std::string_view key, std::string_view signed_text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    BOOST_TEST_REQUIRE(HMAC(hash, key.data(), static_cast<int>(key.size()),
                            reinterpret_cast<unsigned char const*>(signed_text.data()), signed_text.size(),
                            digest, &size) != nullptr);
    return hex({digest, size});
}
template <class Crypto = openssl>
std::string hmac_hex(typename Crypto::hmac_sha1_key const& key, std::string_view signed_text) {
    unsigned char digest[20];
    BOOST_TEST_REQUIRE(Crypto::hmac(key, signed_text, digest));
    return hex(digest);
}
template <class Crypto = openssl>
std::string hmac_hex(typename Crypto::hmac_sha256_key const& key, std::string_view signed_text) {
    unsigned char digest[32];
    BOOST_TEST_REQUIRE(Crypto::hmac(key, signed_text, digest));
    return hex(digest);
}

/// An allocator whose memory can be looked at while it is lent and when it comes back.
struct inspector {
    std::string lent() const { return {reinterpret_cast<char const*>(bytes), size}; }
    std::byte* bytes = nullptr;
    std::size_t size = 0;
    int live = 0;
    bool came_back_wiped = true;
    bool has_memory = true;
};
struct inspected_allocator {
    using value_type = std::byte;
    explicit inspected_allocator(inspector& by) : by_(&by) {}
    std::byte* try_allocate(std::size_t size) noexcept {
        if (!by_->has_memory) return nullptr;
        ++by_->live;
        by_->bytes = new std::byte[size];
        by_->size = size;
        std::memset(by_->bytes, '#', size);
        return by_->bytes;
    }
    std::byte* allocate(std::size_t size) { return try_allocate(size); }
    void deallocate(std::byte* bytes, std::size_t size) {
        --by_->live;
        for (std::size_t i = 0; i != size; ++i)
            by_->came_back_wiped = by_->came_back_wiped && bytes[i] == std::byte{};
        delete[] bytes;
    }
    inspector* by_;
};
struct throwing_allocator {
    using value_type = std::byte;
    std::byte* allocate(std::size_t) { throw std::bad_alloc(); }
    void deallocate(std::byte*, std::size_t) {}
};

// The fewest members that a crypto library must have, in pieces.
struct keys {
    struct hmac_sha1_key {};
    struct hmac_sha256_key {};
};
struct prepares {
    static bool prepare(keys::hmac_sha1_key&, std::string_view) noexcept { return true; }
    static bool prepare(keys::hmac_sha256_key&, std::string_view) noexcept { return true; }
};
struct makes_hmacs {
    static bool hmac(keys::hmac_sha1_key const&, std::string_view, std::span<unsigned char, 20>) noexcept {
        return true;
    }
    static bool hmac(keys::hmac_sha256_key const&, std::string_view, std::span<unsigned char, 32>) noexcept {
        return true;
    }
};
struct makes_sha256 {
    static bool sha256(std::string_view, std::span<unsigned char, 32>) noexcept { return true; }
};
struct archetype : keys, prepares, makes_hmacs, makes_sha256 {
    archetype() = delete;
};

// Near-misses.
struct without_keys : prepares, makes_hmacs, makes_sha256 {};
struct without_prepare : keys, makes_hmacs, makes_sha256 {};
struct without_hmac : keys, prepares, makes_sha256 {};
struct without_sha256 : keys, prepares, makes_hmacs {};
struct sha256_says_nothing : without_sha256 {
    static void sha256(std::string_view, std::span<unsigned char, 32>) noexcept;
};
struct sha256_says_int : without_sha256 {
    static int sha256(std::string_view, std::span<unsigned char, 32>) noexcept;
};
struct sha256_may_throw : without_sha256 {
    static bool sha256(std::string_view, std::span<unsigned char, 32>);
};
struct sha256_of_20_bytes : without_sha256 {
    static bool sha256(std::string_view, std::span<unsigned char, 20>) noexcept;
};
struct prepares_one_key_only : keys, makes_hmacs, makes_sha256 {
    static bool prepare(keys::hmac_sha1_key&, std::string_view) noexcept;
};
struct prepare_says_int : keys, makes_hmacs, makes_sha256 {
    static int prepare(keys::hmac_sha1_key&, std::string_view) noexcept;
    static int prepare(keys::hmac_sha256_key&, std::string_view) noexcept;
};
struct hmac_changes_the_key : keys, prepares, makes_sha256 {
    static bool hmac(keys::hmac_sha1_key&, std::string_view, std::span<unsigned char, 20>) noexcept;
    static bool hmac(keys::hmac_sha256_key&, std::string_view, std::span<unsigned char, 32>) noexcept;
};
struct hmac_may_throw : keys, prepares, makes_sha256 {
    static bool hmac(keys::hmac_sha1_key const&, std::string_view, std::span<unsigned char, 20>);
    static bool hmac(keys::hmac_sha256_key const&, std::string_view, std::span<unsigned char, 32>);
};
struct key_made_of_something {
    explicit key_made_of_something(int);
};
struct keys_need_an_argument : makes_sha256 {
    using hmac_sha1_key = key_made_of_something;
    using hmac_sha256_key = keys::hmac_sha256_key;
    static bool prepare(key_made_of_something&, std::string_view) noexcept;
    static bool prepare(keys::hmac_sha256_key&, std::string_view) noexcept;
    static bool hmac(key_made_of_something const&, std::string_view, std::span<unsigned char, 20>) noexcept;
    static bool hmac(keys::hmac_sha256_key const&, std::string_view, std::span<unsigned char, 32>) noexcept;
};

// Libraries that fail, each in one place.
struct cannot_prepare_sha1 : keys, makes_hmacs, makes_sha256 {
    static bool prepare(keys::hmac_sha1_key&, std::string_view) noexcept { return false; }
    static bool prepare(keys::hmac_sha256_key&, std::string_view) noexcept { return true; }
};
struct cannot_prepare_sha256 : keys, makes_hmacs, makes_sha256 {
    static bool prepare(keys::hmac_sha1_key&, std::string_view) noexcept { return true; }
    static bool prepare(keys::hmac_sha256_key&, std::string_view) noexcept { return false; }
};
struct cannot_hash : keys, prepares {
    static bool hmac(keys::hmac_sha1_key const&, std::string_view, std::span<unsigned char, 20>) noexcept {
        return false;
    }
    static bool hmac(keys::hmac_sha256_key const&, std::string_view, std::span<unsigned char, 32>) noexcept {
        return false;
    }
    static bool sha256(std::string_view, std::span<unsigned char, 32>) noexcept { return false; }
};

// aliyun/darabonba-openapi-util, python/tests/test_client.py: all rules at once; an empty query value, and
// two headers equal but for case, which a client joins. The payload hash is a constant of that test.
constexpr name_value v3_parameters[] = {{"empty", ""}, {"test", "ok"}};
constexpr name_value v3_headers[] = {{"x-acs-test", "http,https"}};
constexpr std::string_view v3_payload = "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23";
constexpr std::string_view v3_request = "GET\n"
                                        "/\n"
                                        "empty=&test=ok\n"
                                        "x-acs-test:http,https\n"
                                        "\n"
                                        "x-acs-test\n"
                                        "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23";
constexpr std::string_view v3_text = "ACS3-HMAC-SHA256\n"
                                     "6c416f315497f25326e3f67e06370dbfce4d082b99aecdfc2411eeecd152f68f";
constexpr std::string_view v3_result = "d16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1";

// AlibabaCloudDocs/vod, "Calling methods/Signature method.md".
constexpr name_value v1_parameters[] = {
    {"AccessKeyId", "testAccessKeyId"},
    {"Action", "GetVideoPlayAuth"},
    {"Format", "JSON"},
    {"SignatureMethod", "HMAC-SHA1"},
    {"SignatureNonce", "8f8a035d-6496-4268-afd4-67c22837e38d"},
    {"SignatureVersion", "1.0"},
    {"Timestamp", "2017-10-10T12:02:54Z"},
    {"Version", "2017-03-21"},
    {"VideoId", "5aed81b74ba84920be578cdfe004af4b"},
};
constexpr std::string_view v1_query =
    "AccessKeyId=testAccessKeyId&Action=GetVideoPlayAuth&Format=JSON&SignatureMethod=HMAC-SHA1&"
    "SignatureNonce=8f8a035d-6496-4268-afd4-67c22837e38d&SignatureVersion=1.0&"
    "Timestamp=2017-10-10T12%3A02%3A54Z&Version=2017-03-21&VideoId=5aed81b74ba84920be578cdfe004af4b";
constexpr std::string_view v1_text =
    "GET&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DGetVideoPlayAuth%26Format%3DJSON%26"
    "SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D8f8a035d-6496-4268-afd4-67c22837e38d%26"
    "SignatureVersion%3D1.0%26Timestamp%3D2017-10-10T12%253A02%253A54Z%26Version%3D2017-03-21%26"
    "VideoId%3D5aed81b74ba84920be578cdfe004af4b";
constexpr std::string_view v1_result = "Ibgh7y8Vp47LBuAsf5Xhi1SvDss=";

template <std::size_t Size, class Stage>
constexpr bool writes_constantly(std::string_view expected, Stage stage) {
    char out[Size] = {};
    char* const end = stage(out);
    return std::string_view(out, static_cast<std::size_t>(end - out)) == expected;
}

// All published vectors, where the folder of them is at hand.

constexpr char const* vector_file = SLB_TEST_DIR "/../../shared/signing/official-vectors.json";

boost::test_tools::assertion_result vectors_are_at_hand(boost::unit_test::test_unit_id) {
    bool const there = std::ifstream(vector_file).good();
    if (!there) std::cout << "sign: no published vectors at " << vector_file << '\n';
    return there;
}

std::string_view string_of(boost::json::object const& object, char const* name) {
    auto const& found = object.at(name).as_string();
    return {found.data(), found.size()};
}
/// The parameters of a vector, sorted by name as a client must sort them.
std::vector<name_value> parameters_of(boost::json::object const& object) {
    std::vector<name_value> sorted;
    for (auto const& member : object)
        sorted.push_back(
            {std::string_view(member.key().data(), member.key().size()),
             std::string_view(member.value().as_string().data(), member.value().as_string().size())});
    std::sort(sorted.begin(), sorted.end(),
              [](auto const& left, auto const& right) { return left.name < right.name; });
    return sorted;
}
/// The headers of a vector that are signed: lower-case, equal names joined, sorted by name.
std::vector<std::pair<std::string, std::string>> signed_headers_of(boost::json::array const& pairs) {
    std::vector<std::pair<std::string, std::string>> headers;
    for (auto const& pair : pairs) {
        std::string name(pair.at(0).as_string().c_str());
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (name != "host" && name != "content-type" && name.substr(0, 6) != "x-acs-") continue;
        headers.emplace_back(name, pair.at(1).as_string().c_str());
    }
    std::sort(headers.begin(), headers.end());
    for (std::size_t i = 1; i < headers.size();) {
        if (headers[i].first == headers[i - 1].first) {
            headers[i - 1].second += "," + headers[i].second;
            headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
            ++i;
        }
    }
    return headers;
}

/// Every stage of one vector, by its name in the file.
std::vector<std::pair<std::string, std::string>> stages_of(boost::json::object const& vector) {
    std::string_view const kind = string_of(vector, "kind");
    bool const v1 = string_of(vector, "scheme") == "v1";
    auto const& inputs = vector.at("inputs").as_object();
    std::vector<std::pair<std::string, std::string>> stages;
    if (kind == "hmac_sha1") {
        stages.emplace_back("signature", v1_signature(string_of(inputs, "key"), string_of(inputs, "text")));
    } else if (kind == "percent_encode") {
        stages.emplace_back("encoded", percent_encoded(string_of(inputs, "text")));
    } else if (kind == "percent_encode_path") {
        // A path is encoded segment by segment; the calls of this API have no path to encode.
        std::string encoded;
        std::string_view rest = string_of(inputs, "text");
        for (std::size_t slash = rest.find('/'); slash != rest.npos; slash = rest.find('/')) {
            encoded += percent_encoded(rest.substr(0, slash)) + "/";
            rest.remove_prefix(slash + 1);
        }
        stages.emplace_back("encoded", encoded + percent_encoded(rest));
    } else if (kind == "sha256_hex") {
        stages.emplace_back("hash", v3_payload_hash(string_of(inputs, "text")));
    } else if (v1 && (kind == "request" || kind == "string_to_sign")) {
        std::string const query = canonical_query(parameters_of(inputs.at("params").as_object()));
        stages.emplace_back("canonical_query", query);
        stages.emplace_back("string_to_sign", v1_string_to_sign(string_of(inputs, "method"), query));
        if (kind == "request")
            stages.emplace_back("signature",
                                v1_signature(std::string(string_of(inputs, "access_key_secret")) + "&",
                                             stages.back().second));
    } else if (kind == "request" || kind == "canonical_without_payload") {
        auto const texts = signed_headers_of(inputs.at("headers").as_array());
        std::vector<name_value> headers;
        for (auto const& [name, value] : texts) headers.push_back({name, value});
        std::string const query = canonical_query(parameters_of(inputs.at("query").as_object()));
        auto const payload = kind == "request" ? string_of(inputs, "payload_hash") : std::string_view();
        std::string const canonical = v3_canonical_request(string_of(inputs, "method"),
                                                           string_of(inputs, "uri"), query, headers, payload);
        if (kind == "request") {
            stages.emplace_back("canonical_request", canonical);
            stages.emplace_back("string_to_sign", v3_string_to_sign(canonical));
            std::string const signature =
                v3_signature(string_of(inputs, "access_key_secret"), stages.back().second);
            stages.emplace_back("signature", signature);
            stages.emplace_back("authorization",
                                v3_authorization(string_of(inputs, "access_key_id"), headers, signature));
        } else {
            BOOST_TEST(canonical.back() == '\n');
            stages.emplace_back("canonical_without_payload", canonical.substr(0, canonical.size() - 1));
        }
    }
    return stages;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_nonce_shows_all_its_bytes_in_hexadecimal) {
    unsigned char const random[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                      0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    slb::nonce const once(random);
    slb::nonce const copy = once;
    BOOST_TEST(copy.view() == "00112233445566778899aabbccddeeff");
    BOOST_TEST((copy.view().data() != once.view().data()));
}

BOOST_AUTO_TEST_CASE(base64_is_that_of_rfc_4648) {
    struct row {
        std::string_view plain;
        std::string_view expected;
    };
    using namespace std::string_view_literals;
    row const rows[] = {{"", ""},
                        {"f", "Zg=="},
                        {"fo", "Zm8="},
                        {"foo", "Zm9v"},
                        {"foob", "Zm9vYg=="},
                        {"fooba", "Zm9vYmE="},
                        {"foobar", "Zm9vYmFy"},
                        {"\xff\xfe\xfd"sv, "//79"},
                        {"\0\0\0"sv, "AAAA"},
                        {"\xfb\xf0"sv, "+/A="}};
    for (auto const& [plain, expected] : rows) BOOST_TEST(base64(plain) == expected);
}

BOOST_AUTO_TEST_CASE(version_1_signs_the_documentation_s_example_stage_by_stage) {
    BOOST_TEST(canonical_query({std::begin(v1_parameters), std::end(v1_parameters)}) == v1_query);
    BOOST_TEST(v1_string_to_sign("GET", v1_query) == v1_text);
    BOOST_TEST(v1_signature("testAccessKeySecret&", v1_text) == v1_result);
    slb::signer<openssl> const signer(slb::credentials("testAccessKeyId", "testAccessKeySecret"));
    char signature[28];
    BOOST_TEST(slb::hmac_sha1::signature<openssl>(signature, signer.sha1_key(), v1_text));
    BOOST_TEST(std::string_view(signature, sizeof signature) == v1_result);
}

BOOST_AUTO_TEST_CASE(version_1_signs_chinese_and_json_in_a_post) {
    // The example of a retired page of help.aliyun.com (SingleSendSms), quoted in several public tests.
    std::string const query =
        canonical_query({{"AccessKeyId", "testid"},
                         {"Action", "SingleSendSms"},
                         {"Format", "XML"},
                         {"ParamString", R"({"name":"d","name1":"d"})"},
                         {"RecNum", "13098765432"},
                         {"RegionId", "cn-hangzhou"},
                         {"SignName", "\xe6\xa0\x87\xe7\xad\xbe\xe6\xb5\x8b\xe8\xaf\x95"},
                         {"SignatureMethod", "HMAC-SHA1"},
                         {"SignatureNonce", "9e030f6b-03a2-40f0-a6ba-157d44532fd0"},
                         {"SignatureVersion", "1.0"},
                         {"TemplateCode", "SMS_1650053"},
                         {"Timestamp", "2016-10-20T05:37:52Z"},
                         {"Version", "2016-09-27"}});
    std::string const string_to_sign = v1_string_to_sign("POST", query);
    BOOST_TEST(string_to_sign ==
               "POST&%2F&AccessKeyId%3Dtestid%26Action%3DSingleSendSms%26Format%3DXML%26"
               "ParamString%3D%257B%2522name%2522%253A%2522d%2522%252C%2522name1%2522%253A%2522d%2522%257D%26"
               "RecNum%3D13098765432%26RegionId%3Dcn-hangzhou%26"
               "SignName%3D%25E6%25A0%2587%25E7%25AD%25BE%25E6%25B5%258B%25E8%25AF%2595%26"
               "SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D9e030f6b-03a2-40f0-a6ba-157d44532fd0%26"
               "SignatureVersion%3D1.0%26TemplateCode%3DSMS_1650053%26"
               "Timestamp%3D2016-10-20T05%253A37%253A52Z%26Version%3D2016-09-27");
    BOOST_TEST(v1_signature("testsecret&", string_to_sign) == "ka8PDlV7S9sYqxEMRnmlBv/DoAE=");
}

BOOST_AUTO_TEST_CASE(version_1_of_no_parameters_keeps_the_second_ampersand) {
    // aliyun/alibaba-cloud-sdk-go, sdk/auth/rpc_signature_composer_test.go.
    BOOST_TEST(canonical_query({}) == "");
    BOOST_TEST(v1_string_to_sign("GET", "") == "GET&%2F&");
}

BOOST_AUTO_TEST_CASE(acs3_signs_the_vendor_s_example_stage_by_stage) {
    BOOST_TEST(canonical_query({std::begin(v3_parameters), std::end(v3_parameters)}) == "empty=&test=ok");
    BOOST_TEST(v3_canonical_request("GET", "/", "empty=&test=ok", v3_headers, v3_payload) == v3_request);
    BOOST_TEST(v3_string_to_sign(v3_request) == v3_text);
    BOOST_TEST(v3_signature("secret", v3_text) == v3_result);
    BOOST_TEST(v3_authorization("acesskey", v3_headers, v3_result) ==
               "ACS3-HMAC-SHA256 Credential=acesskey,SignedHeaders=x-acs-test,"
               "Signature=d16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1");
    slb::signer<openssl> const signer(slb::credentials("acesskey", "secret"));
    char signature[64];
    BOOST_TEST(slb::acs3::signature<openssl>(signature, signer.sha256_key(), v3_text));
    BOOST_TEST(std::string_view(signature, sizeof signature) == v3_result);
}

BOOST_AUTO_TEST_CASE(acs3_lists_several_headers_with_semicolons_and_ends_each_line) {
    // aliyun/aliyun-openapi-java-sdk, V3SignatureComposerTest.java, with a payload behind it.
    name_value const headers[] = {{"content-type", "Content-Type-Value"},
                                  {"x-acs-content-sha256", "null"},
                                  {"x-acs-signature-version", "3.0"}};
    BOOST_TEST(v3_canonical_request("GET", "/", "queryKey1=queryValue1&queryKey3=", headers, "hash") ==
               "GET\n/\nqueryKey1=queryValue1&queryKey3=\ncontent-type:Content-Type-Value\n"
               "x-acs-content-sha256:null\nx-acs-signature-version:3.0\n\n"
               "content-type;x-acs-content-sha256;x-acs-signature-version\nhash");
    BOOST_TEST(v3_canonical_request("POST", "/", "", {}, "hash") == "POST\n/\n\n\n\nhash");
}

BOOST_AUTO_TEST_CASE(the_hash_of_a_payload_is_its_sha256) {
    // aliyun/darabonba-openapi-util, golang/service/service_test.go; the others from coreutils' sha256sum.
    BOOST_TEST(v3_payload_hash("test") == "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    BOOST_TEST(v3_payload_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(v3_payload_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(v3_payload_hash(std::string(1000, 'a')) ==
               "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

BOOST_AUTO_TEST_CASE(the_stages_that_need_no_crypto_run_in_constant_expressions) {
    static_assert(writes_constantly<20>("empty=&test=ok",
                                        [](char* out) { return slb::canonical_query(out, v3_parameters); }));
    static_assert(writes_constantly<400>(
        v1_text, [](char* out) { return slb::hmac_sha1::string_to_sign(out, "GET", v1_query); }));
    static_assert(writes_constantly<200>(v3_request, [](char* out) {
        return slb::acs3::canonical_request(out, "GET", "/", "empty=&test=ok", v3_headers, v3_payload);
    }));
    static_assert(slb::acs3::canonical_request_bound("GET", "/", "empty=&test=ok", v3_headers, v3_payload) ==
                  v3_request.size());
    BOOST_TEST(slb::hmac_sha1::string_to_sign_bound("GET", "") == 8U);
}

BOOST_AUTO_TEST_CASE(the_common_parameters_find_their_places_among_those_of_a_request) {
    constexpr std::size_t count = slb::hmac_sha1::common_parameter_count;
    static_assert(count == 9);
    std::vector<name_value> const requests[] = {
        {},
        {{"A", "1"}},
        {{"RegionId", "cn-hangzhou"}},
        {{"Zone", "z"}},
        {{"A", ""}, {"AccessKeyIdx", "1"}, {"Actio", "2"}, {"Actions", "3"}, {"Zone", ""}},
        {{"NewBackendServers", R"([{"ServerId":"i-1"}])"}, {"OldBackendServers", "[]"}, {"RegionId", "r"}},
        {{"SecurityTokens", "%25&=+ *~"}, {"Timestamps", "\xe6\x9c\x8d"}, {"Versio", "1"}, {"Versions", "2"}},
        {{"A-", "bytewise"}, {"A1", "b"}, {"A_", "c"}, {"Aa", "d"}, {"a", "e"}},
    };
    for (std::string_view token : {"", "CAIS+/=="}) {
        std::string_view const values[count] = {"testid",    "DoIt",
                                                "JSON",      token,
                                                "HMAC-SHA1", "0123456789abcdef",
                                                "1.0",       "2026-11-24T18:05:33Z",
                                                "2014-05-15"};
        for (auto const& request : requests) {
            std::vector<name_value> all = request;
            for (std::size_t i = 0; i != count; ++i)
                if (!values[i].empty()) all.push_back({slb::hmac_sha1::common_parameters[i].name, values[i]});
            std::ranges::sort(all, {}, &name_value::name);
            std::string const expected = v1_string_to_sign("POST", canonical_query(all));

            auto const put = [&](auto& sink) {
                for (name_value const& parameter : request) {
                    if constexpr (requires { sink.rank(""); })
                        sink.begin_parameter(sink.rank(parameter.name));
                    if (&parameter != &request.front()) sink.put_separator('&');
                    sink.put_value(parameter.name);
                    sink.put_separator('=');
                    sink.put_value(parameter.value);
                }
            };
            slb::detail::query_measurer measured;
            put(measured);
            auto const once = std::make_unique<char[]>(measured.once);
            auto const twice = std::make_unique<char[]>(measured.twice);
            slb::detail::signed_query_writer sink({once.get()}, {twice.get()});
            put(sink);
            BOOST_TEST(std::string_view(once.get(), static_cast<std::size_t>(sink.once.out - once.get())) ==
                       canonical_query(request));
            std::string_view const encoded_twice(twice.get(),
                                                 static_cast<std::size_t>(sink.twice.out - twice.get()));
            slb::detail::measurer size;
            slb::hmac_sha1::put_string_to_sign(size, "POST", encoded_twice, sink.places().at, values);
            BOOST_TEST(written(size.size, [&](char* out) {
                           slb::detail::writer text{out};
                           slb::hmac_sha1::put_string_to_sign(text, "POST", encoded_twice, sink.places().at,
                                                              values);
                           return text.out;
                       }) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_published_vector_recomputes,
                     *boost::unit_test::precondition(vectors_are_at_hand)) {
    std::ifstream file(vector_file);
    std::string const content{std::istreambuf_iterator<char>(file), {}};
    auto const vectors = boost::json::parse(content);
    int run = 0;
    for (auto const& each : vectors.as_array()) {
        auto const& vector = each.as_object();
        BOOST_TEST_CONTEXT("vector " << string_of(vector, "id")) {
            auto const stages = stages_of(vector);
            BOOST_TEST(!stages.empty(), "a kind that this test does not know");
            std::size_t compared = 0;
            for (char const* group : {"expected", "derived"}) {
                for (auto const& member : vector.at(group).as_object()) {
                    for (auto const& [stage, computed] : stages) {
                        if (std::string_view(member.key().data(), member.key().size()) != stage) continue;
                        BOOST_TEST(computed == std::string(member.value().as_string().c_str()), stage);
                        ++compared;
                    }
                }
            }
            BOOST_TEST(compared ==
                       vector.at("expected").as_object().size() + vector.at("derived").as_object().size());
            ++run;
        }
    }
    std::cout << "sign: " << run << " published vectors recomputed\n";
    BOOST_TEST(run == 29);
}

BOOST_AUTO_TEST_CASE(prepared_keys_give_what_hmac_gives) {
    for (std::size_t const key_size : {0U, 1U, 20U, 63U, 64U, 65U, 100U, 200U}) {
        std::string secret;
        for (std::size_t i = 0; i != key_size; ++i) secret += static_cast<char>('!' + i * 7 % 90);
        openssl::hmac_sha1_key sha1;
        openssl::hmac_sha256_key sha256;
        BOOST_TEST_REQUIRE(openssl::prepare(sha1, secret));
        BOOST_TEST_REQUIRE(openssl::prepare(sha256, secret));
        for (std::size_t const text_size : {0U, 1U, 55U, 56U, 63U, 64U, 65U, 119U, 120U, 1000U}) {
            std::string const signed_text(text_size, 't');
            BOOST_TEST_CONTEXT("key of " << key_size << ", text of " << text_size) {
                // Twice: a key is not used up.
                for (int time = 0; time != 2; ++time) {
                    BOOST_TEST(hmac_hex(sha1, signed_text) ==
                               reference_hmac(EVP_sha1(), secret, signed_text));
                    BOOST_TEST(hmac_hex(sha256, signed_text) ==
                               reference_hmac(EVP_sha256(), secret, signed_text));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_can_be_prepared_again) {
    openssl::hmac_sha1_key key;
    BOOST_TEST_REQUIRE(openssl::prepare(key, std::string(200, 'x')));
    BOOST_TEST_REQUIRE(openssl::prepare(key, "secret"));
    // aliyun/aliyun-openapi-net-sdk, quoted in official-vectors.json: v1-hmac-net.
    BOOST_TEST(hmac_hex(key, "foo") == reference_hmac(EVP_sha1(), "secret", "foo"));
    BOOST_TEST(v1_signature("secret", "foo") == "m67ZG+f1i1fIJLYNp8smKy7K+9I=");
}

BOOST_AUTO_TEST_CASE(a_signer_keys_version_1_with_an_ampersand_and_acs3_with_the_bare_secret) {
    // 63 and 64 bytes: with the ampersand, the key just fills and just exceeds a block.
    for (std::size_t const size : {1U, 62U, 63U, 64U, 65U, 200U}) {
        std::string const secret(size, 's');
        slb::signer<openssl> const signer(slb::credentials("testid", secret));
        BOOST_TEST_REQUIRE(text(signer.status()) == "no error");
        BOOST_TEST(hmac_hex(signer.sha1_key(), "text") == reference_hmac(EVP_sha1(), secret + "&", "text"));
        BOOST_TEST(hmac_hex(signer.sha256_key(), "text") == reference_hmac(EVP_sha256(), secret, "text"));
    }
}

BOOST_AUTO_TEST_CASE(a_signer_keeps_its_own_copy_of_id_and_token) {
    std::string id = "testid";
    std::string secret = "testsecret";
    std::string token = "CAIS+token";
    slb::signer<openssl> const signer(slb::credentials(id, secret, token));
    for (std::string* given : {&id, &secret, &token}) given->assign(given->size(), 'x');
    BOOST_TEST(signer.access_key_id() == "testid");
    BOOST_TEST(signer.security_token() == "CAIS+token");
    BOOST_TEST(hmac_hex(signer.sha256_key(), "t") == reference_hmac(EVP_sha256(), "testsecret", "t"));
}

BOOST_AUTO_TEST_CASE(a_signer_remembers_what_is_wrong_with_its_credentials) {
    using signer = slb::signer<openssl>;
    BOOST_TEST(text(signer(slb::credentials("", "")).status()) ==
               "not sent: access key id and access key secret must be given");
    BOOST_TEST(text(signer(slb::credentials("id", "")).status()) ==
               "not sent: access key secret must be given");
    BOOST_TEST(text(signer(slb::credentials("i\nd", "secret")).status()) ==
               "not sent: access key id must be printable ASCII without space or comma; look for a space or "
               "a line break copied along");
    signer const refused(slb::credentials("id", "se cret", "token"));
    BOOST_TEST((refused.status() == errc::credentials_malformed));
    BOOST_TEST(refused.access_key_id().empty());
    BOOST_TEST(refused.security_token().empty());
}

BOOST_AUTO_TEST_CASE(a_signer_without_memory_says_so) {
    inspector by;
    by.has_memory = false;
    slb::signer<openssl, inspected_allocator> const poor(slb::credentials("id", "secret"),
                                                         inspected_allocator(by));
    BOOST_TEST(text(poor.status()) == "not sent: the allocator has no memory left");
    using throwing_signer = slb::signer<openssl, throwing_allocator>;
    BOOST_CHECK_THROW(throwing_signer(slb::credentials("id", "secret"), throwing_allocator()),
                      std::bad_alloc);
}

BOOST_AUTO_TEST_CASE(a_signer_says_when_its_crypto_library_fails) {
    slb::credentials const key("id", "secret");
    BOOST_TEST((slb::signer<archetype>(key).status() == errc::none));
    BOOST_TEST((slb::signer<cannot_prepare_sha1>(key).status() == errc::crypto_failed));
    BOOST_TEST((slb::signer<cannot_prepare_sha256>(key).status() == errc::crypto_failed));
}

BOOST_AUTO_TEST_CASE(every_stage_says_when_its_crypto_library_fails) {
    char out[100];
    keys::hmac_sha1_key const sha1;
    keys::hmac_sha256_key const sha256;
    BOOST_TEST(!slb::hmac_sha1::signature<cannot_hash>(out, sha1, "text"));
    BOOST_TEST(!slb::acs3::signature<cannot_hash>(out, sha256, "text"));
    BOOST_TEST(!slb::acs3::string_to_sign<cannot_hash>(out, "text"));
    BOOST_TEST(!slb::acs3::payload_hash<cannot_hash>(out, "text"));
    // The hash of nothing is known.
    BOOST_TEST(slb::acs3::payload_hash<cannot_hash>(out, ""));
}

BOOST_AUTO_TEST_CASE(the_secret_is_gone_when_the_signer_is_made_and_all_is_wiped_when_it_dies) {
    inspector by;
    {
        slb::signer<openssl, inspected_allocator> const signer(
            slb::credentials("testid", "testsecret", "token"), inspected_allocator(by));
        BOOST_TEST_REQUIRE(text(signer.status()) == "no error");
        BOOST_TEST(by.live == 1);
        // Behind id and token, the secret and its ampersand have been there.
        BOOST_TEST(by.lent() == "testidtoken" + std::string(11, '\0'));
    }
    BOOST_TEST(by.live == 0);
    BOOST_TEST(by.came_back_wiped);
}

BOOST_AUTO_TEST_CASE(prepared_keys_are_wiped_by_their_destructor) {
    using signer = slb::signer<openssl>;
    alignas(signer) unsigned char memory[sizeof(signer)];
    auto* const made = ::new (static_cast<void*>(memory)) signer(slb::credentials("testid", "testsecret"));
    unsigned char const volatile* const key = reinterpret_cast<unsigned char const*>(&made->sha256_key());
    auto const set_bytes = [&] {
        std::size_t count = 0;
        for (std::size_t i = 0; i != sizeof(openssl::hmac_sha256_key); ++i) count += key[i] != 0 ? 1U : 0U;
        return count;
    };
    BOOST_TEST(set_bytes() > 32U);
    made->~signer();
    BOOST_TEST(set_bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(a_signer_is_neither_copied_nor_moved) {
    using signer = slb::signer<openssl>;
    static_assert(!std::is_copy_constructible_v<signer> && !std::is_move_constructible_v<signer>);
    static_assert(!std::is_copy_assignable_v<signer> && !std::is_move_assignable_v<signer>);
    static_assert(!std::is_copy_constructible_v<openssl::hmac_sha1_key>);
    static_assert(!std::is_copy_assignable_v<openssl::hmac_sha256_key>);
    BOOST_TEST((std::is_same_v<signer, slb::signer<openssl, slb::heap_allocator>>));
}

BOOST_AUTO_TEST_CASE(the_concept_of_a_crypto_library_takes_the_archetype_and_refuses_near_misses) {
    static_assert(slb::crypto<archetype>);
    static_assert(slb::crypto<openssl>);
    static_assert(slb::crypto<slb::default_crypto>);
    static_assert(!slb::crypto<without_keys>);
    static_assert(!slb::crypto<without_prepare>);
    static_assert(!slb::crypto<without_hmac>);
    static_assert(!slb::crypto<without_sha256>);
    static_assert(!slb::crypto<sha256_says_nothing>);
    static_assert(!slb::crypto<sha256_says_int>);
    static_assert(!slb::crypto<sha256_may_throw>);
    static_assert(!slb::crypto<sha256_of_20_bytes>);
    static_assert(!slb::crypto<prepares_one_key_only>);
    static_assert(!slb::crypto<prepare_says_int>);
    static_assert(!slb::crypto<hmac_changes_the_key>);
    static_assert(!slb::crypto<hmac_may_throw>);
    static_assert(!slb::crypto<keys_need_an_argument>);
    BOOST_TEST(!slb::crypto<int>);
}

BOOST_AUTO_TEST_SUITE_END()
