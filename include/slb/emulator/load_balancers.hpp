#ifndef SLB_EMULATOR_LOAD_BALANCERS_HPP
#define SLB_EMULATOR_LOAD_BALANCERS_HPP

#include <slb/emulator/file_reader.hpp>
#include <slb/rules.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// A listener of an emulated load balancer. Without a group it forwards to servers that are not emulated.
struct emulated_listener {
    /// The port that clients connect to.
    std::int32_t port = 0;
    /// tcp, udp, http or https.
    std::string protocol{};
    /// The group that it forwards to, which keeps that group from being deleted; or empty.
    std::string vserver_group_id{};
    /// Whether it checks its servers.
    bool health_check = true;
};

/// A forwarding rule of an emulated load balancer: of its http or https listener on that port.
struct emulated_rule {
    /// @{
    /// What DescribeVServerGroups shows of it; empty members are left out.
    std::string rule_id{};
    std::string rule_name{};
    std::string domain{};
    std::string url{};
    /// @}
    /// That of its listener.
    std::int32_t listener_port = 0;
    /// The group that it forwards to, which keeps that group from being deleted; or empty.
    std::string vserver_group_id{};

    /// Whether it is a rule of that listener.
    [[nodiscard]] bool belongs_to(emulated_listener const& listener) const {
        return listener.port == listener_port && listener.protocol.substr(0, 4) == "http";
    }
};

/// An emulated load balancer.
struct emulated_load_balancer {
    /// @{
    /// The region and the id tell load balancers apart.
    std::string region_id = "cn-hangzhou";
    std::string load_balancer_id{};
    /// @}
    /// The network that it is in; empty: servers of any network fit.
    std::string vpc_id{};
    /// @{
    /// In the order in which responses show them.
    std::vector<emulated_listener> listeners{};
    std::vector<emulated_rule> rules{};
    /// @}
};

/// What a health check says of a server: unavailable means that it has not finished.
enum class emulated_health : std::uint8_t { normal, abnormal, unavailable };

/// The words of emulated_health, in its order, as responses show them.
inline constexpr std::string_view health_names[] = {"normal", "abnormal", "unavailable"};
/// The word of a health.
[[nodiscard]] constexpr std::string_view name_of(emulated_health health) {
    return health_names[static_cast<std::size_t>(health)];
}
/// The health that a word stands for, or nothing.
[[nodiscard]] constexpr std::optional<emulated_health> health_named(std::string_view name) {
    for (std::size_t i = 0; i != std::size(health_names); ++i)
        if (health_names[i] == name) return static_cast<emulated_health>(i);
    return {};
}

/// The load balancers of an emulator, and the health of the servers behind them as far as a test has set it.
class load_balancer_store {
  public:
    /// @{
    /// The load balancer, or null. Valid until one is added. An empty region stands for any.
    [[nodiscard]] emulated_load_balancer const* find(std::string_view region, std::string_view id) const {
        auto const at = std::find_if(all_.begin(), all_.end(), [&](emulated_load_balancer const& one) {
            return one.load_balancer_id == id && (region.empty() || one.region_id == region);
        });
        return at != all_.end() ? &*at : nullptr;
    }
    [[nodiscard]] emulated_load_balancer* find(std::string_view region, std::string_view id) {
        return const_cast<emulated_load_balancer*>(std::as_const(*this).find(region, id));
    }
    /// @}
    /// In the order in which they came.
    [[nodiscard]] std::vector<emulated_load_balancer> const& all() const { return all_; }

    /// The load balancer of that id, which is added, bare, where there is none.
    emulated_load_balancer& know(std::string_view region, std::string_view id) {
        if (auto* const known = find(region, id)) return *known;
        return all_.emplace_back(
            emulated_load_balancer{.region_id = std::string(region), .load_balancer_id = std::string(id)});
    }

    /// Adds a load balancer, or replaces the one of the same id in the region, from JSON:
    ///
    ///   {"LoadBalancerId": "lb-1", "RegionId": "cn-hangzhou", "VpcId": "vpc-1",
    ///    "Listeners": [{"ListenerPort": 443, "ListenerProtocol": "https", "VServerGroupId": "rsp-1",
    ///                   "HealthCheck": "on"}],
    ///    "Rules": [{"RuleId": "rule-1", "RuleName": "web", "Domain": "a.example", "Url": "/b",
    ///               "ListenerPort": 443, "VServerGroupId": "rsp-2"}]}
    ///
    /// Of these must be given: LoadBalancerId, ListenerPort, ListenerProtocol, RuleId. Without RegionId the
    /// region is cn-hangzhou, without HealthCheck it is on. A port takes one listener over TCP (tcp, http,
    /// https) and one over UDP. Whether the groups exist is not asked. Gives nothing, or a sentence that says
    /// what is wrong; then nothing was changed.
    [[nodiscard]] std::optional<std::string> load(std::string_view json) {
        detail::file_reader file(json, "load balancer");
        emulated_load_balancer loaded;
        file.read_required("LoadBalancerId", loaded.load_balancer_id);
        file.read("RegionId", loaded.region_id);
        file.read("VpcId", loaded.vpc_id);
        file.for_each("Listeners", [&](detail::file_reader& one) { load_listener(loaded, one); });
        file.for_each("Rules", [&](detail::file_reader& one) { load_rule(loaded, one); });
        if (file.problem()) return file.problem();
        know(loaded.region_id, loaded.load_balancer_id) = std::move(loaded);
        return {};
    }

    /// Sets what the health checks of a load balancer say of a server, by its id and port, from now on.
    void set_health(std::string_view load_balancer, std::string_view server, std::int32_t port,
                    emulated_health health) {
        health_.insert_or_assign(key(load_balancer, server, port), health);
    }
    /// What was set, or nothing.
    [[nodiscard]] std::optional<emulated_health> health(std::string_view load_balancer,
                                                        std::string_view server, std::int32_t port) const {
        auto const at = health_.find(key(load_balancer, server, port));
        return at != health_.end() ? std::optional(at->second) : std::nullopt;
    }

  private:
    using health_key = std::tuple<std::string, std::string, std::int32_t>;

    static health_key key(std::string_view load_balancer, std::string_view server, std::int32_t port) {
        return {std::string(load_balancer), std::string(server), port};
    }
    static void load_listener(emulated_load_balancer& loaded, detail::file_reader& file) {
        emulated_listener listener;
        file.read_port("ListenerPort", listener.port);
        file.read_required("ListenerProtocol", listener.protocol);
        if (errc const broken = detail::check_listener_protocol(listener.protocol); broken != errc::none)
            file.refuse("ListenerProtocol", message(broken));
        for (auto const& other : loaded.listeners)
            if (other.port == listener.port && (other.protocol == "udp") == (listener.protocol == "udp"))
                file.refuse("ListenerPort", "has a listener over the same transport already");
        file.read("VServerGroupId", listener.vserver_group_id);
        std::string check = "on";
        file.read("HealthCheck", check);
        if (check != "on" && check != "off") file.refuse("HealthCheck", "must be on or off");
        listener.health_check = check == "on";
        loaded.listeners.push_back(std::move(listener));
    }
    static void load_rule(emulated_load_balancer& loaded, detail::file_reader& file) {
        emulated_rule rule;
        file.read_required("RuleId", rule.rule_id);
        file.read("RuleName", rule.rule_name);
        file.read("Domain", rule.domain);
        file.read("Url", rule.url);
        file.read_port("ListenerPort", rule.listener_port);
        file.read("VServerGroupId", rule.vserver_group_id);
        if (std::none_of(loaded.listeners.begin(), loaded.listeners.end(),
                         [&](emulated_listener const& listener) { return rule.belongs_to(listener); }))
            file.refuse("ListenerPort", "must be that of an http or https listener");
        loaded.rules.push_back(std::move(rule));
    }

    std::vector<emulated_load_balancer> all_;
    std::map<health_key, emulated_health> health_;
};

} // namespace slb::inline v0_1

#endif
