#include <slb.hpp>
#include <slb/beast.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

// The life of a server behind a load balancer, in a group made for it.
// server_life HOST PORT CA_FILE LOAD_BALANCER SERVER
int main(int argc, char** argv) {
    if (argc != 6) return 2;
    slb::beast_transport transport{slb::endpoint(argv[1], std::atoi(argv[2])), {.ca_file = argv[3]}};
    slb::client client{transport, slb::credentials::from_environment()};
    std::string const balancer_id = argv[4], my_id = argv[5];
    auto const failed = [](slb::error const& why) {
        std::cerr << why << '\n';
        return 1;
    };

    // [readme]
    slb::region_id const region = "cn-hangzhou";
    slb::load_balancer_id const balancer = slb::runtime(balancer_id);
    slb::backend_server me{.server_id = slb::runtime(my_id), .port = 7000, .weight = 0};

    auto const made = client.invoke(slb::create_vserver_group{
        .region_id = region, .load_balancer_id = balancer, .vserver_group_name = "arcade"});
    if (!made) return failed(made.error());
    slb::vserver_group_id const group = slb::runtime(made->vserver_group_id); // as long as `made` lives

    auto const added = client.invoke(slb::add_vserver_group_backend_servers{region, group, {me}});
    if (!added) return failed(added.error()); // it is known now; with weight 0 it gets no requests

    me.weight = 100;
    auto const open = client.invoke(slb::set_vserver_group_attribute{
        .region_id = region, .vserver_group_id = group, .backend_servers = {me}});
    if (!open) return failed(open.error());

    auto const health =
        client.invoke(slb::describe_health_status{.region_id = region, .load_balancer_id = balancer});
    if (!health) return failed(health.error());
    for (auto const& check : health->backend_servers) // one for each listener and server
        std::cout << check.server_id << " is " << check.server_health_status << '\n';

    auto const left =
        client.invoke(slb::remove_vserver_group_backend_servers{region, group, {{me.server_id, me.port}}});
    if (!left) return failed(left.error());
    auto const groups =
        client.invoke(slb::describe_vserver_groups{.region_id = region, .load_balancer_id = balancer});
    if (!groups) return failed(groups.error());
    for (auto const& each : groups->vserver_groups)
        std::cout << each.vserver_group_name.value_or("") << ": " << each.server_count.value_or(0)
                  << " servers\n";
    auto const deleted = client.invoke(slb::delete_vserver_group{region, group});
    if (!deleted) return failed(deleted.error()); // a group in use stays: RspoolVipExist
    // [readme]
}
