// expect: a_parameter_must_not_be_named_as_a_common_one
// twin: "Format" -> "RegionId"
#include <slb/http_call.hpp>

struct answer {
    std::string_view request_id{};
};
constexpr auto describe(slb::type<answer>) {
    return slb::members<answer>(slb::field("RequestId", &answer::request_id));
}

struct rename_group {
    slb::region_id region_id;
};
constexpr auto describe(slb::type<rename_group>) {
    using self = rename_group;
    return slb::operation<self, answer>("RenameGroup", slb::field("Format", &self::region_id));
}

slb::result<void> encoded(slb::http_call<>& call) {
    return call.encode(rename_group{.region_id = "cn-hangzhou"});
}
