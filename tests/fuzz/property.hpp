#ifndef SLB_TESTS_FUZZ_PROPERTY_HPP
#define SLB_TESTS_FUZZ_PROPERTY_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

/// What a fuzz target defines: checks its properties on one input. Also run by replay.cpp, on the seeds.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace slb_test {

/// States a property. Where it does not hold the program ends: the fuzzer then keeps the input.
inline void property(bool holds, std::string_view what) {
    if (holds) return;
    std::cerr << "does not hold: " << what << std::endl;
    std::abort();
}
/// Two results that must be equal; both are printed where they are not.
template <class T>
void property_equal(T const& left, T const& right, std::string_view what) {
    if (!(left == right)) std::cerr << left << "\n  is not\n" << right << '\n';
    property(left == right, what);
}

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
    return {reinterpret_cast<char const*>(data), size};
}
/// A number that follows from an input (FNV-1a). Places to cut, sizes and the like are drawn from it, so that
/// a seed is nothing but a text that people can read, and still every change of it tries other places.
inline std::uint32_t seed_of(std::string_view text) {
    std::uint32_t hash = 2166136261;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    return hash;
}

} // namespace slb_test

#endif
