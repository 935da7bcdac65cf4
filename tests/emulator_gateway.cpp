#include "support/emulator_testing.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_gateway)

namespace {

using namespace emulator_testing;

/// The refusal of a request, as `status code: message`, from an emulator that knows a lasting and a
/// temporary key; `200` when it was granted.
std::string judged(std::string_view wire, slb::emulator_options options = {}) {
    options.keys.push_back({.id = "temporary", .secret = "sts", .token = "token-1"});
    options.keys.push_back({.id = "old", .secret = "sts", .token = "token-2", .expires = start});
    options.keys.push_back({.id = "disabled", .secret = "s", .enabled = false});
    options.keys.push_back({.id = "broken key", .secret = "s"});
    slb::emulator served(options);
    BOOST_REQUIRE(!served.groups().load(default_group));
    reply const got = call(served, wire);
    if (got.status == 200) return "200";
    return std::to_string(got.status) + " " + got.code() + ": " + got.message();
}
std::string judged(v1_request const& request) { return judged(request.wire()); }
std::string judged(v3_request const& request) { return judged(request.wire()); }

v1_request without(std::string const& name) {
    v1_request request;
    request.parameters.erase(name);
    return request;
}
v3_request without_header(std::string const& name) {
    v3_request request;
    request.headers.erase(name);
    return request;
}
v3_request with_header(std::string const& name, std::string const& value) {
    v3_request request;
    request.headers[name] = value;
    return request;
}

constexpr std::string_view no_such_api =
    "404 InvalidAction.NotFound: Specified api is not found, please check your url and method.";
constexpr std::string_view expired =
    "400 InvalidTimeStamp.Expired: Specified time stamp or date value is expired.";
constexpr std::string_view badly_formatted =
    "400 InvalidTimeStamp.Format: Specified time stamp or date value is not well formatted.";
constexpr std::string_view nonce_used = "400 SignatureNonceUsed: Specified signature nonce was used already.";
constexpr std::string_view incomplete =
    "400 IncompleteSignature: The request signature does not conform to Aliyun standards.";

} // namespace

BOOST_AUTO_TEST_CASE(a_signed_request_passes_in_query_and_body_of_both_schemes) {
    v1_request v1;
    BOOST_TEST(judged(v1) == "200");
    v1.method = "GET";
    BOOST_TEST(judged(v1) == "200");
    v1.method = "POST";
    v1.in_body = true;
    BOOST_TEST(judged(v1) == "200");

    v3_request v3;
    BOOST_TEST(judged(v3) == "200");
    v3.method = "GET";
    BOOST_TEST(judged(v3) == "200");
    v3.method = "POST";
    v3.body = query_of(v3.query);
    v3.query.clear();
    v3.headers["content-type"] = "application/x-www-form-urlencoded; charset=utf-8";
    BOOST_TEST(judged(v3) == "200");
    v3.headers["content-type"] = "application/json";
    BOOST_TEST(judged(v3) == "400 MissingRegionId: RegionId is mandatory for this action.");
}

BOOST_AUTO_TEST_CASE(host_method_and_path_are_checked_first) {
    slb::emulator_options options;
    options.host = "slb.cn-hangzhou.aliyuncs.com";
    BOOST_TEST(judged(v1_request().wire(), options) ==
               "404 InvalidProduct.NotFound: Specified product is not found.");
    options.host = "slb.aliyuncs.com";
    BOOST_TEST(judged(v1_request().wire(), options) == "200");

    v1_request put;
    put.method = "PUT";
    BOOST_TEST(judged(put) == "400 UnsupportedHTTPMethod: This http method is not supported.");
    BOOST_TEST(judged("GET /index.html?Format=JSON HTTP/1.1\r\nHost: h\r\n\r\n") == no_such_api);

    slb::emulator served;
    slb::emulator::connection line(served);
    line.received("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string const bytes = drained(line);
    BOOST_TEST(bytes.substr(bytes.size() - 4) == "\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(parameters_that_cannot_be_read_in_one_way_are_refused) {
    auto const with = [](std::string const& more) {
        v1_request const request;
        return request.wire_of(query_of(request.parameters) + more);
    };
    for (auto more : {"&A=%", "&A=%4", "&A=%4g", "&%zz=1", "&A=%ff", "&A=%c0%80", "&A=%ed%a0%80",
                      "&A=%f4%90%80%80", "&A=%e2%82"})
        BOOST_TEST(
            judged(with(more)) ==
                "400 RequestParameterMalformed: Specified parameters contain badly encoded characters.",
            more);
    std::string const twice = "400 InvalidParameter: Specified parameter RegionId is given more than once.";
    BOOST_TEST(judged(with("&RegionId=cn-hangzhou")) == twice);
    v3_request both;
    both.body = "RegionId=cn-hangzhou";
    both.headers["content-type"] = "application/x-www-form-urlencoded";
    BOOST_TEST(judged(both) == twice);
}

BOOST_AUTO_TEST_CASE(escapes_that_clients_write_differently_mean_the_same) {
    v1_request request = v1_with({{"Probe", "a b*'~"}});
    std::string const signature = "&Signature=" + encoded(request.signature());
    request.parameters.erase("Probe");
    std::string const rest = query_of(request.parameters) + signature;
    for (auto probe : {"a%20b%2A%27%7E", "a+b*'~", "a%20b%2a%27%7e", "%61+b%2A'~"})
        BOOST_TEST(judged(request.wire_of("&Probe=" + std::string(probe) + "&&" + rest)) == "200");
    v1_request const empty = v1_with({{"OwnerAccount", ""}});
    std::string query = query_of(empty.parameters) + "&Signature=" + encoded(empty.signature());
    query.erase(query.find("OwnerAccount=") + 12, 1);
    BOOST_TEST(judged(empty.wire_of(query)) == "200");
}

BOOST_AUTO_TEST_CASE(version_and_action_are_looked_up_before_the_key) {
    BOOST_TEST(judged(without("Version")) == "400 MissingVersion: Version is mandatory for this action.");
    BOOST_TEST(judged(v1_with({{"Version", "2015-01-01"}, {"Action", "Nothing"}})) ==
               "400 InvalidVersion: Specified parameter Version is not valid.");
    BOOST_TEST(judged(without("Action")) == "400 MissingAction: Action is mandatory for this action.");
    BOOST_TEST(judged(v1_with({{"Action", "Nothing"}, {"AccessKeyId", "nobody"}})) == no_such_api);
    BOOST_TEST(judged(without_header("x-acs-version")) ==
               "400 MissingHeader: Specified header x-acs-version is mandatory for this action.");
    BOOST_TEST(judged(with_header("x-acs-version", "1")) ==
               "400 InvalidVersion: Specified parameter Version is not valid.");
    BOOST_TEST(judged(without_header("x-acs-action")) ==
               "400 MissingHeader: Specified header x-acs-action is mandatory for this action.");
    v3_request nobody("Nothing");
    nobody.key_id = "nobody";
    BOOST_TEST(judged(nobody) == no_such_api);
}

BOOST_AUTO_TEST_CASE(what_is_mandatory_is_missed_by_name) {
    for (std::string const name :
         {"AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"}) {
        std::string const missed = "400 Missing" + name + ": " + name + " is mandatory for this action.";
        BOOST_TEST(judged(without(name)) == missed);
        BOOST_TEST(judged(v1_with({{name, ""}})) == missed);
    }
    BOOST_TEST(judged(v1_request().unsigned_wire()) ==
               "400 MissingSignature: Signature is mandatory for this action.");
    // Names are case-sensitive.
    v1_request spelt = without("Timestamp");
    spelt.parameters["TimeStamp"] = time_text(start);
    BOOST_TEST(judged(spelt) == "400 MissingTimestamp: Timestamp is mandatory for this action.");

    for (std::string const name : {"x-acs-date", "x-acs-signature-nonce"})
        BOOST_TEST(judged(without_header(name)) ==
                   "400 MissingHeader: Specified header " + name + " is mandatory for this action.");
    BOOST_TEST(judged(with_header("x-acs-content-sha256", "")) ==
               "400 MissingHeader: Specified header x-acs-content-sha256 is mandatory for this action.");
    v3_request nameless;
    nameless.key_id = "";
    BOOST_TEST(judged(nameless) == "400 MissingAccessKeyId: AccessKeyId is mandatory for this action.");
}

BOOST_AUTO_TEST_CASE(an_authorization_that_is_not_whole_is_an_incomplete_signature) {
    v3_request const request;
    std::string const names = ",SignedHeaders=" + request.names();
    for (std::string const& rest :
         {std::string(), std::string(" "), std::string(" Credential=testid"), " Credential=testid" + names,
          "Credential=testid" + names + ",Signature=00", " Credential=testid,Signature=00" + names,
          " Credential=testid" + names + ",Signature=00,More=1",
          " Credential=testid, " + names + ",Signature=00",
          std::string(" Credential=testid,SignedHeaders=x-acs-date;host,Signature=00"),
          std::string(" Credential=testid,SignedHeaders=host;host,Signature=00")})
        BOOST_TEST(judged(request.wire("ACS3-HMAC-SHA256" + rest)) == incomplete, rest);
    // A signature that is there and empty is a wrong one: seen in alibabacloud-csharp-sdk issue 40.
    BOOST_TEST(
        judged(request.wire("ACS3-HMAC-SHA256 Credential=testid" + names + ",Signature=")).substr(0, 25) ==
        "400 SignatureDoesNotMatch");
}

BOOST_AUTO_TEST_CASE(a_header_that_is_covered_by_the_scheme_and_not_signed_is_refused) {
    v3_request request;
    request.more_headers = "X-Acs-Other: 1\r\n";
    BOOST_TEST(judged(request) == std::string(incomplete) + " Header is not signed: x-acs-other");
    request.more_headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    BOOST_TEST(judged(request) == "200");
    request.body = "A=1";
    BOOST_TEST(judged(request) == std::string(incomplete) + " Header is not signed: content-type");
    request.more_headers = "Accept: */*\r\nX-Other: 1\r\n";
    BOOST_TEST(judged(request) == "200");

    std::string const without_host = v3_request().wire("ACS3-HMAC-SHA256 Credential=testid,SignedHeaders="
                                                       "x-acs-action;x-acs-content-sha256;x-acs-date;"
                                                       "x-acs-signature-nonce;x-acs-version,Signature=00");
    BOOST_TEST(judged(without_host) == std::string(incomplete) + " Header is not signed: host");
    std::string const with_ghost = v3_request().wire(
        "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=ghost;" + v3_request().names() + ",Signature=00");
    BOOST_TEST(judged(with_ghost) == std::string(incomplete) + " Signed header is missing: ghost");
}

BOOST_AUTO_TEST_CASE(formats_are_checked_before_the_key) {
    BOOST_TEST(judged(v1_with({{"SignatureMethod", "HMAC-SHA256"}, {"AccessKeyId", "nobody"}})) ==
               "400 InvalidSignatureMethod: Specified signature method is not valid.");
    BOOST_TEST(judged(v1_with({{"SignatureVersion", "2.0"}})) ==
               "400 InvalidSignatureVersion: Specified parameter SignatureVersion is not valid.");
    for (auto time : {"now", "2026-11-24 18:05:33Z", "2026-11-24T18:05:33", "2026-11-24T18:05:33.000Z",
                      "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z",
                      "2026-11-24T18:60:00Z", "2026-1a-24T18:05:33Z", "2026-11-24t18:05:33z"}) {
        BOOST_TEST(judged(v1_with({{"Timestamp", time}, {"AccessKeyId", "nobody"}})) == badly_formatted,
                   time);
        BOOST_TEST(judged(with_header("x-acs-date", time)) == badly_formatted, time);
    }
    slb::emulator served;
    reply const xml = call(served, v1_with({{"Format", "yaml"}}).wire());
    BOOST_TEST(xml.status == 400);
    BOOST_TEST(xml.body.find("<Code>InvalidParameter.Format</Code><Message>Specified parameter Format is not "
                             "valid.</Message>") != std::string::npos);
    v3_request strange;
    strange.more_headers = "Accept: text/html, image/png;q=0.5\r\n";
    BOOST_TEST(judged(strange) == "400 InvalidParameter.Accept: Specified header Accept is not supported.");
}

BOOST_AUTO_TEST_CASE(the_key_is_looked_up_before_token_time_and_signature) {
    std::string const not_found = "404 InvalidAccessKeyId.NotFound: Specified access key is not found.";
    BOOST_TEST(judged(v1_with({{"AccessKeyId", "nobody"}, {"Timestamp", time_text(0)}})) == not_found);
    BOOST_TEST(judged(v1_with({{"AccessKeyId", "broken key"}})) == not_found);
    v3_request nobody;
    nobody.key_id = "nobody";
    BOOST_TEST(judged(nobody) == not_found);
    BOOST_TEST(judged(v1_with({{"AccessKeyId", "disabled"}})) ==
               "400 InvalidAccessKeyId.Inactive: Specified access key is disabled.");
}

BOOST_AUTO_TEST_CASE(a_temporary_key_needs_its_own_token) {
    auto const v1 = [](std::string const& id, std::string const& token) {
        v1_request request = v1_with({{"AccessKeyId", id}});
        request.secret = id == "testid" ? "testsecret" : "sts";
        if (!token.empty()) request.parameters["SecurityToken"] = token;
        return judged(request);
    };
    auto const v3 = [](std::string const& id, std::string const& token) {
        v3_request request;
        request.key_id = id;
        request.secret = id == "testid" ? "testsecret" : "sts";
        if (!token.empty()) request.headers["x-acs-security-token"] = token;
        return judged(request);
    };
    for (auto const& with : {std::function<std::string(std::string const&, std::string const&)>(v1),
                             std::function<std::string(std::string const&, std::string const&)>(v3)}) {
        std::string const foreign = "400 InvalidSecurityToken.MismatchWithAccessKey: "
                                    "Specified SecurityToken mismatch with the AccessKey.";
        BOOST_TEST(with("temporary", "token-1") == "200");
        BOOST_TEST(with("temporary", "") ==
                   "400 MissingSecurityToken: SecurityToken is mandatory for this action.");
        BOOST_TEST(with("temporary", "token-2") == foreign);
        BOOST_TEST(with("temporary", "token-10") == foreign);
        BOOST_TEST(with("testid", "token-1") == foreign);
        BOOST_TEST(with("temporary", "to ken") ==
                   "400 InvalidSecurityToken.Malformed: Specified SecurityToken is malformed.");
        BOOST_TEST(with("old", "token-2") ==
                   "400 InvalidSecurityToken.Expired: Specified SecurityToken is expired.");
    }
    // Older clients send and sign an empty token with a lasting key.
    BOOST_TEST(judged(v1_with({{"SecurityToken", ""}})) == "200");
}

BOOST_AUTO_TEST_CASE(keys_come_expire_and_go_while_the_emulator_runs) {
    slb::emulator served;
    BOOST_REQUIRE(!served.groups().load(default_group));
    auto const judge = [&](std::string const& id, std::string const& secret, std::string const& token) {
        v1_request request = v1_with({{"AccessKeyId", id}, {"Timestamp", time_text(served.unix_seconds())}});
        request.secret = secret;
        if (!token.empty()) request.parameters["SecurityToken"] = token;
        reply const got = call(served, request.wire());
        return got.status == 200 ? "200" : std::to_string(got.status) + " " + got.code();
    };
    std::string const unknown = "404 InvalidAccessKeyId.NotFound";
    BOOST_TEST(judge("STS.1", "s", "t") == unknown);
    served.add_key({.id = "STS.1", .secret = "s", .token = "t", .expires = start + 3600});
    BOOST_TEST(judge("STS.1", "s", "t") == "200");
    served.advance(3599'000);
    BOOST_TEST(judge("STS.1", "s", "t") == "200");
    served.advance(1'000);
    BOOST_TEST(judge("STS.1", "s", "t") == "400 InvalidSecurityToken.Expired");
    served.set_time(start + 3599);
    BOOST_TEST(judge("STS.1", "s", "t") == "200");
    BOOST_TEST(served.remove_key("STS.1"));
    BOOST_TEST(!served.remove_key("STS.1"));
    BOOST_TEST(judge("STS.1", "s", "t") == unknown);

    // A lasting key is replaced: the new one is there first, then the old one is disabled, then removed.
    served.add_key({.id = "newid", .secret = "newsecret"});
    BOOST_TEST(judge("testid", "testsecret", "") == "200");
    served.add_key({.id = "testid", .secret = "testsecret", .enabled = false});
    BOOST_TEST(judge("testid", "testsecret", "") == "400 InvalidAccessKeyId.Inactive");
    BOOST_TEST(served.remove_key("testid"));
    BOOST_TEST(judge("testid", "testsecret", "") == unknown);
    BOOST_TEST(judge("newid", "newsecret", "") == "200");
}

BOOST_AUTO_TEST_CASE(a_step_of_the_virtual_clock_makes_stamps_old_or_early) {
    for (std::int64_t step : {-7200, -901, -900, 900, 901, 7200}) {
        slb::emulator served;
        BOOST_REQUIRE(!served.groups().load(default_group));
        served.set_time(start + step);
        reply const got = call(served, v1_request().wire());
        bool const good = step == 900 || step == -900;
        BOOST_TEST(got.status == (good ? 200 : 400));
        BOOST_TEST(got.code() == (good ? "" : "InvalidTimeStamp.Expired"));
        // What the client can set its clock by.
        BOOST_TEST(got.headers.at("date") == slb::detail::http_date(start + step));
    }
}

BOOST_AUTO_TEST_CASE(the_clock_window_is_fifteen_minutes_both_ways_with_its_edges) {
    for (std::int64_t off : {-900, -899, 0, 899, 900}) {
        BOOST_TEST(judged(v1_with({{"Timestamp", time_text(start + off)}})) == "200");
        BOOST_TEST(judged(with_header("x-acs-date", time_text(start + off))) == "200");
    }
    for (std::int64_t off : {-100000, -901, 901, 100000}) {
        BOOST_TEST(judged(v1_with({{"Timestamp", time_text(start + off)}})) == expired);
        BOOST_TEST(judged(with_header("x-acs-date", time_text(start + off))) == expired);
    }
    BOOST_TEST(judged(v1_with({{"Timestamp", time_text(0)}}).wire(), {.mode = slb::emulator_mode::loose}) ==
               "200");
}

BOOST_AUTO_TEST_CASE(a_nonce_is_good_once_for_a_key_and_only_a_right_signature_uses_it_up) {
    slb::emulator served(
        {.keys = {{.id = "testid", .secret = "testsecret"}, {.id = "other", .secret = "s"}}});
    BOOST_REQUIRE(!served.groups().load(default_group));
    auto const judge = [&](auto const& request) {
        reply const got = call(served, request.wire());
        return got.status == 200 ? "200"
                                 : std::to_string(got.status) + " " + got.code() + ": " + got.message();
    };
    v1_request wrong = v1_with({{"SignatureNonce", "n"}});
    wrong.secret = "wrong";
    BOOST_TEST(judge(wrong).substr(0, 25) == "400 SignatureDoesNotMatch");
    v1_request const request = v1_with({{"SignatureNonce", "n"}});
    BOOST_TEST(judge(request) == "200");
    BOOST_TEST(judge(request) == nonce_used);
    BOOST_TEST(judge(with_header("x-acs-signature-nonce", "n")) == nonce_used);
    // Looked up before the signature.
    BOOST_TEST(judge(wrong) == nonce_used);
    v1_request other = v1_with({{"SignatureNonce", "n"}, {"AccessKeyId", "other"}});
    other.secret = "s";
    BOOST_TEST(judge(other) == "200");

    served.advance(900'000);
    BOOST_TEST(judge(request) == nonce_used);
    v1_request const later = v1_with({{"SignatureNonce", "n"}, {"Timestamp", time_text(start + 901)}});
    BOOST_TEST(judge(later) == nonce_used);
    served.advance(1'000);
    BOOST_TEST(judge(request) == expired);
    BOOST_TEST(judge(later) == "200");

    // A stamp from the future is good for longer, and its nonce is held for longer.
    v1_request const future = v1_with({{"SignatureNonce", "f"}, {"Timestamp", time_text(start + 901 + 900)}});
    BOOST_TEST(judge(future) == "200");
    served.advance(1'800'000);
    BOOST_TEST(judge(future) == nonce_used);

    slb::emulator loose({.mode = slb::emulator_mode::loose});
    BOOST_REQUIRE(!loose.groups().load(default_group));
    BOOST_TEST(call(loose, request.wire()).status == 200);
    BOOST_TEST(call(loose, request.wire()).status == 200);
}

BOOST_AUTO_TEST_CASE(old_nonces_are_forgotten) {
    slb::detail::nonce_memory memory;
    for (int i = 0; i != 5000; ++i) memory.record(std::to_string(i), i, i);
    BOOST_TEST(memory.size() < 2100U);
    BOOST_TEST(memory.holds("4999", 4999));
    BOOST_TEST(!memory.holds("4999", 5000));
    // A year of a call every minute, whose clock steps back by hours now and then.
    slb::detail::nonce_memory year;
    std::size_t most = 0;
    std::int64_t now = 0;
    for (int i = 0; i != 365 * 24 * 60; ++i) {
        now += i % 10000 == 9999 ? -4 * 3600 : 60;
        year.record(std::to_string(i), now + 900, now);
        most = (std::max)(most, year.size());
    }
    BOOST_TEST(most < 2100U);
}

BOOST_AUTO_TEST_CASE(a_wrong_signature_is_answered_with_the_string_to_sign) {
    v1_request v1;
    v1.secret = "wrong";
    BOOST_TEST(judged(v1) == "400 SignatureDoesNotMatch: Specified signature is not matched with our "
                             "calculation. server string to sign is:" +
                                 v1.string_to_sign());
    v3_request v3;
    v3.secret = "wrong";
    std::string const told = "400 SignatureDoesNotMatch: Specified signature does not match our calculation. "
                             "server StringToSign is [" +
                             v3.string_to_sign() + "] server CanonicalRequest is [" + v3.canonical_request() +
                             "]";
    BOOST_TEST(judged(v3) == told);
    // The hash of another body, signed as it is claimed: the server hashes what came.
    v3_request hash = with_header("x-acs-content-sha256", std::string(64, '0'));
    BOOST_TEST(judged(hash).find("\n" + std::string(slb::acs3::empty_payload_hash) + "]") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
