// Runs a fuzz target once on each of its seeds, with any compiler.
// usage: fuzz_TARGET NAME FILE_OR_FOLDER...
#include "../support/exact_bytes.hpp"
#include "property.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

void replay(std::string_view text) {
    slb_test::exact_bytes input(text);
    LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(input.data()), text.size());
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (int i = 2; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            files.emplace_back(argv[i]);
            continue;
        }
        for (auto const& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
    }
    if (files.empty()) {
        std::cerr << "no seeds\n";
        return 1;
    }
    std::sort(files.begin(), files.end());
    replay("");
    for (auto const& path : files) {
        // Said before, so that the last one named is the one that failed.
        std::cerr << path.filename().string() << '\n';
        std::ifstream file(path, std::ios::binary);
        if (!file) {
            std::cerr << "cannot be read\n";
            return 1;
        }
        replay(std::string(std::istreambuf_iterator<char>(file), {}));
    }
    std::cout << "fuzz seeds of " << argv[1] << ": " << files.size() << " replayed\n";
}
