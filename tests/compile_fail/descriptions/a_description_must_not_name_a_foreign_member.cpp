// expect: a_description_must_not_name_a_foreign_member
// twin: other::name -> self::name
#include <slb/validate.hpp>

struct answer {
    std::string_view request_id{};
};
constexpr auto describe(slb::type<answer>) {
    return slb::members<answer>(slb::field("RequestId", &answer::request_id));
}

struct rename_group {
    slb::region_id region_id;
    slb::vserver_group_id group_id;
    slb::maybe<slb::server_description> name{};
};
struct other {
    slb::maybe<slb::server_description> name{};
};
constexpr auto describe(slb::type<rename_group>) {
    using self = rename_group;
    return slb::operation<self, answer>("RenameGroup", slb::field("RegionId", &self::region_id),
                                        slb::field("VServerGroupId", &self::group_id),
                                        slb::field("VServerGroupName", &other::name));
}

slb::error checked() {
    return slb::validate(rename_group{.region_id = "cn-hangzhou", .group_id = "rsp-cige6j5e7p"});
}
