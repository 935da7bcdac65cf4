#include <slb/operations.hpp>
#include <slb/validate.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(validate)

namespace {

using slb::errc;
using slb::runtime;
using request = slb::modify_vserver_group_backend_servers;

/// The values of the documentation's example.
request seed() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                        {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}};
}

/// Five pairs that are in order.
request five() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-cige6j5e7p",
            .replace = {{.from = {"old-0", 80}, .to = {"new-0", 80}},
                        {.from = {"old-1", 80}, .to = {"new-1", 80}},
                        {.from = {"old-2", 80}, .to = {"new-2", 80}},
                        {.from = {"old-3", 80}, .to = {"new-3", 80}},
                        {.from = {"old-4", 80}, .to = {"new-4", 80}}}};
}

std::string text(slb::error const& shown) {
    std::string all;
    shown.write([&](std::string_view piece) { all += piece; });
    return all;
}

struct change {
    std::string_view expected;
    void (*apply)(request&);
};

} // namespace

BOOST_AUTO_TEST_CASE(a_request_in_order_is_found_in_order) {
    static constexpr request nothing{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
    static_assert(slb::validate(nothing) == errc::none);
    BOOST_TEST(text(slb::validate(nothing)) == "no error");
    BOOST_TEST(text(slb::validate(seed())) == "no error");
    BOOST_TEST(text(slb::validate(five())) == "no error");
}

BOOST_AUTO_TEST_CASE(a_broken_rule_is_found_in_a_constant_expression) {
    static constexpr request broken{.region_id = "cn-hangzhou", .vserver_group_id = runtime("rsp cige")};
    static_assert(slb::validate(broken) == errc::id_alphabet);
    static_assert(slb::validate(broken).path() == slb::wire_path{"VServerGroupId", {}, -1});
    BOOST_TEST(text(slb::validate(broken)) ==
               "not sent: VServerGroupId must be printable ASCII without space, "
               "quote or backslash");
}

BOOST_AUTO_TEST_CASE(a_broken_rule_is_named_with_its_place_on_the_wire) {
    static std::string const longest(129, 'i');
    static std::string const long_text(81, 'd');
    change const changes[] = {
        {"RegionId must not be empty", [](request& r) { r.region_id = runtime(""); }},
        {"RegionId must have at most 128 characters", [](request& r) { r.region_id = runtime(longest); }},
        {"VServerGroupId must not be empty", [](request& r) { r.vserver_group_id = runtime(""); }},
        {"VServerGroupId must be printable ASCII without space, quote or backslash",
         [](request& r) { r.vserver_group_id = runtime("rsp\r\n"); }},

        {"NewBackendServers[3].Port must be between 1 and 65535, is 70000",
         [](request& r) { r.replace[3].to.port = runtime(70000); }},
        {"NewBackendServers[0].Port must be between 1 and 65535, is 0",
         [](request& r) { r.replace[0].to.port = runtime(0); }},
        {"NewBackendServers[4].ServerId must not be empty",
         [](request& r) { r.replace[4].to.server_id = runtime(""); }},
        {"NewBackendServers[1].ServerId must have at most 128 characters",
         [](request& r) { r.replace[1].to.server_id = runtime(longest); }},
        {"NewBackendServers[1].ServerId must be printable ASCII without space, quote or backslash",
         [](request& r) { r.replace[1].to.server_id = runtime("i-\"1"); }},
        {"NewBackendServers[2].Weight must be between 0 and 100, is 101",
         [](request& r) { r.replace[2].to.weight = runtime(101); }},
        {"NewBackendServers[2].Weight must be between 0 and 100, is -1",
         [](request& r) { r.replace[2].to.weight = runtime(-1); }},
        {"NewBackendServers[2].Type must be ecs, eni or eci",
         [](request& r) { r.replace[2].to.type = runtime("ECS"); }},
        {"NewBackendServers[2].ServerIp must be an IPv4 or IPv6 address",
         [](request& r) { r.replace[2].to.server_ip = runtime("192.0.2.01"); }},
        {"NewBackendServers[2].Description must have 1 to 80 characters",
         [](request& r) { r.replace[2].to.description = runtime(""); }},
        {"NewBackendServers[2].Description must have 1 to 80 characters",
         [](request& r) { r.replace[2].to.description = runtime(long_text); }},
        {"NewBackendServers[2].Description must be letters, digits, '-', '/', '.', '_' or U+4E00 to U+9FFF",
         [](request& r) { r.replace[2].to.description = runtime("a b"); }},

        {"OldBackendServers[3].Port must be between 1 and 65535, is 65536",
         [](request& r) { r.replace[3].from.port = runtime(65536); }},
        {"OldBackendServers[0].ServerId must not be empty",
         [](request& r) { r.replace[0].from.server_id = runtime(""); }},
        {"OldBackendServers[2].Type must be ecs, eni or eci",
         [](request& r) { r.replace[2].from.type = runtime(""); }},
        {"OldBackendServers[2].ServerIp must be an IPv4 or IPv6 address",
         [](request& r) { r.replace[2].from.server_ip = runtime("localhost"); }},

        {"NewBackendServers[1].ServerIp must be given for a server of type eni or eci",
         [](request& r) { r.replace[1].to.type = runtime("eni"); }},
        {"NewBackendServers[1].ServerIp must be given for a server of type eni or eci",
         [](request& r) { r.replace[1].to.type = runtime("eci"); }},
        {"OldBackendServers[4].ServerIp must be given for a server of type eni or eci",
         [](request& r) { r.replace[4].from.type = runtime("eni"); }},
        {"OldBackendServers[4].ServerIp must be given for a server of type eni or eci",
         [](request& r) { r.replace[4].from.type = runtime("eci"); }},

        {"NewBackendServers[4] must not name the same server twice",
         [](request& r) { r.replace[4].to.server_id = runtime("new-0"); }},
        {"OldBackendServers[3] must not name the same server twice",
         [](request& r) { r.replace[3].from = r.replace[2].from; }},
        {"NewBackendServers[2] must not name the server it replaces",
         [](request& r) { r.replace[2].to.server_id = runtime("old-2"); }},

        // With several, the first in the order of the description.
        {"RegionId must not be empty",
         [](request& r) {
             r.region_id = runtime("");
             r.vserver_group_id = runtime("");
             r.replace[0].to.port = runtime(0);
         }},
        {"NewBackendServers[4].Port must be between 1 and 65535, is 0",
         [](request& r) {
             r.replace[0].from.port = runtime(0);
             r.replace[4].to.port = runtime(0);
         }},
    };
    for (auto const& [expected, apply] : changes) {
        request changed = five();
        apply(changed);
        slb::error const found = slb::validate(changed);
        BOOST_TEST(text(found) == "not sent: " + std::string(expected));
        BOOST_TEST((found.delivery() == slb::delivery::not_sent));
        BOOST_TEST(!found.retryable());
    }
}

BOOST_AUTO_TEST_CASE(what_breaks_no_rule_is_allowed) {
    change const changes[] = {
        {"the same server at another port",
         [](request& r) {
             r.replace[4].to = {"new-0", 81};
         }},
        {"the same server and port at another address",
         [](request& r) {
             r.replace[3].to = {"eni-1", 80, {}, "eni", "192.0.2.1"};
             r.replace[4].to = {"eni-1", 80, {}, "eni", "192.0.2.2"};
         }},
        {"a server to go at two addresses",
         [](request& r) {
             r.replace[3].from = {"eni-1", 80, "eni", "192.0.2.1"};
             r.replace[4].from = {"eni-1", 80, "eni", "2001:db8::1"};
         }},
        {"a server moved to another port",
         [](request& r) {
             r.replace[2].to = {"old-2", 8080};
         }},
        {"a server moved to another address",
         [](request& r) {
             r.replace[2].from = {"eni-1", 80, "eni", "192.0.2.1"};
             r.replace[2].to = {"eni-1", 80, {}, "eni", "192.0.2.2"};
         }},
        {"an address without a type", [](request& r) { r.replace[2].to.server_ip = runtime("192.0.2.1"); }},
        {"an ecs without an address", [](request& r) { r.replace[2].to.type = runtime("ecs"); }},
        {"a weight of zero", [](request& r) { r.replace[2].to.weight = runtime(0); }},
        {"nothing to replace", [](request& r) { r.replace.clear(); }},
    };
    for (auto const& [what, apply] : changes) {
        request changed = five();
        apply(changed);
        BOOST_TEST(text(slb::validate(changed)) == "no error", what);
    }
}

BOOST_AUTO_TEST_CASE(the_21st_pair_is_refused_whether_it_was_kept_or_not) {
    std::string ids[21];
    request pushed{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-cige6j5e7p"};
    for (int i = 0; i != 21; ++i) {
        BOOST_TEST(text(slb::validate(pushed)) == "no error");
        ids[i] = "vm-" + std::to_string(i);
        pushed.replace.push_back({.from = {runtime(ids[i]), 80}, .to = {runtime(ids[i]), 81}});
    }
    BOOST_TEST(pushed.replace.size() == 20U);
    BOOST_TEST(text(slb::validate(pushed)) ==
               "not sent: NewBackendServers must not hold more items than one call takes, is 21");
    slb::basic_modify_vserver_group_backend_servers<21> larger{.region_id = "r", .vserver_group_id = "g"};
    for (auto const& id : ids) larger.replace.push_back({.from = {runtime(id), 80}, .to = {runtime(id), 81}});
    BOOST_TEST(text(slb::validate(larger)) == "no error");
}

BOOST_AUTO_TEST_CASE(servers_are_the_same_by_id_port_and_address) {
    using server = slb::backend_server;
    using key = slb::backend_server_key;
    constexpr server plain{.server_id = "i-1", .port = 80};
    static_assert(slb::same_server(plain, server{.server_id = "i-1", .port = 80, .weight = 7}));
    static_assert(slb::same_server(plain, key{.server_id = "i-1", .port = 80}));
    static_assert(slb::same_server(plain, key{.server_id = "i-1", .port = 80, .type = "ecs"}));
    static_assert(!slb::same_server(plain, key{.server_id = "i-2", .port = 80}));
    static_assert(!slb::same_server(plain, key{.server_id = "i-1", .port = 81}));
    // An ECS is known by id and port alone.
    static_assert(slb::same_server(plain, key{.server_id = "i-1", .port = 80, .server_ip = "192.0.2.1"}));
    constexpr key eni{.server_id = "eni-1", .port = 80, .type = "eni", .server_ip = "192.0.2.1"};
    constexpr server same{.server_id = "eni-1", .port = 80, .type = "eni", .server_ip = "192.0.2.1"};
    constexpr server other{.server_id = "eni-1", .port = 80, .type = "eni", .server_ip = "192.0.2.2"};
    static_assert(slb::same_server(eni, same) && !slb::same_server(eni, other));
}

BOOST_AUTO_TEST_CASE(a_numbered_parameter_is_named_as_it_stands_on_the_wire) {
    std::string const key(65, 'k');
    slb::describe_vserver_groups tagged{
        .region_id = "r", .load_balancer_id = "lb", .tags = {{"a", "b"}, {runtime(key)}}};
    slb::error const found = slb::validate(tagged);
    BOOST_TEST(text(found) == "not sent: Tag.2.Key must have 1 to 64 characters");
    BOOST_TEST((found.path() == slb::wire_path{"Tag", "Key", 1, true}));
    tagged.tags[0].value = runtime("acs:");
    BOOST_TEST(text(slb::validate(tagged)) ==
               "not sent: Tag.1.Value must not begin with aliyun or acs: or hold http:// or https://");
    tagged.tags.clear();
    for (int i = 0; i != 20; ++i) tagged.tags.push_back({"same"});
    // The service decides what a key given twice means.
    BOOST_TEST(text(slb::validate(tagged)) == "no error");
    tagged.tags.push_back({"one more"});
    BOOST_TEST(text(slb::validate(tagged)) ==
               "not sent: Tag must not hold more items than one call takes, is 21");
}

BOOST_AUTO_TEST_CASE(a_required_list_must_hold_something_when_it_is_sent) {
    slb::list<slb::backend_server, 20> servers;
    slb::add_vserver_group_backend_servers added{
        .region_id = "r", .vserver_group_id = "g", .backend_servers = servers};
    slb::error const found = slb::validate(added);
    BOOST_TEST((found == slb::errc::list_empty));
    BOOST_TEST((found.path() == slb::wire_path{"BackendServers", {}, -1}));
    servers.push_back({"i-1", 80});
    added.backend_servers = servers;
    BOOST_TEST(text(slb::validate(added)) == "no error");
    // A list that is not required may be empty.
    BOOST_TEST(text(slb::validate(slb::create_vserver_group{.region_id = "r", .load_balancer_id = "lb"})) ==
               "no error");
}

BOOST_AUTO_TEST_CASE(one_of_the_values_to_set_must_be_given) {
    slb::set_vserver_group_attribute set{.region_id = "r", .vserver_group_id = "g"};
    BOOST_TEST(text(slb::validate(set)) ==
               "not sent: VServerGroupName must be given, or another value to set");
    set.vserver_group_name = runtime("web");
    BOOST_TEST(text(slb::validate(set)) == "no error");
    set.vserver_group_name = {};
    set.backend_servers.push_back({"i-1", 80, 0});
    BOOST_TEST(text(slb::validate(set)) == "no error");
    // Where a value is wrong, that is what is told.
    set.backend_servers.clear();
    set.region_id = runtime("");
    BOOST_TEST(text(slb::validate(set)) == "not sent: RegionId must not be empty");
}

BOOST_AUTO_TEST_SUITE_END()
