#ifndef SLB_TESTS_SUPPORT_QUIET_TRANSPORT_HPP
#define SLB_TESTS_SUPPORT_QUIET_TRANSPORT_HPP

#include <slb/transport.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

namespace slb_test {

/// A transport that allocates nothing: the answer to a request is there when it is written.
class quiet_transport {
  public:
    explicit quiet_transport(std::span<std::string const> answers) : answers_(answers) {}

    slb::endpoint const& endpoint() const { return endpoint_; }
    slb::result<void> connect(std::int64_t) { return {}; }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t) {
        waiting_ = answers_[written_++ % answers_.size()];
        return bytes.size();
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t) {
        std::size_t const size = std::min(space.size(), waiting_.size());
        std::memcpy(space.data(), waiting_.data(), size);
        waiting_.remove_prefix(size);
        return size;
    }
    void close() noexcept { ++closed_; }
    std::int64_t unix_seconds() { return 1700000000; }
    std::int64_t steady_ms() { return 0; }
    bool random(std::span<unsigned char> bytes) {
        for (auto& byte : bytes) byte = random_++;
        return true;
    }
    void wait(std::int64_t) {}
    std::size_t closed() const { return closed_; }

  private:
    std::span<std::string const> answers_;
    slb::endpoint endpoint_{"slb.aliyuncs.com"};
    std::string_view waiting_{};
    std::size_t written_ = 0;
    std::size_t closed_ = 0;
    unsigned char random_ = 0;
};
static_assert(slb::transport<quiet_transport>);

} // namespace slb_test

#endif
