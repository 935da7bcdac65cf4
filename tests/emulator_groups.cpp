#include "support/emulator_testing.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace {

using namespace emulator_testing;

constexpr std::string_view untouched = "vm-233:80 vm-232:90";

/// `[{"ServerId":"NAME","Port":PORT},...]` of "NAME:PORT ...".
std::string list(std::string_view servers) {
    std::string text = "[";
    while (!servers.empty()) {
        std::string_view const one = servers.substr(0, servers.find(' '));
        servers.remove_prefix(std::min(one.size() + 1, servers.size()));
        std::size_t const colon = one.find(':');
        text += (text.size() == 1 ? "{\"ServerId\":\"" : ",{\"ServerId\":\"") +
                std::string(one.substr(0, colon)) + "\",\"Port\":" + std::string(one.substr(colon + 1)) + "}";
    }
    return text + "]";
}
std::string numbered(std::string_view prefix, int count) {
    std::string servers;
    for (int i = 1; i <= count; ++i)
        servers += (i == 1 ? "" : " ") + std::string(prefix) + std::to_string(i) + ":80";
    return servers;
}

/// An emulator with the default group, and what the calls on it say.
struct fixture {
    explicit fixture(slb::emulator_mode mode) : served({.mode = mode}) {
        BOOST_REQUIRE(!served.groups().load(default_group));
    }
    /// `200`, or `status code: message`.
    std::string call_with(texts const& more) {
        reply const got = call(served, v1_with(more).wire());
        if (got.status == 200) return "200";
        return std::to_string(got.status) + " " + got.code() + ": " + got.message();
    }
    std::string exchange(std::string const& leaving, std::string const& coming) {
        return call_with({{"OldBackendServers", leaving}, {"NewBackendServers", coming}});
    }
    std::string servers() const { return servers_of(served); }

    slb::emulator served;
};
struct strict : fixture {
    strict() : fixture(slb::emulator_mode::strict) {}
};
struct loose : fixture {
    loose() : fixture(slb::emulator_mode::loose) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(emulator_groups)

BOOST_AUTO_TEST_CASE(servers_are_replaced_and_the_whole_group_is_answered) {
    slb::emulator served;
    BOOST_REQUIRE(!served.groups().load(default_group));
    texts const lists = {
        {"OldBackendServers", R"([{"ServerId":"vm-233","Port":"80"}])"},
        {"NewBackendServers",
         R"([{"ServerId":"eni-1","Port":8080,"Weight":"7","Type":"eni","ServerIp":"192.0.2.1","Description":"a"}])"}};
    reply const json = call(served, v1_with(lists).wire());
    BOOST_TEST(json.status == 200);
    BOOST_TEST(json.body == R"({"RequestId":")" + json.headers.at("x-acs-request-id") +
                                R"(","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
                                R"({"ServerId":"vm-232","Port":90,"Weight":100,"Type":"ecs"},)"
                                R"({"ServerId":"eni-1","Port":8080,"Weight":7,"Type":"eni",)"
                                R"("ServerIp":"192.0.2.1","Description":"a"}]}})");
    slb::emulator again;
    BOOST_REQUIRE(!again.groups().load(default_group));
    v1_request request = v1_with(lists);
    request.parameters["Format"] = "xml";
    reply const xml = call(again, request.wire());
    BOOST_TEST(
        xml.body ==
        "<?xml version='1.0' encoding='UTF-8'?><ModifyVServerGroupBackendServersResponse><RequestId>" +
            xml.headers.at("x-acs-request-id") +
            "</RequestId><VServerGroupId>rsp-1</VServerGroupId><BackendServers>"
            "<BackendServer><ServerId>vm-232</ServerId><Port>90</Port><Weight>100</Weight>"
            "<Type>ecs</Type></BackendServer><BackendServer><ServerId>eni-1</ServerId><Port>8080</Port>"
            "<Weight>7</Weight><Type>eni</Type><ServerIp>192.0.2.1</ServerIp>"
            "<Description>a</Description></BackendServer></BackendServers>"
            "</ModifyVServerGroupBackendServersResponse>");
}

BOOST_AUTO_TEST_CASE(the_read_operation_shows_the_group) {
    strict on;
    reply const got = call(on.served, v3_request("DescribeVServerGroupAttribute").wire());
    BOOST_TEST(got.body ==
               R"({"RequestId":")" + got.headers.at("x-acs-request-id") +
                   R"(","VServerGroupId":"rsp-1","VServerGroupName":"web","LoadBalancerId":"lb-1",)"
                   R"("BackendServers":{"BackendServer":[)"
                   R"({"ServerId":"vm-233","Port":80,"Weight":100,"Type":"ecs"},)"
                   R"({"ServerId":"vm-232","Port":90,"Weight":100,"Type":"ecs"}]},"Tags":{"Tag":[]}})");
}

BOOST_FIXTURE_TEST_CASE(with_nothing_to_replace_nothing_changes, strict) {
    BOOST_TEST(call_with({}) == "200");
    BOOST_TEST(exchange("[]", "[]") == "200");
    BOOST_TEST(call_with({{"NewBackendServers", "[]"}}) == "200");
    BOOST_TEST(servers() == untouched);
    BOOST_TEST(exchange("", "[]") == "400 BackendServersMalformed: OldBackendServers is not JSON.");
}

BOOST_FIXTURE_TEST_CASE(the_group_must_be_there_and_its_id_well_formed, strict) {
    std::string const no_group = "404 InvalidParameter: The specified VServerGroupId does not exist.";
    BOOST_TEST(call_with({{"VServerGroupId", "rsp-2"}}) == no_group);
    BOOST_TEST(call_with({{"RegionId", "cn-beijing"}}) == no_group);
    BOOST_TEST(call_with({{"RegionId", ""}}) ==
               "400 MissingRegionId: RegionId is mandatory for this action.");
    BOOST_TEST(call_with({{"VServerGroupId", ""}}) ==
               "400 MissingVServerGroupId: VServerGroupId is mandatory for this action.");
    BOOST_TEST(
        call_with({{"VServerGroupId", "rsp 1"}}) ==
        "400 InvalidParameter: VServerGroupId must be printable ASCII without space, quote or backslash.");
    BOOST_TEST(loose().call_with({{"VServerGroupId", "rsp 1"}}) == no_group);
}

BOOST_FIXTURE_TEST_CASE(lists_that_are_refused_name_the_parameter_and_its_member, strict) {
    std::string const old = list("vm-233:80");
    BOOST_TEST(exchange(old, "[{'ServerId':'a','Port':'1'}]") ==
               "400 BackendServersMalformed: NewBackendServers is not JSON.");
    BOOST_TEST(exchange(list("a:1 b:2 c:3 d:65536"), old) ==
               "400 InvalidParameter: OldBackendServers[3].Port must be between 1 and 65535, is 65536.");
    BOOST_TEST(exchange(old, R"([{"ServerId":"a","Port":1,"Weight":101}])") ==
               "400 InvalidWeight.Malformed: NewBackendServers[0].Weight must be between 0 and 100, is 101.");
    BOOST_TEST(exchange(old, R"([{"ServerId":"a","Port":1,"Weight":"heavy"}])") ==
               "400 InvalidWeight.Malformed: NewBackendServers[0].Weight must be a whole number.");
    BOOST_TEST(
        exchange(old, R"([{"ServerId":"a","Port":1,"Name":"b"}])") ==
        "400 BackendServersMalformed: NewBackendServers[0] has a member that is not documented: Name.");
    BOOST_TEST(servers() == untouched);
}

BOOST_AUTO_TEST_CASE(a_call_takes_twenty_servers_in_a_list_and_loosely_forty) {
    strict on;
    BOOST_TEST(on.exchange(list(numbered("a", 21)), list(numbered("b", 21))) ==
               "400 TooManyBackendServers: OldBackendServers holds 21 servers; one call takes up to 20.");
    BOOST_TEST(on.exchange("[]", list(numbered("b", 21))) ==
               "400 TooManyBackendServers: NewBackendServers holds 21 servers; one call takes up to 20.");
    loose other;
    BOOST_TEST(other.exchange("[]", list(numbered("b", 40))) == "200");
    BOOST_TEST(other.exchange("[]", list(numbered("c", 41))) ==
               "400 TooManyBackendServers: NewBackendServers holds 41 servers; one call takes up to 40.");
    BOOST_TEST(other.exchange(list(numbered("b", 20)), list(numbered("d", 20))) == "200");
}

BOOST_AUTO_TEST_CASE(an_old_server_that_is_not_there_is_refused_or_skipped) {
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80 vm-9:80"), list("a:1 b:1")) ==
               "400 InvalidParameter: OldBackendServers[1]: server vm-9:80 is not in the VServer group.");
    BOOST_TEST(on.exchange(list("vm-233:81"), list("a:1")) ==
               "400 InvalidParameter: OldBackendServers[0]: server vm-233:81 is not in the VServer group.");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.exchange(list("vm-233:80 vm-9:80"), list("a:1 b:1")) == "200");
    BOOST_TEST(other.servers() == "vm-232:90 a:1 b:1");
}

BOOST_AUTO_TEST_CASE(a_new_server_that_is_there_is_refused_or_replaced) {
    std::string const weighted = R"([{"ServerId":"vm-232","Port":90,"Weight":5}])";
    std::string const there =
        "400 InvalidParameter: NewBackendServers[0]: server vm-232:90 is in the VServer group already.";
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80"), weighted) == there);
    // Also when it would leave by the same call: Modify replaces, and does not change what stays.
    BOOST_TEST(on.exchange(list("vm-232:90"), weighted) == there);
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.exchange(list("vm-233:80"), weighted) == "200");
    BOOST_TEST(other.servers() == "vm-232:90");
    BOOST_TEST(other.served.groups().find("cn-hangzhou", "rsp-1")->servers[0].weight == 5);
    BOOST_TEST(other.exchange(list("vm-232:90"), list("vm-232:90")) == "200");
    BOOST_TEST(other.served.groups().find("cn-hangzhou", "rsp-1")->servers[0].weight == 100);
}

BOOST_AUTO_TEST_CASE(a_server_twice_in_a_list_is_refused_or_the_last_one_counts) {
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80 vm-233:80"), list("a:1 b:1")) ==
               "400 InvalidParameter: OldBackendServers[1]: server vm-233:80 stands twice in the list.");
    BOOST_TEST(on.exchange(list("vm-233:80 vm-232:90"), list("a:1 a:1")) ==
               "400 InvalidParameter: NewBackendServers[1]: server a:1 stands twice in the list.");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(
        other.exchange(list("vm-233:80 vm-233:80"),
                       R"([{"ServerId":"a","Port":1,"Weight":1},{"ServerId":"a","Port":1,"Weight":2}])") ==
        "200");
    BOOST_TEST(other.servers() == "vm-232:90 a:1");
    BOOST_TEST(other.served.groups().find("cn-hangzhou", "rsp-1")->servers[1].weight == 2);
}

BOOST_AUTO_TEST_CASE(lists_of_unequal_length_are_refused_or_applied) {
    strict on;
    BOOST_TEST(on.exchange(list("vm-233:80"), list("a:1 b:1")) ==
               "400 InvalidParameter: NewBackendServers and OldBackendServers must hold the same number of "
               "servers, hold 2 and 1.");
    BOOST_TEST(on.call_with({{"OldBackendServers", list("vm-233:80")}}).substr(0, 20) ==
               "400 InvalidParameter");
    BOOST_TEST(on.servers() == untouched);
    loose other;
    BOOST_TEST(other.exchange(list("vm-233:80"), list("a:1 b:1")) == "200");
    BOOST_TEST(other.servers() == "vm-232:90 a:1 b:1");
    BOOST_TEST(other.call_with({{"OldBackendServers", list("vm-232:90")}}) == "200");
    BOOST_TEST(other.servers() == "a:1 b:1");
}

BOOST_FIXTURE_TEST_CASE(an_interface_is_known_by_its_address_too, strict) {
    auto const eni = [](std::string_view address) {
        return R"({"ServerId":"eni-1","Port":80,"Type":"eni","ServerIp":")" + std::string(address) + "\"}";
    };
    BOOST_TEST(exchange(list("vm-233:80 vm-232:90"), "[" + eni("192.0.2.1") + "," + eni("192.0.2.2") + "]") ==
               "200");
    BOOST_TEST(exchange("[" + eni("192.0.2.3") + "]", list("a:1")) ==
               "400 InvalidParameter: OldBackendServers[0]: server eni-1:80 is not in the VServer group.");
    BOOST_TEST(exchange(list("eni-1:80"), list("a:1")).substr(0, 20) == "400 InvalidParameter");
    BOOST_TEST(exchange("[" + eni("192.0.2.1") + "]", list("a:1")) == "200");
    BOOST_TEST(servers() == "eni-1:80 a:1");
    BOOST_TEST(exchange(R"([{"ServerId":"a","Port":1,"Type":"ecs","ServerIp":"192.0.2.9"}])", list("b:1")) ==
               "200");
    BOOST_TEST(servers() == "eni-1:80 b:1");
}

BOOST_FIXTURE_TEST_CASE(a_load_balancer_holds_two_hundred_servers, loose) {
    std::string file =
        R"({"VServerGroupId":"rsp-2","LoadBalancerId":"lb-1","BackendServers":{"BackendServer":)" +
        list(numbered("x", 197)) + "}}";
    BOOST_REQUIRE(!served.groups().load(file));
    BOOST_TEST(exchange("[]", list("a:1")) == "200");
    BOOST_TEST(
        exchange("[]", list("b:1")) ==
        "400 InstanceBackendServerNumberOverLimit: The load balancer takes up to 200 backend servers.");
    BOOST_TEST(exchange(list("a:1"), list("b:1")) == "200");
    BOOST_TEST(servers() == std::string(untouched) + " b:1");
}

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

BOOST_AUTO_TEST_SUITE_END()
