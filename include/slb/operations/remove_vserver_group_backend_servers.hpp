#ifndef SLB_OPERATIONS_REMOVE_VSERVER_GROUP_BACKEND_SERVERS_HPP
#define SLB_OPERATIONS_REMOVE_VSERVER_GROUP_BACKEND_SERVERS_HPP

#include <slb/operations/backend_server.hpp>

namespace slb::inline v0_1 {

/// Takes up to `Max` servers out of a VServer group; those that are not in it are ignored. Safe to repeat.
/// Source: documentation of RemoveVServerGroupBackendServers (2021-03).
template <std::size_t Max>
struct basic_remove_vserver_group_backend_servers {
    /// @{
    /// The region of the load balancer, and the group, which must exist there.
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    /// @}
    /// 1 to Max servers, none of them twice. An eni or eci is named with its type and address.
    required_list<backend_server_key, Max> backend_servers;
};
template <std::size_t Max>
constexpr auto describe(type<basic_remove_vserver_group_backend_servers<Max>>) {
    using request = basic_remove_vserver_group_backend_servers<Max>;
    return operation<request, changed_vserver_group>(
        "RemoveVServerGroupBackendServers", repeatable("servers that are not in the group are ignored"),
        field("RegionId", &request::region_id), field("VServerGroupId", &request::vserver_group_id),
        json_list("BackendServers", &request::backend_servers));
}

/// With the documented limit of 20 servers a call. (kubernetes/cloud-provider-alibaba-cloud: 40.)
using remove_vserver_group_backend_servers = basic_remove_vserver_group_backend_servers<20>;

} // namespace slb::inline v0_1

#endif
