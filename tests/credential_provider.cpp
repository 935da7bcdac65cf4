#include <slb/credential_provider.hpp>
// The header under test comes first: it stands alone.
#include "support/provider_testing.hpp"

#include <slb/client.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(credential_provider)

namespace {

using namespace slb_test;
using slb::errc;

constexpr std::string_view ok = "ok";
constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;

constexpr std::pair<credential_trouble, std::string_view> troubles[] = {
    {credential_trouble::server_error, "server_error"},
    {credential_trouble::throttling, "throttling"},
    {credential_trouble::malformed, "malformed"},
    {credential_trouble::empty, "empty"},
    {credential_trouble::without_member, "without_member"},
    {credential_trouble::not_success, "not_success"},
    {credential_trouble::expired, "expired"},
    {credential_trouble::stall, "stall"},
    {credential_trouble::close, "close"},
    {credential_trouble::reset, "reset"},
};
/// The answers of STS have no Code that says whether it went well.
bool harms(credential_trouble what, credential_endpoint at) {
    bool const sts =
        at == credential_endpoint::assume_role || at == credential_endpoint::assume_role_with_oidc;
    return what != credential_trouble::not_success || !sts;
}

/// The ways on which somebody gives keys that end.
std::vector<key_way> ways_that_end() {
    std::vector<key_way> ways;
    for (auto const& way : key_ways())
        if (way.given_by) ways.push_back(way);
    return ways;
}

std::string copied(std::string_view text) { return std::string(text); }

} // namespace

// ------------------------------------------------------------------------------------------- the first call

BOOST_AUTO_TEST_CASE(the_first_call_fetches_a_key_within_its_deadline) {
    memory_rig with("config.json, RamRoleArn");
    with.start();
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 0U);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 1U);
    BOOST_TEST(with.key() == "STS.fake1");
    BOOST_TEST(with.process.reports ==
                   std::vector<std::string>{"fetched config.json, " + std::to_string(key_time + hour)},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_key_of_each_source_is_accepted) {
    for (auto const& way : key_ways()) {
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            BOOST_TEST(with.call() == ok);
            BOOST_REQUIRE(with.process.reports.size() == 1U);
            BOOST_TEST(with.process.reports.front() ==
                       "fetched " + way.source +
                           (way.given_by ? ", " + std::to_string(key_time + way.seconds) : ", for good"));
            BOOST_TEST(with.services.issued() == (way.given_by ? 1U : 0U));
            BOOST_TEST(with.key() == (way.given_by                             ? "STS.fake1"
                                      : way.what.find("AK") != way.what.npos   ? "testid"
                                      : way.what.find("Sts") != way.what.npos  ? "STS.given"
                                      : way.what.find("temp") != way.what.npos ? "STS.given"
                                                                               : "testid"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_lasts_is_fetched_once) {
    for (auto const& way : key_ways()) {
        if (way.given_by) continue;
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            for (int day = 0; day != 30; ++day) {
                BOOST_TEST(with.call() == ok);
                with.pass(24 * hour);
            }
            BOOST_TEST(with.process.reports.size() == 1U);
        }
    }
}

// -------------------------------------------------------------------------------------------------- renewal

BOOST_AUTO_TEST_CASE(a_key_that_ends_is_renewed_15_minutes_before_and_not_earlier) {
    for (auto const& way : ways_that_end()) {
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            for (std::size_t round = 1; round != 4; ++round) {
                BOOST_TEST(with.call() == ok);
                BOOST_TEST(with.requests(*way.given_by) == round);
                with.pass(way.seconds - 15 * minute - 1);
                BOOST_TEST(with.call() == ok);
                BOOST_TEST(with.requests(*way.given_by) == round);
                with.pass(1);
            }
            BOOST_TEST(with.call() == ok);
            BOOST_TEST(with.key() == "STS.fake4");
            BOOST_TEST(with.services.issued() == 4U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_short_life_is_renewed_when_a_quarter_is_left) {
    memory_rig with("credentials URI");
    with.services.settings().uri_seconds = 1000;
    BOOST_TEST(with.call() == ok);
    with.pass_until(749);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.requests(credential_endpoint::uri) == 1U);
    with.pass_until(750);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.requests(credential_endpoint::uri) == 2U);
}

BOOST_AUTO_TEST_CASE(no_call_fails_while_the_service_of_keys_is_away_for_less_than_the_last_15_minutes) {
    for (auto const& way : ways_that_end())
        for (auto const& [what, named] : troubles) {
            if (!harms(what, *way.given_by)) continue;
            BOOST_TEST_CONTEXT(way.what << ", " << named) {
                memory_rig with(&way);
                BOOST_TEST(with.call() == ok);
                with.pass_until(way.seconds - 15 * minute);
                with.services.inject({.at = *way.given_by, .what = what});
                std::size_t const before = with.requests(*way.given_by);
                for (std::int64_t now = -15 * minute; now < -minute; now += 10) {
                    with.pass_until(std::max(way.seconds + now, with.emulator.unix_seconds() - key_time));
                    BOOST_TEST(with.call() == ok);
                }
                BOOST_TEST(with.key() == "STS.fake1");
                std::size_t const tries = with.requests(*way.given_by) - before;
                // 1, 2, 4 ... 64 s, up to twice that: not at each of the 84 calls.
                BOOST_TEST(tries >= 8U);
                BOOST_TEST(tries <= 22U);
                BOOST_TEST(with.process.reports.back().starts_with("failed credentials: "));

                with.services.clear_faults();
                with.pass_until(way.seconds - 1);
                with.pass(0);
                BOOST_TEST(with.call() == ok);
                with.pass(130);
                BOOST_TEST(with.call() == ok);
                BOOST_TEST(with.key() != "STS.fake1");
            }
        }
}

BOOST_AUTO_TEST_CASE(a_fetch_that_stalls_leaves_a_call_with_a_good_key_the_time_that_it_needs) {
    memory_rig with("config.json, RamRoleArn");
    with.start({.call_timeout_ms = 3000});
    BOOST_TEST(with.call() == ok);
    with.pass_until(hour - 10 * minute);
    with.services.inject({.at = credential_endpoint::assume_role, .what = credential_trouble::stall});
    std::int64_t const before = with.emulator.steady_ms();
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.emulator.steady_ms() - before < 3000);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 2U);
    // And the next does not wait again.
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 2U);
}

BOOST_AUTO_TEST_CASE(no_key_is_used_after_its_end) {
    for (auto const& way : ways_that_end()) {
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            BOOST_TEST(with.call() == ok);
            with.services.inject({.at = *way.given_by, .what = credential_trouble::server_error});
            with.pass_until(way.seconds - 1);
            BOOST_TEST(with.call() == ok);
            with.pass(1);
            std::string const said = with.call();
            BOOST_TEST(said.starts_with("not sent: no credentials are to be had"), said);
            BOOST_TEST(said.find(way.source) != said.npos, said);
            with.services.clear_faults();
            with.pass(1);
            BOOST_TEST(with.call() == ok);
        }
    }
}

// ---------------------------------------------------------------------------------------------------- no key

BOOST_AUTO_TEST_CASE(without_a_key_the_error_names_each_source_and_why) {
    memory_rig with;
    with.services.settings().instance_role = "";
    with.start();
    auto const response = with.client->invoke(describe_rsp1());
    BOOST_REQUIRE(!response);
    BOOST_TEST(response.error().code() == errc::credentials_unavailable);
    BOOST_TEST(response.error().delivery() == slb::delivery::not_sent);
    BOOST_TEST(!response.error().retryable());
    BOOST_TEST(response.error().details() ==
               "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set; "
               "OIDC role: the ARN of the role is missing, and ALIBABA_CLOUD_ROLE_ARN is not set; "
               "config.json: /home/me/.aliyun/config.json does not exist; "
               "credentials file: /home/me/.alibabacloud/credentials does not exist; "
               "ECS RAM role: the name of the role: HTTP 404, no role is attached to this instance; "
               "credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set");
    // Within the same second nobody is asked again.
    std::size_t const asked = with.asked;
    std::string const again = with.call();
    BOOST_TEST(again.find("config.json: /home/me") != again.npos, again);
    BOOST_TEST(with.asked == asked);
    BOOST_TEST(with.line.connections() == 0U);

    way_of("config.json, AK").prepare(with.process, with.services.settings());
    with.pass(1);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "testid");
}

BOOST_AUTO_TEST_CASE(the_first_key_is_had_as_soon_as_the_trouble_is_over) {
    for (auto const& way : ways_that_end())
        for (auto const& [what, named] : troubles) {
            if (!harms(what, *way.given_by)) continue;
            BOOST_TEST_CONTEXT(way.what << ", " << named) {
                memory_rig with(&way);
                with.services.inject({.at = *way.given_by, .what = what});
                for (int i = 0; i != 3; ++i) {
                    std::int64_t const before = with.emulator.steady_ms();
                    with.start();
                    auto const response = with.client->invoke(describe_rsp1());
                    BOOST_TEST(response.error().code() == errc::credentials_unavailable);
                    BOOST_TEST(response.error().delivery() == slb::delivery::not_sent);
                    std::string const why(response.error().details());
                    BOOST_TEST(why.find(way.source + ": ") != why.npos, why);
                    BOOST_TEST(with.emulator.steady_ms() - before <= 30'000);
                    with.pass(1);
                }
                with.services.clear_faults();
                BOOST_TEST(with.call() == ok);
            }
        }
}

BOOST_AUTO_TEST_CASE(once_a_source_gave_a_key_no_other_takes_its_place) {
    memory_rig with("config.json, RamRoleArn");
    BOOST_TEST(with.call() == ok);
    with.services.inject({.at = credential_endpoint::assume_role, .what = credential_trouble::server_error});
    with.pass(2 * hour);
    std::string const said = with.call();
    BOOST_TEST(said.find("config.json: ") != said.npos, said);
    BOOST_TEST(said.find("ECS RAM role") == said.npos, said);
    BOOST_TEST(with.requests(credential_endpoint::metadata_token) == 0U);
}

// -------------------------------------------------------------------------------------- the metadata service

BOOST_AUTO_TEST_CASE(the_role_of_the_instance_is_had_in_version_1_where_there_are_no_tokens) {
    for (auto const& [what, named] : troubles) {
        if (what == credential_trouble::expired || what == credential_trouble::without_member ||
            what == credential_trouble::not_success || what == credential_trouble::malformed)
            continue; // That is a token, if a bad one.
        BOOST_TEST_CONTEXT(named) {
            memory_rig with;
            with.services.inject({.at = credential_endpoint::metadata_token, .what = what});
            BOOST_TEST(with.call() == ok);
            auto const& asked = with.services.last_request(credential_endpoint::metadata_credentials);
            BOOST_TEST(!asked.header("x-aliyun-ecs-metadata-token"));
        }
    }
}

BOOST_AUTO_TEST_CASE(version_1_is_not_used_where_it_is_forbidden) {
    memory_rig with;
    with.process.variables["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true";
    BOOST_TEST(with.call() == ok);
    auto const& asked = with.services.last_request(credential_endpoint::metadata_credentials);
    BOOST_TEST((asked.header("x-aliyun-ecs-metadata-token") == copied("metadata-token-1==")));

    memory_rig without;
    without.process.variables["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true";
    without.services.inject(
        {.at = credential_endpoint::metadata_token, .what = credential_trouble::server_error});
    std::string const said = without.call();
    BOOST_TEST(said.find("ECS RAM role: the metadata token: HTTP 500") != said.npos, said);
    BOOST_TEST(without.requests(credential_endpoint::metadata_role) == 0U);
    BOOST_TEST(without.requests(credential_endpoint::metadata_credentials) == 0U);
}

// ------------------------------------------------------------------------------------- a key that is refused

BOOST_AUTO_TEST_CASE(a_key_that_the_service_forgot_is_replaced_within_the_call) {
    for (auto const& way : ways_that_end()) {
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            BOOST_TEST(with.call() == ok);
            // The metadata service has a new key in its last half hour.
            bool const instance = way.given_by == credential_endpoint::metadata_credentials;
            with.pass_until(instance ? way.seconds - 29 * minute : 2 * minute);
            with.emulator.remove_key("STS.fake1");
            BOOST_TEST(with.call() == ok);
            BOOST_TEST(with.key() == "STS.fake2");
            BOOST_TEST(with.requests(*way.given_by) == 2U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_ended_before_its_time_is_replaced_within_the_call) {
    memory_rig with("OIDC");
    BOOST_TEST(with.call() == ok);
    with.pass(10 * minute);
    with.emulator.inject({.kind = slb::fault_kind::refuse,
                          .call = 1,
                          .refused = {400, "InvalidSecurityToken.Expired", "The token is expired."}});
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.fake2");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_always_refused_is_asked_for_once_a_minute) {
    memory_rig with("config.json, RamRoleArn");
    with.start({.retry = {.max_attempts = 3}});
    BOOST_TEST(with.call() == ok);
    with.emulator.inject(
        {.kind = slb::fault_kind::refuse,
         .refused = {404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."}});
    for (int second = 0; second < 600; second += 5) {
        std::string const said = with.call();
        BOOST_TEST(said.starts_with("rejected: "), said);
        with.pass(5);
    }
    std::size_t const asked = with.requests(credential_endpoint::assume_role);
    BOOST_TEST(asked >= 9U);
    BOOST_TEST(asked <= 11U);
    with.emulator.clear_faults();
    BOOST_TEST(with.call() == ok);
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_replaced_by_the_next_call_where_this_one_has_no_attempt_left) {
    memory_rig with("config.json, AK");
    with.start({.retry = slb::retry_options::never()});
    BOOST_TEST(with.call() == ok);
    auto& text = with.process.files.begin()->second.text;
    text.replace(text.find("testid"), 6, "STS.x1");
    with.emulator.add_key({.id = "STS.x1", .secret = "testsecret"});
    with.pass(hour);
    with.emulator.remove_key("testid");
    BOOST_TEST(with.call().starts_with("rejected: "));
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.x1");
    // It was told once.
    with.pass(hour);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.process.reports.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_key_that_was_refused_too_soon_is_replaced_later_though_the_retries_are_used_up) {
    memory_rig with("config.json, AK");
    BOOST_TEST(with.call() == ok);
    auto& text = with.process.files.begin()->second.text;
    text.replace(text.find("testid"), 6, "STS.x1");
    with.emulator.add_key({.id = "STS.x1", .secret = "testsecret"});
    with.emulator.remove_key("testid");
    for (int second = 0; second != 60; ++second) {
        BOOST_TEST(with.call().starts_with("rejected: "));
        with.pass(1);
    }
    BOOST_TEST(with.call() == ok);
}

BOOST_AUTO_TEST_CASE(another_key_on_disk_is_found_when_the_old_one_is_refused) {
    for (std::string_view const what : {"config.json, AK", "credentials file, access_key"}) {
        BOOST_TEST_CONTEXT(what) {
            memory_rig with(what);
            BOOST_TEST(with.call() == ok);
            auto& text = with.process.files.begin()->second.text;
            text.replace(text.find("testid"), 6, "newid");
            text.replace(text.find("testsecret"), 10, "newsecret");
            with.emulator.add_key({.id = "newid", .secret = "newsecret"});
            with.pass(hour);
            BOOST_TEST(with.call() == ok);
            BOOST_TEST(with.key() == "testid");
            with.emulator.remove_key("testid");
            BOOST_TEST(with.call() == ok);
            BOOST_TEST(with.key() == "newid");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_role_is_assumed_with_the_key_that_is_on_disk_then) {
    memory_rig with("config.json, RamRoleArn");
    BOOST_TEST(with.call() == ok);
    with.services.remove_key("LTAIfakeid");
    with.services.add_key({.id = "LTAInewid", .secret = "newsecret"});
    auto& text = with.process.files.begin()->second.text;
    text.replace(text.find("LTAIfakeid"), 10, "LTAInewid");
    text.replace(text.find("fakesecret"), 10, "newsecret");
    with.pass(50 * minute);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.fake2");
    BOOST_TEST(with.process.files_read.size() >= 2U);
}

BOOST_AUTO_TEST_CASE(a_token_on_disk_that_was_replaced_is_seen) {
    memory_rig with("OIDC");
    BOOST_TEST(with.call() == ok);
    with.services.settings().expired_oidc_token = "fake.oidc.token";
    with.services.settings().oidc_token = "fake.oidc.token-2";
    with.pass(50 * minute);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.fake1");
    with.process.files["/var/token"].text = "fake.oidc.token-2";
    with.pass(minute);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.fake2");
}

// --------------------------------------------------------------------------------------------- wrong clocks

BOOST_AUTO_TEST_CASE(a_clock_that_is_off_by_hours_neither_hinders_nor_wears_out_keys) {
    for (std::int64_t const error : {-23 * hour, -5 * hour, -16 * minute, 16 * minute, 5 * hour, 23 * hour})
        for (auto const& way : ways_that_end()) {
            BOOST_TEST_CONTEXT(way.what << ", " << error) {
                memory_rig with(&way);
                with.line.set_clock_error(error);
                BOOST_TEST(with.call() == ok);
                bool const sts = way.given_by == credential_endpoint::assume_role ||
                                 way.given_by == credential_endpoint::assume_role_with_oidc;
                // The first was refused for its timestamp.
                std::size_t const first = sts ? 2U : 1U;
                BOOST_TEST(with.requests(*way.given_by) == first);
                with.pass_until(way.seconds - 15 * minute - 1);
                BOOST_TEST(with.call() == ok);
                BOOST_TEST(with.requests(*way.given_by) == first);
                with.pass(1);
                BOOST_TEST(with.call() == ok);
                BOOST_TEST(with.requests(*way.given_by) == first + 1);
                BOOST_TEST(with.key() == "STS.fake2");
            }
        }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_off_does_not_lead_to_the_key_of_another_source) {
    for (auto const& way : ways_that_end()) {
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            with.services.settings().instance_role = "demo-ecs";
            with.line.set_clock_error(3 * hour);
            BOOST_TEST(with.call() == ok);
            BOOST_REQUIRE(with.process.reports.size() == 1U);
            BOOST_TEST(with.process.reports.front().starts_with("fetched " + way.source),
                       with.process.reports.front());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_steps_while_a_key_is_in_use_does_not_make_it_end) {
    for (std::int64_t const error : {-5 * hour, 5 * hour}) {
        BOOST_TEST_CONTEXT(error) {
            memory_rig with("config.json, RamRoleArn");
            BOOST_TEST(with.call() == ok);
            with.pass(minute);
            with.line.set_clock_error(error);
            BOOST_TEST(with.call() == ok);
            with.line.set_clock_error(0);
            with.pass(minute);
            BOOST_TEST(with.call() == ok);
            for (int i = 0; i != 20; ++i) {
                with.pass(minute);
                BOOST_TEST(with.call() == ok);
            }
            BOOST_TEST(with.requests(credential_endpoint::assume_role) <= 5U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_off_by_more_than_a_day_is_not_corrected) {
    memory_rig with("config.json, RamRoleArn");
    with.line.set_clock_error(25 * hour);
    std::string const said = with.call();
    BOOST_TEST(said.find("InvalidTimeStamp.Expired") != said.npos, said);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 1U);
}

BOOST_AUTO_TEST_CASE(a_refused_timestamp_is_repeated_once_only) {
    memory_rig with("config.json, RamRoleArn");
    // What answers says another time at each request.
    with.line.set_clock_error(2 * hour);
    with.services.inject({.at = credential_endpoint::assume_role, .what = credential_trouble::server_error});
    BOOST_TEST(with.call() != ok);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 2U);
    with.pass(1);
    BOOST_TEST(with.call() != ok);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 3U);
}

// ------------------------------------------------------------------------------------------------- deadlines

BOOST_AUTO_TEST_CASE(a_fetch_that_stalls_ends_with_the_call) {
    for (auto const& way : ways_that_end()) {
        if (way.given_by == credential_endpoint::metadata_credentials) continue; // It takes 3 s at most.
        BOOST_TEST_CONTEXT(way.what) {
            memory_rig with(&way);
            with.services.inject({.at = *way.given_by, .what = credential_trouble::stall, .call = 1});
            with.start({.call_timeout_ms = 700});
            auto const response = with.client->invoke(describe_rsp1());
            BOOST_TEST(response.error().code() == errc::credentials_unavailable);
            BOOST_TEST(response.error().delivery() == slb::delivery::not_sent);
            std::string const why(response.error().details());
            BOOST_TEST(why.find(": the deadline passed") != why.npos, why);
            BOOST_TEST(with.emulator.steady_ms() == 700);
            BOOST_TEST(with.line.connections() == 0U);

            // Others need not suffer for a call that had little time.
            slb::emulator_transport other_line(with.emulator);
            slb::client other(other_line, *with.keys);
            BOOST_TEST(call_group(other) == ok);
            BOOST_TEST(with.call() == ok);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_service_that_cannot_be_reached_is_named) {
    memory_rig with("credentials URI");
    with.services.restart(5000);
    std::string const said = with.call();
    BOOST_TEST(said.find("credentials URI: ") != said.npos, said);
    BOOST_TEST(said.find(message(errc::connect_failed)) != said.npos, said);
    with.pass(5);
    BOOST_TEST(with.call() == ok);
}

// ----------------------------------------------------------------------------------------------- several

BOOST_AUTO_TEST_CASE(several_clients_share_a_key) {
    memory_rig with("OIDC");
    with.start();
    slb::emulator_transport lines[3] = {slb::emulator_transport(with.emulator),
                                        slb::emulator_transport(with.emulator),
                                        slb::emulator_transport(with.emulator)};
    for (auto& line : lines) {
        slb::client client(line, *with.keys);
        BOOST_TEST(call_group(client) == ok);
    }
    BOOST_TEST(with.services.issued() == 1U);
}

namespace {

/// A transport that several threads may have one of each, as what it ends in is not for several.
template <class Transport>
class guarded_transport {
  public:
    static constexpr bool proves_peer = Transport::proves_peer;

    template <class... How>
    explicit guarded_transport(std::mutex& mutex, How&&... how)
        : mutex_(mutex), line_(std::forward<How>(how)...) {}
    ~guarded_transport() { close(); }
    guarded_transport(guarded_transport const&) = delete;
    guarded_transport& operator=(guarded_transport const&) = delete;

    [[nodiscard]] slb::endpoint const& endpoint() const { return line_.endpoint(); }
    slb::result<void> connect(std::int64_t deadline) {
        std::scoped_lock const alone(mutex_);
        return line_.connect(there(deadline));
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        std::scoped_lock const alone(mutex_);
        return line_.write(bytes, there(deadline));
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        std::scoped_lock const alone(mutex_);
        return line_.read(space, there(deadline));
    }
    void close() noexcept {
        std::scoped_lock const alone(mutex_);
        line_.close();
    }
    [[nodiscard]] std::int64_t unix_seconds() const {
        std::scoped_lock const alone(mutex_);
        return line_.unix_seconds();
    }
    /// Real, as threads wait for each other.
    [[nodiscard]] std::int64_t steady_ms() const {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now() - begun_).count();
    }
    void wait(std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }
    bool random(std::span<unsigned char> bytes) {
        std::scoped_lock const alone(mutex_);
        return line_.random(bytes);
    }

  private:
    /// On the clock of the emulator.
    [[nodiscard]] std::int64_t there(std::int64_t deadline) const {
        return line_.steady_ms() + (deadline - steady_ms());
    }

    std::mutex& mutex_;
    Transport line_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};
using guarded_line = guarded_transport<slb::emulator_transport>;

/// Ways to the services that take a while, so that others come meanwhile.
struct slow_connect {
    std::mutex* mutex;
    credential_services* services;
    std::atomic<int>* asked;
    /// How many of the first fail, and how long each takes.
    int failing = 0;
    std::chrono::milliseconds takes{60};

    template <class Visit>
    void operator()(slb::endpoint const& where, bool, Visit visit) const {
        int const number = ++*asked;
        std::this_thread::sleep_for(takes);
        {
            std::scoped_lock const alone(*mutex);
            if (number <= failing)
                services->inject(
                    {.at = credential_endpoint::assume_role, .what = credential_trouble::close, .call = 1});
        }
        guarded_transport<credential_transport> transport(*mutex, *services, where);
        visit(transport);
    }
};

/// What four threads say that make so many calls each.
std::vector<std::string> called_by_threads(memory_rig& with, std::mutex& mutex,
                                           slb::credential_provider<slow_connect>& keys, int calls,
                                           slb::call_options const& options = {}) {
    std::vector<std::string> said(4);
    std::vector<std::thread> threads;
    for (auto& one : said)
        threads.emplace_back([&] {
            std::optional<guarded_line> line;
            {
                std::scoped_lock const alone(mutex);
                line.emplace(mutex, with.emulator);
            }
            slb::client client(*line, keys, options);
            one = "ok";
            for (int i = 0; i != calls && one == "ok"; ++i) one = call_group(client);
        });
    for (auto& thread : threads) thread.join();
    return said;
}
std::vector<std::string> const all_ok(4, "ok");

} // namespace

BOOST_AUTO_TEST_CASE(of_several_threads_one_fetches_and_all_get_the_key) {
    for (int round = 0; round != 5; ++round) {
        memory_rig with("config.json, RamRoleArn");
        std::mutex mutex;
        std::atomic<int> asked = 0;
        slb::credential_provider<slow_connect> keys(slb::credential_chain(with.process.environment()),
                                                    slow_connect{&mutex, &with.services, &asked});
        BOOST_TEST(called_by_threads(with, mutex, keys, 20) == all_ok, boost::test_tools::per_element());
        BOOST_TEST(asked == 1);
        BOOST_TEST(with.services.issued() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(threads_go_on_with_a_good_key_while_one_fetches_the_next) {
    memory_rig with("config.json, RamRoleArn");
    std::mutex mutex;
    std::atomic<int> asked = 0;
    slb::credential_provider<slow_connect> keys(
        slb::credential_chain(with.process.environment()),
        slow_connect{&mutex, &with.services, &asked, 0, std::chrono::milliseconds(30)});
    BOOST_TEST(called_by_threads(with, mutex, keys, 1) == all_ok, boost::test_tools::per_element());
    for (int round = 2; round != 5; ++round) {
        with.pass(46 * minute);
        BOOST_TEST(called_by_threads(with, mutex, keys, 20) == all_ok, boost::test_tools::per_element());
        BOOST_TEST(asked == round);
    }
}

BOOST_AUTO_TEST_CASE(a_fetch_that_fails_fails_for_all_that_wait_for_it_and_not_for_the_next) {
    memory_rig with("config.json, RamRoleArn");
    std::mutex mutex;
    std::atomic<int> asked = 0;
    slb::credential_provider<slow_connect> keys(slb::credential_chain(with.process.environment()),
                                                slow_connect{&mutex, &with.services, &asked, 1});
    for (auto const& said : called_by_threads(with, mutex, keys, 1))
        BOOST_TEST(said.find("config.json: ") != said.npos, said);
    with.pass(1);
    BOOST_TEST(called_by_threads(with, mutex, keys, 5) == all_ok, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_waits_for_the_fetch_of_another_waits_no_longer_than_its_deadline) {
    memory_rig with("config.json, RamRoleArn");
    std::mutex mutex;
    std::atomic<int> asked = 0;
    slb::credential_provider<slow_connect> keys(
        slb::credential_chain(with.process.environment()),
        slow_connect{&mutex, &with.services, &asked, 0, std::chrono::milliseconds(1500)});
    std::thread first([&] {
        guarded_line line(mutex, with.emulator);
        slb::client client(line, keys);
        (void)client.invoke(describe_rsp1());
    });
    while (asked == 0) std::this_thread::yield();
    std::optional<guarded_line> line;
    {
        std::scoped_lock const alone(mutex);
        line.emplace(mutex, with.emulator);
    }
    slb::client client(*line, keys, slb::call_options{.call_timeout_ms = 50});
    auto const before = std::chrono::steady_clock::now();
    auto const response = client.invoke(describe_rsp1());
    auto const took = std::chrono::steady_clock::now() - before;
    first.join();
    BOOST_TEST(response.error().code() == errc::timed_out);
    BOOST_TEST(response.error().delivery() == slb::delivery::not_sent);
    BOOST_TEST((took < std::chrono::milliseconds(1400)));
    BOOST_TEST(asked == 1);
}

// -------------------------------------------------------------------------------------------------
// exceptions

namespace {

/// Ways that lack memory at first.
struct poor_connect {
    credential_services* services;
    int* failures;

    template <class Visit>
    void operator()(slb::endpoint const& where, bool, Visit visit) const {
        if (*failures != 0) {
            --*failures;
            throw std::bad_alloc();
        }
        credential_transport transport(*services, where);
        visit(transport);
    }
};

/// A source that lacks memory before it begins.
class poor_source final : public slb::credential_source {
  public:
    explicit poor_source(int& failures) : failures_(failures) {}
    [[nodiscard]] std::string_view name() const override { return "poor"; }
    void start() override {
        if (failures_ == 0) return;
        --failures_;
        throw std::bad_alloc();
    }
    [[nodiscard]] slb::credential_step next(slb::credential_fetch const&) override {
        slb::access_key key;
        key.id.assign("testid");
        key.secret.assign("testsecret");
        return give(std::move(key));
    }

  private:
    int& failures_;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_lack_of_memory_in_a_fetch_leaves_the_next_call_to_try_again) {
    memory_rig with("config.json, RamRoleArn");
    int failures = 2;
    slb::credential_provider<poor_connect> keys(slb::credential_chain(with.process.environment()),
                                                poor_connect{&with.services, &failures});
    slb::client client(with.line, keys);
    BOOST_CHECK_THROW((void)client.invoke(describe_rsp1()), std::bad_alloc);
    BOOST_CHECK_THROW((void)client.invoke(describe_rsp1()), std::bad_alloc);
    BOOST_TEST(call_group(client) == ok);
    // With a key it costs the call as well, but nothing else.
    failures = 1;
    with.pass(50 * minute);
    BOOST_CHECK_THROW((void)client.invoke(describe_rsp1()), std::bad_alloc);
    BOOST_TEST(call_group(client) == ok);
    BOOST_TEST(with.services.issued() == 2U);
}

BOOST_AUTO_TEST_CASE(a_source_that_lacks_memory_as_it_begins_does_not_leave_others_waiting) {
    memory_rig with;
    int failures = 1;
    slb::credential_provider<memory_connect> keys(
        slb::credential_chain(std::make_unique<poor_source>(failures), with.process.environment()),
        memory_connect{&with.services, nullptr});
    slb::client client(with.line, keys);
    BOOST_CHECK_THROW((void)client.invoke(describe_rsp1()), std::bad_alloc);
    BOOST_TEST(call_group(client) == ok);
}

BOOST_AUTO_TEST_SUITE_END()
