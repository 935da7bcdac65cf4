#include <slb/core.hpp>
#include <slb/openssl.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

// A program without exceptions and run-time type information (-fno-exceptions -fno-rtti): two calls through
// slb::client over a connection that answers from a script, one that succeeds and one that is refused.

namespace {

/// A transport that plays one connection: each request gets the next answer.
class scripted_line {
  public:
    std::string requests[2]{};
    int connections = 0;
    int answered = 0;

    slb::endpoint const& endpoint() const { return endpoint_; }
    slb::result<void> connect(std::int64_t) {
        ++connections;
        return {};
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t) {
        // No more than 100 bytes at a time, as a slow connection would.
        bytes = bytes.substr(0, 100);
        if (answered < 2) requests[answered].append(bytes);
        return bytes.size();
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t) {
        std::string_view const answer = answered < 2 ? answers_[answered] : std::string_view();
        std::size_t const size = std::min({answer.size() - sent_, space.size(), std::size_t{100}});
        std::memcpy(space.data(), answer.data() + sent_, size);
        sent_ += size;
        if (size != 0 && sent_ == answer.size()) {
            sent_ = 0;
            ++answered;
        }
        return size;
    }
    void close() noexcept {}

    std::int64_t unix_seconds() const { return 1795543533; }
    std::int64_t steady_ms() const { return 1000; }
    bool random(std::span<unsigned char> bytes) {
        for (auto& byte : bytes) byte = ++last_random_;
        return true;
    }
    void wait(std::int64_t) {}

  private:
    static constexpr std::string_view answers_[2] = {
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 144\r\n\r\n"
        R"({"RequestId":"9DEC9C28","VServerGroupId":"rsp-cige6j5e7p","BackendServers":{"BackendServer":[)"
        R"({"ServerId":"vm-235","Port":8080,"Weight":"100"}]}})",
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 79\r\n\r\n"
        R"({"RequestId":"365F4154","Code":"VServerGroupProcessing","Message":"Try later."})"};
    slb::endpoint endpoint_ = slb::endpoint::for_region("cn-hangzhou");
    std::size_t sent_ = 0;
    unsigned char last_random_ = 0;
};
static_assert(slb::transport<scripted_line>);

bool all_good = true;
void check(bool good, char const* what) {
    if (!good) std::printf("no_exceptions: FAILED: %s\n", what);
    all_good = all_good && good;
}

} // namespace

int main() {
    scripted_line line;
    slb::client client{
        line, slb::credentials("testid", "testsecret"), {.retry = slb::retry_options::never()}};
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}}}};

    auto response = client.invoke(request);
    check(static_cast<bool>(response), "the first call succeeds");
    if (response) {
        check(response->backend_servers.size() == 1, "the group has one server");
        for (auto const& server : response->backend_servers) {
            check(server.server_id == "vm-235" && server.port == 8080, "it is the new one");
            std::printf("no_exceptions: succeeded: %.*s:%d\n", static_cast<int>(server.server_id.size()),
                        server.server_id.data(), server.port);
        }
    }

    check(!client.invoke(request, response), "the second call is refused");
    char text[200];
    std::size_t const size = std::min(response.error().copy(text, sizeof text), sizeof text);
    std::printf("no_exceptions: refused: %.*s\n", static_cast<int>(size), text);
    check(std::string_view(text, size) ==
              "rejected: the service answered with an error: VServerGroupProcessing: Try later. "
              "(HTTP 400, request id 365F4154); retry after 3000 ms; "
              "send the changes of a group one after another",
          "the error says why");

    check(line.connections == 1 && line.answered == 2, "both calls went over one connection");
    check(line.requests[0].starts_with("POST /?NewBackendServers="), "the request went out");
    check(line.requests[0] != line.requests[1], "each call has its own nonce");
    return all_good ? 0 : 1;
}
