// expect: a_description_must_not_repeat_a_name
// twin: "RegionId", &self::name -> "VServerGroupName", &self::name
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
constexpr auto describe(slb::type<rename_group>) {
    using self = rename_group;
    return slb::operation<self, answer>("RenameGroup", slb::field("RegionId", &self::region_id),
                                        slb::field("VServerGroupId", &self::group_id),
                                        slb::field("RegionId", &self::name));
}

slb::error checked() {
    return slb::validate(rename_group{.region_id = "cn-hangzhou", .group_id = "rsp-cige6j5e7p"});
}
