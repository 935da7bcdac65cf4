#ifndef SLB_TESTS_SUPPORT_BOOST_ORACLE_HPP
#define SLB_TESTS_SUPPORT_BOOST_ORACLE_HPP

#include "replies.hpp"

#include <boost/json.hpp>

namespace slb_test {

/// What Boost.JSON and a plain reading of its values make of a text.
struct oracle_verdict {
    /// Boost.JSON takes it for JSON.
    bool well_formed = false;
    /// And it holds the reply of the operation, which is this one.
    std::optional<reply> said{};
    /// Some object has two members of one name, of which Boost.JSON keeps the last.
    bool repeats = false;
    /// It may be JSON: Boost.JSON stopped at an exponent that no int holds.
    bool exponent_too_large = false;
};

/// Reads with Boost.JSON. The rules of the operation are written out by hand, on purpose.
class boost_oracle {
  public:
    static oracle_verdict read(std::string_view text) {
        boost::json::parse_options options;
        options.max_depth = 64;
        boost::system::error_code problem;
        boost::json::value const root =
            boost::json::parse({text.data(), text.size()}, problem, boost::json::storage_ptr(), options);
        if (problem) return {.exponent_too_large = problem == boost::json::error::exponent_overflow};
        oracle_verdict verdict{.well_formed = true, .repeats = members_in(text) != members_of(root)};
        if (root.is_object()) verdict.said = read_reply(unwrapped(root.get_object()));
        return verdict;
    }

  protected:
    using object = boost::json::object;
    using value = boost::json::value;

    /// How many members a JSON text has: as many as colons outside of its strings.
    static std::size_t members_in(std::string_view text) {
        std::size_t members = 0;
        bool inside = false;
        for (std::size_t i = 0; i != text.size(); ++i) {
            if (text[i] == '"') inside = !inside;
            if (inside && text[i] == '\\') ++i;
            if (!inside && text[i] == ':') ++members;
        }
        return members;
    }
    static std::size_t members_of(value const& tree) {
        std::size_t members = 0;
        if (auto const* const array = tree.if_array())
            for (auto const& element : *array) members += members_of(element);
        if (auto const* const object = tree.if_object())
            for (auto const& [key, member] : *object) members += 1 + members_of(member);
        return members;
    }
    static object const& unwrapped(object const& root) {
        for (auto const& [key, member] : root) {
            std::string_view const name(key.data(), key.size());
            bool const known = name == "RequestId" || name == "VServerGroupId" || name == "BackendServers";
            if (known && !member.is_null()) break;
            if (member.is_object() && (name == "ModifyVServerGroupBackendServers" ||
                                       name == "ModifyVServerGroupBackendServersResponse"))
                return member.get_object();
        }
        return root;
    }
    static value const* find(object const& in, char const* name) {
        value const* const found = in.if_contains(name);
        return found != nullptr && found->is_null() ? nullptr : found;
    }
    /// False: there, but no text.
    static bool read_text(object const& in, char const* name, std::optional<std::string>& out) {
        value const* const found = find(in, name);
        if (found == nullptr) return true;
        if (!found->is_string()) return false;
        out = std::string(found->get_string().data(), found->get_string().size());
        return true;
    }
    static bool read_number(object const& in, char const* name, std::optional<std::int32_t>& out) {
        value const* const found = find(in, name);
        if (found == nullptr) return true;
        std::int64_t number = 0;
        if (found->is_int64()) {
            number = found->get_int64();
        } else if (found->is_string()) {
            auto const& digits = found->get_string();
            if (!read_digits({digits.data(), digits.size()}, number)) return false;
        } else {
            return false;
        }
        if (number < INT32_MIN || number > INT32_MAX) return false;
        out = static_cast<std::int32_t>(number);
        return true;
    }
    static bool read_server(value const& from, reply& into) {
        if (!from.is_object()) return false;
        object const& in = from.get_object();
        std::optional<std::string> id;
        std::optional<std::int32_t> port;
        server_reply server;
        if (!read_text(in, "ServerId", id) || !read_number(in, "Port", port) ||
            !read_number(in, "Weight", server.weight) || !read_text(in, "Type", server.type) ||
            !read_text(in, "ServerIp", server.server_ip) ||
            !read_text(in, "Description", server.description) || !id || !port)
            return false;
        server.server_id = *id;
        server.port = *port;
        into.servers.push_back(server);
        return true;
    }
    static bool read_servers(value const& from, reply& into) {
        if (!from.is_array()) return read_server(from, into);
        for (auto const& element : from.get_array())
            if (!read_server(element, into)) return false;
        return true;
    }
    static std::optional<reply> read_reply(object const& in) {
        std::optional<std::string> request_id;
        std::optional<std::string> group_id;
        if (!read_text(in, "RequestId", request_id) || !read_text(in, "VServerGroupId", group_id) ||
            !request_id || !group_id)
            return {};
        reply made{*request_id, *group_id, {}};
        if (value const* const list = find(in, "BackendServers")) {
            if (list->is_array()) {
                if (!read_servers(*list, made)) return {};
            } else if (list->is_object()) {
                value const* const servers = find(list->get_object(), "BackendServer");
                if (servers != nullptr && !read_servers(*servers, made)) return {};
            } else {
                return {};
            }
        }
        return made;
    }
};

} // namespace slb_test

#endif
