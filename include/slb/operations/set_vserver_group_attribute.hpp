#ifndef SLB_OPERATIONS_SET_VSERVER_GROUP_ATTRIBUTE_HPP
#define SLB_OPERATIONS_SET_VSERVER_GROUP_ATTRIBUTE_HPP

#include <slb/operations/backend_server.hpp>

namespace slb::inline v0_1 {

/// The group after the call. The documentation does not say whether the service lists the whole group.
struct set_vserver_group_attribute_response {
    /// @{
    /// Views into the response: what the vendor's support asks for, the group, its name, and its servers.
    std::string_view request_id{};
    std::string_view vserver_group_id{};
    maybe<std::string_view> vserver_group_name{};
    list_view<backend_server_view> backend_servers{};
    /// @}

    friend constexpr bool operator==(set_vserver_group_attribute_response const&,
                                     set_vserver_group_attribute_response const&) = default;
};
constexpr auto describe(type<set_vserver_group_attribute_response>) {
    using response = set_vserver_group_attribute_response;
    return members<response>(field("RequestId", &response::request_id),
                             field("VServerGroupId", &response::vserver_group_id),
                             field("VServerGroupName", &response::vserver_group_name),
                             items("BackendServers", "BackendServer", &response::backend_servers));
}

/// Renames a VServer group, or changes weights (and, sources dispute it, descriptions) of up to `Max` servers
/// that are in it, or both: one of them must be given. Servers that are not named keep what they have. A port
/// cannot be changed: replace the server with Modify. Safe to repeat.
/// Source: documentation of SetVServerGroupAttribute (2021-03).
template <std::size_t Max>
struct basic_set_vserver_group_attribute {
    /// @{
    /// The region of the load balancer, and the group, which must exist there.
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    /// @}
    /// The new name. Left out: the group keeps its own.
    maybe<slb::vserver_group_name> vserver_group_name{};
    /// The servers that change, with their new weights. Empty: only the name changes. What the service does
    /// with a server that is not in the group is not documented.
    list<backend_server, Max> backend_servers{};
};
template <std::size_t Max>
constexpr auto describe(type<basic_set_vserver_group_attribute<Max>>) {
    using request = basic_set_vserver_group_attribute<Max>;
    return operation<request, set_vserver_group_attribute_response>(
        "SetVServerGroupAttribute", repeatable("it sets the same values again"),
        field("RegionId", &request::region_id), field("VServerGroupId", &request::vserver_group_id),
        field("VServerGroupName", &request::vserver_group_name),
        json_list("BackendServers", &request::backend_servers));
}

/// The rule across its members: there must be something to set.
template <std::size_t Max>
constexpr finding inspect(basic_set_vserver_group_attribute<Max> const& request) {
    if (request.vserver_group_name || !request.backend_servers.empty()) return {};
    return {errc::nothing_to_set,
            detail::wire_name(&basic_set_vserver_group_attribute<Max>::vserver_group_name)};
}

/// With the documented limit of 20 servers a call. (kubernetes/cloud-provider-alibaba-cloud: 40.)
using set_vserver_group_attribute = basic_set_vserver_group_attribute<20>;

} // namespace slb::inline v0_1

#endif
