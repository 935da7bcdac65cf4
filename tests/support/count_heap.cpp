// Preloaded into a program, counts the blocks that it takes of the C library's heap from its first socket on.
// At its end it says how many; unless they were none, the exit code is 99.
#include <cstddef>
#include <cstdio>
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

bool started = false;
unsigned long blocks = 0;

[[gnu::destructor]] void report() {
    if (!started) return;
    std::fprintf(stderr, "%lu blocks of the heap\n", blocks);
    if (blocks != 0) ::_exit(99);
}

} // namespace

extern "C" {
int socket(int family, int type, int protocol) noexcept {
    auto const real = reinterpret_cast<decltype(&socket)>(::dlsym(RTLD_NEXT, "socket"));
    started = true;
    return real(family, type, protocol);
}
void* malloc(std::size_t size) noexcept {
    blocks += started;
    return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) noexcept {
    blocks += started;
    return __libc_calloc(number, size);
}
void* realloc(void* block, std::size_t size) noexcept {
    blocks += started;
    return __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
    blocks += started;
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
    *block = memalign(alignment, size);
    return *block == nullptr ? 12 : 0;
}
}
