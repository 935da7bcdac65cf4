// Makes the calls of operations.js with this library: the same operations with the same values in the same
// order. For each it prints a line of JSON: how it was answered, as the views of the response show it, or
// refused. The names of the wire are written out here, whatever the descriptions say.
// usage: node_clients_operations PORT ACS3-HMAC-SHA256|HMAC-SHA1 JSON|XML query|body
#include <slb.hpp>
#include <slb/beast.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

namespace {

using boost::json::object;
using boost::json::value;

/// A struct of a response. Members that are not set are null here, and left out.
object members(std::initializer_list<std::pair<std::string_view, value>> all) {
    object out;
    for (auto const& [name, member] : all)
        if (!member.is_null()) out[name] = member;
    return out;
}
value shown(std::string_view text) { return value(text); }
value shown(std::int64_t number) { return number; }
template <class T>
value shown(slb::maybe<T> const& member) {
    return member ? shown(*member) : value();
}
value shown(slb::backend_server_view const& server) {
    return members({{"ServerId", shown(server.server_id)},
                    {"Port", shown(server.port)},
                    {"Weight", shown(server.weight)},
                    {"Type", shown(server.type)},
                    {"ServerIp", shown(server.server_ip)},
                    {"Description", shown(server.description)}});
}
value shown(slb::tag_view const& tag) {
    return members({{"TagKey", shown(tag.key)}, {"TagValue", shown(tag.value)}});
}
value shown(slb::associated_listener_view const& listener) {
    return members({{"Port", shown(listener.port)}, {"Protocol", shown(listener.protocol)}});
}
value shown(slb::associated_rule_view const& rule) {
    return members({{"RuleId", shown(rule.rule_id)},
                    {"RuleName", shown(rule.rule_name)},
                    {"Domain", shown(rule.domain)},
                    {"Url", shown(rule.url)}});
}
value shown(slb::backend_health_view const& server) {
    return members({{"ListenerPort", shown(server.listener_port)},
                    {"Protocol", shown(server.protocol)},
                    {"ServerId", shown(server.server_id)},
                    {"Port", shown(server.port)},
                    {"ServerIp", shown(server.server_ip)},
                    {"ServerHealthStatus", shown(server.server_health_status)},
                    {"Type", shown(server.type)},
                    {"EniHost", shown(server.eni_host)}});
}
value shown(slb::vserver_group_view const& group);
template <class T>
value list(std::string_view item, slb::list_view<T> const& elements) {
    boost::json::array out;
    for (T const& element : elements) out.push_back(shown(element));
    return object{{item, std::move(out)}};
}

value shown(slb::vserver_group_view const& group) {
    auto const& users = group.associated_objects;
    return members({{"VServerGroupId", shown(group.vserver_group_id)},
                    {"VServerGroupName", shown(group.vserver_group_name)},
                    {"ServerCount", shown(group.server_count)},
                    {"CreateTime", shown(group.create_time)},
                    {"AssociatedObjects", members({{"Listeners", list("Listener", users.listeners)},
                                                   {"Rules", list("Rule", users.rules)}})},
                    {"Tags", list("Tag", group.tags)}});
}

object shown(slb::changed_vserver_group const& answer) {
    return members({{"RequestId", shown(answer.request_id)},
                    {"VServerGroupId", shown(answer.vserver_group_id)},
                    {"BackendServers", list("BackendServer", answer.backend_servers)}});
}
object shown(slb::set_vserver_group_attribute_response const& answer) {
    return members({{"RequestId", shown(answer.request_id)},
                    {"VServerGroupId", shown(answer.vserver_group_id)},
                    {"VServerGroupName", shown(answer.vserver_group_name)},
                    {"BackendServers", list("BackendServer", answer.backend_servers)}});
}
object shown(slb::describe_vserver_group_attribute_response const& answer) {
    return members({{"RequestId", shown(answer.request_id)},
                    {"VServerGroupId", shown(answer.vserver_group_id)},
                    {"VServerGroupName", shown(answer.vserver_group_name)},
                    {"LoadBalancerId", shown(answer.load_balancer_id)},
                    {"CreateTime", shown(answer.create_time)},
                    {"BackendServers", list("BackendServer", answer.backend_servers)},
                    {"Tags", list("Tag", answer.tags)}});
}
object shown(slb::describe_vserver_groups_response const& answer) {
    return members({{"RequestId", shown(answer.request_id)},
                    {"VServerGroups", list("VServerGroup", answer.vserver_groups)}});
}
object shown(slb::delete_vserver_group_response const& answer) {
    return members({{"RequestId", shown(answer.request_id)}});
}
object shown(slb::describe_health_status_response const& answer) {
    return members({{"RequestId", shown(answer.request_id)},
                    {"BackendServers", list("BackendServer", answer.backend_servers)}});
}

using client = slb::client<slb::insecure_loopback_transport>;

/// Makes one call and prints what came of it.
template <class Operation>
slb::response<Operation> call(client& service, Operation const& request) {
    auto response = service.invoke(request);
    if (response) {
        std::cout << shown(*response) << '\n';
    } else if (slb::service_error const* const no = response.error().service()) {
        std::cout << members({{"refused", {no->http_status, shown(no->code)}},
                              {"RequestId", shown(no->request_id)},
                              {"Message", shown(no->message)}})
                  << '\n';
    } else {
        std::cerr << slb::action_of<Operation> << ": " << response.error() << '\n';
        std::exit(1);
    }
    return response;
}

void change_a_group(client& service) {
    auto const made =
        call(service, slb::create_vserver_group{.region_id = "cn-hangzhou",
                                                .load_balancer_id = "lb-web",
                                                .vserver_group_name = "games.eu_1",
                                                .backend_servers = {{.server_id = "vm-11",
                                                                     .port = 7000,
                                                                     .weight = 0,
                                                                     .description = "room/1-a_b.c"},
                                                                    {.server_id = "eni-12",
                                                                     .port = 7001,
                                                                     .weight = 100,
                                                                     .type = "eni",
                                                                     .server_ip = "10.0.0.12"},
                                                                    {.server_id = "vm-13", .port = 65535}},
                                                .tags = {{.key = "env", .value = "test"}, {.key = "owner"}}});
    std::string const id(made ? made->vserver_group_id : "");
    call(service, slb::create_vserver_group{.region_id = "cn-hangzhou", .load_balancer_id = "lb-web"});
    call(service, slb::describe_vserver_groups{.region_id = "cn-hangzhou", .load_balancer_id = "lb-web"});
    call(service, slb::describe_vserver_groups{.region_id = "cn-hangzhou",
                                               .load_balancer_id = "lb-web",
                                               .include_listener = true,
                                               .include_rule = true});
    call(service, slb::describe_vserver_groups{.region_id = "cn-hangzhou",
                                               .load_balancer_id = "lb-web",
                                               .include_listener = false,
                                               .include_rule = true,
                                               .description = "games.eu_1",
                                               .tags = {{.key = "owner"}, {.key = "env", .value = "test"}}});
    call(service, slb::describe_vserver_group_attribute{.region_id = "cn-hangzhou",
                                                        .vserver_group_id = slb::runtime(id)});
    call(service, slb::set_vserver_group_attribute{
                      .region_id = "cn-hangzhou",
                      .vserver_group_id = slb::runtime(id),
                      .vserver_group_name = "games.eu_2",
                      .backend_servers = {{.server_id = "vm-11", .port = 7000, .weight = 30},
                                          {.server_id = "eni-12",
                                           .port = 7001,
                                           .weight = 0,
                                           .type = "eni",
                                           .server_ip = "10.0.0.12",
                                           .description = "spare"}}});
    call(service, slb::set_vserver_group_attribute{.region_id = "cn-hangzhou",
                                                   .vserver_group_id = "rsp-used",
                                                   .vserver_group_name = "in.use"});
    call(service, slb::add_vserver_group_backend_servers{
                      .region_id = "cn-hangzhou",
                      .vserver_group_id = slb::runtime(id),
                      .backend_servers = {{.server_id = "vm-14", .port = 1, .weight = 1, .type = "ecs"},
                                          {.server_id = "eci-15",
                                           .port = 7005,
                                           .type = "eci",
                                           .server_ip = "10.0.0.15",
                                           .description = "added"}}});
    call(service,
         slb::remove_vserver_group_backend_servers{
             .region_id = "cn-hangzhou",
             .vserver_group_id = slb::runtime(id),
             .backend_servers = {{"vm-13", 65535}, {"eni-12", 7001, "eni", "10.0.0.12"}, {"vm-none", 80}}});
    call(service, slb::modify_vserver_group_backend_servers{
                      .region_id = "cn-hangzhou",
                      .vserver_group_id = slb::runtime(id),
                      .replace = {{.from = {"vm-14", 1}, .to = {"vm-16", 8080, 99}},
                                  {.from = {"eci-15", 7005, "eci", "10.0.0.15"},
                                   .to = {"eni-17", 7007, 1, "eni", "10.0.0.17", "swapped"}}}});
    call(service, slb::describe_vserver_group_attribute{.region_id = "cn-hangzhou",
                                                        .vserver_group_id = slb::runtime(id)});
    call(service, slb::describe_health_status{.region_id = "cn-hangzhou", .load_balancer_id = "lb-web"});
    call(service, slb::describe_health_status{.region_id = "cn-hangzhou",
                                              .load_balancer_id = "lb-web",
                                              .listener_port = 443,
                                              .listener_protocol = "https"});
    call(service,
         slb::delete_vserver_group{.region_id = "cn-hangzhou", .vserver_group_id = slb::runtime(id)});
}

/// Of each operation at least one call that the service refuses.
void be_refused(client& service) {
    call(service, slb::create_vserver_group{.region_id = "cn-hangzhou", .load_balancer_id = "lb-none"});
    call(service, slb::create_vserver_group{.region_id = "cn-hangzhou",
                                            .load_balancer_id = "lb-web",
                                            .backend_servers = {{"vm-unknown", 80}}});
    call(service, slb::delete_vserver_group{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-used"});
    call(service, slb::delete_vserver_group{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-ruled"});
    call(service, slb::delete_vserver_group{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-none"});
    call(service, slb::describe_vserver_groups{.region_id = "cn-beijing", .load_balancer_id = "lb-web"});
    call(service,
         slb::describe_vserver_group_attribute{.region_id = "cn-beijing", .vserver_group_id = "rsp-used"});
    call(service, slb::set_vserver_group_attribute{.region_id = "cn-hangzhou",
                                                   .vserver_group_id = "rsp-used",
                                                   .vserver_group_name = "not.kept",
                                                   .backend_servers = {{"vm-none", 80, 5}}});
    call(service, slb::add_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                         .vserver_group_id = "rsp-used",
                                                         .backend_servers = {{"vm-stopped", 80}}});
    call(service, slb::add_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                         .vserver_group_id = "rsp-used",
                                                         .backend_servers = {{"vm-5", 80}, {"vm-far", 80}}});
    call(service, slb::add_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                         .vserver_group_id = "rsp-used",
                                                         .backend_servers = {{"vm-5", 80},
                                                                             {"vm-6", 80},
                                                                             {"vm-7", 80},
                                                                             {"vm-8", 80},
                                                                             {"vm-9", 80},
                                                                             {"vm-10", 80},
                                                                             {"vm-11", 80},
                                                                             {"vm-12", 80}}});
    call(service, slb::remove_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                            .vserver_group_id = "rsp-none",
                                                            .backend_servers = {{"vm-1", 80}}});
    call(service,
         slb::modify_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                   .vserver_group_id = "rsp-used",
                                                   .replace = {{.from = {"vm-1", 81}, .to = {"vm-5", 80}}}});
    call(service, slb::describe_health_status{.region_id = "cn-hangzhou", .load_balancer_id = "lb-none"});
    call(service, slb::describe_health_status{
                      .region_id = "cn-hangzhou", .load_balancer_id = "lb-web", .listener_port = 444});
}

/// What all of that has left.
void look(client& service) {
    call(service,
         slb::describe_vserver_group_attribute{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-used"});
    call(service, slb::describe_vserver_groups{.region_id = "cn-hangzhou",
                                               .load_balancer_id = "lb-web",
                                               .include_listener = true,
                                               .include_rule = true,
                                               .description = "in.use"});
    call(service, slb::describe_vserver_groups{.region_id = "cn-hangzhou", .load_balancer_id = "lb-web"});
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    std::string_view const scheme = argv[2];
    std::string_view const format = argv[3];
    std::string_view const place = argv[4];
    slb::insecure_loopback_transport transport{slb::endpoint("127.0.0.1", std::atoi(argv[1]))};
    // The bounds are there to end what hangs, on a busy machine too.
    client service{
        transport,
        slb::credentials("testid", "testsecret"),
        {.scheme = scheme == "HMAC-SHA1" ? slb::signature_scheme::hmac_sha1
                                         : slb::signature_scheme::acs3_hmac_sha256,
         .format = format == "XML" ? slb::response_format::xml : slb::response_format::json,
         .placement = place == "body" ? slb::parameter_placement::form : slb::parameter_placement::query,
         .connect_timeout_ms = 60000,
         .step_timeout_ms = 60000,
         .call_timeout_ms = 60000}};
    change_a_group(service);
    be_refused(service);
    look(service);
}
