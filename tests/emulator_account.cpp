#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_account)

namespace {

using namespace emulator_testing;
using slb::machine_state;

std::string group_file(std::string const& id, std::string const& servers) {
    return R"({"VServerGroupId":")" + id + R"(","LoadBalancerId":"lb-1","BackendServers":{"BackendServer":)" +
           servers + "}}";
}
std::string create(emulated& on, std::string const& servers) {
    return on.said("CreateVServerGroup", {{"BackendServers", servers}});
}

} // namespace

BOOST_AUTO_TEST_CASE(ids_of_new_groups_follow_from_the_seed_and_are_free) {
    slb::emulated_account account(1);
    std::string const first = account.new_group_id("cn-hangzhou");
    std::string const second = account.new_group_id("cn-hangzhou");
    BOOST_TEST(first != second);
    for (auto const& id : {first, second}) {
        BOOST_TEST(id.substr(0, 4) == "rsp-");
        BOOST_TEST(id.size() == 14U);
        BOOST_TEST(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz", 4) == std::string::npos);
    }
    slb::emulated_account again(1);
    BOOST_REQUIRE(!again.groups.load(R"({"VServerGroupId":")" + first + "\"}"));
    BOOST_TEST(again.new_group_id("cn-hangzhou") == second);
    BOOST_TEST(slb::emulated_account(2).new_group_id("cn-hangzhou") != first);
}

BOOST_AUTO_TEST_CASE(a_load_balancer_holds_two_hundred_servers) {
    std::string const full =
        "400 InstanceBackendServerNumberOverLimit: The load balancer takes up to 200 backend servers.";
    loose on;
    BOOST_REQUIRE(!on.served.groups().load(group_file("rsp-2", list(numbered("x", 197)))));
    BOOST_TEST(on.add(list("a:1")) == "200");
    BOOST_TEST(on.add(list("b:1")) == full);
    BOOST_TEST(on.exchange("[]", list("b:1")) == full);
    BOOST_TEST(create(on, list("b:1")) == full);
    BOOST_TEST(on.served.groups().all().size() == 2U);
    BOOST_TEST(create(on, "[]") == "200");
    // What does not grow is granted.
    BOOST_TEST(on.add(list("a:1")) == "200");
    BOOST_TEST(on.exchange(list("a:1"), list("b:1")) == "200");
    BOOST_TEST(on.servers() == std::string(untouched) + " b:1");
    // Groups of another load balancer, or of none, do not count.
    BOOST_TEST(on.remove(list("b:1")) == "200");
    BOOST_REQUIRE(!on.served.groups().load(R"({"VServerGroupId":"rsp-3","LoadBalancerId":"lb-2"})"));
    BOOST_TEST(on.said("AddVServerGroupBackendServers",
                       {{"VServerGroupId", "rsp-3"}, {"BackendServers", list("c:1 c:2")}}) == "200");
    BOOST_TEST(on.add(list("b:1")) == "200");
}

BOOST_FIXTURE_TEST_CASE(the_quota_can_be_another, strict) {
    served.account().server_quota = 3;
    BOOST_TEST(add(list("a:1 b:1")) ==
               "400 InstanceBackendServerNumberOverLimit: The load balancer takes up to 3 backend servers.");
    BOOST_TEST(servers() == untouched);
    BOOST_TEST(add(list("a:1")) == "200");
    // Also a group that has more may lose servers and exchange them.
    served.account().server_quota = 1;
    BOOST_TEST(exchange(list("a:1"), list("b:1")) == "200");
    BOOST_TEST(remove(list("b:1")) == "200");
}

BOOST_AUTO_TEST_CASE(servers_that_come_must_exist_and_run) {
    for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose}) {
        emulated on(mode);
        on.served.servers().set("gone", {machine_state::unknown});
        on.served.servers().set("still", {machine_state::stopped});
        std::string const unknown =
            "400 InvalidServerId.NotFound: BackendServers[1]: server gone does not exist.";
        std::string const stopped = "400 ObtainIpFail: BackendServers[0]: server still is not running.";
        BOOST_TEST(on.add(list("a:1 gone:80")) == unknown);
        BOOST_TEST(on.add(list("still:80")) == stopped);
        BOOST_TEST(create(on, list("a:1 gone:80")) == unknown);
        BOOST_TEST(create(on, list("still:80")) == stopped);
        BOOST_TEST(on.exchange(list("vm-233:80"), list("gone:80")) ==
                   "400 InvalidServerId.NotFound: NewBackendServers[0]: server gone does not exist.");
        BOOST_TEST(on.servers() == untouched);
        BOOST_TEST(on.served.groups().all().size() == 1U);
        // Those that are there can be changed and removed whatever became of them.
        on.served.servers().set("vm-233", {machine_state::unknown});
        BOOST_TEST(on.set(R"([{"ServerId":"vm-233","Port":80,"Weight":0}])") == "200");
        BOOST_TEST(on.remove(list("vm-233:80 gone:80")) == "200");
        BOOST_TEST(on.servers() == "vm-232:90");
    }
}

BOOST_FIXTURE_TEST_CASE(servers_come_from_the_network_of_the_load_balancer, strict) {
    served.load_balancers().find("cn-hangzhou", "lb-1")->vpc_id = "vpc-1";
    served.servers().set("near", {machine_state::running, "vpc-1"});
    served.servers().set("far", {machine_state::running, "vpc-2"});
    std::string const conflict =
        "400 NetworkConflict: BackendServers[1]: server far is in another network than the load balancer.";
    BOOST_TEST(add(list("near:1 far:1")) == conflict);
    BOOST_TEST(create(*this, list("near:1 far:1")) == conflict);
    BOOST_TEST(servers() == untouched);
    BOOST_TEST(add(list("near:1 somewhere:1")) == "200");
}

BOOST_FIXTURE_TEST_CASE(servers_of_one_load_balancer_are_in_one_network, strict) {
    served.servers().set("near", {machine_state::running, "vpc-1"});
    served.servers().set("far", {machine_state::running, "vpc-2"});
    auto const apart = [](std::string const& where) {
        return "400 InvalidBackendServers.Inconsistent: " + where +
               ": server far is in another network than other servers of the load balancer.";
    };
    BOOST_TEST(add(list("near:1 far:1")) == apart("BackendServers[1]"));
    BOOST_TEST(servers() == untouched);
    BOOST_TEST(add(list("near:1")) == "200");
    BOOST_TEST(add(list("far:1")) == apart("BackendServers[0]"));
    BOOST_TEST(create(*this, list("far:1")) == apart("BackendServers[0]"));
    BOOST_TEST(exchange(list("vm-233:80"), list("far:1")) == apart("NewBackendServers[0]"));
    // All of them can change the network in one call.
    BOOST_TEST(exchange(list("near:1"), list("far:1")) == "200");
    BOOST_TEST(servers() == std::string(untouched) + " far:1");
}

BOOST_AUTO_TEST_CASE(health_follows_from_what_is_known_unless_it_is_set) {
    slb::emulated_account account(1);
    slb::emulated_server server;
    server.server_id = "i-1";
    server.port = 80;
    BOOST_TEST((account.health_of("lb-1", server) == slb::emulated_health::normal));
    server.weight = 0;
    BOOST_TEST((account.health_of("lb-1", server) == slb::emulated_health::unavailable));
    account.servers.set("i-1", {machine_state::stopped});
    BOOST_TEST((account.health_of("lb-1", server) == slb::emulated_health::abnormal));
    account.load_balancers.set_health("lb-1", "i-1", 80, slb::emulated_health::normal);
    BOOST_TEST((account.health_of("lb-1", server) == slb::emulated_health::normal));
    BOOST_TEST((account.health_of("lb-2", server) == slb::emulated_health::abnormal));
}

BOOST_AUTO_TEST_SUITE_END()
