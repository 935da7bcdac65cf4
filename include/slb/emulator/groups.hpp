#ifndef SLB_EMULATOR_GROUPS_HPP
#define SLB_EMULATOR_GROUPS_HPP

#include <slb/emulator/file_reader.hpp>
#include <slb/emulator/json_list.hpp>
#include <slb/emulator/load_balancers.hpp>
#include <slb/emulator/reply.hpp>
#include <slb/operations/describe_vserver_group_attribute.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace slb::inline v0_1 {

/// A server of an emulated VServer group. Empty: has none. Weight and type that are left out become 100 and
/// ecs.
struct emulated_server {
    /// @{
    /// As the members of backend_server; nothing here checks them.
    std::string server_id{};
    std::int32_t port = 0;
    std::int32_t weight = 100;
    std::string type = "ecs";
    std::string server_ip{};
    std::string description{};
    /// @}

    emulated_server() = default;
    /// A server as a call puts it in.
    explicit emulated_server(backend_server const& wanted)
        : server_id(wanted.server_id.text()), port(static_cast<std::int32_t>(wanted.port.number())) {
        if (wanted.weight) weight = static_cast<std::int32_t>(wanted.weight->number());
        if (wanted.type) type = wanted.type->text();
        if (wanted.server_ip) server_ip = wanted.server_ip->text();
        if (wanted.description) description = wanted.description->text();
    }

    friend bool operator==(emulated_server const&, emulated_server const&) = default;
};

/// A server of type ecs is known by id and port, others by their address as well (practice of
/// cloud-provider-alibaba-cloud).
[[nodiscard]] inline bool same_server(emulated_server const& left, emulated_server const& right) {
    if (left.server_id != right.server_id || left.port != right.port) return false;
    return (left.type == "ecs" && right.type == "ecs") || left.server_ip == right.server_ip;
}

/// A tag of an emulated VServer group.
struct emulated_tag {
    /// @{
    /// A tag without a value has an empty one.
    std::string key{};
    std::string value{};
    /// @}

    friend bool operator==(emulated_tag const&, emulated_tag const&) = default;
};

/// An emulated VServer group.
struct emulated_group {
    /// @{
    /// The region and the id tell groups apart.
    std::string region_id = "cn-hangzhou";
    std::string vserver_group_id{};
    /// @}
    /// Other groups may have it too.
    std::string vserver_group_name{};
    /// Empty: the group belongs to no load balancer, and no operation lists it.
    std::string load_balancer_id{};
    /// As 2026-01-31T08:00:00Z.
    std::string create_time{};
    /// In the order in which responses show them.
    std::vector<emulated_server> servers{};
    /// What DescribeVServerGroups may filter by.
    std::vector<emulated_tag> tags{};
};

namespace detail {

/// Where a list has the server that is meant.
template <class Servers>
auto position(Servers& servers, emulated_server const& wanted) {
    return std::find_if(servers.begin(), servers.end(),
                        [&](emulated_server const& server) { return same_server(server, wanted); });
}

// Of texts and lists of the state, what a response shows.

inline maybe<std::string_view> shown(std::string const& text) {
    return text.empty() ? maybe<std::string_view>() : maybe<std::string_view>(std::string_view(text));
}
template <class T>
list_view<T> shown(std::vector<T> const& elements) {
    return {elements.data(), elements.size()};
}
inline std::vector<backend_server_view> views_of(std::vector<emulated_server> const& servers) {
    std::vector<backend_server_view> views;
    for (auto const& server : servers)
        views.push_back({server.server_id, server.port, server.weight, shown(server.type),
                         shown(server.server_ip), shown(server.description)});
    return views;
}
inline std::vector<tag_view> views_of(std::vector<emulated_tag> const& tags) {
    std::vector<tag_view> views;
    for (auto const& tag : tags) views.push_back({tag.key, std::string_view(tag.value)});
    return views;
}

/// Gives `use` the group as DescribeVServerGroupAttribute answers it.
template <class Use>
auto show_group(emulated_group const& group, std::string_view request_id, Use use) {
    auto const servers = views_of(group.servers);
    auto const tags = views_of(group.tags);
    return use(describe_vserver_group_attribute_response{
        request_id, group.vserver_group_id, shown(group.vserver_group_name), shown(group.load_balancer_id),
        shown(group.create_time), shown(servers), shown(tags)});
}

} // namespace detail

/// The VServer groups of an emulator.
class group_store {
    using file_shape = describe_vserver_group_attribute_response;

  public:
    /// A group that is loaded makes its load balancer known there.
    explicit group_store(load_balancer_store& load_balancers) : load_balancers_(&load_balancers) {}

    /// @{
    /// The group, or null. Valid until a group is added or erased.
    [[nodiscard]] emulated_group const* find(std::string_view region, std::string_view id) const {
        auto const at = std::find_if(groups_.begin(), groups_.end(), [&](emulated_group const& group) {
            return group.region_id == region && group.vserver_group_id == id;
        });
        return at != groups_.end() ? &*at : nullptr;
    }
    [[nodiscard]] emulated_group* find(std::string_view region, std::string_view id) {
        return const_cast<emulated_group*>(std::as_const(*this).find(region, id));
    }
    /// @}
    /// In the order in which they came.
    [[nodiscard]] std::vector<emulated_group> const& all() const { return groups_; }

    /// Adds a group, or replaces the one of the same id in the region.
    emulated_group& add(emulated_group group) {
        if (!group.load_balancer_id.empty()) load_balancers_->know(group.region_id, group.load_balancer_id);
        if (auto* const known = find(group.region_id, group.vserver_group_id))
            return *known = std::move(group);
        return groups_.emplace_back(std::move(group));
    }
    /// Takes a group out, if it is there. Its load balancer stays.
    void erase(std::string_view region, std::string_view id) {
        if (auto const* const known = find(region, id))
            groups_.erase(groups_.begin() + (known - groups_.data()));
    }

    /// Adds or replaces a group, from JSON in the shape of a response of DescribeVServerGroupAttribute. Other
    /// members are skipped; without RegionId the region is cn-hangzhou. Gives nothing, or a sentence that
    /// says what is wrong; then nothing was changed.
    [[nodiscard]] std::optional<std::string> load(std::string_view json) {
        detail::file_reader file(json, "group");
        emulated_group group;
        file.read(region_member, group.region_id);
        file.read_required(detail::wire_name(&file_shape::vserver_group_id), group.vserver_group_id);
        file.read(detail::wire_name(&file_shape::vserver_group_name), group.vserver_group_name);
        file.read(detail::wire_name(&file_shape::load_balancer_id), group.load_balancer_id);
        file.read(detail::wire_name(&file_shape::create_time), group.create_time);
        constexpr auto servers = detail::word_of<&file_shape::backend_servers>();
        file.within(servers.name,
                    [&](detail::file_reader& part) { load_servers(group, servers.item_name, part); });
        constexpr auto tags = detail::word_of<&file_shape::tags>();
        file.within(tags.name, [&](detail::file_reader& part) {
            part.for_each(tags.item_name, [&](detail::file_reader& one) { load_tag(group, one); });
        });
        if (file.problem()) return file.problem();
        add(std::move(group));
        return {};
    }

    /// A group as load() takes it.
    [[nodiscard]] static std::string dump(emulated_group const& group) {
        boost::json::object file;
        file[region_member] = group.region_id;
        detail::show_group(group, {}, [&](file_shape const& response) {
            auto const members = detail::to_json(detail::table_of<file_shape>::value, &response);
            for (auto const& member : members)
                if (member.key() != detail::wire_name(&file_shape::request_id))
                    file[member.key()] = member.value();
        });
        return boost::json::serialize(file);
    }

  private:
    static constexpr std::string_view region_member =
        detail::wire_name(&describe_vserver_group_attribute::region_id);

    static void load_servers(emulated_group& group, std::string_view list, detail::file_reader& file) {
        auto const* const elements = file.find_required(list);
        if (elements == nullptr) return;
        auto const decoded = decode_list<backend_server>(boost::json::serialize(*elements), false);
        if (auto const* const no = std::get_if<list_refusal>(&decoded))
            return file.refuse(no->sentence(file.path(list)));
        for (auto const& element : std::get<0>(decoded).elements) {
            emulated_server server(element);
            if (detail::position(group.servers, server) != group.servers.end())
                return file.refuse(list, detail::joined({"holds ", server.server_id, ":",
                                                         std::to_string(server.port), " twice"}));
            group.servers.push_back(std::move(server));
        }
    }
    static void load_tag(emulated_group& group, detail::file_reader& file) {
        emulated_tag tag;
        file.read_required(detail::wire_name(&tag_view::key), tag.key);
        file.read(detail::wire_name(&tag_view::value), tag.value);
        group.tags.push_back(std::move(tag));
    }

    load_balancer_store* load_balancers_;
    std::vector<emulated_group> groups_;
};

} // namespace slb::inline v0_1

#endif
