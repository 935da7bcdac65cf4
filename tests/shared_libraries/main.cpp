#include "library.hpp"

#include <cstdio>
#include <dlfcn.h>

// shared_libraries THIRD: the program, two libraries that are linked and a third that is loaded (RTLD_LOCAL)
// agree about errors, although each has a category of its own because all of them hide their names.

namespace {

bool all_good = true;
void check(bool good, char const* what, char const* maker, char const* judge) {
    if (!good) std::printf("shared_libraries: FAILED: %s, made by %s, judged by %s\n", what, maker, judge);
    all_good = all_good && good;
}

} // namespace

int main(int, char** argv) {
    void* const loaded = ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    void const* const third = loaded != nullptr ? ::dlsym(loaded, "of_third") : nullptr;
    if (third == nullptr) {
        std::printf("shared_libraries: FAILED: %s\n", ::dlerror());
        return 1;
    }
    struct {
        char const* name;
        library const* its;
    } const all[] = {{"program", &of_program},
                     {"first", &of_first},
                     {"second", &of_second},
                     {"third", static_cast<library const*>(third)}};

    using enum slb::errc;
    for (auto const& [maker, made] : all)
        for (auto const& [judge, judged] : all) {
            bool const same = made == judged;
            auto const code = made->code(timed_out);
            auto const std_code = made->std_code(timed_out);
            check(same == (made->category == judged->category), "a category of its own", maker, judge);
            check(code == judged->code(timed_out), "equal codes", maker, judge);
            check(code != judged->code(connection_reset), "unequal codes", maker, judge);
            check(judged->is(code, timed_out), "the errc of a code", maker, judge);
            check(!judged->is(code, connection_reset), "not another errc", maker, judge);
            check(judged->std_is(std_code, timed_out), "the errc of a std code", maker, judge);
            check(!judged->std_is(std_code, connection_reset), "not another errc of a std code", maker,
                  judge);
            // What error_code.hpp says of them, and why they are compared with an errc instead.
            check(same == (std_code == judged->std_code(timed_out)), "std codes by address", maker, judge);
        }
    check(!of_first.std_is(std::make_error_code(std::errc::timed_out), timed_out), "foreign", "std", "first");
    return all_good ? 0 : 1;
}
