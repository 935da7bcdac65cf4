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

/// A tag of a call. Without a value, a filter takes any.
struct given_tag {
    std::string key{};
    std::optional<std::string> value{};
};

/// Reads what a call gives, against the state of the account. The first thing that is wrong stays as
/// refused(), and what is read after it is empty: an operation reads all, in the order in which it is to be
/// checked, and asks once.
///
/// What is refused, and loosely is not: ids, names and tags against the rules of their texts; names with
/// other than ASCII characters, which sources dispute; flags other than true and false (loosely in any case
/// of the letters, and others are false); protocols that no listener has (loosely nothing has them). Numbers
/// out of range are refused always. Where the service has no code of its own for it, or none is known, the
/// code is InvalidParameter, and the text names the parameter.
class call_arguments {
  public:
    static constexpr std::size_t max_servers = decltype(create_vserver_group::backend_servers)::capacity();
    /// What cloud-provider-alibaba-cloud sends; the documentation says 20.
    static constexpr std::size_t max_servers_loosely = 40;
    static constexpr std::size_t max_tags = decltype(create_vserver_group::tags)::capacity();

    call_arguments(emulated_account& account, emulator_call const& call) : account_(account), call_(call) {}

    [[nodiscard]] std::optional<refusal> const& refused() const { return refused_; }
    void refuse(int status, std::string_view code, std::string text) {
        if (!refused_) refused_ = refusal{status, std::string(code), std::move(text)};
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return find_parameter(call_.parameters, name) != nullptr;
    }

    /// The group that the call names, or null, which is refused.
    [[nodiscard]] emulated_group* group() {
        constexpr std::string_view parameter = wire_name(&describe_vserver_group_attribute::vserver_group_id);
        std::string_view const region = required_id(region_parameter);
        std::string_view const id = required_id(parameter);
        auto* const found = refused_ ? nullptr : account_.groups.find(region, id);
        if (found == nullptr)
            refuse(404, "InvalidParameter", joined({"The specified ", parameter, " does not exist."}));
        return found;
    }
    /// The load balancer that the call names, or null, which is refused. Whether DescribeHealthStatus needs
    /// the region is disputed: loosely it does not.
    [[nodiscard]] emulated_load_balancer* load_balancer(bool region_disputed = false) {
        constexpr std::string_view parameter = wire_name(&create_vserver_group::load_balancer_id);
        bool const any_region = region_disputed && !call_.strict && call_.value(region_parameter).empty();
        std::string_view const region = any_region ? std::string_view() : required_id(region_parameter);
        std::string_view const id = required_id(parameter);
        auto* const found = refused_ ? nullptr : account_.load_balancers.find(region, id);
        if (found == nullptr)
            refuse(404, "InvalidLoadBalancerId.NotFound",
                   joined({"The specified ", parameter, " does not exist."}));
        return found;
    }

    /// The name of a group; nothing: none is given, or it is refused.
    [[nodiscard]] std::optional<std::string> name(std::string_view parameter) {
        if (refused_ || !has(parameter)) return {};
        std::string_view const text = call_.value(parameter);
        errc broken = check_description(text);
        for (char c : text)
            if (static_cast<unsigned char>(c) >= 0x80) broken = errc::description_alphabet;
        if (call_.strict && broken != errc::none)
            return refuse_value(parameter, message(broken)), std::nullopt;
        return std::string(text);
    }
    [[nodiscard]] bool flag(std::string_view parameter) {
        std::string_view const text = call_.value(parameter);
        if (call_.strict && has(parameter) && text != "true" && text != "false")
            refuse_value(parameter, "must be true or false");
        return lowered(text) == "true";
    }
    /// A front port; nothing: none is given, or it is refused.
    [[nodiscard]] std::optional<std::int32_t> port(std::string_view parameter) {
        if (refused_ || !has(parameter)) return {};
        std::int32_t number = 0;
        if (!assign(number, call_.value(parameter)))
            return refuse_value(parameter, "must be a whole number"), std::nullopt;
        if (errc const broken = check_port(number); broken != errc::none)
            return refuse_value(parameter, joined({message(broken), ", is ", std::to_string(number)})),
                   std::nullopt;
        return number;
    }
    /// The protocol of a listener; empty: none is given, or it is refused.
    [[nodiscard]] std::string protocol(std::string_view parameter) {
        if (refused_ || !has(parameter)) return {};
        errc const broken = check_listener_protocol(call_.value(parameter));
        if (call_.strict && broken != errc::none) return refuse_value(parameter, message(broken)), "";
        return lowered(call_.value(parameter));
    }

    /// A list of servers. Entries may have all members wherever they stand: captured clients send them. An
    /// empty list where one is required is refused; loosely it changes nothing.
    [[nodiscard]] decoded_list<backend_server> servers(std::string_view parameter, bool required = false) {
        if (refused_) return {};
        if (required && !has(parameter))
            return refused_ = refusal::missing(parameter), decoded_list<backend_server>();
        auto decoded = call_.list<backend_server>(parameter);
        if (auto const* const no = std::get_if<list_refusal>(&decoded)) {
            refused_ = refusal_of(*no, parameter);
            return {};
        }
        auto& list = std::get<0>(decoded);
        std::size_t const count = list.elements.size();
        std::size_t const most = call_.strict ? max_servers : max_servers_loosely;
        if (count > most) refused_ = too_many_items(parameter, count, most);
        if (required && call_.strict && count == 0) refuse_value(parameter, message(errc::list_empty));
        return std::move(list);
    }

    /// The tags Tag.N.Key, Tag.N.Value of a call, N from 1 to 20 and in any order, in the order of N.
    [[nodiscard]] std::vector<given_tag> tags(std::string_view prefix) {
        std::map<std::size_t, given_tag> found;
        for (auto const& one : call_.parameters)
            if (is_numbered_name(one.name, prefix)) read_tag(one, prefix.size() + 1, found);
        std::vector<given_tag> tags;
        for (auto& [number, tag] : found) {
            std::string const start = joined({prefix, ".", std::to_string(number), "."});
            if (tag.key.empty())
                refuse(400, "MissingParameter",
                       start + "Key is mandatory where " + start + "Value is given.");
            judge(start + "Key", check_tag_key(tag.key));
            judge(start + "Value", check_tag_value(tag.value.value_or("")));
            auto const twin =
                std::find_if(tags.begin(), tags.end(),
                             [&key = tag.key](given_tag const& earlier) { return earlier.key == key; });
            if (twin == tags.end())
                tags.push_back(std::move(tag));
            else if (call_.strict)
                refuse_value(start + "Key", "must not be that of another tag");
            else
                *twin = std::move(tag);
        }
        if (refused_) tags.clear();
        return tags;
    }

  private:
    static constexpr std::string_view region_parameter =
        wire_name(&describe_vserver_group_attribute::region_id);

    void refuse_value(std::string_view parameter, std::string_view why) {
        refuse(400, "InvalidParameter", joined({parameter, " ", why, "."}));
    }
    void judge(std::string_view parameter, errc broken) {
        if (call_.strict && broken != errc::none) refuse_value(parameter, message(broken));
    }
    std::string_view required_id(std::string_view parameter) {
        std::string_view const id = call_.value(parameter);
        if (!refused_ && id.empty()) refused_ = refusal::missing(parameter);
        judge(parameter, check_id(id));
        return id;
    }
    /// Takes one parameter into the tag that it belongs to. `begin`: of its number in its name.
    void read_tag(parameter const& one, std::size_t begin, std::map<std::size_t, given_tag>& found) {
        std::string_view rest = std::string_view(one.name).substr((std::min)(begin, one.name.size()));
        std::string_view const digits = take_until('.', rest);
        std::int32_t number = 0;
        bool const numbered = assign(number, digits) && digits == std::to_string(number);
        if (!numbered || number < 1 || static_cast<std::size_t>(number) > max_tags)
            return unless_loose(one.name, "must be numbered from 1 to 20");
        given_tag& tag = found[static_cast<std::size_t>(number)];
        if (rest == wire_name(&tag::key))
            tag.key = one.value;
        else if (rest == wire_name(&tag::value))
            tag.value = one.value;
        else
            unless_loose(one.name, "is no part of a tag");
    }
    void unless_loose(std::string_view parameter, std::string_view why) {
        if (call_.strict) refuse_value(parameter, why);
    }

    emulated_account& account_;
    emulator_call const& call_;
    std::optional<refusal> refused_;
};

} // namespace slb::inline v0_1::detail

#endif
