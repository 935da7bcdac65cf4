// What slb::explain prints of these requests as C++, a line `show(...);` each. Built again with that text as
// EXPLAINED, it has to compile and to print the same: see explain_source.sh.
#include "support/own_crypto.hpp"

#include <slb/core.hpp>
#include <slb/explain.hpp>

#include <cstdio>

namespace elsewhere {
struct order {
    slb::maybe<slb::flag> at_once{};
    slb::region_id region;
};
constexpr auto describe(slb::type<order>) {
    return slb::operation<order, slb::changed_vserver_group>("Order", slb::field("RegionId", &order::region),
                                                             slb::field("AtOnce", &order::at_once));
}
} // namespace elsewhere

template <class Request>
void show(Request const& request) {
    auto const shown = slb::explain<slb_test::own_crypto>(request);
    auto const print = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
    print("show(");
    print(shown.source());
    print(");\n// ");
    print(shown.canonical_query());
    shown.error().write(print);
    print("\n");
}

int main() {
#ifdef EXPLAINED
#include EXPLAINED
#else
    show(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                    {.from = {"eni-1", 90, "eni", "192.0.2.1"},
                     .to = {.server_id = "vm-236", .port = 70, .weight = 0, .type = "ecs"}}}});
    show(slb::modify_vserver_group_backend_servers{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"});
    show(slb::create_vserver_group{.region_id = "cn-hangzhou",
                                   .load_balancer_id = "lb-1",
                                   .vserver_group_name = "组/1",
                                   .backend_servers = {{.server_id = "vm-1",
                                                        .port = 1,
                                                        .type = "eci",
                                                        .server_ip = "2001:db8::1",
                                                        .description = "a-b/c._9"}},
                                   .tags = {{"env", "a \"b\" \\c ?\?/ {d} %41 '"}, {"空", ""}, {"none"}}});
    show(
        slb::create_vserver_group{.region_id = "cn-hangzhou", .load_balancer_id = "lb-1", .tags = {{"one"}}});
    show(slb::delete_vserver_group{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"});
    show(slb::describe_vserver_groups{.region_id = "cn-hangzhou",
                                      .load_balancer_id = "lb-1",
                                      .include_listener = true,
                                      .include_rule = false,
                                      .description = "web"});
    show(slb::describe_health_status{.region_id = "cn-hangzhou",
                                     .load_balancer_id = "lb-1",
                                     .listener_port = 443,
                                     .listener_protocol = "https"});
    show(slb::describe_vserver_group_attribute{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"});
    show(
        slb::set_vserver_group_attribute{.region_id = "cn-hangzhou",
                                         .vserver_group_id = "rsp-1",
                                         .vserver_group_name = "web",
                                         .backend_servers = {{.server_id = "vm-1", .port = 1, .weight = 3}}});
    show(slb::add_vserver_group_backend_servers{
        .region_id = "cn-hangzhou", .vserver_group_id = "rsp-1", .backend_servers = {{"vm-1", 80}}});
    show(
        slb::basic_remove_vserver_group_backend_servers<40>{.region_id = "cn-hangzhou",
                                                            .vserver_group_id = "rsp-1",
                                                            .backend_servers = {{"vm-1", 80}, {"vm-2", 80}}});
    show(slb::raw_operation{"DescribeLoadBalancers"}
             .with("RegionId", "cn-hangzhou")
             .with("PageSize", 50)
             .with("Least", INT64_MIN)
             .with("Text", slb::runtime(std::string_view("a\0b?\?/", 6))));
    // What breaks a rule.
    show(slb::add_vserver_group_backend_servers{
        .region_id = slb::runtime("cn hangzhou"),
        .vserver_group_id = slb::runtime(""),
        .backend_servers = {{"vm-1", slb::runtime(70000), slb::runtime(INT64_MIN)},
                            {.server_id = slb::runtime("\"\x01"), .port = 1, .type = slb::runtime("vm")}}});
    show(slb::create_vserver_group{.region_id = "cn-hangzhou",
                                   .load_balancer_id = "lb-1",
                                   .tags = {{slb::runtime("aliyun"), slb::runtime("\xff")}}});
    show(slb::raw_operation{slb::runtime("Describe All")}
             .with(slb::runtime("Page Size"), 50)
             .with("Text", slb::runtime("\xff")));
    show(elsewhere::order{.at_once = true, .region = "cn-hangzhou"});
#endif
}
