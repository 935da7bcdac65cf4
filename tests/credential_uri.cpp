#include <slb/credential_providers/uri_source.hpp>
// The header under test comes first: it stands alone.
#include "support/credential_testing.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(credential_uri)

namespace {

using namespace slb_test;

fetched_key fetch_from(std::string const& uri, std::vector<canned_answer> const& answers = {}) {
    fake_process process;
    process.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = uri;
    slb::credential_chain chain = only(process, std::make_unique<slb::uri_source>());
    return fetch(chain, answers);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_uri_is_got_as_it_is) {
    fetched_key const key = fetch_from("http://localhost:6666/keys/a%20b?x=1&y", {{200, key_answer()}});
    BOOST_TEST(key.text() == "STS.ecsid/ecssecret/ecstoken until 1893575045");
    BOOST_TEST(key.requests.size() == 1U);
    BOOST_TEST(key.requests.at(0) ==
               "http://localhost:6666 GET /keys/a%20b?x=1&y HTTP/1.1\r\nHost: localhost:6666\r\n"
               "Accept-Encoding: identity\r\nConnection: close\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(every_form_of_a_uri_goes_to_its_place) {
    struct {
        char const* uri;
        char const* expected;
    } const rows[] = {
        {"http://h", "http://h:80 GET / HTTP/1.1\r\nHost: h\r\n"},
        {"https://h", "https://h:443 GET / HTTP/1.1\r\nHost: h\r\n"},
        {"HTTPS://H.Example/", "https://h.example:443 GET / HTTP/1.1\r\nHost: h.example\r\n"},
        {"http://h?q", "http://h:80 GET /?q HTTP/1.1\r\nHost: h\r\n"},
        {"http://h/p#part", "http://h:80 GET /p HTTP/1.1\r\nHost: h\r\n"},
        {"http://h/p?q#part", "http://h:80 GET /p?q HTTP/1.1\r\nHost: h\r\n"},
        {"http://h:443/", "http://h:443 GET / HTTP/1.1\r\nHost: h:443\r\n"},
        {"https://h:80/", "https://h:80 GET / HTTP/1.1\r\nHost: h:80\r\n"},
        {"https://127.0.0.1:8443", "https://127.0.0.1:8443 GET / HTTP/1.1\r\nHost: 127.0.0.1:8443\r\n"},
        {"http://[::1]/x", "http://::1:80 GET /x HTTP/1.1\r\nHost: [::1]\r\n"},
        {"http://[::1]:8080/x", "http://::1:8080 GET /x HTTP/1.1\r\nHost: [::1]:8080\r\n"},
    };
    for (auto const& [uri, expected] : rows) {
        fetched_key const key = fetch_from(uri);
        BOOST_TEST(key.requests.size() == 1U, uri);
        if (!key.requests.empty())
            BOOST_TEST(key.requests[0].substr(0, std::string_view(expected).size()) == expected);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_uri_of_http_is_refused_and_not_shown) {
    for (char const* const uri : {"x",
                                  "http:",
                                  "http://",
                                  "https://",
                                  "http:///p",
                                  "ftp://h/",
                                  "file:///etc/passwd",
                                  "http//h",
                                  "h:80/x",
                                  "http://user:password@h/",
                                  "http://user@h/",
                                  "http://h:/",
                                  "http://h:0/",
                                  "http://h:65536/",
                                  "http://h:-1/",
                                  "http://h:8a/",
                                  "http://h:80:80/",
                                  "http://::1/",
                                  "http://[::1/",
                                  "http://[::1]x/",
                                  "http://[h]/",
                                  "http://[]/",
                                  "http://h /",
                                  "http://h/\r\nX: y",
                                  "http://h/\xc3\xa4",
                                  "http://h\\p",
                                  "http://-h/",
                                  "http://h_/",
                                  " http://h/"}) {
        fetched_key const key = fetch_from(uri);
        BOOST_TEST(key.text() == "credentials URI: the URI is not one of http or https", uri);
        BOOST_TEST(key.requests.empty());
    }
    BOOST_TEST(fetch_from("").text() == "credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set");
}

BOOST_AUTO_TEST_CASE(what_is_given_goes_before_the_environment) {
    fake_process process;
    process.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://env/";
    slb::credential_chain chain = only(process, std::make_unique<slb::uri_source>("http://given/"));
    BOOST_TEST(fetch(chain).requests.at(0).substr(0, 12) == "http://given");
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_key_is_refused) {
    struct {
        canned_answer answer;
        char const* problem;
    } const rows[] = {
        {{404, "no"}, "HTTP 404"},
        {{201, key_answer()}, "HTTP 201: Success"},
        {{302, ""}, "HTTP 302"},
        {{500, R"({"Code":"Wrong","Message":"for /keys/7c1d4e6b9a"})"},
         "HTTP 500: Wrong: for ****************"},
        {{200, "{"}, "the answer is not well-formed JSON"},
        {{200, without(key_answer(), R"(,"Code":"Success")")}, "Code is not Success, HTTP 200"},
        {{200, without(key_answer(), R"("AccessKeyId":"STS.ecsid",)")},
         "AccessKeyId is missing in the answer"},
        {{200, without(key_answer(), R"("AccessKeySecret":"ecssecret",)")},
         "AccessKeySecret is missing in the answer"},
        {{200, without(key_answer(), R"("SecurityToken":"ecstoken",)")},
         "SecurityToken is missing in the answer"},
        {{200, without(key_answer(), R"("Expiration":"2030-01-02T09:04:05Z",)")},
         "Expiration is missing in the answer"},
        {{200, key_answer("2030-01-02T03:04:04Z")},
         "the key that came has ended at 2030-01-02T03:04:04Z; is the clock of this machine right?"},
        {no_answer(slb::errc::resolve_failed), "the host name could not be resolved"},
    };
    for (auto const& [answer, problem] : rows)
        BOOST_TEST(fetch_from("http://h/keys/7c1d4e6b9a", {answer}).text() ==
                   "credentials URI: " + std::string(problem));
}

BOOST_AUTO_TEST_CASE(each_fetch_asks_again) {
    fake_process process;
    process.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://a/";
    slb::credential_chain chain = only(process, std::make_unique<slb::uri_source>());
    BOOST_TEST(fetch(chain, {{200, key_answer()}}).done);
    process.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://b/";
    fetched_key const key = fetch(chain, {{200, key_answer("2030-01-02T10:04:05Z")}}, key_time + 3600);
    BOOST_TEST(key.text() == "STS.ecsid/ecssecret/ecstoken until 1893578645");
    BOOST_TEST(key.requests.at(0).substr(0, 8) == "http://b");
}

BOOST_AUTO_TEST_SUITE_END()
