#include <slb/operations/describe_vserver_groups.hpp>
// The header under test comes first: it stands alone.
#include "support/operation_testing.hpp"

BOOST_AUTO_TEST_SUITE(operations_describe_vserver_groups)

namespace {

using namespace slb_test;
using request = slb::describe_vserver_groups;

// As check_request says, none of this was made by the library.
constexpr golden_request everything{
    "Description=web%2F1_%E6%9C%8D&IncludeListener=true&IncludeRule=false&LoadBalancerId=lb-bp1qj"
    "wo61pqz3&RegionId=cn-hangzhou&Tag.1.Key=key-1&Tag.1.Value=value-1&Tag.10.Key=key-10&Tag.10.V"
    "alue=value-10&Tag.11.Key=key-11&Tag.11.Value=value-11&Tag.2.Key=key-2&Tag.2.Value=value-2&Ta"
    "g.3.Key=key-3&Tag.3.Value=value-3&Tag.4.Key=key-4&Tag.4.Value=value-4&Tag.5.Key=key-5&Tag.5."
    "Value=value-5&Tag.6.Key=key-6&Tag.6.Value=value-6&Tag.7.Key=key-7&Tag.7.Value=value-7&Tag.8."
    "Key=key-8&Tag.8.Value=value-8&Tag.9.Key=key-9&Tag.9.Value=value-9",
    "0e08a612ccda5fe72b11a84847637d793aeb3b68fa94b3bfdfe582981edf6396",
    "056957dda4034c13b0d146ebc592aa37fe6587bdbf29b089df9c2c99d149fdef",
    "05f340da633714c2527ed1989902b14bc62cd27cc73db2b0de5f8ab00146167a", "%2Fe355Ib0zznIQkU95Y5DgNfQQXM%3D"};
constexpr golden_request only_required{"LoadBalancerId=lb-bp1qjwo61pqz3&RegionId=cn-hangzhou",
                                       "d64b1ada82dfedbaab018bfb418bed890c15312c206869aae816d86bb70f2e1d",
                                       "75963daa7f2f3827b45894107ce4c4837dd4b9e8bcc46ff3afac79027fc09006",
                                       "70ebf9b9435ffca266eb90485c3ae2149830f560b2c7e32acfbf12cd6c171052",
                                       "9boDpXR6ky2eE9Ezh1ITpBhdI78%3D"};

constexpr std::string_view documented_json =
    R"({"RequestId":"7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30",)"
    R"("VServerGroups":{"VServerGroup":[{"VServerGroupId":"rsp-example01",)"
    R"("VServerGroupName":"web","ServerCount":2,"CreateTime":"2026-01-31T08:00:00Z",)"
    R"("AssociatedObjects":{"Listeners":{"Listener":[{"Port":443,"Protocol":"https"}]},)"
    R"("Rules":{"Rule":[]}},"Tags":{"Tag":[{"TagKey":"env","TagValue":"test"}]}}]}})";
constexpr std::string_view documented_xml =
    R"(<DescribeVServerGroupsResponse><RequestId>)"
    R"(7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30</RequestId><VServerGroups><VServerGroup>)"
    R"(<VServerGroupId>rsp-example01</VServerGroupId><VServerGroupName>web</VServerGroupName>)"
    R"(<ServerCount>2</ServerCount><AssociatedObjects><Listeners><Listener><Port>443</Port>)"
    R"(<Protocol>https</Protocol></Listener></Listeners><Rules></Rules></AssociatedObjects>)"
    R"(</VServerGroup></VServerGroups></DescribeVServerGroupsResponse>)";

request everything_set() {
    return {.region_id = "cn-hangzhou",
            .load_balancer_id = "lb-bp1qjwo61pqz3",
            .include_listener = true,
            .include_rule = false,
            .description = "web/1_\xe6\x9c\x8d",
            .tags = {{"key-1", "value-1"},
                     {"key-2", "value-2"},
                     {"key-3", "value-3"},
                     {"key-4", "value-4"},
                     {"key-5", "value-5"},
                     {"key-6", "value-6"},
                     {"key-7", "value-7"},
                     {"key-8", "value-8"},
                     {"key-9", "value-9"},
                     {"key-10", "value-10"},
                     {"key-11", "value-11"}}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_with_every_parameter_is_this_to_the_byte) {
    check_request(everything_set(), everything);
}

BOOST_AUTO_TEST_CASE(a_request_with_only_what_is_required_is_this_to_the_byte) {
    request const bare{.region_id = "cn-hangzhou", .load_balancer_id = "lb-bp1qjwo61pqz3"};
    check_request(bare, only_required);
}

BOOST_AUTO_TEST_CASE(what_breaks_a_rule_is_named) {
    request broken = everything_set();
    broken.tags[10].value = slb::runtime("see https://example.com");
    BOOST_TEST(problem_with(broken) ==
               "Tag.11.Value must not begin with aliyun or acs: or hold http:// or https://");
    broken.tags[1].key = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "Tag.2.Key must have 1 to 64 characters");
    broken.description = slb::runtime("");
    BOOST_TEST(problem_with(broken) == "Description must have 1 to 80 characters");
    broken.load_balancer_id = slb::runtime("lb\\1");
    BOOST_TEST(problem_with(broken) ==
               "LoadBalancerId must be printable ASCII without space, quote or backslash");
}

namespace {

/// Two groups with lists of their own in every place, members in no order, unknown ones between.
constexpr std::string_view shuffled_json =
    R"({"X":[{"VServerGroup":[]}],"VServerGroups":{"Total":2,"VServerGroup":[)"
    R"({"Tags":{"Tag":[{"TagValue":"t\u0065st","TagKey":"e\"nv"},{"X":null,"TagKey":"k"}]},"X":{"Tag":[1]},)"
    R"("AssociatedObjects":{"Rules":{"Rule":[{"Url":"\/a\\b","RuleId":"rule-1","Domain":"*.example.com"},)"
    R"({"RuleName":"n","RuleId":"rule-2"}]},"X":0,"Listeners":{"X":[],"Listener":[{"Protocol":"tcp","Port":"80"},)"
    R"({"Port":443},{"Port":53,"X":[[]],"Protocol":"u\u0064p"}]}},"ServerCount":"9007199254740993","VServerGroupId":"g\u002d1"},)"
    R"({"VServerGroupName":"two","VServerGroupId":"g-2","AssociatedObjects":{"Listeners":{"Listener":{"Port":1}}},)"
    R"("Tags":[{"TagKey":"last","TagValue":""}]}]},"RequestId":"R"})";
constexpr std::string_view shuffled_xml =
    "<a><X><VServerGroup/></X><VServerGroups><Total>2</Total><VServerGroup><Tags><Tag><TagValue>t&#101;st</"
    "TagValue><TagKey>e&quot;nv</TagKey></Tag><Tag><X/><TagKey>k</TagKey></Tag></Tags><X><Tag>1</Tag></X>"
    "<AssociatedObjects><Rules><Rule><Url><![CDATA[/a\\b]]></Url><RuleId>rule-1</RuleId><Domain>*.example.com"
    "</Domain></Rule><Rule><RuleName>n</RuleName><RuleId>rule-2</RuleId></Rule></Rules><X>0</X><Listeners>"
    "<X/><Listener><Protocol>tcp</Protocol><Port>80</Port></Listener><Listener><Port>443</Port></Listener>"
    "<Listener><Port>53</Port><X><X/></X><Protocol>u&#x64;p</Protocol></Listener></Listeners>"
    "</AssociatedObjects><ServerCount>9007199254740993</ServerCount><VServerGroupId>g&#45;1</VServerGroupId>"
    "</VServerGroup><VServerGroup><VServerGroupName>two</VServerGroupName><VServerGroupId>g-2"
    "</VServerGroupId><AssociatedObjects><Listeners><Listener><Port>1</Port></Listener></Listeners>"
    "</AssociatedObjects><Tags><Tag><TagKey>last</TagKey><TagValue/></Tag></Tags></VServerGroup>"
    "</VServerGroups><RequestId>R</RequestId></a>";

/// Reads JSON or XML, as the first character tells.
slb::error read(std::string_view text, slb::response_of<request>& into, std::span<char> memory,
                slb::parse_limits limits = {}) {
    return text[0] == '<' ? slb::parse_xml(text, into, memory, limits)
                          : slb::parse_json(text, into, memory, "DescribeVServerGroups", limits);
}
std::string problem_in(std::string_view text, slb::parse_limits limits = {}) {
    exact_bytes memory(slb::parse_memory<slb::response_of<request>>(text.size(), limits));
    slb::response_of<request> into;
    return problem_of(read(text, into, memory.span(), limits));
}

} // namespace

BOOST_AUTO_TEST_CASE(lists_inside_of_elements_belong_to_their_element) {
    for (std::string_view const text : {shuffled_json, shuffled_xml}) BOOST_TEST_CONTEXT(text) {
            exact_bytes const body(text);
            exact_bytes memory(slb::parse_memory<slb::response_of<request>>(text.size()));
            slb::response_of<request> said;
            BOOST_TEST_REQUIRE(problem_of(read(body.view(), said, memory.span())) == "");
            BOOST_TEST(said.request_id == "R");
            BOOST_TEST_REQUIRE(said.vserver_groups.size() == 2U);
            auto const& [id, name, server_count, create_time, users, tags] = said.vserver_groups[0];
            BOOST_TEST(id == "g-1");
            BOOST_TEST(shown(name) == "absent");
            // 2^53 + 1: no double holds it.
            BOOST_TEST(shown(server_count) == "9007199254740993");
            BOOST_TEST(shown(create_time) == "absent");
            BOOST_TEST_REQUIRE(users.listeners.size() == 3U);
            BOOST_TEST(users.listeners[0].port == 80);
            BOOST_TEST(shown(users.listeners[0].protocol) == "tcp");
            BOOST_TEST(users.listeners[1].port == 443);
            BOOST_TEST(shown(users.listeners[1].protocol) == "absent");
            BOOST_TEST(users.listeners[2].port == 53);
            BOOST_TEST(shown(users.listeners[2].protocol) == "udp");
            BOOST_TEST_REQUIRE(users.rules.size() == 2U);
            BOOST_TEST(users.rules[0].rule_id == "rule-1");
            BOOST_TEST(shown(users.rules[0].rule_name) == "absent");
            BOOST_TEST(shown(users.rules[0].domain) == "*.example.com");
            BOOST_TEST(shown(users.rules[0].url) == "/a\\b");
            BOOST_TEST(users.rules[1].rule_id == "rule-2");
            BOOST_TEST(shown(users.rules[1].rule_name) == "n");
            BOOST_TEST_REQUIRE(tags.size() == 2U);
            BOOST_TEST(tags[0].key == "e\"nv");
            BOOST_TEST(shown(tags[0].value) == "test");
            BOOST_TEST(tags[1].key == "k");
            BOOST_TEST(shown(tags[1].value) == "absent");
            auto const& second = said.vserver_groups[1];
            BOOST_TEST(second.vserver_group_id == "g-2");
            BOOST_TEST(shown(second.vserver_group_name) == "two");
            BOOST_TEST(shown(second.server_count) == "absent");
            BOOST_TEST_REQUIRE(second.associated_objects.listeners.size() == 1U);
            BOOST_TEST(second.associated_objects.listeners[0].port == 1);
            BOOST_TEST(second.associated_objects.rules.empty());
            BOOST_TEST_REQUIRE(second.tags.size() == 1U);
            BOOST_TEST(second.tags[0].key == "last");
            BOOST_TEST(shown(second.tags[0].value) == "");
        }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_list_inside_of_an_element_is_named) {
    auto const json = [](std::string_view members) {
        return R"({"RequestId":"R","VServerGroups":[{"VServerGroupId":"g"},{)" + std::string(members) + "}]}";
    };
    auto const xml = [](std::string_view members) {
        return "<a><RequestId>R</RequestId><VServerGroups><VServerGroup><VServerGroupId>g</VServerGroupId>"
               "</VServerGroup><VServerGroup>" +
               std::string(members) + "</VServerGroup></VServerGroups></a>";
    };
    struct {
        std::string text;
        char const* problem;
    } const cases[] = {
        {json(""), "VServerGroups[1].VServerGroupId is missing from the response"},
        {xml(""), "VServerGroups[1].VServerGroupId is missing from the response"},
        // The place after a list inside is the outer one again.
        {json(R"("Tags":[{"TagKey":"k"}])"), "VServerGroups[1].VServerGroupId is missing from the response"},
        {xml("<Tags><Tag><TagKey>k</TagKey></Tag></Tags>"),
         "VServerGroups[1].VServerGroupId is missing from the response"},
        {json(R"("Tags":[{"TagKey":"k"},{"TagValue":"v"}])"), "Tags[1].TagKey is missing from the response"},
        {xml("<Tags><Tag><TagKey>k</TagKey></Tag><Tag><TagValue>v</TagValue></Tag></Tags>"),
         "Tags[1].TagKey is missing from the response"},
        {json(R"("AssociatedObjects":{"Listeners":{"Listener":[{"Port":"x"}]}})"),
         "Listeners[0].Port has the wrong type or range in the response"},
        {xml("<AssociatedObjects><Listeners><Listener><Port>x</Port></Listener></Listeners>"
             "</AssociatedObjects>"),
         "Listeners[0].Port has the wrong type or range in the response"},
        // A list of the wrong type has its place in the element, not in itself.
        {json(R"("Tags":5)"), "VServerGroups[1].Tags has the wrong type or range in the response"},
        {json(R"("AssociatedObjects":{"Rules":""})"),
         "VServerGroups[1].Rules has the wrong type or range in the response"},
        {xml("<Tags>5</Tags>"), "VServerGroups[1].Tags has the wrong type or range in the response"},
        {xml("<AssociatedObjects>5</AssociatedObjects>"),
         "VServerGroups[1].AssociatedObjects has the wrong type or range in the response"},
        {json(R"("AssociatedObjects":[])"),
         "VServerGroups[1].AssociatedObjects has the wrong type or range in the response"},
        {json(R"("VServerGroupId":"h","ServerCount":9223372036854775808)"),
         "VServerGroups[1].ServerCount has the wrong type or range in the response"},
        {xml("<VServerGroupId>h</VServerGroupId><ServerCount>9223372036854775808</ServerCount>"),
         "VServerGroups[1].ServerCount has the wrong type or range in the response"},
        {json(R"("AssociatedObjects":{},"AssociatedObjects":{})"),
         "VServerGroups[1].AssociatedObjects stands twice in the response"},
        {xml("<AssociatedObjects/><AssociatedObjects/>"),
         "VServerGroups[1].AssociatedObjects stands twice in the response"},
        {json(R"("AssociatedObjects":{"Rules":[],"Rules":[]})"),
         "VServerGroups[1].Rules stands twice in the response"},
    };
    for (auto const& [text, problem] : cases) BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(problem_in(text) == problem);
        }
}

BOOST_AUTO_TEST_CASE(all_lists_count_together) {
    // Two groups, three listeners and one, two rules, two tags and one.
    for (std::string_view const text : {shuffled_json, shuffled_xml}) BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(problem_in(text, {.elements = 11}) == "");
            BOOST_TEST(problem_in(text, {.elements = 10}) ==
                       "the body of the response holds too many elements");
        }
    // Root, list, array, group, users, list, array, listener.
    BOOST_TEST(problem_in(documented_json, {.depth = 8}) == "");
    BOOST_TEST(problem_in(documented_json, {.depth = 7}) == "the body of the response is nested too deeply");
    // Root, list, group, users, list, listener, port.
    BOOST_TEST(problem_in(documented_xml, {.depth = 7}) == "");
    BOOST_TEST(problem_in(documented_xml, {.depth = 6}) == "the body of the response is nested too deeply");
}

BOOST_AUTO_TEST_CASE(the_smallest_elements_there_are_fit_the_memory_that_their_size_asks_for) {
    for (int groups : {1, 30})
        for (int each : {1, 2, 40}) BOOST_TEST_CONTEXT(groups << " groups with lists of " << each) {
                std::string json;
                for (int i = 0; i != groups; ++i) {
                    std::string listeners;
                    std::string rules;
                    std::string tags;
                    for (int k = 0; k != each; ++k) {
                        listeners += ",{\"Port\":0}";
                        rules += ",{\"RuleId\":\"\"}";
                        tags += ",{\"TagKey\":\"\"}";
                    }
                    json += R"(,{"VServerGroupId":"","AssociatedObjects":{"Listeners":[)" +
                            listeners.substr(1) + R"(],"Rules":[)" + rules.substr(1) + R"(]},"Tags":[)" +
                            tags.substr(1) + "]}";
                }
                BOOST_TEST(problem_in(R"({"RequestId":"","VServerGroups":[)" + json.substr(1) + "]}") == "");
                // The last element is one too few.
                BOOST_TEST(problem_in(R"({"RequestId":"","VServerGroups":[)" + json.substr(1) +
                                      R"(,{"VServerGroupId":"","Tags":[{)") ==
                           "the body of the response is not well-formed");
            }
}

namespace {

/// A reply of so many bytes, and few more, that holds as many of the smallest groups, or rules of one group,
/// as it may.
std::string crowded(std::size_t size, bool rules) {
    std::string const item = rules ? R"(,{"RuleId":""})" : R"(,{"VServerGroupId":""})";
    std::string text = R"({"RequestId":"","VServerGroups":[{"VServerGroupId":"")";
    if (rules)
        text += R"(,"AssociatedObjects":{"Rules":[{"RuleId":""})";
    else
        text += '}';
    for (std::size_t elements = rules ? 2 : 1; elements != 4096 && text.size() < size; ++elements)
        text += item;
    text += rules ? "]}}]}" : "]}";
    return text.size() < size ? text + std::string(size - text.size(), ' ') : text;
}
std::size_t memory_needed(std::string_view text) {
    std::size_t needed = slb::parse_memory<slb::response_of<request>>(text.size());
    for (std::size_t too_little = 0; needed - too_little > 1;) {
        std::size_t const tried = too_little + (needed - too_little) / 2;
        exact_bytes memory(tried);
        slb::response_of<request> said;
        (read(text, said, memory.span()) == slb::errc::none ? needed : too_little) = tried;
    }
    return needed;
}

} // namespace

BOOST_AUTO_TEST_CASE(some_reply_needs_at_least_half_of_the_memory_that_its_size_asks_for) {
    for (std::size_t const size : {300U, 1000U, 21'088U, 50'000U, 60'000U, 90'000U, 200'000U})
        BOOST_TEST_CONTEXT(size << " bytes") {
            std::string const rules = crowded(size, true);
            std::string const groups = crowded(size, false);
            std::size_t const longest = std::max(rules.size(), groups.size());
            BOOST_TEST_REQUIRE(problem_in(rules) == "");
            BOOST_TEST_REQUIRE(problem_in(groups) == "");
            BOOST_TEST(slb::parse_memory<slb::response_of<request>>(longest) <=
                       2 * std::max(memory_needed(rules), memory_needed(groups)));
        }
}

BOOST_AUTO_TEST_CASE(the_groups_stay_in_one_piece_around_their_lists) {
    // Group i has i % 7 listeners, i % 5 rules and i % 3 tags, some with escapes.
    std::string json = R"({"RequestId":"R","VServerGroups":{"VServerGroup":[)";
    std::string xml = "<a><RequestId>R</RequestId><VServerGroups>";
    for (int i = 0; i != 200; ++i) {
        std::string const number = std::to_string(i);
        json += std::string(i == 0 ? "" : ",") + R"({"VServerGroupId":"g-)" + number +
                R"(","AssociatedObjects":{"Listeners":{"Listener":[)";
        xml +=
            "<VServerGroup><VServerGroupId>g-" + number + "</VServerGroupId><AssociatedObjects><Listeners>";
        for (int k = 0; k != i % 7; ++k) {
            std::string const port = std::to_string(1000 * k + i);
            json += std::string(k == 0 ? "" : ",") + R"({"Port":)" + port + R"(,"Protocol":"\u0074cp"})";
            xml += "<Listener><Port>" + port + "</Port><Protocol>&#116;cp</Protocol></Listener>";
        }
        json += R"(]},"Rules":{"Rule":[)";
        xml += "</Listeners><Rules>";
        for (int k = 0; k != i % 5; ++k) {
            std::string const id = number + "/" + std::to_string(k);
            json += std::string(k == 0 ? "" : ",") + R"({"RuleId":")" + id + R"("})";
            xml += "<Rule><RuleId>" + id + "</RuleId></Rule>";
        }
        json += R"(]}},"Tags":{"Tag":[)";
        xml += "</Rules></AssociatedObjects><Tags>";
        for (int k = 0; k != i % 3; ++k) {
            std::string const key = number + "-" + std::to_string(k);
            json += std::string(k == 0 ? "" : ",") + R"({"TagKey":")" + key + R"("})";
            xml += "<Tag><TagKey>" + key + "</TagKey></Tag>";
        }
        json += "]}}";
        xml += "</Tags></VServerGroup>";
    }
    json += "]}}";
    xml += "</VServerGroups></a>";
    for (std::string const& text : {json, xml}) BOOST_TEST_CONTEXT(text.substr(0, 1)) {
            exact_bytes const body(text);
            exact_bytes memory(slb::parse_memory<slb::response_of<request>>(text.size()));
            slb::response_of<request> said;
            BOOST_TEST_REQUIRE(problem_of(read(body.view(), said, memory.span())) == "");
            BOOST_TEST_REQUIRE(said.vserver_groups.size() == 200U);
            std::size_t wrong = 0;
            for (int i = 0; i != 200; ++i) {
                std::string const number = std::to_string(i);
                auto const& group = said.vserver_groups[static_cast<std::size_t>(i)];
                auto const& [listeners, rules] = group.associated_objects;
                bool good = group.vserver_group_id == "g-" + number &&
                            listeners.size() == static_cast<std::size_t>(i % 7) &&
                            rules.size() == static_cast<std::size_t>(i % 5) &&
                            group.tags.size() == static_cast<std::size_t>(i % 3);
                for (std::size_t k = 0; good && k != listeners.size(); ++k)
                    good = listeners[k].port == 1000 * static_cast<int>(k) + i &&
                           listeners[k].protocol == slb::maybe<std::string_view>(std::string_view("tcp"));
                for (std::size_t k = 0; good && k != rules.size(); ++k)
                    good = rules[k].rule_id == number + "/" + std::to_string(k);
                for (std::size_t k = 0; good && k != group.tags.size(); ++k)
                    good = group.tags[k].key == number + "-" + std::to_string(k);
                wrong += good ? 0U : 1U;
            }
            BOOST_TEST(wrong == 0U);
        }
}

BOOST_AUTO_TEST_CASE(a_documented_reply_shows_all_it_says) {
    check_documented<request>(documented_json, documented_xml, [](slb::response_of<request> const& said) {
        BOOST_TEST(said.request_id == "7C1E0F52-3B64-5A0D-9E21-8D5C6A4B1F30");
        BOOST_TEST_REQUIRE(said.vserver_groups.size() == 1U);
        auto const& group = said.vserver_groups[0];
        BOOST_TEST(group.vserver_group_id == "rsp-example01");
        BOOST_TEST(shown(group.vserver_group_name) == "web");
        BOOST_TEST(shown(group.server_count) == "2");
        BOOST_TEST_REQUIRE(group.associated_objects.listeners.size() == 1U);
        BOOST_TEST(group.associated_objects.listeners[0].port == 443);
        BOOST_TEST(shown(group.associated_objects.listeners[0].protocol) == "https");
        BOOST_TEST(group.associated_objects.rules.empty());
        // The documented XML has no time and no tags.
        if (!group.create_time) {
            BOOST_TEST(group.tags.empty());
            return;
        }
        BOOST_TEST(*group.create_time == "2026-01-31T08:00:00Z");
        BOOST_TEST_REQUIRE(group.tags.size() == 1U);
        BOOST_TEST(group.tags[0].key == "env");
        BOOST_TEST(shown(group.tags[0].value) == "test");
    });
}

BOOST_AUTO_TEST_CASE(replies_are_read_in_every_shape_order_and_size) { check_replies<request>(groups_shape); }

BOOST_AUTO_TEST_CASE(a_refusal_keeps_what_the_service_said_and_is_judged_by_its_code) {
    check_refusals<request>({refusals_of_all, no_such_load_balancer});
}

BOOST_AUTO_TEST_CASE(a_kept_response_is_filled_again_without_an_allocation) {
    check_allocations(everything_set(), groups_shape);
}

BOOST_AUTO_TEST_CASE(it_is_sent_again_when_nobody_knows_what_became_of_it) {
    constexpr slb::repetition repeated = slb::repetition_of<request>();
    static_assert(repeated.safe);
    BOOST_TEST(repeated.why == "it changes nothing");
}

BOOST_AUTO_TEST_SUITE_END()
