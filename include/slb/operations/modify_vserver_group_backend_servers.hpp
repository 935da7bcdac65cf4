#ifndef SLB_OPERATIONS_MODIFY_VSERVER_GROUP_BACKEND_SERVERS_HPP
#define SLB_OPERATIONS_MODIFY_VSERVER_GROUP_BACKEND_SERVERS_HPP

#include <slb/operations/backend_server.hpp>

namespace slb::inline v0_1 {

/// One server out, one server in.
struct server_replacement {
    backend_server_key from;
    backend_server to;
};

/// Replaces backend servers of a VServer group, up to `Max` at once. The service replaces only; weights and
/// descriptions of servers that stay are SetVServerGroupAttribute's. With nothing to replace, neither list
/// is sent. As many servers come as go: a rule of the documentation of 2018-2019, on which later pages are
/// silent. Whether the service applies the exchange as one is not documented.
/// Source: https://www.alibabacloud.com/help/en/slb (ModifyVServerGroupBackendServers).
template <std::size_t Max>
struct basic_modify_vserver_group_backend_servers {
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    list<server_replacement, Max> replace{};
};
template <std::size_t Max>
constexpr auto describe(type<basic_modify_vserver_group_backend_servers<Max>>) {
    using request = basic_modify_vserver_group_backend_servers<Max>;
    return operation<request, changed_vserver_group>(
        "ModifyVServerGroupBackendServers", field("RegionId", &request::region_id),
        field("VServerGroupId", &request::vserver_group_id),
        pairs(&request::replace, json_part("NewBackendServers", &server_replacement::to),
              json_part("OldBackendServers", &server_replacement::from)));
}

/// With the documented limit of 20 servers a call.
using modify_vserver_group_backend_servers = basic_modify_vserver_group_backend_servers<20>;

} // namespace slb::inline v0_1

#endif
