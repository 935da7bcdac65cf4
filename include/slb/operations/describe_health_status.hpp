#ifndef SLB_OPERATIONS_DESCRIBE_HEALTH_STATUS_HPP
#define SLB_OPERATIONS_DESCRIBE_HEALTH_STATUS_HPP

#include <slb/describe.hpp>

namespace slb::inline v0_1 {

/// What the health check of one listener says of one server: views into the response.
struct backend_health_view {
    /// @{
    /// The listener: its port and what it speaks. Not in the documentation of 2018.
    maybe<std::int32_t> listener_port{};
    maybe<std::string_view> protocol{};
    /// @}
    /// The server. There is no id of its VServer group: the listener tells which it is.
    std::string_view server_id{};
    /// @{
    /// Where the server listens. Not in the documentation of 2018.
    maybe<std::int32_t> port{};
    maybe<std::string_view> server_ip{};
    /// @}
    /// "normal", "abnormal", or "unavailable" while the check has not finished.
    std::string_view server_health_status{};
    /// @{
    /// "ecs", "eni" or "eci", and the address of an ENI. Not in the vendor's current SDK.
    maybe<std::string_view> type{};
    maybe<std::string_view> eni_host{};
    /// @}

    friend constexpr bool operator==(backend_health_view const&, backend_health_view const&) = default;
};
constexpr auto describe(type<backend_health_view>) {
    using view = backend_health_view;
    return members<view>(field("ListenerPort", &view::listener_port), field("Protocol", &view::protocol),
                         field("ServerId", &view::server_id), field("Port", &view::port),
                         field("ServerIp", &view::server_ip),
                         field("ServerHealthStatus", &view::server_health_status), field("Type", &view::type),
                         field("EniHost", &view::eni_host));
}

/// The health of the servers behind a load balancer: views into the response.
struct describe_health_status_response {
    /// What the vendor's support asks for.
    std::string_view request_id{};
    /// One entry for each listener and server: a server behind two listeners is here twice.
    list_view<backend_health_view> backend_servers{};

    friend constexpr bool operator==(describe_health_status_response const&,
                                     describe_health_status_response const&) = default;
};
constexpr auto describe(type<describe_health_status_response>) {
    using response = describe_health_status_response;
    return members<response>(field("RequestId", &response::request_id),
                             items("BackendServers", "BackendServer", &response::backend_servers));
}

/// Reads what health checks say of the servers behind a load balancer. Changes nothing. With a port that has
/// no listener, or none with a health check, the service answers ListenerNotFound or CheckedListenerNotFound;
/// with one that has listeners of two protocols it wants the protocol, too (TooManyListeners).
/// Source: documentation of DescribeHealthStatus (2021-03).
struct describe_health_status {
    /// The region of the load balancer. Give it: the documentation requires it, the vendor's SDK does not.
    maybe<slb::region_id> region_id{};
    /// The load balancer.
    slb::load_balancer_id load_balancer_id;
    /// @{
    /// Only what the listeners on that port, or of that protocol, say. Left out: all.
    maybe<port_number> listener_port{};
    maybe<slb::listener_protocol> listener_protocol{};
    /// @}
};
constexpr auto describe(type<describe_health_status>) {
    using request = describe_health_status;
    return operation<request, describe_health_status_response>(
        "DescribeHealthStatus", field("RegionId", &request::region_id),
        field("LoadBalancerId", &request::load_balancer_id), field("ListenerPort", &request::listener_port),
        field("ListenerProtocol", &request::listener_protocol));
}

} // namespace slb::inline v0_1

#endif
