#ifndef SLB_TESTS_SUPPORT_PROCESS_ALLOCATIONS_HPP
#define SLB_TESTS_SUPPORT_PROCESS_ALLOCATIONS_HPP

#include "allocation_count.hpp"

#include <cstdlib>

// Every allocation of the process is counted, also those of operator new, which calls malloc: where the C
// library is glibc, by standing in front of its malloc; under a sanitizer, which does so itself, by its hook.
// One file of a program includes this.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLB_TEST_MALLOC_HOOK
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SLB_TEST_MALLOC_HOOK
#endif
#endif

#if defined(SLB_TEST_MALLOC_HOOK)
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(void const volatile*, std::size_t),
                                                         void (*)(void const volatile*));
namespace slb_test {
bool counts_malloc() {
    static bool const installed =
        __sanitizer_install_malloc_and_free_hooks(
            [](void const volatile*, std::size_t) { ++slb_test::process_allocations; },
            [](void const volatile*) {}) != 0;
    return installed;
}
} // namespace slb_test
#elif defined(__GLIBC__)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
    ++slb_test::process_allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
    ++slb_test::process_allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) noexcept {
    ++slb_test::process_allocations;
    return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++slb_test::process_allocations;
    return __libc_memalign(alignment, size);
}
}
namespace slb_test {
bool counts_malloc() { return true; }
} // namespace slb_test
#else
namespace slb_test {
bool counts_malloc() { return false; }
} // namespace slb_test
#endif

#endif
