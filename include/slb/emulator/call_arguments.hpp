#ifndef SLB_EMULATOR_CALL_ARGUMENTS_HPP
#define SLB_EMULATOR_CALL_ARGUMENTS_HPP

#include <slb/emulator/account.hpp>
#include <slb/emulator/call.hpp>
#include <slb/emulator/request.hpp>
#include <slb/operations.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1::detail {

/// Reads what a call gives, against the state of the account. The first thing that is wrong stays as
/// refused(), and what is read after it is empty: an operation reads all, in the order in which it is to be
/// checked, and asks once.
///
/// Values, lists and tags are read as decode_request says, strictly and loosely. Where the service has no
/// code of its own for what is wrong, or none is known, the code is InvalidParameter, and the text names the
/// parameter.
class call_arguments {
  public:
    static constexpr std::size_t max_servers = decltype(create_vserver_group::backend_servers)::capacity();
    /// What cloud-provider-alibaba-cloud sends; the documentation says 20.
    static constexpr std::size_t max_servers_loosely = 40;

    call_arguments(emulated_account& account, emulator_call const& call) : account_(account), call_(call) {}

    [[nodiscard]] std::optional<refusal> const& refused() const { return refused_; }
    void refuse(int status, std::string_view code, std::string text) {
        if (!refused_) refused_ = refusal{status, std::string(code), std::move(text)};
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return find_parameter(call_.parameters, name) != nullptr;
    }

    /// The value that is named and typed as that member of a request.
    template <class Operation, class Member>
    [[nodiscard]] Member value(Member Operation::*member) {
        Member value = anything{};
        if (!refused_) refused_ = read_value(value, call_, wire_name(member));
        return value;
    }
    /// The group that the call names, or null, which is refused.
    [[nodiscard]] emulated_group* group() {
        auto const region = value(&describe_vserver_group_attribute::region_id);
        auto const id = value(&describe_vserver_group_attribute::vserver_group_id);
        auto* const found = refused_ ? nullptr : account_.groups.find(region.text(), id.text());
        if (found == nullptr)
            refuse(404, "InvalidParameter",
                   joined({"The specified ", wire_name(&describe_vserver_group_attribute::vserver_group_id),
                           " does not exist."}));
        return found;
    }
    /// The load balancer that the call names, or null, which is refused. Whether DescribeHealthStatus needs
    /// the region is disputed: loosely it does not.
    [[nodiscard]] emulated_load_balancer* load_balancer(bool region_disputed = false) {
        using call = describe_vserver_groups;
        bool const any_region =
            region_disputed && !call_.strict && call_.value(wire_name(&call::region_id)).empty();
        std::string_view const region = any_region ? std::string_view() : value(&call::region_id).text();
        auto const id = value(&call::load_balancer_id);
        auto* const found = refused_ ? nullptr : account_.load_balancers.find(region, id.text());
        if (found == nullptr)
            refuse(404, "InvalidLoadBalancerId.NotFound",
                   joined({"The specified ", wire_name(&call::load_balancer_id), " does not exist."}));
        return found;
    }

    /// A list of servers. Entries may have all members wherever they stand: captured clients send them. An
    /// empty list where one is required is refused; loosely it changes nothing.
    [[nodiscard]] decoded_list<backend_server> servers(std::string_view parameter, bool required = false) {
        decoded_list<backend_server> list;
        std::size_t const most = call_.strict ? max_servers : max_servers_loosely;
        if (!refused_) refused_ = read_list(list, call_, parameter, required, most);
        return list;
    }

    /// Tags, in the order of their numbers. The same key twice is refused; loosely the last one counts.
    template <class Operation, class List>
    [[nodiscard]] std::vector<tag> tags(List Operation::*member) {
        std::string_view const name = wire_name(member);
        std::map<std::size_t, tag> items;
        if (!refused_) refused_ = read_numbered(items, call_, name, List::capacity());
        std::vector<tag> tags;
        for (auto const& [number, item] : items) {
            auto const twin = std::find_if(tags.begin(), tags.end(), [&key = item.key](tag const& earlier) {
                return earlier.key == key;
            });
            if (twin == tags.end())
                tags.push_back(item);
            else if (call_.strict && !refused_)
                refused_ =
                    invalid_parameter(joined({name, ".", std::to_string(number), ".", wire_name(&tag::key)}),
                                      "must not be that of another tag");
            else
                *twin = item;
        }
        return tags;
    }

  private:
    emulated_account& account_;
    emulator_call const& call_;
    std::optional<refusal> refused_;
};

} // namespace slb::inline v0_1::detail

#endif
