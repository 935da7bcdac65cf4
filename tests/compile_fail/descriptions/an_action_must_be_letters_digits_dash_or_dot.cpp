// expect: an_action_must_be_letters_digits_dash_or_dot
// twin: "Rename&Format=XML" -> "RenameGroup"
#include <slb/validate.hpp>

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
    return slb::operation<self, answer>("Rename&Format=XML", slb::field("RegionId", &self::region_id));
}

slb::error checked() { return slb::validate(rename_group{.region_id = "cn-hangzhou"}); }
