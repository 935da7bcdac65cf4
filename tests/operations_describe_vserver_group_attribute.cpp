#include <slb/operations/describe_vserver_group_attribute.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_describe_vserver_group_attribute)

namespace {

using namespace slb_test;
using request = slb::describe_vserver_group_attribute;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{"RegionId=cn-hangzhou&VServerGroupId=rsp-cige6j5e7p",
                                    "f90fd6679438fc166733ad993ee2f0e29dcfc1466ccec3056c7b430dc259b4a3",
                                    "bd30afc989ee551eb25810c0bf93c733fd622bc8aacd1c5a3a9320d5a5d35341",
                                    "dfa3c6a3456a50f963c624818640d497b67068810a8d9d3f27a3aea3ada46dff",
                                    "IEAzjrCr0riXXdbds2vDptA8%2FAI%3D"};

constexpr std::string_view documented_json =
    R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30","VServerGroupId":"rsp-example01",)"
    R"("VServerGroupName":"web","LoadBalancerId":"lb-example01",)"
    R"("CreateTime":"2026-01-31T08:00:00Z",)"
    R"("BackendServers":{"BackendServer":[{"ServerId":"i-example0001","Port":8080,)"
    R"("Weight":60,"Type":"ecs","Description":"web-a","ServerIp":""},)"
    R"({"ServerId":"eni-example0002","Port":8080,"Weight":40,"Type":"eni",)"
    R"("Description":"web-b","ServerIp":"192.0.2.11"}]},"Tags":{"Tag":[]}})";
constexpr std::string_view documented_xml =
    R"(<DescribeVServerGroupAttributeResponse><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><VServerGroupId>)"
    R"(rsp-example01</VServerGroupId><VServerGroupName>web</VServerGroupName><LoadBalancerId>)"
    R"(lb-example01</LoadBalancerId><BackendServers><BackendServer><ServerId>)"
    R"(i-example0001</ServerId><Port>8080</Port><Weight>60</Weight><Type>ecs</Type>)"
    R"(<Description>web-a</Description></BackendServer><BackendServer><ServerId>)"
    R"(eni-example0002</ServerId><Port>8080</Port><Weight>40</Weight><Type>eni</Type>)"
    R"(<Description>web-b</Description><ServerIp>192.0.2.11</ServerIp></BackendServer>)"
    R"(</BackendServers></DescribeVServerGroupAttributeResponse>)";

request everything_set() { return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"}; }

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    request broken = everything_set();
    broken.vserver_group_id = slb::runtime("rsp 1");
    BOOST_TEST(problem_with(broken) ==
               "VServerGroupId must be printable ASCII without space, quote or backslash");
    broken.region_id = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "RegionId must not be empty");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST(said.vserver_group_id == "rsp-example01");
        BOOST_TEST(shown(said.vserver_group_name) == "web");
        BOOST_TEST(shown(said.load_balancer_id) == "lb-example01");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 2U);
        auto const& first = said.backend_servers[0];
        BOOST_TEST(first.server_id == "i-example0001");
        BOOST_TEST(first.port == 8080);
        BOOST_TEST(shown(first.weight) == "60");
        BOOST_TEST(shown(first.type) == "ecs");
        BOOST_TEST(shown(first.description) == "web-a");
        auto const& second = said.backend_servers[1];
        BOOST_TEST(second.server_id == "eni-example0002");
        BOOST_TEST(second.port == 8080);
        BOOST_TEST(shown(second.weight) == "40");
        BOOST_TEST(shown(second.type) == "eni");
        BOOST_TEST(shown(second.server_ip) == "192.0.2.11");
        BOOST_TEST(shown(second.description) == "web-b");
        BOOST_TEST(said.tags.empty());
        // The documented XML has no time, and no address of an ECS; the JSON has an empty one.
        bool const is_json = said.create_time.has_value();
        BOOST_TEST(shown(said.create_time) == (is_json ? "2026-01-31T08:00:00Z" : "absent"));
        BOOST_TEST(shown(first.server_ip) == (is_json ? "" : "absent"));
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) { check_replies<request>(group_shape); }

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    check_refusals<request>({refusals_of_all, no_such_group});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), group_shape);
}

BOOST_AUTO_TEST_CASE(it_is_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(repeated.safe);
    BOOST_TEST(repeated.why == "it changes nothing");
}

BOOST_AUTO_TEST_SUITE_END()
