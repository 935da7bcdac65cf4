#ifndef SLB_BENCHMARKS_REQUESTS_HPP
#define SLB_BENCHMARKS_REQUESTS_HPP

#include "support.hpp"

#include <slb.hpp>

#include <boost/json.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

namespace slb_benchmarks {

using operation = slb::modify_vserver_group_backend_servers;

inline std::string const access_key_id = "LTAI5tTestKeyIdForSlb000";
inline std::string const access_key_secret = "secretForTheBenchmarksOfSlb000";

/// The values of one call as a program has them: texts and numbers known at run time.
struct server_values {
    std::string id{};
    std::int64_t port = 0;
    std::optional<std::int64_t> weight{};
    std::optional<std::string> type{};
    std::optional<std::string> description{};
};
struct call_values {
    std::string region_id{};
    std::string vserver_group_id{};
    std::vector<server_values> from{};
    std::vector<server_values> to{};
    /// The same as the parameters of the request, to check by: numbers are sent as texts.
    boost::json::object parameters{};
};

/// The file's values with others of the same lengths in their place: names get other letters and digits, and
/// numbers as many digits as they had.
inline void vary(boost::json::value& value, std::string_view key, numbers& random) {
    if (auto* object = value.if_object()) {
        for (auto& [name, member] : *object) vary(member, name, random);
    } else if (auto* array = value.if_array()) {
        for (auto& element : *array) vary(element, key, random);
    } else if (auto* number = value.if_int64()) {
        std::int64_t least = 1;
        while (least * 10 <= *number) least *= 10;
        std::int64_t const most = key == "Port" ? 65535 : 100;
        *number = random.between(*number < 10 ? 0 : least, std::min(least * 10 - 1, most));
    } else if (auto* text = value.if_string()) {
        std::size_t const made_up = text->find("bp1"); // of an id, what follows
        for (std::size_t i = 0; i != text->size(); ++i) {
            char& c = (*text)[i];
            bool const of_id = made_up != text->npos && i >= made_up + 3;
            if (c >= '0' && c <= '9' && (of_id || key == "Description"))
                c = static_cast<char>(random.between('0', '9'));
            else if (of_id)
                c = static_cast<char>(random.between('a', 'z'));
        }
    }
}

inline std::vector<server_values> servers_of(boost::json::value const& list) {
    std::vector<server_values> servers;
    for (auto const& element : list.as_array()) {
        auto const& in = element.as_object();
        auto const text = [&](char const* name) {
            auto const* found = in.if_contains(name);
            return found == nullptr ? std::nullopt : std::optional(std::string(found->as_string()));
        };
        auto const* weight = in.if_contains("Weight");
        servers.push_back({std::string(in.at("ServerId").as_string()), in.at("Port").as_int64(),
                           weight == nullptr ? std::nullopt : std::optional(weight->as_int64()), text("Type"),
                           text("Description")});
    }
    return servers;
}

inline void numbers_to_texts(boost::json::value& value) {
    if (auto* object = value.if_object())
        for (auto& [name, member] : *object) numbers_to_texts(member);
    else if (auto* array = value.if_array())
        for (auto& element : *array) numbers_to_texts(element);
    else if (auto const* number = value.if_int64())
        value = std::to_string(*number);
}

/// 64 calls like the one of the file, so that nothing can be learnt by heart.
inline std::vector<call_values> calls_like(std::string const& file) {
    boost::json::value const original = boost::json::parse(workload(file));
    numbers random(1);
    std::vector<call_values> calls;
    while (calls.size() != 64) {
        boost::json::value varied = original;
        vary(varied, {}, random);
        auto const& json = varied.as_object();
        calls.push_back({std::string(json.at("RegionId").as_string()),
                         std::string(json.at("VServerGroupId").as_string()),
                         servers_of(json.at("OldBackendServers")), servers_of(json.at("NewBackendServers"))});
        check(calls.back().from.size() == calls.back().to.size(), "pairs of servers");
        numbers_to_texts(varied);
        calls.back().parameters = json;
    }
    return calls;
}

inline operation build(call_values const& values) {
    operation request{.region_id = slb::runtime(values.region_id),
                      .vserver_group_id = slb::runtime(values.vserver_group_id)};
    for (std::size_t i = 0; i != values.to.size(); ++i) {
        server_values const& from = values.from[i];
        server_values const& to = values.to[i];
        slb::server_replacement pair{.from = {slb::runtime(from.id), slb::runtime(from.port)},
                                     .to = {.server_id = slb::runtime(to.id), .port = slb::runtime(to.port)}};
        if (from.type) pair.from.type = slb::runtime(*from.type);
        if (to.weight) pair.to.weight = slb::runtime(*to.weight);
        if (to.type) pair.to.type = slb::runtime(*to.type);
        if (to.description) pair.to.description = slb::runtime(*to.description);
        request.replace.push_back(pair);
    }
    return request;
}

/// A signed message taken apart by the rules of the scheme and nothing of the library's: what was hashed on
/// the way, and whether the signature is right and the values are those of the call.
class signed_message {
  public:
    /// What the scheme says is to be hashed; the body and the canonical request are ACS3's.
    std::string body{};
    std::string canonical_request{};
    std::string string_to_sign{};

    signed_message(std::string_view bytes, slb::signature_scheme scheme, call_values const& values) {
        std::size_t const head_end = bytes.find("\r\n\r\n");
        check(bytes.starts_with("POST /") && head_end != bytes.npos, "a message");
        body = bytes.substr(head_end + 4);
        std::string_view head = bytes.substr(0, head_end + 2);
        std::string_view const line = take(head, "\r\n");
        std::string_view target = line.substr(5, line.rfind(' ') - 5);
        std::string_view const path = take(target, "?");
        std::map<std::string, std::string> headers;
        while (!head.empty()) {
            std::string_view header = take(head, "\r\n");
            std::string const name(take(header, ": "));
            headers[name] = header;
        }
        check(headers["content-length"] == std::to_string(body.size()), "content-length");
        read_parameters(target);
        if (scheme == slb::signature_scheme::hmac_sha1) {
            check_hmac_sha1();
        } else {
            std::string const query = joined_parameters();
            check_acs3(headers, path, query);
        }
        if (!body.empty()) read_parameters(body);
        for (auto const& [name, value] : values.parameters)
            check(value.is_string() ? parameters_[std::string(name)] == std::string(value.get_string())
                                    : boost::json::parse(parameters_[std::string(name)]) == value,
                  name);
    }

  private:
    static std::string_view take(std::string_view& from, std::string_view until) {
        std::string_view const part = from.substr(0, from.find(until));
        from.remove_prefix(std::min(from.size(), part.size() + until.size()));
        return part;
    }
    static std::string decoded(std::string_view text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '%') {
                out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
                i += 2;
            } else {
                out += text[i];
            }
        return out;
    }
    static std::string encoded(std::string_view text) {
        std::string out;
        for (char const c : text) {
            auto const byte = static_cast<unsigned char>(c);
            char escape[4];
            std::snprintf(escape, sizeof escape, "%%%02X", unsigned{byte});
            if (std::isalnum(byte) || std::strchr("-_.~", c) != nullptr)
                out += c;
            else
                out += escape;
        }
        return out;
    }
    static std::string hex(unsigned char const* bytes, std::size_t size) {
        std::string out;
        for (std::size_t i = 0; i != size; ++i) {
            char digits[3];
            std::snprintf(digits, sizeof digits, "%02x", unsigned{bytes[i]});
            out += digits;
        }
        return out;
    }
    static unsigned char const* bytes_of(std::string const& text) {
        return reinterpret_cast<unsigned char const*>(text.data());
    }
    static std::string sha256(std::string const& text) {
        unsigned char digest[32];
        SHA256(bytes_of(text), text.size(), digest);
        return hex(digest, sizeof digest);
    }

    void read_parameters(std::string_view query) {
        while (!query.empty()) {
            std::string_view parameter = take(query, "&");
            std::string const name = decoded(take(parameter, "="));
            check(parameters_.emplace(name, decoded(parameter)).second, "a parameter twice");
        }
    }
    std::string joined_parameters() const {
        std::string query;
        for (auto const& [name, value] : parameters_)
            query += (query.empty() ? "" : "&") + encoded(name) + '=' + encoded(value);
        return query;
    }
    void check_hmac_sha1() {
        auto const signature = parameters_.extract("Signature");
        check(!signature.empty(), "a signature");
        if (!body.empty()) read_parameters(std::exchange(body, {}));
        string_to_sign = "POST&%2F&" + encoded(joined_parameters());
        std::string const key = access_key_secret + '&';
        unsigned char digest[20];
        HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes_of(string_to_sign),
             string_to_sign.size(), digest, nullptr);
        unsigned char base64[29];
        EVP_EncodeBlock(base64, digest, sizeof digest);
        check(signature.mapped() == reinterpret_cast<char*>(base64), "the signature (1.0)");
    }
    void check_acs3(std::map<std::string, std::string>& headers, std::string_view path,
                    std::string const& query) {
        std::string_view authorization = headers["authorization"];
        check(take(authorization, "=") == "ACS3-HMAC-SHA256 Credential", "the scheme");
        check(take(authorization, ",SignedHeaders=") == access_key_id, "the access key");
        std::string_view names = take(authorization, ",Signature=");
        check(headers["x-acs-content-sha256"] == sha256(body), "the hash of the body");
        canonical_request = "POST\n" + std::string(path) + '\n' + query + '\n';
        for (std::string_view rest = names; !rest.empty();) {
            std::string const name(take(rest, ";"));
            canonical_request += name + ':' + headers[name] + '\n';
        }
        canonical_request += '\n' + std::string(names) + '\n' + headers["x-acs-content-sha256"];
        string_to_sign = "ACS3-HMAC-SHA256\n" + sha256(canonical_request);
        unsigned char digest[32];
        HMAC(EVP_sha256(), access_key_secret.data(), static_cast<int>(access_key_secret.size()),
             bytes_of(string_to_sign), string_to_sign.size(), digest, nullptr);
        check(authorization == hex(digest, sizeof digest), "the signature (ACS3)");
    }

    std::map<std::string, std::string> parameters_{};
};

/// The least that a signature costs: HMAC from prepared states, with OpenSSL's bare contexts.
template <class Context, std::size_t Size, auto Begin, auto Update, auto End>
class hmac_floor {
  public:
    explicit hmac_floor(std::string_view secret) {
        unsigned char pad[64] = {};
        check(secret.size() <= sizeof pad, "a short secret");
        std::memcpy(pad, secret.data(), secret.size());
        for (auto& byte : pad) byte ^= 0x36;
        Begin(&inner_);
        Update(&inner_, pad, sizeof pad);
        for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
        Begin(&outer_);
        Update(&outer_, pad, sizeof pad);
    }
    unsigned operator()(std::string_view text) const {
        unsigned char digest[Size];
        Context inner = inner_;
        Update(&inner, text.data(), text.size());
        End(digest, &inner);
        Context outer = outer_;
        Update(&outer, digest, sizeof digest);
        End(digest, &outer);
        return digest[0];
    }
    static unsigned hash(std::string_view text) {
        unsigned char digest[Size];
        Context state;
        Begin(&state);
        Update(&state, text.data(), text.size());
        End(digest, &state);
        return digest[0];
    }

  private:
    Context inner_;
    Context outer_;
};
using sha1_floor = hmac_floor<SHA_CTX, 20, SHA1_Init, SHA1_Update, SHA1_Final>;
using sha256_floor = hmac_floor<SHA256_CTX, 32, SHA256_Init, SHA256_Update, SHA256_Final>;

/// All hashing that the scheme prescribes for a message like this one, and nothing else.
class signature_floor {
  public:
    signature_floor(slb::signature_scheme scheme, signed_message message)
        : scheme_(scheme), message_(std::move(message)) {}
    unsigned operator()() const {
        if (scheme_ == slb::signature_scheme::hmac_sha1) return sha1_(message_.string_to_sign);
        unsigned const of_body = message_.body.empty() ? 0 : sha256_.hash(message_.body);
        return of_body + sha256_.hash(message_.canonical_request) + sha256_(message_.string_to_sign);
    }

  private:
    slb::signature_scheme scheme_;
    signed_message message_;
    sha1_floor sha1_{access_key_secret + '&'};
    sha256_floor sha256_{access_key_secret};
};

} // namespace slb_benchmarks

#endif
