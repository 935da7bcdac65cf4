// Requests recorded from the vendor's clients, replayed byte for byte: the one proof that does not come from
// this library. See vectors/captured-requests.json.
#include "support/emulator_testing.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(emulator_signatures)

namespace {

using namespace emulator_testing;

struct capture {
    std::string id;
    bool v3 = false;
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::vector<std::size_t> chunks;
    std::string token;
    std::string string_to_sign;
    std::string canonical_request;
    bool quirky = false;

    [[nodiscard]] std::string wire() const {
        std::string bytes = method + " " + target + " HTTP/1.1\r\n";
        for (auto const& [name, value] : headers) bytes += name + ": " + value + "\r\n";
        bytes += "\r\n";
        if (chunks.empty()) return bytes + body;
        std::size_t at = 0;
        for (std::size_t size : chunks) {
            char hex[20];
            std::snprintf(hex, sizeof hex, "%zx\r\n", size);
            bytes += hex + body.substr(at, size) + "\r\n";
            at += size;
        }
        return bytes;
    }
    /// A header whose name is given in lower case, or the empty text.
    [[nodiscard]] std::string header(std::string_view wanted) const {
        for (auto const& [name, value] : headers)
            if (slb::detail::equal_ignoring_case(name, wanted)) return value;
        return {};
    }
    [[nodiscard]] std::vector<slb::parameter> parameters() const {
        std::vector<slb::parameter> out;
        if (auto const query = target.find('?'); query != target.npos)
            slb::detail::decode_parameters(out, target.substr(query + 1));
        slb::detail::decode_parameters(out, body);
        return out;
    }
    [[nodiscard]] std::string time() const {
        if (v3) return header("x-acs-date");
        auto const all = parameters();
        auto const* const found = slb::detail::find_parameter(all, "Timestamp");
        return found != nullptr ? *found : std::string();
    }
};

std::string text_at(boost::json::object const& object, std::string_view name) {
    auto const* const value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<capture> const& captures() {
    static std::vector<capture> const all = [] {
        std::ifstream file(SLB_TEST_DIR "/vectors/captured-requests.json");
        std::string const text((std::istreambuf_iterator<char>(file)), {});
        std::vector<capture> found;
        boost::json::value const records = boost::json::parse(text);
        for (auto const& entry : records.as_array()) {
            auto const& record = entry.as_object();
            capture one;
            one.id = text_at(record, "id");
            one.v3 = text_at(record, "scheme") == "v3";
            one.method = text_at(record, "method");
            one.target = text_at(record, "target");
            for (auto const& header : record.at("headers").as_array())
                one.headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
            one.body = text_at(record, "body");
            if (auto const* const sizes = record.if_contains("chunk_sizes_hex"))
                for (auto const& size : sizes->as_array())
                    one.chunks.push_back(std::stoul(std::string(size.as_string()), nullptr, 16));
            one.token = text_at(record, "security_token");
            one.string_to_sign = text_at(record.at("derived").as_object(), "string_to_sign");
            one.canonical_request = text_at(record.at("derived").as_object(), "canonical_request");
            one.quirky = !record.at("quirks").as_array().empty();
            found.push_back(std::move(one));
        }
        return found;
    }();
    return all;
}

struct acknowledged {
    std::string_view request_id{};
};
constexpr auto describe(slb::type<acknowledged>) {
    return slb::members<acknowledged>(slb::field("RequestId", &acknowledged::request_id));
}

/// The reply of an emulator that has seen nothing yet, knows the client's key, and grants every action.
reply judged(capture const& sent, std::string_view wire) {
    slb::emulator served({.keys = {{.id = "testid", .secret = "testsecret", .token = sent.token}}});
    served.set_time(slb::detail::parse_utc_time(sent.time()).value());
    for (auto action : {"ModifyVServerGroupBackendServers", "DescribeVServerGroupAttribute",
                        "AddVServerGroupBackendServers", "RemoveVServerGroupBackendServers", "TagResources"})
        served.handle(action, [](slb::emulator_call const& call) { return acknowledged{call.request_id}; });
    return call(served, wire);
}
reply judged(capture const& sent) { return judged(sent, sent.wire()); }

/// In whatever format the refusal is, a gateway's page included.
bool is_mismatch(reply const& got) { return got.body.find("SignatureDoesNotMatch") != std::string::npos; }

/// Counts requests that must be refused.
struct refusals {
    std::size_t count = 0;
    std::size_t by_signature = 0;

    void expect(capture const& original, capture const& changed, std::string_view what) {
        reply const got = judged(original, changed.wire());
        ++count;
        if (is_mismatch(got)) ++by_signature;
        if (got.status < 400)
            BOOST_ERROR(original.id << ": passed with another " << what << "\n" << changed.wire());
    }
    /// A request that is in order in all but its signature: nothing else may be what stops it.
    void expect_mismatch(capture const& original, capture const& changed, std::string_view what) {
        BOOST_TEST(is_mismatch(judged(original, changed.wire())), original.id << ": another " << what);
        ++count;
        ++by_signature;
    }
};

/// A byte that means something else.
char other(char c) {
    if (c >= '0' && c < '9') return static_cast<char>(c + 1);
    if (slb::detail::is_letter(c) && c != 'z' && c != 'Z') return static_cast<char>(c + 1);
    return c == 'x' ? 'y' : 'x';
}
bool same(std::vector<slb::parameter> const& left, std::vector<slb::parameter> const& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](auto const& a, auto const& b) { return a.name == b.name && a.value == b.value; });
}
/// Long values are sampled: about 600 positions of each.
std::size_t stride(std::string const& text) { return 1 + text.size() / 600; }

} // namespace

BOOST_AUTO_TEST_CASE(every_captured_request_passes_but_the_one_whose_wire_is_not_what_was_signed) {
    BOOST_TEST(captures().size() == 41U);
    std::size_t passed = 0;
    for (auto const& sent : captures()) {
        reply const got = judged(sent);
        if (sent.quirky) {
            BOOST_TEST(got.code() == "SignatureDoesNotMatch", sent.id);
        } else {
            BOOST_TEST(got.status == 200, sent.id << ": " << got.body);
            ++passed;
        }
    }
    std::cout << "emulator_signatures: " << passed << " captured requests passed\n";
}

BOOST_AUTO_TEST_CASE(a_refused_signature_tells_the_clients_own_string_to_sign) {
    for (auto const& sent : captures()) {
        if (sent.quirky) continue;
        capture changed = sent;
        std::string wanted = "Specified signature is not matched with our calculation. "
                             "server string to sign is:" +
                             sent.string_to_sign;
        if (sent.v3) {
            for (auto& [name, value] : changed.headers)
                if (name == "Authorization") value.back() = other(value.back());
            wanted = "Specified signature does not match our calculation. server StringToSign is [" +
                     sent.string_to_sign + "] server CanonicalRequest is [" + sent.canonical_request + "]";
        } else {
            for (auto* place : {&changed.target, &changed.body})
                if (auto const at = place->find("Signature="); at != std::string::npos)
                    (*place)[at + 10] = other((*place)[at + 10]);
        }
        reply const got = judged(sent, changed.wire());
        BOOST_TEST(got.status == 400);
        BOOST_TEST(got.code() == "SignatureDoesNotMatch", sent.id);
        BOOST_TEST(got.message() == wanted, sent.id << "\n" << got.message() << "\n" << wanted);
    }
}

BOOST_AUTO_TEST_CASE(a_changed_byte_in_any_signed_part_is_refused) {
    refusals refused;
    for (auto const& sent : captures()) {
        if (sent.quirky) continue;
        capture changed = sent;
        for (std::size_t at = 0; at != sent.method.size(); ++at) {
            changed.method[at] = other(sent.method[at]);
            refused.expect(sent, changed, "method");
            changed.method = sent.method;
        }
        changed.method = sent.method == "GET" ? "POST" : "GET";
        refused.expect_mismatch(sent, changed, "method");
        changed.method = sent.method;
        // Another action and another second, both of which the gateway would admit.
        bool const adds = sent.wire().find("AddVServerGroupBackendServers") != std::string::npos;
        std::string const action =
            adds ? "RemoveVServerGroupBackendServers" : "AddVServerGroupBackendServers";
        for (auto& [name, value] : changed.headers) {
            if (!sent.v3 || (name != "x-acs-action" && name != "x-acs-date")) continue;
            if (name == "x-acs-action")
                value = action;
            else
                value[18] = value[18] == '0' ? '1' : '0';
            refused.expect_mismatch(sent, changed, name);
            changed.headers = sent.headers;
        }

        for (std::size_t at = 0; at < sent.target.size(); at += stride(sent.target)) {
            changed.target[at] = other(sent.target[at]);
            if (at <= 1 || !same(sent.parameters(), changed.parameters()))
                refused.expect(sent, changed, "target");
            changed.target = sent.target;
        }
        for (std::size_t at = 0; at < sent.body.size(); at += stride(sent.body)) {
            changed.body[at] = other(sent.body[at]);
            if (sent.v3 || !same(sent.parameters(), changed.parameters()))
                refused.expect(sent, changed, "body");
            changed.body = sent.body;
        }
        if (!sent.v3) continue;
        std::string const authorization = sent.header("authorization");
        for (std::size_t i = 0; i != sent.headers.size(); ++i) {
            std::string name = sent.headers[i].first;
            for (char& c : name) c = slb::detail::lower(c);
            if (authorization.find(name) == std::string::npos && name != "authorization") continue;
            for (auto part :
                 {&std::pair<std::string, std::string>::first, &std::pair<std::string, std::string>::second})
                for (std::size_t at = 0; at != (sent.headers[i].*part).size(); ++at) {
                    (changed.headers[i].*part)[at] = other((sent.headers[i].*part)[at]);
                    refused.expect(sent, changed, name);
                    changed.headers = sent.headers;
                }
        }
    }
    std::cout << "emulator_signatures: " << refused.count << " requests with one change refused, "
              << refused.by_signature << " of them by the signature alone\n";
    BOOST_TEST(refused.count > 10000U);
}

BOOST_AUTO_TEST_CASE(what_is_added_or_taken_away_is_refused) {
    refusals refused;
    for (auto const& sent : captures()) {
        if (sent.quirky) continue;
        capture changed = sent;
        changed.target += (sent.target.find('?') == std::string::npos ? "?" : "&") + std::string("Added=1");
        refused.expect(sent, changed, "parameter");
        changed.target = sent.target.substr(0, sent.target.rfind('&'));
        if (changed.target != sent.target) refused.expect(sent, changed, "number of parameters");
        changed.target = sent.target;
        if (!sent.v3) continue;
        changed.headers.emplace_back("x-acs-added", "1");
        refused.expect(sent, changed, "header");
        changed.headers = sent.headers;
        changed.headers.emplace_back("x-acs-version", "2014-05-15");
        refused.expect(sent, changed, "header that stands twice");
        for (std::size_t i = 0; i != sent.headers.size(); ++i) {
            if (sent.headers[i].first.substr(0, 6) != "x-acs-") continue;
            changed.headers = sent.headers;
            changed.headers.erase(changed.headers.begin() + static_cast<std::ptrdiff_t>(i));
            refused.expect(sent, changed, "number of headers");
        }
        if (sent.header("content-type").empty()) continue;
        changed.headers = sent.headers;
        for (auto& [name, value] : changed.headers)
            if (name == "content-type") value = "text/plain";
        refused.expect(sent, changed, "type of the body");
    }
    std::cout << "emulator_signatures: " << refused.count << " requests with more or less in them refused\n";
}

BOOST_AUTO_TEST_CASE(a_captured_request_passes_in_any_pieces) {
    // The longest capture in chunks is left to the decoder's tests; this one has query, headers and body.
    for (auto const& sent : captures()) {
        if (sent.id != "oa-v3-post-both-modify" && sent.id != "oa-v1-post-both-modify") continue;
        std::string const wire = sent.wire();
        for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
            slb::emulator served;
            slb::emulator::connection line(served);
            line.received(std::string_view(wire).substr(0, cut));
            BOOST_TEST((line.next() == slb::emulator_step::write) == (cut == wire.size()));
            line.received(std::string_view(wire).substr(cut));
            std::string bytes = drained(line);
            // The group does not exist: the signature has passed.
            BOOST_TEST(take_reply(bytes).message() == "The specified VServerGroupId does not exist.");
        }
        slb::emulator served;
        slb::emulator::connection line(served);
        for (char const& c : wire) line.received({&c, 1});
        std::string bytes = drained(line);
        BOOST_TEST(take_reply(bytes).status == 404);
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_action_is_told_apart_from_a_wrong_signature) {
    for (auto const& sent : captures()) {
        if (sent.id != "oa-v1-post-query-flattened-list") continue;
        slb::emulator served;
        BOOST_TEST(call(served, sent.wire()).code() == "InvalidAction.NotFound");
    }
}

BOOST_AUTO_TEST_SUITE_END()
