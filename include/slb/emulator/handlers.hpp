#ifndef SLB_EMULATOR_HANDLERS_HPP
#define SLB_EMULATOR_HANDLERS_HPP

#include <slb/emulator/call_arguments.hpp>
#include <slb/emulator/server_changes.hpp>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// What the operations do. Each reads its arguments (call_arguments), refuses or makes its change
/// (server_changes, emulated_account), and answers. All are all or nothing. Where the behaviour of the
/// service is not known, the comments say what is ours.
namespace detail {

/// The group after a change of its servers: all of it, as Create, Add, Remove and Modify answer. (Whether the
/// service shows only the servers of the call is not documented.)
inline emulator_answer show_change(emulated_group const& group, emulator_call const& call) {
    auto const servers = views_of(group.servers);
    return changed_vserver_group{call.request_id, group.vserver_group_id, shown(servers)};
}

/// Gives a group its new servers. `list`: the parameter that holds those that come. What is refused changes
/// nothing.
inline std::optional<refusal> apply(emulated_account const& account, server_changes const& changes,
                                    std::string_view list, emulated_group& group) {
    std::optional<refusal> no = changes.refused();
    if (!no) no = account.refuse_servers(group, list, changes.came(), changes.servers());
    if (!no) group.servers = changes.servers();
    return no;
}

/// Without a name, the group is named like its id (ours).
inline emulator_answer create_group(emulated_account& account, emulator_call const& call) {
    constexpr std::string_view list = wire_name(&create_vserver_group::backend_servers);
    call_arguments given(account, call);
    auto const* const balancer = given.load_balancer();
    auto const name = given.value(&create_vserver_group::vserver_group_name);
    auto const tags = given.tags(&create_vserver_group::tags);
    auto const coming = given.servers(list);
    if (given.refused()) return *given.refused();

    emulated_group group{.region_id = balancer->region_id,
                         .vserver_group_id = account.new_group_id(balancer->region_id),
                         .load_balancer_id = balancer->load_balancer_id,
                         .create_time = std::string(utc_time(call.unix_seconds).view())};
    group.vserver_group_name = name ? name->text() : group.vserver_group_id;
    for (auto const& tag : tags)
        group.tags.push_back({std::string(tag.key.text()), tag.value ? std::string(tag.value->text()) : ""});
    server_changes changes(group.servers, call.strict);
    changes.put_in(list, coming.elements);
    if (auto no = apply(account, changes, list, group)) return *no;
    return show_change(account.groups.add(std::move(group)), call);
}

/// A group that a listener or a forwarding rule of its region uses stays.
inline emulator_answer delete_group(emulated_account& account, emulator_call const& call) {
    call_arguments given(account, call);
    auto const* const group = given.group();
    if (given.refused()) return *given.refused();
    auto const uses = [&](auto const& user) { return user.vserver_group_id == group->vserver_group_id; };
    for (auto const& balancer : account.load_balancers.all()) {
        if (balancer.region_id != group->region_id) continue;
        if (std::any_of(balancer.listeners.begin(), balancer.listeners.end(), uses))
            return refusal{400, "RspoolVipExist", "A listener uses the specified VServer group."};
        if (std::any_of(balancer.rules.begin(), balancer.rules.end(), uses))
            return refusal{400, "RspoolRuleExist", "A forwarding rule uses the specified VServer group."};
    }
    account.groups.erase(group->region_id, group->vserver_group_id);
    return delete_vserver_group_response{call.request_id};
}

/// The filter Description is that of names, which must be equal; tags must all be there (both ours).
inline emulator_answer describe_groups(emulated_account& account, emulator_call const& call) {
    call_arguments given(account, call);
    auto const* const balancer = given.load_balancer();
    bool const with_listeners =
        given.value(&describe_vserver_groups::include_listener).value_or(false).value();
    bool const with_rules = given.value(&describe_vserver_groups::include_rule).value_or(false).value();
    auto const name = given.value(&describe_vserver_groups::description);
    auto const tags = given.tags(&describe_vserver_groups::tags);
    if (given.refused()) return *given.refused();

    auto const fits = [&](emulated_group const& group) {
        auto const has = [&](tag const& wanted) {
            return std::any_of(group.tags.begin(), group.tags.end(), [&](emulated_tag const& one) {
                return one.key == wanted.key.text() && (!wanted.value || one.value == wanted.value->text());
            });
        };
        return group.region_id == balancer->region_id &&
               group.load_balancer_id == balancer->load_balancer_id &&
               (!name || group.vserver_group_name == name->text()) &&
               std::all_of(tags.begin(), tags.end(), has);
    };
    struct parts {
        std::vector<associated_listener_view> listeners{};
        std::vector<associated_rule_view> rules{};
        std::vector<tag_view> tags{};
    };
    std::deque<parts> all_parts;
    std::vector<vserver_group_view> views;
    for (auto const& group : account.groups.all()) {
        if (!fits(group)) continue;
        parts& part = all_parts.emplace_back(parts{.tags = views_of(group.tags)});
        for (auto const& listener : balancer->listeners)
            if (with_listeners && listener.vserver_group_id == group.vserver_group_id)
                part.listeners.push_back({listener.port, shown(listener.protocol)});
        for (auto const& rule : balancer->rules)
            if (with_rules && rule.vserver_group_id == group.vserver_group_id)
                part.rules.push_back(
                    {rule.rule_id, shown(rule.rule_name), shown(rule.domain), shown(rule.url)});
        views.push_back({group.vserver_group_id,
                         shown(group.vserver_group_name),
                         static_cast<std::int64_t>(group.servers.size()),
                         shown(group.create_time),
                         {shown(part.listeners), shown(part.rules)},
                         shown(part.tags)});
    }
    return describe_vserver_groups_response{call.request_id, shown(views)};
}

inline emulator_answer describe_group(emulated_account& account, emulator_call const& call) {
    call_arguments given(account, call);
    auto const* const group = given.group();
    if (given.refused()) return *given.refused();
    return show_group(*group, call.request_id,
                      [](auto const& response) { return emulator_answer(response); });
}

/// The list of Set, Add and Remove.
inline constexpr std::string_view one_list = wire_name(&add_vserver_group_backend_servers::backend_servers);

inline emulator_answer set_group(emulated_account& account, emulator_call const& call) {
    constexpr std::string_view name_parameter = wire_name(&set_vserver_group_attribute::vserver_group_name);
    call_arguments given(account, call);
    auto* const group = given.group();
    if (!given.has(name_parameter) && !given.has(one_list))
        given.refuse(400, "MissingParameter", joined({name_parameter, " or ", one_list, " must be given."}));
    auto const name = given.value(&set_vserver_group_attribute::vserver_group_name);
    auto const changed = given.servers(one_list);
    if (given.refused()) return *given.refused();
    server_changes changes(group->servers, call.strict);
    changes.update(one_list, changed.elements);
    if (auto no = apply(account, changes, one_list, *group)) return *no;
    if (name) group->vserver_group_name = name->text();
    auto const servers = views_of(group->servers);
    return set_vserver_group_attribute_response{call.request_id, group->vserver_group_id,
                                                shown(group->vserver_group_name), shown(servers)};
}

inline emulator_answer add_servers(emulated_account& account, emulator_call const& call) {
    call_arguments given(account, call);
    auto* const group = given.group();
    auto const coming = given.servers(one_list, true);
    if (given.refused()) return *given.refused();
    server_changes changes(group->servers, call.strict);
    changes.put_in(one_list, coming.elements);
    if (auto no = apply(account, changes, one_list, *group)) return *no;
    return show_change(*group, call);
}

inline emulator_answer remove_servers(emulated_account& account, emulator_call const& call) {
    call_arguments given(account, call);
    auto* const group = given.group();
    auto const leaving = given.servers(one_list, true);
    if (given.refused()) return *given.refused();
    server_changes changes(group->servers, call.strict);
    changes.take_out(one_list, leaving.elements, absent_server::ignored);
    if (auto no = apply(account, changes, one_list, *group)) return *no;
    return show_change(*group, call);
}

/// Lists of unequal length are refused, and loosely applied. With neither list, or empty ones, nothing
/// changes.
inline emulator_answer modify_servers(emulated_account& account, emulator_call const& call) {
    constexpr auto lists = word_of<&modify_vserver_group_backend_servers::replace>();
    constexpr std::string_view new_list = lists.first.name;
    constexpr std::string_view old_list = lists.second.name;
    call_arguments given(account, call);
    auto* const group = given.group();
    auto const leaving = given.servers(old_list);
    auto const coming = given.servers(new_list);
    std::size_t const old_size = leaving.elements.size();
    std::size_t const new_size = coming.elements.size();
    if (call.strict && old_size != new_size)
        given.refuse(400, "InvalidParameter",
                     joined({new_list, " and ", old_list, " must hold the same number of servers, hold ",
                             std::to_string(new_size), " and ", std::to_string(old_size), "."}));
    if (given.refused()) return *given.refused();
    server_changes changes(group->servers, call.strict);
    changes.take_out(old_list, leaving.elements, absent_server::skipped_loosely);
    changes.put_in(new_list, coming.elements);
    if (auto no = apply(account, changes, new_list, *group)) return *no;
    return show_change(*group, call);
}

/// The servers that a listener forwards to: those of its group, then those of its rules' groups, each once.
inline std::vector<emulated_server> servers_behind(emulated_account const& account,
                                                   emulated_load_balancer const& balancer,
                                                   emulated_listener const& listener) {
    std::vector<std::string_view> ids{listener.vserver_group_id};
    for (auto const& rule : balancer.rules)
        if (rule.belongs_to(listener)) ids.push_back(rule.vserver_group_id);
    std::vector<emulated_server> behind;
    for (auto id : ids)
        if (auto const* const group = account.groups.find(balancer.region_id, id))
            for (auto const& server : group->servers)
                if (position(behind, server) == behind.end()) behind.push_back(server);
    return behind;
}

/// One entry for each listener with a health check and each server behind it (servers_behind), with what
/// emulated_account::health_of says. Listeners without a check are left out; a port that has only such a one
/// is refused, and so is a port without a listener (ours: which of the documented codes means what).
inline emulator_answer describe_health(emulated_account& account, emulator_call const& call) {
    constexpr std::string_view port_parameter = wire_name(&describe_health_status::listener_port);
    constexpr std::string_view protocol_parameter = wire_name(&describe_health_status::listener_protocol);
    call_arguments given(account, call);
    auto const* const balancer = given.load_balancer(true);
    auto const port = given.value(&describe_health_status::listener_port);
    auto const wanted = given.value(&describe_health_status::listener_protocol);
    std::string const protocol = wanted ? lowered(wanted->text()) : "";
    if (given.refused()) return *given.refused();

    std::vector<emulated_listener> listeners;
    for (auto const& listener : balancer->listeners)
        if ((!port || listener.port == port->number()) && (protocol.empty() || listener.protocol == protocol))
            listeners.push_back(listener);
    if (port && listeners.empty())
        return refusal{404, "ListenerNotFound",
                       joined({"There is no such listener on the ", port_parameter, "."})};
    if (port && listeners.size() > 1)
        return refusal{
            400, "TooManyListeners",
            joined({"The ", port_parameter, " has several listeners: give the ", protocol_parameter, "."})};
    if (port && !listeners.front().health_check)
        return refusal{404, "CheckedListenerNotFound",
                       joined({"The listener on the ", port_parameter, " has no health check."})};

    std::deque<std::vector<emulated_server>> behind;
    std::vector<backend_health_view> views;
    for (auto const& listener : listeners) {
        if (!listener.health_check) continue;
        behind.push_back(servers_behind(account, *balancer, listener));
        for (auto const& server : behind.back()) {
            backend_health_view view{.server_id = server.server_id};
            view.listener_port = listener.port;
            view.protocol = shown(listener.protocol);
            view.port = server.port;
            view.server_ip = shown(server.server_ip);
            view.server_health_status = name_of(account.health_of(balancer->load_balancer_id, server));
            view.type = shown(server.type);
            if (server.type == "eni") view.eni_host = shown(server.server_ip);
            views.push_back(view);
        }
    }
    return describe_health_status_response{call.request_id, shown(views)};
}

struct registered_operation {
    std::string_view action;
    emulator_answer (*run)(emulated_account&, emulator_call const&);
};

/// Every operation that an emulator knows from the start.
inline constexpr registered_operation registered_operations[] = {
    {action_of<create_vserver_group>, create_group},
    {action_of<delete_vserver_group>, delete_group},
    {action_of<describe_vserver_groups>, describe_groups},
    {action_of<describe_vserver_group_attribute>, describe_group},
    {action_of<set_vserver_group_attribute>, set_group},
    {action_of<add_vserver_group_backend_servers>, add_servers},
    {action_of<remove_vserver_group_backend_servers>, remove_servers},
    {action_of<modify_vserver_group_backend_servers>, modify_servers},
    {action_of<describe_health_status>, describe_health},
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
