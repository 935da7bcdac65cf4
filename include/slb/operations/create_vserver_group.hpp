#ifndef SLB_OPERATIONS_CREATE_VSERVER_GROUP_HPP
#define SLB_OPERATIONS_CREATE_VSERVER_GROUP_HPP

#include <slb/operations/backend_server.hpp>
#include <slb/operations/tag.hpp>

namespace slb::inline v0_1 {

/// Makes a VServer group on a load balancer, with up to `Max` first servers or empty. Not safe to repeat:
/// sent again after an unknown outcome it makes a second group; look for the name with DescribeVServerGroups.
/// Source: documentation of CreateVServerGroup (2021-03); the vendor's SDK for tags.
template <std::size_t Max>
struct basic_create_vserver_group {
    /// @{
    /// The region of the load balancer, and the load balancer, which must exist there.
    slb::region_id region_id;
    slb::load_balancer_id load_balancer_id;
    /// @}
    /// It need not be unique, but only a unique one finds the group again. Left out: what the service then
    /// calls the group is not documented.
    maybe<slb::vserver_group_name> vserver_group_name{};
    /// Empty: an empty group, to be filled with AddVServerGroupBackendServers.
    list<backend_server, Max> backend_servers{};
    /// Labels of the new group.
    list<tag, 20> tags{};
};
template <std::size_t Max>
constexpr auto describe(type<basic_create_vserver_group<Max>>) {
    using request = basic_create_vserver_group<Max>;
    return operation<request, changed_vserver_group>(
        "CreateVServerGroup", not_repeatable("it would create a second group"),
        field("RegionId", &request::region_id), field("LoadBalancerId", &request::load_balancer_id),
        field("VServerGroupName", &request::vserver_group_name),
        json_list("BackendServers", &request::backend_servers), numbered("Tag", &request::tags));
}

/// With the documented limit of 20 servers a call.
using create_vserver_group = basic_create_vserver_group<20>;

} // namespace slb::inline v0_1

#endif
