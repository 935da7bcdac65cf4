#include "support/allocators.hpp"
#include "support/own_crypto.hpp"
#include "support/print.hpp"

#include <slb/client.hpp>
#include <slb/emulator.hpp>
#include <slb/explain.hpp>
#include <slb/openssl.hpp>
#include <slb/operations.hpp>
#include <slb/raw_operation.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// An operation that is not the library's, whose description has another order than its struct.
namespace explain_elsewhere {
struct move_servers {
    slb::list<slb::tag, 3> labels{};
    slb::maybe<slb::flag> at_once{};
    slb::region_id region;
};
constexpr auto describe(slb::type<move_servers>) {
    return slb::operation<move_servers, slb::changed_vserver_group>(
        "MoveServers", slb::field("RegionId", &move_servers::region),
        slb::numbered("Label", &move_servers::labels), slb::field("AtOnce", &move_servers::at_once));
}
} // namespace explain_elsewhere

namespace slb::inline v0_1 {
/// So that a failed assertion says what it saw.
std::ostream& operator<<(std::ostream& out, refusal_cause cause) { return out << message(cause); }
} // namespace slb::inline v0_1

BOOST_AUTO_TEST_SUITE(explain)

namespace {

using slb::errc;
using slb::parameter_placement;
using slb::refusal_cause;
using slb::runtime;
using slb::signature_scheme;

constexpr auto acs3 = signature_scheme::acs3_hmac_sha256;
constexpr auto v1 = signature_scheme::hmac_sha1;
constexpr std::int64_t now = 1795543533; // 2026-11-24T18:05:33Z
constexpr unsigned char random_bytes[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
constexpr std::string_view token = "CAIS+token/with=signs";

/// The documentation's example.
slb::modify_vserver_group_backend_servers seed() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                        {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}
slb::explain_options at_fixed_time(slb::call_options const& call = {}) {
    return {.call = call, .unix_seconds = now, .nonce = slb::nonce(random_bytes)};
}

template <class Shown>
std::string text_of(Shown const& shown) {
    std::ostringstream out;
    out << shown;
    return out.str();
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
    std::size_t const at = text.find(from);
    BOOST_TEST_REQUIRE(at != text.npos, from << " is not in " << text);
    return text.replace(at, from.size(), to);
}
std::string encoded(std::string_view text) {
    std::string out(3 * text.size(), '\0');
    out.resize(static_cast<std::size_t>(slb::percent_encode(out.data(), text) - out.data()));
    return out;
}
bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// The documentation's example at a fixed time: the texts come from an independent script (Python's hashlib
// and hmac, percent-encoding by urllib.parse.quote), as do the signatures, which are those of the suite
// http_call.

constexpr std::string_view seed_query =
    "NewBackendServers=%5B%7B%22ServerId%22%3A%22vm-235%22%2C%22Port%22%3A%228080%22%2C%22Weight%22%3A%22"
    "100%22%7D%2C%7B%22ServerId%22%3A%22vm-236%22%2C%22Port%22%3A%2270%22%2C%22Weight%22%3A%22100%22%7D%5D&"
    "OldBackendServers=%5B%7B%22ServerId%22%3A%22vm-233%22%2C%22Port%22%3A%2280%22%7D%2C%7B%22ServerId%22%3"
    "A%22vm-232%22%2C%22Port%22%3A%2290%22%7D%5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p";

constexpr std::string_view seed_string_to_sign =
    "POST&%2F&AccessKeyId%3D$ALIBABA_CLOUD_ACCESS_KEY_ID%26Action%3DModifyVServerGroupBackendServers%26Format"
    "%3DJSON%26NewBackendServers%3D%255B%257B%2522ServerId%2522%253A%2522vm-235%2522%252C%2522Port%2522%253A"
    "%25228080%2522%252C%2522Weight%2522%253A%2522100%2522%257D%252C%257B%2522ServerId%2522%253A%2522vm-236"
    "%2522%252C%2522Port%2522%253A%252270%2522%252C%2522Weight%2522%253A%2522100%2522%257D%255D%26OldBackend"
    "Servers%3D%255B%257B%2522ServerId%2522%253A%2522vm-233%2522%252C%2522Port%2522%253A%252280%2522%257D%"
    "252C"
    "%257B%2522ServerId%2522%253A%2522vm-232%2522%252C%2522Port%2522%253A%252290%2522%257D%255D%26RegionId%3D"
    "cn-hangzhou%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D00112233445566778899aabbccddeeff%"
    "26Signature"
    "Version%3D1.0%26Timestamp%3D2026-11-24T18%253A05%253A33Z%26VServerGroupId%3Drsp-cige6j5e7p%26Version%3D"
    "2014-05-15";

constexpr std::string_view canonical_headers =
    "host:slb.aliyuncs.com\n"
    "x-acs-action:ModifyVServerGroupBackendServers\n"
    "x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
    "x-acs-date:2026-11-24T18:05:33Z\n"
    "x-acs-signature-nonce:00112233445566778899aabbccddeeff\n"
    "x-acs-version:2014-05-15\n"
    "\n"
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version\n"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

constexpr std::string_view headers_behind_target =
    "host: slb.aliyuncs.com\r\n"
    "x-acs-action: ModifyVServerGroupBackendServers\r\n"
    "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
    "x-acs-date: 2026-11-24T18:05:33Z\r\n"
    "x-acs-signature-nonce: 00112233445566778899aabbccddeeff\r\n"
    "x-acs-version: 2014-05-15\r\n"
    "authorization: ACS3-HMAC-SHA256 Credential=$ALIBABA_CLOUD_ACCESS_KEY_ID,SignedHeaders=host;x-acs-action;"
    "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=$SIGNATURE\r\n"
    "accept: application/json\r\n"
    "accept-encoding: identity\r\n"
    "user-agent: slb/0.1.0\r\n"
    "content-length: 0\r\n"
    "\r\n";

std::string openssl_hmac_sha1(std::string_view key_text, std::string_view text) {
    slb::openssl_crypto::hmac_sha1_key key;
    char out[slb::hmac_sha1::signature_size];
    BOOST_TEST_REQUIRE(slb::openssl_crypto::prepare(key, key_text));
    BOOST_TEST_REQUIRE(slb::hmac_sha1::signature<slb::openssl_crypto>(out, key, text));
    return {out, sizeof out};
}
std::string openssl_hmac_sha256(std::string_view key_text, std::string_view text) {
    slb::openssl_crypto::hmac_sha256_key key;
    char out[slb::acs3::signature_size];
    BOOST_TEST_REQUIRE(slb::openssl_crypto::prepare(key, key_text));
    BOOST_TEST_REQUIRE(slb::acs3::signature<slb::openssl_crypto>(out, key, text));
    return {out, sizeof out};
}

} // namespace

BOOST_AUTO_TEST_CASE(the_texts_of_a_request_are_these_to_the_byte) {
    auto const shown = slb::explain(seed(), at_fixed_time());
    BOOST_TEST(shown.error().code() == errc::none);
    BOOST_TEST(shown.source() == R"(slb::modify_vserver_group_backend_servers{
    .region_id = "cn-hangzhou",
    .vserver_group_id = "rsp-cige6j5e7p",
    .replace = {
        {.from = {.server_id = "vm-233", .port = 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
        {.from = {.server_id = "vm-232", .port = 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}})");
    BOOST_TEST(shown.canonical_query() == seed_query);
    BOOST_TEST(shown.hmac_sha1_string_to_sign() == seed_string_to_sign);
    BOOST_TEST(shown.acs3_canonical_request() ==
               "POST\n/\n" + std::string(seed_query) + "\n" + std::string(canonical_headers));
    BOOST_TEST(shown.acs3_string_to_sign() ==
               "ACS3-HMAC-SHA256\n91e68e8ea54438cd1b6ed4a1922fa2aad15a7ab1e0d8f048a6d743a7ac61ffaf");
    BOOST_TEST(shown.head() ==
               "POST /?" + std::string(seed_query) + " HTTP/1.1\r\n" + std::string(headers_behind_target));
    BOOST_TEST(shown.body() == "");
}

BOOST_AUTO_TEST_CASE(what_is_shown_is_what_a_call_sends_and_signs) {
    struct {
        slb::call_options call;
        std::string_view security_token;
        std::string_view signature;
    } const rows[] = {
        {{.scheme = acs3, .placement = parameter_placement::query},
         "",
         "9614ff33128e68631086b66f6921e9e862c5da46e41e8c58a864a0e9ef56eb05"},
        {{.scheme = acs3, .placement = parameter_placement::query},
         token,
         "2ff5c2c0d5c6ceb258259101d80d6dd14cd464330fd2572307929bc8a799fadb"},
        {{.scheme = acs3, .placement = parameter_placement::form},
         "",
         "4dd3340bf3a73d802a212db7a24f8b67a666377c7d27dfa8eaefaea1ea82311c"},
        {{.scheme = acs3, .placement = parameter_placement::form},
         token,
         "065d8c2b3be7a060fac823c0011408455003b76dbfc6d51954bc26fe5c2ca9c1"},
        {{.scheme = v1, .placement = parameter_placement::query}, "", "mOGIrvb8+9S7irT1dbkxb0pGRp8="},
        {{.scheme = v1, .placement = parameter_placement::query}, token, "8t7JRndCKJEOaTX9uON4JnpOKlU="},
        {{.scheme = v1, .placement = parameter_placement::form}, "", "mOGIrvb8+9S7irT1dbkxb0pGRp8="},
        {{.scheme = v1, .format = slb::response_format::xml, .placement = parameter_placement::form},
         token,
         "47iTq9vxRBeoLAwAHQxV7fw/ZCw="},
    };
    for (auto const& row : rows) {
        slb::credentials const access("testid", "testsecret", row.security_token);
        auto const shown = slb::explain(seed(), at_fixed_time(row.call), access);
        BOOST_TEST_REQUIRE(shown.error().code() == errc::none);
        auto const with_key = [&](std::string text, auto encode) {
            for (auto [placeholder, value] :
                 {std::pair{"$ALIBABA_CLOUD_ACCESS_KEY_ID", std::string_view("testid")},
                  std::pair{"$ALIBABA_CLOUD_SECURITY_TOKEN", row.security_token},
                  std::pair{"$SIGNATURE", row.signature}})
                if (holds(text, placeholder)) text = replaced(text, placeholder, encode(value));
            return text;
        };
        // The signature of what is shown is the documented one.
        bool const is_acs3 = row.call.scheme == acs3;
        if (is_acs3) {
            BOOST_TEST(openssl_hmac_sha256("testsecret", shown.acs3_string_to_sign()) == row.signature);
            std::string const canonical = with_key(std::string(shown.acs3_canonical_request()),
                                                   [](std::string_view value) { return std::string(value); });
            char text[slb::acs3::string_to_sign_size];
            BOOST_TEST(slb::acs3::string_to_sign<slb::openssl_crypto>(text, canonical));
            BOOST_TEST(shown.acs3_string_to_sign() == std::string_view(text, sizeof text));
        } else {
            std::string const to_sign =
                with_key(std::string(shown.hmac_sha1_string_to_sign()),
                         [](std::string_view value) { return encoded(encoded(value)); });
            BOOST_TEST(openssl_hmac_sha1("testsecret&", to_sign) == row.signature);
        }
        // The message is that of a call.
        slb::http_call call(slb::endpoint("slb.aliyuncs.com"), row.call);
        slb::signer<slb::openssl_crypto> const signer(access);
        BOOST_TEST(bool(call.encode(seed())));
        BOOST_TEST(bool(call.sign(signer, now, slb::nonce(random_bytes))));
        std::string const message =
            with_key(std::string(shown.head()),
                     [&](std::string_view value) { return is_acs3 ? std::string(value) : encoded(value); }) +
            std::string(shown.body());
        BOOST_TEST(message == call.bytes());
        // A signer says as much as credentials do.
        BOOST_TEST(text_of(slb::explain(seed(), at_fixed_time(row.call), signer)) == text_of(shown));
    }
}

BOOST_AUTO_TEST_CASE(what_is_left_out_has_documented_values) {
    auto const head = [](auto const& request, slb::explain_options const& how = {}) {
        return std::string(slb::explain(request, how).head());
    };
    std::string const plain = head(seed());
    BOOST_TEST(holds(plain, "\r\nhost: slb.aliyuncs.com\r\n"));
    BOOST_TEST(holds(plain, "\r\nx-acs-date: 1970-01-01T00:00:00Z\r\n"));
    BOOST_TEST(holds(plain, "\r\nx-acs-signature-nonce: 00000000000000000000000000000000\r\n"));
    BOOST_TEST(!holds(plain, "x-acs-security-token"));
    slb::delete_vserver_group const elsewhere{.region_id = "cn-chengdu", .vserver_group_id = "rsp-1"};
    BOOST_TEST(holds(head(elsewhere), "\r\nhost: slb.cn-chengdu.aliyuncs.com\r\n"));
    BOOST_TEST(holds(head(elsewhere, {.endpoint = slb::endpoint("127.0.0.1", 8080)}),
                     "\r\nhost: 127.0.0.1:8080\r\n"));
}

BOOST_AUTO_TEST_CASE(the_source_of_a_request_is_what_a_program_would_say) {
    BOOST_TEST(slb::explain(slb::create_vserver_group{.region_id = "cn-hangzhou",
                                                      .load_balancer_id = "lb-1",
                                                      .backend_servers = {{.server_id = "eni-1",
                                                                           .port = 80,
                                                                           .weight = 0,
                                                                           .type = "eni",
                                                                           .server_ip = "192.0.2.1",
                                                                           .description = "网-1"}},
                                                      .tags = {{"env", "a \"b\" \\c"}, {"none"}}})
                   .source() == R"(slb::create_vserver_group{
    .region_id = "cn-hangzhou",
    .load_balancer_id = "lb-1",
    .backend_servers = {
        {.server_id = "eni-1", .port = 80, .weight = 0, .type = "eni", .server_ip = "192.0.2.1", .description = "网-1"}},
    .tags = {
        {.key = "env", .value = "a \"b\" \\c"},
        {.key = "none"}}})");
    BOOST_TEST(slb::explain(slb::describe_vserver_groups{.region_id = "cn-hangzhou",
                                                         .load_balancer_id = "lb-1",
                                                         .include_listener = true,
                                                         .include_rule = false})
                   .source() == R"(slb::describe_vserver_groups{
    .region_id = "cn-hangzhou",
    .load_balancer_id = "lb-1",
    .include_listener = true,
    .include_rule = false})");
    // Another limit has no short name.
    BOOST_TEST(
        slb::explain(slb::basic_remove_vserver_group_backend_servers<40>{.region_id = "cn-hangzhou",
                                                                         .vserver_group_id = "rsp-1",
                                                                         .backend_servers = {{"vm-1", 80}}})
            .source() == R"(slb::basic_remove_vserver_group_backend_servers<40>{
    .region_id = "cn-hangzhou",
    .vserver_group_id = "rsp-1",
    .backend_servers = {
        {.server_id = "vm-1", .port = 80}}})");
}

BOOST_AUTO_TEST_CASE(an_operation_of_a_program_is_shown_in_the_order_of_its_struct) {
    auto const shown = slb::explain(
        explain_elsewhere::move_servers{.labels = {{"a"}}, .at_once = false, .region = "cn-hangzhou"});
    BOOST_TEST(shown.source() ==
               "explain_elsewhere::move_servers{\n    .labels = {\n        {.key = \"a\"}},\n"
               "    .at_once = false,\n    .region = \"cn-hangzhou\"}");
    BOOST_TEST(shown.canonical_query() == "AtOnce=false&Label.1.Key=a&RegionId=cn-hangzhou");
}

BOOST_AUTO_TEST_CASE(a_raw_operation_is_shown_as_one_with_a_type) {
    slb::raw_operation list{"DescribeLoadBalancers"};
    list.with("RegionId", "cn-chengdu").with("PageSize", 50).with("All", true).with("Least", INT64_MIN);
    std::string const nul("a\0b", 3);
    list.with("Name", runtime(nul)).with("Text", "a b?\?/");
    auto const shown = slb::explain(list);
    BOOST_TEST(shown.source() == R"(slb::raw_operation{"DescribeLoadBalancers"}
    .with("RegionId", "cn-chengdu")
    .with("PageSize", 50)
    .with("All", "true")
    .with("Least", INT64_MIN)
    .with("Name", slb::runtime(std::string_view("a\000b", 3)))
    .with("Text", "a b?\?/"))");
    BOOST_TEST(shown.canonical_query() ==
               "All=true&Least=-9223372036854775808&Name=a%00b&PageSize=50&RegionId=cn-chengdu"
               "&Text=a%20b%3F%3F%2F");
    BOOST_TEST(holds(shown.head(), "\r\nhost: slb.cn-chengdu.aliyuncs.com\r\n"));
    BOOST_TEST(holds(shown.head(), "\r\nx-acs-action: DescribeLoadBalancers\r\n"));
    slb::raw_operation wrong{"DescribeLoadBalancers"};
    wrong.with("A", 1).with("A", 2);
    BOOST_TEST(slb::explain(wrong).error().code() == errc::parameter_repeated);
}

BOOST_AUTO_TEST_CASE(what_cannot_stand_in_a_literal_is_escaped) {
    std::string const odd = std::string("\0\x1f\x7f\"\\", 5) + "1\xff\xc2\x85\xe7\xbd\x91?";
    auto const shown = slb::explain(slb::describe_vserver_groups{
        .region_id = "cn-hangzhou", .load_balancer_id = "lb-1", .tags = {{runtime(odd)}}});
    BOOST_TEST(holds(shown.source(),
                     R"({.key = slb::runtime(std::string_view("\000\037\177\"\\1\377\302\205网?", 13))})"));
}

BOOST_AUTO_TEST_CASE(a_request_that_is_not_in_order_says_why_and_has_its_source) {
    long const port = 70000;
    slb::add_vserver_group_backend_servers const wrong{.region_id = "cn-hangzhou",
                                                       .vserver_group_id = "rsp-1",
                                                       .backend_servers = {{"vm-1", runtime(port)}}};
    auto const shown = slb::explain(wrong);
    BOOST_TEST(shown.error().code() == errc::port_out_of_range);
    BOOST_TEST(text_of(shown) == R"(the request in C++
    slb::add_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-1",
        .backend_servers = {
            {.server_id = "vm-1", .port = slb::runtime(70000)}}}
not sent: BackendServers[0].Port must be between 1 and 65535, is 70000
)");
    for (std::string_view part :
         {shown.canonical_query(), shown.hmac_sha1_string_to_sign(), shown.acs3_canonical_request(),
          shown.acs3_string_to_sign(), shown.head(), shown.body(), shown.curl()})
        BOOST_TEST(part == "");
}

BOOST_AUTO_TEST_CASE(an_endpoint_or_a_key_that_is_not_in_order_is_named) {
    BOOST_TEST(holds(text_of(slb::explain(seed(), {.endpoint = slb::endpoint("no host")})),
                     "\nnot sent: endpoint must be a host name or an address, and a port"));
    slb::credentials const none("", "");
    slb::credentials const odd("an id", "secret");
    BOOST_TEST(holds(text_of(slb::explain(seed(), {}, none)),
                     "\nnot sent: access key id and access key secret must be given"));
    slb::signer<slb::openssl_crypto> const signer(odd);
    for (std::string const& text :
         {text_of(slb::explain(seed(), {}, odd)), text_of(slb::explain(seed(), {}, signer))})
        BOOST_TEST(holds(text, "\nnot sent: access key id must be printable ASCII without space or comma"));
}

BOOST_AUTO_TEST_CASE(all_of_it_is_written_for_people) {
    std::string const query = "RegionId=cn-hangzhou&VServerGroupId=rsp-1";
    BOOST_TEST(text_of(slb::explain(
                   slb::delete_vserver_group{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"},
                   at_fixed_time({.scheme = v1, .placement = parameter_placement::form}))) ==
               R"(the request in C++
    slb::delete_vserver_group{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-1"}
canonical query
    RegionId=cn-hangzhou&VServerGroupId=rsp-1
string to sign of signature 1.0
    POST&%2F&AccessKeyId%3D$ALIBABA_CLOUD_ACCESS_KEY_ID%26Action%3DDeleteVServerGroup%26Format%3DJSON%26RegionId%3Dcn-hangzhou%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D00112233445566778899aabbccddeeff%26SignatureVersion%3D1.0%26Timestamp%3D2026-11-24T18%253A05%253A33Z%26VServerGroupId%3Drsp-1%26Version%3D2014-05-15
canonical request of ACS3
    POST
    /

    content-type:application/x-www-form-urlencoded
    host:slb.aliyuncs.com
    x-acs-action:DeleteVServerGroup
    x-acs-content-sha256:dbd9b40fb3d88cff2adb4a9f8a562016d12c9cd7c4c0c5d6d8450a7dfbe53ac7
    x-acs-date:2026-11-24T18:05:33Z
    x-acs-signature-nonce:00112233445566778899aabbccddeeff
    x-acs-version:2014-05-15

    content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version
    dbd9b40fb3d88cff2adb4a9f8a562016d12c9cd7c4c0c5d6d8450a7dfbe53ac7
string to sign of ACS3
    ACS3-HMAC-SHA256
    a51e1f32c4bcd0fda7dd8563e77d33a82962ec663d1f1c38f26a753154619b1f
head of the message
    POST /?AccessKeyId=$ALIBABA_CLOUD_ACCESS_KEY_ID&Action=DeleteVServerGroup&Format=JSON&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15&Signature=$SIGNATURE HTTP/1.1
    host: slb.aliyuncs.com
    content-type: application/x-www-form-urlencoded
    accept-encoding: identity
    user-agent: slb/0.1.0
    content-length: 41
body of the message
    RegionId=cn-hangzhou&VServerGroupId=rsp-1
for a shell
    curl --http1.1 --request POST \
        --header 'accept:' \
        --header 'expect:' \
        --header 'content-type: application/x-www-form-urlencoded' \
        --header 'accept-encoding: identity' \
        --header 'user-agent: slb/0.1.0' \
        --data-raw 'RegionId=cn-hangzhou&VServerGroupId=rsp-1' \
        --url-query "AccessKeyId=$ALIBABA_CLOUD_ACCESS_KEY_ID" \
        --url-query "Signature=$SIGNATURE" \
        --url 'https://slb.aliyuncs.com/?Action=DeleteVServerGroup&Format=JSON&SignatureMethod=HMAC-SHA1&SignatureNonce=00112233445566778899aabbccddeeff&SignatureVersion=1.0&Timestamp=2026-11-24T18%3A05%3A33Z&Version=2014-05-15'
)");
}

BOOST_AUTO_TEST_CASE(a_word_of_a_shell_is_quoted) {
    auto const quoted = [](std::string_view word) {
        slb::detail::growing_text<slb::heap_allocator> out{slb::heap_allocator()};
        slb::detail::put_shell_word(out, word);
        return std::string(out.view());
    };
    BOOST_TEST(quoted("") == "''");
    BOOST_TEST(quoted("a b \"c\" `d` \\") == "'a b \"c\" `d` \\'");
    BOOST_TEST(quoted("it's") == "'it'\\''s'");
    BOOST_TEST(quoted("'") == "''\\'''");
    BOOST_TEST(quoted("x=$ID `a` \\ \"b\" it's") == "\"x=$ID \\`a\\` \\\\ \\\"b\\\" it's\"");
}

BOOST_AUTO_TEST_CASE(any_crypto_library_shows_the_same) {
    slb::explain_options const how = at_fixed_time({.placement = parameter_placement::form});
    BOOST_TEST(text_of(slb::explain<slb_test::own_crypto>(seed(), how)) ==
               text_of(slb::explain<slb::openssl_crypto>(seed(), how)));
}

BOOST_AUTO_TEST_CASE(an_explanation_can_be_moved) {
    auto shown = slb::explain(seed());
    std::string const before = text_of(shown);
    auto moved = std::move(shown);
    BOOST_TEST(text_of(moved) == before);
    // What it leaves behind is empty.
    for (std::string_view part : {shown.source(), shown.canonical_query(), shown.hmac_sha1_string_to_sign(),
                                  shown.acs3_canonical_request(), shown.acs3_string_to_sign(), shown.head(),
                                  shown.body(), shown.curl()})
        BOOST_TEST(part == "");
    BOOST_TEST(text_of(shown) == "");
    shown = std::move(moved);
    BOOST_TEST(text_of(shown) == before);
    BOOST_TEST(moved.head() == "");
}

namespace {

/// Explains with each allocation failing in turn, for good and once, until all succeed.
template <class Explain>
void fail_each_allocation(Explain explain) {
    for (bool persistent : {true, false}) {
        std::size_t failures = 0;
        for (std::size_t failing = 0;; ++failing) {
            slb_test::heap_log log;
            log.failing = failing;
            log.persistent = persistent;
            {
                auto const shown = explain(slb_test::null_allocator(log));
                text_of(shown);
                if (log.allocations <= failing) {
                    BOOST_TEST(shown.error().code() == errc::none);
                    break;
                }
                BOOST_TEST(shown.error().code() == errc::out_of_memory);
                ++failures;
            }
            BOOST_TEST(log.blocks() == 0U);
            BOOST_TEST(log.mistakes == 0U);
        }
        BOOST_TEST(failures > 5U);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(an_explanation_without_memory_says_so) {
    slb::credentials const access("testid", "testsecret", token);
    fail_each_allocation(
        [&](slb_test::null_allocator allocator) { return slb::explain(seed(), {}, access, allocator); });
    slb_test::heap_log log;
    log.failing = 1;
    BOOST_CHECK_THROW(static_cast<void>(slb::explain(seed(), {}, access, slb_test::throwing_allocator(log))),
                      std::bad_alloc);
    BOOST_TEST(log.blocks() == 0U);
}

// Refused signatures.

namespace {

/// A line to the emulator on which somebody changes what is sent.
class tampered_transport : public slb::emulator_transport {
  public:
    using change = std::function<std::string(std::string)>;

    tampered_transport(slb::emulator& served, change changed)
        : slb::emulator_transport(served), change_(std::move(changed)) {}
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        slb::result<std::size_t> const written =
            slb::emulator_transport::write(change_(std::string(bytes)), deadline);
        if (!written) return written.error();
        return bytes.size();
    }

  private:
    change change_;
};

tampered_transport::change putting(std::string from, std::string to) {
    return [=](std::string message) { return replaced(std::move(message), from, to); };
}
std::string unchanged(std::string message) { return message; }

/// With an id that needs encoding.
slb::modify_vserver_group_backend_servers encoded_id() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1+2",
            .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
}

/// The error of a call whose signature is refused, in memory of its own.
template <class Request>
class refused_call {
  public:
    refused_call(Request const& request, slb::call_options const& call, tampered_transport::change change,
                 slb::credentials const& access = slb::credentials("testid", "testsecret")) {
        slb::emulator served({.keys = {{.id = "testid", .secret = "testsecret"},
                                       {.id = "other", .secret = "another"},
                                       {.id = "STS.id", .secret = "testsecret", .token = std::string(token)}},
                              .unix_seconds = now});
        tampered_transport transport(served, std::move(change));
        slb::client client(transport, access, call);
        client.invoke(request, response_);
        BOOST_TEST_REQUIRE(response_.error().service() != nullptr, slb_test::text_of(response_.error()));
        BOOST_TEST(response_.error().service()->code == "SignatureDoesNotMatch");
    }
    [[nodiscard]] slb::error error() const { return response_.error(); }

  private:
    slb::response<Request> response_;
};

/// What the service said, by itself.
slb::error refusal(std::string_view code, std::string_view said) {
    return slb::error(errc::service_refused, slb::delivery::rejected)
        .with_service({.code = code, .message = said, .http_status = 400});
}
slb::error v1_refusal(std::string& said, std::string_view string_to_sign) {
    said = "Specified signature is not matched with our calculation. server string to sign is:" +
           std::string(string_to_sign);
    return refusal("SignatureDoesNotMatch", said);
}
slb::error acs3_refusal(std::string& said, std::string_view string_to_sign,
                        std::string_view canonical_request) {
    said = "Specified signature does not match our calculation. server StringToSign is [" +
           std::string(string_to_sign) + "] server CanonicalRequest is [" + std::string(canonical_request) +
           "]";
    return refusal("SignatureDoesNotMatch", said);
}
constexpr std::string_view some_hash =
    "ACS3-HMAC-SHA256\n91e68e8ea54438cd1b6ed4a1922fa2aad15a7ab1e0d8f048a6d743a7ac61ffaf";

} // namespace

BOOST_AUTO_TEST_CASE(a_wrong_secret_is_told_from_all_else) {
    slb::credentials const wrong("testid", "wrong");
    for (auto scheme : {acs3, v1})
        for (auto format : {slb::response_format::json, slb::response_format::xml})
            for (auto placement : {parameter_placement::query, parameter_placement::form}) {
                slb::call_options const call{.scheme = scheme, .format = format, .placement = placement};
                refused_call const refused(seed(), call, unchanged, wrong);
                auto const why = slb::explain(seed(), refused.error(), {.call = call}, wrong);
                BOOST_TEST(why.cause() == refusal_cause::same_text);
                BOOST_TEST(why.position() == std::string_view::npos);
                BOOST_TEST(
                    text_of(why) ==
                    "the service signed the same text: the secret is not that of the access key id; or "
                    "access "
                    "key id, token, time or nonce was changed on the way, which giving those of the call "
                    "would show\n");
            }
}

BOOST_AUTO_TEST_CASE(scheme_and_access_key_are_those_of_the_answer) {
    for (auto scheme : {acs3, v1})
        for (auto const& wrong :
             {slb::credentials("testid", "wrong"), slb::credentials("STS.id", "wrong", token)}) {
            refused_call const refused(seed(), {.scheme = scheme}, unchanged, wrong);
            BOOST_TEST(slb::explain(seed(), refused.error()).cause() == refusal_cause::same_text);
        }
    // One that cannot be a key's.
    std::string said;
    std::string const theirs =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "a%2520b");
    BOOST_TEST(slb::explain(seed(), v1_refusal(said, theirs)).cause() == refusal_cause::access_key_changed);
}

BOOST_AUTO_TEST_CASE(what_somebody_changes_on_the_way_is_named) {
    slb::call_options const acs3_call{.placement = parameter_placement::query};
    slb::call_options const acs3_form{.placement = parameter_placement::form};
    slb::call_options const v1_call{.scheme = v1};
    struct {
        slb::call_options call;
        tampered_transport::change change;
        refusal_cause cause;
        std::string_view name;
    } const rows[] = {
        {acs3_call, putting("Id=rsp-1", "Id=rsp-2"), refusal_cause::parameter_changed, "VServerGroupId"},
        {v1_call, putting("Id=rsp-1", "Id=rsp-2"), refusal_cause::parameter_changed, "VServerGroupId"},
        {acs3_call, putting("&RegionId=cn-hangzhou", ""), refusal_cause::parameter_missing, "RegionId"},
        {v1_call, putting("&RegionId=cn-hangzhou", ""), refusal_cause::parameter_missing, "RegionId"},
        {acs3_call, putting("&RegionId", "&Q=%3Csid%3E&RegionId"), refusal_cause::parameter_added, "Q"},
        {v1_call, putting("&RegionId", "&Q=%3Csid%3E&RegionId"), refusal_cause::parameter_added, "Q"},
        // The last one of all.
        {acs3_call, putting(" HTTP", "&Z=1 HTTP"), refusal_cause::parameter_added, "Z"},
        {v1_call, putting("&Version=2014-05-15", "&Version=2014-05-15&Z=1"), refusal_cause::parameter_added,
         "Z"},
        // A plus sign as HTML forms understand it, and a percent sign encoded again.
        {acs3_call, putting("1%2B2", "1+2"), refusal_cause::encoding_changed, "VServerGroupId"},
        {v1_call, putting("1%2B2", "1+2"), refusal_cause::encoding_changed, "VServerGroupId"},
        {acs3_call, putting("1%2B2", "1%252B2"), refusal_cause::encoding_changed, "VServerGroupId"},
        {v1_call, putting("1%2B2", "1%252B2"), refusal_cause::encoding_changed, "VServerGroupId"},
        {acs3_call, putting("host: slb.aliyuncs.com", "host: proxy.example"), refusal_cause::header_changed,
         "host"},
        {acs3_form, putting("urlencoded\r\n", "urlencoded; charset=UTF-8\r\n"), refusal_cause::header_changed,
         "content-type"},
        {acs3_form, putting("1%2B2", "1%2B3"), refusal_cause::body_changed, ""},
        {acs3_call, putting("POST", "GET"), refusal_cause::form_changed, ""},
        {v1_call, putting("POST", "GET"), refusal_cause::form_changed, ""},
        {v1_call, putting("Id=testid", "Id=other"), refusal_cause::access_key_changed, "AccessKeyId"},
        // A nonce that cannot be the library's.
        {acs3_call, putting("nonce: ", "nonce: x"), refusal_cause::nonce_changed, "x-acs-signature-nonce"},
    };
    for (auto const& row : rows) {
        refused_call const refused(encoded_id(), row.call, row.change);
        auto const why = slb::explain(encoded_id(), refused.error(), {.call = row.call},
                                      slb::credentials("testid", "testsecret"));
        BOOST_TEST_CONTEXT(text_of(why)) {
            BOOST_TEST(why.cause() == row.cause);
            BOOST_TEST(why.name() == row.name);
            BOOST_TEST(why.position() != std::string_view::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_changed_time_or_nonce_is_seen_when_that_of_the_call_is_given) {
    struct {
        slb::call_options call;
        tampered_transport::change change;
        refusal_cause cause;
        std::string_view name;
    } const rows[] = {
        {{.scheme = acs3}, putting("T18:05:33Z", "T18:05:34Z"), refusal_cause::time_changed, "x-acs-date"},
        {{.scheme = v1},
         putting("T18%3A05%3A33Z", "T18%3A05%3A34Z"),
         refusal_cause::time_changed,
         "Timestamp"},
    };
    for (auto const& row : rows) {
        refused_call const refused(seed(), row.call, row.change);
        BOOST_TEST(slb::explain(seed(), refused.error(), {.call = row.call}).cause() ==
                   refusal_cause::same_text);
        auto const why = slb::explain(seed(), refused.error(), {.call = row.call, .unix_seconds = now},
                                      slb::credentials("testid", "testsecret"));
        BOOST_TEST(why.cause() == row.cause);
        BOOST_TEST(why.name() == row.name);
        BOOST_TEST(why.ours().substr(0, 2) == "3Z");
        BOOST_TEST(why.theirs().substr(0, 2) == "4Z");
        auto const other =
            slb::explain(seed(), refused.error(), {.call = row.call, .nonce = slb::nonce(random_bytes)},
                         slb::credentials("testid", "testsecret"));
        BOOST_TEST(other.cause() == refusal_cause::nonce_changed);
    }
}

BOOST_AUTO_TEST_CASE(both_texts_are_shown_around_the_first_difference) {
    refused_call const refused(seed(), {.scheme = v1}, putting("rsp-cige", "rsp-dige"));
    BOOST_TEST(text_of(slb::explain(seed(), refused.error(), {}, slb::credentials("testid", "testsecret"))) ==
               R"(a parameter has another value: a proxy changes it, or another request was sent
    name:    VServerGroupId
the texts that were signed differ at byte 784
    in both: 8%253A05%253A33Z%26VServerGroupId%3Drsp-
    ours:    cige6j5e7p%26Version%3D2014-05-15
    theirs:  dige6j5e7p%26Version%3D2014-05-15
)");
    refused_call const routed(seed(), {}, putting("host: slb.aliyuncs.com", "host: slb.example"));
    BOOST_TEST(
        text_of(slb::explain(seed(), routed.error())) ==
        R"(a signed header has another value: a proxy changes it, as they do with Host and Content-Type, )"
        R"(or the call went to another endpoint
    name:    host
the texts that were signed differ at byte 415
    in both: &VServerGroupId=rsp-cige6j5e7p\nhost:slb.
    ours:    aliyuncs.com\nx-acs-action:ModifyVServerG
    theirs:  example\nx-acs-action:ModifyVServerGroupB
)");
}

BOOST_AUTO_TEST_CASE(what_is_taken_from_the_answer_may_have_been_changed_on_the_way) {
    std::string const doubt = "was changed on the way, which giving those of the call would show";
    slb::credentials const access("testid", "testsecret", token);
    slb::explain_options const all_given = at_fixed_time();
    for (auto scheme : {acs3, v1}) {
        bool const is_acs3 = scheme == acs3;
        // Somebody drops the token: this is seen when id and token are given, and else it is in doubt.
        auto const drop = [&](std::string message) {
            std::size_t const begin = message.find(is_acs3 ? "x-acs-security-token: " : "&SecurityToken=");
            BOOST_TEST_REQUIRE(begin != message.npos);
            std::size_t const end = is_acs3 ? message.find("\r\n", begin) + 2 : message.find('&', begin + 1);
            message.erase(begin, end - begin);
            return is_acs3 ? replaced(message, "x-acs-security-token;", "") : message;
        };
        refused_call const dropped(seed(), {.scheme = scheme}, drop, access);
        BOOST_TEST(slb::explain(seed(), dropped.error(), {}, access).cause() == refusal_cause::token_changed);
        auto const unsure = slb::explain(seed(), dropped.error());
        BOOST_TEST(unsure.cause() == refusal_cause::same_text);
        BOOST_TEST(holds(text_of(unsure), doubt));
        // Time and nonce given alone do not settle it.
        std::string said;
        slb::error const same =
            is_acs3
                ? acs3_refusal(said, some_hash,
                               "POST\n/\n" + std::string(seed_query) + "\n" + std::string(canonical_headers))
                : v1_refusal(said, replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID",
                                            "testid"));
        auto const by_time = slb::explain(seed(), same, all_given);
        BOOST_TEST(by_time.cause() == refusal_cause::same_text);
        BOOST_TEST(holds(text_of(by_time), doubt));
        auto const sure = slb::explain(seed(), same, all_given, slb::credentials("testid", "testsecret"));
        BOOST_TEST(sure.cause() == refusal_cause::same_text);
        BOOST_TEST(text_of(sure) ==
                   "the service signed the same text: the secret is not that of the access key id\n");
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_explained_can_be_moved) {
    std::string said;
    std::string const ours =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    auto why = slb::explain(seed(), v1_refusal(said, replaced(ours, "rsp-c", "rsp-d")));
    std::string const before = text_of(why);
    BOOST_TEST(holds(before, "VServerGroupId"));
    auto moved = std::move(why);
    BOOST_TEST(text_of(moved) == before);
    for (std::string_view part : {why.name(), why.common(), why.ours(), why.theirs()}) BOOST_TEST(part == "");
    why = std::move(moved);
    BOOST_TEST(text_of(why) == before);
    BOOST_TEST(moved.theirs() == "");
}

BOOST_AUTO_TEST_CASE(digits_of_escapes_may_be_in_lower_case) {
    std::string said;
    std::string const theirs =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    slb::credentials const access("testid", "testsecret");
    auto const cause = [&](std::string const& text) {
        return slb::explain(seed(), v1_refusal(said, text), {}, access).cause();
    };
    BOOST_TEST(cause(theirs) == refusal_cause::same_text);
    BOOST_TEST(cause(replaced(theirs, "&%2F&", "&%2f&")) == refusal_cause::encoding_changed);
    BOOST_TEST(cause(replaced(theirs, "%255B%257B", "%255b%257b")) == refusal_cause::encoding_changed);
    BOOST_TEST(cause(replaced(theirs, "Action%3D", "Action%3d")) == refusal_cause::encoding_changed);
    BOOST_TEST(cause(replaced(theirs, "18%253A05", "18:05")) == refusal_cause::encoding_changed);
    BOOST_TEST(cause(replaced(theirs, "&%2F&", "&%2Fapi&")) == refusal_cause::form_changed);
    // In another order.
    BOOST_TEST(cause(replaced(replaced(theirs, "%26RegionId%3Dcn-hangzhou", ""), "%26Version",
                              "%26RegionId%3Dcn-hangzhou%26Version")) == refusal_cause::form_changed);
}

BOOST_AUTO_TEST_CASE(headers_may_be_missing_added_or_listed_differently) {
    std::string const ours = "POST\n/\n" + std::string(seed_query) + "\n" + std::string(canonical_headers);
    std::string said;
    auto const explained = [&](std::string const& theirs) {
        return slb::explain(seed(), acs3_refusal(said, some_hash, theirs));
    };
    BOOST_TEST(explained(ours).cause() == refusal_cause::same_text);
    BOOST_TEST(explained(replaced(ours, "x-acs-version:2014-05-15\n", "")).cause() ==
               refusal_cause::header_missing);
    auto const added = explained(replaced(ours, "x-acs-action:", "via:1.1 proxy\nx-acs-action:"));
    BOOST_TEST(added.cause() == refusal_cause::header_added);
    BOOST_TEST(added.name() == "via");
    BOOST_TEST(added.theirs().substr(0, 14) == "via:1.1 proxy\n");
    BOOST_TEST(explained(replaced(ours, "host;x-acs-action;", "host;")).cause() ==
               refusal_cause::form_changed);
}

BOOST_AUTO_TEST_CASE(an_older_answer_repeats_the_text_as_well) {
    std::string const said =
        "The request signature does not conform to Aliyun standards. Server string to sign is:" +
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    BOOST_TEST(slb::explain(seed(), refusal("IncompleteSignature", said), {},
                            slb::credentials("testid", "testsecret"))
                   .cause() == refusal_cause::same_text);
}

BOOST_AUTO_TEST_CASE(a_hash_alone_is_compared_when_time_and_nonce_are_given) {
    std::string const said = "Specified signature does not match our calculation. server StringToSign is [" +
                             std::string(some_hash) + "]";
    slb::error const refused = refusal("SignatureDoesNotMatch", said);
    BOOST_TEST(slb::explain(seed(), refused, at_fixed_time()).cause() == refusal_cause::same_text);
    BOOST_TEST(slb::explain(seed(), refused).cause() == refusal_cause::only_hash);
    BOOST_TEST(slb::explain(encoded_id(), refused, at_fixed_time()).cause() == refusal_cause::other_hash);
}

BOOST_AUTO_TEST_CASE(an_answer_that_repeats_nothing_is_told_from_one_that_is_no_refused_signature) {
    auto const cause = [](slb::error const& why) { return slb::explain(seed(), why).cause(); };
    for (std::string_view said :
         {"Specified signature is not matched with our calculation.", "",
          "server string to sign is:", "server StringToSign is []", "server StringToSign is [",
          "the text was: POST&%2F&AccessKeyId%3D1", "server CanonicalRequest is [POST]"})
        BOOST_TEST(cause(refusal("SignatureDoesNotMatch", said)) == refusal_cause::no_echo, said);
    BOOST_TEST(cause(refusal("SignatureNonceUsed", "Specified signature nonce was used already.")) ==
               refusal_cause::no_refused_signature);
    BOOST_TEST(cause(slb::error(errc::timed_out)) == refusal_cause::no_refused_signature);
    BOOST_TEST(cause(slb::error()) == refusal_cause::no_refused_signature);
}

BOOST_AUTO_TEST_CASE(a_request_to_compare_with_has_to_be_in_order) {
    std::string said;
    long const port = 0;
    slb::remove_vserver_group_backend_servers const wrong{.region_id = "cn-hangzhou",
                                                          .vserver_group_id = "rsp-1",
                                                          .backend_servers = {{"vm-1", runtime(port)}}};
    auto const why = slb::explain(wrong, v1_refusal(said, seed_string_to_sign));
    BOOST_TEST(why.cause() == refusal_cause::request_not_in_order);
    BOOST_TEST(text_of(why) == "the request to compare with is not in order\n"
                               "    not sent: BackendServers[0].Port must be between 1 and 65535, is 0\n");
    BOOST_TEST(
        slb::explain(seed(), v1_refusal(said, seed_string_to_sign), {}, slb::credentials("", "")).cause() ==
        refusal_cause::request_not_in_order);
}

BOOST_AUTO_TEST_CASE(brackets_of_an_address_do_not_end_the_text) {
    slb::explain_options how = at_fixed_time();
    how.endpoint = slb::endpoint("::1", 8443);
    auto const shown = slb::explain(seed(), how);
    std::string said;
    slb::error const refused =
        acs3_refusal(said, shown.acs3_string_to_sign(), shown.acs3_canonical_request());
    BOOST_TEST(holds(said, "host:[::1]:8443\n"));
    BOOST_TEST(slb::explain(seed(), refused, {.endpoint = how.endpoint}).cause() == refusal_cause::same_text);
    BOOST_TEST(slb::explain(seed(), refused).name() == "host");
}

// Secrets.

namespace {

constexpr std::string_view planted_id = "LTAI5tPlantedKeyId";
constexpr std::string_view planted_secret = "PlantedSecret0123456789";
constexpr std::string_view planted_token = "CAISPlanted+Token/With=Signs&More";

/// What of the planted key stands in a text, in whatever encoding.
std::string leak_in(std::string_view text) {
    for (std::string_view part :
         {"LTAI5tPlanted", "PlantedKeyId", "PlantedSecret", "CAISPlanted", "Token/With", "Token%2FWith",
          "Token%252FWith", "=Signs", "%3DSigns", "%253DSigns", "More"})
        if (holds(text, part)) return std::string(part);
    return {};
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_secret_is_in_any_text_of_a_request) {
    slb::credentials const access(planted_id, planted_secret, planted_token);
    slb::signer<slb::openssl_crypto> const signer(access);
    for (auto scheme : {acs3, v1})
        for (auto placement : {parameter_placement::query, parameter_placement::form}) {
            slb::call_options const call{.scheme = scheme, .placement = placement};
            auto const shown = slb::explain(seed(), at_fixed_time(call), signer);
            std::string all = text_of(shown);
            for (std::string_view part :
                 {shown.source(), shown.canonical_query(), shown.hmac_sha1_string_to_sign(),
                  shown.acs3_canonical_request(), shown.acs3_string_to_sign(), shown.head(), shown.body(),
                  shown.curl()})
                all += part;
            BOOST_TEST(leak_in(all) == "");
            slb::http_call real(slb::endpoint("slb.aliyuncs.com"), call);
            BOOST_TEST(bool(real.encode(seed())));
            BOOST_TEST(bool(real.sign(signer, now, slb::nonce(random_bytes))));
            std::string_view const bytes = real.bytes();
            std::size_t const begin = bytes.find("Signature=") + 10;
            BOOST_TEST(leak_in(bytes) != "");
            BOOST_TEST(!holds(all, bytes.substr(begin, 20)));
        }
}

BOOST_AUTO_TEST_CASE(nothing_secret_is_in_a_refusal_explained) {
    slb::credentials const access(planted_id, planted_secret, planted_token);
    slb::credentials const others[] = {access, slb::credentials("LTAI5tPlantedKeyId2", "-", planted_token),
                                       slb::credentials(planted_id, "-"), slb::credentials("id", "-", "x")};
    for (auto scheme : {acs3, v1}) {
        slb::emulator served({.keys = {{.id = std::string(planted_id),
                                        .secret = "another",
                                        .token = std::string(planted_token)}},
                              .unix_seconds = now});
        for (auto const& change : {tampered_transport::change(unchanged),
                                   putting("RegionId", "AAA=1&RegionId"), putting("vm-233", "vm-234")}) {
            tampered_transport transport(served, change);
            slb::client client(transport, access, {.scheme = scheme});
            auto const response = client.invoke(seed());
            BOOST_TEST_REQUIRE(response.error().service() != nullptr);
            BOOST_TEST(leak_in(response.error().service()->message) != "");
            for (auto const& assumed : others)
                BOOST_TEST(leak_in(text_of(slb::explain(seed(), response.error(), {}, assumed))) == "");
            BOOST_TEST(leak_in(text_of(slb::explain(seed(), response.error()))) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_token_that_differs_is_named_and_not_shown) {
    slb::credentials const access("STS.id", "wrong", token);
    for (auto scheme : {acs3, v1}) {
        refused_call const refused(seed(), {.scheme = scheme}, unchanged, access);
        BOOST_TEST(slb::explain(seed(), refused.error(), {}, access).cause() == refusal_cause::same_text);
        slb::credentials const assumed[] = {slb::credentials("STS.id", "wrong"),
                                            slb::credentials("STS.id", "wrong", "CAIS+token/with=other")};
        for (auto const& other : assumed) {
            auto const why = slb::explain(seed(), refused.error(), {}, other);
            BOOST_TEST(why.cause() == refusal_cause::token_changed);
            BOOST_TEST(!holds(text_of(why), "signs"));
            BOOST_TEST(!holds(text_of(why), "other"));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_stranger_repeats_is_hidden_however_it_is_encoded) {
    std::string said;
    for (std::string_view form :
         {"POST&%2F&SecurityToken%3D{}%26Z%3D1", "POST&%2F&securitytoken%3d{}%26Z%3d1",
          "POST&/&SecurityToken={}&Z=1", "POST&%2F&Z%3D1%26SecurityToken%3D{}",
          "POST&%2F&A%253D1%2526SecurityToken%253D{}%2526Z", "POST&%2F&AccessKeyId%3D{}",
          "POST&%2F&AA%3D1%26Signature%3D{}", "POST\nx-acs-security-token: {}\nz",
          "Credential={},SignedHeaders=a"})
        for (auto scheme : {acs3, v1}) {
            std::string const text = replaced(std::string(form), "{}", "CAISPlantedMore");
            auto const why = slb::explain(seed(), scheme == v1 ? v1_refusal(said, text)
                                                               : acs3_refusal(said, some_hash, text));
            BOOST_TEST(leak_in(text_of(why)) == "", form);
        }
}

BOOST_AUTO_TEST_CASE(a_key_inside_a_parameter_that_somebody_changed_is_hidden) {
    std::string said;
    std::string const v1_text =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    std::string const acs3_text =
        "POST\n/\n" + std::string(seed_query) + "\n" + std::string(canonical_headers);
    slb::credentials const access("testid", "testsecret");
    for (std::string_view name : {"SecurityToken", "AccessKeyId", "securitytoken", "Signature"})
        for (std::string_view equals : {"=", "%3D", "%253d", "%25253D", "%2525253D", "%252525253D"})
            for (std::string_view separator : {"%26", "%2526", "%252526", "&", ""}) {
                std::string const planted =
                    std::string(separator) + std::string(name) + std::string(equals) + "CAISPlanted";
                for (std::string_view from : {"cn-hangzhou", "RegionId", "2014-05-15"}) {
                    std::string const to = std::string(from) + planted;
                    auto const v1_why =
                        slb::explain(seed(), v1_refusal(said, replaced(v1_text, from, to)), {}, access);
                    BOOST_TEST(leak_in(text_of(v1_why)) == "", to);
                    BOOST_TEST(leak_in(v1_why.name()) == "", to);
                    BOOST_TEST(v1_why.cause() != refusal_cause::same_text);
                    auto const acs3_why = slb::explain(
                        seed(), acs3_refusal(said, some_hash, replaced(acs3_text, from, to)), {}, access);
                    BOOST_TEST(leak_in(text_of(acs3_why)) == "", to);
                    BOOST_TEST(acs3_why.cause() != refusal_cause::same_text);
                }
            }
    // As it is split, the name of a parameter holds the token.
    auto const why = slb::explain(
        seed(),
        v1_refusal(said, replaced(v1_text, "%26RegionId", "%26SecurityToken%253DCAISPlanted%26RegionId")), {},
        access);
    BOOST_TEST(why.cause() == refusal_cause::parameter_added);
    BOOST_TEST(why.name() == "SecurityToken=$ALIBABA_CLOUD_SECURITY_TOKEN");
}

BOOST_AUTO_TEST_CASE(a_parameter_whose_name_says_that_it_is_secret_is_hidden) {
    std::string const pem = "-----BEGIN PRIVATE KEY-----\nCAISPlanted+/==\n-----END PRIVATE KEY-----\n";
    slb::credentials const access(planted_id, planted_secret, planted_token);
    for (std::string_view name : {"PrivateKey", "ServerPrivateKey", "ClientSecret", "Password"}) {
        slb::raw_operation upload{"UploadServerCertificate"};
        upload.with("RegionId", "cn-hangzhou").with("A.Note", "Password=1").with(runtime(name), runtime(pem));
        upload.with("ServerCertificate", "shown");
        for (auto scheme : {acs3, v1})
            for (auto placement : {parameter_placement::query, parameter_placement::form}) {
                slb::call_options const call{.scheme = scheme, .placement = placement};
                auto const shown = slb::explain(upload, at_fixed_time(call), access);
                BOOST_TEST_REQUIRE(shown.error().code() == errc::none);
                std::string const all = text_of(shown);
                BOOST_TEST(leak_in(all) == "");
                BOOST_TEST(!holds(all, "PRIVATE"));
                BOOST_TEST(holds(shown.canonical_query(), "A.Note=Password%3D1&"));
                BOOST_TEST(holds(shown.source(),
                                 "    .with(\"" + std::string(name) + "\", \"$SECRET_PARAMETER\")\n"));
                for (std::string_view part :
                     {shown.canonical_query(),
                      placement == parameter_placement::form ? shown.body() : shown.acs3_canonical_request(),
                      placement == parameter_placement::form ? shown.body() : shown.head()}) {
                    BOOST_TEST(holds(part, std::string(name) + "=$SECRET_PARAMETER"));
                    BOOST_TEST(holds(part, "ServerCertificate=shown"));
                }
                BOOST_TEST(
                    holds(shown.hmac_sha1_string_to_sign(), std::string(name) + "%3D$SECRET_PARAMETER%26"));
                BOOST_TEST(holds(shown.hmac_sha1_string_to_sign(), "ServerCertificate%3Dshown%26"));
                BOOST_TEST(holds(shown.curl(), std::string(name) + "=$SECRET_PARAMETER"));

                slb::emulator served({.keys = {{.id = std::string(planted_id),
                                                .secret = "another",
                                                .token = std::string(planted_token)}},
                                      .unix_seconds = now});
                tampered_transport transport(served, putting("CAISPlanted", "MoreCAISPlanted"));
                slb::client client(transport, access, call);
                auto const response = client.invoke(upload);
                BOOST_TEST_REQUIRE(response.error().service() != nullptr);
                auto const why = slb::explain(upload, response.error(), {.call = call}, access);
                BOOST_TEST(why.cause() != refusal_cause::same_text);
                BOOST_TEST(leak_in(text_of(why)) == "");
            }
    }
}

// Hostile answers.

BOOST_AUTO_TEST_CASE(no_control_character_of_an_answer_is_written) {
    std::string said;
    std::string const ours =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    slb::credentials const access("testid", "testsecret");
    for (std::string_view odd : {"\x1b[31m", "%25251B%255B", "%1B", "%251B", "\r", "\xc2\x9b", "\xff",
                                 "%25FF", "%25C2%259B", "\x7f", "%2500", "%250A"}) {
        std::string const theirs = replaced(ours, "cn-hangzhou", "cn-" + std::string(odd) + "hangzhou");
        auto const why = slb::explain(seed(), v1_refusal(said, theirs), {}, access);
        std::string const text = text_of(why);
        BOOST_TEST(why.name() == "RegionId");
        for (std::size_t i = 0; i != text.size(); ++i)
            if (text[i] != '\n') {
                BOOST_TEST(slb::detail::control_length(std::string_view(text).substr(i)) == 0U);
                if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
                    BOOST_TEST(slb::detail::utf8_length(std::string_view(text).substr(i)) != 0U);
            }
        BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 6);
    }
}

BOOST_AUTO_TEST_CASE(a_huge_answer_gives_a_short_explanation) {
    std::string said;
    std::string const ours =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    slb::credentials const access("testid", "testsecret");
    std::string names;
    std::string pairs;
    for (int i = 0; i != 25000; ++i) {
        names += "Signature=\n";
        pairs += "Signature=&";
    }
    for (std::string const& padding :
         {std::string(1 << 18, 'x'), std::string(1 << 18, '%'), std::string(1 << 18, ']'), names, pairs}) {
        for (std::string const& theirs :
             {ours + padding, padding + ours, padding, replaced(ours, "cn-hangzhou", "cn-" + padding)}) {
            std::string const text = text_of(slb::explain(seed(), v1_refusal(said, theirs), {}, access));
            BOOST_TEST(text.size() < 1000U);
            BOOST_TEST(text_of(slb::explain(seed(), acs3_refusal(said, some_hash, theirs))).size() < 1000U);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_cut_anywhere_is_explained) {
    std::string said;
    std::string const canonical =
        "POST\n/\n" + std::string(seed_query) + "\n" + std::string(canonical_headers);
    acs3_refusal(said, some_hash, canonical);
    std::string const whole = said;
    for (std::size_t size = 0; size != whole.size(); ++size) {
        auto const why =
            slb::explain(seed(), refusal("SignatureDoesNotMatch", std::string_view(whole).substr(0, size)));
        BOOST_TEST(why.error().code() == errc::none);
        BOOST_TEST(text_of(why).size() < 1000U);
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_without_memory_says_so) {
    std::string said;
    std::string const ours =
        replaced(std::string(seed_string_to_sign), "$ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    slb::error const refused = v1_refusal(said, replaced(ours, "cn-hangzhou", "cn-beijing"));
    slb::credentials const access("testid", "testsecret");
    auto const checked = [](auto why) {
        if (why.error().code() == errc::none) return why;
        BOOST_TEST(why.cause() == refusal_cause::no_memory);
        BOOST_TEST(text_of(why).find("there was no memory to compare the texts\n    ") == 0U);
        BOOST_TEST(why.position() == std::string_view::npos);
        return why;
    };
    fail_each_allocation([&](slb_test::null_allocator allocator) {
        return checked(slb::explain(seed(), refused, {}, access, allocator));
    });
    fail_each_allocation([&](slb_test::null_allocator allocator) {
        return checked(slb::explain(seed(), refused, {}, slb::no_access_key(), allocator));
    });
}

BOOST_AUTO_TEST_CASE(every_cause_has_a_sentence_of_its_own) {
    constexpr int causes = static_cast<int>(refusal_cause::no_memory) + 1;
    std::set<std::string_view> sentences;
    for (int i = 0; i != causes; ++i) sentences.insert(message(static_cast<refusal_cause>(i)));
    BOOST_TEST(sentences.size() == static_cast<std::size_t>(causes));
    BOOST_TEST(sentences.count("unknown cause") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
