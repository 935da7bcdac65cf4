#include "support/made_up_operation.hpp"

#include <slb/describe.hpp>
#include <slb/operations.hpp>
#include <slb/query.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(describe)

namespace samples {

struct nothing_said {
    int member;
};

struct named_oddly {
    slb::maybe<slb::server_id> one{};
    slb::maybe<slb::server_id> two{};
    slb::maybe<slb::server_id> three{};
    slb::maybe<slb::server_id> four{};
    slb::maybe<slb::server_id> five{};
    slb::maybe<slb::server_id> six{};
    slb::list<slb::backend_server_key, 2> seven{};
    slb::list<slb::server_replacement, 2> eight{};
};
struct no_answer {};
constexpr auto describe(slb::type<no_answer>) { return slb::members<no_answer>(); }
constexpr auto describe(slb::type<named_oddly>) {
    using odd = named_oddly;
    return slb::operation<odd, no_answer>(
        "NameOddly", slb::field("a", &odd::one), slb::field("A.10", &odd::two), slb::field("B", &odd::three),
        slb::field("A_", &odd::four), slb::field("A-", &odd::five), slb::field("Aa", &odd::six),
        slb::json_list("A.2", &odd::seven),
        slb::pairs(&odd::eight, slb::json_part("A1", &slb::server_replacement::to),
                   slb::json_part("A.1", &slb::server_replacement::from)));
}

struct labelled {
    slb::list<slb::tag, 20> labels{};
    slb::maybe<slb::flag> one{};
    slb::maybe<slb::flag> two{};
    slb::maybe<slb::flag> three{};
};
constexpr auto describe(slb::type<labelled>) {
    using self = labelled;
    return slb::operation<self, no_answer>("LabelThem", slb::numbered("Label", &self::labels),
                                           slb::field("LabelA", &self::one), slb::field("Label-", &self::two),
                                           slb::field("labels", &self::three));
}

// Operations that say whether they are repeatable, and such that do not.
struct says_yes {
    slb::maybe<slb::flag> one{};
};
constexpr auto describe(slb::type<says_yes>) {
    return slb::operation<says_yes, no_answer>("CreateTwice", slb::repeatable("it has a token of its own"),
                                               slb::field("One", &says_yes::one));
}
struct says_no {};
constexpr auto describe(slb::type<says_no>) {
    return slb::operation<says_no, no_answer>("DescribeOnce", slb::not_repeatable("it counts"));
}
struct lists {};
constexpr auto describe(slb::type<lists>) { return slb::operation<lists, no_answer>("ListThem"); }

} // namespace samples

namespace {

using request = slb::modify_vserver_group_backend_servers;
using response = slb::changed_vserver_group;

template <class Request>
std::string order_of() {
    std::string names;
    for (auto const& slot : slb::detail::sorted_parameters<Request>.rows)
        names += std::string(slot.name) + " ";
    return names;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_operation_names_its_action_and_its_response) {
    static_assert(slb::action_of<request> == "ModifyVServerGroupBackendServers");
    static_assert(std::is_same_v<slb::response_of<request>, response>);
    static_assert(slb::action_of<slb::basic_modify_vserver_group_backend_servers<200>> ==
                  "ModifyVServerGroupBackendServers");
    BOOST_TEST(slb::action_of<samples::named_oddly> == "NameOddly");
}

BOOST_AUTO_TEST_CASE(only_an_operation_meets_the_concept_of_one) {
    static_assert(slb::described_operation<request>);
    static_assert(slb::described_operation<samples::named_oddly>);
    static_assert(!slb::described_operation<response>);
    static_assert(!slb::described_operation<slb::backend_server>);
    static_assert(!slb::described_operation<samples::nothing_said>);
    static_assert(!slb::described_operation<int>);
    BOOST_TEST(!slb::detail::has_description<samples::nothing_said>);
    BOOST_TEST(slb::detail::has_description<response>);
}

BOOST_AUTO_TEST_CASE(members_are_counted_whatever_their_type) {
    static_assert(slb::detail::member_count<samples::no_answer>() == 0);
    static_assert(slb::detail::member_count<samples::nothing_said>() == 1);
    static_assert(slb::detail::member_count<request>() == 3);
    static_assert(slb::detail::member_count<response>() == 3);
    static_assert(slb::detail::member_count<slb::backend_server>() == 6);
    static_assert(slb::detail::member_count<slb::backend_server_view>() == 6);
    BOOST_TEST(slb::detail::member_count<samples::named_oddly>() == 8U);
}

BOOST_AUTO_TEST_CASE(the_words_of_a_description_come_in_its_order) {
    std::string names;
    slb::detail::for_each_word<slb::backend_server>(
        [&](auto const& word) { names += std::string(word.name) + " "; });
    BOOST_TEST(names == "ServerId Port Weight Type ServerIp Description ");
}

BOOST_AUTO_TEST_CASE(a_member_is_found_by_its_pointer) {
    static_assert(slb::detail::wire_name(&slb::backend_server::server_ip) == "ServerIp");
    static_assert(slb::detail::wire_name(&slb::backend_server::port) == "Port");
    static_assert(slb::detail::wire_name(&slb::backend_server_key::server_ip) == "ServerIp");
    static_assert(slb::detail::wire_name(&response::request_id) == "RequestId");
    BOOST_TEST(slb::detail::wire_name(&samples::named_oddly::four) == "A_");
}

BOOST_AUTO_TEST_CASE(the_parameters_of_a_request_are_sorted_by_name_at_compile_time) {
    static_assert(slb::detail::sorted_parameters<request>.rows[0].name == "NewBackendServers");
    static_assert(slb::detail::sorted_parameters<request>.rows[1].second);
    BOOST_TEST(order_of<request>() == "NewBackendServers OldBackendServers RegionId VServerGroupId ");
}

BOOST_AUTO_TEST_CASE(names_are_sorted_by_character_code_as_the_vendor_s_clients_sort_them) {
    // The order that captures of the vendor's Node clients show.
    BOOST_TEST(order_of<samples::named_oddly>() == "A- A.1 A.10 A.2 A1 A_ Aa B a ");
}

BOOST_AUTO_TEST_CASE(each_operation_has_the_name_and_the_parameters_of_the_api) {
    struct {
        std::string_view action;
        std::string parameters;
        std::string_view expected;
    } const rows[] = {
        {slb::action_of<slb::create_vserver_group>, order_of<slb::create_vserver_group>(),
         "CreateVServerGroup: BackendServers LoadBalancerId RegionId Tag VServerGroupName "},
        {slb::action_of<slb::delete_vserver_group>, order_of<slb::delete_vserver_group>(),
         "DeleteVServerGroup: RegionId VServerGroupId "},
        {slb::action_of<slb::describe_vserver_groups>, order_of<slb::describe_vserver_groups>(),
         "DescribeVServerGroups: Description IncludeListener IncludeRule LoadBalancerId RegionId Tag "},
        {slb::action_of<slb::describe_vserver_group_attribute>,
         order_of<slb::describe_vserver_group_attribute>(),
         "DescribeVServerGroupAttribute: RegionId VServerGroupId "},
        {slb::action_of<slb::set_vserver_group_attribute>, order_of<slb::set_vserver_group_attribute>(),
         "SetVServerGroupAttribute: BackendServers RegionId VServerGroupId VServerGroupName "},
        {slb::action_of<slb::add_vserver_group_backend_servers>,
         order_of<slb::add_vserver_group_backend_servers>(),
         "AddVServerGroupBackendServers: BackendServers RegionId VServerGroupId "},
        {slb::action_of<slb::remove_vserver_group_backend_servers>,
         order_of<slb::remove_vserver_group_backend_servers>(),
         "RemoveVServerGroupBackendServers: BackendServers RegionId VServerGroupId "},
        {slb::action_of<slb::modify_vserver_group_backend_servers>,
         order_of<slb::modify_vserver_group_backend_servers>(),
         "ModifyVServerGroupBackendServers: NewBackendServers OldBackendServers RegionId VServerGroupId "},
        {slb::action_of<slb::describe_health_status>, order_of<slb::describe_health_status>(),
         "DescribeHealthStatus: ListenerPort ListenerProtocol LoadBalancerId RegionId "},
    };
    for (auto const& [action, parameters, expected] : rows)
        BOOST_TEST(std::string(action) + ": " + parameters == expected);
}

BOOST_AUTO_TEST_CASE(a_list_of_numbered_parameters_is_sorted_as_its_longer_names_are) {
    // "Label.1.Name" and its likes stand behind "Label-" and before "LabelA", whatever is in the list.
    BOOST_TEST(order_of<samples::labelled>() == "Label- Label LabelA labels ");
    BOOST_TEST(order_of<made_up::inspect_arcade>() ==
               "Fee Label Loud Night Players PlayersIn PlayersOut Protocol RegionId ");
    static_assert(slb::detail::sorted_parameters<samples::labelled>.rows[1].numbered);
    // What could be the name of one of its parameters repeats it: see compile_fail/descriptions.
    static_assert(slb::detail::is_numbered_name("Label", "Label"));
    static_assert(slb::detail::is_numbered_name("Label.1.Key", "Label"));
    static_assert(!slb::detail::is_numbered_name("Labels", "Label"));
    static_assert(!slb::detail::is_numbered_name("Labe", "Label"));
}

BOOST_AUTO_TEST_CASE(each_word_is_known_by_its_kind) {
    using group = slb::vserver_group_view;
    using slb::detail::described;
    static_assert(slb::detail::is_field<described<group>::word_type<0>>);
    static_assert(slb::detail::is_object<described<group>::word_type<4>>);
    static_assert(slb::detail::is_items<described<group>::word_type<5>>);
    static_assert(slb::detail::is_numbered<described<samples::labelled>::word_type<0>>);
    static_assert(slb::detail::member_count<group>() == 6);
    static_assert(slb::detail::member_count<slb::create_vserver_group>() == 5);
    static_assert(slb::detail::member_count<slb::add_vserver_group_backend_servers>() == 3);
    static_assert(slb::detail::member_count<made_up::inspect_arcade>() == 8);
    BOOST_TEST(slb::detail::wire_name(&group::associated_objects) == "AssociatedObjects");
    BOOST_TEST(slb::detail::wire_name(&group::tags) == "Tags");
    BOOST_TEST(slb::detail::wire_name(&samples::labelled::labels) == "Label");
    BOOST_TEST(slb::detail::wire_name(&slb::set_vserver_group_attribute::vserver_group_name) ==
               "VServerGroupName");
}

BOOST_AUTO_TEST_CASE(what_only_reads_is_known_by_its_name) {
    static_assert(slb::only_reads("DescribeRegions") && slb::only_reads("ListTagResources"));
    for (std::string_view const action : {"Describe", "List", "DescribeX", "ListX"})
        BOOST_TEST(slb::only_reads(action), action);
    for (std::string_view const action :
         {"", "D", "Describ", "describeRegions", "DESCRIBE", "list", "Lis", "ReDescribe", "EnableList",
          "SetX", "CreateVServerGroup", " DescribeX"})
        BOOST_TEST(!slb::only_reads(action), action);
}

BOOST_AUTO_TEST_CASE(an_operation_says_whether_it_is_repeatable_and_why_or_its_name_does) {
    auto const said = [](slb::repetition const& repeated) {
        return std::string(repeated.safe ? "yes: " : "no: ") + std::string(repeated.why);
    };
    BOOST_TEST(said(slb::repetition_of<samples::says_yes>()) == "yes: it has a token of its own");
    BOOST_TEST(said(slb::repetition_of<samples::says_no>()) == "no: it counts");
    BOOST_TEST(said(slb::repetition_of<samples::lists>()) == "yes: it changes nothing");
    BOOST_TEST(said(slb::repetition_of<samples::named_oddly>()) == "no: nothing is known of it");
    BOOST_TEST(said(slb::repetition_of("DescribeRegions")) == "yes: it changes nothing");
    BOOST_TEST(said(slb::repetition_of("SetLoadBalancerName")) == "no: nothing is known of it");
    BOOST_TEST(said(slb::repetition_of("")) == "no: nothing is known of it");
    BOOST_TEST(said(slb::repetition{}) == "no: ");
    static_assert(slb::repetition_of<samples::says_yes>().safe);
    // What is said of it is no part of the request.
    BOOST_TEST(order_of<samples::says_yes>() == "One ");
    static_assert(slb::action_of<samples::says_yes> == "CreateTwice");
}

BOOST_AUTO_TEST_SUITE_END()
