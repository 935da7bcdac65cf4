#include "support.hpp"

// Stands in front of glibc's malloc, which operator new and OpenSSL call as well. The program has one thread.

namespace {
std::size_t count = 0;
}

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
    ++count;
    return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) noexcept {
    ++count;
    return __libc_calloc(number, size);
}
void* realloc(void* block, std::size_t size) noexcept {
    ++count;
    return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++count;
    return __libc_memalign(alignment, size);
}
}

std::size_t slb_benchmarks::allocations() { return count; }
