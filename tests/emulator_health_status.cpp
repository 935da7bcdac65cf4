// The operation DescribeHealthStatus of the emulator.
#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_health_status)

namespace {

using namespace emulator_testing;
using slb::emulated_health;

constexpr std::string_view action = "DescribeHealthStatus";

} // namespace

/// A load balancer whose port 53 has two listeners, whose port 80 has a rule, and whose port 8080 no check.
struct with_listeners : emulated {
    explicit with_listeners(slb::emulator_mode mode = slb::emulator_mode::strict) : emulated(mode) {
        BOOST_REQUIRE(!served.groups().load(
            R"({"VServerGroupId":"rsp-2","LoadBalancerId":"lb-1","BackendServers":{"BackendServer":[)"
            R"({"ServerId":"eni-1","Port":8080,"Type":"eni","ServerIp":"192.0.2.1"},)"
            R"({"ServerId":"vm-233","Port":80,"Weight":0}]}})"));
        BOOST_REQUIRE(!served.load_balancers().load(
            R"({"LoadBalancerId":"lb-1","Listeners":[)"
            R"({"ListenerPort":53,"ListenerProtocol":"tcp","VServerGroupId":"rsp-1"},)"
            R"({"ListenerPort":53,"ListenerProtocol":"udp","VServerGroupId":"rsp-2"},)"
            R"({"ListenerPort":80,"ListenerProtocol":"http","VServerGroupId":"rsp-1"},)"
            R"({"ListenerPort":8080,"ListenerProtocol":"tcp","VServerGroupId":"rsp-1","HealthCheck":"off"},)"
            R"({"ListenerPort":443,"ListenerProtocol":"https"}],"Rules":[)"
            R"({"RuleId":"rule-1","ListenerPort":80,"VServerGroupId":"rsp-2"}]})"));
    }
    /// "53 tcp vm-233:80 normal, ..."
    std::string health(texts const& filter = {}) {
        std::string text;
        auto const got = send(action, filter).json();
        for (auto const& value : got.at("BackendServers").at("BackendServer").as_array()) {
            auto const word = [&](char const* name) { return std::string(value.at(name).as_string()); };
            auto const number = [&](char const* name) { return std::to_string(value.at(name).as_int64()); };
            text += (text.empty() ? "" : ", ") + number("ListenerPort") + " " + word("Protocol") + " " +
                    word("ServerId") + ":" + number("Port") + " " + word("ServerHealthStatus");
        }
        return text;
    }
};

BOOST_FIXTURE_TEST_CASE(each_listener_shows_each_server_behind_it, with_listeners) {
    BOOST_TEST(health() == "53 tcp vm-233:80 normal, 53 tcp vm-232:90 normal, "
                           "53 udp eni-1:8080 normal, 53 udp vm-233:80 unavailable, "
                           // Its own group first; what the rule's group has in common stands once.
                           "80 http vm-233:80 normal, 80 http vm-232:90 normal, 80 http eni-1:8080 normal");
}

BOOST_FIXTURE_TEST_CASE(an_entry_has_all_members_that_sources_name, with_listeners) {
    texts const udp = {{"ListenerProtocol", "udp"}};
    served.load_balancers().set_health("lb-1", "vm-233", 80, emulated_health::abnormal);
    BOOST_TEST(answered(action, udp) ==
               R"({"BackendServers":{"BackendServer":[)"
               R"({"ListenerPort":53,"Protocol":"udp","ServerId":"eni-1","Port":8080,"ServerIp":"192.0.2.1",)"
               R"("ServerHealthStatus":"normal","Type":"eni","EniHost":"192.0.2.1"},)"
               R"({"ListenerPort":53,"Protocol":"udp","ServerId":"vm-233","Port":80,)"
               R"("ServerHealthStatus":"abnormal","Type":"ecs"}]}})");
    texts xml = udp;
    xml["Format"] = "XML";
    std::string const body = send(action, xml).body;
    BOOST_TEST(body.substr(body.find("<BackendServers>")) ==
               "<BackendServers><BackendServer><ListenerPort>53</ListenerPort><Protocol>udp</Protocol>"
               "<ServerId>eni-1</ServerId><Port>8080</Port><ServerIp>192.0.2.1</ServerIp>"
               "<ServerHealthStatus>normal</ServerHealthStatus><Type>eni</Type><EniHost>192.0.2.1</EniHost>"
               "</BackendServer><BackendServer><ListenerPort>53</ListenerPort><Protocol>udp</Protocol>"
               "<ServerId>vm-233</ServerId><Port>80</Port><ServerHealthStatus>abnormal</ServerHealthStatus>"
               "<Type>ecs</Type></BackendServer></BackendServers></DescribeHealthStatusResponse>");
}

BOOST_FIXTURE_TEST_CASE(health_is_what_a_test_sets_and_follows_the_servers, with_listeners) {
    texts const tcp = {{"ListenerProtocol", "tcp"}};
    served.load_balancers().set_health("lb-1", "vm-233", 80, emulated_health::unavailable);
    served.servers().set("vm-232", {slb::machine_state::stopped});
    BOOST_TEST(health(tcp) == "53 tcp vm-233:80 unavailable, 53 tcp vm-232:90 abnormal");
    served.load_balancers().set_health("lb-1", "vm-233", 80, emulated_health::normal);
    served.servers().set("vm-232", {});
    BOOST_TEST(set(R"([{"ServerId":"vm-232","Port":90,"Weight":0}])") == "200");
    BOOST_TEST(health(tcp) == "53 tcp vm-233:80 normal, 53 tcp vm-232:90 unavailable");
    BOOST_TEST(remove(list("vm-233:80 vm-232:90")) == "200");
    BOOST_TEST(health(tcp) == "");
}

BOOST_FIXTURE_TEST_CASE(listeners_are_picked_by_port_and_protocol, with_listeners) {
    std::string const tcp = "53 tcp vm-233:80 normal, 53 tcp vm-232:90 normal";
    BOOST_TEST(health({{"ListenerProtocol", "tcp"}}) == tcp);
    BOOST_TEST(health({{"ListenerPort", "53"}, {"ListenerProtocol", "tcp"}}) == tcp);
    BOOST_TEST(health({{"ListenerPort", "80"}}) ==
               "80 http vm-233:80 normal, 80 http vm-232:90 normal, 80 http eni-1:8080 normal");
    // Its servers are in no VServer group.
    BOOST_TEST(health({{"ListenerPort", "443"}}) == "");
    BOOST_TEST(with_listeners(slb::emulator_mode::loose).health({{"ListenerProtocol", "TCP"}}) == tcp);
    BOOST_TEST(with_listeners(slb::emulator_mode::loose).health({{"ListenerProtocol", "ftp"}}) == "");
}

BOOST_FIXTURE_TEST_CASE(a_port_must_have_one_listener_that_fits_and_checks, with_listeners) {
    BOOST_TEST(said(action, {{"ListenerPort", "81"}}) ==
               "404 ListenerNotFound: There is no such listener on the ListenerPort.");
    BOOST_TEST(said(action, {{"ListenerPort", "80"}, {"ListenerProtocol", "tcp"}}) ==
               "404 ListenerNotFound: There is no such listener on the ListenerPort.");
    BOOST_TEST(said(action, {{"ListenerPort", "53"}}) ==
               "400 TooManyListeners: The ListenerPort has several listeners: give the ListenerProtocol.");
    BOOST_TEST(said(action, {{"ListenerPort", "8080"}}) ==
               "404 CheckedListenerNotFound: The listener on the ListenerPort has no health check.");
    // Without a port there is nothing to be found or not.
    BOOST_TEST(said(action, {{"ListenerProtocol", "https"}}) == "200");
}

BOOST_AUTO_TEST_SUITE_END()
