#include <slb/operations/remove_vserver_group_backend_servers.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_remove_vserver_group_backend_servers)

namespace {

using namespace slb_test;
using request = slb::remove_vserver_group_backend_servers;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%2C%"
    "22Type%22%3A%22ecs%22%7D%2C%7B%22ServerId%22%3A%22eni-bp1hc4s6b9d2%22%2C%22Port%22%3A%22443%"
    "22%2C%22Type%22%3A%22eni%22%2C%22ServerIp%22%3A%222001%3Adb8%3A%3A11%22%7D%5D&RegionId=cn-ha"
    "ngzhou&VServerGroupId=rsp-cige6j5e7p",
    "ca1db452f3de9165b13fd6744958bfe2af142c573eb8cac03cf74989747687cf",
    "1730317d405b21e53341eee83ffcaabc68dcf101e52e88c16fc70baf39b3027c",
    "a741ea65c1de50b6e99ce6fa64fab2e087008acd4283b0a48a843260bf1faf67", "znhf4tFMNHu%2BK8wkeqFnt4cmA8w%3D"};
constexpr golden_request only_required{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%7D%"
    "5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
    "b1d4676246e92b41cdbb21136615c5ad333ae8682430a3ef1698d77b79e6b22f",
    "07785bfa80c71c1ecbb880473e7317f98ceb2c07e91773ee3b864b0fb2f1eea8",
    "e5b1c430b0b056471d87fe6b75fb9d89efc02a7a387cb5b3bd1b1607cd0ff544", "775PG4vijEQAoV9Oys57iyNfNgg%3D"};

constexpr std::string_view documented_json =
    R"({"VServerGroupId":"rsp-example01","RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30",)"
    R"("BackendServers":{"BackendServer":[{"ServerId":"i-example0001","Port":8080,)"
    R"("Weight":60,"Type":"ecs"}]}})";
constexpr std::string_view documented_xml =
    R"(<RemoveVServerGroupBackendServersResponse><VServerGroupId>)"
    R"(rsp-example01</VServerGroupId><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><BackendServers><BackendServer>)"
    R"(<ServerId>i-example0001</ServerId><Port>8080</Port><Weight>60</Weight><Type>ecs</Type>)"
    R"(</BackendServer></BackendServers></RemoveVServerGroupBackendServersResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .backend_servers = {
                {.server_id = "i-bp1fq61enf4loa5i", .port = 8080, .type = "ecs"},
                {.server_id = "eni-bp1hc4s6b9d2", .port = 443, .type = "eni", .server_ip = "2001:db8::11"}}};
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
    broken.backend_servers[0].port = slb::runtime(0);
    BOOST_TEST(problem_with(broken) == "BackendServers[0].Port must be between 1 and 65535, is 0");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST(said.vserver_group_id == "rsp-example01");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 1U);
        BOOST_TEST(said.backend_servers[0].server_id == "i-example0001");
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

BOOST_AUTO_TEST_CASE(it_is_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(repeated.safe);
    BOOST_TEST(repeated.why == "servers that are not in the group are ignored");
}

BOOST_AUTO_TEST_SUITE_END()
