#ifndef SLB_TESTS_SUPPORT_REPLY_SHAPES_HPP
#define SLB_TESTS_SUPPORT_REPLY_SHAPES_HPP

#include <slb/operations.hpp>

#include <boost/json.hpp>

#include <string_view>
#include <vector>

namespace slb_test {

/// What a reply of an operation may hold, written out by hand and apart from the library's descriptions.
struct shape {
    enum class kind { text, int32, int64, truth, object, list };

    std::string_view name{};
    kind what = kind::text;
    bool required = false;
    /// Of a list: what an element is called.
    std::string_view item{};
    /// Of an object or of each element of a list.
    std::vector<shape> members{};
    /// What an element of a list is.
    kind element = kind::object;
};
using shapes = std::vector<shape>;

/// A reply as the documentation's JSON examples spell it: without a wrapper, numbers as numbers, lists as
/// {"Items":{"Item":[...]}}, and each object and list there.
using json_array = boost::json::array;
using json_object = boost::json::object;
using json_value = boost::json::value;

inline boost::json::string_view json_text(std::string_view text) { return {text.data(), text.size()}; }

/// What a struct of the library's shows is filled in by `fill`, one for each.
struct tree : json_object {};
template <class View>
json_object tree_of(View const& view) {
    tree made;
    fill(made, view);
    return made;
}

template <class T>
void put(tree& into, char const* name, T const& shown) {
    if constexpr (std::is_same_v<T, std::string_view>)
        into[name] = json_text(shown);
    else
        into[name] = shown;
}
template <class T>
void put(tree& into, char const* name, slb::maybe<T> const& shown) {
    if (shown) put(into, name, *shown);
}
template <class T>
void put_list(tree& into, char const* name, char const* item, slb::list_view<T> const& list) {
    json_array elements;
    for (T const& element : list)
        if constexpr (requires(tree & made) { fill(made, element); })
            elements.push_back(tree_of(element));
        else if constexpr (std::is_same_v<T, std::string_view>)
            elements.emplace_back(json_text(element));
        else
            elements.emplace_back(element);
    into[name] = json_object{{item, std::move(elements)}};
}

// The shapes of the VServer groups' replies, and what the library's structs show in them. Names stand here a
// second time on purpose: a description that mixes up two members is seen.

inline shapes const server_shape{{"ServerId", shape::kind::text, true},
                                 {"Port", shape::kind::int32, true},
                                 {"Weight", shape::kind::int32},
                                 {"Type"},
                                 {"ServerIp"},
                                 {"Description"}};
inline void fill(tree& into, slb::backend_server_view const& server) {
    put(into, "ServerId", server.server_id);
    put(into, "Port", server.port);
    put(into, "Weight", server.weight);
    put(into, "Type", server.type);
    put(into, "ServerIp", server.server_ip);
    put(into, "Description", server.description);
}
inline shape const servers_shape{"BackendServers", shape::kind::list, false, "BackendServer", server_shape};

inline shapes const tag_shape{{"TagKey", shape::kind::text, true}, {"TagValue"}};
inline void fill(tree& into, slb::tag_view const& tag) {
    put(into, "TagKey", tag.key);
    put(into, "TagValue", tag.value);
}
inline shape const tags_shape{"Tags", shape::kind::list, false, "Tag", tag_shape};

/// Create, Add, Remove and Modify answer alike.
inline shapes const changed_group_shape{
    {"RequestId", shape::kind::text, true}, {"VServerGroupId", shape::kind::text, true}, servers_shape};
inline void fill(tree& into, slb::changed_vserver_group const& group) {
    put(into, "RequestId", group.request_id);
    put(into, "VServerGroupId", group.vserver_group_id);
    put_list(into, "BackendServers", "BackendServer", group.backend_servers);
}

inline shapes const deleted_group_shape{{"RequestId", shape::kind::text, true}};
inline void fill(tree& into, slb::delete_vserver_group_response const& said) {
    put(into, "RequestId", said.request_id);
}

inline shapes const set_group_shape{{"RequestId", shape::kind::text, true},
                                    {"VServerGroupId", shape::kind::text, true},
                                    {"VServerGroupName"},
                                    servers_shape};
inline void fill(tree& into, slb::set_vserver_group_attribute_response const& group) {
    put(into, "RequestId", group.request_id);
    put(into, "VServerGroupId", group.vserver_group_id);
    put(into, "VServerGroupName", group.vserver_group_name);
    put_list(into, "BackendServers", "BackendServer", group.backend_servers);
}

inline shapes const group_shape{{"RequestId", shape::kind::text, true},
                                {"VServerGroupId", shape::kind::text, true},
                                {"VServerGroupName"},
                                {"LoadBalancerId"},
                                {"CreateTime"},
                                servers_shape,
                                tags_shape};
inline void fill(tree& into, slb::describe_vserver_group_attribute_response const& group) {
    put(into, "RequestId", group.request_id);
    put(into, "VServerGroupId", group.vserver_group_id);
    put(into, "VServerGroupName", group.vserver_group_name);
    put(into, "LoadBalancerId", group.load_balancer_id);
    put(into, "CreateTime", group.create_time);
    put_list(into, "BackendServers", "BackendServer", group.backend_servers);
    put_list(into, "Tags", "Tag", group.tags);
}

inline shapes const groups_shape{
    {"RequestId", shape::kind::text, true},
    {"VServerGroups",
     shape::kind::list,
     false,
     "VServerGroup",
     {{"VServerGroupId", shape::kind::text, true},
      {"VServerGroupName"},
      {"ServerCount", shape::kind::int64},
      {"CreateTime"},
      {"AssociatedObjects",
       shape::kind::object,
       false,
       {},
       {{"Listeners",
         shape::kind::list,
         false,
         "Listener",
         {{"Port", shape::kind::int32, true}, {"Protocol"}}},
        {"Rules",
         shape::kind::list,
         false,
         "Rule",
         {{"RuleId", shape::kind::text, true}, {"RuleName"}, {"Domain"}, {"Url"}}}}},
      tags_shape}}};
inline void fill(tree& into, slb::associated_listener_view const& listener) {
    put(into, "Port", listener.port);
    put(into, "Protocol", listener.protocol);
}
inline void fill(tree& into, slb::associated_rule_view const& rule) {
    put(into, "RuleId", rule.rule_id);
    put(into, "RuleName", rule.rule_name);
    put(into, "Domain", rule.domain);
    put(into, "Url", rule.url);
}
inline void fill(tree& into, slb::associated_objects_view const& users) {
    put_list(into, "Listeners", "Listener", users.listeners);
    put_list(into, "Rules", "Rule", users.rules);
}
inline void fill(tree& into, slb::vserver_group_view const& group) {
    put(into, "VServerGroupId", group.vserver_group_id);
    put(into, "VServerGroupName", group.vserver_group_name);
    put(into, "ServerCount", group.server_count);
    put(into, "CreateTime", group.create_time);
    into["AssociatedObjects"] = tree_of(group.associated_objects);
    put_list(into, "Tags", "Tag", group.tags);
}
inline void fill(tree& into, slb::describe_vserver_groups_response const& groups) {
    put(into, "RequestId", groups.request_id);
    put_list(into, "VServerGroups", "VServerGroup", groups.vserver_groups);
}

/// How many elements all lists of a reply hold together.
inline std::size_t element_count(json_value const& said) {
    std::size_t count = 0;
    if (auto const* const list = said.if_array())
        for (auto const& element : *list) count += 1 + element_count(element);
    if (auto const* const members = said.if_object())
        for (auto const& [name, member] : *members) count += element_count(member);
    return count;
}
/// Whether all that is there are empty lists: left out it is the same.
inline bool says_nothing(json_value const& said) {
    if (auto const* const list = said.if_array()) return list->empty();
    if (!said.is_object()) return false;
    bool nothing = true;
    for (auto const& [name, member] : said.get_object()) nothing = nothing && says_nothing(member);
    return nothing;
}

} // namespace slb_test

#endif
