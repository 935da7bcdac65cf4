#ifndef SLB_OPERATIONS_HPP
#define SLB_OPERATIONS_HPP

#include <slb/operations/add_vserver_group_backend_servers.hpp>
#include <slb/operations/create_vserver_group.hpp>
#include <slb/operations/delete_vserver_group.hpp>
#include <slb/operations/describe_health_status.hpp>
#include <slb/operations/describe_vserver_group_attribute.hpp>
#include <slb/operations/describe_vserver_groups.hpp>
#include <slb/operations/modify_vserver_group_backend_servers.hpp>
#include <slb/operations/remove_vserver_group_backend_servers.hpp>
#include <slb/operations/set_vserver_group_attribute.hpp>

namespace slb::inline v0_1 {

/// A list of operations, for code that does something with each.
template <described_operation... Operations>
struct operation_list {};

/// The operations that have a type of their own. (Any other call of the API is a raw_operation.)
using all_operations = operation_list<create_vserver_group, delete_vserver_group, describe_vserver_groups,
                                      describe_vserver_group_attribute, set_vserver_group_attribute,
                                      add_vserver_group_backend_servers, remove_vserver_group_backend_servers,
                                      modify_vserver_group_backend_servers, describe_health_status>;

} // namespace slb::inline v0_1

#endif
