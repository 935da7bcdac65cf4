#include <slb/operations/add_vserver_group_backend_servers.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_add_vserver_group_backend_servers)

namespace {

using namespace slb_test;
using request = slb::add_vserver_group_backend_servers;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%2C%"
    "22Weight%22%3A%2260%22%2C%22Type%22%3A%22ecs%22%2C%22Description%22%3A%22web-a%22%7D%2C%7B%2"
    "2ServerId%22%3A%22eni-bp1hc4s6b9d2%22%2C%22Port%22%3A%22443%22%2C%22Weight%22%3A%220%22%2C%2"
    "2Type%22%3A%22eni%22%2C%22ServerIp%22%3A%22192.0.2.11%22%2C%22Description%22%3A%22web%2Fb_%E"
    "6%9C%8D%22%7D%5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
    "5085bc03b870bccb46869cb007251885964dffbd031b5889706050ce9dd67fe3",
    "c28a1872abf96d83d2677348b202c8057c10463bdfcff43cbcf90741f1a5a4d8",
    "6df79f73c90f53e93cdd1e8fbd6c2217e3fca7ca13a3cf32ae9d8d78c65f204f", "1y3bcnSdSmb%2BTb%2BLMvEfo12DBuo%3D"};
constexpr golden_request only_required{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%7D%"
    "5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
    "dd9761698bb1a43fbd848a98a9f28a74cd5061bbc9bc32ad562ff997e1df554a",
    "07785bfa80c71c1ecbb880473e7317f98ceb2c07e91773ee3b864b0fb2f1eea8",
    "45e1c1253de3ae8e71b2b29ebd736ee1f231d793c50bd4c4795850337dd6b6c2", "BBl94vr3ClA5pyAx1TtvoT2nT4I%3D"};

constexpr std::string_view documented_json =
    R"({"VServerGroupId":"rsp-example01","RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30",)"
    R"("BackendServers":{"BackendServer":[{"ServerId":"i-example0001","Port":8080,)"
    R"("Weight":60,"Type":"ecs","Description":"web-a"},{"ServerId":"eni-example0002",)"
    R"("Port":8080,"Weight":40,"Type":"eni","Description":"web-b"}]}})";
constexpr std::string_view documented_xml =
    R"(<AddVServerGroupBackendServersResponse><VServerGroupId>rsp-example01</VServerGroupId>)"
    R"(<RequestId>7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><BackendServers>)"
    R"(<BackendServer><ServerId>i-example0001</ServerId><Port>8080</Port><Weight>60</Weight>)"
    R"(<Type>ecs</Type><Description>web-a</Description></BackendServer><BackendServer>)"
    R"(<ServerId>eni-example0002</ServerId><Port>8080</Port><Weight>40</Weight><Type>)"
    R"(eni</Type><Description>web-b</Description></BackendServer></BackendServers>)"
    R"(</AddVServerGroupBackendServersResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .backend_servers = {{.server_id = "i-bp1fq61enf4loa5i",
                                 .port = 8080,
                                 .weight = 60,
                                 .type = "ecs",
                                 .description = "web-a"},
                                {.server_id = "eni-bp1hc4s6b9d2",
                                 .port = 443,
                                 .weight = 0,
                                 .type = "eni",
                                 .server_ip = "192.0.2.11",
                                 .description = "web/b_\xe6\x9c\x8d"}}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(a_request_with_only_what_is_required_is_this_to_the_byte) {
    request const bare{.region_id = "cn-hangzhou",
                       .vserver_group_id = "rsp-cige6j5e7p",
                       .backend_servers = {{"i-bp1fq61enf4loa5i", 8080}}};
    check_request(bare, only_required);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    request broken = everything_set();
    broken.backend_servers.clear();
    BOOST_TEST(problem_with(broken) == "BackendServers must hold at least one item");
    std::string ids[21];
    for (int i = 0; i != 21; ++i) {
        ids[i] = "i-" + std::to_string(i);
        broken.backend_servers.push_back({slb::runtime(ids[i]), 80});
        if (i < 20) BOOST_TEST(problem_with(broken) == "");
    }
    BOOST_TEST(problem_with(broken) == "BackendServers must not hold more items than one call takes, is 21");
    broken = everything_set();
    broken.backend_servers[1].server_ip = {};
    BOOST_TEST(problem_with(broken) ==
               "BackendServers[1].ServerIp must be given for a server of type eni or eci");
    broken.backend_servers[1] = broken.backend_servers[0];
    BOOST_TEST(problem_with(broken) == "BackendServers[1] must not name the same server twice");
    broken.backend_servers[1].weight = slb::runtime(-1);
    BOOST_TEST(problem_with(broken) == "BackendServers[1].Weight must be between 0 and 100, is -1");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST(said.vserver_group_id == "rsp-example01");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 2U);
        BOOST_TEST(said.backend_servers[0].server_id == "i-example0001");
        BOOST_TEST(said.backend_servers[0].port == 8080);
        BOOST_TEST(shown(said.backend_servers[0].weight) == "60");
        BOOST_TEST(shown(said.backend_servers[0].type) == "ecs");
        BOOST_TEST(shown(said.backend_servers[0].server_ip) == "absent");
        BOOST_TEST(shown(said.backend_servers[0].description) == "web-a");
        BOOST_TEST(said.backend_servers[1].server_id == "eni-example0002");
        BOOST_TEST(said.backend_servers[1].port == 8080);
        BOOST_TEST(shown(said.backend_servers[1].weight) == "40");
        BOOST_TEST(shown(said.backend_servers[1].type) == "eni");
        BOOST_TEST(shown(said.backend_servers[1].server_ip) == "absent");
        BOOST_TEST(shown(said.backend_servers[1].description) == "web-b");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) {
    check_replies<request>(changed_group_shape);
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    // No source names the status of the last one.
    static constexpr refusal_row quota[] = {{400, "InstanceBackendServerNumberOverLimit", false}};
    check_refusals<request>(
        {refusals_of_all, refusals_of_changes, refusals_of_servers, no_such_group, quota});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), changed_group_shape);
}

BOOST_AUTO_TEST_CASE(it_is_not_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(!repeated.safe);
    BOOST_TEST(repeated.why == "what a server that is in the group already leads to is not documented");
}

BOOST_AUTO_TEST_SUITE_END()
