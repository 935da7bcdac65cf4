#include <slb.hpp>
#include <slb/host.hpp>
#include <slb/tls.hpp>

#include <arpa/inet.h>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <unistd.h>

// All memory after the start: blocks of 32, 64, 128... bytes, each with that number in front.
alignas(16) static char arena[2 * 1024 * 1024];
static std::size_t used = 0;
static void* spare[64] = {}; // a list for each size
static std::size_t& room_of(void* p) { return static_cast<std::size_t*>(p)[-2]; }
static void* take(std::size_t size, char const* = nullptr, int = 0) noexcept {
    std::size_t const room = std::bit_ceil(size < sizeof arena ? size + 17 : sizeof arena + 1);
    void*& list = spare[std::countr_zero(room)];
    if (list != nullptr) return std::exchange(list, *static_cast<void**>(list));
    if (room > sizeof arena - used) return nullptr;
    void* const fresh = arena + std::exchange(used, used + room) + 16;
    room_of(fresh) = room;
    return fresh;
}
static void give(void* p, char const* = nullptr, int = 0) noexcept {
    if (p != nullptr) *static_cast<void**>(p) = std::exchange(spare[std::countr_zero(room_of(p))], p);
}
static void* resize(void* p, std::size_t size, char const*, int) noexcept {
    if (p != nullptr && size <= room_of(p) - 16) return p;
    void* const fresh = take(size);
    if (fresh == nullptr || p == nullptr) return fresh;
    std::memcpy(fresh, p, room_of(p) - 16);
    give(p);
    return fresh;
}
struct fixed {
    using value_type = char;
    char* try_allocate(std::size_t size) const noexcept { return static_cast<char*>(take(size)); }
    char* allocate(std::size_t size) const noexcept { return try_allocate(size); } // not called by slb
    void deallocate(char* p, std::size_t) const noexcept { give(p); }
};

// fixed_memory PORT CA_FILE [HOST [DEADLINE_MS]]: one call without a heap, to an emulator on this machine
int main(int argc, char** argv) {
    slb::socket_host const host;
    unsigned char random[16];
    if (::CRYPTO_set_mem_functions(take, resize, give) != 1 || argc < 3 || !host.random(random)) return 2;
    std::int64_t const deadline = host.steady_ms() + (argc > 4 ? std::atol(argv[4]) : 2000);
    ::OPENSSL_init_ssl(0, nullptr); // at the start, the C library takes memory to read files
    ::tzset();                      // and for the time zone, before it is needed
    std::setbuf(stdout, nullptr);
    slb::endpoint const target(argc > 3 ? argv[3] : "localhost", std::atoi(argv[1]));
    slb::tls_context trust{target, {.ca_file = argv[2]}};
    slb::tls_connection tls{trust};
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0); // from here on, all memory comes from the arena
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    slb::modify_vserver_group_backend_servers request{"cn-hangzhou", "rsp-cige6j5e7p"};
    request.replace.push_back({.from = {"vm-233", 80}, .to = {"vm-235", 8080}});
    slb::signer<slb::openssl_crypto, fixed> const signer{slb::credentials::from_environment()};
    slb::response<slb::modify_vserver_group_backend_servers, fixed> response;
    slb::exchange<fixed> ex{target};
    ex.start(request, response, signer, host.unix_seconds(), slb::nonce(random));
    if (::connect(fd, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0)
        ex.not_connected(slb::errc::connect_failed);
    for (tls.start(); tls.drive(ex), !ex.done();) {
        bool const out = tls.wants_write();
        auto const n = out ? host.send(fd, tls.output(), deadline) : host.receive(fd, tls.input(), deadline);
        if (!n) tls.failed(n.error().code());
        if (n && *n == 0) tls.closed();
        if (n && *n != 0) out ? tls.sent(*n) : tls.received(*n);
    }
    ::close(fd);
    std::cout << used << " bytes of " << sizeof arena << " were used\n";
    if (response)
        for (auto const& s : response->backend_servers) std::cout << s.server_id << ':' << s.port << '\n';
    if (!response) std::cerr << response.error() << '\n';
    return response ? 0 : 10 + static_cast<int>(response.error().delivery());
}
