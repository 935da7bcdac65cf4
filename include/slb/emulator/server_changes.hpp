#ifndef SLB_EMULATOR_SERVER_CHANGES_HPP
#define SLB_EMULATOR_SERVER_CHANGES_HPP

#include <slb/emulator/groups.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1::detail {

/// Whether a server that is not in the group is passed over by the loose mode only, or always.
enum class absent_server : std::uint8_t { skipped_loosely, ignored };

/// What the lists of one call make of the servers of a group. Nothing changes until all of it is accepted.
///
/// What the service does at these points is not known; the decisions are ours:
///   the same server twice in one list                refused; loose: only the last one counts
///   one that comes and is there before the call      refused; loose: its values are replaced
///   one that Modify takes out and is not there       refused; loose: skipped
///   one that is to be changed and is not there       refused; loose: skipped
/// That Remove ignores a server which is not there is documented. Servers that come stand last, in their
/// order.
class server_changes {
  public:
    server_changes(std::vector<emulated_server> const& before, bool strict)
        : before_(before), servers_(before), strict_(strict) {}

    /// Takes servers out. `list` is the parameter that holds them.
    void take_out(std::string_view list, std::vector<backend_server> const& leaving, absent_server absent) {
        each(list, leaving, [&](emulated_server const& server, backend_server const&) -> std::string_view {
            auto const at = position(servers_, server);
            if (at != servers_.end())
                servers_.erase(at);
            else if (strict_ && absent == absent_server::skipped_loosely)
                return not_there;
            return {};
        });
    }
    /// Puts servers in.
    void put_in(std::string_view list, std::vector<backend_server> const& coming) {
        each(list, coming, [&](emulated_server const& server, backend_server const&) -> std::string_view {
            if (strict_ && position(before_, server) != before_.end())
                return "is in the VServer group already";
            auto const at = position(servers_, server);
            if (at != servers_.end())
                *at = server;
            else
                servers_.push_back(server);
            came_.push_back(server);
            return {};
        });
    }
    /// Gives servers that are there the weights and descriptions that an entry has; the rest they keep. (That
    /// descriptions can be changed is disputed.)
    void update(std::string_view list, std::vector<backend_server> const& changed) {
        each(list, changed,
             [&](emulated_server const& server, backend_server const& entry) -> std::string_view {
                 auto const at = position(servers_, server);
                 if (at == servers_.end()) return strict_ ? not_there : std::string_view();
                 if (entry.weight) at->weight = server.weight;
                 if (entry.description) at->description = server.description;
                 return {};
             });
    }

    [[nodiscard]] std::optional<refusal> const& refused() const { return refused_; }
    /// The servers after the call.
    [[nodiscard]] std::vector<emulated_server> const& servers() const { return servers_; }
    /// Those that put_in() was given.
    [[nodiscard]] std::vector<emulated_server> const& came() const { return came_; }

  private:
    static constexpr std::string_view not_there = "is not in the VServer group";

    /// Applies `change`, which gives what is wrong with a server, to each entry up to the first wrong one.
    template <class Change>
    void each(std::string_view list, std::vector<backend_server> const& entries, Change change) {
        std::vector<emulated_server> const given(entries.begin(), entries.end());
        for (std::size_t i = 0; i != given.size() && !refused_; ++i) {
            emulated_server const& server = given[i];
            auto const at = given.begin() + static_cast<std::ptrdiff_t>(i);
            bool const first = position(given, server) == at;
            bool const last = std::none_of(at + 1, given.end(),
                                           [&](auto const& later) { return same_server(later, server); });
            if (!strict_ && !last) continue;
            std::string_view const why =
                strict_ && !first ? "stands twice in the list" : change(server, entries[i]);
            if (!why.empty())
                refused_ = refusal{400, "InvalidParameter",
                                   joined({list, "[", std::to_string(i), "]: server ", server.server_id, ":",
                                           std::to_string(server.port), " ", why, "."})};
        }
    }

    std::vector<emulated_server> const& before_;
    std::vector<emulated_server> servers_;
    std::vector<emulated_server> came_;
    bool strict_;
    std::optional<refusal> refused_;
};

} // namespace slb::inline v0_1::detail

#endif
