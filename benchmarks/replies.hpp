#ifndef SLB_BENCHMARKS_REPLIES_HPP
#define SLB_BENCHMARKS_REPLIES_HPP

#include "support.hpp"

#include <slb/core.hpp>

#include <boost/json.hpp>

#include <charconv>
#include <cstring>
#include <optional>

namespace slb_benchmarks {

using reply_view = slb::changed_vserver_group;
using server_view = slb::backend_server_view;
inline constexpr std::string_view action = "ModifyVServerGroupBackendServers";
inline constexpr std::string_view wrapper = "ModifyVServerGroupBackendServersResponse";

/// Compares with a name whose length the compiler knows, which then calls nobody.
template <std::size_t Size>
bool is(std::string_view text, char const (&name)[Size]) {
    return text.size() == Size - 1 && std::memcmp(text.data(), name, Size - 1) == 0;
}
inline bool read_number(std::string_view text, std::int32_t& out) {
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
    return problem == std::errc() && end == text.data() + text.size();
}

/// Boost.JSON's DOM, whose texts are copies, in memory that is used again; then its values, checked.
class boost_dom {
  public:
    bool parse(std::string_view text) {
        root_.reset();
        memory_.release();
        servers_.clear();
        parser_.reset(&memory_);
        boost::system::error_code problem;
        parser_.write(text.data(), text.size(), problem);
        if (problem) return false;
        root_.emplace(parser_.release());
        object const* root = root_->if_object();
        if (root == nullptr) return false;
        if (auto const* wrapped = root->if_contains({wrapper.data(), wrapper.size()}))
            root = wrapped->if_object();
        if (root == nullptr || !read(*root, "RequestId", reply_.request_id) ||
            !read(*root, "VServerGroupId", reply_.vserver_group_id))
            return false;
        auto const* list = root->if_contains("BackendServers");
        auto const* servers =
            list != nullptr && list->is_object() ? list->get_object().if_contains("BackendServer") : nullptr;
        if (servers == nullptr || !servers->is_array()) return false;
        for (value const& element : servers->get_array()) {
            server_view& server = servers_.emplace_back();
            object const* in = element.if_object();
            if (in == nullptr || !read(*in, "ServerId", server.server_id) ||
                !read(*in, "Port", server.port) || !read_maybe(*in, "Weight", server.weight) ||
                !read_maybe(*in, "Type", server.type) || !read_maybe(*in, "ServerIp", server.server_ip) ||
                !read_maybe(*in, "Description", server.description))
                return false;
        }
        reply_.backend_servers = {servers_.data(), servers_.size()};
        return true;
    }
    reply_view const& reply() const { return reply_; }

  private:
    using value = boost::json::value;
    using object = boost::json::object;

    static bool read(value const& from, std::string_view& out) {
        auto const* text = from.if_string();
        if (text != nullptr) out = {text->data(), text->size()};
        return text != nullptr;
    }
    static bool read(value const& from, std::int32_t& out) {
        if (auto const* number = from.if_int64()) {
            out = static_cast<std::int32_t>(*number);
            return out == *number;
        }
        auto const* text = from.if_string();
        return text != nullptr && read_number({text->data(), text->size()}, out);
    }
    template <class T>
    static bool read(object const& in, char const* name, T& out) {
        auto const* found = in.if_contains(name);
        return found != nullptr && read(*found, out);
    }
    template <class T>
    static bool read_maybe(object const& in, char const* name, slb::maybe<T>& out) {
        auto const* found = in.if_contains(name);
        if (found == nullptr) return true;
        T read_value{};
        if (!read(*found, read_value)) return false;
        out = read_value;
        return true;
    }

    std::vector<unsigned char> buffer_ = std::vector<unsigned char>(1 << 18);
    boost::json::monotonic_resource memory_{buffer_.data(), buffer_.size()};
    boost::json::parser parser_{};
    std::optional<value> root_{};
    std::vector<server_view> servers_{};
    reply_view reply_{};
};

} // namespace slb_benchmarks

#endif
