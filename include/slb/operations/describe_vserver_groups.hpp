#ifndef SLB_OPERATIONS_DESCRIBE_VSERVER_GROUPS_HPP
#define SLB_OPERATIONS_DESCRIBE_VSERVER_GROUPS_HPP

#include <slb/operations/vserver_group.hpp>

namespace slb::inline v0_1 {

/// The VServer groups of a load balancer: views into the response.
struct describe_vserver_groups_response {
    /// What the vendor's support asks for.
    std::string_view request_id{};
    /// All that fit the filters. Their servers are not here: read a group with DescribeVServerGroupAttribute.
    list_view<vserver_group_view> vserver_groups{};

    friend constexpr bool operator==(describe_vserver_groups_response const&,
                                     describe_vserver_groups_response const&) = default;
};
constexpr auto describe(type<describe_vserver_groups_response>) {
    using response = describe_vserver_groups_response;
    return members<response>(field("RequestId", &response::request_id),
                             items("VServerGroups", "VServerGroup", &response::vserver_groups));
}

/// Lists the VServer groups of a load balancer, all in one answer: there is no paging. Changes nothing.
/// Source: documentation of DescribeVServerGroups (2021-03); the vendor's SDK for the filters by name
/// (`description`) and tags.
struct describe_vserver_groups {
    /// @{
    /// The region of the load balancer, and the load balancer.
    slb::region_id region_id;
    slb::load_balancer_id load_balancer_id;
    /// @}
    /// @{
    /// Whether the response also names the listeners, and the forwarding rules, that use a group. Left out:
    /// no.
    maybe<flag> include_listener{};
    maybe<flag> include_rule{};
    /// @}
    /// Only groups of that name. Left out: of any. Whether a part of the name is enough is not documented;
    /// that it obeys the rule of names is ours.
    maybe<vserver_group_name> description{};
    /// Only groups with these labels. Empty: with any or none.
    list<tag, 20> tags{};
};
constexpr auto describe(type<describe_vserver_groups>) {
    using request = describe_vserver_groups;
    return operation<request, describe_vserver_groups_response>(
        "DescribeVServerGroups", field("RegionId", &request::region_id),
        field("LoadBalancerId", &request::load_balancer_id),
        field("IncludeListener", &request::include_listener), field("IncludeRule", &request::include_rule),
        field("Description", &request::description), numbered("Tag", &request::tags));
}

} // namespace slb::inline v0_1

#endif
