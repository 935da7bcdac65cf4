#ifndef SLB_EMULATOR_TEXT_HPP
#define SLB_EMULATOR_TEXT_HPP

#include <slb/http.hpp>
#include <slb/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace slb::inline v0_1::detail {

[[nodiscard]] inline std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (auto part : parts) text.append(part);
    return text;
}

/// Takes what stands before the next separator off `rest`, and the separator with it.
[[nodiscard]] constexpr std::string_view take_until(char separator, std::string_view& rest) {
    std::string_view const taken = rest.substr(0, rest.find(separator));
    rest.remove_prefix((std::min)(taken.size() + 1, rest.size()));
    return taken;
}

[[nodiscard]] inline std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

[[nodiscard]] inline bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        std::size_t const size = utf8_length(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

/// SplitMix64: numbers that differ and follow from a seed. Good for ids and tests, never for secrets.
class splitmix64 {
  public:
    explicit splitmix64(std::uint64_t seed) : state_(seed) {}
    std::uint64_t operator()() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

  private:
    std::uint64_t state_;
};

} // namespace slb::inline v0_1::detail

#endif
