// What the tests of the emulator share: a client that signs, and replies taken apart.
#ifndef SLB_TESTS_EMULATOR_TESTING_HPP
#define SLB_TESTS_EMULATOR_TESTING_HPP

#include <slb/emulator.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace emulator_testing {

inline constexpr std::int64_t start = 1795543533; // 2026-11-24T18:05:33Z
inline constexpr std::string_view modify = "ModifyVServerGroupBackendServers";
inline constexpr std::string_view default_group =
    R"({"VServerGroupId":"rsp-1","VServerGroupName":"web","LoadBalancerId":"lb-1","BackendServers":)"
    R"({"BackendServer":[{"ServerId":"vm-233","Port":80},{"ServerId":"vm-232","Port":90}]}})";

using texts = std::map<std::string, std::string>;

inline std::string encoded(std::string_view text) {
    std::string out(3 * text.size(), '\0');
    out.resize(static_cast<std::size_t>(slb::percent_encode(out.data(), text) - out.data()));
    return out;
}
inline std::string query_of(texts const& parameters) {
    std::string out;
    for (auto const& [name, value] : parameters)
        out += (out.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
    return out;
}
inline std::string fresh_nonce() {
    static int count = 0;
    return "nonce-" + std::to_string(++count);
}
inline std::string time_text(std::int64_t unix_seconds) {
    return std::string(slb::utc_time(unix_seconds).view());
}

/// A request of signature 1.0, and its bytes once it is signed.
struct v1_request {
    texts parameters{};
    std::string method = "POST";
    std::string secret = "testsecret";
    bool in_body = false;
    std::string more_headers{};

    explicit v1_request(std::string_view action = modify) {
        parameters = {
            {"Action", std::string(action)},   {"Version", "2014-05-15"},        {"Format", "JSON"},
            {"AccessKeyId", "testid"},         {"SignatureMethod", "HMAC-SHA1"}, {"SignatureVersion", "1.0"},
            {"SignatureNonce", fresh_nonce()}, {"Timestamp", time_text(start)},  {"RegionId", "cn-hangzhou"},
            {"VServerGroupId", "rsp-1"}};
    }
    [[nodiscard]] std::string string_to_sign() const {
        return method + "&%2F&" + encoded(query_of(parameters));
    }
    [[nodiscard]] std::string signature() const {
        slb::openssl_crypto::hmac_sha1_key key;
        char out[slb::hmac_sha1::signature_size];
        bool const good = slb::openssl_crypto::prepare(key, secret + "&") &&
                          slb::hmac_sha1::signature<slb::openssl_crypto>(out, key, string_to_sign());
        return good ? std::string(out, sizeof out) : std::string();
    }
    [[nodiscard]] std::string wire() const {
        return wire_of(query_of(parameters) + "&Signature=" + encoded(signature()));
    }
    [[nodiscard]] std::string unsigned_wire() const { return wire_of(query_of(parameters)); }
    [[nodiscard]] std::string wire_of(std::string const& query) const {
        std::string const host = "Host: slb.aliyuncs.com\r\n" + more_headers;
        if (!in_body) return method + " /?" + query + " HTTP/1.1\r\n" + host + "\r\n";
        return method + " / HTTP/1.1\r\n" + host + "Content-Type: application/x-www-form-urlencoded\r\n" +
               "Content-Length: " + std::to_string(query.size()) + "\r\n\r\n" + query;
    }
};

inline v1_request v1_with(texts const& more) {
    v1_request request;
    for (auto const& [name, value] : more) request.parameters[name] = value;
    return request;
}

/// A request of ACS3. The signed headers are all that stand in `headers`.
struct v3_request {
    texts query{{"RegionId", "cn-hangzhou"}, {"VServerGroupId", "rsp-1"}};
    texts headers{};
    std::string method = "POST";
    std::string body{};
    std::string key_id = "testid";
    std::string secret = "testsecret";
    std::string more_headers{};

    explicit v3_request(std::string_view action = modify) {
        headers = {{"host", "slb.aliyuncs.com"},
                   {"x-acs-action", std::string(action)},
                   {"x-acs-version", "2014-05-15"},
                   {"x-acs-date", time_text(start)},
                   {"x-acs-signature-nonce", fresh_nonce()}};
    }
    [[nodiscard]] std::string canonical_request() const {
        std::string text = method + "\n/\n" + query_of(query) + "\n";
        for (auto const& [name, value] : all_headers()) text += name + ":" + value + "\n";
        return text + "\n" + names() + "\n" + all_headers().at("x-acs-content-sha256");
    }
    [[nodiscard]] std::string names() const {
        std::string list;
        for (auto const& [name, value] : all_headers()) list += (list.empty() ? "" : ";") + name;
        return list;
    }
    [[nodiscard]] std::string string_to_sign() const {
        char text[slb::acs3::string_to_sign_size];
        bool const good = slb::acs3::string_to_sign<slb::openssl_crypto>(text, canonical_request());
        return good ? std::string(text, sizeof text) : std::string();
    }
    [[nodiscard]] std::string authorization() const {
        slb::openssl_crypto::hmac_sha256_key key;
        char out[slb::acs3::signature_size];
        bool const good = slb::openssl_crypto::prepare(key, secret) &&
                          slb::acs3::signature<slb::openssl_crypto>(out, key, string_to_sign());
        return "ACS3-HMAC-SHA256 Credential=" + key_id + ",SignedHeaders=" + names() +
               ",Signature=" + (good ? std::string(out, sizeof out) : std::string());
    }
    [[nodiscard]] std::string wire() const { return wire(authorization()); }
    [[nodiscard]] std::string wire(std::string const& with_authorization) const {
        std::string text = method + " /" + (query.empty() ? "" : "?" + query_of(query)) + " HTTP/1.1\r\n";
        for (auto const& [name, value] : all_headers()) text += name + ": " + value + "\r\n";
        text += more_headers + "Authorization: " + with_authorization + "\r\n";
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return text + "\r\n" + body;
    }

  private:
    [[nodiscard]] texts all_headers() const {
        texts all = headers;
        char hash[slb::acs3::hash_size];
        if (slb::acs3::payload_hash<slb::openssl_crypto>(hash, body))
            all.try_emplace("x-acs-content-sha256", hash, sizeof hash);
        return all;
    }
};

struct reply {
    int status = 0;
    texts headers{};
    std::string body{};
    slb::emulator_step after{};

    [[nodiscard]] boost::json::object json() const { return boost::json::parse(body).as_object(); }
    [[nodiscard]] std::string member(std::string_view name) const {
        auto const tree = json();
        auto const* const value = tree.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    }
    [[nodiscard]] std::string code() const { return member("Code"); }
    [[nodiscard]] std::string message() const { return member("Message"); }
};

/// Takes what the connection sends, until it wants something else.
inline std::string drained(slb::emulator::connection& line) {
    std::string bytes;
    while (line.next() == slb::emulator_step::write) {
        bytes += line.output();
        line.sent(line.output().size());
    }
    return bytes;
}
/// The first reply in `bytes`, which loses it. Status 0: there is none.
inline reply take_reply(std::string& bytes) {
    reply out;
    std::size_t const head_size = bytes.find("\r\n\r\n");
    if (head_size == std::string::npos) return out;
    out.status = std::stoi(bytes.substr(9, 3));
    std::string_view head = std::string_view(bytes).substr(0, head_size + 2);
    for (head.remove_prefix(head.find("\r\n") + 2); !head.empty();) {
        std::string_view const line = head.substr(0, head.find("\r\n"));
        std::string name(line.substr(0, line.find(": ")));
        for (char& c : name) c = slb::detail::lower(c);
        out.headers[name] = line.substr(line.find(": ") + 2);
        head.remove_prefix(line.size() + 2);
    }
    std::size_t const size = out.headers.contains("content-length")
                                 ? static_cast<std::size_t>(std::stoul(out.headers["content-length"]))
                                 : 0;
    out.body = bytes.substr(head_size + 4, size);
    bytes.erase(0, head_size + 4 + size);
    return out;
}
/// Sends a request over a connection of its own.
inline reply call(slb::emulator& served, std::string_view wire) {
    slb::emulator::connection line(served);
    line.received(wire);
    std::string bytes = drained(line);
    reply out = take_reply(bytes);
    out.after = line.next();
    return out;
}

/// `vm-233:80 vm-232:90`
inline std::string servers_of(slb::emulator const& served, std::string_view group = "rsp-1") {
    std::string text;
    auto const* const found = served.groups().find("cn-hangzhou", group);
    if (found == nullptr) return "no group";
    for (auto const& server : found->servers)
        text += (text.empty() ? "" : " ") + server.server_id + ":" + std::to_string(server.port);
    return text;
}

} // namespace emulator_testing

#endif
