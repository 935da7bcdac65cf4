#include <slb/credential_providers/oidc_role_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_oidc_role)

namespace {

using namespace slb_test;

fake_process pod() {
    fake_process process;
    process.variables = {{"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::123456789012:role/demo"},
                         {"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::123456789012:oidc-provider/demo"},
                         {"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"},
                         {"ALIBABA_CLOUD_ROLE_SESSION_NAME", "s1"}};
    process.files["/token"].text = "head.pay+load.sig\n";
    return process;
}
fetched_key fetch_in(fake_process& process,
                     std::vector<canned_answer> const& answers = {{200, sts_answer()}}) {
    slb::credential_chain chain = only(process, std::make_unique<slb::oidc_role_source>());
    return fetch(chain, answers);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_token_is_sent_as_it_is_without_a_signature) {
    fake_process process = pod();
    fetched_key const key = fetch_in(process);
    BOOST_TEST(key.text() == "STS.fakeid/stssecret/ststoken until 1893557045");
    BOOST_TEST(key.requests.size() == 1U);
    BOOST_TEST(key.requests.at(0) ==
               "https://sts.aliyuncs.com:443 POST /?Version=2015-04-01&Action=AssumeRoleWithOIDC&Format=JSON"
               "&Timestamp=2030-01-02T03%3A04%3A05Z HTTP/1.1\r\n"
               "Host: sts.aliyuncs.com\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
               "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 189\r\n\r\n"
               "RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo"
               "&OIDCProviderArn=acs%3Aram%3A%3A123456789012%3Aoidc-provider%2Fdemo"
               "&OIDCToken=head.pay%2Bload.sig%0A&RoleSessionName=s1&DurationSeconds=3600");
}

BOOST_AUTO_TEST_CASE(the_token_file_is_read_at_each_fetch) {
    fake_process process = pod();
    slb::credential_chain chain = only(process, std::make_unique<slb::oidc_role_source>());
    BOOST_TEST(fetch(chain, {{200, sts_answer()}}).done);
    process.files["/token"].text = "newtoken";
    fetched_key const key = fetch(chain, {{200, sts_answer("2030-01-02T05:04:05Z")}}, key_time + 3600);
    BOOST_TEST(key.text() == "STS.fakeid/stssecret/ststoken until 1893560645");
    BOOST_TEST(key.requests.at(0).find("&OIDCToken=newtoken&") != std::string::npos);
    BOOST_TEST(key.requests.at(0).find("Timestamp=2030-01-02T04%3A04%3A05Z ") != std::string::npos);
    process.files.erase("/token");
    BOOST_TEST(fetch(chain).text() == "OIDC role: /token does not exist");
}

BOOST_AUTO_TEST_CASE(what_is_given_goes_before_the_environment) {
    fake_process process = pod();
    process.files["/other"].text = "other-token";
    slb::credential_chain chain = only(
        process, std::make_unique<slb::oidc_role_source>(
                     slb::assumed_role{
                         .role_arn = "r1", .session_name = "s2", .policy = "{}", .duration_seconds = 900},
                     "p1", "/other"));
    BOOST_TEST(
        fetch(chain).requests.at(0).ends_with("\r\n\r\nRoleArn=r1&OIDCProviderArn=p1&OIDCToken=other-token&"
                                              "RoleSessionName=s2&DurationSeconds=900&Policy=%7B%7D"));
}

BOOST_AUTO_TEST_CASE(each_missing_variable_is_named) {
    struct {
        char const* name;
        char const* problem;
    } const rows[] = {
        {"ALIBABA_CLOUD_ROLE_ARN", "the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set"},
        {"ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
         "the ARN of the OIDC provider is missing, and ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set"},
        {"ALIBABA_CLOUD_OIDC_TOKEN_FILE",
         "the OIDC token file is missing, and ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set"},
    };
    for (auto const& [name, problem] : rows) {
        fake_process process = pod();
        process.variables[name] = "";
        fetched_key const key = fetch_in(process);
        BOOST_TEST(key.text() == "OIDC role: " + std::string(problem));
        BOOST_TEST(key.requests.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_token_file_that_cannot_be_used_is_refused) {
    fake_process process = pod();
    auto const problem = [&] { return fetch_in(process).text(); };
    process.files["/token"].outcome = slb::file_outcome::unreadable;
    BOOST_TEST(problem() == "OIDC role: /token cannot be read");
    process.files["/token"].outcome = slb::file_outcome::too_large;
    BOOST_TEST(problem() == "OIDC role: /token is too large");
    process.files["/token"] = {"abc"};
    BOOST_TEST(problem() == "OIDC role: the OIDC token must have 4 to 20000 bytes, and /token has 3");
    process.files["/token"] = {std::string(20001, 'a')};
    BOOST_TEST(problem() == "OIDC role: the OIDC token must have 4 to 20000 bytes, and /token has 20001");
    process.files["/token"] = {std::string(20000, 'a')};
    BOOST_TEST(fetch_in(process).done);
    process.variables["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = std::string("/to\0ken", 7);
    BOOST_TEST(problem() == "OIDC role: /to?ken is no path");
}

BOOST_AUTO_TEST_CASE(a_refusal_is_told_without_the_token_it_repeats) {
    fake_process process = pod();
    process.files["/token"].text = "eyJhbGciOi.eyJzdWIiOiJzeXN0ZW0.c2lnbmF0dXJl";
    auto const problem = [&](std::string const& message) {
        return fetch_in(
                   process,
                   {{400, R"({"RequestId":"R","Code":"AuthenticationFail.OIDCToken.Expired","Message":")" +
                              message + "\"}"}})
            .text();
    };
    std::string const said = "OIDC role: HTTP 400: AuthenticationFail.OIDCToken.Expired: ";
    BOOST_TEST(problem("This JWT has expired.") == said + "This JWT has expired. (request id R)");
    BOOST_TEST(problem("Token eyJhbGciOi.eyJzdWIiOiJzeXN0ZW0.c2lnbmF0dXJl ended.") ==
               said + "Token ******************************************* ended. (request id R)");
    BOOST_TEST(problem("Claims eyJzdWIiOiJz, ended.") == said + "Claims ************, ended. (request id R)");
}

BOOST_AUTO_TEST_SUITE_END()
