#include <slb/credential_providers/config_file_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_config_file)

namespace {

using namespace slb_test;

constexpr char const* path = "/home/me/.aliyun/config.json";

// As the documentation of the vendor's command line tool has it.
constexpr char const* all_modes = R"({"current":"app","profiles":[
 {"name":"base","mode":"AK","access_key_id":"LTAIfakeid","access_key_secret":"fakesecret","region_id":"cn-hangzhou"},
 {"name":"tmp","mode":"StsToken","access_key_id":"STS.tmpid","access_key_secret":"tmpsecret","sts_token":"fake-token"},
 {"name":"role","mode":"RamRoleArn","access_key_id":"LTAIfakeid","access_key_secret":"fakesecret",
  "ram_role_arn":"acs:ram::123456789012:role/demo","ram_session_name":"s1","expired_seconds":1800,"sts_region":"cn-hangzhou"},
 {"name":"app","mode":"ChainableRamRoleArn","source_profile":"base","ram_role_arn":"acs:ram::123456789012:role/demo",
  "ram_session_name":"s1","external_id":"abcd1234"},
 {"name":"vm","mode":"EcsRamRole","ram_role_name":"demo-ecs"},
 {"name":"pod","mode":"OIDC","oidc_provider_arn":"acs:ram::123456789012:oidc-provider/demo",
  "oidc_token_file":"/var/run/secrets/token","ram_role_arn":"acs:ram::123456789012:role/demo","ram_session_name":"s1"},
 {"name":"sso","mode":"CloudSSO","access_token":"fake"},{"name":"oa","mode":"OAuth","oauth_site_type":"INTL"},
 {"name":"ext","mode":"External","process_command":"get-cred --json"},
 {"name":"uri","mode":"CredentialsURI","credentials_uri":"http://localhost:6666/"},
 {"name":"on-vm","mode":"ChainableRamRoleArn","source_profile":"vm","ram_role_arn":"acs:ram::1:role/a"},
 {"name":"on-on-vm","mode":"ChainableRamRoleArn","source_profile":"on-vm","ram_role_arn":"acs:ram::1:role/b","enable_vpc":true,
  "sts_region":"cn-beijing","policy":"{}"}],
 "meta_path":"","unknown":[1,{"a":null}]})";

fetched_key fetch_profile(std::string const& file, std::string const& profile,
                          std::vector<canned_answer> const& answers = {}) {
    fake_process process;
    process.files[path].text = file;
    process.files["/var/run/secrets/token"].text = "pod-token";
    process.variables["ALIBABA_CLOUD_PROFILE"] = profile;
    slb::credential_chain chain = only(process, std::make_unique<slb::config_file_source<>>());
    return fetch(chain, answers);
}
std::string problem_of(std::string const& file, std::string const& profile = "") {
    fetched_key const key = fetch_profile(file, profile);
    std::string const begin = "config.json: " + std::string(path);
    BOOST_TEST(key.requests.empty());
    return key.problem.substr(0, begin.size()) == begin ? key.problem.substr(begin.size()) : "?" + key.text();
}
/// A file with one profile, whose members are given.
std::string one(std::string const& members) {
    return R"({"current":"p","profiles":[{"name":"p",)" + members + "}]}";
}
bool has(std::string const& text, std::string_view part) { return text.find(part) != text.npos; }

constexpr char const* from_sts = "STS.fakeid/stssecret/ststoken until 1893557045";

} // namespace

BOOST_AUTO_TEST_CASE(the_lasting_modes_need_no_service) {
    BOOST_TEST(fetch_profile(all_modes, "base").text() == "LTAIfakeid/fakesecret");
    BOOST_TEST(fetch_profile(all_modes, "tmp").text() == "STS.tmpid/tmpsecret/fake-token");
}

BOOST_AUTO_TEST_CASE(ram_role_arn_assumes_a_role) {
    fetched_key const key = fetch_profile(all_modes, "role", {{200, sts_answer()}});
    BOOST_TEST(key.text() == from_sts);
    BOOST_TEST(key.requests.size() == 1U);
    BOOST_TEST(
        has(key.requests.at(0),
            "https://sts.cn-hangzhou.aliyuncs.com:443 POST /?AccessKeyId=LTAIfakeid&Action=AssumeRole&"));
    BOOST_TEST(has(
        key.requests.at(0),
        "\r\n\r\nDurationSeconds=1800&RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=s1"));
}

BOOST_AUTO_TEST_CASE(the_current_profile_is_taken_unless_another_is_named) {
    fetched_key const key = fetch_profile(all_modes, "", {{200, sts_answer()}});
    BOOST_TEST(key.text() == from_sts);
    BOOST_TEST(has(key.requests.at(0), "&ExternalId=abcd1234&"));
}

BOOST_AUTO_TEST_CASE(ecs_ram_role_asks_the_metadata_service) {
    fetched_key const key = fetch_profile(all_modes, "vm", {{200, "t"}, {200, key_answer()}});
    BOOST_TEST(key.text() == "STS.ecsid/ecssecret/ecstoken until 1893575045");
    BOOST_TEST(has(key.requests.at(1),
                   "http://100.100.100.200:80 GET /latest/meta-data/ram/security-credentials/demo-ecs "));
    // Without a name, it is asked for.
    BOOST_TEST(
        fetch_profile(one(R"("mode":"EcsRamRole")"), "", {{200, "t"}, {200, "demo"}, {200, key_answer()}})
            .done);
}

BOOST_AUTO_TEST_CASE(ecs_ram_role_can_be_forbidden) {
    fake_process process;
    process.files[path].text = all_modes;
    process.variables = {{"ALIBABA_CLOUD_PROFILE", "vm"}, {"ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"}};
    slb::credential_chain chain = only(process, std::make_unique<slb::config_file_source<>>());
    BOOST_TEST(fetch(chain).text() ==
               "config.json: profile vm: disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
}

BOOST_AUTO_TEST_CASE(oidc_assumes_a_role_with_the_token_of_a_file) {
    fetched_key const key = fetch_profile(all_modes, "pod", {{200, sts_answer()}});
    BOOST_TEST(key.text() == from_sts);
    BOOST_TEST(has(key.requests.at(0), "Action=AssumeRoleWithOIDC&"));
    BOOST_TEST(has(key.requests.at(0), "&OIDCToken=pod-token&"));
    BOOST_TEST(
        fetch_profile(one(R"("mode":"OIDC")"), "").text() ==
        "config.json: profile p: the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set");
}

BOOST_AUTO_TEST_CASE(a_chain_of_profiles_is_followed_from_its_end) {
    fetched_key const key = fetch_profile(
        all_modes, "on-on-vm", {{200, "t"}, {200, key_answer()}, {200, sts_answer()}, {200, sts_answer()}});
    BOOST_TEST(key.text() == from_sts);
    BOOST_TEST(key.requests.size() == 4U);
    BOOST_TEST(has(key.requests.at(2), "https://sts.aliyuncs.com:443 POST /?AccessKeyId=STS.ecsid&"));
    BOOST_TEST(has(key.requests.at(2), "&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fa&"));
    BOOST_TEST(has(key.requests.at(3),
                   "https://sts-vpc.cn-beijing.aliyuncs.com:443 POST /?AccessKeyId=STS.fakeid&"));
    BOOST_TEST(has(key.requests.at(3), "&Policy=%7B%7D&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fb&"));
    BOOST_TEST(fetch_profile(all_modes, "on-on-vm", {{200, "t"}, {500, ""}}).text() ==
               "config.json: profile on-on-vm: RAM role: ECS RAM role: the key of demo-ecs: HTTP 500");
}

BOOST_AUTO_TEST_CASE(profiles_that_lead_in_a_circle_are_refused) {
    auto const chained = [](char const* name, char const* source) {
        return std::string(R"({"name":")") + name +
               R"(","mode":"ChainableRamRoleArn","ram_role_arn":"r","source_profile":")" + source + "\"}";
    };
    std::string const file = R"({"current":"a","profiles":[)" + chained("a", "b") + "," + chained("b", "c") +
                             "," + chained("c", "b") + "," + chained("self", "self") + "]}";
    BOOST_TEST(problem_of(file) == ": profile c: profile b leads back to itself: a -> b -> c");
    BOOST_TEST(problem_of(file, "self") == ": profile self: profile self leads back to itself: self");
    std::string far = R"({"current":"p0","profiles":[)";
    for (int i = 0; i != 100; ++i)
        far += chained(("p" + std::to_string(i)).c_str(), ("p" + std::to_string(i + 1)).c_str()) + ",";
    far += R"({"name":"p100","mode":"AK","access_key_id":"i","access_key_secret":"s"}]})";
    BOOST_TEST(problem_of(far) ==
               ": profile p7: source_profile leads too far: p0 -> p1 -> p2 -> p3 -> p4 -> p5 -> p6 -> p7");
    BOOST_TEST(fetch_profile(far, "p93", std::vector<canned_answer>(7, {200, sts_answer()})).text() ==
               from_sts);
}

BOOST_AUTO_TEST_CASE(a_mode_that_is_not_supported_is_named) {
    auto const unsupported = [](std::string const& profile, std::string const& mode) {
        return ": profile " + profile + ": mode " + mode +
               " is not supported; AK, StsToken, RamRoleArn, EcsRamRole, OIDC and ChainableRamRoleArn are";
    };
    BOOST_TEST(problem_of(all_modes, "sso") == unsupported("sso", "CloudSSO"));
    BOOST_TEST(problem_of(all_modes, "oa") == unsupported("oa", "OAuth"));
    BOOST_TEST(problem_of(all_modes, "ext") == unsupported("ext", "External"));
    BOOST_TEST(problem_of(all_modes, "uri") == unsupported("uri", "CredentialsURI"));
    for (char const* const mode :
         {"RsaKeyPair", "BearerToken", "Anonymous", "RamRoleArnWithRoleName", "ak", "AK "})
        BOOST_TEST(problem_of(one("\"mode\":\"" + std::string(mode) + "\"")) == unsupported("p", mode));
    BOOST_TEST(problem_of(one(R"("mode":"a\nb")")) == unsupported("p", "a?b"));
    BOOST_TEST(problem_of(one(R"("mode":")" + std::string(100, 'm') + "\"")) ==
               unsupported("p", std::string(64, 'm') + "..."));
}

BOOST_AUTO_TEST_CASE(each_member_that_a_mode_needs_is_named_when_it_is_missing) {
    std::string const id = R"("access_key_id":"i",)";
    std::string const secret = R"("access_key_secret":"s",)";
    struct {
        std::string members;
        char const* problem;
    } const rows[] = {
        {R"("mode":null)", "mode is missing"},
        {R"("mod":"AK")", "mode is missing"},
        {R"("mode":"")", "mode is missing"},
        {R"("mode":5)", "mode is no text"},
        {R"("mode":"AK","mode":"AK")", "mode stands twice"},
        {secret + R"("mode":"AK")", "access_key_id is missing"},
        {id + R"("mode":"AK")", "access_key_secret is missing"},
        {id + R"("mode":"AK","access_key_secret":"")", "access_key_secret is missing"},
        {id + R"("mode":"AK","access_key_secret":["s"])", "access_key_secret is no text"},
        {secret + R"("mode":"StsToken")", "access_key_id is missing"},
        {id + R"("mode":"StsToken")", "access_key_secret is missing"},
        {id + secret + R"("mode":"StsToken")", "sts_token is missing"},
        {id + secret + R"("mode":"RamRoleArn")", "ram_role_arn is missing"},
        {secret + R"("mode":"RamRoleArn","ram_role_arn":"r")", "access_key_id is missing"},
        {id + R"("mode":"RamRoleArn","ram_role_arn":"r")", "access_key_secret is missing"},
        {id + secret + R"("mode":"RamRoleArn","ram_role_arn":"r","expired_seconds":"soon")",
         "expired_seconds is no whole number"},
        {id + secret + R"("mode":"RamRoleArn","ram_role_arn":"r","expired_seconds":1.5)",
         "expired_seconds is no whole number"},
        {id + secret + R"("mode":"RamRoleArn","ram_role_arn":"r","enable_vpc":1)",
         "enable_vpc is neither true nor false"},
        {id + secret + R"("mode":"RamRoleArn","ram_role_arn":"r","policy":{})", "policy is no text"},
        {R"("mode":"ChainableRamRoleArn","ram_role_arn":"r")", "source_profile is missing"},
        {R"("mode":"ChainableRamRoleArn","source_profile":"p2")", "ram_role_arn is missing"},
        {R"("mode":"EcsRamRole","ram_role_name":5)", "ram_role_name is no text"},
        {R"("mode":"OIDC","oidc_provider_arn":5)", "oidc_provider_arn is no text"},
        {R"("mode":"OIDC","oidc_token_file":5)", "oidc_token_file is no text"},
    };
    for (auto const& [members, problem] : rows)
        BOOST_TEST(problem_of(one(members)) == ": profile p: " + std::string(problem), members);
    BOOST_TEST(problem_of(one(R"("mode":"ChainableRamRoleArn","ram_role_arn":"r","source_profile":"q")")) ==
               ": there is no profile q");
    BOOST_TEST(fetch_profile(one(R"("mode":"RamRoleArn","ram_role_arn":"r","expired_seconds":0,)" + id +
                                 secret + R"("x":0)"),
                             "", {{200, sts_answer()}})
                   .text() == from_sts);
    BOOST_TEST(fetch_profile(one(R"("mode":"RamRoleArn","ram_role_arn":"r","expired_seconds":899,)" + id +
                                 secret + R"("x":0)"),
                             "")
                   .text() == "config.json: profile p: the duration must be 900 to 43200 seconds");
    BOOST_TEST(
        fetch_profile(one(R"("mode":"AK","access_key_id":"i","access_key_secret":"a secret")"), "").text() ==
        "config.json: profile p: access key secret must be printable ASCII without space or comma");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_is_refused) {
    struct {
        char const* file;
        char const* problem;
    } const rows[] = {
        {"", " is not well-formed JSON"},
        {"{", " is not well-formed JSON"},
        {"[]", " is no JSON object"},
        {"{\"a\":\"\xff\"}", " is not UTF-8"},
        {"{}", ": current is missing, and ALIBABA_CLOUD_PROFILE is not set"},
        {R"({"current":5})", ": current is missing, and ALIBABA_CLOUD_PROFILE is not set"},
        {R"({"current":"p"})", ": profiles is no list"},
        {R"({"current":"p","profiles":{"name":"p"}})", ": profiles is no list"},
        {R"({"current":"p","profiles":[]})", ": there is no profile p"},
        {R"({"current":"p","profiles":[{},null,5,"p",[],{"name":"P"}]})", ": there is no profile p"},
        {R"({"current":"p","profiles":[{"name":"p"}]})", ": profile p: mode is missing"},
    };
    for (auto const& [file, problem] : rows) BOOST_TEST(problem_of(file) == problem, file);
    BOOST_TEST(problem_of(std::string(70, '[')) == " is nested too deeply");
    BOOST_TEST(problem_of(all_modes, "APP") == ": there is no profile APP");
    BOOST_TEST(problem_of(all_modes, "a\nb") == ": there is no profile a?b");
}

BOOST_AUTO_TEST_CASE(of_profiles_with_one_name_the_first_counts) {
    BOOST_TEST(
        fetch_profile(
            R"({"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"i1","access_key_secret":"s"},)"
            R"({"name":"p","mode":"AK","access_key_id":"i2","access_key_secret":"s"}]})",
            "")
            .text() == "i1/s");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_refused) {
    fake_process process;
    slb::credential_chain chain = only(process, std::make_unique<slb::config_file_source<>>());
    BOOST_TEST(fetch(chain).text() == "config.json: /home/me/.aliyun/config.json does not exist");
    process.files[path].outcome = slb::file_outcome::unreadable;
    BOOST_TEST(fetch(chain).text() == "config.json: /home/me/.aliyun/config.json cannot be read");
    process.files[path].outcome = slb::file_outcome::too_large;
    BOOST_TEST(fetch(chain).text() == "config.json: /home/me/.aliyun/config.json is too large");
    process.variables["ALIBABA_CLOUD_CONFIG_FILE"] = "/other";
    BOOST_TEST(fetch(chain).text() == "config.json: /other does not exist");
    process.files["/other"].text = one(R"("mode":"AK","access_key_id":"i","access_key_secret":"s")");
    BOOST_TEST(fetch(chain).text() == "i/s");
    process.variables["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = "true";
    BOOST_TEST(fetch(chain).text() == "config.json: disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED");
}

BOOST_AUTO_TEST_CASE(each_fetch_reads_the_file_again) {
    fake_process process;
    process.files[path].text = all_modes;
    slb::credential_chain chain = only(process, std::make_unique<slb::config_file_source<>>());
    BOOST_TEST(fetch(chain, {{200, sts_answer()}}).done);
    process.files[path].text = one(R"("mode":"EcsRamRole","ram_role_name":"new")");
    BOOST_TEST(fetch(chain, {{200, "t"}, {200, key_answer()}}, key_time + 3600).text() ==
               "STS.ecsid/ecssecret/ecstoken until 1893575045");
    process.files[path].text = one(R"("mode":"AK","access_key_id":"\u0069","access_key_secret":"s\u002f")");
    BOOST_TEST(fetch(chain).text() == "i/s/");
}

BOOST_AUTO_TEST_SUITE_END()
