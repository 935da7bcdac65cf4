#ifndef SLB_EMULATOR_ACCOUNT_HPP
#define SLB_EMULATOR_ACCOUNT_HPP

#include <slb/emulator/groups.hpp>
#include <slb/emulator/load_balancers.hpp>
#include <slb/emulator/server_registry.hpp>

#include <optional>
#include <string>
#include <vector>

namespace slb::inline v0_1 {

/// All that an emulator holds for its account, and the questions that span it. What the operations do with it
/// stands in handlers.hpp.
class emulated_account {
  public:
    /// @{
    /// The load balancers with their listeners, rules and health, the VServer groups, and what is said of
    /// single servers; to look at and to change.
    load_balancer_store load_balancers{};
    group_store groups{load_balancers};
    server_registry servers{};
    /// @}
    /// Servers that the groups of one load balancer take together. 200 is the default quota; groups without
    /// a load balancer count alone.
    std::size_t server_quota = 200;

    /// Ids of new groups follow from the seed.
    explicit emulated_account(std::uint64_t seed) : random_(seed) {}
    emulated_account(emulated_account const&) = delete;
    emulated_account& operator=(emulated_account const&) = delete;

    /// An id that no group of the region has: rsp- and ten letters or digits.
    [[nodiscard]] std::string new_group_id(std::string_view region) {
        std::string id;
        do {
            id = "rsp-";
            std::uint64_t bits = random_();
            for (int i = 0; i != 10; ++i, bits /= 36) id += "0123456789abcdefghijklmnopqrstuvwxyz"[bits % 36];
        } while (groups.find(region, id) != nullptr);
        return id;
    }

    /// The servers in the other groups of a group's load balancer.
    [[nodiscard]] std::vector<emulated_server> servers_beside(emulated_group const& group) const {
        std::vector<emulated_server> beside;
        for (auto const& other : groups.all())
            if (other.vserver_group_id != group.vserver_group_id && !group.load_balancer_id.empty() &&
                other.region_id == group.region_id && other.load_balancer_id == group.load_balancer_id)
                beside.insert(beside.end(), other.servers.begin(), other.servers.end());
        return beside;
    }

    /// What the health checks of a load balancer say of a server. Unless a test has set it, that follows from
    /// what else is known: one that is stopped or unknown is abnormal, one of weight 0 unavailable, every
    /// other one normal. (What the service says of weight 0 is not documented.)
    [[nodiscard]] emulated_health health_of(std::string_view load_balancer,
                                            emulated_server const& server) const {
        if (auto const set = load_balancers.health(load_balancer, server.server_id, server.port)) return *set;
        if (servers.find(server.server_id).state != machine_state::running) return emulated_health::abnormal;
        return server.weight == 0 ? emulated_health::unavailable : emulated_health::normal;
    }

    /// Why a group cannot have the servers `after` in place of its own, of which `coming` are new; nothing:
    /// it can. `list` is the parameter that holds the new ones.
    ///   one that does not exist                            InvalidServerId.NotFound (400, of two documented)
    ///   one that does not run                              ObtainIpFail
    ///   one in another network than the load balancer's    NetworkConflict
    ///   where that is not known, in another network than the load balancer's other servers
    ///                                                      InvalidBackendServers.Inconsistent
    ///   more than the quota                                InstanceBackendServerNumberOverLimit
    [[nodiscard]] std::optional<refusal> refuse_servers(emulated_group const& group, std::string_view list,
                                                        std::vector<emulated_server> const& coming,
                                                        std::vector<emulated_server> const& after) const {
        std::vector<emulated_server> const beside = servers_beside(group);
        auto const* const balancer = load_balancers.find(group.region_id, group.load_balancer_id);
        std::string network = balancer != nullptr ? balancer->vpc_id : std::string();
        bool const fixed = !network.empty();
        for (auto const* others : {&after, &beside})
            for (auto const& server : *others)
                if (network.empty() && detail::position(coming, server) == coming.end())
                    network = servers.find(server.server_id).network;
        for (std::size_t i = 0; i != coming.size(); ++i) {
            emulated_machine const machine = servers.find(coming[i].server_id);
            auto const refuse = [&](std::string_view code, std::string_view why) {
                return refusal{400, std::string(code),
                               detail::joined({list, "[", std::to_string(i), "]: server ",
                                               coming[i].server_id, " ", why, "."})};
            };
            if (machine.state == machine_state::unknown)
                return refuse("InvalidServerId.NotFound", "does not exist");
            if (machine.state == machine_state::stopped) return refuse("ObtainIpFail", "is not running");
            if (machine.network.empty()) continue;
            if (network.empty()) network = machine.network;
            if (machine.network == network) continue;
            return fixed ? refuse("NetworkConflict", "is in another network than the load balancer")
                         : refuse("InvalidBackendServers.Inconsistent",
                                  "is in another network than other servers of the load balancer");
        }
        if (after.size() > group.servers.size() && after.size() + beside.size() > server_quota)
            return refusal{400, "InstanceBackendServerNumberOverLimit",
                           detail::joined({"The load balancer takes up to ", std::to_string(server_quota),
                                           " backend servers."})};
        return {};
    }

  private:
    detail::splitmix64 random_;
};

} // namespace slb::inline v0_1

#endif
