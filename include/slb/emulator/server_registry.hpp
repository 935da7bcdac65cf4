#ifndef SLB_EMULATOR_SERVER_REGISTRY_HPP
#define SLB_EMULATOR_SERVER_REGISTRY_HPP

#include <slb/emulator/text.hpp>

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace slb::inline v0_1 {

/// Whether a server can be put behind a load balancer: unknown ones do not exist, stopped ones do not run.
enum class machine_state : std::uint8_t { running, stopped, unknown };

/// The words of machine_state, in its order.
inline constexpr std::string_view machine_state_names[] = {"running", "stopped", "unknown"};
/// The state that a word stands for, or nothing.
[[nodiscard]] constexpr std::optional<machine_state> machine_state_named(std::string_view name) {
    for (std::size_t i = 0; i != std::size(machine_state_names); ++i)
        if (machine_state_names[i] == name) return static_cast<machine_state>(i);
    return {};
}

/// What an emulator knows of a server beside its place in groups.
struct emulated_machine {
    /// One that is not running cannot be put into a group; in one it becomes abnormal.
    machine_state state = machine_state::running;
    /// The network that it is in; empty: it fits into any.
    std::string network{};
};

/// The servers that a test said something about. Every other one exists, runs, and fits into any network.
class server_registry {
  public:
    /// Says it of every server of that id: instance, network interface or container instance.
    void set(std::string_view id, emulated_machine machine) {
        machines_.insert_or_assign(std::string(id), std::move(machine));
    }
    /// What was said of it last; of others that they run and fit anywhere.
    [[nodiscard]] emulated_machine find(std::string_view id) const {
        auto const at = machines_.find(id);
        return at != machines_.end() ? at->second : emulated_machine{};
    }

  private:
    std::map<std::string, emulated_machine, std::less<>> machines_;
};

} // namespace slb::inline v0_1

#endif
