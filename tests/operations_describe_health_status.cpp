#include <slb/operations/describe_health_status.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

namespace slb_test {

/// The other shapes stand in support/reply_shapes.hpp.
inline void fill(tree& into, slb::backend_health_view const& server) {
    put(into, "ListenerPort", server.listener_port);
    put(into, "Protocol", server.protocol);
    put(into, "ServerId", server.server_id);
    put(into, "Port", server.port);
    put(into, "ServerIp", server.server_ip);
    put(into, "ServerHealthStatus", server.server_health_status);
    put(into, "Type", server.type);
    put(into, "EniHost", server.eni_host);
}
inline void fill(tree& into, slb::describe_health_status_response const& health) {
    put(into, "RequestId", health.request_id);
    put_list(into, "BackendServers", "BackendServer", health.backend_servers);
}

} // namespace slb_test

BOOST_AUTO_TEST_SUITE(operations_describe_health_status)

namespace {

using namespace slb_test;
using request = slb::describe_health_status;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "ListenerPort=443&ListenerProtocol=https&LoadBalancerId=lb-bp1qjwo61pqz3&RegionId=cn-hangzhou",
    "5c1a71e06000e7500f0546814e6eb73125b2b956350eb0829ccfda45ce38a102",
    "7eed3efb2fd66c6e4b720270908df8a7585432f809f56a1fa3ebb8d2b5b9c4df",
    "35464e21f905f8d6debb36c8eb23ced61d24a37188a7167b3ea6bf4ed6a42b16", "QAC13lGO7URaNQDJWzegbbQ559c%3D"};
constexpr golden_request only_required{
    "LoadBalancerId=lb-bp1qjwo61pqz3", "044c410e1e3e6777638b1a1dbf0ff9ea06d2cb49f8cf8bdce8ae07b381a08f93",
    "f2ba5c9fb8a116bc8e8e5daf5836c11763ca91a299a11e38478e559a8a411686",
    "7e90f6175dfa3d6d536c020d0f7d2413a011ef653d508e826a3c479f4a02b619", "bK4orlU%2Fz7scpcSbA6dFi94aK7o%3D"};

constexpr std::string_view documented_json =
    R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30",)"
    R"("BackendServers":{"BackendServer":[{"ListenerPort":443,"Protocol":"https",)"
    R"("ServerId":"i-example0001","Port":8080,"ServerIp":"192.0.2.10",)"
    R"("ServerHealthStatus":"normal"}]}})";
constexpr std::string_view documented_xml =
    R"(<DescribeHealthStatusResponse><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><BackendServers><BackendServer>)"
    R"(<ListenerPort>443</ListenerPort><Protocol>https</Protocol><ServerId>)"
    R"(i-example0001</ServerId><Port>8080</Port><ServerIp>192.0.2.10</ServerIp>)"
    R"(<ServerHealthStatus>normal</ServerHealthStatus></BackendServer></BackendServers>)"
    R"(</DescribeHealthStatusResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .load_balancer_id = "lb-bp1qjwo61pqz3",
            .listener_port = 443,
            .listener_protocol = "https"};
}

shapes const health_shape{{"RequestId", shape::kind::text, true},
                          {"BackendServers",
                           shape::kind::list,
                           false,
                           "BackendServer",
                           {{"ListenerPort", shape::kind::int32},
                            {"Protocol"},
                            {"ServerId", shape::kind::text, true},
                            {"Port", shape::kind::int32},
                            {"ServerIp"},
                            {"ServerHealthStatus", shape::kind::text, true},
                            {"Type"},
                            {"EniHost"}}}};

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(a_request_with_only_what_is_required_is_this_to_the_byte) {
    request const bare{.load_balancer_id = "lb-bp1qjwo61pqz3"};
    check_request(bare, only_required);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    request broken = everything_set();
    broken.listener_protocol = slb::runtime("HTTPS");
    BOOST_TEST(problem_with(broken) == "ListenerProtocol must be tcp, udp, http or https");
    broken.listener_port = slb::runtime(65536);
    BOOST_TEST(problem_with(broken) == "ListenerPort must be between 1 and 65535, is 65536");
    broken.load_balancer_id = slb::runtime("lb'1");
    BOOST_TEST(problem_with(broken) ==
               "LoadBalancerId must be printable ASCII without space, quote or backslash");
    broken.region_id = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "RegionId must not be empty");
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST_REQUIRE(said.backend_servers.size() == 1U);
        auto const& server = said.backend_servers[0];
        BOOST_TEST(shown(server.listener_port) == "443");
        BOOST_TEST(shown(server.protocol) == "https");
        BOOST_TEST(server.server_id == "i-example0001");
        BOOST_TEST(shown(server.port) == "8080");
        BOOST_TEST(shown(server.server_ip) == "192.0.2.10");
        BOOST_TEST(server.server_health_status == "normal");
        BOOST_TEST(shown(server.type) == "absent");
        BOOST_TEST(shown(server.eni_host) == "absent");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) { check_replies<request>(health_shape); }

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    static constexpr refusal_row of_listeners[] = {{400, "TooManyListeners", false},
                                                   {404, "ListenerNotFound", false},
                                                   {404, "CheckedListenerNotFound", false}};
    check_refusals<request>({refusals_of_all, no_such_load_balancer, of_listeners});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), health_shape);
}

BOOST_AUTO_TEST_CASE(it_is_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(repeated.safe);
    BOOST_TEST(repeated.why == "it changes nothing");
}

BOOST_AUTO_TEST_SUITE_END()
