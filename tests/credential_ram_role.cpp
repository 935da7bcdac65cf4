#include <slb/credential_providers/ram_role_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_ram_role)

namespace {

using namespace slb_test;

slb::access_key lasting_key() { return {slb::secret_text("LTAIfakeid"), slb::secret_text("fakesecret")}; }
slb::assumed_role demo() { return {.role_arn = "acs:ram::123456789012:role/demo", .session_name = "s1"}; }
auto role_of(slb::assumed_role role, slb::access_key key = lasting_key()) {
    return std::make_unique<slb::ram_role_source<>>(std::make_unique<slb::fixed_source>(std::move(key)),
                                                    std::move(role));
}
std::string fetched(slb::assumed_role role, std::vector<canned_answer> const& answers,
                    fake_process process = {}) {
    slb::credential_chain chain = only(process, role_of(std::move(role)));
    return fetch(chain, answers).text();
}
/// Where the request goes.
std::string host_of(slb::assumed_role role, fake_process process = {}, slb::credential_options options = {}) {
    slb::credential_chain chain = only(process, role_of(std::move(role)), options);
    fetched_key const key = fetch(chain);
    if (key.requests.size() != 1) return key.problem;
    std::string const& request = key.requests[0];
    std::size_t const at = request.find("Host: ");
    return request.substr(0, request.find(' ')) + ", " + request.substr(at, request.find('\r', at) - at);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_signature_is_the_one_computed_apart) {
    slb::detail::assume_role_call call;
    BOOST_TEST(
        slb::detail::sign_assume_role<slb::default_crypto>(call, demo(), lasting_key(), "nonce-1", key_time));
    BOOST_TEST(call.target.view() ==
               "/?AccessKeyId=LTAIfakeid&Action=AssumeRole&Format=JSON&SignatureMethod=HMAC-SHA1"
               "&SignatureNonce=nonce-1&SignatureVersion=1.0&Timestamp=2030-01-02T03%3A04%3A05Z"
               "&Version=2015-04-01&Signature=h0O2wvArVFgMFxTowesVhDgtV5M%3D");
    BOOST_TEST(call.form.view() == "DurationSeconds=3600&RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo"
                                   "&RoleSessionName=s1");
}

BOOST_AUTO_TEST_CASE(the_role_is_assumed_with_the_key_of_the_source) {
    fake_process process;
    slb::credential_chain chain = only(process, role_of(demo()));
    fetched_key const key = fetch(chain, {{200, sts_answer()}});
    BOOST_TEST(key.text() == "STS.fakeid/stssecret/ststoken until 1893557045");
    BOOST_TEST(key.requests.size() == 1U);
    BOOST_TEST(key.requests.at(0) ==
               "https://sts.aliyuncs.com:443 "
               "POST /?AccessKeyId=LTAIfakeid&Action=AssumeRole&Format=JSON&SignatureMethod=HMAC-SHA1"
               "&SignatureNonce=000102030405060708090a0b0c0d0e0f&SignatureVersion=1.0"
               "&Timestamp=2030-01-02T03%3A04%3A05Z&Version=2015-04-01"
               "&Signature=FS8wNwR5ZK4oiF4AWXwAmcgQDfE%3D HTTP/1.1\r\n"
               "Host: sts.aliyuncs.com\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
               "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 89\r\n\r\n"
               "DurationSeconds=3600&RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=s1");
}

BOOST_AUTO_TEST_CASE(a_source_that_asks_a_service_itself_is_asked_first_and_at_each_fetch) {
    fake_process process;
    slb::assumed_role role = demo();
    role.external_id = "abcd 1234";
    role.policy = R"({"Version":"1"})";
    role.duration_seconds = 900;
    slb::credential_chain chain = only(process, std::make_unique<slb::ram_role_source<>>(
                                                    std::make_unique<slb::uri_source>("http://h/key"), role));
    for (int i = 0; i != 2; ++i) {
        fetched_key const key = fetch(chain, {{200, key_answer()}, {200, sts_answer()}});
        BOOST_TEST(key.text() == "STS.fakeid/stssecret/ststoken until 1893557045");
        BOOST_TEST(key.requests.size() == 2U);
        BOOST_TEST(key.requests.at(0).substr(0, 24) == "http://h:80 GET /key HTT");
        BOOST_TEST(key.requests.at(1).find("POST /?AccessKeyId=STS.ecsid&Action=AssumeRole&Format=JSON"
                                           "&SecurityToken=ecstoken&SignatureMethod") != std::string::npos);
        BOOST_TEST(key.requests.at(1).find("&Signature=D7RESUpdjLQ15qHtUmQMOoXEhVs%3D HTTP/1.1\r\n") !=
                   std::string::npos);
        BOOST_TEST(key.requests.at(1).ends_with(
            "\r\n\r\nDurationSeconds=900&ExternalId=abcd%201234&Policy=%7B%22Version%22%3A%221%22%7D"
            "&RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=s1"));
    }
    BOOST_TEST(fetch(chain, {{404, "no"}}).text() == "RAM role: credentials URI: HTTP 404");
    BOOST_TEST(fetch(chain, {no_answer(slb::errc::timed_out)}).text() ==
               "RAM role: credentials URI: the deadline passed");
}

BOOST_AUTO_TEST_CASE(the_host_follows_from_region_and_network) {
    auto const in = [](char const* region, bool vpc = false) {
        slb::assumed_role role = demo();
        role.sts_region = region;
        role.vpc = vpc;
        return role;
    };
    auto const with = [](std::map<std::string, std::string> variables) {
        fake_process process;
        process.variables = std::move(variables);
        return process;
    };
    BOOST_TEST(host_of(in("")) == "https://sts.aliyuncs.com:443, Host: sts.aliyuncs.com");
    BOOST_TEST(host_of(in("", true)) == "https://sts.aliyuncs.com:443, Host: sts.aliyuncs.com");
    BOOST_TEST(host_of(in("cn-hangzhou")) ==
               "https://sts.cn-hangzhou.aliyuncs.com:443, Host: sts.cn-hangzhou.aliyuncs.com");
    BOOST_TEST(host_of(in("cn-hangzhou", true)) ==
               "https://sts-vpc.cn-hangzhou.aliyuncs.com:443, Host: sts-vpc.cn-hangzhou.aliyuncs.com");
    fake_process const named =
        with({{"ALIBABA_CLOUD_STS_REGION", "eu-central-1"}, {"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"}});
    BOOST_TEST(host_of(in(""), named) ==
               "https://sts-vpc.eu-central-1.aliyuncs.com:443, Host: sts-vpc.eu-central-1.aliyuncs.com");
    BOOST_TEST(host_of(in("cn-hangzhou"), named) ==
               "https://sts-vpc.cn-hangzhou.aliyuncs.com:443, Host: sts-vpc.cn-hangzhou.aliyuncs.com");
    BOOST_TEST(host_of(in(""), with({{"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"}})) ==
               "https://sts.aliyuncs.com:443, Host: sts.aliyuncs.com");
    slb::credential_options options;
    options.sts = slb::endpoint("127.0.0.1", 8443);
    BOOST_TEST(host_of(in("cn-hangzhou"), {}, options) == "https://127.0.0.1:8443, Host: 127.0.0.1:8443");
    options.sts_over_tls = false;
    options.sts = slb::endpoint("::1", 80);
    BOOST_TEST(host_of(in("cn-hangzhou"), {}, options) == "http://::1:80, Host: [::1]");
    options.sts = slb::endpoint("::1", 443);
    BOOST_TEST(host_of(in("cn-hangzhou"), {}, options) == "http://::1:443, Host: [::1]:443");
    for (char const* const region : {"evil.example.com/", "a.b", "cn hangzhou", "cn\r\nX: y", "-", "@"})
        BOOST_TEST(host_of(in(region)) == "RAM role: the region or host of STS is malformed", region);
}

BOOST_AUTO_TEST_CASE(what_is_left_out_comes_from_the_environment) {
    fake_process process;
    process.variables = {{"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/env"},
                         {"ALIBABA_CLOUD_ROLE_SESSION_NAME", "from-env"}};
    slb::credential_chain chain = only(process, role_of({}));
    BOOST_TEST(fetch(chain).requests.at(0).ends_with(
        "&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fenv&RoleSessionName=from-env"));
    process.variables.erase("ALIBABA_CLOUD_ROLE_SESSION_NAME");
    BOOST_TEST(fetch(chain).requests.at(0).ends_with("&RoleSessionName=slb-1893553445"));
    process.variables.clear();
    BOOST_TEST(fetch(chain).text() ==
               "RAM role: the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set");
}

BOOST_AUTO_TEST_CASE(parameters_that_the_service_would_refuse_are_not_sent) {
    struct row {
        slb::assumed_role role;
        std::string_view problem;
    };
    auto const changed = [](auto change) {
        slb::assumed_role role = demo();
        change(role);
        return role;
    };
    std::string_view const session = "the session name must be 2 to 64 letters, digits or . @ - _";
    std::string_view const duration = "the duration must be 900 to 43200 seconds";
    row const rows[] = {
        {changed([](auto& role) { role.role_arn = "acs:ram::1:role/a b"; }),
         "the ARN of the role is malformed"},
        {changed([](auto& role) { role.role_arn = std::string(513, 'a'); }),
         "the ARN of the role is malformed"},
        {changed([](auto& role) { role.session_name = "a"; }), session},
        {changed([](auto& role) { role.session_name = std::string(65, 'a'); }), session},
        {changed([](auto& role) { role.session_name = "a b"; }), session},
        {changed([](auto& role) { role.duration_seconds = 899; }), duration},
        {changed([](auto& role) { role.duration_seconds = 43201; }), duration},
        {changed([](auto& role) { role.duration_seconds = -1; }), duration},
        {changed([](auto& role) { role.policy = std::string(2049, 'p'); }),
         "the policy must not have more than 2048 bytes"},
        {changed([](auto& role) { role.external_id = "x"; }), "the external id must have 2 to 1224 bytes"},
        {changed([](auto& role) { role.external_id = std::string(1225, 'x'); }),
         "the external id must have 2 to 1224 bytes"},
    };
    for (auto const& [role, problem] : rows)
        BOOST_TEST(fetched(role, {}) == "RAM role: " + std::string(problem));
    for (auto const& role : {changed([](auto& each) { each.session_name = std::string(64, 'a'); }),
                             changed([](auto& each) { each.session_name = "a@"; }),
                             changed([](auto& each) { each.duration_seconds = 43200; }),
                             changed([](auto& each) { each.policy = std::string(2048, 'p'); }),
                             changed([](auto& each) { each.external_id = "xy"; })})
        BOOST_TEST(fetched(role, {{200, sts_answer()}}) == "STS.fakeid/stssecret/ststoken until 1893557045");
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_key_is_refused_with_its_reason) {
    struct {
        canned_answer answer;
        char const* problem;
    } const rows[] = {
        {{403,
          R"({"RequestId":"R-1","HostId":"sts.aliyuncs.com","Code":"NoPermission","Message":"You are not\nauthorized."})"},
         "HTTP 403: NoPermission: You are not?authorized. (request id R-1)"},
        {{400, R"({"Code":"InvalidParameter"})"}, "HTTP 400: InvalidParameter"},
        {{500, R"({"Message":5})"}, "HTTP 500"},
        {{502, "<html>bad gateway</html>"}, "HTTP 502"},
        {{302, ""}, "HTTP 302"},
        {{200, ""}, "the answer is not well-formed JSON"},
        {{200, "<AssumeRoleResponse/>"}, "the answer is not well-formed JSON"},
        {{200, "[]"}, "the answer is no JSON object"},
        {{200, "{\"a\":\"\xff\"}"}, "the answer is not UTF-8"},
        {{200, std::string(100, '[')}, "the answer is nested too deeply"},
        {{200, "{}"}, "Credentials is missing in the answer"},
        {{200, R"({"Credentials":null})"}, "Credentials is missing in the answer"},
        {{200, R"({"Credentials":[{}]})"}, "Credentials is missing in the answer"},
        {{200, without(sts_answer(), R"("AccessKeyId":"STS.fakeid",)")},
         "AccessKeyId is missing in the answer"},
        {{200, without(sts_answer(), R"("AccessKeySecret":"stssecret",)")},
         "AccessKeySecret is missing in the answer"},
        {{200, without(sts_answer(), R"("SecurityToken":"ststoken",)")},
         "SecurityToken is missing in the answer"},
        {{200, without(sts_answer(), R"(,"Expiration":"2030-01-02T04:04:05Z")")},
         "Expiration is missing in the answer"},
        {{200, without(sts_answer(), "ststoken")}, "SecurityToken is empty in the answer"},
        {{200, without(sts_answer(), "STS.fakeid")}, "AccessKeyId is empty in the answer"},
        {{200, without(sts_answer(), "\"stssecret\"")}, "the answer is not well-formed JSON"},
        {{200, R"({"Credentials":{"AccessKeyId":5}})"}, "AccessKeyId is no text in the answer"},
        {{200, R"({"Credentials":{"AccessKeyId":"a","AccessKeyId":"b"}})"},
         "AccessKeyId stands twice in the answer"},
        {{200,
          R"({"Credentials":{"AccessKeyId":"a b","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2030-01-02T04:04:05Z"}})"},
         "access key id must be printable ASCII without space or comma"},
        {{200, sts_answer("2030-01-02T03:04:05Z")},
         "the key that came has ended at 2030-01-02T03:04:05Z; is the clock of this machine right?"},
        {{200, sts_answer("1999-01-01T00:00:00Z")},
         "the key that came has ended at 1999-01-01T00:00:00Z; is the clock of this machine right?"},
        {{200, std::string(1024 * 1024 + 1, ' ')}, "the body of the response is too large"},
        {no_answer(slb::errc::certificate_refused), "the server's certificate was refused"},
        {no_answer(slb::errc::none), "the connection was closed before the response was complete"},
    };
    for (auto const& [answer, problem] : rows)
        BOOST_TEST(fetched(demo(), {answer}) == "RAM role: " + std::string(problem));
    for (char const* const time : {"2030-02-30T00:00:00Z", "2030-01-02T04:04:05.000Z", "2030-01-02 04:04:05Z",
                                   "2030-01-02T24:00:00Z", "2030-13-01T00:00:00Z", "2030-01-02T04:04:05",
                                   "1893557045", "2030-01-02T04:04:60Z", "2031-02-29T00:00:00Z"})
        BOOST_TEST(fetched(demo(), {{200, sts_answer(time)}}) ==
                       "RAM role: Expiration is no time like 2030-01-01T00:00:00Z",
                   time);
    BOOST_TEST(fetched(demo(), {{200, sts_answer("2032-02-29T00:00:00Z")}}) ==
               "STS.fakeid/stssecret/ststoken until 1961625600");
}

BOOST_AUTO_TEST_CASE(a_long_text_of_the_service_is_cut) {
    std::string const problem = fetched(demo(), {{400, R"({"Code":"C","Message":")" + [] {
                                                      std::string words;
                                                      for (int i = 0; i != 200; ++i) words += "w\u00f6rds ";
                                                      return words;
                                                  }() + "\"}"}});
    BOOST_TEST(problem.size() < 350U);
    BOOST_TEST(problem.ends_with("..."));
}

BOOST_AUTO_TEST_CASE(a_refused_signature_does_not_show_what_was_signed) {
    BOOST_TEST(
        fetched(demo(),
                {{400, R"({"Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched)"
                       R"( with our calculation. server string to sign is:POST&%2F&AccessKeyId"})"}}) ==
        "RAM role: HTTP 400: SignatureDoesNotMatch: Specified signature is not matched with our calculation. "
        "server ");
}

BOOST_AUTO_TEST_CASE(when_the_crypto_library_fails_nothing_is_sent) {
    struct broken : slb::default_crypto {
        static bool hmac(hmac_sha1_key const&, std::string_view, std::span<unsigned char, 20>) noexcept {
            return false;
        }
        static bool hmac(hmac_sha256_key const&, std::string_view, std::span<unsigned char, 32>) noexcept {
            return false;
        }
    };
    fake_process process;
    slb::credential_chain chain =
        only(process, std::make_unique<slb::ram_role_source<broken>>(
                          std::make_unique<slb::fixed_source>(lasting_key()), demo()));
    fetched_key const key = fetch(chain);
    BOOST_TEST(key.text() == "RAM role: the crypto library failed");
    BOOST_TEST(key.requests.empty());
}

BOOST_AUTO_TEST_SUITE_END()
