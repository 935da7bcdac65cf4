#include <slb/emulator/load_balancers.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_load_balancers)

BOOST_AUTO_TEST_CASE(a_load_balancer_is_loaded_with_listeners_and_rules) {
    slb::load_balancer_store load_balancers;
    BOOST_REQUIRE(!load_balancers.load(
        R"({"LoadBalancerId":"lb-1","RegionId":"cn-beijing","VpcId":"vpc-1","Address":"192.0.2.1","Listeners":[)"
        R"({"ListenerPort":443,"ListenerProtocol":"https","VServerGroupId":"rsp-1","HealthCheck":"off"},)"
        R"({"ListenerPort":443,"ListenerProtocol":"udp"}],"Rules":[{"RuleId":"rule-1","RuleName":"web",)"
        R"("Domain":"a.example","Url":"/b","ListenerPort":443,"VServerGroupId":"rsp-2"}]})"));
    auto const* const loaded = load_balancers.find("cn-beijing", "lb-1");
    BOOST_REQUIRE(loaded != nullptr);
    BOOST_TEST(loaded->vpc_id == "vpc-1");
    BOOST_REQUIRE(loaded->listeners.size() == 2U);
    BOOST_TEST(loaded->listeners[0].port == 443);
    BOOST_TEST(loaded->listeners[0].protocol == "https");
    BOOST_TEST(loaded->listeners[0].vserver_group_id == "rsp-1");
    BOOST_TEST(!loaded->listeners[0].health_check);
    BOOST_TEST(loaded->listeners[1].protocol == "udp");
    BOOST_TEST(loaded->listeners[1].vserver_group_id == "");
    BOOST_TEST(loaded->listeners[1].health_check);
    BOOST_REQUIRE(loaded->rules.size() == 1U);
    auto const& rule = loaded->rules[0];
    BOOST_TEST(rule.rule_id + " " + rule.rule_name + " " + rule.domain + " " + rule.url + " " +
                   rule.vserver_group_id ==
               "rule-1 web a.example /b rsp-2");
    BOOST_TEST(rule.listener_port == 443);
    // Loaded anew, it is replaced.
    BOOST_REQUIRE(!load_balancers.load(R"({"LoadBalancerId":"lb-1","RegionId":"cn-beijing"})"));
    BOOST_REQUIRE(!load_balancers.load(R"({"LoadBalancerId":"lb-1"})"));
    BOOST_TEST(load_balancers.all().size() == 2U);
    BOOST_TEST(load_balancers.find("cn-beijing", "lb-1")->listeners.empty());
    BOOST_TEST(load_balancers.find("cn-hangzhou", "lb-1") != nullptr);
    BOOST_TEST(load_balancers.find("", "lb-1")->region_id == "cn-beijing");
    BOOST_TEST(load_balancers.find("", "lb-2") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_malformed_load_balancer_file_is_a_clear_error_and_changes_nothing) {
    slb::load_balancer_store load_balancers;
    auto const problem = [&](std::string_view file) { return load_balancers.load(file).value_or("none"); };
    auto const with = [&](std::string const& more) {
        return problem(R"({"LoadBalancerId":"lb-1",)" + more + "}");
    };
    BOOST_TEST(problem("{").substr(0, 30) == "The load balancer is not JSON:");
    BOOST_TEST(problem("[]") == "The load balancer is not a JSON object");
    BOOST_TEST(problem("{}") == "LoadBalancerId must be given");
    BOOST_TEST(problem(R"({"LoadBalancerId":1})") == "LoadBalancerId must be a text");
    BOOST_TEST(with(R"("VpcId":[])") == "VpcId must be a text");
    BOOST_TEST(with(R"("Listeners":{})") == "Listeners must be a list of objects");
    std::string const port = "must be between 1 and 65535";
    BOOST_TEST(with(R"("Listeners":[{}])") == "Listeners[0].ListenerPort " + port);
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":"80"}])") == "Listeners[0].ListenerPort " + port);
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":65536}])") == "Listeners[0].ListenerPort " + port);
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":80}])") == "Listeners[0].ListenerProtocol must be given");
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"ftp"}])") ==
               "Listeners[0].ListenerProtocol must be tcp, udp, http or https");
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp","HealthCheck":"maybe"}])") ==
               "Listeners[0].HealthCheck must be on or off");
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp"},)"
                    R"({"ListenerPort":80,"ListenerProtocol":"http"}])") ==
               "Listeners[1].ListenerPort has a listener over the same transport already");
    BOOST_TEST(with(R"("Rules":[{"ListenerPort":80}])") == "Rules[0].RuleId must be given");
    BOOST_TEST(with(R"("Rules":[{"RuleId":"rule-1","Url":1}])") == "Rules[0].Url must be a text");
    BOOST_TEST(with(R"("Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp"}],)"
                    R"("Rules":[{"RuleId":"rule-1","ListenerPort":80}])") ==
               "Rules[0].ListenerPort must be that of an http or https listener");
    BOOST_TEST(load_balancers.all().empty());
}

BOOST_AUTO_TEST_CASE(health_is_set_for_a_server_and_port_of_a_load_balancer) {
    slb::load_balancer_store load_balancers;
    load_balancers.set_health("lb-1", "i-1", 80, slb::emulated_health::abnormal);
    BOOST_TEST((load_balancers.health("lb-1", "i-1", 80) == slb::emulated_health::abnormal));
    BOOST_TEST(!load_balancers.health("lb-1", "i-1", 81));
    BOOST_TEST(!load_balancers.health("lb-1", "i-2", 80));
    BOOST_TEST(!load_balancers.health("lb-2", "i-1", 80));
    load_balancers.set_health("lb-1", "i-1", 80, slb::emulated_health::normal);
    BOOST_TEST((load_balancers.health("lb-1", "i-1", 80) == slb::emulated_health::normal));
    for (auto health :
         {slb::emulated_health::normal, slb::emulated_health::abnormal, slb::emulated_health::unavailable})
        BOOST_TEST((slb::health_named(slb::name_of(health)) == health));
    BOOST_TEST(!slb::health_named("fine"));
}

BOOST_AUTO_TEST_SUITE_END()
