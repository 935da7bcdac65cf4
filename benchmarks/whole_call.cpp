// What does a whole call cost beside the network: a client over a transport in memory that answers at once?
// The floor hashes the same texts and copies the same bytes, as no transport can help doing.

#include "replies.hpp"
#include "requests.hpp"

#include <algorithm>
#include <memory>

namespace slb_benchmarks {
namespace {

/// Takes each request and has the next of its answers ready. Time passes and nonces differ.
class memory_transport {
  public:
    explicit memory_transport(std::vector<std::string> answers) : answers_(std::move(answers)) {}

    slb::endpoint const& endpoint() const { return endpoint_; }
    slb::result<void> connect(std::int64_t) {
        ++connections_;
        return {};
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t) {
        std::memcpy(request_.data(), bytes.data(), bytes.size());
        request_size_ = bytes.size();
        coming_ = answers_[next_++ % answers_.size()];
        return bytes.size();
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t) {
        std::size_t const size = std::min(space.size(), coming_.size());
        std::memcpy(space.data(), coming_.data(), size);
        coming_.remove_prefix(size);
        return size;
    }
    void close() noexcept {}
    std::int64_t unix_seconds() { return 1795543533 + static_cast<std::int64_t>(next_); }
    std::int64_t steady_ms() { return 0; }
    bool random(std::span<unsigned char> bytes) {
        for (std::size_t i = 0; i < bytes.size(); i += 8) {
            std::uint64_t const word = random_();
            std::memcpy(bytes.data() + i, &word, std::min<std::size_t>(8, bytes.size() - i));
        }
        return true;
    }
    void wait(std::int64_t) {}

    std::string_view request() const { return {request_.data(), request_size_}; }
    int connections() const { return connections_; }

  private:
    slb::endpoint endpoint_ = slb::endpoint::for_region("cn-hangzhou");
    std::vector<std::string> answers_;
    std::size_t next_ = 0;
    std::string_view coming_{};
    std::vector<char> request_ = std::vector<char>(1 << 16);
    std::size_t request_size_ = 0;
    int connections_ = 0;
    numbers random_{3};
};

/// As the service answers, kept connection and all.
std::string http_answer(std::string const& body) {
    return "HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 18:05:33 GMT\r\n"
           "Content-Type: application/json;charset=utf-8\r\nContent-Length: " +
           std::to_string(body.size()) +
           "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=25\r\nAccess-Control-Allow-Origin: *\r\n"
           "Access-Control-Expose-Headers: *\r\nx-acs-request-id: 93F43114-E71C-4C5F-AFE5-A7336B40F63C\r\n"
           "x-acs-trace-id: 5b2c0c7ac7d1b3e7a0f0d9a4c3b2a190\r\n\r\n" +
           body;
}

/// A client that has made its first calls.
class caller {
  public:
    caller(std::vector<call_values> const& calls, std::vector<std::string> const& replies,
           slb::signature_scheme scheme)
        : scheme_(scheme), calls_(calls), transport_(answers(replies)),
          client_(transport_, slb::credentials(access_key_id, access_key_secret), {.scheme = scheme}) {
        boost_dom expected;
        for (std::size_t i = 0; i != 128; ++i) {
            check((*this)(i), "a call succeeds");
            check(expected.parse(replies[i % replies.size()]) && *response_ == expected.reply(),
                  "a call gives what was answered");
            signed_message(transport_.request(), scheme, calls_[i % calls_.size()]);
        }
        check(transport_.connections() == 1, "the connection is kept");
    }
    bool operator()(std::size_t call) {
        return client_.invoke(build(calls_[call % calls_.size()]), response_);
    }
    std::string_view last_request() const { return transport_.request(); }
    signature_floor floor() const {
        return {scheme_, {last_request(), scheme_, calls_[127 % calls_.size()]}};
    }

    static std::vector<std::string> answers(std::vector<std::string> const& replies) {
        std::vector<std::string> made;
        for (auto const& reply : replies) made.push_back(http_answer(reply));
        return made;
    }

  private:
    slb::signature_scheme scheme_;
    std::vector<call_values> calls_;
    memory_transport transport_;
    slb::client<memory_transport> client_;
    slb::response<operation> response_;
};

void whole_call_contest(std::string const& size, std::vector<std::string> const& replies,
                        slb::signature_scheme scheme) {
    auto const ours = std::make_shared<caller>(calls_like("request-" + size + ".json"), replies, scheme);
    auto const copied = [request = std::string(ours->last_request()), answers = caller::answers(replies),
                         hashed = ours->floor(),
                         space = std::vector<char>(1 << 17)](std::size_t call) mutable {
        std::string const& answer = answers[call % answers.size()];
        std::memcpy(space.data(), request.data(), request.size());
        std::memcpy(space.data() + request.size(), answer.data(), answer.size());
        benchmark::DoNotOptimize(space.data());
        return hashed();
    };
    contest("whole call", size + (scheme == slb::signature_scheme::hmac_sha1 ? ", signature 1.0" : ", ACS3"))
        .ours([ours](std::size_t call) { return (*ours)(call); })
        .against("floor: hashing and copying the same", copied);
}

} // namespace

void whole_call() {
    for (auto const scheme : {slb::signature_scheme::hmac_sha1, slb::signature_scheme::acs3_hmac_sha256}) {
        whole_call_contest("1+1", {workload("reply-1.json")}, scheme);
        whole_call_contest("2+2", {workload("reply-2.json")}, scheme);
        whole_call_contest("20+20", workload_lines("replies-varied-20.jsonl"), scheme);
    }
}

} // namespace slb_benchmarks
