#include "support/emulator_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(emulator_call_arguments)

namespace {

using namespace emulator_testing;

constexpr std::string_view create = "CreateVServerGroup";
constexpr std::string_view groups = "DescribeVServerGroups";
constexpr std::string_view of_group[] = {"DeleteVServerGroup",
                                         "DescribeVServerGroupAttribute",
                                         "SetVServerGroupAttribute",
                                         "AddVServerGroupBackendServers",
                                         "RemoveVServerGroupBackendServers",
                                         "ModifyVServerGroupBackendServers"};
constexpr std::string_view of_load_balancer[] = {"CreateVServerGroup", "DescribeVServerGroups",
                                                 "DescribeHealthStatus"};
constexpr std::string_view with_tags[] = {"CreateVServerGroup", "DescribeVServerGroups"};

std::string tags_of(slb::emulated_group const& group) {
    std::string text;
    for (auto const& tag : group.tags) text += tag.key + "=" + tag.value + " ";
    return text;
}
/// What is said of a parameter that breaks a rule.
std::string refused(std::string const& parameter, slb::errc rule) {
    return "400 InvalidParameter: " + parameter + " " + std::string(slb::message(rule)) + ".";
}
std::string repeated(std::size_t count, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i != count; ++i) out += text;
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_group_must_be_there_and_its_id_well_formed) {
    for (auto action : of_group) {
        strict on;
        std::string const no_group = "404 InvalidParameter: The specified VServerGroupId does not exist.";
        BOOST_TEST(on.said(action, {{"VServerGroupId", "rsp-2"}}) == no_group, action);
        BOOST_TEST(on.said(action, {{"RegionId", "cn-beijing"}}) == no_group, action);
        BOOST_TEST(on.said(action, {{"RegionId", ""}}) ==
                       "400 MissingRegionId: RegionId is mandatory for this action.",
                   action);
        BOOST_TEST(on.said(action, {}, {"VServerGroupId"}) ==
                       "400 MissingVServerGroupId: VServerGroupId is mandatory for this action.",
                   action);
        BOOST_TEST(on.said(action, {{"VServerGroupId", "rsp 1"}}) ==
                       refused("VServerGroupId", slb::errc::id_alphabet),
                   action);
        BOOST_TEST(on.said(action, {{"RegionId", "cn-杭州"}}) == refused("RegionId", slb::errc::id_alphabet),
                   action);
        BOOST_TEST(loose().said(action, {{"VServerGroupId", "rsp 1"}}) == no_group, action);
    }
}

BOOST_AUTO_TEST_CASE(the_load_balancer_must_be_there_and_its_id_well_formed) {
    for (auto action : of_load_balancer) {
        strict on;
        std::string const no_load_balancer =
            "404 InvalidLoadBalancerId.NotFound: The specified LoadBalancerId does not exist.";
        BOOST_TEST(on.said(action, {{"LoadBalancerId", "lb-2"}}) == no_load_balancer, action);
        BOOST_TEST(on.said(action, {{"RegionId", "cn-beijing"}}) == no_load_balancer, action);
        BOOST_TEST(on.said(action, {}, {"LoadBalancerId"}) ==
                       "400 MissingLoadBalancerId: LoadBalancerId is mandatory for this action.",
                   action);
        BOOST_TEST(on.said(action, {{"LoadBalancerId", repeated(129, "l")}}) ==
                       refused("LoadBalancerId", slb::errc::id_too_long),
                   action);
        BOOST_TEST(loose().said(action, {{"LoadBalancerId", repeated(129, "l")}}) == no_load_balancer,
                   action);
        std::string const no_region = "400 MissingRegionId: RegionId is mandatory for this action.";
        BOOST_TEST(on.said(action, {}, {"RegionId"}) == no_region, action);
        // Whether it is needed for reading health is disputed.
        bool const disputed = action == "DescribeHealthStatus";
        BOOST_TEST(loose().said(action, {}, {"RegionId"}) == (disputed ? "200" : no_region), action);
    }
}

BOOST_AUTO_TEST_CASE(lists_that_are_refused_name_the_parameter_and_its_member) {
    strict on;
    std::string const old = list("vm-233:80");
    BOOST_TEST(on.exchange(old, "[{'ServerId':'a','Port':'1'}]") ==
               "400 BackendServersMalformed: NewBackendServers is not JSON.");
    BOOST_TEST(on.exchange(list("a:1 b:2 c:3 d:65536"), old) ==
               "400 InvalidParameter: OldBackendServers[3].Port must be between 1 and 65535, is 65536.");
    struct {
        std::string_view entry;
        std::string_view refusal;
    } const wrong[] = {
        {R"("Port":1,"Weight":101)",
         "InvalidWeight.Malformed: BackendServers[0].Weight must be between 0 and 100, is 101."},
        {R"("Port":1,"Weight":"heavy")",
         "InvalidWeight.Malformed: BackendServers[0].Weight must be a whole number."},
        {R"("Port":1,"Name":"b")",
         "BackendServersMalformed: BackendServers[0] has a member that is not documented: Name."},
        {R"("Port":0)", "InvalidParameter: BackendServers[0].Port must be between 1 and 65535, is 0."},
        {R"("Weight":1)", "InvalidParameter: BackendServers[0].Port must be given."},
        {R"("Port":1,"Type":"vm")", "InvalidParameter: BackendServers[0].Type must be ecs, eni or eci."},
        {R"("Port":1,"Type":"eni")",
         "InvalidParameter: BackendServers[0].ServerIp must be given for a server of type eni or eci."},
    };
    for (auto action : {"CreateVServerGroup", "SetVServerGroupAttribute", "AddVServerGroupBackendServers",
                        "RemoveVServerGroupBackendServers"})
        for (auto const& [entry, refusal] : wrong)
            BOOST_TEST(on.said(action, {{"BackendServers", R"([{"ServerId":"a",)" + std::string(entry) +
                                                               "}]"}}) == "400 " + std::string(refusal),
                       action);
    BOOST_TEST(on.servers() == untouched);
    // Loosely the type's values are still those of the documentation, an address may be missing.
    loose other;
    BOOST_TEST(other.add("[{'serverId':'a','port':'1','type':'eni','name':'b'}]") == "200");
    BOOST_TEST(other.servers() == std::string(untouched) + " a:1");
}

BOOST_AUTO_TEST_CASE(add_and_remove_need_a_list_with_servers_in_it) {
    for (auto action : {"AddVServerGroupBackendServers", "RemoveVServerGroupBackendServers"}) {
        for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose})
            BOOST_TEST(emulated(mode).said(action) ==
                       "400 MissingBackendServers: BackendServers is mandatory for this action.");
        BOOST_TEST(strict().said(action, {{"BackendServers", "[]"}}) ==
                   refused("BackendServers", slb::errc::list_empty));
        BOOST_TEST(loose().said(action, {{"BackendServers", "[]"}}) == "200");
    }
}

BOOST_AUTO_TEST_CASE(a_call_takes_twenty_servers_in_a_list_and_loosely_forty) {
    auto const too_many = [](std::string const& parameter, int count, int most) {
        return "400 TooManyBackendServers: " + parameter + " holds " + std::to_string(count) +
               " servers; one call takes up to " + std::to_string(most) + ".";
    };
    for (auto action : {"CreateVServerGroup", "SetVServerGroupAttribute", "AddVServerGroupBackendServers",
                        "RemoveVServerGroupBackendServers"}) {
        strict on;
        BOOST_TEST(on.said(action, {{"BackendServers", list(numbered("a", 21))}}) ==
                   too_many("BackendServers", 21, 20));
        loose other;
        BOOST_TEST(other.said(action, {{"BackendServers", list(numbered("a", 41))}}) ==
                   too_many("BackendServers", 41, 40));
        BOOST_TEST(other.said(action, {{"BackendServers", list(numbered("a", 40))}}) == "200");
    }
    strict on;
    BOOST_TEST(on.exchange(list(numbered("a", 21)), list(numbered("b", 21))) ==
               too_many("OldBackendServers", 21, 20));
    BOOST_TEST(on.exchange("[]", list(numbered("b", 21))) == too_many("NewBackendServers", 21, 20));
    BOOST_TEST(on.servers() == untouched);
    BOOST_TEST(on.add(list(numbered("b", 20))) == "200");
    BOOST_TEST(on.exchange(list(numbered("b", 20)), list(numbered("d", 20))) == "200");
    BOOST_TEST(on.remove(list(numbered("d", 20))) == "200");
    BOOST_TEST(on.servers() == untouched);
}

BOOST_AUTO_TEST_CASE(names_have_the_documented_alphabet_and_loosely_any) {
    for (auto const& [action, parameter] : {std::pair("CreateVServerGroup", "VServerGroupName"),
                                            {"SetVServerGroupAttribute", "VServerGroupName"},
                                            {"DescribeVServerGroups", "Description"}}) {
        std::string const name = parameter;
        strict on;
        BOOST_TEST(on.said(action, {{name, repeated(80, "a")}}) == "200", action);
        BOOST_TEST(on.said(action, {{name, "A-z/0._"}}) == "200", action);
        for (std::string const wrong : {"", "a b", "组", "a\"b"})
            BOOST_TEST(on.said(action, {{name, wrong}}) ==
                           refused(name, wrong.empty() ? slb::errc::description_length
                                                       : slb::errc::description_alphabet),
                       action << " with " << wrong);
        BOOST_TEST(on.said(action, {{name, repeated(81, "a")}}) ==
                       refused(name, slb::errc::description_length),
                   action);
        loose other;
        for (std::string const any : {"", "a b", "组"})
            BOOST_TEST(other.said(action, {{name, any}}) == "200", action << " with " << any);
    }
}

BOOST_AUTO_TEST_CASE(flags_are_true_or_false_and_loosely_in_any_letters) {
    for (std::string const name : {"IncludeListener", "IncludeRule"}) {
        strict on;
        BOOST_TEST(on.said(groups, {{name, "true"}}) == "200");
        BOOST_TEST(on.said(groups, {{name, "false"}}) == "200");
        for (auto wrong : {"", "True", "1", "yes"})
            BOOST_TEST(on.said(groups, {{name, wrong}}) ==
                       "400 InvalidParameter: " + name + " must be true or false.");
        for (auto any : {"", "True", "1"}) BOOST_TEST(loose().said(groups, {{name, any}}) == "200");
    }
    loose on;
    BOOST_REQUIRE(!on.served.load_balancers().load(
        R"({"LoadBalancerId":"lb-1","Listeners":[{"ListenerPort":80,"ListenerProtocol":"tcp","VServerGroupId":"rsp-1"}]})"));
    auto const shows = [&](std::string const& value) {
        return on.answered(groups, {{"IncludeListener", value}}).find(R"({"Port":80,"Protocol":"tcp"})") !=
               std::string::npos;
    };
    BOOST_TEST(shows("True"));
    BOOST_TEST(shows("TRUE"));
    BOOST_TEST(!shows("1"));
    BOOST_TEST(!shows(""));
}

BOOST_AUTO_TEST_CASE(front_ports_are_numbers_from_one_to_65535) {
    for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose}) {
        emulated on(mode);
        BOOST_REQUIRE(!on.served.load_balancers().load(
            R"({"LoadBalancerId":"lb-1","Listeners":[{"ListenerPort":65535,"ListenerProtocol":"tcp"}]})"));
        auto const said = [&](std::string const& port) {
            return on.said("DescribeHealthStatus", {{"ListenerPort", port}});
        };
        BOOST_TEST(said("65535") == "200");
        for (std::string const wrong : {"0", "65536", "-1", "99999999999"})
            BOOST_TEST(said(wrong) == "400 InvalidParameter: ListenerPort " +
                                          std::string(slb::message(slb::errc::port_out_of_range)) + ", is " +
                                          wrong + ".");
        for (auto wrong : {"", "80 ", "http", "99999999999999999999", "8e1"})
            BOOST_TEST(said(wrong) == "400 InvalidParameter: ListenerPort must be a whole number.");
    }
}

BOOST_AUTO_TEST_CASE(protocols_are_those_of_listeners_and_loosely_any) {
    for (auto mode : {slb::emulator_mode::strict, slb::emulator_mode::loose})
        for (auto good : {"tcp", "udp", "http", "https"})
            BOOST_TEST(emulated(mode).said("DescribeHealthStatus", {{"ListenerProtocol", good}}) == "200");
    for (auto wrong : {"", "TCP", "ftp"}) {
        BOOST_TEST(strict().said("DescribeHealthStatus", {{"ListenerProtocol", wrong}}) ==
                   refused("ListenerProtocol", slb::errc::listener_protocol_unknown));
        BOOST_TEST(loose().said("DescribeHealthStatus", {{"ListenerProtocol", wrong}}) == "200");
    }
}

BOOST_AUTO_TEST_CASE(tags_are_numbered_from_one_to_twenty_in_any_order) {
    strict on;
    texts twenty;
    for (int n = 1; n <= 20; ++n) twenty["Tag." + std::to_string(n) + ".Key"] = "k" + std::to_string(n);
    twenty["Tag.3.Value"] = "v";
    BOOST_TEST(on.said(create, twenty) == "200");
    BOOST_TEST(tags_of(on.served.groups().all()[1]).substr(0, 21) == "k1= k2= k3=v k4= k5= ");
    BOOST_TEST(on.served.groups().all()[1].tags.size() == 20U);
    BOOST_TEST(on.said(create, {{"Tag.9.Key", "a"}, {"Tag.4.Value", "中"}, {"Tag.4.Key", "b c"}}) == "200");
    BOOST_TEST(tags_of(on.served.groups().all()[2]) == "b c=中 a= ");
    std::string const numbers = " must be numbered from 1 to 20.";
    for (std::string const wrong :
         {"Tag", "Tag.0.Key", "Tag.21.Key", "Tag.x.Key", "Tag.01.Key", "Tag.1 .Key", "Tag..Key"})
        BOOST_TEST(on.said(create, {{wrong, "a"}}) == "400 InvalidParameter: " + wrong + numbers);
    for (std::string const wrong : {"Tag.1", "Tag.1.Name", "Tag.1.Key.1"})
        BOOST_TEST(on.said(create, {{wrong, "a"}}) ==
                   "400 InvalidParameter: " + wrong + " is no part of a tag.");
    // Another parameter that only begins alike is no tag.
    BOOST_TEST(on.said(create, {{"TagX", "a"}}) == "200");
    loose other;
    BOOST_TEST(
        other.said(create,
                   {{"Tag.21.Key", "a"}, {"Tag.1.Name", "b"}, {"Tag.2.Key", "c"}, {"Tag.1.Key", "d"}}) ==
        "200");
    BOOST_TEST(tags_of(other.served.groups().all()[1]) == "d= c= ");
}

BOOST_AUTO_TEST_CASE(tags_obey_the_documented_rules_and_loosely_need_only_a_key) {
    struct {
        std::string key;
        std::string value;
        std::string half;
        slb::errc rule;
    } const wrong[] = {
        {repeated(65, "键"), "", "Key", slb::errc::tag_key_length},
        {"k", repeated(129, "值"), "Value", slb::errc::tag_value_length},
        {"aliyun-k", "", "Key", slb::errc::tag_reserved},
        {"k", "acs:v", "Value", slb::errc::tag_reserved},
        {"a-http://b", "", "Key", slb::errc::tag_reserved},
        {"k", "https://", "Value", slb::errc::tag_reserved},
        {"k\n", "", "Key", slb::errc::tag_alphabet},
    };
    for (auto action : with_tags) {
        for (auto const& [key, value, half, rule] : wrong) {
            texts const tag = {{"Tag.1.Key", key}, {"Tag.1.Value", value}};
            BOOST_TEST(strict().said(action, tag) == refused("Tag.1." + half, rule), action);
            BOOST_TEST(loose().said(action, tag) == "200", action);
        }
        strict on;
        BOOST_TEST(on.said(action, {{"Tag.1.Key", repeated(64, "键")},
                                    {"Tag.1.Value", repeated(128, "值")}}) == "200");
        std::string const no_key = "400 MissingParameter: Tag.2.Key is mandatory where Tag.2.Value is given.";
        BOOST_TEST(on.said(action, {{"Tag.2.Value", "v"}}) == no_key);
        BOOST_TEST(loose().said(action, {{"Tag.2.Value", "v"}}) == no_key);
        BOOST_TEST(on.said(action, {{"Tag.1.Key", "a"}, {"Tag.3.Key", "a"}}) ==
                   "400 InvalidParameter: Tag.3.Key must not be that of another tag.");
    }
    loose other;
    BOOST_TEST(other.said(create, {{"Tag.1.Key", "a"},
                                   {"Tag.1.Value", "1"},
                                   {"Tag.2.Key", "b"},
                                   {"Tag.3.Key", "a"},
                                   {"Tag.3.Value", "2"}}) == "200");
    BOOST_TEST(tags_of(other.served.groups().all()[1]) == "a=2 b= ");
}

BOOST_AUTO_TEST_SUITE_END()
