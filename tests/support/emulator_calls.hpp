// An emulator with a group on a load balancer, and calls of its operations in one line each.
#ifndef SLB_TESTS_EMULATOR_CALLS_HPP
#define SLB_TESTS_EMULATOR_CALLS_HPP

#include "emulator_testing.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <initializer_list>

namespace emulator_testing {

inline constexpr std::string_view untouched = "vm-233:80 vm-232:90";

/// `[{"ServerId":"NAME","Port":PORT},...]` of "NAME:PORT ...".
inline std::string list(std::string_view servers) {
    std::string text = "[";
    while (!servers.empty()) {
        std::string_view const one = servers.substr(0, servers.find(' '));
        servers.remove_prefix(std::min(one.size() + 1, servers.size()));
        std::size_t const colon = one.find(':');
        text += (text.size() == 1 ? "{\"ServerId\":\"" : ",{\"ServerId\":\"") +
                std::string(one.substr(0, colon)) + "\",\"Port\":" + std::string(one.substr(colon + 1)) + "}";
    }
    return text + "]";
}
/// "a1:80 a2:80 ..."
inline std::string numbered(std::string_view prefix, int count) {
    std::string servers;
    for (int i = 1; i <= count; ++i)
        servers += (i == 1 ? "" : " ") + std::string(prefix) + std::to_string(i) + ":80";
    return servers;
}

/// An emulator with the default group, rsp-1 on lb-1.
struct emulated {
    explicit emulated(slb::emulator_mode mode) : served({.mode = mode}) {
        BOOST_REQUIRE(!served.groups().load(default_group));
    }
    /// Calls an operation on rsp-1 and lb-1, or on what `more` says.
    reply send(std::string_view action, texts const& more = {},
               std::initializer_list<std::string> without = {}) {
        v1_request request(action);
        request.parameters["LoadBalancerId"] = "lb-1";
        for (auto const& [name, value] : more) request.parameters[name] = value;
        for (auto const& name : without) request.parameters.erase(name);
        return call(served, request.wire());
    }
    /// `200`, or `status code: message`.
    std::string said(std::string_view action, texts const& more = {},
                     std::initializer_list<std::string> without = {}) {
        reply const got = send(action, more, without);
        if (got.status == 200) return "200";
        return std::to_string(got.status) + " " + got.code() + ": " + got.message();
    }
    /// The body of a call that is granted, without the request id that it begins or ends with.
    std::string answered(std::string_view action, texts const& more = {}) {
        reply const got = send(action, more);
        std::string const id = R"("RequestId":")" + got.headers.at("x-acs-request-id") + "\"";
        std::string body = got.body;
        if (std::size_t const at = body.find(id + ","); at != body.npos)
            body.erase(at, id.size() + 1);
        else if (body.find(id) != body.npos)
            body.erase(body.find(id), id.size());
        else
            body = "no request id: " + body;
        return body;
    }

    std::string exchange(std::string const& leaving, std::string const& coming) {
        return said(modify, {{"OldBackendServers", leaving}, {"NewBackendServers", coming}});
    }
    std::string add(std::string const& servers) {
        return said("AddVServerGroupBackendServers", {{"BackendServers", servers}});
    }
    std::string remove(std::string const& servers) {
        return said("RemoveVServerGroupBackendServers", {{"BackendServers", servers}});
    }
    std::string set(std::string const& servers) {
        return said("SetVServerGroupAttribute", {{"BackendServers", servers}});
    }

    std::string servers() const { return servers_of(served); }
    slb::emulated_group const& group() const { return *served.groups().find("cn-hangzhou", "rsp-1"); }

    slb::emulator served;
};
struct strict : emulated {
    strict() : emulated(slb::emulator_mode::strict) {}
};
struct loose : emulated {
    loose() : emulated(slb::emulator_mode::loose) {}
};

} // namespace emulator_testing

#endif
