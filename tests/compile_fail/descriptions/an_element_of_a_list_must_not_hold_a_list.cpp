// expect: an_element_of_a_list_must_not_hold_a_list
// twin: group_view> groups -> tag_view> groups
#include <slb/response.hpp>

struct tag_view {
    std::string_view key{};
};
constexpr auto describe(slb::type<tag_view>) {
    return slb::members<tag_view>(slb::field("TagKey", &tag_view::key));
}

struct group_view {
    slb::list_view<tag_view> tags{};
};
constexpr auto describe(slb::type<group_view>) {
    return slb::members<group_view>(slb::items("Tags", "Tag", &group_view::tags));
}

struct answer {
    slb::list_view<group_view> groups{};
};
constexpr auto describe(slb::type<answer>) {
    return slb::members<answer>(slb::items("Groups", "Group", &answer::groups));
}

struct list_groups {
    slb::region_id region_id;
};
constexpr auto describe(slb::type<list_groups>) {
    return slb::operation<list_groups, answer>("ListGroups", slb::field("RegionId", &list_groups::region_id));
}

bool empty() { return !slb::response<list_groups>(); }
