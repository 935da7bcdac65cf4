#include <slb/http_call.hpp>
#include <slb/openssl.hpp>
#include <slb/operations/describe_vserver_group_attribute.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(http_call)

namespace {

using slb::errc;
using slb::parameter_placement;
using slb::runtime;
using slb::signature_scheme;
using request = slb::modify_vserver_group_backend_servers;
using signer = slb::signer<slb::openssl_crypto>;
using response = slb::response<request>;

// The request of the documentation's example, at a fixed time with a fixed nonce, under both schemes, in both
// places, with and without a security token. All hashes and signatures come from an independent script
// (Python's hashlib and hmac, percent-encoding by urllib.parse.quote), none from this library.

constexpr std::int64_t now = 1795543533; // 2026-11-24T18:05:33Z
constexpr unsigned char random_bytes[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
constexpr std::string_view token = "CAIS+token/with=signs";

#define SEED_QUERY                                                                                           \
    "NewBackendServers=%5B%7B%22ServerId%22%3A%22vm-235%22%2C%22Port%22%3A%228080%22%2C%22Weight%22%3A%22"   \
    "100%22%7D%2C%7B%22ServerId%22%3A%22vm-236%22%2C%22Port%22%3A%2270%22%2C%22Weight%22%3A%22100%22%7D%5D&" \
    "OldBackendServers=%5B%7B%22ServerId%22%3A%22vm-233%22%2C%22Port%22%3A%2280%22%7D%2C%7B%22ServerId%22%3" \
    "A%22vm-232%22%2C%22Port%22%3A%2290%22%7D%5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p"

constexpr std::string_view acs3_query =
    "POST /?" SEED_QUERY " HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: ModifyVServerGroupBackendServers\r\n"
    "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
    "x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=9614ff33128e68631086b66f6921e9e862c5da46e41e8c58a864a0e9ef56eb05\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
constexpr std::string_view acs3_query_token =
    "POST /?" SEED_QUERY " HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: ModifyVServerGroupBackendServers\r\n"
    "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-security-token: CAIS+token/with=signs\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
    "x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,"
    "Signature=2ff5c2c0d5c6ceb258259101d80d6dd14cd464330fd2572307929bc8a799fadb\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
constexpr std::string_view acs3_form =
    "POST / HTTP/1.1\r\n"
    "content-type: application/x-www-form-urlencoded\r\n"
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: ModifyVServerGroupBackendServers\r\n"
    "x-acs-content-sha256: f79ed18c9b6be21bfee037a886422ff7f1995a610f9a523db64f053db612f26e\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;"
    "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=4dd3340bf3a73d802a212db7a24f8b67a666377c7d27dfa8eaefaea1ea82311c\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 398\r\n"
    "\r\n" SEED_QUERY;
constexpr std::string_view acs3_form_token =
    "POST / HTTP/1.1\r\n"
    "content-type: application/x-www-form-urlencoded\r\n"
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: ModifyVServerGroupBackendServers\r\n"
    "x-acs-content-sha256: f79ed18c9b6be21bfee037a886422ff7f1995a610f9a523db64f053db612f26e\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-security-token: CAIS+token/with=signs\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;x-acs-action;"
    "x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,"
    "Signature=065d8c2b3be7a060fac823c0011408455003b76dbfc6d51954bc26fe5c2ca9c1\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 398\r\n"
    "\r\n" SEED_QUERY;

constexpr std::string_view v1_query =
    "POST /?" SEED_QUERY "&AccessKeyId=testid&Action=ModifyVServerGroupBackendServers&Format=JSON"
    "&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
    "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
    "&Signature=mOGIrvb8%2B9S7irT1dbkxb0pGRp8%3D HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
constexpr std::string_view v1_query_token =
    "POST /?" SEED_QUERY "&AccessKeyId=testid&Action=ModifyVServerGroupBackendServers&Format=JSON"
    "&SecurityToken=CAIS%2Btoken%2Fwith%3Dsigns"
    "&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
    "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
    "&Signature=8t7JRndCKJEOaTX9uON4JnpOKlU%3D HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";
// Query and form are signed as one set: the signatures do not depend on the place.
constexpr std::string_view v1_form =
    "POST /?AccessKeyId=testid&Action=ModifyVServerGroupBackendServers&Format=JSON"
    "&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
    "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
    "&Signature=mOGIrvb8%2B9S7irT1dbkxb0pGRp8%3D HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "content-type: application/x-www-form-urlencoded\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 398\r\n"
    "\r\n" SEED_QUERY;
constexpr std::string_view v1_form_token =
    "POST /?AccessKeyId=testid&Action=ModifyVServerGroupBackendServers&Format=JSON"
    "&SecurityToken=CAIS%2Btoken%2Fwith%3Dsigns"
    "&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
    "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
    "&Signature=8t7JRndCKJEOaTX9uON4JnpOKlU%3D HTTP/1.1\r\n"
    "host: slb.aliyuncs.com\r\n"
    "content-type: application/x-www-form-urlencoded\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 398\r\n"
    "\r\n" SEED_QUERY;

#undef SEED_QUERY

struct golden_row {
    std::string_view name;
    signature_scheme scheme;
    parameter_placement placement;
    std::string_view security_token;
    std::string_view expected;
};
constexpr auto acs3 = signature_scheme::acs3_hmac_sha256;
constexpr auto v1 = signature_scheme::hmac_sha1;
constexpr golden_row golden[] = {
    {"acs3, query", acs3, parameter_placement::query, "", acs3_query},
    {"acs3, query, token", acs3, parameter_placement::query, token, acs3_query_token},
    {"acs3, form", acs3, parameter_placement::form, "", acs3_form},
    {"acs3, form, token", acs3, parameter_placement::form, token, acs3_form_token},
    {"acs3, automatic", acs3, parameter_placement::automatic, "", acs3_query},
    {"version 1, query", v1, parameter_placement::query, "", v1_query},
    {"version 1, query, token", v1, parameter_placement::query, token, v1_query_token},
    {"version 1, form", v1, parameter_placement::form, "", v1_form},
    {"version 1, form, token", v1, parameter_placement::form, token, v1_form_token},
    {"version 1, automatic", v1, parameter_placement::automatic, "", v1_query},
};

request seed() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                        {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}

slb::endpoint hangzhou() { return slb::endpoint::for_region("cn-hangzhou"); }
slb::nonce fixed_nonce() { return slb::nonce(random_bytes); }

/// Twenty pairs with Chinese descriptions of 80 characters: 18 kB of parameters.
struct twenty_pairs {
    twenty_pairs() {
        for (int i = 0; i != 80; ++i) description += "\xe6\x9c\x8d";
        for (int i = 0; i != 20; ++i) {
            old_ids[i] = "old-" + std::to_string(i);
            new_ids[i] = "new-" + std::to_string(i);
            whole.replace.push_back({.from = {runtime(old_ids[i]), 80},
                                     .to = {.server_id = runtime(new_ids[i]),
                                            .port = 8080,
                                            .weight = 100,
                                            .description = runtime(description)}});
        }
    }
    std::string description{};
    std::string old_ids[20]{};
    std::string new_ids[20]{};
    request whole{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
};

std::string text(slb::error const& shown) {
    std::string all;
    shown.write([&](std::string_view piece) { all += piece; });
    return all;
}

template <class Call>
bool all_parts_are_empty(Call const& call) {
    int headers = 0;
    call.for_each_header([&](std::string_view, std::string_view) { ++headers; });
    return call.bytes().empty() && call.target().empty() && call.header_lines().empty() && headers == 0 &&
           call.body().empty();
}

/// Memory that ends: `left` bytes in all at one time.
struct budget {
    std::size_t left = 0;
    int live = 0;
};
struct thrifty_allocator {
    using value_type = std::byte;
    explicit thrifty_allocator(budget& from) : from_(&from) {}
    std::byte* try_allocate(std::size_t size) noexcept {
        if (size > from_->left) return nullptr;
        from_->left -= size;
        ++from_->live;
        return new std::byte[size];
    }
    std::byte* allocate(std::size_t size) { return try_allocate(size); }
    void deallocate(std::byte* bytes, std::size_t size) {
        from_->left += size;
        --from_->live;
        delete[] bytes;
    }
    budget* from_;
};
struct throwing_allocator : private thrifty_allocator {
    using value_type = std::byte;
    explicit throwing_allocator(budget& from) : thrifty_allocator(from) {}
    std::byte* allocate(std::size_t size) {
        std::byte* const bytes = thrifty_allocator::allocate(size);
        if (bytes == nullptr) throw std::bad_alloc();
        return bytes;
    }
    using thrifty_allocator::deallocate;
};

/// A crypto library that stops working after so many calls.
struct tired_crypto {
    using hmac_sha1_key = slb::openssl_crypto::hmac_sha1_key;
    using hmac_sha256_key = slb::openssl_crypto::hmac_sha256_key;
    static inline int calls_left = 0;
    static bool prepare(hmac_sha1_key& key, std::string_view secret) noexcept {
        return slb::openssl_crypto::prepare(key, secret);
    }
    static bool prepare(hmac_sha256_key& key, std::string_view secret) noexcept {
        return slb::openssl_crypto::prepare(key, secret);
    }
    static bool hmac(hmac_sha1_key const& key, std::string_view signed_text,
                     std::span<unsigned char, 20> out) noexcept {
        return calls_left-- > 0 && slb::openssl_crypto::hmac(key, signed_text, out);
    }
    static bool hmac(hmac_sha256_key const& key, std::string_view signed_text,
                     std::span<unsigned char, 32> out) noexcept {
        return calls_left-- > 0 && slb::openssl_crypto::hmac(key, signed_text, out);
    }
    static bool sha256(std::string_view hashed, std::span<unsigned char, 32> out) noexcept {
        return calls_left-- > 0 && slb::openssl_crypto::sha256(hashed, out);
    }
};

response received(int status, std::string_view header_lines, std::string_view body) {
    slb::http_call<> const call(hangzhou());
    response answer;
    call.receive(status, header_lines, body, answer);
    return answer;
}

// The answers of the documentation.
constexpr std::string_view json_answer = R"({
	"ModifyVServerGroupBackendServersResponse":{
		"BackendServers":{
			"BackendServer":[
				{
					"ServerId":"vm-400",
					"Port":"80",
					"Weight":"100"
				},
				{
					"ServerId":"vm-401",
					"Port":"90",
					"Weight":"100"
				}
			]
		},
		"RequestId":"9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C",
		"VServerGroupId":"rsp-cige6j5e7p"
	}
})";
constexpr std::string_view xml_answer = R"(<ModifyVServerGroupBackendServers>
  <RequestId>9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C</RequestId>
  <VServerGroupId>rsp-cige6j5e7p</VServerGroupId>
  <BackendServers>
    <BackendServer>
      <ServerId>vm-400</ServerId>
      <Port>80</Port>
      <Weight>100</Weight>
    </BackendServer>
    <BackendServer>
      <ServerId>vm-401</ServerId>
      <Port>90</Port>
      <Weight>100</Weight>
    </BackendServer>
  </BackendServers>
</ModifyVServerGroupBackendServers>
)";

} // namespace

BOOST_AUTO_TEST_CASE(the_signed_request_is_this_to_the_byte) {
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        BOOST_TEST_CONTEXT(name) {
            signer const key(slb::credentials("testid", "testsecret", security_token));
            slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = placement});
            BOOST_TEST(static_cast<bool>(call.encode(seed())));
            BOOST_TEST(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            BOOST_TEST(call.bytes() == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_parts_of_a_message_are_parts_of_its_bytes) {
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        BOOST_TEST_CONTEXT(name) {
            signer const key(slb::credentials("testid", "testsecret", security_token));
            slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = placement});
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            BOOST_TEST(call.method() == "POST");
            BOOST_TEST(std::string(call.method()) + " " + std::string(call.target()) + " HTTP/1.1\r\n" +
                           std::string(call.header_lines()) + "\r\n" + std::string(call.body()) ==
                       expected);
            for (std::string_view part : {call.target(), call.header_lines(), call.body()}) {
                BOOST_TEST((part.data() >= call.bytes().data()));
                BOOST_TEST((part.data() + part.size() <= call.bytes().data() + call.bytes().size()));
            }
            BOOST_TEST(call.body().size() == (placement == parameter_placement::form ? 398U : 0U));
            std::string lines;
            call.for_each_header([&](std::string_view header, std::string_view value) {
                lines += std::string(header) + ": " + std::string(value) + "\r\n";
            });
            BOOST_TEST(lines == call.header_lines());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_request_with_nothing_to_replace_sends_neither_list) {
    signer const key(slb::credentials("testid", "testsecret"));
    request const nothing{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
    slb::http_call<> call(hangzhou());
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(nothing)));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
    BOOST_TEST(call.target() == "/?RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p");
    BOOST_TEST(call.header_lines().find(
                   "Signature=63be0d98f330eda96b264933b2c2cbc7725205045c961b5ed8b073a597982561\r\n") !=
               std::string_view::npos);
    slb::http_call<> older(hangzhou(), {.scheme = v1});
    BOOST_TEST_REQUIRE(static_cast<bool>(older.encode(nothing)));
    BOOST_TEST_REQUIRE(static_cast<bool>(older.sign(key, now, fixed_nonce())));
    BOOST_TEST(
        older.target() ==
        "/?RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p&AccessKeyId=testid"
        "&Action=ModifyVServerGroupBackendServers&Format=JSON&SignatureMethod=HMAC-SHA1"
        "&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0"
        "&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15&Signature=oKWc9egCtDqDt%2B80LH4f1ASPTkg%3D");
}

BOOST_AUTO_TEST_CASE(xml_is_asked_for_in_the_way_of_the_scheme) {
    signer const key(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(hangzhou(), {.format = slb::response_format::xml});
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
    // The header that asks is not signed.
    std::string expected(acs3_query);
    expected.replace(expected.find("application/json"), 16, "application/xml");
    BOOST_TEST(call.bytes() == expected);

    slb::http_call<> older(hangzhou(), {.scheme = v1, .format = slb::response_format::xml});
    BOOST_TEST_REQUIRE(static_cast<bool>(older.encode(seed())));
    BOOST_TEST_REQUIRE(static_cast<bool>(older.sign(key, now, fixed_nonce())));
    expected = v1_query;
    expected.replace(expected.find("Format=JSON"), 11, "Format=XML");
    expected.replace(expected.find("mOGIrvb8%2B9S7irT1dbkxb0pGRp8%3D"), 32, "DyXvnJXPbr0oQ8sA84cXV9msKMw%3D");
    BOOST_TEST(older.bytes() == expected);
}

BOOST_AUTO_TEST_CASE(the_host_is_signed_as_it_is_sent_with_brackets_and_port) {
    signer const key(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(slb::endpoint("::1", 8443));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
    BOOST_TEST(call.endpoint().host() == "::1");
    std::string expected(acs3_query);
    expected.replace(expected.find("slb.aliyuncs.com"), 16, "[::1]:8443");
    expected.replace(expected.find("9614ff33128e68631086b66f6921e9e862c5da46e41e8c58a864a0e9ef56eb05"), 64,
                     "31aa357fb995b590f410cfb0b48ac96259f77b33663b7856550b320dd14a5693");
    BOOST_TEST(call.bytes() == expected);
}

BOOST_AUTO_TEST_CASE(twenty_pairs_with_descriptions_go_to_the_form_and_the_target_stays_small) {
    signer const key(slb::credentials("testid", "testsecret"));
    twenty_pairs const pairs;
    slb::http_call<> call(hangzhou());
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(pairs.whole)));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
    BOOST_TEST(call.target() == "/");
    BOOST_TEST(call.body().size() == 18114U);
    BOOST_TEST(
        call.header_lines().find(
            "x-acs-content-sha256: 6c6063818525b75e5efef166347e35d466096a1fbc9442150549dc970fb485c6\r\n") !=
        std::string_view::npos);
    BOOST_TEST(call.header_lines().find(
                   "Signature=76bb06772742cc22d28edc9fe140eb3fab67b2883defe01243493a1583427c47\r\n") !=
               std::string_view::npos);
    BOOST_TEST(call.header_lines().find("content-length: 18114\r\n") != std::string_view::npos);

    slb::http_call<> older(hangzhou(), {.scheme = v1});
    BOOST_TEST_REQUIRE(static_cast<bool>(older.encode(pairs.whole)));
    BOOST_TEST_REQUIRE(static_cast<bool>(older.sign(key, now, fixed_nonce())));
    BOOST_TEST(older.target() == "/?AccessKeyId=testid&Action=ModifyVServerGroupBackendServers&Format=JSON"
                                 "&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff"
                                 "&SignatureVersion=1.0&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15"
                                 "&Signature=uz8iFfJ2qU%2FXM0FZfrEcjjExzqk%3D");
    BOOST_TEST(older.body() == call.body());
}

BOOST_AUTO_TEST_CASE(a_target_that_is_chosen_automatically_stays_below_4_kb) {
    signer const key(slb::credentials("testid", "testsecret"));
    for (signature_scheme const scheme : {acs3, v1}) {
        // Pairs whose ids grow byte by byte, so that the target does too.
        std::string texts[20];
        request growing{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
        bool form_seen = false;
        std::size_t longest_target = 0;
        for (std::size_t size = 0; size != 20 * 100; ++size) {
            std::size_t const last = size / 100;
            texts[last] += 'a';
            growing.replace.clear();
            for (std::size_t i = 0; i <= last; ++i)
                growing.replace.push_back({.from = {runtime(texts[i]), runtime(2000 + i)},
                                           .to = {runtime(texts[i]), runtime(1000 + i)}});
            slb::http_call<> call(hangzhou(), {.scheme = scheme});
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(growing)));
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            bool const form = !call.body().empty();
            if (form_seen) BOOST_TEST_REQUIRE(form);
            form_seen = form;
            BOOST_TEST_REQUIRE(call.target().size() < 4096U);
            if (call.target().size() > longest_target) longest_target = call.target().size();
        }
        BOOST_TEST(form_seen);
        BOOST_TEST(longest_target > 3500U);
    }
}

BOOST_AUTO_TEST_CASE(the_query_is_used_beyond_4_kb_where_it_was_asked_for) {
    signer const key(slb::credentials("testid", "testsecret"));
    twenty_pairs const pairs;
    for (signature_scheme const scheme : {acs3, v1}) {
        slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = parameter_placement::query});
        BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(pairs.whole)));
        BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
        BOOST_TEST(call.body().empty());
        BOOST_TEST(call.target().size() > 18114U);
    }
}

BOOST_AUTO_TEST_CASE(nothing_can_be_signed_before_it_is_encoded) {
    signer const key(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(hangzhou());
    BOOST_TEST(all_parts_are_empty(call));
    BOOST_TEST(text(call.sign(key, now, fixed_nonce()).error()) ==
               "not sent: the machine was called out of order; call its members in the order that its "
               "comment gives");
    BOOST_TEST(all_parts_are_empty(call));
}

BOOST_AUTO_TEST_CASE(parts_are_empty_again_from_encode_to_sign) {
    signer const key(slb::credentials("testid", "testsecret"));
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        BOOST_TEST_CONTEXT(name) {
            slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = placement});
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
            BOOST_TEST(all_parts_are_empty(call));
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            BOOST_TEST(!all_parts_are_empty(call));
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
            BOOST_TEST(all_parts_are_empty(call));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_a_rule_cannot_be_signed) {
    signer const key(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(hangzhou());
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
    request broken = seed();
    broken.replace[1].to.port = runtime(70000);
    BOOST_TEST(text(call.encode(broken).error()) ==
               "not sent: NewBackendServers[1].Port must be between 1 and 65535, is 70000");
    BOOST_TEST((call.sign(key, now, fixed_nonce()).error() == errc::called_out_of_order));
    BOOST_TEST(all_parts_are_empty(call));
    BOOST_TEST(static_cast<bool>(call.encode(seed())));
    BOOST_TEST(static_cast<bool>(call.sign(key, now, fixed_nonce())));
    BOOST_TEST(call.bytes() == acs3_query);
}

BOOST_AUTO_TEST_CASE(a_malformed_endpoint_is_named) {
    slb::http_call<> call(slb::endpoint("user@slb.aliyuncs.com"));
    BOOST_TEST(text(call.encode(seed()).error()) ==
               "not sent: endpoint must be a host name or an address, and a port; give the name alone, "
               "without https:// and without a path");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_credentials_is_said_when_signing) {
    for (signature_scheme const scheme : {acs3, v1}) {
        slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = parameter_placement::form});
        BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
        BOOST_TEST_REQUIRE(static_cast<bool>(
            call.sign(signer(slb::credentials("testid", "testsecret")), now, fixed_nonce())));
        signer const bad(slb::credentials("", "testsecret"));
        BOOST_TEST(text(call.sign(bad, now, fixed_nonce()).error()) ==
                   "not sent: access key id must be given");
        // The message that another key has signed is gone.
        BOOST_TEST(all_parts_are_empty(call));
    }
}

BOOST_AUTO_TEST_CASE(every_attempt_is_signed_anew) {
    signer const key(slb::credentials("testid", "testsecret"));
    unsigned char const other_bytes[16] = {1};
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        if (!security_token.empty()) continue;
        BOOST_TEST_CONTEXT(name) {
            slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = placement});
            {
                // Nothing of the caller's strings is needed after encode.
                std::string id = "vm-235";
                request short_lived = seed();
                short_lived.replace[0].to.server_id = runtime(id);
                BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(short_lived)));
                id.assign("xxxxxx");
            }
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now + 1, slb::nonce(other_bytes))));
            std::string const first(call.bytes());
            BOOST_TEST(first.find("01000000000000000000000000000000") != first.npos);
            BOOST_TEST(first != expected);
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            BOOST_TEST(call.bytes() == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_crypto_library_that_fails_leaves_no_message) {
    slb::signer<tired_crypto> const key(slb::credentials("testid", "testsecret"));
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        if (!security_token.empty()) continue;
        BOOST_TEST_CONTEXT(name) {
            // ACS3 hashes the body, where there is one, and the canonical request, then signs.
            int const needed = scheme == v1 ? 1 : placement == parameter_placement::form ? 3 : 2;
            slb::http_call<> call(hangzhou(), {.scheme = scheme, .placement = placement});
            BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
            tired_crypto::calls_left = 100;
            BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            for (int calls = 0; calls != needed; ++calls) {
                tired_crypto::calls_left = calls;
                auto const failed = call.sign(key, now, fixed_nonce());
                BOOST_TEST((failed.error() == errc::crypto_failed));
                BOOST_TEST(all_parts_are_empty(call));
            }
            tired_crypto::calls_left = needed;
            BOOST_TEST(static_cast<bool>(call.sign(key, now, fixed_nonce())));
            BOOST_TEST(call.bytes() == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_amount_of_memory_gives_a_message_or_says_out_of_memory) {
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        signer const key(slb::credentials("testid", "testsecret", security_token));
        BOOST_TEST_CONTEXT(name) {
            bool done = false;
            int encoded_only = 0;
            budget memory;
            for (std::size_t size = 0; !done; ++size) {
                BOOST_TEST_REQUIRE(size < 10000U);
                memory.left = size;
                slb::http_call<thrifty_allocator> call(hangzhou(), {.scheme = scheme, .placement = placement},
                                                       thrifty_allocator(memory));
                auto const encoded = call.encode(seed());
                if (!encoded) {
                    BOOST_TEST_REQUIRE((encoded.error() == errc::out_of_memory));
                    BOOST_TEST_REQUIRE(
                        (call.sign(key, now, fixed_nonce()).error() == errc::called_out_of_order));
                    continue;
                }
                auto const made = call.sign(key, now, fixed_nonce());
                done = static_cast<bool>(made);
                if (!made) {
                    ++encoded_only;
                    BOOST_TEST_REQUIRE((made.error() == errc::out_of_memory));
                    BOOST_TEST_REQUIRE(all_parts_are_empty(call));
                    // With memory back, the same object goes on.
                    memory.left += 10000;
                    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
                }
                BOOST_TEST_REQUIRE(call.bytes() == expected);
            }
            BOOST_TEST(encoded_only > 0);
            BOOST_TEST(memory.live == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_allocator_that_throws_leaves_the_call_usable) {
    for (auto const& [name, scheme, placement, security_token, expected] : golden) {
        signer const key(slb::credentials("testid", "testsecret", security_token));
        BOOST_TEST_CONTEXT(name) {
            budget memory;
            for (std::size_t size = 0; size < 6000; size += 97) {
                memory.left = size;
                slb::http_call<throwing_allocator> call(
                    hangzhou(), {.scheme = scheme, .placement = placement}, throwing_allocator(memory));
                try {
                    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
                    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
                } catch (std::bad_alloc const&) {
                    BOOST_TEST_REQUIRE(all_parts_are_empty(call));
                    memory.left += 10000;
                    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
                    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
                }
                BOOST_TEST_REQUIRE(call.bytes() == expected);
            }
            BOOST_TEST(memory.live == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_signed_before_needs_no_more_memory) {
    signer const key(slb::credentials("testid", "testsecret"));
    budget memory{.left = 100000};
    slb::http_call<thrifty_allocator> call(hangzhou(), {}, thrifty_allocator(memory));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.encode(seed())));
    BOOST_TEST_REQUIRE(static_cast<bool>(call.sign(key, now, fixed_nonce())));
    memory.left = 0;
    for (int time = 0; time != 3; ++time) {
        BOOST_TEST(static_cast<bool>(call.encode(seed())));
        BOOST_TEST(static_cast<bool>(call.sign(key, now, fixed_nonce())));
        BOOST_TEST(call.bytes() == acs3_query);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_in_json_or_xml_becomes_the_response) {
    for (std::string_view answer : {json_answer, xml_answer}) {
        response const got = received(200, "", answer);
        BOOST_TEST_REQUIRE(static_cast<bool>(got), text(got.error()));
        BOOST_TEST(text(got.error()) == "no error");
        BOOST_TEST(got->request_id == "9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C");
        BOOST_TEST(got->vserver_group_id == "rsp-cige6j5e7p");
        BOOST_TEST_REQUIRE(got->backend_servers.size() == 2U);
        slb::backend_server_view const first{.server_id = "vm-400", .port = 80, .weight = 100};
        slb::backend_server_view const second{.server_id = "vm-401", .port = 90, .weight = 100};
        BOOST_TEST((got->backend_servers[0] == first));
        BOOST_TEST((got->backend_servers[1] == second));
    }
}

BOOST_AUTO_TEST_CASE(an_answer_is_copied_and_may_go) {
    slb::http_call<> const call(hangzhou());
    response answer;
    std::string body(json_answer);
    call.receive(200, "", body, answer);
    body.assign(body.size(), 'x');
    BOOST_TEST_REQUIRE(static_cast<bool>(answer));
    BOOST_TEST(answer->backend_servers[1].server_id == "vm-401");
    // A response can be used again.
    call.receive(500, "", "", answer);
    BOOST_TEST(!answer);
    call.receive(200, "", xml_answer, answer);
    BOOST_TEST_REQUIRE(static_cast<bool>(answer));
    BOOST_TEST(answer->backend_servers[0].server_id == "vm-400");
}

BOOST_AUTO_TEST_CASE(a_refusal_or_a_page_becomes_an_error) {
    struct row {
        int status;
        std::string_view header_lines;
        std::string_view body;
        std::string_view expected;
    };
    row const rows[] = {
        {400, "",
         R"({"RequestId":"365F4154","HostId":"slb.aliyuncs.com","Code":"InvalidParameter","Message":"No such."})",
         "rejected: the service answered with an error: InvalidParameter: No such. (HTTP 400, request id "
         "365F4154); change the request before sending it again"},
        {400, "", R"({"RequestId":"365F4154","Code":"VServerGroupProcessing","Message":"Wait."})",
         "rejected: the service answered with an error: VServerGroupProcessing: Wait. (HTTP 400, request id "
         "365F4154); "
         "retry after 3000 ms; send the changes of a group one after another"},
        {503, "retry-after: 7\r\n", R"({"RequestId":"1","Code":"ServiceUnavailable","Message":"Later."})",
         "maybe applied: the service answered with an error: ServiceUnavailable: Later. (HTTP 503, request "
         "id "
         "1); read the group back before sending it again"},
        {403, "date: x\r\n",
         "<Error><RequestId>2</RequestId><Code>SignatureDoesNotMatch</Code><Message>a &lt; "
         "b</Message></Error>",
         "rejected: the service answered with an error: SignatureDoesNotMatch: a < b (HTTP 403, request id "
         "2); check that the secret is that of the access key id"},
        {400, "", R"({"RequestId":"3","Code":"SignatureNonceUsed","Message":"Twice."})",
         "maybe applied: the service answered with an error: SignatureNonceUsed: Twice. (HTTP 400, request "
         "id 3); read the group back before sending it again; draw a new nonce for each attempt"},
        {500, "", R"({"RequestId":"4","Code":"InternalError","Message":"Sorry."})",
         "maybe applied: the service answered with an error: InternalError: Sorry. (HTTP 500, request id 4); "
         "read the group back before sending it again"},
        {403, "", "<html><body>Blocked</body></html>",
         "rejected: the response is not the API's; a proxy may have sent it (HTTP 403); check that the "
         "endpoint is that of the service"},
        {502, "", "<!DOCTYPE html>\n<html></html>",
         "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 502); read the group "
         "back before sending it again; check that the endpoint is that of the service"},
        {200, "", "<HTML>Welcome to the hotel</HTML>",
         "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 200); read the group "
         "back before sending it again; check that the endpoint is that of the service"},
        {302, "location: http://login\r\n", "",
         "rejected: the response is not the API's; a proxy may have sent it (HTTP 302); check that the "
         "endpoint is that of the service"},
        {504, "", "upstream timed out",
         "maybe applied: the response is not the API's; a proxy may have sent it (HTTP 504); read the group "
         "back before sending it again; check that the endpoint is that of the service"},
        {200, "", R"({"RequestId":"5","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)",
         "applied: the body of the response is not well-formed (HTTP 200); do not send it again"},
    };
    for (auto const& [status, header_lines, body, expected] : rows) {
        response const got = received(status, header_lines, body);
        BOOST_TEST(!got);
        BOOST_TEST(text(got.error()) == expected);
        BOOST_TEST(got.error().http_status() == status);
    }
}

BOOST_AUTO_TEST_CASE(a_message_without_an_answer_says_how_far_it_came) {
    slb::http_call<> call(hangzhou());
    BOOST_REQUIRE(call.encode(seed()));
    response answer;
    call.failed(slb::errc::timed_out, answer);
    BOOST_TEST(text(answer.error()) ==
               "maybe applied: the deadline passed; read the group back before sending it again; check the "
               "network, or allow more time in call_options");
    call.not_connected(slb::errc::certificate_refused, answer);
    BOOST_TEST(text(answer.error()) ==
               "not sent: the server's certificate was refused; check the CA file, and that the certificate "
               "is for this host name");
    // A call that only reads may be sent again.
    slb::describe_vserver_group_attribute const reading{.region_id = "cn-hangzhou",
                                                        .vserver_group_id = "rsp-1"};
    BOOST_REQUIRE(call.encode(reading));
    slb::response<slb::describe_vserver_group_attribute> read;
    call.failed(slb::errc::connection_reset, read);
    BOOST_TEST(read.error().retryable());
}

BOOST_AUTO_TEST_CASE(an_answer_without_memory_for_it_may_have_been_applied) {
    std::size_t size = 0;
    for (bool done = false; !done; ++size) {
        BOOST_TEST_REQUIRE(size < 100000U);
        budget memory{.left = size};
        {
            slb::http_call<thrifty_allocator> const call(hangzhou(), {}, thrifty_allocator(memory));
            slb::response<request, thrifty_allocator> answer{thrifty_allocator(memory)};
            call.receive(200, "", json_answer, answer);
            done = static_cast<bool>(answer);
            if (!done)
                BOOST_TEST_REQUIRE(text(answer.error()) ==
                                   "maybe applied: the allocator has no memory left (HTTP 200); read the "
                                   "group back before sending it again");
            else
                BOOST_TEST(answer->backend_servers.size() == 2U);
        }
        BOOST_TEST_REQUIRE(memory.live == 0);
    }
    BOOST_TEST(size > json_answer.size());
}

BOOST_AUTO_TEST_SUITE_END()
