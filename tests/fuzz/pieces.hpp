#ifndef SLB_TESTS_FUZZ_PIECES_HPP
#define SLB_TESTS_FUZZ_PIECES_HPP

#include "../support/generated_replies.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace slb_test {

/// Ascending offsets at which to cut: a few, and all.
inline std::vector<std::size_t> some_cuts(std::size_t size, generator& random) {
    std::vector<std::size_t> cuts;
    for (std::size_t count = 1 + random.below(4); count != 0; --count) cuts.push_back(random.below(size + 1));
    std::sort(cuts.begin(), cuts.end());
    return cuts;
}
inline std::vector<std::size_t> every_cut(std::size_t size) {
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 1; cut < size; ++cut) cuts.push_back(cut);
    return cuts;
}
/// Calls f with each piece of the text, one after the other.
template <class F>
void in_pieces(std::string_view text, std::vector<std::size_t> const& cuts, F f) {
    std::size_t begin = 0;
    for (std::size_t const cut : cuts) {
        f(text.substr(begin, cut - begin));
        begin = cut;
    }
    f(text.substr(begin));
}

} // namespace slb_test

#endif
