// expect: a_value_in_a_json_list_must_have_a_rule_that_is_not_free
// twin: slb::tag_key -> slb::server_id
#include <slb/http_call.hpp>

struct answer {
    std::string_view request_id{};
};
constexpr auto describe(slb::type<answer>) {
    return slb::members<answer>(slb::field("RequestId", &answer::request_id));
}

struct label {
    slb::tag_key key;
};
constexpr auto describe(slb::type<label>) { return slb::members<label>(slb::field("Key", &label::key)); }

struct label_groups {
    slb::list<label, 2> labels{};
};
constexpr auto describe(slb::type<label_groups>) {
    using self = label_groups;
    return slb::operation<self, answer>("LabelGroups", slb::json_list("Labels", &self::labels));
}

std::size_t measured(label_groups const& request) {
    slb::detail::query_measurer sink;
    slb::detail::put_query(sink, request);
    return sink.once;
}
