#include <slb/credential_providers/ini_file_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_ini_file)

namespace {

using namespace slb_test;

constexpr char const* path = "/home/me/.alibabacloud/credentials";

// As documented, with what editors of several systems leave behind.
constexpr char const* all_types = "# my keys\n"
                                  "; and more\n"
                                  "\n"
                                  "[default]\r\n"
                                  "enable = true\r\n"
                                  "type = access_key\r\n"
                                  "access_key_id = LTAIfakeid\r\n"
                                  "access_key_secret=fakesecret ; not shown\r\n"
                                  "  [ role ]  \n"
                                  "\ttype=ram_role_arn\n"
                                  "access_key_id = LTAIfakeid # of 2020\n"
                                  "access_key_secret = fake#secret=;\n"
                                  "role_arn = acs:ram::123456789012:role/demo\n"
                                  "role_session_name = s1\n"
                                  "policy = {\"a\": \"b\"}\n"
                                  "[vm]\n"
                                  "type = ecs_ram_role\n"
                                  "role_name = demo-ecs\n"
                                  "[any-vm]\n"
                                  "type = ecs_ram_role\n"
                                  "role_name =\n"
                                  "[pod]\n"
                                  "type = oidc_role_arn\n"
                                  "role_arn = acs:ram::123456789012:role/demo\n"
                                  "oidc_provider_arn = acs:ram::123456789012:oidc-provider/demo\n"
                                  "oidc_token_file_path = /token\n"
                                  "role_session_name = s1\n"
                                  "[rsa]\n"
                                  "type = rsa_key_pair\n"
                                  "[off]\n"
                                  "enable = false\n"
                                  "type = access_key";

fetched_key fetch_section(std::string const& file, std::string const& section,
                          std::vector<canned_answer> const& answers = {}) {
    fake_process process;
    process.files[path].text = file;
    process.files["/token"].text = "pod-token";
    process.variables["ALIBABA_CLOUD_PROFILE"] = section;
    slb::credential_chain chain = only(process, std::make_unique<slb::ini_file_source<>>());
    return fetch(chain, answers);
}
std::string problem_of(std::string const& file, std::string const& section = "") {
    fetched_key const key = fetch_section(file, section);
    std::string const begin = "credentials file: " + std::string(path) + ": ";
    BOOST_TEST(key.requests.empty());
    return key.problem.substr(0, begin.size()) == begin ? key.problem.substr(begin.size()) : "?" + key.text();
}
bool has(std::string const& text, std::string_view part) { return text.find(part) != text.npos; }

constexpr char const* from_sts = "STS.fakeid/stssecret/ststoken until 1893557045";

} // namespace

BOOST_AUTO_TEST_CASE(access_key_needs_no_service) {
    BOOST_TEST(fetch_section(all_types, "").text() == "LTAIfakeid/fakesecret");
    BOOST_TEST(fetch_section(all_types, "default").text() == "LTAIfakeid/fakesecret");
}

BOOST_AUTO_TEST_CASE(ram_role_arn_assumes_a_role) {
    fetched_key const key = fetch_section(all_types, "role", {{200, sts_answer()}});
    BOOST_TEST(key.text() == from_sts);
    BOOST_TEST(has(key.requests.at(0),
                   "https://sts.aliyuncs.com:443 POST /?AccessKeyId=LTAIfakeid&Action=AssumeRole&"));
    BOOST_TEST(has(key.requests.at(0),
                   "\r\n\r\nDurationSeconds=3600&Policy=%7B%22a%22%3A%20%22b%22%7D"
                   "&RoleArn=acs%3Aram%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=s1"));
}

BOOST_AUTO_TEST_CASE(ecs_ram_role_asks_the_metadata_service) {
    fetched_key const key = fetch_section(all_types, "vm", {{200, "t"}, {200, key_answer()}});
    BOOST_TEST(key.text() == "STS.ecsid/ecssecret/ecstoken until 1893575045");
    BOOST_TEST(has(key.requests.at(1), "GET /latest/meta-data/ram/security-credentials/demo-ecs "));
    BOOST_TEST(fetch_section(all_types, "any-vm", {{200, "t"}, {200, "r"}, {200, key_answer()}}).done);
    BOOST_TEST(fetch_section(all_types, "vm", {{200, "t"}, {404, ""}}).text() ==
               "credentials file: section vm: the key of demo-ecs: HTTP 404");
}

BOOST_AUTO_TEST_CASE(oidc_role_arn_assumes_a_role_with_the_token_of_a_file) {
    fetched_key const key = fetch_section(all_types, "pod", {{200, sts_answer()}});
    BOOST_TEST(key.text() == from_sts);
    BOOST_TEST(has(key.requests.at(0), "&OIDCToken=pod-token&"));
    BOOST_TEST(fetch_section("[default]\ntype=oidc_role_arn\n", "").text() ==
               "credentials file: section default: the ARN of the role is missing, and "
               "ALIBABA_CLOUD_ROLE_ARN is not set");
}

BOOST_AUTO_TEST_CASE(a_type_that_is_not_supported_is_named) {
    auto const unsupported = [](std::string const& section, std::string const& type) {
        return "section " + section + ": type " + type +
               " is not supported; access_key, ram_role_arn, ecs_ram_role and oidc_role_arn are";
    };
    BOOST_TEST(problem_of(all_types, "rsa") == unsupported("rsa", "rsa_key_pair"));
    for (char const* const type : {"sts", "bearer", "credentials_uri", "AK", "Access_Key", "\"access_key\""})
        BOOST_TEST(problem_of("[default]\ntype = " + std::string(type)) == unsupported("default", type));
    BOOST_TEST(problem_of("[default]\ntype = " + std::string(100, 't')) ==
               unsupported("default", std::string(64, 't') + "..."));
    BOOST_TEST(problem_of("[default]\ntype = a\x1b\xff") == unsupported("default", "a??"));
}

BOOST_AUTO_TEST_CASE(each_key_that_a_type_needs_is_named_when_it_is_missing) {
    struct {
        char const* section;
        char const* problem;
    } const rows[] = {
        {"", "type is missing"},
        {"type =\n", "type is missing"},
        {"Type = access_key\n", "type is missing"},
        {"type = access_key\naccess_key_secret = s\n", "access_key_id is missing"},
        {"type = access_key\naccess_key_id = i\n", "access_key_secret is missing"},
        {"type = access_key\naccess_key_id = i\naccess_key_secret = ; s\n", "access_key_secret is missing"},
        {"type = ram_role_arn\naccess_key_id = i\naccess_key_secret = s\n", "role_arn is missing"},
        {"type = ram_role_arn\nrole_arn = r\naccess_key_secret = s\n", "access_key_id is missing"},
        {"type = ram_role_arn\nrole_arn = r\naccess_key_id = i\n", "access_key_secret is missing"},
        {"enable = false\ntype = access_key\n", "enable is not true"},
        {"enable = 1\ntype = access_key\n", "enable is not true"},
    };
    for (auto const& [section, problem] : rows)
        BOOST_TEST(problem_of("[default]\n" + std::string(section)) ==
                       "section default: " + std::string(problem),
                   section);
    BOOST_TEST(
        fetch_section("[default]\ntype=access_key\naccess_key_id=i\naccess_key_secret=a b", "").text() ==
        "credentials file: section default: access key secret must be printable ASCII without space or "
        "comma");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_none_is_refused_by_its_number) {
    struct {
        char const* file;
        char const* problem;
    } const rows[] = {
        {"", "there is no section default"},
        {"\n\n", "there is no section default"},
        {"type = access_key\n", "there is no section default"},
        {"[Default]\n", "there is no section default"},
        {"[default\n", "line 1 begins a section without a ]"},
        {"[\n", "line 1 begins a section without a ]"},
        {"[default] x\n", "line 1 begins a section without a ]"},
        {"[default]\n[a]\n[default]\n", "line 3 begins the section a second time"},
        {"[default]\ntype = a\n\n type = b\n", "line 4 gives a key a second time"},
        {"[default]\ntype\n", "line 2 is no section, comment or key = value"},
        {"[default]\n= x\n", "line 2 is no section, comment or key = value"},
        {"[default]\ntype = access_key\n[other]\nsecret\n", "line 4 is no section, comment or key = value"},
        {"\xef\xbb\xbf[default]\n", "line 1 is no section, comment or key = value"},
    };
    for (auto const& [file, problem] : rows) BOOST_TEST(problem_of(file) == problem, file);
    BOOST_TEST(problem_of(std::string("[default]\n\0", 11)) ==
               "line 2 is no section, comment or key = value");
    BOOST_TEST(problem_of(all_types, "none") == "there is no section none");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_refused) {
    fake_process process;
    slb::credential_chain chain = only(process, std::make_unique<slb::ini_file_source<>>());
    BOOST_TEST(fetch(chain).text() == "credentials file: /home/me/.alibabacloud/credentials does not exist");
    process.files[path].outcome = slb::file_outcome::unreadable;
    BOOST_TEST(fetch(chain).text() == "credentials file: /home/me/.alibabacloud/credentials cannot be read");
    process.files[path].outcome = slb::file_outcome::too_large;
    BOOST_TEST(fetch(chain).text() == "credentials file: /home/me/.alibabacloud/credentials is too large");
    process.variables["ALIBABA_CLOUD_CREDENTIALS_FILE"] = "/other";
    BOOST_TEST(fetch(chain).text() == "credentials file: /other does not exist");
    process.files["/other"].text = all_types;
    BOOST_TEST(fetch(chain).text() == "LTAIfakeid/fakesecret");
    process.variables["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = "true"; // is of the other file
    BOOST_TEST(fetch(chain).text() == "LTAIfakeid/fakesecret");
}

BOOST_AUTO_TEST_CASE(each_fetch_reads_the_file_again) {
    fake_process process;
    process.files[path].text = all_types;
    process.variables["ALIBABA_CLOUD_PROFILE"] = "vm";
    slb::credential_chain chain = only(process, std::make_unique<slb::ini_file_source<>>());
    BOOST_TEST(fetch(chain, {{200, "t"}, {200, key_answer()}}).done);
    process.files[path].text = "[vm]\ntype=access_key\naccess_key_id=i\naccess_key_secret=s";
    BOOST_TEST(fetch(chain, {}, key_time + 3600).text() == "i/s");
}

BOOST_AUTO_TEST_SUITE_END()
