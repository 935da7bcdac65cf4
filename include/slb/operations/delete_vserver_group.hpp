#ifndef SLB_OPERATIONS_DELETE_VSERVER_GROUP_HPP
#define SLB_OPERATIONS_DELETE_VSERVER_GROUP_HPP

#include <slb/describe.hpp>

namespace slb::inline v0_1 {

/// The group is deleted.
struct delete_vserver_group_response {
    /// What the vendor's support asks for. A view into the response.
    std::string_view request_id{};

    friend constexpr bool operator==(delete_vserver_group_response const&,
                                     delete_vserver_group_response const&) = default;
};
constexpr auto describe(type<delete_vserver_group_response>) {
    using response = delete_vserver_group_response;
    return members<response>(field("RequestId", &response::request_id));
}

/// Deletes a VServer group that no listener (RspoolVipExist) and no forwarding rule (RspoolRuleExist) uses.
/// The Terraform provider repeats RspoolVipExist for five minutes, as the listener may be on its way out.
/// A group that is gone is refused as not found, with HTTP 404 and the code InvalidParameter.
/// Source: documentation of DeleteVServerGroup (2021-03).
struct delete_vserver_group {
    /// @{
    /// The region of the load balancer, and the group.
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    /// @}
};
constexpr auto describe(type<delete_vserver_group>) {
    using request = delete_vserver_group;
    return operation<request, delete_vserver_group_response>(
        "DeleteVServerGroup", not_repeatable("a group that has gone is refused the second time"),
        field("RegionId", &request::region_id), field("VServerGroupId", &request::vserver_group_id));
}

} // namespace slb::inline v0_1

#endif
