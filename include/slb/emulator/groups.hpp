#ifndef SLB_EMULATOR_GROUPS_HPP
#define SLB_EMULATOR_GROUPS_HPP

#include <slb/emulator/call.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace slb::inline v0_1 {

/// A server of an emulated VServer group. Empty: has none.
struct emulated_server {
    std::string server_id{};
    std::int32_t port = 0;
    std::int32_t weight = 100;
    std::string type = "ecs";
    std::string server_ip{};
    std::string description{};

    friend bool operator==(emulated_server const&, emulated_server const&) = default;
};

/// An emulated VServer group.
struct emulated_group {
    std::string region_id = "cn-hangzhou";
    std::string vserver_group_id{};
    std::string vserver_group_name{};
    std::string load_balancer_id{};
    std::vector<emulated_server> servers{};
};

/// A group as DescribeVServerGroupAttribute reports it, and as files hold it; these have the region, too.
struct emulated_group_view {
    maybe<std::string_view> request_id{};
    std::string_view vserver_group_id{};
    maybe<std::string_view> vserver_group_name{};
    maybe<std::string_view> load_balancer_id{};
    maybe<std::string_view> region_id{};
    list_view<backend_server_view> backend_servers{};
};
constexpr auto describe(type<emulated_group_view>) {
    using view = emulated_group_view;
    return members<view>(
        field("RequestId", &view::request_id), field("VServerGroupId", &view::vserver_group_id),
        field("VServerGroupName", &view::vserver_group_name),
        field("LoadBalancerId", &view::load_balancer_id), field("RegionId", &view::region_id),
        items("BackendServers", "BackendServer", &view::backend_servers));
}

/// The VServer groups of an emulator, and what the operations do with them.
///
/// What the service does at many points is not known; these decisions are ours (strict, or loose where it
/// differs). ModifyVServerGroupBackendServers is all or nothing and answers with the whole group: the old
/// servers leave, the new ones come last, in their order.
///   an old server that is not in the group           refused; loose: skipped
///   a new server that is in the group before the call  refused; loose: its values are replaced
///   the same server twice in one list                refused; loose: the last one counts
///   lists of unequal length                          refused; loose: applied
///   neither list, or empty ones                      granted, nothing changed
///   servers in one list                              20; loose: 40
///   servers on one load balancer                     200; groups without one count alone
/// (20 is the documentation's, 40 what cloud-provider-alibaba-cloud sends, 200 the default quota.)
/// A server of type ecs is known by id and port, others by their address as well (practice of
/// cloud-provider-alibaba-cloud). Weight and type that are left out become 100 and ecs.
class group_store {
    using modify_request = modify_vserver_group_backend_servers;
    static constexpr auto const& lists = detail::described<modify_request>::word<2>();

  public:
    static constexpr std::string_view describe_action = "DescribeVServerGroupAttribute";
    static constexpr std::size_t max_servers_of_load_balancer = 200;
    static constexpr std::size_t max_servers_in_loose_call = 40;

    /// The group, or null. Valid until a group is loaded.
    [[nodiscard]] emulated_group const* find(std::string_view region, std::string_view id) const {
        auto const at = std::find_if(groups_.begin(), groups_.end(), [&](emulated_group const& group) {
            return group.region_id == region && group.vserver_group_id == id;
        });
        return at != groups_.end() ? &*at : nullptr;
    }
    [[nodiscard]] std::vector<emulated_group> const& all() const { return groups_; }

    /// Adds a group, or replaces the one of the same id in the region, from JSON in the shape of a response
    /// of DescribeVServerGroupAttribute. Other members are skipped; without RegionId the region is
    /// cn-hangzhou. Gives nothing, or a sentence that says what is wrong; then nothing was changed.
    [[nodiscard]] std::optional<std::string> load(std::string_view json) {
        boost::json::error_code failure;
        boost::json::value const file = boost::json::parse(json, failure);
        if (failure) return detail::joined({"The group is not JSON: ", failure.message()});
        if (!file.is_object()) return "The group is not a JSON object";
        using view = emulated_group_view;
        emulated_group group;
        std::optional<std::string> problem;
        auto const read = [&](auto member, std::string& out, bool required) {
            std::string_view const name = detail::wire_name(member);
            auto const* const value = file.get_object().if_contains(name);
            if (problem || (value == nullptr && !required)) return;
            if (value == nullptr)
                problem = detail::joined({name, " must be given"});
            else if (!value->is_string())
                problem = detail::joined({name, " must be a text"});
            else
                out = value->get_string();
        };
        read(&view::region_id, group.region_id, false);
        read(&view::vserver_group_id, group.vserver_group_id, true);
        read(&view::vserver_group_name, group.vserver_group_name, false);
        read(&view::load_balancer_id, group.load_balancer_id, false);
        if (!problem) problem = load_servers(group, file.get_object());
        if (problem) return problem;
        if (auto* const known = find_mutable(group.region_id, group.vserver_group_id))
            *known = std::move(group);
        else
            groups_.push_back(std::move(group));
        return {};
    }

    /// A group as load() takes it.
    [[nodiscard]] static std::string dump(emulated_group const& group) {
        auto const servers = views_of(group.servers);
        emulated_group_view view = view_of(group, servers);
        view.region_id = std::string_view(group.region_id);
        return boost::json::serialize(detail::to_json(detail::table_of<emulated_group_view>::value, &view));
    }

    /// The operation DescribeVServerGroupAttribute.
    [[nodiscard]] emulator_answer describe_attribute(emulator_call const& call) {
        auto const located = locate(call);
        if (auto const* const no = std::get_if<refusal>(&located)) return *no;
        emulated_group const& group = *std::get<emulated_group*>(located);
        auto const servers = views_of(group.servers);
        emulated_group_view view = view_of(group, servers);
        view.request_id = std::string_view(call.request_id);
        return view;
    }

    /// The operation ModifyVServerGroupBackendServers.
    [[nodiscard]] emulator_answer modify(emulator_call const& call) {
        auto const located = locate(call);
        if (auto const* const no = std::get_if<refusal>(&located)) return *no;
        emulated_group& group = *std::get<emulated_group*>(located);
        auto const leaving = read_list(call, lists.second.name);
        if (auto const* const no = std::get_if<refusal>(&leaving)) return *no;
        auto const coming = read_list(call, lists.first.name);
        if (auto const* const no = std::get_if<refusal>(&coming)) return *no;
        auto changed = exchange(call, group, std::get<0>(leaving), std::get<0>(coming));
        if (auto const* const no = std::get_if<refusal>(&changed)) return *no;
        group.servers = std::move(std::get<0>(changed));

        auto const servers = views_of(group.servers);
        return changed_vserver_group{
            call.request_id, group.vserver_group_id, {servers.data(), servers.size()}};
    }

  private:
    using servers_or_refusal = std::variant<std::vector<emulated_server>, refusal>;

    static bool same_server(emulated_server const& left, emulated_server const& right) {
        if (left.server_id != right.server_id || left.port != right.port) return false;
        return (left.type == "ecs" && right.type == "ecs") || left.server_ip == right.server_ip;
    }
    template <class Servers>
    static auto position(Servers& servers, emulated_server const& wanted) {
        return std::find_if(servers.begin(), servers.end(),
                            [&](emulated_server const& server) { return same_server(server, wanted); });
    }
    [[nodiscard]] emulated_group* find_mutable(std::string_view region, std::string_view id) {
        return const_cast<emulated_group*>(find(region, id));
    }

    static std::vector<backend_server_view> views_of(std::vector<emulated_server> const& servers) {
        auto const present = [](std::string const& text) {
            return text.empty() ? maybe<std::string_view>() : maybe<std::string_view>(std::string_view(text));
        };
        std::vector<backend_server_view> views;
        for (auto const& server : servers)
            views.push_back({server.server_id, server.port, server.weight, present(server.type),
                             present(server.server_ip), present(server.description)});
        return views;
    }
    static emulated_group_view view_of(emulated_group const& group,
                                       std::vector<backend_server_view> const& servers) {
        emulated_group_view view;
        view.vserver_group_id = group.vserver_group_id;
        if (!group.vserver_group_name.empty())
            view.vserver_group_name = std::string_view(group.vserver_group_name);
        if (!group.load_balancer_id.empty()) view.load_balancer_id = std::string_view(group.load_balancer_id);
        view.backend_servers = {servers.data(), servers.size()};
        return view;
    }

    static emulated_server to_server(backend_server const& wanted) {
        emulated_server server{std::string(wanted.server_id.text()),
                               static_cast<std::int32_t>(wanted.port.number())};
        if (wanted.weight) server.weight = static_cast<std::int32_t>(wanted.weight->number());
        if (wanted.type) server.type = wanted.type->text();
        if (wanted.server_ip) server.server_ip = wanted.server_ip->text();
        if (wanted.description) server.description = wanted.description->text();
        return server;
    }

    /// The group that a call names.
    [[nodiscard]] std::variant<emulated_group*, refusal> locate(emulator_call const& call) {
        constexpr std::string_view group_parameter = detail::wire_name(&modify_request::vserver_group_id);
        constexpr std::string_view region_parameter = detail::wire_name(&modify_request::region_id);
        for (std::string_view name : {region_parameter, group_parameter}) {
            std::string_view const id = call.value(name);
            if (id.empty()) return refusal::missing(name);
            if (errc const broken = detail::check_id(id); call.strict && broken != errc::none)
                return refusal{400, "InvalidParameter", detail::joined({name, " ", message(broken), "."})};
        }
        if (auto* const group = find_mutable(call.value(region_parameter), call.value(group_parameter)))
            return group;
        return refusal{404, "InvalidParameter",
                       detail::joined({"The specified ", group_parameter, " does not exist."})};
    }

    /// A list of servers in a parameter of a call. Entries of the old servers may have all members: captured
    /// clients send them.
    static servers_or_refusal read_list(emulator_call const& call, std::string_view name) {
        auto const decoded = call.list<backend_server>(name);
        if (auto const* const no = std::get_if<list_refusal>(&decoded)) {
            bool const weight = no->member == detail::wire_name(&backend_server::weight);
            return refusal{400,
                           no->malformed ? "BackendServersMalformed"
                           : weight      ? "InvalidWeight.Malformed"
                                         : "InvalidParameter",
                           no->sentence(name) + "."};
        }
        std::vector<emulated_server> servers;
        for (auto const& element : std::get<0>(decoded).elements) servers.push_back(to_server(element));
        std::size_t const most =
            call.strict ? decltype(modify_request::replace)::capacity() : max_servers_in_loose_call;
        if (servers.size() > most)
            return refusal{400, "TooManyBackendServers",
                           detail::joined({name, " holds ", std::to_string(servers.size()),
                                           " servers; one call takes up to ", std::to_string(most), "."})};
        return servers;
    }

    /// The servers of the group after the exchange. Nothing is changed yet.
    [[nodiscard]] servers_or_refusal exchange(emulator_call const& call, emulated_group const& group,
                                              std::vector<emulated_server> const& leaving,
                                              std::vector<emulated_server> const& coming) const {
        auto const refuse = [](std::string_view list, std::size_t index, emulated_server const& server,
                               std::string_view why) {
            return refusal{400, "InvalidParameter",
                           detail::joined({list, "[", std::to_string(index), "]: server ", server.server_id,
                                           ":", std::to_string(server.port), " ", why, "."})};
        };
        std::string_view const old_list = lists.second.name;
        std::string_view const new_list = lists.first.name;
        if (call.strict && leaving.size() != coming.size())
            return refusal{
                400, "InvalidParameter",
                detail::joined({new_list, " and ", old_list, " must hold the same number of servers, hold ",
                                std::to_string(coming.size()), " and ", std::to_string(leaving.size()),
                                "."})};
        auto const was_there = [&](emulated_server const& server) {
            return position(group.servers, server) != group.servers.end();
        };
        std::vector<emulated_server> servers = group.servers;
        for (std::size_t i = 0; i != leaving.size(); ++i) {
            auto const at = position(servers, leaving[i]);
            if (at != servers.end())
                servers.erase(at);
            else if (call.strict)
                return refuse(old_list, i, leaving[i],
                              was_there(leaving[i]) ? "stands twice in the list"
                                                    : "is not in the VServer group");
        }
        for (std::size_t i = 0; i != coming.size(); ++i) {
            auto const at = position(servers, coming[i]);
            if (call.strict && was_there(coming[i]))
                return refuse(new_list, i, coming[i], "is in the VServer group already");
            if (call.strict && at != servers.end())
                return refuse(new_list, i, coming[i], "stands twice in the list");
            if (at != servers.end())
                *at = coming[i];
            else
                servers.push_back(coming[i]);
        }
        if (servers.size() > group.servers.size() &&
            servers_beside(group) + servers.size() > max_servers_of_load_balancer)
            return refusal{
                400, "InstanceBackendServerNumberOverLimit",
                detail::joined({"The load balancer takes up to ",
                                std::to_string(max_servers_of_load_balancer), " backend servers."})};
        return servers;
    }
    /// How many servers the other groups of a group's load balancer hold.
    [[nodiscard]] std::size_t servers_beside(emulated_group const& group) const {
        std::size_t count = 0;
        for (auto const& other : groups_)
            if (&other != &group && !group.load_balancer_id.empty() && other.region_id == group.region_id &&
                other.load_balancer_id == group.load_balancer_id)
                count += other.servers.size();
        return count;
    }

    static std::optional<std::string> load_servers(emulated_group& group, boost::json::object const& file) {
        constexpr auto list = detail::described<emulated_group_view>::word<5>();
        std::string const name = detail::joined({list.name, ".", list.item_name});
        auto const* const outer = file.if_contains(list.name);
        if (outer == nullptr) return {};
        auto const* const elements =
            outer->is_object() ? outer->get_object().if_contains(list.item_name) : nullptr;
        if (elements == nullptr) return detail::joined({name, " must be given where ", list.name, " is"});
        auto const decoded = decode_list<backend_server>(boost::json::serialize(*elements), false);
        if (auto const* const no = std::get_if<list_refusal>(&decoded)) return no->sentence(name);
        for (auto const& element : std::get<0>(decoded).elements) {
            emulated_server server = to_server(element);
            if (position(group.servers, server) != group.servers.end())
                return detail::joined(
                    {name, " holds ", server.server_id, ":", std::to_string(server.port), " twice"});
            group.servers.push_back(std::move(server));
        }
        return {};
    }

    std::vector<emulated_group> groups_;
};

} // namespace slb::inline v0_1

#endif
