#include "support/made_up_operation.hpp"

#include <slb/emulator/request.hpp>
#include <slb/operations.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>
#include <vector>

BOOST_AUTO_TEST_SUITE(emulator_request)

namespace {

using parameters = std::vector<slb::parameter>;

slb::emulator_call call_of(parameters given, bool strict = true) {
    return {.action = "A", .request_id = "R", .strict = strict, .parameters = std::move(given)};
}
/// "code: text" of a refusal; empty: the request was read.
template <class Operation>
std::string refusal_of(parameters given, bool strict = true) {
    auto const call = call_of(std::move(given), strict);
    auto const decoded = slb::decode_request<Operation>(call);
    auto const* const no = std::get_if<slb::refusal>(&decoded);
    return no == nullptr ? "" : no->code + ": " + no->message;
}
parameters with(parameters given, slb::parameter one) {
    given.push_back(std::move(one));
    return given;
}

parameters const group{{"RegionId", "cn-hangzhou"}, {"VServerGroupId", "rsp-1"}};
parameters const arcade{
    {"RegionId", "cn-hangzhou"}, {"Fee", "3"}, {"Loud", "true"}, {"Players", R"([{"Name":"anna"}])"}};
using add = slb::add_vserver_group_backend_servers;
using made_up::inspect_arcade;
using slb::describe_vserver_groups;

} // namespace

BOOST_AUTO_TEST_CASE(a_call_is_read_as_the_request_of_its_description) {
    auto const call = call_of(
        with(with(with(arcade, {"Label.2.Key", "two"}), {"Label.1.Key", "one"}), {"Label.1.Value", "1"}));
    auto const decoded = slb::decode_request<inspect_arcade>(call);
    BOOST_TEST_REQUIRE(decoded.index() == 0U);
    inspect_arcade const& request = std::get<0>(decoded).request;
    BOOST_TEST(request.region_id.text() == "cn-hangzhou");
    BOOST_TEST(request.fee.number() == 3);
    BOOST_TEST(request.loud.value());
    BOOST_TEST(!request.night);
    BOOST_TEST_REQUIRE(request.players.size() == 1U);
    BOOST_TEST(request.players[0].name.text() == "anna");
    BOOST_TEST_REQUIRE(request.labels.size() == 2U);
    BOOST_TEST(request.labels[0].key.text() == "one");
    BOOST_TEST(request.labels[0].value->text() == "1");
    BOOST_TEST(!request.labels[1].value);
}

BOOST_AUTO_TEST_CASE(what_was_read_stays_valid_when_it_is_moved) {
    auto const call = call_of(
        with(group, {"BackendServers", R"([{"ServerId":"i-1","Port":80},{"ServerId":"i-2","Port":"81"}])"}));
    auto decoded = slb::decode_request<add>(call);
    auto const moved = std::move(std::get<0>(decoded));
    BOOST_TEST_REQUIRE(moved.request.backend_servers.size() == 2U);
    BOOST_TEST(moved.request.backend_servers[0].server_id.text() == "i-1");
    BOOST_TEST(moved.request.backend_servers[1].port.number() == 81);
}

BOOST_AUTO_TEST_CASE(a_required_parameter_that_is_missing_is_named) {
    BOOST_TEST(refusal_of<add>({{"VServerGroupId", "rsp-1"}}) ==
               "MissingRegionId: RegionId is mandatory for this action.");
    BOOST_TEST(refusal_of<add>(group) ==
               "MissingBackendServers: BackendServers is mandatory for this action.");
    for (bool strict : {true, false})
        BOOST_TEST(refusal_of<add>({{"RegionId", ""}, {"VServerGroupId", "rsp-1"}}, strict) ==
                   "MissingRegionId: RegionId is mandatory for this action.");
    BOOST_TEST(refusal_of<add>(with(group, {"BackendServers", "[]"})) ==
               "InvalidParameter: BackendServers must hold at least one item.");
    BOOST_TEST(refusal_of<add>(with(group, {"BackendServers", "[]"}), false) == "");
}

BOOST_AUTO_TEST_CASE(values_are_judged_by_their_rules) {
    auto const flagged = [](std::string value) {
        return parameters{{"RegionId", "r"}, {"LoadBalancerId", "lb-1"}, {"IncludeRule", std::move(value)}};
    };
    BOOST_TEST(refusal_of<describe_vserver_groups>(flagged("false")) == "");
    BOOST_TEST(refusal_of<describe_vserver_groups>(flagged("yes")) ==
               "InvalidParameter: IncludeRule must be true or false.");
    BOOST_TEST(refusal_of<slb::delete_vserver_group>({{"RegionId", "r"}, {"VServerGroupId", "rsp 1"}}) ==
               "InvalidParameter: VServerGroupId must be printable ASCII without space, quote or backslash.");
    BOOST_TEST(
        refusal_of<slb::delete_vserver_group>({{"RegionId", "r"}, {"VServerGroupId", "rsp 1"}}, false) == "");
    BOOST_TEST(
        refusal_of<inspect_arcade>(
            with({{"RegionId", "r"}, {"Loud", "true"}, {"Players", R"([{"Name":"a"}])"}}, {"Fee", "10"}),
            false)
            .starts_with("InvalidParameter: Fee must be"));
    BOOST_TEST(refusal_of<slb::create_vserver_group>(
                   {{"RegionId", "r"}, {"LoadBalancerId", "lb-1"}, {"VServerGroupName", "组"}}) ==
               "InvalidParameter: VServerGroupName must be letters, digits, '-', '/', '.', '_' or U+4E00 to "
               "U+9FFF.");
}

BOOST_AUTO_TEST_CASE(loosely_texts_have_no_rules_and_flags_any_letters) {
    auto const call = call_of({{"RegionId", "r"},
                               {"LoadBalancerId", "lb-1"},
                               {"IncludeListener", "True"},
                               {"IncludeRule", "1"},
                               {"Description", "组 1"},
                               {"Tag.1.Key", "acs:x"}},
                              false);
    auto const decoded = slb::decode_request<describe_vserver_groups>(call);
    BOOST_TEST_REQUIRE(decoded.index() == 0U);
    describe_vserver_groups const& request = std::get<0>(decoded).request;
    BOOST_TEST(request.include_listener->value());
    BOOST_TEST(!request.include_rule->value());
    BOOST_TEST(request.description->text() == "组 1");
    BOOST_TEST(request.tags[0].key.text() == "acs:x");
    BOOST_TEST(refusal_of<inspect_arcade>(with(arcade, {"Protocol", "ftp"}), false) == "");
    BOOST_TEST(refusal_of<inspect_arcade>(with(arcade, {"Protocol", "ftp"})) ==
               "InvalidParameter: Protocol must be tcp, udp, http or https.");
}

BOOST_AUTO_TEST_CASE(numbered_items_come_in_any_order_and_with_gaps) {
    auto const call = call_of(with(with(arcade, {"Label.9.Key", "nine"}), {"Label.2.Key", "two"}));
    auto const decoded = slb::decode_request<inspect_arcade>(call);
    BOOST_TEST_REQUIRE(decoded.index() == 0U);
    inspect_arcade const& request = std::get<0>(decoded).request;
    BOOST_TEST_REQUIRE(request.labels.size() == 2U);
    BOOST_TEST(request.labels[0].key.text() == "two");
    BOOST_TEST(request.labels[1].key.text() == "nine");
    for (bool strict : {true, false}) {
        BOOST_TEST(refusal_of<inspect_arcade>(with(arcade, {"Label.2.Value", "v"}), strict) ==
                   "MissingParameter: Label.2.Key is mandatory where Label.2.Value is given.");
        BOOST_TEST(refusal_of<inspect_arcade>(with(arcade, {"Label.2.Key", ""}), strict) ==
                   "MissingParameter: Label.2.Key is mandatory.");
    }
    BOOST_TEST(refusal_of<inspect_arcade>(with(arcade, {"Label.2.Name", "v"})) ==
               "InvalidParameter: Label.2.Name is no part of a label.");
    BOOST_TEST(refusal_of<inspect_arcade>(with(arcade, {"Label.2.Name", "v"}), false) == "");
}

BOOST_AUTO_TEST_CASE(lists_of_servers_are_refused_with_the_codes_of_the_api) {
    auto const servers = [](std::string list) { return with(group, {"BackendServers", std::move(list)}); };
    BOOST_TEST(
        refusal_of<add>(servers("{")).starts_with("BackendServersMalformed: BackendServers is not JSON"));
    BOOST_TEST(refusal_of<add>(servers(R"([{"ServerId":"i-1","Port":80,"Weight":101}])")) ==
               "InvalidWeight.Malformed: BackendServers[0].Weight must be between 0 and 100, is 101.");
    BOOST_TEST(refusal_of<add>(servers(R"([{"ServerId":"i-1","Port":0}])")) ==
               "InvalidParameter: BackendServers[0].Port must be between 1 and 65535, is 0.");
    std::string many = "[";
    for (int i = 0; i != 21; ++i)
        many += (i == 0 ? "" : ",") + (R"({"ServerId":"i-)" + std::to_string(i) + R"(","Port":80})");
    BOOST_TEST(refusal_of<add>(servers(many + "]")) ==
               "TooManyBackendServers: BackendServers holds 21 servers; one call takes up to 20.");
    BOOST_TEST(refusal_of<slb::modify_vserver_group_backend_servers>(
                   with(group, {"NewBackendServers", R"([{"ServerId":"i-1","Port":80}])"})) ==
               "InvalidParameter: NewBackendServers must hold as many items as OldBackendServers.");
}

BOOST_AUTO_TEST_CASE(other_lists_are_refused_as_parameters) {
    auto const players = [](std::string list) {
        return parameters{{"RegionId", "r"}, {"Fee", "3"}, {"Loud", "true"}, {"Players", std::move(list)}};
    };
    BOOST_TEST(refusal_of<inspect_arcade>(players("[1]"))
                   .starts_with("InvalidParameter: Players is not a list of objects"));
    BOOST_TEST(refusal_of<inspect_arcade>(players(R"([{"Name":"a","Wizard":"maybe"}])")) ==
               "InvalidParameter: Players[0].Wizard must be true or false.");
    BOOST_TEST(refusal_of<inspect_arcade>(players(R"([{"Name":"a","Wizard":true}])")) == "");
    BOOST_TEST(
        refusal_of<inspect_arcade>(players(R"([{"Name":"a"},{"Name":"b"},{"Name":"c"},{"Name":"d"}])")) ==
        "InvalidParameter: Players holds 4 items; one call takes up to 3.");
    auto many = arcade;
    for (int i = 1; i != 13; ++i) many.push_back({"Label." + std::to_string(i) + ".Key", "k"});
    BOOST_TEST(refusal_of<inspect_arcade>(many) ==
               "InvalidParameter: Label.12.Key must be numbered from 1 to 11.");
    BOOST_TEST(refusal_of<inspect_arcade>(many, false) == "");
}

BOOST_AUTO_TEST_SUITE_END()
