// expect: an_element_of_a_request_must_hold_values_only
// twin: chosen = inners -> chosen = slb::server_id
#include <slb/http_call.hpp>

struct answer {
    std::string_view request_id{};
};
constexpr auto describe(slb::type<answer>) {
    return slb::members<answer>(slb::field("RequestId", &answer::request_id));
}

struct inner {
    slb::server_id name;
};
constexpr auto describe(slb::type<inner>) { return slb::members<inner>(slb::field("Name", &inner::name)); }
using inners = slb::list<inner, 2>;
using chosen = inners;

template <class Member>
struct outer {
    Member names;
};
template <class Member>
constexpr auto describe(slb::type<outer<Member>>) {
    using self = outer<Member>;
    if constexpr (std::is_same_v<Member, inners>)
        return slb::members<self>(slb::json_list("Names", &self::names));
    else
        return slb::members<self>(slb::field("Names", &self::names));
}

struct rename_groups {
    slb::list<outer<chosen>, 2> names{};
};
constexpr auto describe(slb::type<rename_groups>) {
    using self = rename_groups;
    return slb::operation<self, answer>("RenameGroups", slb::json_list("Groups", &self::names));
}

std::size_t measured(rename_groups const& request) {
    slb::detail::query_measurer sink;
    slb::detail::put_query(sink, request);
    return sink.once;
}
