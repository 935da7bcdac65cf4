#ifndef SLB_OPERATIONS_VSERVER_GROUP_HPP
#define SLB_OPERATIONS_VSERVER_GROUP_HPP

#include <slb/operations/tag.hpp>

namespace slb::inline v0_1 {

/// A listener that uses a VServer group.
struct associated_listener_view {
    /// The port that clients connect to.
    std::int32_t port{};
    /// tcp, udp, http or https.
    maybe<std::string_view> protocol{};

    friend constexpr bool operator==(associated_listener_view const&,
                                     associated_listener_view const&) = default;
};
constexpr auto describe(type<associated_listener_view>) {
    using view = associated_listener_view;
    return members<view>(field("Port", &view::port), field("Protocol", &view::protocol));
}

/// A forwarding rule that uses a VServer group.
struct associated_rule_view {
    /// @{
    /// The rule, and its name.
    std::string_view rule_id{};
    maybe<std::string_view> rule_name{};
    /// @}
    /// @{
    /// The host name and the path of the requests that it forwards, as far as it asks for them.
    maybe<std::string_view> domain{};
    maybe<std::string_view> url{};
    /// @}

    friend constexpr bool operator==(associated_rule_view const&, associated_rule_view const&) = default;
};
constexpr auto describe(type<associated_rule_view>) {
    using view = associated_rule_view;
    return members<view>(field("RuleId", &view::rule_id), field("RuleName", &view::rule_name),
                         field("Domain", &view::domain), field("Url", &view::url));
}

/// What uses a VServer group: each list is empty unless the request asked for it.
struct associated_objects_view {
    /// @{
    /// Asked for with include_listener and include_rule.
    list_view<associated_listener_view> listeners{};
    list_view<associated_rule_view> rules{};
    /// @}

    friend constexpr bool operator==(associated_objects_view const&,
                                     associated_objects_view const&) = default;
};
constexpr auto describe(type<associated_objects_view>) {
    using view = associated_objects_view;
    return members<view>(items("Listeners", "Listener", &view::listeners),
                         items("Rules", "Rule", &view::rules));
}

/// A VServer group without its servers: views into the response.
struct vserver_group_view {
    /// @{
    /// The group, and its name, which other groups may have too.
    std::string_view vserver_group_id{};
    maybe<std::string_view> vserver_group_name{};
    /// @}
    /// How many servers are in it.
    maybe<std::int64_t> server_count{};
    /// As 2026-01-31T08:00:00Z, UTC.
    maybe<std::string_view> create_time{};
    /// The listeners and rules that use it, which keep it from being deleted.
    associated_objects_view associated_objects{};
    /// Its labels. (In the vendor's SDK; not in the documentation of 2021.)
    list_view<tag_view> tags{};

    friend constexpr bool operator==(vserver_group_view const&, vserver_group_view const&) = default;
};
constexpr auto describe(type<vserver_group_view>) {
    using view = vserver_group_view;
    return members<view>(field("VServerGroupId", &view::vserver_group_id),
                         field("VServerGroupName", &view::vserver_group_name),
                         field("ServerCount", &view::server_count), field("CreateTime", &view::create_time),
                         object("AssociatedObjects", &view::associated_objects),
                         items("Tags", "Tag", &view::tags));
}

} // namespace slb::inline v0_1

#endif
