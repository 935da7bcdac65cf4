#include <slb/credential_providers/ecs_role_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_ecs_role)

namespace {

using namespace slb_test;

constexpr char const* key_text = "STS.ecsid/ecssecret/ecstoken until 1893575045";
constexpr char const* at = "http://100.100.100.200:80 ";

fetched_key fetch_in(fake_process& process, std::vector<canned_answer> const& answers,
                     char const* role = "") {
    slb::credential_chain chain = only(process, std::make_unique<slb::ecs_role_source>(role));
    return fetch(chain, answers);
}
fetched_key fetch_alone(std::vector<canned_answer> const& answers, char const* role = "") {
    fake_process process;
    return fetch_in(process, answers, role);
}
std::string head_of(std::string const& method_and_target, std::string const& last = "") {
    return at + method_and_target +
           " HTTP/1.1\r\nHost: 100.100.100.200\r\nAccept-Encoding: identity\r\n"
           "Connection: close\r\n" +
           last + "\r\n";
}

} // namespace

BOOST_AUTO_TEST_CASE(version_2_is_asked_for_a_token_the_role_and_its_key) {
    fetched_key const key = fetch_alone({{200, "v2-token=="}, {200, "demo-ecs\n"}, {200, key_answer()}});
    BOOST_TEST(key.text() == key_text);
    std::vector<std::string> const expected = {
        head_of("PUT /latest/api/token",
                "X-aliyun-ecs-metadata-token-ttl-seconds: 21600\r\nContent-Length: 0\r\n"),
        head_of("GET /latest/meta-data/ram/security-credentials/",
                "X-aliyun-ecs-metadata-token: v2-token==\r\n"),
        head_of("GET /latest/meta-data/ram/security-credentials/demo-ecs",
                "X-aliyun-ecs-metadata-token: v2-token==\r\n")};
    BOOST_TEST(key.requests == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_waits_are_short) {
    fake_process process;
    slb::credential_chain chain = only(process, std::make_unique<slb::ecs_role_source>());
    chain.start();
    BOOST_TEST((chain.next(key_time, key_randomness) == slb::credential_step::request));
    BOOST_TEST(chain.request().connect_timeout_ms == 1000);
    BOOST_TEST(chain.request().step_timeout_ms == 1000);
    BOOST_TEST(chain.request().source == "ECS RAM role");
}

BOOST_AUTO_TEST_CASE(a_role_that_is_named_is_not_asked_for) {
    BOOST_TEST(fetch_alone({{200, "t"}, {200, key_answer()}}, "demo").text() == key_text);
    fake_process process;
    process.variables["ALIBABA_CLOUD_ECS_METADATA"] = "env-role";
    fetched_key const key = fetch_in(process, {{200, "t"}, {200, key_answer()}});
    BOOST_TEST(key.text() == key_text);
    BOOST_TEST(key.requests.at(1) == head_of("GET /latest/meta-data/ram/security-credentials/env-role",
                                             "X-aliyun-ecs-metadata-token: t\r\n"));
    for (char const* const role : {"a/b", "a b", "a\r\nX: y", "../x", "a?b"}) {
        fetched_key const wrong = fetch_alone({}, role);
        BOOST_TEST(wrong.text() == "ECS RAM role: the name of the role is malformed", role);
        BOOST_TEST(wrong.requests.empty());
    }
}

BOOST_AUTO_TEST_CASE(without_a_token_version_1_is_asked) {
    for (canned_answer const& token :
         {canned_answer{404, "no"}, canned_answer{403, ""}, no_answer(slb::errc::timed_out),
          no_answer(slb::errc::connection_reset), canned_answer{200, ""}, canned_answer{200, "a b"},
          canned_answer{200, "t\r\nX-Evil: 1"}, canned_answer{200, std::string(4097, 't')}}) {
        fetched_key const key = fetch_alone({token, {200, "demo-ecs"}, {200, key_answer()}});
        BOOST_TEST(key.text() == key_text);
        BOOST_TEST(key.requests.at(1) == head_of("GET /latest/meta-data/ram/security-credentials/"));
        BOOST_TEST(key.requests.at(2) == head_of("GET /latest/meta-data/ram/security-credentials/demo-ecs"));
    }
}

BOOST_AUTO_TEST_CASE(version_1_can_be_forbidden) {
    fake_process process;
    process.variables["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true";
    fetched_key const key = fetch_in(process, {{404, "no"}, {200, "demo-ecs"}, {200, key_answer()}});
    BOOST_TEST(key.text() == "ECS RAM role: the metadata token: HTTP 404");
    BOOST_TEST(key.requests.size() == 1U);
    BOOST_TEST(fetch_in(process, {no_answer(slb::errc::timed_out)}).text() ==
               "ECS RAM role: the metadata token: the deadline passed");
    BOOST_TEST(fetch_in(process, {{200, "a b"}}).text() ==
               "ECS RAM role: the metadata token: the answer is malformed");
    BOOST_TEST(fetch_in(process, {{200, "t"}, {200, "demo-ecs"}, {200, key_answer()}}).text() == key_text);
}

BOOST_AUTO_TEST_CASE(a_request_that_fails_with_a_token_is_not_repeated_without) {
    fetched_key const key = fetch_alone({{200, "t"}, {401, ""}, {200, key_answer()}}, "demo");
    BOOST_TEST(key.text() == "ECS RAM role: the key of demo: HTTP 401");
    BOOST_TEST(key.requests.size() == 2U);
}

BOOST_AUTO_TEST_CASE(all_of_it_can_be_forbidden) {
    fake_process process;
    process.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
    fetched_key const key = fetch_in(process, {}, "demo");
    BOOST_TEST(key.text() == "ECS RAM role: disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
    BOOST_TEST(key.requests.empty());
}

BOOST_AUTO_TEST_CASE(the_address_is_a_parameter) {
    fake_process process;
    slb::credential_options options;
    options.metadata = slb::endpoint("127.0.0.1", 8080);
    slb::credential_chain chain = only(process, std::make_unique<slb::ecs_role_source>(), options);
    BOOST_TEST(fetch(chain).requests.at(0).substr(0, 86) ==
               "http://127.0.0.1:8080 PUT /latest/api/token HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept-Enc");
    options.metadata = slb::endpoint("");
    slb::credential_chain wrong = only(process, std::make_unique<slb::ecs_role_source>(), options);
    BOOST_TEST(fetch(wrong).text() == "ECS RAM role: the metadata address is malformed");
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_role_is_refused) {
    auto const problem = [](canned_answer const& role) { return fetch_alone({{200, "t"}, role}).text(); };
    BOOST_TEST(problem({404, "<html>"}) ==
               "ECS RAM role: the name of the role: HTTP 404, no role is attached to this instance");
    BOOST_TEST(problem({500, ""}) == "ECS RAM role: the name of the role: HTTP 500");
    BOOST_TEST(problem(no_answer(slb::errc::timed_out)) ==
               "ECS RAM role: the name of the role: the deadline passed");
    for (std::string const body : {"", "\n", "a\nb", "a/b", "<html>", "a b"})
        BOOST_TEST(problem({200, body}) == "ECS RAM role: the name of the role: the answer is malformed");
    BOOST_TEST(problem({200, std::string(65, 'r')}) ==
               "ECS RAM role: the name of the role: the answer is malformed");
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_key_is_refused) {
    auto const with_code = [](std::string_view code) {
        std::string text = key_answer();
        return text.replace(text.find("\"Success\""), 9, code);
    };
    struct {
        canned_answer answer;
        std::string problem;
    } const rows[] = {
        {{404, ""}, "HTTP 404"},
        {{200, ""}, "the answer is not well-formed JSON"},
        {{200, "\"x\""}, "the answer is no JSON object"},
        {{200, without(key_answer(), R"(,"Code":"Success")")}, "Code is not Success, HTTP 200"},
        {{200, with_code("\"success\"")}, "Code is not Success, HTTP 200: success"},
        {{200, with_code("null")}, "Code is not Success, HTTP 200"},
        {{200, with_code("5")}, "Code is not Success, HTTP 200"},
        {{200, with_code("\"Failed\",\"Message\":\"said ecssecret and ecstoken\"")},
         "Code is not Success, HTTP 200: Failed: said ********* and ********"},
        {{200, without(key_answer(), R"("AccessKeyId":"STS.ecsid",)")},
         "AccessKeyId is missing in the answer"},
        {{200, without(key_answer(), R"("AccessKeySecret":"ecssecret",)")},
         "AccessKeySecret is missing in the answer"},
        {{200, without(key_answer(), R"("SecurityToken":"ecstoken",)")},
         "SecurityToken is missing in the answer"},
        {{200, without(key_answer(), R"("Expiration":"2030-01-02T09:04:05Z",)")},
         "Expiration is missing in the answer"},
        {{200, key_answer("soon")}, "Expiration is no time like 2030-01-01T00:00:00Z"},
        {{200, key_answer("2030-01-02T03:04:05Z")},
         "the key that came has ended at 2030-01-02T03:04:05Z; is the clock of this machine right?"},
        {no_answer(slb::errc::timed_out), "the deadline passed"},
    };
    for (auto const& [answer, problem] : rows) {
        BOOST_TEST(fetch_alone({{200, "t"}, answer}, "demo").text() ==
                   "ECS RAM role: the key of demo: " + problem);
        BOOST_TEST(fetch_alone({{404, ""}, answer}, "demo").text() ==
                   "ECS RAM role: the key of demo: " + problem + " (the metadata token: HTTP 404)");
    }
}

BOOST_AUTO_TEST_CASE(each_fetch_asks_for_token_role_and_key_again) {
    fake_process process;
    slb::credential_chain chain = only(process, std::make_unique<slb::ecs_role_source>());
    BOOST_TEST(fetch(chain, {{404, ""}, {200, "a"}, {200, key_answer()}}).done);
    fetched_key const key =
        fetch(chain, {{200, "t2"}, {200, "b"}, {200, key_answer("2030-01-02T10:04:05Z")}}, key_time + 3600);
    BOOST_TEST(key.text() == "STS.ecsid/ecssecret/ecstoken until 1893578645");
    BOOST_TEST(key.requests.at(2) == head_of("GET /latest/meta-data/ram/security-credentials/b",
                                             "X-aliyun-ecs-metadata-token: t2\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
