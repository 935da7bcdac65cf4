#ifndef SLB_OPERATIONS_DESCRIBE_VSERVER_GROUP_ATTRIBUTE_HPP
#define SLB_OPERATIONS_DESCRIBE_VSERVER_GROUP_ATTRIBUTE_HPP

#include <slb/operations/backend_server.hpp>
#include <slb/operations/tag.hpp>

namespace slb::inline v0_1 {

/// A VServer group with its servers: views into the response.
struct describe_vserver_group_attribute_response {
    /// What the vendor's support asks for.
    std::string_view request_id{};
    /// @{
    /// The group, its name, and the load balancer that it belongs to.
    std::string_view vserver_group_id{};
    maybe<std::string_view> vserver_group_name{};
    maybe<std::string_view> load_balancer_id{};
    /// @}
    /// As 2026-01-31T08:00:00Z, UTC; of the group, it seems: the vendor's comment speaks of the load
    /// balancer.
    maybe<std::string_view> create_time{};
    /// All servers of the group, those of type eni and eci with their addresses.
    list_view<backend_server_view> backend_servers{};
    /// The group's labels. (In the vendor's SDK; not in the documentation of 2021.)
    list_view<tag_view> tags{};

    friend constexpr bool operator==(describe_vserver_group_attribute_response const&,
                                     describe_vserver_group_attribute_response const&) = default;
};
constexpr auto describe(type<describe_vserver_group_attribute_response>) {
    using response = describe_vserver_group_attribute_response;
    return members<response>(
        field("RequestId", &response::request_id), field("VServerGroupId", &response::vserver_group_id),
        field("VServerGroupName", &response::vserver_group_name),
        field("LoadBalancerId", &response::load_balancer_id), field("CreateTime", &response::create_time),
        items("BackendServers", "BackendServer", &response::backend_servers),
        items("Tags", "Tag", &response::tags));
}

/// Reads a VServer group with its servers. It changes nothing, and is the way to learn what became of a call
/// whose outcome is unknown. Source: documentation of DescribeVServerGroupAttribute (2021-03).
struct describe_vserver_group_attribute {
    /// @{
    /// The region of the load balancer, and the group. An unknown one is refused with HTTP 404 and the code
    /// InvalidParameter.
    slb::region_id region_id;
    slb::vserver_group_id vserver_group_id;
    /// @}
};
constexpr auto describe(type<describe_vserver_group_attribute>) {
    using request = describe_vserver_group_attribute;
    return operation<request, describe_vserver_group_attribute_response>(
        "DescribeVServerGroupAttribute", field("RegionId", &request::region_id),
        field("VServerGroupId", &request::vserver_group_id));
}

} // namespace slb::inline v0_1

#endif
