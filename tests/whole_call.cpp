#include "support/own_crypto.hpp"

#include <slb/core.hpp>
#include <slb/host.hpp>

#include <cstdio>
#include <cstring>
#include <memory>

// Whole calls with nothing but the core and the clocks of the system, without exceptions: under both
// signature schemes and in both formats, one that succeeds and one that is refused. The program is built for
// Windows as well (windows.sh), and its stack is measured (stack_usage.sh).

namespace {

constexpr std::string_view json_answers[2] = {
    "HTTP/1.1 200 OK\r\ncontent-length: 149\r\n\r\n"
    R"({"RequestId":"9DEC9C28","VServerGroupId":"rsp-cige6j5e7p","BackendServers":{"BackendServer":[)"
    R"({"ServerId":"vm\u002d235","Port":8080,"Weight":"100"}]}})",
    "HTTP/1.1 400 Bad Request\r\ncontent-length: 79\r\n\r\n"
    R"({"RequestId":"365F4154","Code":"VServerGroupProcessing","Message":"Try later."})"};
constexpr std::string_view xml_answers[2] = {
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n56\r\n"
    R"(<?xml version="1.0"?><Response><RequestId>9DEC9C28</RequestId><VServerGroupId>rsp-cige)"
    "\r\na6\r\n"
    R"(6j5e7p</VServerGroupId><BackendServers><BackendServer><ServerId>)"
    R"(vm&#45;235</ServerId><Port>8080</Port><Weight>100</Weight></BackendServer></BackendServers></Response>)"
    "\r\n0\r\n\r\n",
    "HTTP/1.1 400 Bad Request\r\ncontent-length: 110\r\n\r\n"
    R"(<Error><RequestId>365F4154</RequestId><Code>VServerGroupProcessing</Code><Message>Try later.</Message></Error>)"};

/// A transport that plays one connection: each request gets the next answer, in pieces.
struct played_line : slb::system_host {
    slb::endpoint target;
    std::string_view const* answers;
    std::string_view rest{};
    char request[2000] = {};
    std::size_t request_size = 0;

    played_line(slb::endpoint const& to, std::string_view const* with) : target(to), answers(with) {}

    slb::endpoint const& endpoint() const { return target; }
    slb::result<void> connect(std::int64_t) { return {}; }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t) {
        if (bytes.size() > sizeof request) return slb::errc::connection_reset;
        std::memcpy(request, bytes.data(), bytes.size());
        request_size = bytes.size();
        rest = *answers++;
        return request_size;
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t) {
        std::string_view const piece = rest.substr(0, space.size() < 50 ? space.size() : 50);
        std::memcpy(space.data(), piece.data(), piece.size());
        rest.remove_prefix(piece.size());
        return piece.size();
    }
    void close() noexcept {}
};
static_assert(slb::transport<played_line>);

/// What a program holds for its calls: too large for a small stack, mostly the request's room for 20 pairs.
struct conversation {
    played_line line;
    slb::client<played_line, slb_test::own_crypto> client;
    slb::modify_vserver_group_backend_servers request{.region_id = "cn-hangzhou",
                                                      .vserver_group_id = "rsp-cige6j5e7p"};
    slb::response<slb::modify_vserver_group_backend_servers> response{};

    conversation(slb::signature_scheme scheme, slb::response_format format, std::string_view const* answers)
        : line(slb::endpoint::for_region("cn-hangzhou"), answers),
          client(line, slb::credentials("testid", "testsecret"),
                 {.scheme = scheme, .format = format, .retry = slb::retry_options::never()}) {}
};

bool goes_well(char const* name, slb::signature_scheme scheme, slb::response_format format,
               std::string_view const* answers, std::string_view signature) {
    auto const all = std::make_unique<conversation>(scheme, format, answers);
    auto& [line, client, request, response] = *all;
    std::string_view const new_server = "vm-235";
    request.replace.push_back({.from = {"vm-233", 80}, .to = {slb::runtime(new_server), slb::runtime(8080)}});

    bool good = client.invoke(request, response) && response->backend_servers.size() == 1 &&
                response->backend_servers[0].server_id == "vm-235" &&
                response->backend_servers[0].port == 8080 &&
                std::string_view(line.request, line.request_size).find(signature) != std::string_view::npos;
    good = !client.invoke(request, response) && good;
    char text[200];
    std::string_view const said(text, response ? 0 : response.error().copy(text, sizeof text));
    good = good && said == "rejected: the service answered with an error: VServerGroupProcessing: Try later. "
                           "(HTTP 400, request id 365F4154); retry after 3000 ms; "
                           "send the changes of a group one after another";
    std::printf("whole_call: %s: %s\n", name, good ? "as expected" : "NOT AS EXPECTED");
    return good;
}

} // namespace

int main() {
    using enum slb::signature_scheme;
    using enum slb::response_format;
    constexpr std::string_view acs3 = "authorization: ACS3-HMAC-SHA256 ";
    constexpr std::string_view version_1 = "&Signature=";
    // Not one && chain: each is shown.
    bool good = goes_well("ACS3, JSON", acs3_hmac_sha256, json, json_answers, acs3);
    good &= goes_well("ACS3, XML", acs3_hmac_sha256, xml, xml_answers, acs3);
    good &= goes_well("version 1, JSON", hmac_sha1, json, json_answers, version_1);
    good &= goes_well("version 1, XML", hmac_sha1, xml, xml_answers, version_1);
    return good ? 0 : 1;
}
