#include <slb/operations/modify_vserver_group_backend_servers.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_modify_vserver_group_backend_servers)

namespace {

using namespace slb_test;
using request = slb::modify_vserver_group_backend_servers;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "NewBackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%"
    "2C%22Weight%22%3A%2260%22%2C%22Type%22%3A%22ecs%22%2C%22Description%22%3A%22web-a%22%7D%2C%7"
    "B%22ServerId%22%3A%22eni-bp1hc4s6b9d2%22%2C%22Port%22%3A%22443%22%2C%22Weight%22%3A%220%22%2"
    "C%22Type%22%3A%22eni%22%2C%22ServerIp%22%3A%22192.0.2.11%22%2C%22Description%22%3A%22web%2Fb"
    "_%E6%9C%8D%22%7D%5D&OldBackendServers=%5B%7B%22ServerId%22%3A%22i-bp1old0%22%2C%22Port%22%3A"
    "%2280%22%2C%22Type%22%3A%22ecs%22%7D%2C%7B%22ServerId%22%3A%22eni-bp1old1%22%2C%22Port%22%3A"
    "%2281%22%2C%22Type%22%3A%22eni%22%2C%22ServerIp%22%3A%222001%3Adb8%3A%3A11%22%7D%5D&RegionId"
    "=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
    "f30b7c2e2151a654d8fd8ef8e21db00d5bc302fa4f0109cd3f4cd55ff01fdcc4",
    "3c3862c69d338ff558cdd37c6fb91e3ef4c2640c84c8bb8873034d79b9e0d6b6",
    "be55984ef2a6294485164cdf28555d387f0e5750c8ab31e5c240b53b99571819", "DPxvztBmWcjFcmQNyefLKKe47Do%3D"};
constexpr golden_request only_required{"RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
                                       "63be0d98f330eda96b264933b2c2cbc7725205045c961b5ed8b073a597982561",
                                       "bd30afc989ee551eb25810c0bf93c733fd622bc8aacd1c5a3a9320d5a5d35341",
                                       "543a8056fd6f24f451c0260821fac70b3d60f20ee90cc707a58e6299756ee13e",
                                       "oKWc9egCtDqDt%2B80LH4f1ASPTkg%3D"};

constexpr std::string_view documented_json =
    R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30","VServerGroupId":"rsp-example01",)"
    R"("BackendServers":{"BackendServer":[{"ServerId":"i-example0003","Port":8080,)"
    R"("Weight":60,"Type":"ecs"}]}})";
constexpr std::string_view documented_xml =
    R"(<ModifyVServerGroupBackendServersResponse><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><VServerGroupId>)"
    R"(rsp-example01</VServerGroupId><BackendServers><BackendServer><ServerId>)"
    R"(i-example0003</ServerId><Port>8080</Port><Weight>60</Weight><Type>ecs</Type>)"
    R"(</BackendServer></BackendServers></ModifyVServerGroupBackendServersResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {
                {.from = {.server_id = "i-bp1old0", .port = 80, .type = "ecs"},
                 .to = {.server_id = "i-bp1fq61enf4loa5i",
                        .port = 8080,
                        .weight = 60,
                        .type = "ecs",
                        .description = "web-a"}},
                {.from = {.server_id = "eni-bp1old1", .port = 81, .type = "eni", .server_ip = "2001:db8::11"},
                 .to = {.server_id = "eni-bp1hc4s6b9d2",
                        .port = 443,
                        .weight = 0,
                        .type = "eni",
                        .server_ip = "192.0.2.11",
                        .description = "web/b_\xe6\x9c\x8d"}}}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(a_request_with_only_what_is_required_is_this_to_the_byte) {
    request const bare{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
    check_request(bare, only_required);
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST(said.vserver_group_id == "rsp-example01");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 1U);
        BOOST_TEST(said.backend_servers[0].server_id == "i-example0003");
        BOOST_TEST(said.backend_servers[0].port == 8080);
        BOOST_TEST(shown(said.backend_servers[0].weight) == "60");
        BOOST_TEST(shown(said.backend_servers[0].type) == "ecs");
        BOOST_TEST(shown(said.backend_servers[0].server_ip) == "absent");
        BOOST_TEST(shown(said.backend_servers[0].description) == "absent");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) {
    check_replies<request>(changed_group_shape);
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    check_refusals<request>({refusals_of_all, refusals_of_changes, refusals_of_servers, no_such_group});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), changed_group_shape);
}

BOOST_AUTO_TEST_CASE(it_is_not_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(!repeated.safe);
    BOOST_TEST(repeated.why == "the server that went is not there to be replaced a second time");
}

BOOST_AUTO_TEST_SUITE_END()
