// expect: a_struct_needs_a_description
// twin: describe_tag -> describe
#include <slb/validate.hpp>

struct tag {
    slb::server_id key;
    slb::server_id value;
};
constexpr auto describe_tag(slb::type<tag>) {
    return slb::members<tag>(slb::field("TagKey", &tag::key), slb::field("TagValue", &tag::value));
}

struct answer {
    std::string_view request_id{};
};
constexpr auto describe(slb::type<answer>) {
    return slb::members<answer>(slb::field("RequestId", &answer::request_id));
}

struct add_tags {
    slb::region_id region_id;
    slb::list<tag, 10> tags{};
};
constexpr auto describe(slb::type<add_tags>) {
    using self = add_tags;
    return slb::operation<self, answer>("AddTags", slb::field("RegionId", &self::region_id),
                                        slb::json_list("Tags", &self::tags));
}
constexpr bool same_server(tag const& left, tag const& right) { return left.key == right.key; }

slb::error checked(add_tags const& request) { return slb::validate(request); }
