#include <slb/boost_json.hpp>
// The header under test comes first: it stands alone.
#include "support/made_up_operation.hpp"
#include "support/print.hpp"
#include "support/random_operations.hpp"

#include <slb/emulator/reply.hpp>
#include <slb/operations.hpp>
#include <slb/raw_operation.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(boost_json)

namespace {

namespace json = boost::json;
using add = slb::add_vserver_group_backend_servers;
using modify = slb::modify_vserver_group_backend_servers;
using made_up::inspect_arcade;
using slb::errc;
using slb::runtime;

constexpr std::size_t cases_of_an_operation = 300;

/// "where what; advice" of the error that a text gives; empty: it was read.
template <class Operation>
std::string refused(std::string const& text) {
    json::value const from = json::parse(text);
    auto const request = slb::from_json<Operation>(from);
    if (request) return {};
    BOOST_TEST(static_cast<int>(request.error().delivery()) == static_cast<int>(slb::delivery::not_sent));
    std::string shown = slb_test::text_of(request.error());
    return shown.substr(std::string("not sent: ").size());
}
template <class Operation>
errc code_of(std::string const& text) {
    json::value const from = json::parse(text);
    return slb::from_json<Operation>(from).error().code();
}

/// Whether all that is in a value has that memory.
bool all_in(json::value const& whole, json::storage_ptr const& storage) {
    bool all = *whole.storage() == *storage;
    if (auto const* const elements = whole.if_array())
        for (auto const& each : *elements) all = all && all_in(each, storage);
    if (auto const* const members = whole.if_object())
        for (auto const& each : *members) all = all && all_in(each.value(), storage);
    return all;
}

/// A cursor, and what it reads.
struct document {
    explicit document(std::string text_given)
        : text(std::move(text_given)), memory(text.size()), why(slb::parse_json(text, root, memory)) {}
    std::string text;
    std::vector<char> memory;
    slb::json_value root{};
    slb::error why;
};

template <class Operation>
void travel(std::uint64_t seed) {
    using response_type = slb::response_of<Operation>;
    slb_test::random_values values(seed);
    for (std::size_t i = 0; i != cases_of_an_operation; ++i) {
        auto const request = values.request<Operation>();
        std::string const query = slb_test::query_of(request);
        BOOST_TEST_CONTEXT(slb::action_of<Operation> << " " << query) {
            json::value const sent = slb::to_json(request);
            auto const back = slb::from_json<Operation>(sent);
            BOOST_REQUIRE_MESSAGE(back, back.error());
            BOOST_REQUIRE(slb_test::query_of(*back) == query);
            BOOST_REQUIRE(slb::to_json(*back) == sent);
            // As text, too: it is JSON.
            json::value const read = json::parse(json::serialize(sent));
            auto const again = slb::from_json<Operation>(read);
            BOOST_REQUIRE_MESSAGE(again, again.error());
            BOOST_REQUIRE(slb_test::query_of(*again) == query);

            auto const response = values.response<response_type>();
            json::value const answer = slb::to_json(response);
            // What the emulator answers with, which has another way to the members.
            BOOST_REQUIRE(answer ==
                          slb::detail::to_json(slb::detail::table_of<response_type>::value, &response));
            auto const parsed = slb::parse<Operation>(answer);
            BOOST_REQUIRE_MESSAGE(parsed, parsed.error());
            BOOST_REQUIRE((*parsed == response));
        }
    }
}
template <class... Operations>
void travel_all(slb::operation_list<Operations...>) {
    std::uint64_t seed = 700;
    (travel<Operations>(++seed), ...);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_request_and_response_goes_to_json_and_comes_back) {
    travel_all(slb::all_operations{});
    travel_all(slb::operation_list<inspect_arcade>{});
}

BOOST_AUTO_TEST_CASE(a_request_becomes_an_object_with_the_names_of_the_wire) {
    modify const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-1",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 0}},
                    {.from = {"eni-1", 90, "eni", "192.0.2.1"},
                     .to = {"vm-236", 70, 100, "ecs", "192.0.2.2", "blue"}}}};
    BOOST_TEST(json::serialize(slb::to_json(request)) ==
               R"({"RegionId":"cn-hangzhou","VServerGroupId":"rsp-1",)"
               R"("NewBackendServers":[{"ServerId":"vm-235","Port":8080,"Weight":0},)"
               R"({"ServerId":"vm-236","Port":70,"Weight":100,"Type":"ecs","ServerIp":"192.0.2.2",)"
               R"("Description":"blue"}],)"
               R"("OldBackendServers":[{"ServerId":"vm-233","Port":80},)"
               R"({"ServerId":"eni-1","Port":90,"Type":"eni","ServerIp":"192.0.2.1"}]})");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_and_what_is_empty_has_no_member) {
    BOOST_TEST(json::serialize(slb::to_json(modify{"cn-hangzhou", "rsp-1"})) ==
               R"({"RegionId":"cn-hangzhou","VServerGroupId":"rsp-1"})");
    BOOST_TEST(json::serialize(slb::to_json(slb::describe_health_status{.load_balancer_id = "lb-1"})) ==
               R"({"LoadBalancerId":"lb-1"})");
}

BOOST_AUTO_TEST_CASE(numbered_lists_are_arrays_and_flags_are_bools) {
    slb::describe_vserver_groups const request{.region_id = "r",
                                               .load_balancer_id = "lb-1",
                                               .include_listener = true,
                                               .include_rule = false,
                                               .tags = {{"env", "t\"est"}, {"alone"}}};
    BOOST_TEST(json::serialize(slb::to_json(request)) ==
               R"({"RegionId":"r","LoadBalancerId":"lb-1","IncludeListener":true,"IncludeRule":false,)"
               R"("Tag":[{"Key":"env","Value":"t\"est"},{"Key":"alone"}]})");
}

BOOST_AUTO_TEST_CASE(a_request_that_is_not_in_order_is_written_as_it_stands) {
    slb::list<slb::backend_server, 20> servers;
    for (int i = 0; i != 21; ++i) servers.push_back({runtime(""), runtime(70000 + i)});
    json::value const shown = slb::to_json(add{"r", "g", servers});
    BOOST_TEST(shown.at("BackendServers").as_array().size() == 20U);
    BOOST_TEST(json::serialize(shown.at("BackendServers").at(19)) == R"({"ServerId":"","Port":70019})");
}

BOOST_AUTO_TEST_CASE(a_response_becomes_what_the_service_writes) {
    slb::backend_server_view const servers[] = {{.server_id = "vm-1", .port = 80, .weight = 100},
                                                {.server_id = "vm-2", .port = 81, .description = "d"}};
    slb::changed_vserver_group const response{
        .request_id = "R-1", .vserver_group_id = "rsp-1", .backend_servers = {servers, 2}};
    BOOST_TEST(json::serialize(slb::to_json(response)) ==
               R"({"RequestId":"R-1","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
               R"({"ServerId":"vm-1","Port":80,"Weight":100},)"
               R"({"ServerId":"vm-2","Port":81,"Description":"d"}]}})");
    BOOST_TEST(json::serialize(slb::to_json(slb::changed_vserver_group{})) ==
               R"({"RequestId":"","VServerGroupId":"","BackendServers":{"BackendServer":[]}})");
}

BOOST_AUTO_TEST_CASE(a_text_is_copied_into_the_json) {
    std::string id = "rsp-1";
    json::value const shown = slb::to_json(slb::delete_vserver_group{"cn-hangzhou", runtime(id)});
    id = "gone!";
    BOOST_TEST(shown.at("VServerGroupId").as_string() == "rsp-1");
}

BOOST_AUTO_TEST_CASE(all_memory_comes_from_the_storage_that_is_given) {
    json::monotonic_resource memory;
    json::storage_ptr const storage(&memory);
    slb_test::random_values values(5);
    inspect_arcade const request = values.request<inspect_arcade>();
    auto const response = values.response<made_up::inspect_arcade_response>();
    BOOST_TEST(all_in(slb::to_json(request, storage), storage));
    BOOST_TEST(all_in(slb::to_json(response, storage), storage));
    BOOST_TEST(!all_in(slb::to_json(request), storage));
    BOOST_TEST(all_in(json::value_from(modify{"r", "g"}, storage), storage));
    document const from(R"({"A":[1,2.5,"a long text that is not kept inside",null,{"B":true}]})");
    auto const copied = slb::to_json(from.root, storage);
    BOOST_TEST_REQUIRE(static_cast<bool>(copied));
    BOOST_TEST(all_in(*copied, storage));
}

BOOST_AUTO_TEST_CASE(a_request_is_read_and_views_the_json) {
    json::value const from = json::parse(R"({
        "RegionId": "cn-hangzhou", "Fee": "7", "Loud": "true", "Night": false, "Protocol": null,
        "Players": [{"Name": "anna", "Coins": 3.0, "Wizard": true}, {"Name": "ben"}],
        "PlayersOut": [{"Name": "carl"}], "PlayersIn": [{"Name": "dora", "Coins": 9}],
        "Label": [{"Key": "one", "Value": ""}, {"Key": "two"}]})");
    auto const request = slb::from_json<inspect_arcade>(from);
    BOOST_TEST_REQUIRE(static_cast<bool>(request), request.error());
    BOOST_TEST(request->region_id.text() == "cn-hangzhou");
    BOOST_TEST((request->region_id.text().data() == from.at("RegionId").as_string().data()));
    BOOST_TEST(request->fee.number() == 7);
    BOOST_TEST(request->loud.value());
    BOOST_TEST((request->night && !request->night->value()));
    BOOST_TEST(!request->protocol);
    BOOST_TEST_REQUIRE(request->players.size() == 2U);
    BOOST_TEST(request->players[0].purse->number() == 3);
    BOOST_TEST(request->players[0].wizard->value());
    BOOST_TEST(!request->players[1].purse);
    BOOST_TEST_REQUIRE(request->substitutions.size() == 1U);
    BOOST_TEST(request->substitutions[0].out.name.text() == "carl");
    BOOST_TEST(request->substitutions[0].in.name.text() == "dora");
    BOOST_TEST_REQUIRE(request->labels.size() == 2U);
    BOOST_TEST(request->labels[0].value->text().empty());
    BOOST_TEST(!request->labels[1].value);
}

BOOST_AUTO_TEST_CASE(numbers_may_be_written_in_every_way_that_is_whole) {
    for (std::string_view port : {"8080", "8080.0", "8.08e3", "\"8080\""}) {
        json::value const from = json::parse(R"({"RegionId":"r","VServerGroupId":"g","BackendServers":)"
                                             R"([{"ServerId":"i-1","Port":)" +
                                             std::string(port) + "}]}");
        auto const request = slb::from_json<add>(from);
        BOOST_TEST_CONTEXT(port) {
            BOOST_TEST_REQUIRE(static_cast<bool>(request), request.error());
            BOOST_TEST(request->backend_servers[0].port.number() == 8080);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
    std::string const group = R"({"RegionId":"r","VServerGroupId":"g",)";
    auto const with_server = [&](std::string const& server) {
        return group + R"("BackendServers":[{"ServerId":"i-0","Port":1},)" + server + "]}";
    };
    auto const with_pair = [&](std::string const& to, std::string const& from) {
        return group + R"("NewBackendServers":)" + to + R"(,"OldBackendServers":)" + from + "}";
    };
    struct row {
        std::string given;
        std::string_view problem;
        errc code;
    };
    std::string many = R"({"ServerId":"i","Port":1})";
    for (int i = 0; i != 20; ++i) many += R"(,{"ServerId":"i","Port":1})";

    row const of_add[] = {
        {"[]", "AddVServerGroupBackendServers has the wrong type; give an object", errc::parameter_mistyped},
        {"null", "AddVServerGroupBackendServers has the wrong type; give an object",
         errc::parameter_mistyped},
        {"{}", "RegionId must not be left out", errc::parameter_missing},
        {R"({"RegionId":"r","VServerGroupId":null})", "VServerGroupId must not be left out",
         errc::parameter_missing},
        {R"({"Regionid":"r"})", "Regionid is no member of this request", errc::parameter_unknown},
        {R"({"Action":"AddVServerGroupBackendServers"})", "Action is no member of this request",
         errc::parameter_unknown},
        {R"({"RegionId":1})", "RegionId has the wrong type; give a text", errc::parameter_mistyped},
        {R"({"RegionId":["r"]})", "RegionId has the wrong type; give a text", errc::parameter_mistyped},
        {R"({"RegionId":"a b"})", "VServerGroupId must not be left out", errc::parameter_missing},
        {R"({"RegionId":"a b","VServerGroupId":"g","BackendServers":[]})",
         "RegionId must be printable ASCII without space, quote or backslash", errc::id_alphabet},
        {group + R"("BackendServers":null})", "BackendServers must not be left out", errc::parameter_missing},
        {group + R"("BackendServers":[]})", "BackendServers must hold at least one item", errc::list_empty},
        {group + R"("BackendServers":{}})", "BackendServers has the wrong type; give a list of objects",
         errc::parameter_mistyped},
        {group + R"("BackendServers":"[]"})", "BackendServers has the wrong type; give a list of objects",
         errc::parameter_mistyped},
        {group + R"("BackendServers":[)" + many + "]}",
         "BackendServers must not hold more items than one call takes, is 21", errc::too_many_items},
        {with_server("7"), "BackendServers[1] has the wrong type; give an object", errc::parameter_mistyped},
        {with_server("null"), "BackendServers[1] has the wrong type; give an object",
         errc::parameter_mistyped},
        {with_server(R"({"ServerId":"i-1"})"), "BackendServers[1].Port must not be left out",
         errc::parameter_missing},
        {with_server(R"({"ServerId":"i-1","Port":1,"port":2})"),
         "BackendServers[1].port is no member of this request", errc::parameter_unknown},
        {with_server(R"({"ServerId":"i-1","Port":80.5})"),
         "BackendServers[1].Port has the wrong type; give a whole number", errc::parameter_mistyped},
        {with_server(R"({"ServerId":"i-1","Port":"80 "})"),
         "BackendServers[1].Port has the wrong type; give a whole number", errc::parameter_mistyped},
        {with_server(R"({"ServerId":"i-1","Port":true})"),
         "BackendServers[1].Port has the wrong type; give a whole number", errc::parameter_mistyped},
        {with_server(R"({"ServerId":"i-1","Port":70000})"),
         "BackendServers[1].Port must be between 1 and 65535, is 70000", errc::port_out_of_range},
        {with_server(R"({"ServerId":"i-1","Port":18446744073709551615})"),
         "BackendServers[1].Port must be between 1 and 65535, is 9223372036854775807",
         errc::port_out_of_range},
        {with_server(R"({"ServerId":"i-1","Port":1,"Weight":-1})"),
         "BackendServers[1].Weight must be between 0 and 100, is -1", errc::weight_out_of_range},
        {with_server(R"({"ServerId":"i-1","Port":1,"Type":"vm"})"),
         "BackendServers[1].Type must be ecs, eni or eci", errc::server_type_unknown},
        {with_server(R"({"ServerId":"i-1","Port":1,"Type":"eni"})"),
         "BackendServers[1].ServerIp must be given for a server of type eni or eci",
         errc::server_address_missing},
        {with_server(R"({"ServerId":"i-0","Port":1})"),
         "BackendServers[1] must not name the same server twice", errc::duplicate_server},
    };
    for (auto const& [given, problem, code] : of_add) {
        BOOST_TEST(refused<add>(given) == problem, given << ": " << refused<add>(given));
        BOOST_TEST(code_of<add>(given) == code);
    }

    std::string const server = R"([{"ServerId":"i-1","Port":1}])";
    row const of_modify[] = {
        {with_pair(server, R"([{"ServerId":"i-2","Port":"1","Weight":3}])"),
         "OldBackendServers[0].Weight is no member of this request", errc::parameter_unknown},
        {with_pair(R"([{"ServerId":"i-1"}])", R"([{"ServerId":"i-2"}])"),
         "NewBackendServers[0].Port must not be left out", errc::parameter_missing},
        {with_pair(server, "[]"), "NewBackendServers must hold as many items as the list that belongs to it",
         errc::lists_unequal},
        {with_pair("null", server),
         "NewBackendServers must hold as many items as the list that belongs to it", errc::lists_unequal},
        {with_pair("7", "7"), "NewBackendServers has the wrong type; give a list of objects",
         errc::parameter_mistyped},
        {with_pair(server, "7"), "OldBackendServers has the wrong type; give a list of objects",
         errc::parameter_mistyped},
        {with_pair(server, "[" + many + "]"),
         "OldBackendServers must not hold more items than one call takes, is 21", errc::too_many_items},
        {with_pair(server, server), "NewBackendServers[0] must not name the server it replaces",
         errc::server_replaced_by_itself},
    };
    for (auto const& [given, problem, code] : of_modify) {
        BOOST_TEST(refused<modify>(given) == problem, given << ": " << refused<modify>(given));
        BOOST_TEST(code_of<modify>(given) == code);
    }

    std::string const arcade = R"({"RegionId":"r","Fee":1,"Loud":true,"Players":[{"Name":"a"}],)";
    row const of_arcade[] = {
        {R"({"RegionId":"r","Fee":1,"Loud":"yes"})", "Loud has the wrong type; give true or false",
         errc::parameter_mistyped},
        {R"({"RegionId":"r","Fee":1,"Loud":1})", "Loud has the wrong type; give true or false",
         errc::parameter_mistyped},
        {arcade + R"("Night":"True"})", "Night has the wrong type; give true or false",
         errc::parameter_mistyped},
        {arcade + R"("Label":[{"Key":"a"},{"Value":"b"}]})", "Label.2.Key must not be left out",
         errc::parameter_missing},
        {arcade + R"("Label":[{"Key":"acs:a"}]})",
         "Label.1.Key must not begin with aliyun or acs: or hold http:// or https://", errc::tag_reserved},
        {arcade + R"("Label":[3]})", "Label.1 has the wrong type; give an object", errc::parameter_mistyped},
        {arcade + R"("Label.1.Key":"a"})", "Label.1.Key is no member of this request",
         errc::parameter_unknown},
    };
    for (auto const& [given, problem, code] : of_arcade) {
        BOOST_TEST(refused<inspect_arcade>(given) == problem,
                   given << ": " << refused<inspect_arcade>(given));
        BOOST_TEST(code_of<inspect_arcade>(given) == code);
    }
    BOOST_TEST(refused<slb::set_vserver_group_attribute>(R"({"RegionId":"r","VServerGroupId":"g"})") ==
               "VServerGroupName must be given, or another value to set");
}

namespace {
template <class Value>
concept readable = requires(Value&& from) {
    slb::from_json<add>(static_cast<Value&&>(from));
};
} // namespace
BOOST_AUTO_TEST_CASE(a_value_about_to_die_is_not_read) {
    static_assert(readable<json::value&> && readable<json::value const&>);
    static_assert(!readable<json::value> && !readable<json::value const>);
    // Nor what would become one.
    static_assert(!readable<char const*> && !readable<json::object&> && !readable<json::object>);
    static_assert(!json::has_value_to<add>::value && !json::has_value_to<slb::backend_server>::value);
    BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(value_from_takes_described_structs_and_containers_of_them) {
    modify const request{"r", "g", {{{"i-1", 1}, {"i-2", 2}}}};
    BOOST_TEST(json::value_from(request) == slb::to_json(request));
    std::map<std::string, std::vector<slb::backend_server>> const groups{{"blue", {{"i-1", 80}}},
                                                                         {"green", {}}};
    BOOST_TEST(json::serialize(json::value_from(groups)) ==
               R"({"blue":[{"ServerId":"i-1","Port":80}],"green":[]})");
    slb::backend_server_view const servers[] = {{.server_id = "vm-1", .port = 80}};
    BOOST_TEST(json::serialize(json::value_from(slb::list_view(servers, 1))) ==
               R"([{"ServerId":"vm-1","Port":80}])");
}

BOOST_AUTO_TEST_CASE(a_response_is_parsed_out_of_a_json_value_which_may_die) {
    auto from = json::parse(R"({"RequestId":"R-1","VServerGroupId":"rsp-1",)"
                            R"("BackendServers":{"BackendServer":[{"ServerId":"v\"m","Port":"80"}]}})");
    auto const response = slb::parse<modify>(from);
    from = nullptr;
    BOOST_TEST_REQUIRE(static_cast<bool>(response), response.error());
    BOOST_TEST(response->backend_servers[0].server_id == "v\"m");
    BOOST_TEST(response->backend_servers[0].port == 80);
    // A text is a text, as ever.
    BOOST_TEST(static_cast<bool>(slb::parse<slb::delete_vserver_group>(R"({"RequestId":"R-1"})")));
    auto const raw = slb::parse<slb::raw_operation>(json::value{{"RequestId", "R-2"}, {"Total", 3}});
    BOOST_TEST_REQUIRE(static_cast<bool>(raw), raw.error());
    BOOST_TEST(raw["Total"].number_or(0) == 3);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_read_out_of_a_json_value_too) {
    auto const refused = slb::parse<modify>(
        json::value{{"RequestId", "R-1"}, {"Code", "VServerGroupProcessing"}, {"Message", "Wait."}}, 400);
    BOOST_TEST_REQUIRE(refused.error().service() != nullptr);
    BOOST_TEST(refused.error().service()->code == "VServerGroupProcessing");
    BOOST_TEST(refused.error().http_status() == 400);
    auto const lacking = slb::parse<modify>(json::value{{"RequestId", "R-1"}});
    BOOST_TEST(lacking.error().code() == errc::member_missing);
    BOOST_TEST(lacking.error().path().parameter == "VServerGroupId");
    auto const foreign = slb::parse<modify>(json::value{1, 2});
    BOOST_TEST(foreign.error().code() == errc::not_an_api_response);
}

BOOST_AUTO_TEST_CASE(a_cursor_is_copied_with_all_that_is_in_it) {
    std::string const text =
        R"({"A":{"B":[1,-2,3.5,18446744073709551615,1e3,"x\ny\u00e9",true,false,null,[],{}]},"":"","C":[[[7]]]})";
    document const from(text);
    BOOST_TEST_REQUIRE(from.why.code() == errc::none);
    auto const whole = slb::to_json(from.root);
    BOOST_TEST_REQUIRE(static_cast<bool>(whole));
    BOOST_TEST(*whole == json::parse(text));
    BOOST_TEST(*slb::to_json(from.root["A"]["B"][5]) == json::value("x\ny\xc3\xa9"));
    BOOST_TEST(slb::to_json(from.root["A"]["B"][8])->is_null());
}

BOOST_AUTO_TEST_CASE(a_cursor_without_a_value_gives_its_error) {
    document const from(R"({"A":{"B":[{"C":1,"C":2},1e999]},"D":1})");
    BOOST_TEST_REQUIRE(from.why.code() == errc::none);
    BOOST_TEST(slb_test::text_of(slb::to_json(from.root["X"]).error()) == "X is missing from the response");
    BOOST_TEST(slb_test::text_of(slb::to_json(from.root).error()) == "B[0].C stands twice in the response");
    BOOST_TEST(slb_test::text_of(slb::to_json(from.root["A"]["B"][1]).error()) ==
               "B[1] has the wrong type or range in the response");
    BOOST_TEST(slb::to_json(slb::json_value{}).error().code() == errc::called_out_of_order);
    // Of a call it says how far that came.
    auto const raw = slb::parse<slb::raw_operation>(R"({"RequestId":"R"})");
    BOOST_TEST(slb::to_json(raw["X"]).error().delivery() == slb::delivery::applied);
}

BOOST_AUTO_TEST_CASE(the_response_of_a_raw_operation_goes_to_json_as_it_came) {
    std::string const text = R"({"RequestId":"R","LoadBalancers":{"LoadBalancer":[{"Bandwidth":"5"}]}})";
    auto const raw = slb::parse<slb::raw_operation>(text);
    BOOST_TEST_REQUIRE(static_cast<bool>(raw));
    BOOST_TEST(json::serialize(slb::to_json(*raw).value()) == text);
}

BOOST_AUTO_TEST_SUITE_END()
