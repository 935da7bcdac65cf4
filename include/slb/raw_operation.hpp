#ifndef SLB_RAW_OPERATION_HPP
#define SLB_RAW_OPERATION_HPP

#include <slb/json_value.hpp>
#include <slb/response.hpp>
#include <slb/sign.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// It travels in a header as well as in a query. (The longest of the API has 42.)
constexpr errc check_action(std::string_view action) {
    return !action.empty() && action.size() <= 64 && is_plain(action) ? errc::none : errc::action_malformed;
}
/// As `RegionId`, `Tag.1.Key` or `XForwardedFor_SLBIP`. What every call has is the library's to send.
constexpr errc check_parameter_name(std::string_view name) {
    if (name.empty() || name.size() > 64) return errc::parameter_name_malformed;
    for (char c : name)
        if (!is_letter(c) && !is_digit(c) && c != '.' && c != '_') return errc::parameter_name_malformed;
    return hmac_sha1::is_common_name(name) ? errc::parameter_name_taken : errc::none;
}
constexpr errc check_utf8(std::string_view text) {
    while (!text.empty()) {
        std::size_t const length = utf8_length(text);
        if (length == 0) return errc::parameter_not_utf8;
        text.remove_prefix(length);
    }
    return errc::none;
}

struct action_rule {
    static constexpr errc broken(std::string_view action) { return check_action(action); }
    static constexpr auto missing = rule::action_is_required;
};
struct parameter_name_rule {
    static constexpr errc broken(std::string_view name) { return check_parameter_name(name); }
};
struct utf8_rule {
    static constexpr errc broken(std::string_view text) { return check_utf8(text); }
};

} // namespace detail

/// The name of an action, as "DescribeLoadBalancers".
using action_name = text_value<detail::action_rule>;
/// The name of a parameter: 1 to 64 letters, digits, dots and underscores, and none that every call has.
using raw_parameter_name = text_value<detail::parameter_name_rule>;

/// The value of a parameter: any text in UTF-8, a literal or `runtime(...)`, or any whole number or bool.
class raw_parameter_value {
  public:
    /// @{
    /// From a literal, which is checked at compile time, from what runtime() gives, and from whole numbers
    /// and bools of run time too: there is no rule they could break.
    template <detail::literal_text S>
    consteval raw_parameter_value(S const& literal) : text_(literal) {}
    constexpr raw_parameter_value(runtime_text deferred) : text_(deferred) {}
    template <detail::whole_number N>
    constexpr raw_parameter_value(N number) : number_(detail::saturate(number)), is_number_(true) {}
    constexpr raw_parameter_value(runtime_number number) : number_(number.number), is_number_(true) {}
    constexpr raw_parameter_value(std::same_as<bool> auto value)
        : text_(runtime_text{value ? "true" : "false"}) {}
    /// @}
    /// None yet.
    constexpr explicit raw_parameter_value(detail::unset_t) {}

    /// errc::none, or the rule that is broken.
    [[nodiscard]] constexpr errc broken_rule() const { return text_.broken_rule(); }
    /// Whether it is a number; else it is a text.
    [[nodiscard]] constexpr bool is_number() const { return is_number_; }
    /// The text; empty where it is a number.
    [[nodiscard]] constexpr std::string_view text() const { return text_.text(); }
    /// The number; 0 where it is a text.
    [[nodiscard]] constexpr std::int64_t number() const { return number_; }

  private:
    text_value<detail::utf8_rule> text_{detail::unset_t{}};
    std::int64_t number_ = 0;
    bool is_number_ = false;
};

/// Any operation of the API, by the name of its action and of its parameters, up to `Max` of them:
///
///   slb::raw_operation list{"DescribeLoadBalancers"};
///   list.with("RegionId", "cn-hangzhou").with("PageSize", 50).with("Tags", slb::runtime(text));
///   auto const response = client.invoke(list);
///
/// What is known at compile time is checked there: names, and that literals are UTF-8. The rest is checked at
/// encoding; an error names the parameter, and its view of the name lives as long as the caller's. The order
/// does not matter. Whether the service knows action and parameters is for the service to say.
///
/// The response is a cursor (json_value). It is asked for as JSON, whatever call_options::format says; should
/// an answer come as XML, a refusal is understood as ever, and a success is errc::xml_refused, as applied.
///
/// It is also the way round the rules of operations that have a type. Where the service accepts lists of
/// different lengths, say, or more servers than documented, the lists are written out:
///
///   slb::raw_operation modify{"ModifyVServerGroupBackendServers"};
///   modify.with("RegionId", "cn-hangzhou").with("VServerGroupId", "rsp-cige6j5e7p")
///       .with("OldBackendServers", R"([{"ServerId":"vm-233","Port":"80"}])")
///       .with("NewBackendServers",
///       R"([{"ServerId":"vm-235","Port":"80"},{"ServerId":"vm-236","Port":"80"}])");
template <std::size_t Max>
class basic_raw_operation {
  public:
    /// A parameter as it was added.
    struct parameter {
        /// Its name on the wire.
        raw_parameter_name name{detail::unset_t{}};
        /// What is sent.
        raw_parameter_value value{detail::unset_t{}};
    };

    /// A call of that action, without parameters yet.
    constexpr basic_raw_operation(action_name action) : action_(action) {}

    /// Adds a parameter. More than Max are counted, and refused at encoding.
    constexpr basic_raw_operation& with(raw_parameter_name name, raw_parameter_value value) & {
        if (added_ < Max) parameters_[added_] = {name, value};
        ++added_;
        return *this;
    }
    /// The same of a temporary, which is copied: a reference to the result keeps it alive.
    [[nodiscard]] constexpr basic_raw_operation with(raw_parameter_name name, raw_parameter_value value) && {
        return with(name, value);
    }

    /// The action that is called.
    [[nodiscard]] constexpr action_name const& action() const& { return action_; }
    action_name const& action() const&& = delete;
    /// The parameters in the order in which they were added.
    [[nodiscard]] constexpr std::span<parameter const> parameters() const& {
        return {parameters_, added_ < Max ? added_ : Max};
    }
    std::span<parameter const> parameters() const&& = delete;
    /// How many were added, those beyond Max too.
    [[nodiscard]] constexpr std::size_t added() const { return added_; }
    /// How many parameters there is room for.
    [[nodiscard]] static constexpr std::size_t capacity() { return Max; }

  private:
    static_assert(Max >= 1 && Max <= 1000);

    action_name action_;
    parameter parameters_[Max]{};
    std::size_t added_ = 0;
};

/// With room for every parameter of every operation of the API but some of its longest lists.
using raw_operation = basic_raw_operation<64>;

namespace detail {

/// The parameters of a request in the order of the canonical query: by name, bytewise.
template <std::size_t Max>
class parameter_order {
  public:
    constexpr explicit parameter_order(basic_raw_operation<Max> const& request)
        : parameters_(request.parameters()) {
        for (std::size_t i = 0; i != parameters_.size(); ++i) {
            std::size_t at = i;
            for (; at != 0 && name(i) < name(at_[at - 1]); --at) at_[at] = at_[at - 1];
            at_[at] = static_cast<std::uint16_t>(i);
        }
    }
    [[nodiscard]] constexpr std::size_t size() const { return parameters_.size(); }
    [[nodiscard]] constexpr auto const& operator[](std::size_t rank) const { return parameters_[at_[rank]]; }

  private:
    [[nodiscard]] constexpr std::string_view name(std::size_t index) const {
        return parameters_[index].name.text();
    }

    std::span<typename basic_raw_operation<Max>::parameter const> parameters_;
    std::uint16_t at_[Max]{};
};

template <class Sink, std::size_t Max>
constexpr void put_query(Sink& sink, basic_raw_operation<Max> const& request) {
    parameter_order<Max> const sorted(request);
    for (std::size_t i = 0; i != sorted.size(); ++i) {
        std::string_view const name = sorted[i].name.text();
        raw_parameter_value const& value = sorted[i].value;
        if constexpr (requires { Sink::rank(name); }) sink.begin_parameter(Sink::rank(name));
        if (i != 0) sink.put_separator('&');
        sink.put_plain(name);
        sink.put_separator('=');
        if (value.is_number())
            sink.put_plain(digits(value.number()).view());
        else
            sink.put_value(value.text());
    }
}

template <std::size_t Max>
struct operation_traits<basic_raw_operation<Max>> {
    using value_type = json_value;
    static constexpr std::string_view known_action{};
    static constexpr bool json_only = true;
    static constexpr bool ambiguous = true;
    static constexpr std::string_view wrapper{};

    static constexpr std::string_view action(basic_raw_operation<Max> const& request) {
        return request.action().text();
    }
    static constexpr bool repeatable(basic_raw_operation<Max> const& request) {
        return repetition_of(action(request)).safe;
    }
    static slb::error parse(std::string_view body, json_value& out, std::span<char> memory, bool xml,
                            parse_limits limits) {
        if (xml) return slb::error(errc::xml_refused);
        json_value whole;
        if (slb::error why = parse_json(body, whole, memory, limits); why.code() != errc::none) return why;
        out = answer_in(whole);
        return out["RequestId"].text().error();
    }
};

} // namespace detail

/// Checks a request against the rules of its names and values.
template <std::size_t Max>
constexpr slb::error validate(basic_raw_operation<Max> const& request) {
    auto const at = [](std::string_view name) { return wire_path{name, {}, -1}; };
    if (errc const broken = request.action().broken_rule(); broken != errc::none)
        return slb::error(broken, at("Action"));
    std::string_view const action = request.action().text();
    if (request.added() > Max)
        return slb::error(errc::too_many_items, at(action))
            .with_number(static_cast<std::int64_t>(request.added()));
    for (auto const& [name, value] : request.parameters()) {
        // A name of another kind than names are is shown as far as a name goes.
        std::string_view const shown = name.text().empty() ? action : name.text().substr(0, 64);
        for (errc const broken : {name.broken_rule(), value.broken_rule()})
            if (broken != errc::none) return slb::error(broken, at(shown));
    }
    detail::parameter_order<Max> const sorted(request);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i].name == sorted[i - 1].name)
            return slb::error(errc::parameter_repeated, at(sorted[i].name.text()));
    return {};
}

} // namespace slb::inline v0_1

#endif
