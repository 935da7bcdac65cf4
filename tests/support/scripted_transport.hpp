#ifndef SLB_TESTS_SUPPORT_SCRIPTED_TRANSPORT_HPP
#define SLB_TESTS_SUPPORT_SCRIPTED_TRANSPORT_HPP

#include <slb/transport.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace slb_test {

/// A server in memory and the line to it. It answers each request, once it has arrived as a whole, with the
/// next of its answers (the last one again and again), and fails when it is told to.
class scripted_transport {
  public:
    static constexpr std::size_t never = SIZE_MAX;

    std::vector<std::string> answers{};
    /// How many bytes one write or read carries at most.
    std::size_t largest_write = never;
    std::size_t largest_read = never;
    /// The server closes cleanly behind each answer.
    bool ends_after_answer = false;
    /// The server answers the first byte of a request, before it has the rest.
    bool answers_early = false;

    /// The operation of this number (connect, write and read count, from 0) fails like this; errc::none at a
    /// read: it sees a clean end. The connection is dead after a failed write or read, except that after a
    /// failed write an answer that is there can be read.
    std::size_t failing = never;
    slb::errc failure = slb::errc::none;
    /// Others that fail, each in its own way.
    std::map<std::size_t, slb::errc> failures{};
    bool has_randomness = true;

    std::int64_t now_ms = 1000;
    std::int64_t now_unix = 1700000000;
    /// How long each connect, write and read takes.
    std::int64_t takes_ms = 0;

    std::size_t operations = 0;
    /// As "connect write read close".
    std::string log{};
    std::vector<std::string> requests{};
    std::vector<std::int64_t> deadlines{};
    /// How long it was told to wait.
    std::vector<std::int64_t> waits{};

    /// Forgets what was logged and which operations fail, not the connection.
    void begin_again() {
        operations = 0;
        failing = never;
        failures.clear();
        waits.clear();
        log.clear();
        deadlines.clear();
    }

    slb::endpoint const& endpoint() const { return endpoint_; }
    slb::result<void> connect(std::int64_t deadline) {
        note("connect", deadline);
        connected_ = false;
        if (fails()) return failure;
        connected_ = true;
        arriving_.clear();
        waiting_.clear();
        ended_ = false;
        return {};
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        note("write", deadline);
        if (!connected_) return slb::errc::called_out_of_order;
        if (fails()) {
            broken_ = true;
            return failure;
        }
        std::size_t const size = std::min(bytes.size(), largest_write);
        arriving_ += bytes.substr(0, size);
        if (whole_request() || (answers_early && !answered_)) answer();
        return size;
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        note("read", deadline);
        if (!connected_) return slb::errc::called_out_of_order;
        if (fails()) {
            connected_ = false;
            if (failure == slb::errc::none) return std::size_t{0};
            return failure;
        }
        if (waiting_.empty()) {
            if (broken_) return slb::errc::connection_reset;
            if (ended_) return std::size_t{0};
            return slb::errc::timed_out;
        }
        std::size_t const size = std::min({space.size(), waiting_.size(), largest_read});
        std::memcpy(space.data(), waiting_.data(), size);
        waiting_.erase(0, size);
        return size;
    }
    void close() noexcept {
        log += log.empty() ? "close" : " close";
        connected_ = broken_ = answered_ = false;
        arriving_.clear();
        waiting_.clear();
    }

    std::int64_t unix_seconds() { return now_unix; }
    std::int64_t steady_ms() { return now_ms; }
    bool random(std::span<unsigned char> bytes) {
        for (auto& byte : bytes) byte = random_++;
        return has_randomness;
    }
    void wait(std::int64_t ms) {
        waits.push_back(ms);
        now_ms += ms;
    }

    bool connected() const { return connected_; }

  private:
    void note(char const* name, std::int64_t deadline) {
        log += (log.empty() ? "" : " ") + std::string(name);
        deadlines.push_back(deadline);
        now_ms += takes_ms;
    }
    bool fails() {
        std::size_t const number = operations++;
        auto const found = failures.find(number);
        if (found != failures.end()) failure = found->second;
        return found != failures.end() || number == failing;
    }
    bool whole_request() const {
        std::size_t const head = arriving_.find("\r\n\r\n");
        if (head == arriving_.npos) return false;
        std::size_t const length = arriving_.find("content-length: ");
        return arriving_.size() >= head + 4 + std::stoul(arriving_.substr(length + 16));
    }
    void answer() {
        if (whole_request()) {
            requests.push_back(arriving_);
            arriving_.clear();
            if (answered_) return;
        } else {
            answered_ = true;
        }
        waiting_ += answers.at(std::min(answered_requests_++, answers.size() - 1));
        ended_ = ends_after_answer;
    }

    slb::endpoint endpoint_{"slb.aliyuncs.com"};
    bool connected_ = false;
    bool broken_ = false;
    bool answered_ = false;
    bool ended_ = false;
    std::size_t answered_requests_ = 0;
    unsigned char random_ = 0;
    std::string arriving_{};
    std::string waiting_{};
};
static_assert(slb::transport<scripted_transport>);

} // namespace slb_test

#endif
