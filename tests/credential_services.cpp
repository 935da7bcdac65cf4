#include "support/credential_services.hpp"

#include "support/emulator_testing.hpp"
#include "support/private_directory.hpp"

#include <slb/emulator_server.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(credential_services)

namespace {

using emulator_testing::encoded;
using emulator_testing::fresh_nonce;
using emulator_testing::query_of;
using emulator_testing::reply;
using emulator_testing::take_reply;
using emulator_testing::texts;
using emulator_testing::time_text;
using emulator_testing::v1_request;
using slb::emulator_step;
using slb_test::credential_endpoint;
using slb_test::credential_trouble;
using services_type = slb_test::credential_services;

constexpr std::int64_t noon = 1893553445; // 2030-01-02T03:04:05Z
constexpr std::string_view role_path = "/latest/meta-data/ram/security-credentials/";
constexpr std::string_view demo_role = "acs:ram::123456789012:role/demo";
constexpr std::string_view found_none = "404 404 - Not Found\n";

/// The services, and an emulator of SLB in which their keys are good.
struct rig {
    slb::emulator emulator{{.unix_seconds = noon}};
    services_type services{slb_test::world_of(emulator)};

    reply call(std::string_view wire) {
        services_type::connection line(services);
        line.received(wire);
        std::string bytes;
        while (line.next() == emulator_step::write) {
            bytes += line.output();
            line.sent(line.output().size());
        }
        reply out = take_reply(bytes);
        out.after = line.next();
        return out;
    }
    /// The status and the body; of a JSON refusal the code.
    std::string said(std::string_view wire) {
        reply const got = call(wire);
        std::string const status = std::to_string(got.status) + " ";
        if (got.status != 200 && got.body.starts_with("{")) return status + got.code();
        return status + got.body;
    }

    std::string metadata(std::string_view line, std::string_view headers = "") {
        return said(std::string(line) + " HTTP/1.1\r\nHost: 100.100.100.200\r\n" + std::string(headers) +
                    "\r\n");
    }
    std::string token(std::string_view ttl = "21600") {
        return metadata("PUT /latest/api/token",
                        "X-aliyun-ecs-metadata-token-ttl-seconds: " + std::string(ttl) + "\r\n");
    }
    std::string role(std::string_view headers = "") {
        return metadata("GET " + std::string(role_path), headers);
    }
    std::string role_with(std::string const& token) {
        return role("x-aliyun-ecs-metadata-token: " + token + "\r\n");
    }

    /// What SLB says to a call that is signed with the credentials of a reply.
    std::string slb_says(boost::json::object const& credentials) {
        auto const text = [&](std::string_view name) {
            return std::string(credentials.at(name).get_string());
        };
        v1_request request;
        request.parameters["Timestamp"] = time_text(emulator.unix_seconds());
        request.parameters["AccessKeyId"] = text("AccessKeyId");
        request.parameters["SecurityToken"] = text("SecurityToken");
        request.secret = text("AccessKeySecret");
        return emulator_testing::call(emulator, request.wire()).code();
    }
};

/// What SLB says of a good key: its group does not exist.
constexpr std::string_view admitted = "InvalidParameter";

std::string post(std::string const& query, std::string const& form,
                 std::string_view host = "sts.aliyuncs.com") {
    return "POST /?" + query + " HTTP/1.1\r\nHost: " + std::string(host) +
           "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
           std::to_string(form.size()) + "\r\n\r\n" + form;
}

/// AssumeRole as Go sends it: the common parameters in the query, the others in the form.
struct assume_role {
    texts query{
        {"Action", "AssumeRole"},          {"Version", "2015-04-01"},        {"Format", "JSON"},
        {"AccessKeyId", "LTAIfakeid"},     {"SignatureMethod", "HMAC-SHA1"}, {"SignatureVersion", "1.0"},
        {"SignatureNonce", fresh_nonce()}, {"Timestamp", time_text(noon)}};
    texts form{{"RoleArn", std::string(demo_role)}, {"RoleSessionName", "s1"}, {"DurationSeconds", "3600"}};
    std::string secret = "fakesecret";
    std::string host = "sts.aliyuncs.com";

    [[nodiscard]] std::string signature() const {
        v1_request all;
        all.parameters = query;
        all.parameters.insert(form.begin(), form.end());
        all.secret = secret;
        return all.signature();
    }
    [[nodiscard]] std::string wire() const {
        return post(query_of(query) + "&Signature=" + encoded(signature()), query_of(form), host);
    }
};
assume_role form_with(std::string const& name, std::string const& value) {
    assume_role request;
    request.form[name] = value;
    return request;
}
assume_role query_with(std::string const& name, std::string const& value) {
    assume_role request;
    request.query[name] = value;
    return request;
}

constexpr std::string_view oidc_query =
    "Version=2015-04-01&Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=2030-01-02T03%3A04%3A05Z";
std::string oidc_form(texts const& more = {}, std::string const& without = "") {
    texts all{{"RoleArn", std::string(demo_role)},
              {"OIDCProviderArn", "acs:ram::123456789012:oidc-provider/demo"},
              {"OIDCToken", "fake.oidc.token"},
              {"RoleSessionName", "s1"},
              {"DurationSeconds", "3600"}};
    for (auto const& [name, value] : more) all[name] = value;
    all.erase(without);
    return query_of(all);
}
std::string oidc(texts const& more = {}, std::string const& without = "") {
    return post(std::string(oidc_query), oidc_form(more, without));
}

constexpr std::string_view uri_wire = "GET /credentials HTTP/1.1\r\nHost: localhost:6666\r\n\r\n";
constexpr std::string_view uri_first =
    R"({"AccessKeyId":"STS.fake1","AccessKeySecret":"secret-1",)"
    R"("SecurityToken":"CAIS1/+xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx==",)"
    R"("Expiration":"2030-01-02T04:04:05Z","Code":"Success"})";

} // namespace

BOOST_FIXTURE_TEST_CASE(the_metadata_service_gives_tokens_within_their_limits, rig) {
    BOOST_TEST(token() == "200 metadata-token-1==");
    BOOST_TEST(token("1") == "200 metadata-token-2==");
    for (auto ttl : {"0", "21601", "-1", "x", "", "1h", "99999999999999999999"})
        BOOST_TEST(token(ttl) == "400 400 - Bad Request\n");
    BOOST_TEST(metadata("PUT /latest/api/token") == "400 400 - Bad Request\n");
    BOOST_TEST(metadata("PUT /latest/api/token",
                        "x-aliyun-ecs-metadata-token-ttl-seconds: 60\r\nX-Forwarded-For: 10.0.0.1\r\n") ==
               "403 403 - Forbidden\n");
    BOOST_TEST(metadata("PUT /latest/api/token", "x-aliyun-ecs-metadata-token-ttl-seconds: 60\r\n"
                                                 "Content-Length: 0\r\n") == "200 metadata-token-3==");
    BOOST_TEST(metadata("GET /latest/api/token") == found_none);
    BOOST_TEST(metadata("PUT /latest/api") == found_none);
}

BOOST_FIXTURE_TEST_CASE(the_metadata_service_tells_the_role_to_those_who_may_know, rig) {
    BOOST_TEST(role() == "200 demo-ecs");
    BOOST_TEST(token("60") == "200 metadata-token-1==");
    BOOST_TEST(role_with("metadata-token-1==") == "200 demo-ecs");
    BOOST_TEST(role_with("metadata-token-2==") == "401 401 - Unauthorized\n");
    BOOST_TEST(role_with("") == "401 401 - Unauthorized\n");
    services.settings().metadata_v1 = false;
    BOOST_TEST(role() == "403 403 - Forbidden\n");
    BOOST_TEST(role_with("metadata-token-1==") == "200 demo-ecs");
    services.advance(59'999);
    BOOST_TEST(role_with("metadata-token-1==") == "200 demo-ecs");
    services.advance(1);
    BOOST_TEST(role_with("metadata-token-1==") == "401 401 - Unauthorized\n");
    services.settings().metadata_v1 = true;
    BOOST_TEST(metadata("POST " + std::string(role_path)) == found_none);
    BOOST_TEST(metadata("GET /latest/meta-data/ram/security-credentials") == found_none);
    BOOST_TEST(said("GET " + std::string(role_path) + " HTTP/1.1\r\nHost: sts.aliyuncs.com\r\n\r\n") ==
               found_none);
    services.settings().instance_role.clear();
    BOOST_TEST(role() == found_none);
}

BOOST_FIXTURE_TEST_CASE(the_metadata_service_renews_credentials_before_they_expire, rig) {
    std::string const get = "GET " + std::string(role_path) + "demo-ecs";
    std::string const first =
        R"(200 {"AccessKeyId":"STS.fake1","AccessKeySecret":"secret-1",)"
        R"("SecurityToken":"CAIS1/+xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx==",)"
        R"("Expiration":"2030-01-02T09:04:05Z","LastUpdated":"2030-01-02T03:04:05Z","Code":"Success"})";
    BOOST_TEST(metadata(get) == first);
    services.advance((6 * 3600 - 1801) * 1000);
    BOOST_TEST(metadata(get) == first);
    services.advance(1000);
    std::string const second = metadata(get);
    BOOST_TEST(second.find(R"("AccessKeyId":"STS.fake2")") != std::string::npos);
    BOOST_TEST(second.find(R"("Expiration":"2030-01-02T14:34:05Z","LastUpdated":"2030-01-02T08:34:05Z")") !=
               std::string::npos);
    // Both are good until the first one's end.
    auto const credentials = [](std::string const& reply) {
        return boost::json::parse(reply.substr(4)).as_object();
    };
    BOOST_TEST(slb_says(credentials(first)) == admitted);
    BOOST_TEST(slb_says(credentials(second)) == admitted);
    services.advance(1800 * 1000);
    BOOST_TEST(slb_says(credentials(first)) == "InvalidSecurityToken.Expired");
    BOOST_TEST(slb_says(credentials(second)) == admitted);
    BOOST_TEST(metadata("GET " + std::string(role_path) + "other") == found_none);
    BOOST_TEST(metadata("GET " + std::string(role_path) + "demo-ecs/") == found_none);
}

BOOST_FIXTURE_TEST_CASE(the_request_of_the_shared_notes_assumes_a_role, rig) {
    reply const got =
        call("POST /?AccessKeyId=LTAIfakeid&Action=AssumeRole&Format=JSON&SignatureMethod=HMAC-SHA1&"
             "SignatureNonce=nonce-1&SignatureVersion=1.0&Timestamp=2030-01-02T03%3A04%3A05Z&"
             "Version=2015-04-01&Signature=h0O2wvArVFgMFxTowesVhDgtV5M%3D HTTP/1.1\r\n"
             "Host: sts.cn-hangzhou.aliyuncs.com\r\n"
             "x-acs-credentials-provider: static_ak\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n"
             "Content-Length: 89\r\n\r\n"
             "DurationSeconds=3600&RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=s1");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(got.headers.at("date") == "Wed, 02 Jan 2030 03:04:05 GMT");
    BOOST_TEST(got.body ==
               R"({"RequestId":"00000000-0000-5000-8000-000000000001","AssumedRoleUser":{"AssumedRoleId":)"
               R"("300000000000000001:s1","Arn":"acs:ram::123456789012:role/demo/s1"},"Credentials":{)"
               R"("AccessKeyId":"STS.fake1","AccessKeySecret":"secret-1",)"
               R"("SecurityToken":"CAIS1/+xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx==",)"
               R"("Expiration":"2030-01-02T04:04:05Z"}})");
    BOOST_TEST(services.requests(credential_endpoint::assume_role) == 1U);
    BOOST_TEST(services.last_request(credential_endpoint::assume_role)
                   .header("x-acs-credentials-provider")
                   .value() == "static_ak");
}

BOOST_FIXTURE_TEST_CASE(an_assumed_role_may_be_used_until_it_expires_and_assume_another, rig) {
    services.settings().roles.push_back({.arn = "acs:ram::123456789012:role/next"});
    auto const first = call(form_with("DurationSeconds", "900").wire()).json();
    auto const& credentials = first.at("Credentials").as_object();
    BOOST_TEST(credentials.at("Expiration").as_string() == "2030-01-02T03:19:05Z");
    BOOST_TEST(slb_says(credentials) == admitted);
    assume_role chained = form_with("RoleArn", "acs:ram::123456789012:role/next");
    chained.query["AccessKeyId"] = "STS.fake1";
    chained.secret = "secret-1";
    BOOST_TEST(said(chained.wire()) == "400 MissingSecurityToken");
    chained.query["SecurityToken"] = credentials.at("SecurityToken").as_string();
    BOOST_TEST(said(chained.wire()).substr(0, 4) == "200 ");
    services.advance(900'000);
    BOOST_TEST(slb_says(credentials) == "InvalidSecurityToken.Expired");
    chained.query["SignatureNonce"] = fresh_nonce();
    BOOST_TEST(said(chained.wire()) == "400 InvalidSecurityToken.Expired");
    // After a day nobody knows it.
    services.advance(86'401'000);
    assume_role later = query_with("Timestamp", time_text(services.unix_seconds()));
    BOOST_TEST(said(later.wire()).substr(0, 4) == "200 ");
    BOOST_TEST(slb_says(credentials) == "InvalidAccessKeyId.NotFound");
}

BOOST_FIXTURE_TEST_CASE(what_is_wrong_with_an_assume_role_is_refused, rig) {
    std::string const fine = "200";
    auto const judged = [&](assume_role const& request) {
        std::string const got = said(request.wire());
        return got.substr(0, 4) == "200 " ? fine : got;
    };
    auto const without = [](std::string const& name) {
        assume_role request;
        request.query.erase(name);
        request.form.erase(name);
        return request;
    };
    assume_role wrong;
    wrong.secret = "fakesecres";
    BOOST_TEST(judged(wrong) == "400 SignatureDoesNotMatch");
    // A form that was not signed.
    assume_role const asked;
    BOOST_TEST(said(post(query_of(asked.query) + "&Signature=" + encoded(asked.signature()),
                         query_of(form_with("RoleSessionName", "s2").form))) == "400 SignatureDoesNotMatch");
    assume_role const again;
    BOOST_TEST(judged(again) == fine);
    BOOST_TEST(judged(again) == "400 SignatureNonceUsed");
    BOOST_TEST(judged(query_with("AccessKeyId", "LTAInobody")) == "404 InvalidAccessKeyId.NotFound");
    BOOST_TEST(judged(query_with("Timestamp", time_text(noon - 900))) == fine);
    BOOST_TEST(judged(query_with("Timestamp", time_text(noon - 901))) == "400 InvalidTimeStamp.Expired");
    BOOST_TEST(judged(query_with("Timestamp", time_text(noon + 901))) == "400 InvalidTimeStamp.Expired");
    BOOST_TEST(judged(query_with("Version", "2014-05-15")) == "400 InvalidVersion");
    BOOST_TEST(judged(query_with("Action", "GetCallerIdentity")) == "404 InvalidAction.NotFound");
    BOOST_TEST(judged(query_with("SignatureMethod", "HMAC-SHA256")) == "400 InvalidSignatureMethod");
    for (std::string const name :
         {"AccessKeyId", "SignatureNonce", "Timestamp", "Version", "RoleArn", "RoleSessionName"})
        BOOST_TEST(judged(without(name)) == "400 Missing" + name);
    BOOST_TEST(said(post(query_of(asked.query), query_of(asked.form))) == "400 MissingSignature");

    BOOST_TEST(judged(without("DurationSeconds")) == fine);
    for (auto seconds : {"900", "3600"}) BOOST_TEST(judged(form_with("DurationSeconds", seconds)) == fine);
    for (auto seconds : {"899", "3601", "0", "", "-900", "1000.5", "1h", "99999999999999999999"})
        BOOST_TEST(judged(form_with("DurationSeconds", seconds)) == "400 InvalidParameter");
    for (auto const& name : {std::string("aB3.@-_"), std::string(64, 'x'), std::string("ab")})
        BOOST_TEST(judged(form_with("RoleSessionName", name)) == fine);
    for (auto const& name : {std::string("a"), std::string(65, 'x'), std::string("a b"), std::string("a/b")})
        BOOST_TEST(judged(form_with("RoleSessionName", name)) == "400 InvalidParameter");
    for (auto const& arn : {"acs:ram::123456789012:role/other", "demo"})
        BOOST_TEST(judged(form_with("RoleArn", arn)) == "404 EntityNotExist.Role");
    BOOST_TEST(judged(form_with("Policy", "{}")) == fine);
    BOOST_TEST(judged(form_with("Policy", "")) == "400 InvalidParameter");
    BOOST_TEST(judged(form_with("Policy", std::string(2049, 'x'))) == "400 InvalidParameter");
    BOOST_TEST(judged(form_with("ExternalId", "a")) == "400 InvalidParameter");
    BOOST_TEST(judged(form_with("ExternalId", "ab")) == fine);
    services.settings().roles[0].external_id = "abcd1234";
    BOOST_TEST(judged(form_with("ExternalId", "ab")) == "403 NoPermission");
    BOOST_TEST(judged({}) == "403 NoPermission");
    BOOST_TEST(judged(form_with("ExternalId", "abcd1234")) == fine);

    std::size_t const issued = services.issued();
    services.remove_key("LTAIfakeid");
    BOOST_TEST(judged(form_with("ExternalId", "abcd1234")) == "404 InvalidAccessKeyId.NotFound");
    services.add_key({.id = "LTAIfakeid", .secret = "fakesecret", .enabled = false});
    BOOST_TEST(judged(form_with("ExternalId", "abcd1234")) == "400 InvalidAccessKeyId.Inactive");
    BOOST_TEST(services.issued() == issued);
}

BOOST_FIXTURE_TEST_CASE(sts_is_found_under_its_own_names, rig) {
    for (std::string const host :
         {"sts.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com", "sts-vpc.cn-beijing.aliyuncs.com:443",
          "127.0.0.1:8080", "localhost", "[::1]:80"}) {
        assume_role request;
        request.host = host;
        BOOST_TEST(said(request.wire()).substr(0, 4) == "200 ", host);
    }
    for (std::string const host :
         {"slb.aliyuncs.com", "sts-vpc.aliyuncs.com", "sts..aliyuncs.com", "aliyuncs.com",
          "sts.cn-hangzhou.aliyuncs.com.example", "sts.a.b.aliyuncs.com", "100.100.100.200"}) {
        assume_role request;
        request.host = host;
        BOOST_TEST(said(request.wire()) == "404 InvalidProduct.NotFound", host);
    }
}

BOOST_FIXTURE_TEST_CASE(sts_answers_in_xml_where_json_is_not_asked_for, rig) {
    assume_role request;
    request.query.erase("Format");
    reply const granted = call(request.wire());
    BOOST_TEST(granted.headers.at("content-type") == "text/xml;charset=utf-8");
    BOOST_TEST(
        granted.body.starts_with("<?xml version='1.0' encoding='UTF-8'?><AssumeRoleResponse><RequestId>"));
    BOOST_TEST(granted.body.find("<Credentials><AccessKeyId>STS.fake1</AccessKeyId>") != std::string::npos);
    reply const refused = call(request.wire());
    BOOST_TEST(refused.body == "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>"
                               "00000000-0000-5000-8000-000000000002</RequestId><HostId>sts.aliyuncs.com"
                               "</HostId><Code>SignatureNonceUsed</Code><Message>Specified signature nonce "
                               "was used already.</Message></Error>");
}

BOOST_FIXTURE_TEST_CASE(a_token_of_oidc_assumes_a_role_without_a_signature, rig) {
    reply const got = call(
        "POST /?Version=2015-04-01&Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=2030-01-02T03%3A04%3A05Z "
        "HTTP/1.1\r\nHost: sts.aliyuncs.com\r\nAccept-Encoding: identity\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 185\r\n\r\n"
        "RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo&OIDCProviderArn=acs%3Aram%3A%3A123456789012%3A"
        "oidc-provider%2Fdemo&OIDCToken=fake.oidc.token&RoleSessionName=s1&DurationSeconds=900&Policy=%7B%"
        "7D");
    BOOST_TEST(got.status == 200);
    auto const tree = got.json();
    BOOST_TEST(tree.contains("OIDCTokenInfo"));
    BOOST_TEST(tree.contains("AssumedRoleUser"));
    BOOST_TEST(!tree.contains("Code"));
    auto const& credentials = tree.at("Credentials").as_object();
    BOOST_TEST(credentials.at("Expiration").as_string() == "2030-01-02T03:19:05Z");
    BOOST_TEST(slb_says(credentials) == admitted);
    // All in the query, with parts of a signature, as Python and Java do.
    BOOST_TEST(said("POST /?" + std::string(oidc_query) + "&SignatureNonce=n&SignatureMethod=HMAC-SHA1&" +
                    "SignatureVersion=1.0&" + oidc_form() +
                    " HTTP/1.1\r\nHost: sts.aliyuncs.com\r\nContent-Length: 0\r\n\r\n")
                   .substr(0, 4) == "200 ");
    BOOST_TEST(services.requests(credential_endpoint::assume_role_with_oidc) == 2U);
    BOOST_TEST(services.requests(credential_endpoint::assume_role) == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_is_wrong_with_a_token_of_oidc_is_refused, rig) {
    BOOST_TEST(said(oidc({{"OIDCToken", "other.oidc.token"}})) ==
               "400 AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch");
    BOOST_TEST(said(oidc({{"OIDCToken", "fake.oidc.token\n"}})) ==
               "400 AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch");
    BOOST_TEST(said(oidc({{"OIDCToken", "abc"}})) == "400 InvalidParameter");
    services.settings().expired_oidc_token = "old.oidc.token";
    BOOST_TEST(said(oidc({{"OIDCToken", "old.oidc.token"}})) == "400 AuthenticationFail.OIDCToken.Expired");
    BOOST_TEST(said(oidc({{"OIDCProviderArn", "acs:ram::1:oidc-provider/demo"}})) ==
               "400 AuthenticationFail.OIDCToken.IssuerNotMatch");
    BOOST_TEST(said(oidc({{"RoleArn", "acs:ram::1:role/demo"}})) == "404 EntityNotExist.Role");
    BOOST_TEST(said(oidc({{"DurationSeconds", "899"}})) == "400 InvalidParameter");
    for (std::string const name : {"RoleArn", "OIDCProviderArn", "OIDCToken", "RoleSessionName"})
        BOOST_TEST(said(oidc({}, name)) == "400 Missing" + name);
    emulator.set_time(noon + 901);
    BOOST_TEST(said(oidc()) == "400 InvalidTimeStamp.Expired");
    BOOST_TEST(said(post("Version=2015-04-01&Action=AssumeRoleWithOIDC&Format=JSON", oidc_form())) ==
               "400 MissingTimestamp");
    BOOST_TEST(services.issued() == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_credentials_uri_answers_its_own_target, rig) {
    BOOST_TEST(said(uri_wire) == "200 " + std::string(uri_first));
    BOOST_TEST(slb_says(boost::json::parse(uri_first).as_object()) == admitted);
    BOOST_TEST(said("GET /credentials?a=b HTTP/1.1\r\nHost: h\r\n\r\n") == found_none);
    BOOST_TEST(said("POST /credentials HTTP/1.1\r\nHost: h\r\n\r\n") == found_none);
    services.settings().uri_target = "/path?a=b";
    services.settings().uri_seconds = 60;
    BOOST_TEST(call("GET /path?a=b HTTP/1.1\r\nHost: h\r\n\r\n").member("Expiration") ==
               "2030-01-02T03:05:05Z");
}

BOOST_FIXTURE_TEST_CASE(answers_are_spoilt_on_demand, rig) {
    auto const spoilt = [&](credential_trouble what, std::string const& member = "") {
        services.inject({.at = credential_endpoint::uri, .what = what, .call = 1, .member = member});
        return said(uri_wire);
    };
    BOOST_TEST(spoilt(credential_trouble::server_error) == "500 500 - Internal Server Error\n");
    BOOST_TEST(spoilt(credential_trouble::throttling) == "429 429 - Too Many Requests\n");
    BOOST_TEST(services.issued() == 0U);
    BOOST_TEST(spoilt(credential_trouble::malformed) ==
               "200 " + std::string(uri_first.substr(0, uri_first.size() / 2)));
    BOOST_TEST(spoilt(credential_trouble::empty) == "200 ");
    BOOST_TEST(spoilt(credential_trouble::without_member, "SecurityToken") ==
               R"(200 {"AccessKeyId":"STS.fake3","AccessKeySecret":"secret-3","Code":"Success",)"
               R"("Expiration":"2030-01-02T04:04:05Z"})");
    BOOST_TEST(spoilt(credential_trouble::not_success).find(R"("Code":"Failed")") != std::string::npos);
    std::string const expired = spoilt(credential_trouble::expired);
    BOOST_TEST(expired.find(R"("Expiration":"2030-01-02T03:04:04Z")") != std::string::npos);
    BOOST_TEST(slb_says(boost::json::parse(expired.substr(4)).as_object()) == "InvalidSecurityToken.Expired");
    BOOST_TEST(said(uri_wire).find(R"("AccessKeyId":"STS.fake6")") != std::string::npos);

    // STS refuses in its own way, and its members stand deeper.
    auto const sts = [&](credential_trouble what, std::string const& member = "") {
        services.inject({.at = credential_endpoint::assume_role, .what = what, .call = 1, .member = member});
        return call(assume_role().wire());
    };
    BOOST_TEST(sts(credential_trouble::throttling).code() == "Throttling.User");
    BOOST_TEST(sts(credential_trouble::server_error).code() == "InternalError");
    BOOST_TEST(sts(credential_trouble::not_success).code() == "Failed");
    BOOST_TEST(!sts(credential_trouble::without_member, "Credentials").json().contains("Credentials"));
    BOOST_TEST(!sts(credential_trouble::without_member, "AccessKeyId")
                    .json()
                    .at("Credentials")
                    .as_object()
                    .contains("AccessKeyId"));
    services.inject({.at = credential_endpoint::metadata_token, .what = credential_trouble::expired});
    BOOST_TEST(token() == "200 metadata-token-1==");
    BOOST_TEST(role_with("metadata-token-1==") == "401 401 - Unauthorized\n");
    services.clear_faults();
    BOOST_TEST(token() == "200 metadata-token-2==");
    BOOST_TEST(role_with("metadata-token-2==") == "200 demo-ecs");
}

BOOST_FIXTURE_TEST_CASE(every_endpoint_can_fail_by_itself_and_for_a_time, rig) {
    std::array<std::string, slb_test::credential_endpoints> const wires{
        "PUT /latest/api/token HTTP/1.1\r\nHost: 100.100.100.200\r\n"
        "X-aliyun-ecs-metadata-token-ttl-seconds: 60\r\n\r\n",
        "GET " + std::string(role_path) + " HTTP/1.1\r\nHost: 100.100.100.200\r\n\r\n",
        "GET " + std::string(role_path) + "demo-ecs HTTP/1.1\r\nHost: 100.100.100.200\r\n\r\n",
        assume_role().wire(),
        oidc(),
        std::string(uri_wire)};
    for (std::size_t at = 0; at != wires.size(); ++at) {
        rig with;
        auto const endpoint = static_cast<credential_endpoint>(at);
        with.services.inject({.at = endpoint,
                              .what = credential_trouble::server_error,
                              .from = noon + 10,
                              .until = noon + 20});
        for (std::int64_t second : {0, 10, 19, 20}) {
            with.emulator.set_time(noon + second);
            for (std::size_t other = 0; other != wires.size(); ++other) {
                bool const fails = other == at && second >= 10 && second < 20;
                int const status = with.call(wires[other]).status;
                // A nonce is good once.
                bool const again = other == 3 && second != 0 && status == 400;
                BOOST_TEST((status == (fails ? 500 : 200) || again), at << " " << other << " " << second);
            }
        }
        BOOST_TEST(with.services.requests(endpoint) == 4U);
    }
}

BOOST_FIXTURE_TEST_CASE(connections_end_as_they_are_told, rig) {
    struct {
        credential_trouble what;
        emulator_step step;
    } const troubles[] = {{credential_trouble::stall, emulator_step::stall},
                          {credential_trouble::close, emulator_step::close},
                          {credential_trouble::reset, emulator_step::reset}};
    for (auto const& [what, step] : troubles)
        for (std::size_t byte : {0U, 20U}) {
            services.inject({.at = credential_endpoint::uri, .what = what, .call = 1, .byte = byte});
            services_type::connection line(services);
            line.received(uri_wire);
            BOOST_TEST(line.output() == std::string_view("HTTP/1.1 200 OK\r\nDate").substr(0, byte));
            line.sent(byte);
            BOOST_TEST((line.next() == step));
        }
    services_type::connection line(services);
    services.restart();
    BOOST_TEST((line.next() == emulator_step::reset));
    BOOST_TEST(services.issued() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_year_of_hourly_keys_does_not_grow, rig) {
    std::size_t most = 0;
    for (int hour = 0; hour != 365 * 24; ++hour) {
        BOOST_REQUIRE(call(uri_wire).status == 200);
        most = (std::max)(most, services.remembered());
        services.advance(3600 * 1000);
    }
    BOOST_TEST(services.issued() == 365U * 24U);
    BOOST_TEST(most <= 27U);
}

BOOST_FIXTURE_TEST_CASE(the_same_calls_get_the_same_bytes, rig) {
    rig other;
    std::string const wire = oidc();
    BOOST_TEST(said(wire) == other.said(wire));
    BOOST_TEST(said(uri_wire) == other.said(uri_wire));
    BOOST_TEST(said(uri_wire) != said(uri_wire));
}

BOOST_FIXTURE_TEST_CASE(a_transport_in_memory_ends_in_the_services_on_the_same_clock, rig) {
    slb_test::credential_transport line(services, slb::endpoint("localhost", 6666));
    BOOST_REQUIRE(bool(line.connect(slb::no_deadline)));
    BOOST_TEST(line.write(uri_wire, slb::no_deadline).value() == uri_wire.size());
    std::array<char, 4096> space{};
    auto const got = line.read(space, slb::no_deadline);
    BOOST_TEST(std::string_view(space.data(), *got).ends_with(uri_first));
    BOOST_TEST((line.read(space, line.steady_ms() + 5000).error() == slb::errc::timed_out));
    line.wait(2000);
    BOOST_TEST(emulator.unix_seconds() == noon + 7);
    BOOST_TEST(line.unix_seconds() == noon + 7);
    BOOST_TEST(services.steady_ms() == 7000);
    services.restart(1000);
    BOOST_TEST((line.write("x", slb::no_deadline).error() == slb::errc::connection_reset));
    BOOST_TEST((line.connect(slb::no_deadline).error() == slb::errc::connect_failed));
    line.wait(1000);
    BOOST_TEST(bool(line.connect(slb::no_deadline)));
}

BOOST_AUTO_TEST_CASE(a_loopback_server_serves_them_plain_and_over_tls) {
    namespace asio = boost::asio;
    using tcp = asio::ip::tcp;
    slb_test::private_directory const directory;
    std::string const ca_file = directory.path() / "ca";
    std::string const request = "GET /credentials HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    slb::emulator emulator{{.unix_seconds = noon}};
    slb::basic_emulator_server<slb::emulator> slb_server{emulator};
    services_type services{slb_test::world_behind(slb_server)};
    auto const exchange = [&](auto& stream, asio::io_context& io) {
        std::string bytes;
        asio::async_write(stream, asio::buffer(request), [&](auto failed, std::size_t) {
            if (!failed) asio::async_read(stream, asio::dynamic_buffer(bytes), [](auto, std::size_t) {});
        });
        io.run_for(std::chrono::seconds(5));
        return bytes;
    };
    {
        slb::basic_emulator_server<services_type> server{services};
        asio::io_context io;
        tcp::socket socket(io);
        socket.connect({asio::ip::address_v4::loopback(), server.port()});
        BOOST_TEST(exchange(socket, io).ends_with(uri_first));
    }
    slb::basic_emulator_server<services_type> server{services, slb::make_emulator_certificate(ca_file)};
    asio::io_context io;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.load_verify_file(ca_file);
    asio::ssl::stream<tcp::socket> stream(io, tls);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.next_layer().connect({asio::ip::address_v4::loopback(), server.port()});
    std::string bytes;
    stream.async_handshake(asio::ssl::stream_base::client, [](auto failed) { BOOST_TEST(!failed); });
    io.run_for(std::chrono::seconds(5));
    io.restart();
    BOOST_TEST(exchange(stream, io).find(R"("AccessKeyId":"STS.fake2")") != std::string::npos);
    // The keys are good at the other server.
    auto const forgotten = [](auto& served) { return served.remove_key("STS.fake2"); };
    BOOST_TEST(slb_server.with(forgotten));
    BOOST_TEST(!slb_server.with(forgotten));
}

BOOST_AUTO_TEST_SUITE_END()
