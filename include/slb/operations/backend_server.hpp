#ifndef SLB_OPERATIONS_BACKEND_SERVER_HPP
#define SLB_OPERATIONS_BACKEND_SERVER_HPP

#include <slb/describe.hpp>

namespace slb::inline v0_1 {

/// A server to be put behind the load balancer. What is left out is not sent; the service then assumes
/// weight 100 and type ecs. A server of type eni or eci needs its address. Only servers that run can be
/// added; eni and eci only to load balancers of a guaranteed-performance type.
/// Source: documentation of AddVServerGroupBackendServers; the vendor's SDK for eci.
struct backend_server {
    /// The instance, network interface or container instance. One id may stand in a group several times, with
    /// other ports, or as eni or eci with other addresses.
    slb::server_id server_id;
    /// The port of the server, not that of the listener.
    slb::port_number port;
    /// Left out: 100. With 0 the server stays in the group and gets no new requests, as before maintenance.
    /// (The documentation of 2021 requires it everywhere but in Add, the vendor's SDK nowhere.)
    maybe<slb::server_weight> weight{};
    /// Left out: ecs. eni and eci must be said.
    maybe<slb::server_type> type{};
    /// Which address of an eni or eci is meant. Without it those are refused, with
    /// errc::server_address_missing: the library's rule, as no source says whether the service requires it.
    maybe<slb::server_address> server_ip{};
    /// A note, for example which game process listens there. Left out: none.
    maybe<slb::server_description> description{};
};
constexpr auto describe(type<backend_server>) {
    using server = backend_server;
    return members<server>(field("ServerId", &server::server_id), field("Port", &server::port),
                           field("Weight", &server::weight), field("Type", &server::type),
                           field("ServerIp", &server::server_ip), field("Description", &server::description));
}

/// What tells a server in a group from the others: id and port, and the address where it has several
/// (practice of kubernetes/cloud-provider-alibaba-cloud).
struct backend_server_key {
    /// @{
    /// As the server was added: see backend_server.
    slb::server_id server_id;
    slb::port_number port;
    maybe<slb::server_type> type{};
    maybe<slb::server_address> server_ip{};
    /// @}
};
constexpr auto describe(type<backend_server_key>) {
    using key = backend_server_key;
    return members<key>(field("ServerId", &key::server_id), field("Port", &key::port),
                        field("Type", &key::type), field("ServerIp", &key::server_ip));
}

/// A server of a group as the service reports it: views into the response. What is not there, the service did
/// not send.
struct backend_server_view {
    /// @{
    /// What tells the server from the others of the group, but for its address.
    std::string_view server_id{};
    std::int32_t port{};
    /// @}
    /// 0 to 100, as backend_server has it.
    maybe<std::int32_t> weight{};
    /// ecs, eni or eci.
    maybe<std::string_view> type{};
    /// Of an eni or eci. Only of DescribeVServerGroupAttribute do all sources say that it sends the address.
    maybe<std::string_view> server_ip{};
    /// Of the server. (Some pages of the documentation say: of the group.)
    maybe<std::string_view> description{};

    friend constexpr bool operator==(backend_server_view const&, backend_server_view const&) = default;
};
constexpr auto describe(type<backend_server_view>) {
    using view = backend_server_view;
    return members<view>(field("ServerId", &view::server_id), field("Port", &view::port),
                         field("Weight", &view::weight), field("Type", &view::type),
                         field("ServerIp", &view::server_ip), field("Description", &view::description));
}

/// A VServer group after a call that changed its servers, as Create, Add, Remove and Modify answer. The
/// documentation does not say whether the service lists the whole group or only the servers of the call.
struct changed_vserver_group {
    /// @{
    /// Views into the response: what the vendor's support asks for, the group, and its servers.
    std::string_view request_id{};
    std::string_view vserver_group_id{};
    list_view<backend_server_view> backend_servers{};
    /// @}

    friend constexpr bool operator==(changed_vserver_group const&, changed_vserver_group const&) = default;
};
constexpr auto describe(type<changed_vserver_group>) {
    using group = changed_vserver_group;
    return members<group>(field("RequestId", &group::request_id),
                          field("VServerGroupId", &group::vserver_group_id),
                          items("BackendServers", "BackendServer", &group::backend_servers));
}

namespace detail {
template <class Server>
constexpr bool is_ecs(Server const& server) {
    return !server.type || is(server.type->text(), "ecs");
}
} // namespace detail

/// Whether two entries mean the same server of a group: an ECS is known by id and port, an ENI or ECI by its
/// address too. (Addresses are compared as they are spelt.) The encoder refuses a list that names one twice.
template <class Left, class Right>
    requires requires(Left const& left, Right const& right) { left.server_ip == right.server_ip; }
constexpr bool same_server(Left const& left, Right const& right) {
    // Ids begin alike; their ends tell most of them apart. One test for both, because ports repeat at random.
    auto const end = [](auto const& server) {
        std::string_view const id = server.server_id.text();
        return id.empty() ? 0 : static_cast<unsigned char>(id.back());
    };
    auto const difference = (left.port.number() ^ right.port.number()) | (end(left) ^ end(right));
    return difference == 0 && left.server_id == right.server_id &&
           ((detail::is_ecs(left) && detail::is_ecs(right)) || left.server_ip == right.server_ip);
}

/// The rule across the members of one server: an ENI or ECI is known by its address.
template <class Server>
    requires(std::is_same_v<Server, backend_server> || std::is_same_v<Server, backend_server_key>)
constexpr finding inspect(Server const& server) {
    if (detail::is_ecs(server) || server.server_ip) return {};
    return {errc::server_address_missing, detail::wire_name(&Server::server_ip)};
}

} // namespace slb::inline v0_1

#endif
