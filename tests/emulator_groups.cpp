#include <slb/emulator/groups.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_groups)

BOOST_AUTO_TEST_CASE(groups_are_loaded_and_dumped_in_one_shape) {
    slb::load_balancer_store load_balancers;
    slb::group_store groups(load_balancers);
    std::string_view const file =
        R"({"RegionId":"cn-beijing","VServerGroupId":"rsp-1","VServerGroupName":"web","LoadBalancerId":"lb-1",)"
        R"("CreateTime":"2026-01-31T08:00:00Z","BackendServers":{"BackendServer":[{"ServerId":"i-1","Port":80,"Weight":0,"Type":"eci",)"
        R"("ServerIp":"192.0.2.1","Description":"d"},{"ServerId":"i-2","Port":81,"Weight":100,"Type":"ecs"}]},)"
        R"("Tags":{"Tag":[{"TagKey":"env","TagValue":"test"},{"TagKey":"bare","TagValue":""}]}})";
    BOOST_REQUIRE(!groups.load(file));
    BOOST_REQUIRE(groups.find("cn-beijing", "rsp-1") != nullptr);
    BOOST_TEST(groups.dump(*groups.find("cn-beijing", "rsp-1")) == file);
    // The documented example: other members, an address that is there and empty.
    BOOST_REQUIRE(!groups.load(
        R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30","VServerGroupId":"rsp-1","VpcId":"x",)"
        R"("BackendServers":{"BackendServer":[{"ServerId":"i-1","Port":"8080","Weight":60,"Type":"ecs",)"
        R"("Description":"web-a","ServerIp":"","VpcId":"vpc-1"}]},"Tags":{"Tag":[]}})"));
    BOOST_TEST(groups.all().size() == 2U);
    BOOST_TEST(
        groups.dump(*groups.find("cn-hangzhou", "rsp-1")) ==
        R"({"RegionId":"cn-hangzhou","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
        R"({"ServerId":"i-1","Port":8080,"Weight":60,"Type":"ecs","Description":"web-a"}]},"Tags":{"Tag":[]}})");
    BOOST_REQUIRE(!groups.load(R"({"VServerGroupId":"rsp-1"})"));
    BOOST_TEST(groups.all().size() == 2U);
    BOOST_TEST(groups.find("cn-hangzhou", "rsp-1")->servers.empty());
}

BOOST_AUTO_TEST_CASE(a_malformed_group_file_is_a_clear_error_and_changes_nothing) {
    slb::load_balancer_store load_balancers;
    slb::group_store groups(load_balancers);
    auto const problem = [&](std::string_view file) { return groups.load(file).value_or("none"); };
    auto const with_servers = [&](std::string const& servers) {
        return problem(R"({"VServerGroupId":"rsp-1","BackendServers":)" + servers + "}");
    };
    BOOST_TEST(problem("{").substr(0, 22) == "The group is not JSON:");
    BOOST_TEST(problem("[]") == "The group is not a JSON object");
    BOOST_TEST(problem("{}") == "VServerGroupId must be given");
    BOOST_TEST(problem(R"({"VServerGroupId":1})") == "VServerGroupId must be a text");
    std::string const path = "BackendServers.BackendServer";
    BOOST_TEST(with_servers("[]") == "BackendServers must be an object");
    BOOST_TEST(with_servers("{}") == path + " must be given");
    BOOST_TEST(with_servers(R"({"BackendServer":{}})") == path + " is not a list of objects");
    BOOST_TEST(with_servers(R"({"BackendServer":[{"ServerId":"a","Port":0}]})") ==
               path + "[0].Port must be between 1 and 65535, is 0");
    BOOST_TEST(with_servers(R"({"BackendServer":[{"ServerId":"a","Port":1},{"ServerId":"a","Port":1}]})") ==
               path + " holds a:1 twice");
    auto const with_tags = [&](std::string const& tags) {
        return problem(R"({"VServerGroupId":"rsp-1","LoadBalancerId":"lb-1","Tags":)" + tags + "}");
    };
    BOOST_TEST(with_tags("1") == "Tags must be an object");
    BOOST_TEST(with_tags(R"({"Tag":{}})") == "Tags.Tag must be a list of objects");
    BOOST_TEST(with_tags(R"({"Tag":[{"TagKey":"a"},1]})") == "Tags.Tag must be a list of objects");
    BOOST_TEST(with_tags(R"({"Tag":[{"TagKey":"a"},{"TagValue":"b"}]})") ==
               "Tags.Tag[1].TagKey must be given");
    BOOST_TEST(with_tags(R"({"Tag":[{"TagKey":"a","TagValue":1}]})") ==
               "Tags.Tag[0].TagValue must be a text");
    BOOST_TEST(groups.all().empty());
    BOOST_TEST(load_balancers.all().empty());
}

BOOST_AUTO_TEST_CASE(a_group_that_is_loaded_makes_its_load_balancer_known) {
    slb::load_balancer_store load_balancers;
    slb::group_store groups(load_balancers);
    BOOST_REQUIRE(
        !groups.load(R"({"VServerGroupId":"rsp-1","LoadBalancerId":"lb-1","RegionId":"cn-beijing"})"));
    BOOST_REQUIRE(!groups.load(R"({"VServerGroupId":"rsp-2"})"));
    BOOST_REQUIRE(load_balancers.all().size() == 1U);
    BOOST_TEST(load_balancers.find("cn-beijing", "lb-1") != nullptr);
    BOOST_TEST(load_balancers.find("cn-hangzhou", "lb-1") == nullptr);
    // It keeps what it has, also when the group is loaded anew or goes.
    load_balancers.find("cn-beijing", "lb-1")->vpc_id = "vpc-1";
    BOOST_REQUIRE(
        !groups.load(R"({"VServerGroupId":"rsp-1","LoadBalancerId":"lb-1","RegionId":"cn-beijing"})"));
    groups.erase("cn-hangzhou", "rsp-1");
    BOOST_TEST(groups.all().size() == 2U);
    groups.erase("cn-beijing", "rsp-1");
    BOOST_TEST(groups.find("cn-beijing", "rsp-1") == nullptr);
    BOOST_TEST(groups.find("cn-hangzhou", "rsp-2") != nullptr);
    BOOST_TEST(load_balancers.find("cn-beijing", "lb-1")->vpc_id == "vpc-1");
}

BOOST_AUTO_TEST_CASE(two_servers_are_the_same_by_id_and_port_and_by_address_unless_both_are_ecs) {
    slb::emulated_server ecs;
    ecs.server_id = "a";
    ecs.port = 1;
    slb::emulated_server other = ecs;
    other.server_ip = "192.0.2.1";
    BOOST_TEST(slb::same_server(ecs, other));
    other.type = "eni";
    BOOST_TEST(!slb::same_server(ecs, other));
    ecs.server_ip = "192.0.2.1";
    BOOST_TEST(slb::same_server(ecs, other));
    other.port = 2;
    BOOST_TEST(!slb::same_server(ecs, other));
}

BOOST_AUTO_TEST_SUITE_END()
