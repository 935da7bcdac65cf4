#include <slb/credential_providers.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

BOOST_AUTO_TEST_SUITE(credential_providers)

namespace {

using namespace slb_test;

constexpr char const* config = "/home/me/.aliyun/config.json";
constexpr char const* ini = "/home/me/.alibabacloud/credentials";

// No service and no file may say these again. Each is of its own kind: an id, a secret, tokens of a file, of
// a profile, of the metadata service, in a URI, and in answers.
constexpr std::string_view secrets[] = {
    "EnvSecret7Gk2Pq9XvTz4",   "EnvToken/CAIS5Wf+3nR8uYbA==",
    "CliSecretM3hQ6zLx0WcD",   "CliToken+CAESk9Jd/2sV7eNp==",
    "IniSecretT5rBy1UoKq8H",   "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl",
    "v2MetaToken4aXs0PqLrW==", "UriCode6hVnE3iZmFt2",
    "AnswerSecretQ8wJ4dXyRk",  "AnswerToken/CAIS0pLm+Bv6Gt3=="};

std::string text_of(std::size_t index) { return std::string(secrets[index]); }
std::string ini_text() {
    return "[default]\ntype = ram_role_arn\naccess_key_id = iniid\naccess_key_secret = " + text_of(4) +
           "\nrole_arn = acs:ram::1:role/a\nrole_session_name = s1\n[key]\ntype = access_key\naccess_key_id "
           "= "
           "iniid\naccess_key_secret = " +
           text_of(4) + "\n";
}
std::string config_text() {
    return R"({"current":"chained","profiles":[{"name":"tmp","mode":"StsToken","access_key_id":"cliid","access_key_secret":")" +
           text_of(2) + R"(","sts_token":")" + text_of(3) +
           R"("},{"name":"chained","mode":"ChainableRamRoleArn","source_profile":"tmp","ram_role_arn":"acs:ram::1:role/a"}]})";
}
std::string key_members() {
    return R"("AccessKeyId":"STS.id","AccessKeySecret":")" + text_of(8) + R"(","SecurityToken":")" +
           text_of(9) + R"(","Expiration":"2030-01-02T04:04:05Z")";
}
fake_process furnished() {
    fake_process process;
    process.variables = {{"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/demo"},
                         {"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/demo"},
                         {"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"},
                         {"ALIBABA_CLOUD_CREDENTIALS_URI", "http://h/keys?code=" + text_of(7)}};
    process.files["/token"] = {text_of(5), true};
    process.files[config] = {config_text(), true};
    process.files[ini] = {ini_text(), true};
    return process;
}
/// All sources but the environment, each with an answer of its own to its first requests.
struct row {
    std::function<std::unique_ptr<slb::credential_source>()> source;
    std::vector<canned_answer> answers;
    /// Which of the secrets it has to do with.
    std::vector<std::size_t> own;
};
std::vector<row> rows() {
    std::string const key = "{" + key_members() + R"(,"Code":"Success"})";
    std::string const sts = R"({"RequestId":"R","Credentials":{)" + key_members() + "}}";
    return {
        {[] { return std::make_unique<slb::oidc_role_source>(); }, {{200, sts}}, {5}},
        {[] { return std::make_unique<slb::config_file_source<>>(); }, {{200, sts}}, {2, 3}},
        {[] { return std::make_unique<slb::ini_file_source<>>(); }, {{200, sts}}, {4}},
        {[] { return std::make_unique<slb::ecs_role_source>(); },
         {{200, text_of(6)}, {200, "demo"}, {200, key}},
         {6, 8, 9}},
        {[] { return std::make_unique<slb::uri_source>(); }, {{200, key}}, {7, 8, 9}},
    };
}

/// The secret as it stands, as it is sent, and as a signature has it.
std::vector<std::string> forms_of(std::string_view secret) {
    std::vector<std::string> forms = {std::string(secret)};
    while (forms.size() != 3) {
        slb::secret_text encoded;
        encoded.append_encoded(forms.back());
        forms.emplace_back(encoded.view());
    }
    return forms;
}
/// What may go into a log: nothing of a secret, and one line.
void inspect(fake_process const& process, std::string const& problem) {
    std::string all = problem;
    for (auto const& report : process.reports) all += "\n" + report;
    for (std::string_view const secret : secrets)
        for (std::string const& form : forms_of(secret))
            for (std::size_t at = 0; at + 12 <= form.size(); ++at)
                if (all.find(form.substr(at, 12)) != all.npos) BOOST_ERROR(all << " shows " << form);
    for (char const c : problem)
        if (static_cast<unsigned char>(c) < ' ') BOOST_ERROR("more than a line: " << problem);
    if (problem.size() > 1200) BOOST_ERROR("too long: " << problem);
}
/// Fetches once; a key that came is in order.
void fetch_and_inspect(fake_process& process, row const& of, std::vector<canned_answer> const& answers) {
    process.reports.clear();
    slb::credential_chain chain = only(process, of.source());
    fetched_key const key = fetch(chain, answers);
    inspect(process, key.problem);
    BOOST_TEST_REQUIRE(key.problem != "it asks for ever");
    if (key.done) {
        BOOST_TEST(!key.key.id.empty());
        BOOST_TEST((key.key.view().problem() == slb::errc::none));
        BOOST_TEST(key.key.expires_at > key_time);
    } else {
        BOOST_TEST(key.problem.size() > key.problem.find(": ") + 2);
    }
}

/// The text cut at every byte, and with bytes of it replaced by others.
void damage(std::string const& text, std::function<void(std::string const&)> const& use) {
    for (std::size_t size = 0; size != text.size(); ++size) use(text.substr(0, size));
    std::uint32_t random = 1;
    for (int i = 0; i != 400; ++i) {
        std::string flipped = text;
        for (int each = 0; each <= i % 3; ++each) {
            random = random * 1664525 + 1013904223;
            char const any = static_cast<char>(random >> 24);
            char const of_a_grammar = "{}[]\"\\:,=\n;#0"[(random >> 4) % 13];
            flipped[(random >> 8) % flipped.size()] = i % 2 == 0 ? any : of_a_grammar;
        }
        use(flipped);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(every_source_gives_a_key_when_all_is_well) {
    for (row const& each : rows()) {
        fake_process process = furnished();
        slb::credential_chain chain = only(process, each.source());
        BOOST_TEST(fetch(chain, each.answers).text() ==
                   "STS.id/AnswerSecretQ8wJ4dXyRk/AnswerToken/CAIS0pLm+Bv6Gt3== until 1893557045");
        inspect(process, "");
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_file_never_crashes_and_shows_no_secret) {
    auto const all = rows();
    struct {
        char const* path;
        row const& reader;
    } const files[] = {{"/token", all[0]}, {config, all[1]}, {ini, all[2]}};
    for (auto const& file : files) {
        fake_process process = furnished();
        std::string const text = process.files[file.path].text;
        damage(text, [&](std::string const& damaged) {
            process.files[file.path].text = damaged;
            fetch_and_inspect(process, file.reader, file.reader.answers);
        });
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_answer_never_crashes_and_shows_no_secret) {
    for (row const& each : rows()) {
        fake_process process = furnished();
        for (std::size_t i = 0; i != each.answers.size(); ++i)
            for (int const status : {200, 403})
                damage(each.answers[i].body, [&](std::string const& damaged) {
                    std::vector<canned_answer> answers = each.answers;
                    answers[i] = {status, damaged};
                    fetch_and_inspect(process, each, answers);
                });
    }
}

BOOST_AUTO_TEST_CASE(a_service_that_repeats_secrets_is_not_quoted) {
    for (row const& each : rows()) {
        std::string said;
        for (std::size_t const index : each.own) {
            std::vector<std::string> const forms = forms_of(secrets[index]);
            said.append(" raw ").append(forms[0]).append(", sent ").append(forms[1]);
            said.append(", signed ").append(forms[2]).append(", cut ").append(secrets[index].substr(3, 13));
        }
        for (std::size_t i = 0; i != each.answers.size(); ++i)
            for (int const status : {200, 400, 500}) {
                fake_process process = furnished();
                slb::credential_chain chain = only(process, each.source());
                std::vector<canned_answer> answers = each.answers;
                answers[i] = {status, "{" + key_members() +
                                          R"(,"Code":"Denied","RequestId":"R","Message":"Here:)" + said +
                                          "\"}"};
                fetched_key const key = fetch(chain, answers);
                inspect(process, key.problem);
                // The service is quoted, where it is asked for a key.
                if (status != 200 && i + 1 == each.answers.size())
                    BOOST_TEST(key.problem.find(": Denied: Here: raw ****") != std::string::npos,
                               key.problem);
            }
    }
}

BOOST_AUTO_TEST_CASE(no_secret_is_in_the_errors_of_a_chain_in_which_all_is_wrong) {
    fake_process process = furnished();
    process.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "envid";
    process.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = text_of(0) + " ";
    process.variables["ALIBABA_CLOUD_SECURITY_TOKEN"] = text_of(1);
    slb::credential_chain chain(process.environment());
    chain.report_to(&process);
    for (int const status : {200, 403, 500}) {
        std::vector<canned_answer> const refusals(10, {status, R"({"Code":"C","Message":"M"})"});
        fetched_key const key = fetch(chain, refusals);
        BOOST_TEST(!key.done);
        inspect(process, key.problem);
    }
    BOOST_TEST(process.reports.size() == 12U); // three open files and the failure, three times
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_end_is_refused) {
    for (row const& each : rows()) {
        fake_process process = furnished();
        fetch_and_inspect(process, each,
                          std::vector<canned_answer>(3, {200, std::string(1024 * 1024 + 1, 'x')}));
        fetch_and_inspect(process, each, std::vector<canned_answer>(3, {200, std::string(100000, '[')}));
        fetch_and_inspect(
            process, each,
            std::vector<canned_answer>(3, {400, R"({"Code":")" + std::string(900000, 'c') + "\"}"}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
