#ifndef SLB_OPERATIONS_TAG_HPP
#define SLB_OPERATIONS_TAG_HPP

#include <slb/describe.hpp>

namespace slb::inline v0_1 {

/// A label of a resource, up to 20 in one call.
/// Source: the vendor's SDK, slb-20140515, CreateVServerGroupRequest; not in the documentation of 2021.
struct tag {
    /// What the label is called.
    tag_key key;
    /// Left out: the key stands alone. (Whether a filter then takes any value is not documented.)
    maybe<tag_value> value{};
};
constexpr auto describe(type<tag>) {
    return members<tag>(field("Key", &tag::key), field("Value", &tag::value));
}

/// A label as the service reports it, which names its members differently.
struct tag_view {
    /// @{
    /// Views into the response. A tag without a value has none, or an empty one.
    std::string_view key{};
    maybe<std::string_view> value{};
    /// @}

    friend constexpr bool operator==(tag_view const&, tag_view const&) = default;
};
constexpr auto describe(type<tag_view>) {
    return members<tag_view>(field("TagKey", &tag_view::key), field("TagValue", &tag_view::value));
}

} // namespace slb::inline v0_1

#endif
