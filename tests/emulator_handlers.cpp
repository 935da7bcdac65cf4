#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(emulator_handlers)

namespace {

using namespace emulator_testing;

constexpr std::string_view busy_load_balancer =
    R"({"LoadBalancerId":"lb-1","Listeners":[)"
    R"({"ListenerPort":443,"ListenerProtocol":"https","VServerGroupId":"rsp-1"},)"
    R"({"ListenerPort":80,"ListenerProtocol":"http"}],"Rules":[)"
    R"({"RuleId":"rule-1","RuleName":"api","Domain":"a.example","Url":"/api","ListenerPort":80,"VServerGroupId":"rsp-1"},)"
    R"({"RuleId":"rule-2","ListenerPort":443,"VServerGroupId":"rsp-2"}]})";

/// The XML body of a call that is granted, without declaration and request id.
std::string answered_in_xml(emulated& on, std::string_view action, texts more = {}) {
    more["Format"] = "XML";
    reply const got = on.send(action, more);
    std::string const id = "<RequestId>" + got.headers.at("x-acs-request-id") + "</RequestId>";
    std::string body = got.body;
    BOOST_REQUIRE(body.find(id) != body.npos);
    body.erase(body.find(id), id.size());
    return body.substr(body.find("?>") + 2);
}

} // namespace

BOOST_AUTO_TEST_CASE(servers_are_replaced_and_the_whole_group_is_answered) {
    texts const lists = {
        {"OldBackendServers", R"([{"ServerId":"vm-233","Port":"80"}])"},
        {"NewBackendServers",
         R"([{"ServerId":"eni-1","Port":8080,"Weight":"7","Type":"eni","ServerIp":"192.0.2.1","Description":"a"}])"}};
    BOOST_TEST(strict().answered(modify, lists) ==
               R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
               R"({"ServerId":"vm-232","Port":90,"Weight":100,"Type":"ecs"},)"
               R"({"ServerId":"eni-1","Port":8080,"Weight":7,"Type":"eni",)"
               R"("ServerIp":"192.0.2.1","Description":"a"}]}})");
    strict on;
    BOOST_TEST(
        answered_in_xml(on, modify, lists) ==
        "<ModifyVServerGroupBackendServersResponse><VServerGroupId>rsp-1</VServerGroupId><BackendServers>"
        "<BackendServer><ServerId>vm-232</ServerId><Port>90</Port><Weight>100</Weight>"
        "<Type>ecs</Type></BackendServer><BackendServer><ServerId>eni-1</ServerId><Port>8080</Port>"
        "<Weight>7</Weight><Type>eni</Type><ServerIp>192.0.2.1</ServerIp>"
        "<Description>a</Description></BackendServer></BackendServers>"
        "</ModifyVServerGroupBackendServersResponse>");
}

BOOST_AUTO_TEST_CASE(servers_are_added_last_and_removed_and_the_whole_group_is_answered) {
    strict on;
    BOOST_TEST(
        on.answered("AddVServerGroupBackendServers",
                    {{"BackendServers", R"([{"ServerId":"i-1","Port":8080,"Description":"web-a"}])"}}) ==
        R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
        R"({"ServerId":"vm-233","Port":80,"Weight":100,"Type":"ecs"},)"
        R"({"ServerId":"vm-232","Port":90,"Weight":100,"Type":"ecs"},)"
        R"({"ServerId":"i-1","Port":8080,"Weight":100,"Type":"ecs","Description":"web-a"}]}})");
    BOOST_TEST(
        answered_in_xml(on, "RemoveVServerGroupBackendServers",
                        {{"BackendServers", list("vm-232:90 i-1:8080")}}) ==
        "<RemoveVServerGroupBackendServersResponse><VServerGroupId>rsp-1</VServerGroupId><BackendServers>"
        "<BackendServer><ServerId>vm-233</ServerId><Port>80</Port><Weight>100</Weight><Type>ecs</Type>"
        "</BackendServer></BackendServers></RemoveVServerGroupBackendServersResponse>");
    BOOST_TEST(on.answered("RemoveVServerGroupBackendServers", {{"BackendServers", list("vm-233:80")}}) ==
               R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[]}})");
}

BOOST_AUTO_TEST_CASE(a_group_is_made_with_all_that_is_given) {
    for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose}) {
        emulated on(mode);
        std::string const body =
            on.answered("CreateVServerGroup",
                        {{"VServerGroupName", "web-2"},
                         {"BackendServers",
                          R"([{"ServerId":"i-1","Port":8080,"Weight":60},{"ServerId":"vm-233","Port":80}])"},
                         {"Tag.1.Key", "env"},
                         {"Tag.1.Value", "test"},
                         {"Tag.2.Key", "bare"}});
        BOOST_REQUIRE(on.served.groups().all().size() == 2U);
        auto const& made = on.served.groups().all()[1];
        BOOST_TEST(body == R"({"VServerGroupId":")" + made.vserver_group_id +
                               R"(","BackendServers":{"BackendServer":[)"
                               R"({"ServerId":"i-1","Port":8080,"Weight":60,"Type":"ecs"},)"
                               R"({"ServerId":"vm-233","Port":80,"Weight":100,"Type":"ecs"}]}})");
        BOOST_TEST(
            on.answered("DescribeVServerGroupAttribute", {{"VServerGroupId", made.vserver_group_id}}) ==
            R"({"VServerGroupId":")" + made.vserver_group_id +
                R"(","VServerGroupName":"web-2","LoadBalancerId":"lb-1",)"
                R"("CreateTime":"2026-11-24T18:05:33Z","BackendServers":{"BackendServer":[)"
                R"({"ServerId":"i-1","Port":8080,"Weight":60,"Type":"ecs"},)"
                R"({"ServerId":"vm-233","Port":80,"Weight":100,"Type":"ecs"}]},"Tags":{"Tag":[)"
                R"({"TagKey":"env","TagValue":"test"},{"TagKey":"bare","TagValue":""}]}})");
    }
}

BOOST_FIXTURE_TEST_CASE(a_group_is_made_empty_and_named_like_its_id_when_nothing_is_given, strict) {
    BOOST_TEST(said("CreateVServerGroup") == "200");
    BOOST_TEST(said("CreateVServerGroup") == "200");
    auto const& all = served.groups().all();
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST(all[1].servers.empty());
    BOOST_TEST(all[1].tags.empty());
    BOOST_TEST(all[1].vserver_group_name == all[1].vserver_group_id);
    BOOST_TEST(all[1].vserver_group_id != all[2].vserver_group_id);
    BOOST_TEST(all[1].region_id == "cn-hangzhou");
}

BOOST_AUTO_TEST_CASE(a_group_that_is_refused_is_not_made) {
    strict on;
    BOOST_TEST(on.said("CreateVServerGroup", {{"BackendServers", list("a:1 a:1")}}) ==
               "400 InvalidParameter: BackendServers[1]: server a:1 stands twice in the list.");
    BOOST_TEST(on.served.groups().all().size() == 1U);
    loose other;
    BOOST_TEST(other.said("CreateVServerGroup", {{"BackendServers", list("a:1 a:1")}}) == "200");
    BOOST_TEST(other.served.groups().all()[1].servers.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_group_is_deleted_and_then_not_found, strict) {
    BOOST_TEST(answered("DeleteVServerGroup") == "{}");
    BOOST_TEST(served.groups().all().empty());
    BOOST_TEST(said("DeleteVServerGroup") ==
               "404 InvalidParameter: The specified VServerGroupId does not exist.");
    // Its load balancer stays.
    BOOST_TEST(answered("DescribeVServerGroups") == R"({"VServerGroups":{"VServerGroup":[]}})");
    strict other;
    BOOST_TEST(answered_in_xml(other, "DeleteVServerGroup") ==
               "<DeleteVServerGroupResponse></DeleteVServerGroupResponse>");
}

BOOST_FIXTURE_TEST_CASE(a_group_in_use_is_not_deleted, strict) {
    BOOST_REQUIRE(!served.load_balancers().load(busy_load_balancer));
    BOOST_TEST(said("DeleteVServerGroup") ==
               "400 RspoolVipExist: A listener uses the specified VServer group.");
    auto& balancer = *served.load_balancers().find("cn-hangzhou", "lb-1");
    balancer.listeners.clear();
    BOOST_TEST(said("DeleteVServerGroup") ==
               "400 RspoolRuleExist: A forwarding rule uses the specified VServer group.");
    BOOST_TEST(served.groups().all().size() == 1U);
    // What another region has under the same id does not count.
    balancer.region_id = "cn-beijing";
    BOOST_TEST(said("DeleteVServerGroup") == "200");
}

BOOST_FIXTURE_TEST_CASE(groups_are_listed_with_what_uses_them, strict) {
    BOOST_REQUIRE(!served.load_balancers().load(busy_load_balancer));
    BOOST_REQUIRE(!served.groups().load(
        R"({"VServerGroupId":"rsp-2","LoadBalancerId":"lb-1","CreateTime":"2026-01-31T08:00:00Z",)"
        R"("Tags":{"Tag":[{"TagKey":"env","TagValue":"test"}]}})"));
    BOOST_REQUIRE(!served.groups().load(R"({"VServerGroupId":"rsp-3","LoadBalancerId":"lb-2"})"));
    BOOST_REQUIRE(!served.groups().load(
        R"({"VServerGroupId":"rsp-4","LoadBalancerId":"lb-1","RegionId":"cn-beijing"})"));
    std::string const first =
        R"({"VServerGroups":{"VServerGroup":[{"VServerGroupId":"rsp-1","VServerGroupName":"web",)"
        R"("ServerCount":2,"AssociatedObjects":{"Listeners":{"Listener":[)";
    std::string const second =
        R"(]}},"Tags":{"Tag":[]}},{"VServerGroupId":"rsp-2","ServerCount":0,)"
        R"("CreateTime":"2026-01-31T08:00:00Z","AssociatedObjects":{"Listeners":{"Listener":[]},)"
        R"("Rules":{"Rule":[)";
    std::string const end = R"(]}},"Tags":{"Tag":[{"TagKey":"env","TagValue":"test"}]}}]}})";
    std::string const listener = R"({"Port":443,"Protocol":"https"})";
    std::string const rule = R"({"RuleId":"rule-1","RuleName":"api","Domain":"a.example","Url":"/api"})";
    std::string const rules = R"(]},"Rules":{"Rule":[)";
    auto const with = [&](std::string const& listeners, std::string const& of_rules) {
        return answered("DescribeVServerGroups", {{"IncludeListener", listeners}, {"IncludeRule", of_rules}});
    };
    BOOST_TEST(answered("DescribeVServerGroups") == first + rules + second + end);
    BOOST_TEST(with("false", "false") == first + rules + second + end);
    BOOST_TEST(with("true", "false") == first + listener + rules + second + end);
    BOOST_TEST(with("false", "true") == first + rules + rule + second + R"({"RuleId":"rule-2"})" + end);
    BOOST_TEST(with("true", "true") ==
               first + listener + rules + rule + second + R"({"RuleId":"rule-2"})" + end);
    BOOST_TEST(
        answered_in_xml(*this, "DescribeVServerGroups",
                        {{"Description", "web"}, {"IncludeListener", "true"}}) ==
        "<DescribeVServerGroupsResponse><VServerGroups><VServerGroup><VServerGroupId>rsp-1</VServerGroupId>"
        "<VServerGroupName>web</VServerGroupName><ServerCount>2</ServerCount><AssociatedObjects><Listeners>"
        "<Listener><Port>443</Port><Protocol>https</Protocol></Listener></Listeners><Rules></Rules>"
        "</AssociatedObjects><Tags></Tags></VServerGroup></VServerGroups></DescribeVServerGroupsResponse>");
}

BOOST_FIXTURE_TEST_CASE(groups_are_filtered_by_name_and_tags, strict) {
    auto const load = [&](std::string const& id, std::string const& name, std::string const& tags) {
        BOOST_REQUIRE(!served.groups().load(R"({"VServerGroupId":")" + id +
                                            R"(","LoadBalancerId":"lb-1","VServerGroupName":")" + name +
                                            R"(","Tags":{"Tag":[)" + tags + "]}}"));
    };
    std::string const test = R"({"TagKey":"env","TagValue":"test"})";
    load("rsp-2", "web", test);
    load("rsp-3", "api", test + R"(,{"TagKey":"owner","TagValue":"ops"})");
    load("rsp-4", "web-2", R"({"TagKey":"env","TagValue":""})");
    auto const found = [&](texts const& filter) {
        std::string ids;
        auto const listed = send("DescribeVServerGroups", filter).json();
        for (auto const& group : listed.at("VServerGroups").at("VServerGroup").as_array())
            ids += std::string(group.at("VServerGroupId").as_string()) + " ";
        return ids;
    };
    BOOST_TEST(found({}) == "rsp-1 rsp-2 rsp-3 rsp-4 ");
    BOOST_TEST(found({{"Description", "web"}}) == "rsp-1 rsp-2 ");
    BOOST_TEST(found({{"Description", "we"}}) == "");
    BOOST_TEST(found({{"Tag.1.Key", "env"}}) == "rsp-2 rsp-3 rsp-4 ");
    BOOST_TEST(found({{"Tag.1.Key", "env"}, {"Tag.1.Value", "test"}}) == "rsp-2 rsp-3 ");
    BOOST_TEST(found({{"Tag.1.Key", "env"}, {"Tag.1.Value", ""}}) == "rsp-4 ");
    BOOST_TEST(found({{"Tag.1.Key", "env"}, {"Tag.2.Key", "owner"}, {"Tag.2.Value", "ops"}}) == "rsp-3 ");
    BOOST_TEST(found({{"Tag.1.Key", "env"}, {"Description", "web"}}) == "rsp-2 ");
    BOOST_TEST(found({{"Tag.1.Key", "test"}}) == "");
}

BOOST_AUTO_TEST_CASE(the_read_operation_shows_the_group) {
    std::string const group =
        R"({"VServerGroupId":"rsp-1","VServerGroupName":"web","LoadBalancerId":"lb-1",)"
        R"("BackendServers":{"BackendServer":[)"
        R"({"ServerId":"vm-233","Port":80,"Weight":100,"Type":"ecs"},)"
        R"({"ServerId":"vm-232","Port":90,"Weight":100,"Type":"ecs"}]},"Tags":{"Tag":[]}})";
    strict on;
    BOOST_TEST(on.answered("DescribeVServerGroupAttribute") == group);
    reply const got = call(on.served, v3_request("DescribeVServerGroupAttribute").wire());
    BOOST_TEST(got.body ==
               R"({"RequestId":")" + got.headers.at("x-acs-request-id") + "\"," + group.substr(1));
}

BOOST_FIXTURE_TEST_CASE(a_group_is_renamed_and_its_weights_set_in_one_call, strict) {
    BOOST_TEST(answered("SetVServerGroupAttribute",
                        {{"VServerGroupName", "web-2"},
                         {"BackendServers",
                          R"([{"ServerId":"vm-232","Port":90,"Weight":80,"Description":"b"}])"}}) ==
               R"({"VServerGroupId":"rsp-1","VServerGroupName":"web-2","BackendServers":{"BackendServer":[)"
               R"({"ServerId":"vm-233","Port":80,"Weight":100,"Type":"ecs"},)"
               R"({"ServerId":"vm-232","Port":90,"Weight":80,"Type":"ecs","Description":"b"}]}})");
    BOOST_TEST(said("SetVServerGroupAttribute", {{"VServerGroupName", "web-3"}}) == "200");
    BOOST_TEST(group().vserver_group_name == "web-3");
    // All or nothing.
    BOOST_TEST(said("SetVServerGroupAttribute",
                    {{"VServerGroupName", "web-4"}, {"BackendServers", list("vm-232:90 vm-9:80")}})
                   .substr(0, 20) == "400 InvalidParameter");
    BOOST_TEST(group().vserver_group_name == "web-3");
    BOOST_TEST(set("[]") == "200");
    BOOST_TEST(servers() == untouched);
}

BOOST_AUTO_TEST_CASE(one_of_name_and_servers_must_be_set) {
    for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose})
        BOOST_TEST(emulated(mode).said("SetVServerGroupAttribute") ==
                   "400 MissingParameter: VServerGroupName or BackendServers must be given.");
}

BOOST_AUTO_TEST_CASE(every_operation_with_a_type_has_a_handler) {
    strict on;
    auto const actions = []<class... Operations>(slb::operation_list<Operations...>) {
        return std::vector<std::string_view>{slb::action_of<Operations>...};
    }(slb::all_operations{});
    for (auto action : actions) BOOST_TEST(on.send(action).code() != "InvalidAction.NotFound", action);
    BOOST_TEST(std::size(slb::detail::registered_operations) == actions.size());
    BOOST_TEST(on.send("DescribeLoadBalancers").code() == "InvalidAction.NotFound");
}

BOOST_AUTO_TEST_SUITE_END()
