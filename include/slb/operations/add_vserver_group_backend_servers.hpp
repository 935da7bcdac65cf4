#ifndef SLB_OPERATIONS_ADD_VSERVER_GROUP_BACKEND_SERVERS_HPP
#define SLB_OPERATIONS_ADD_VSERVER_GROUP_BACKEND_SERVERS_HPP

#include <slb/operations/backend_server.hpp>

namespace slb::inline v0_1 {

/// Adds up to `Max` servers to a VServer group. What the service does with a server that is in the group is
/// not documented: after an unknown outcome read the group and add only what is missing. Of two changes
/// of a group in the same second, the second was seen refused with VServerGroupProcessing: put more servers
/// into one call.
/// Source: documentation of AddVServerGroupBackendServers (2021-03).
template <std::size_t Max>
struct basic_add_vserver_group_backend_servers {
    /// @{
    /// The region of the load balancer, and the group, which must exist there.
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    /// @}
    /// 1 to Max servers, none of them twice. A load balancer takes 200 in all, unless its quota was raised;
    /// beyond that the service answers InstanceBackendServerNumberOverLimit.
    required_list<backend_server, Max> backend_servers;
};
template <std::size_t Max>
constexpr auto describe(type<basic_add_vserver_group_backend_servers<Max>>) {
    using request = basic_add_vserver_group_backend_servers<Max>;
    return operation<request, changed_vserver_group>(
        "AddVServerGroupBackendServers",
        not_repeatable("what a server that is in the group already leads to is not documented"),
        field("RegionId", &request::region_id), field("VServerGroupId", &request::vserver_group_id),
        json_list("BackendServers", &request::backend_servers));
}

/// With the documented limit of 20 servers a call. (kubernetes/cloud-provider-alibaba-cloud: 40.)
using add_vserver_group_backend_servers = basic_add_vserver_group_backend_servers<20>;

} // namespace slb::inline v0_1

#endif
