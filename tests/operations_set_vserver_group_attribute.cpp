#include <slb/operations/set_vserver_group_attribute.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_set_vserver_group_attribute)

namespace {

using namespace slb_test;
using request = slb::set_vserver_group_attribute;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%2C%"
    "22Weight%22%3A%2260%22%2C%22Type%22%3A%22ecs%22%2C%22Description%22%3A%22web-a%22%7D%2C%7B%2"
    "2ServerId%22%3A%22eni-bp1hc4s6b9d2%22%2C%22Port%22%3A%22443%22%2C%22Weight%22%3A%220%22%2C%2"
    "2Type%22%3A%22eni%22%2C%22ServerIp%22%3A%22192.0.2.11%22%2C%22Description%22%3A%22web%2Fb_%E"
    "6%9C%8D%22%7D%5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p&VServerGroupName=web%2F1"
    "_%E6%9C%8D",
    "a436243487b3b1f0465a1493dd982c079d0a44812467e79bb192a799989daf0d",
    "a549e09f1e1f13e73f9fe0ec56358f8041035fd447db7e2bd5fd3bc065fcbfb6",
    "af6c6d6a833dff35d42fe7ee7de56703d9fd1cf81b9a58dab10149a5324d3879", "ZGfpablOdvDkPir62Tgp3xjtQDk%3D"};
constexpr golden_request only_name{"RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p&VServerGroupName=web",
                                   "363aef9301dcd4993706dac3257de9034bde86c5cf4e691c64d0900be7c112fd",
                                   "cf85ba583e132a03e22b033204b1b0dff427140e6ad53e3af8a8179c5b18a5db",
                                   "941be59240eff743f9d5a0faddc019622e21f1f147bc2257968be3113dc5127d",
                                   "35B6lQuySEPrU%2FiM0TLlj4hEdD0%3D"};
constexpr golden_request only_servers{
    "BackendServers=%5B%7B%22ServerId%22%3A%22i-bp1fq61enf4loa5i%22%2C%22Port%22%3A%228080%22%2C%"
    "22Weight%22%3A%220%22%7D%5D&RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
    "548b2c28b601156202d1f42c94d4a75f7e805c8458215ddbb8ca745d00c5bd12",
    "7a833e167c388bf023f7b074bc194efa4e889c05017cfeef5dee8f100572956b",
    "3de3a104337c5f8cbfc9da691fe42e96835bcfc165d011c3b97f383c62d3ee82", "Gv01bTsiTtnFErUE9pZ92l1T6iE%3D"};

constexpr std::string_view documented_json =
    R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30","VServerGroupId":"rsp-example01",)"
    R"("VServerGroupName":"web",)"
    R"("BackendServers":{"BackendServer":[{"ServerId":"i-example0001","Port":8080,)"
    R"("Weight":80,"Type":"ecs"}]}})";
constexpr std::string_view documented_xml =
    R"(<SetVServerGroupAttributeResponse><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><VServerGroupId>)"
    R"(rsp-example01</VServerGroupId><VServerGroupName>web</VServerGroupName><BackendServers>)"
    R"(<BackendServer><ServerId>i-example0001</ServerId><Port>8080</Port><Weight>80</Weight>)"
    R"(<Type>ecs</Type></BackendServer></BackendServers></SetVServerGroupAttributeResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .vserver_group_name = "web/1_\xe6\x9c\x8d",
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

BOOST_AUTO_TEST_CASE(a_new_name_alone_is_this_to_the_byte) {
    request const renamed{
        .region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p", .vserver_group_name = "web"};
    check_request(renamed, only_name);
}

BOOST_AUTO_TEST_CASE(a_new_weight_alone_is_this_to_the_byte) {
    request const weighed{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .backend_servers = {{.server_id = "i-bp1fq61enf4loa5i", .port = 8080, .weight = 0}}};
    check_request(weighed, only_servers);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    static constexpr request nothing{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
    static_assert(slb::validate(nothing).code() == slb::errc::nothing_to_set);
    BOOST_TEST(problem_with(nothing) == "VServerGroupName must be given, or another value to set");
    request broken = everything_set();
    broken.backend_servers[1].weight = slb::runtime(101);
    BOOST_TEST(problem_with(broken) == "BackendServers[1].Weight must be between 0 and 100, is 101");
    broken.vserver_group_name = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "VServerGroupName must have 1 to 80 characters");
    broken = everything_set();
    broken.backend_servers[1] = broken.backend_servers[0];
    BOOST_TEST(problem_with(broken) == "BackendServers[1] must not name the same server twice");
    // What is wrong with a value comes first.
    broken = nothing;
    broken.vserver_group_id = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "VServerGroupId must not be empty");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST(said.vserver_group_id == "rsp-example01");
        BOOST_TEST(shown(said.vserver_group_name) == "web");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 1U);
        BOOST_TEST(said.backend_servers[0].server_id == "i-example0001");
        BOOST_TEST(said.backend_servers[0].port == 8080);
        BOOST_TEST(shown(said.backend_servers[0].weight) == "80");
        BOOST_TEST(shown(said.backend_servers[0].type) == "ecs");
        BOOST_TEST(shown(said.backend_servers[0].server_ip) == "absent");
        BOOST_TEST(shown(said.backend_servers[0].description) == "absent");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) {
    check_replies<request>(set_group_shape);
}

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    static constexpr refusal_row nothing_to_set[] = {{400, "MissingParameter", false}};
    check_refusals<request>(
        {refusals_of_all, refusals_of_changes, refusals_of_servers, no_such_group, nothing_to_set});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), set_group_shape);
}

BOOST_AUTO_TEST_CASE(it_is_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(repeated.safe);
    BOOST_TEST(repeated.why == "it sets the same values again");
}

BOOST_AUTO_TEST_SUITE_END()
