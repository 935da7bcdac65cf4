#include <slb/credential_providers/chain.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_chain)

namespace {

using namespace slb_test;

constexpr char const* config = "/home/me/.aliyun/config.json";
constexpr char const* ini = "/home/me/.alibabacloud/credentials";

/// A process in which every source of the chain gives a key.
fake_process generous() {
    fake_process process;
    process.variables = {{"ALIBABA_CLOUD_ACCESS_KEY_ID", "envid"},
                         {"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "envsecret"},
                         {"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::123456789012:role/demo"},
                         {"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::123456789012:oidc-provider/demo"},
                         {"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"},
                         {"ALIBABA_CLOUD_CREDENTIALS_URI", "http://localhost:6666/key"}};
    process.files["/token"].text = "header.payload.signature";
    process.files[config].text =
        R"({"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"cliid","access_key_secret":"clisecret"}]})";
    process.files[ini].text =
        "[default]\ntype = access_key\naccess_key_id = iniid\naccess_key_secret = inisecret\n";
    return process;
}
slb::credential_chain chain_of(fake_process& process) {
    slb::credential_chain chain(process.environment());
    chain.report_to(&process);
    return chain;
}
std::vector<canned_answer> const from_sts = {{200, sts_answer()}};
std::vector<canned_answer> const from_instance = {{200, "v2token"}, {200, "demo-ecs"}, {200, key_answer()}};

} // namespace

BOOST_AUTO_TEST_CASE(the_first_source_that_gives_a_key_wins_in_the_order_of_the_vendor) {
    fake_process process = generous();
    auto const first_key = [&](std::vector<canned_answer> const& answers = {}) {
        slb::credential_chain chain = chain_of(process);
        std::string const text = fetch(chain, answers).text();
        return std::string(chain.remembered()) + ": " + text;
    };
    BOOST_TEST(first_key() == "environment: envid/envsecret");
    process.variables["ALIBABA_CLOUD_SECURITY_TOKEN"] = "envtoken";
    BOOST_TEST(first_key() == "environment: envid/envsecret/envtoken");
    process.variables.erase("ALIBABA_CLOUD_ACCESS_KEY_ID");
    BOOST_TEST(first_key(from_sts) == "OIDC role: STS.fakeid/stssecret/ststoken until 1893557045");
    process.variables.erase("ALIBABA_CLOUD_OIDC_TOKEN_FILE");
    BOOST_TEST(first_key() == "config.json: cliid/clisecret");
    process.files.erase(config);
    BOOST_TEST(first_key() == "credentials file: iniid/inisecret");
    process.files.erase(ini);
    BOOST_TEST(first_key(from_instance) == "ECS RAM role: STS.ecsid/ecssecret/ecstoken until 1893575045");
    process.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
    BOOST_TEST(first_key({{200, key_answer()}}) ==
               "credentials URI: STS.ecsid/ecssecret/ecstoken until 1893575045");
    process.variables.erase("ALIBABA_CLOUD_CREDENTIALS_URI");
    BOOST_TEST(first_key().substr(0, 15) == ": environment: ");
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_is_passed_over_whatever_its_reason) {
    fake_process process = generous();
    process.variables.erase("ALIBABA_CLOUD_ACCESS_KEY_SECRET"); // a half-set pair
    process.files["/token"].outcome = slb::file_outcome::unreadable;
    process.files[config].text = "{";
    process.files[ini].text = "[default\n";
    slb::credential_chain chain = chain_of(process);
    fetched_key const key =
        fetch(chain, {{500, ""}, {403, "<html>"}, {200, key_answer()}}); // token, role name, URI
    BOOST_TEST(key.text() == "STS.ecsid/ecssecret/ecstoken until 1893575045");
    BOOST_TEST(key.requests.size() == 3U);
    // The metadata service may have failed for a moment.
    BOOST_TEST(chain.remembered() == "");
    BOOST_TEST(fetch(chain, {{500, ""}, {403, "<html>"}, {200, key_answer()}}).requests.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_key_that_has_ended_is_none_and_the_next_source_is_asked) {
    fake_process process;
    auto const old_key = [](std::int64_t expires_at) {
        return std::make_unique<slb::fixed_source>(
            slb::access_key{slb::secret_text("id"), slb::secret_text("secret"), {}, expires_at});
    };
    // 2030-01-02T03:04:05Z, the time of these tests.
    slb::credential_chain chain(old_key(1893553445), process.environment());
    BOOST_TEST(fetch(chain).text() == "given key: the key that came has ended at 2030-01-02T03:04:05Z");
    chain.add(old_key(1893553446));
    BOOST_TEST(fetch(chain).text() == "id/secret until 1893553446");
}

BOOST_AUTO_TEST_CASE(when_all_fail_each_says_why) {
    fake_process process;
    slb::credential_chain chain = chain_of(process);
    BOOST_TEST(fetch(chain).text() ==
               "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set; "
               "OIDC role: the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set; "
               "config.json: /home/me/.aliyun/config.json does not exist; "
               "credentials file: /home/me/.alibabacloud/credentials does not exist; "
               "ECS RAM role: the name of the role: no connection could be made (the metadata token: no "
               "connection could be made); "
               "credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set");
    BOOST_TEST(chain.remembered() == "");
    process.variables = {{"ALIBABA_CLOUD_ACCESS_KEY_ID", "id"},
                         {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE"},
                         {"ALIBABA_CLOUD_ECS_METADATA_DISABLED", "True"}};
    process.home.clear();
    slb::credential_chain homeless = chain_of(process);
    BOOST_TEST(fetch(homeless).text() ==
               "environment: ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set; "
               "OIDC role: the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set; "
               "config.json: disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED; "
               "credentials file: the home folder is not known; "
               "ECS RAM role: disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED; "
               "credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set");
}

BOOST_AUTO_TEST_CASE(a_flag_counts_only_as_the_word_true) {
    for (char const* const value : {"1", "yes", "", "true ", "truee"}) {
        fake_process process = generous();
        process.variables.erase("ALIBABA_CLOUD_ACCESS_KEY_ID");
        process.variables.erase("ALIBABA_CLOUD_ROLE_ARN");
        process.variables["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = value;
        slb::credential_chain chain = chain_of(process);
        BOOST_TEST(fetch(chain).text() == "cliid/clisecret", value);
    }
}

BOOST_AUTO_TEST_CASE(after_a_total_failure_all_are_tried_again) {
    fake_process process;
    slb::credential_chain chain = chain_of(process);
    BOOST_TEST(!fetch(chain).done);
    process.variables = {{"ALIBABA_CLOUD_ACCESS_KEY_ID", "id"},
                         {"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"}};
    BOOST_TEST(fetch(chain).text() == "id/secret");
}

BOOST_AUTO_TEST_CASE(the_source_that_gave_a_key_is_asked_alone_afterwards) {
    fake_process process = generous();
    process.variables.erase("ALIBABA_CLOUD_ACCESS_KEY_ID");
    slb::credential_chain chain = chain_of(process);
    BOOST_TEST(fetch(chain, from_sts).done);
    process.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "envid";
    BOOST_TEST(fetch(chain, {{200, sts_answer("2030-01-02T05:04:05Z")}}).text() ==
               "STS.fakeid/stssecret/ststoken until 1893560645");
    // Nor is there a way back when it fails.
    BOOST_TEST(fetch(chain).text() == "OIDC role: no connection could be made");
    BOOST_TEST(chain.remembered() == "OIDC role");
    BOOST_TEST(fetch(chain, from_sts).done);
}

BOOST_AUTO_TEST_CASE(each_fetch_reads_variables_and_files_again) {
    fake_process process = generous();
    slb::credential_chain chain = chain_of(process);
    BOOST_TEST(fetch(chain).text() == "envid/envsecret");
    process.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "replaced";
    BOOST_TEST(fetch(chain).text() == "envid/replaced");
    process.variables.clear();
    slb::credential_chain other = chain_of(process);
    BOOST_TEST(fetch(other).text() == "cliid/clisecret");
    process.files[config].text =
        R"({"current":"b","profiles":[{"name":"b","mode":"StsToken","access_key_id":"i","access_key_secret":"s","sts_token":"t"}]})";
    BOOST_TEST(fetch(other).text() == "i/s/t");
}

BOOST_AUTO_TEST_CASE(a_chain_of_one_source_asks_no_other) {
    fake_process process = generous();
    slb::credential_chain chain = only(process, std::make_unique<slb::uri_source>());
    BOOST_TEST(fetch(chain).text() == "credentials URI: no connection could be made");
    BOOST_TEST(process.files_read.empty());
}

BOOST_AUTO_TEST_CASE(what_happened_is_reported) {
    fake_process process = generous();
    process.variables.erase("ALIBABA_CLOUD_ACCESS_KEY_ID");
    process.files["/token"].readable_by_others = true;
    slb::credential_chain chain = chain_of(process);
    BOOST_TEST(fetch(chain, from_sts).done);
    process.files["/token"].readable_by_others = false;
    BOOST_TEST(!fetch(chain, {{403, R"({"Code":"NoPermission","Message":"No.","RequestId":"R"})"}}).done);
    std::vector<std::string> const expected = {
        "open OIDC role: /token", "fetched OIDC role, 1893557045",
        "failed credentials: OIDC role: HTTP 403: NoPermission: No. (request id R)"};
    BOOST_TEST(process.reports == expected, boost::test_tools::per_element());

    fake_process lasting = generous();
    lasting.variables.clear();
    lasting.files[config].outcome = slb::file_outcome::unreadable;
    lasting.files[config].readable_by_others = true;
    lasting.files[ini].readable_by_others = true;
    slb::credential_chain other = chain_of(lasting);
    BOOST_TEST(fetch(other).done);
    std::vector<std::string> const three = {"open config.json: /home/me/.aliyun/config.json",
                                            "open credentials file: /home/me/.alibabacloud/credentials",
                                            "fetched credentials file, for good"};
    BOOST_TEST(lasting.reports == three, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(calls_out_of_order_do_nothing) {
    fake_process process = generous();
    slb::credential_chain chain = chain_of(process);
    chain.received(200, "x");
    chain.failed(slb::errc::timed_out);
    BOOST_TEST(chain.request().message == "");
    BOOST_TEST(fetch(chain).done);
    chain.received(200, "x");
    BOOST_TEST(chain.request().message == "");
    BOOST_TEST((chain.next(key_time, key_randomness) == slb::credential_step::done));
    BOOST_TEST(chain.take().id.empty()); // it was taken before
}

BOOST_AUTO_TEST_CASE(a_request_stays_until_it_is_answered_and_is_gone_then) {
    fake_process process = generous();
    slb::credential_chain chain = only(process, std::make_unique<slb::uri_source>());
    chain.start();
    BOOST_TEST((chain.next(key_time, key_randomness) == slb::credential_step::request));
    BOOST_TEST((chain.next(key_time, key_randomness) == slb::credential_step::request));
    BOOST_TEST(chain.request().message.substr(0, 4) == "GET ");
    chain.received(500, "");
    chain.received(200, key_answer()); // too late
    BOOST_TEST(chain.request().message == "");
    BOOST_TEST((chain.next(key_time, key_randomness) == slb::credential_step::failed));
    BOOST_TEST(chain.problem() == "credentials URI: HTTP 500");
    chain.start(); // and in the middle of one
    BOOST_TEST((chain.next(key_time, key_randomness) == slb::credential_step::request));
    BOOST_TEST(fetch(chain, {{200, key_answer()}}).done);
}

BOOST_AUTO_TEST_SUITE_END()
