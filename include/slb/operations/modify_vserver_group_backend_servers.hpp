#ifndef SLB_OPERATIONS_MODIFY_VSERVER_GROUP_BACKEND_SERVERS_HPP
#define SLB_OPERATIONS_MODIFY_VSERVER_GROUP_BACKEND_SERVERS_HPP

#include <slb/operations/backend_server.hpp>

namespace slb::inline v0_1 {

/// One server out, one server in.
struct server_replacement {
    /// The server that goes. What the service does when it is not in the group is not documented.
    backend_server_key from;
    /// The server that comes; not the one that goes, which is errc::server_replaced_by_itself.
    backend_server to;
};

/// Replaces backend servers of a VServer group, up to `Max` at once. The service replaces only; weights and
/// descriptions of servers that stay are SetVServerGroupAttribute's. With nothing to replace, neither list
/// is sent. As many servers come as go: a rule of the documentation of 2018-2019, on which later pages are
/// silent. Whether the service applies the exchange as one is not documented.
/// Source: https://www.alibabacloud.com/help/en/slb (ModifyVServerGroupBackendServers).
template <std::size_t Max>
struct basic_modify_vserver_group_backend_servers {
    /// @{
    /// The region of the load balancer, and the group, which must exist there.
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    /// @}
    /// No server twice among those that go, nor among those that come: errc::duplicate_server.
    list<server_replacement, Max> replace{};
};
template <std::size_t Max>
constexpr auto describe(type<basic_modify_vserver_group_backend_servers<Max>>) {
    using request = basic_modify_vserver_group_backend_servers<Max>;
    return operation<request, changed_vserver_group>(
        "ModifyVServerGroupBackendServers",
        not_repeatable("the server that went is not there to be replaced a second time"),
        field("RegionId", &request::region_id), field("VServerGroupId", &request::vserver_group_id),
        pairs(&request::replace, json_part("NewBackendServers", &server_replacement::to),
              json_part("OldBackendServers", &server_replacement::from)));
}

/// With the documented limit of 20 servers a call.
using modify_vserver_group_backend_servers = basic_modify_vserver_group_backend_servers<20>;

} // namespace slb::inline v0_1

#endif
