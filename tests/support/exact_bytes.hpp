#ifndef SLB_TESTS_SUPPORT_EXACT_BYTES_HPP
#define SLB_TESTS_SUPPORT_EXACT_BYTES_HPP

#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace slb_test {

/// Bytes in a heap block of exactly their size, so that the address sanitizer sees one byte too many.
class exact_bytes {
  public:
    explicit exact_bytes(std::size_t size) : bytes_(new char[size]), size_(size) {}
    explicit exact_bytes(std::string_view text) : exact_bytes(text.size()) {
        if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
    }
    char* data() { return bytes_.get(); }
    std::span<char> span() { return {bytes_.get(), size_}; }
    std::string_view view() const { return {bytes_.get(), size_}; }
    bool holds(std::string_view text) const {
        return text.data() >= bytes_.get() && text.data() + text.size() <= bytes_.get() + size_;
    }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

} // namespace slb_test

#endif
