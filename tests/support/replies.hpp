#ifndef SLB_TESTS_SUPPORT_REPLIES_HPP
#define SLB_TESTS_SUPPORT_REPLIES_HPP

#include <slb/operations/modify_vserver_group_backend_servers.hpp>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace slb_test {

inline constexpr std::string_view action = "ModifyVServerGroupBackendServers";
using reply_view = slb::changed_vserver_group;

/// A reply that owns its texts, to be compared with and to be printed.
struct server_reply {
    std::string server_id{};
    std::int32_t port = 0;
    std::optional<std::int32_t> weight{};
    std::optional<std::string> type{};
    std::optional<std::string> server_ip{};
    std::optional<std::string> description{};

    friend bool operator==(server_reply const&, server_reply const&) = default;
};
struct reply {
    std::string request_id{};
    std::string vserver_group_id{};
    std::vector<server_reply> servers{};

    friend bool operator==(reply const&, reply const&) = default;
};

/// As "R-1 rsp-1 [vm-400:80 weight 100] [vm-401:90]".
inline std::ostream& operator<<(std::ostream& out, reply const& shown) {
    out << shown.request_id << ' ' << shown.vserver_group_id;
    for (auto const& server : shown.servers) {
        out << " [" << server.server_id << ':' << server.port;
        if (server.weight) out << " weight " << *server.weight;
        if (server.type) out << " type " << *server.type;
        if (server.server_ip) out << " at " << *server.server_ip;
        if (server.description) out << " called " << *server.description;
        out << ']';
    }
    return out;
}

inline reply copy_of(reply_view const& view) {
    auto const text = [](slb::maybe<std::string_view> const& value) {
        return value ? std::optional<std::string>(*value) : std::nullopt;
    };
    reply copy{std::string(view.request_id), std::string(view.vserver_group_id)};
    for (auto const& server : view.backend_servers)
        copy.servers.push_back({std::string(server.server_id), server.port,
                                server.weight ? std::optional(*server.weight) : std::nullopt,
                                text(server.type), text(server.server_ip), text(server.description)});
    return copy;
}

/// A whole number in decimal digits without leading zeros, and nothing else. False: it is none.
inline bool read_digits(std::string_view text, std::int64_t& number) {
    std::string_view const magnitude = text.substr(text.starts_with('-') ? 1 : 0);
    if (magnitude.starts_with('0') && magnitude.size() > 1) return false;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

/// The JSON example of the documentation page of ModifyVServerGroupBackendServers, byte for byte.
inline constexpr std::string_view documented_json = R"({
	"ModifyVServerGroupBackendServersResponse":{
		"BackendServers":{
			"BackendServer":[
				{
					"ServerId":"vm-400",
					"Port":"80",
					"Weight":"100"
				},
				{
					"ServerId":"vm-401",
					"Port":"90",
					"Weight":"100"
				}
			]
		},
		"RequestId":"9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C",
		"VServerGroupId":"rsp-cige6j5e7p"
	}
})";
/// The XML example of the same page, byte for byte.
inline constexpr std::string_view documented_xml = R"(<ModifyVServerGroupBackendServers>
  <RequestId>9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C</RequestId>
  <VServerGroupId>rsp-cige6j5e7p</VServerGroupId>
  <BackendServers>
    <BackendServer>
      <ServerId>vm-400</ServerId>
      <Port>80</Port>
      <Weight>100</Weight>
    </BackendServer>
    <BackendServer>
      <ServerId>vm-401</ServerId>
      <Port>90</Port>
      <Weight>100</Weight>
    </BackendServer>
  </BackendServers>
</ModifyVServerGroupBackendServers>)";
inline reply documented_reply() {
    return {"9DEC9C28-AB05-4DDF-9A78-6B08EC9CE18C",
            "rsp-cige6j5e7p",
            {{.server_id = "vm-400", .port = 80, .weight = 100},
             {.server_id = "vm-401", .port = 90, .weight = 100}}};
}

/// As the service sends it today: compact, numbers as numbers.
inline constexpr std::string_view compact_json =
    R"({"RequestId":"R-1","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
    R"({"ServerId":"i-1","Port":8080,"Weight":60,"Type":"ecs"},)"
    R"({"ServerId":"eni-2","Port":443,"Weight":0,"Type":"eni","ServerIp":"192.0.2.11","Description":"web-b"}]}})";
inline constexpr std::string_view compact_xml =
    "<ModifyVServerGroupBackendServersResponse><RequestId>R-1</RequestId><VServerGroupId>rsp-1</"
    "VServerGroupId>"
    "<BackendServers><BackendServer><ServerId>i-1</ServerId><Port>8080</Port><Weight>60</Weight><Type>ecs</"
    "Type>"
    "</BackendServer><BackendServer><ServerId>eni-2</ServerId><Port>443</Port><Weight>0</Weight><Type>eni</"
    "Type>"
    "<ServerIp>192.0.2.11</ServerIp><Description>web-b</Description></BackendServer></BackendServers>"
    "</ModifyVServerGroupBackendServersResponse>";
inline reply compact_reply() {
    return {"R-1",
            "rsp-1",
            {{.server_id = "i-1", .port = 8080, .weight = 60, .type = "ecs"},
             {.server_id = "eni-2",
              .port = 443,
              .weight = 0,
              .type = "eni",
              .server_ip = "192.0.2.11",
              .description = "web-b"}}};
}

/// A file of tests/workloads, whole or line by line.
inline std::string workload(std::string const& name) {
    std::ifstream file(std::string(SLB_TEST_DIR "/workloads/") + name, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read tests/workloads/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}
inline std::vector<std::string> workload_lines(std::string const& name) {
    std::vector<std::string> lines;
    std::string const all = workload(name);
    for (std::size_t begin = 0; begin < all.size();) {
        std::size_t const end = all.find('\n', begin);
        lines.push_back(all.substr(begin, end - begin));
        begin = end == all.npos ? all.size() : end + 1;
    }
    return lines;
}

} // namespace slb_test

#endif
