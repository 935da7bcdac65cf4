// 10000 frames of a game beside the call of examples/game_loop.cpp, whose peers stall, each kind at a place
// of its own: what a frame of the call costs then, and that it allocates nothing.
//
//   game_loop_frames PORT CA_FILE    of an emulator that stalls before its first reply and within its second
#include "support/process_allocations.hpp"

#define main game_loop_main
#include "examples/game_loop.cpp"
#undef main

#include <algorithm>
#include <ctime>
#include <string_view>

namespace {

constexpr long frames_of_a_stall = 2000;

/// What all frames came to.
struct tally {
    long stalled_frames = 0;
    /// The longest tick by the clock, which runs on while others have the processor.
    std::chrono::nanoseconds longest_wall{};
    /// The longest of any, and of those in which no byte moved, by what they took of the processor.
    std::chrono::nanoseconds longest{};
    std::chrono::nanoseconds longest_idle{};
    /// The frames in which bytes moved before the reply began: OpenSSL allocates for its handshake.
    long handshake_frames = 0;
    std::size_t handshake_allocations = 0;
    /// Of all other frames.
    std::size_t allocations = 0;
};

int failures = 0;
void expect(bool good, std::string_view peer, std::string_view what) {
    if (good) return;
    ++failures;
    std::cout << "FAILED " << peer << ": " << what << '\n';
}

/// The time that this thread has run.
std::chrono::nanoseconds thread_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// A socket that listens on a free port of this machine.
struct listener {
    explicit listener(int backlog) {
        socklen_t size = sizeof at;
        auto* const address = reinterpret_cast<sockaddr*>(&at);
        bool const made = ::bind(fd, address, size) == 0 && ::listen(fd, backlog) == 0 &&
                          ::getsockname(fd, address, &size) == 0;
        expect(made, "a listener", "it cannot be made");
    }
    ~listener() { ::close(fd); }
    listener(listener const&) = delete;
    listener& operator=(listener const&) = delete;

    sockaddr_in at{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
};

/// A game with one call, whose peer is expected to stall.
struct game {
    std::string_view peer;
    char const* ca;
    int port;
    tally& sum;
    slb_call call{slb::endpoint("localhost", port), ca};

    void start() {
        unsigned char random[16] = {};
        expect(slb::system_host().random(random), peer, "there is no randomness");
        call.start({.region_id = "cn-hangzhou",
                    .vserver_group_id = "rsp-cige6j5e7p",
                    .replace = {{{"vm-233", 80}, {"vm-235", 8080}}}},
                   slb::nonce(random), port);
        // A stall lasts as long as its frames, on a machine of any speed.
        call.deadline = steady_clock::now() + 1h;
    }
    void frame() {
        bool const in_reply = call.exchange.response_begun();
        std::size_t const bytes = call.moved;
        std::size_t const allocated = slb_test::process_allocations;
        auto const begin = steady_clock::now();
        std::chrono::nanoseconds const cpu = thread_time();
        call.tick(200us);
        std::chrono::nanoseconds const took = thread_time() - cpu;
        sum.longest_wall = std::max(sum.longest_wall, std::chrono::nanoseconds(steady_clock::now() - begin));
        std::size_t const allocations = slb_test::process_allocations - allocated;
        bool const moved = call.moved != bytes;
        sum.longest = std::max(sum.longest, took);
        if (!moved) sum.longest_idle = std::max(sum.longest_idle, took);
        if (moved && !in_reply) {
            ++sum.handshake_frames;
            sum.handshake_allocations += allocations;
        } else {
            sum.allocations += allocations;
        }
        auto const worked = steady_clock::now() + 100us;
        while (steady_clock::now() < worked) continue; // the work of the game
    }
    /// Frames until the call has come as far as the peer lets it.
    template <class Reached>
    void play_until(Reached reached) {
        auto const patience = steady_clock::now() + 20s;
        while (!reached() && !call.exchange.done() && steady_clock::now() < patience) frame();
        expect(reached(), peer, "the call does not come as far as that");
    }
    /// The frames of the stall. The last one is that in which the deadline passes.
    void play_stalled(slb::delivery delivery) {
        for (long i = 1; i != frames_of_a_stall; ++i) frame();
        expect(!call.exchange.done(), peer, "the call ends before its deadline");
        call.deadline = steady_clock::now();
        frame();
        sum.stalled_frames += frames_of_a_stall;
        expect(call.exchange.done(), peer, "the call outlives its deadline");
        if (!call.exchange.done()) return;
        slb::error const& error = call.response.error();
        expect(error == slb::errc::timed_out, peer, message(error.code()));
        expect(error.delivery() == delivery, peer, message(error.delivery()));
    }
};

void no_room_for_a_connection(char const* ca, tally& sum) {
    listener full(0);
    int others[4];
    for (int& other : others) {
        other = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        static_cast<void>(::connect(other, reinterpret_cast<sockaddr*>(&full.at), sizeof full.at));
    }
    game with{"a listener without room", ca, ntohs(full.at.sin_port), sum};
    with.start();
    with.play_stalled(slb::delivery::not_sent);
    expect(with.call.moved == 0, with.peer, "it had room");
    for (int const other : others) ::close(other);
}

void not_a_word(char const* ca, tally& sum) {
    listener silent(8);
    game with{"a silent listener", ca, ntohs(silent.at.sin_port), sum};
    with.start();
    with.play_until([&] { return with.call.moved != 0 && !with.call.tls.wants_write(); });
    with.play_stalled(slb::delivery::not_sent);
    expect(!with.call.tls.established(), with.peer, "it shook hands");
}

void half_a_word(char const* ca, tally& sum) {
    listener slow(8);
    game with{"a peer that begins a record", ca, ntohs(slow.at.sin_port), sum};
    with.start();
    with.play_until([&] { return with.call.moved != 0 && !with.call.tls.wants_write(); });
    std::size_t const hello = with.call.moved;
    int const fd = ::accept(slow.fd, nullptr, nullptr);
    static_cast<void>(::send(fd, "\x16\x03\x03", 3, MSG_NOSIGNAL));
    with.play_until([&] { return with.call.moved == hello + 3; });
    with.play_stalled(slb::delivery::not_sent);
    expect(!with.call.tls.established(), with.peer, "it shook hands");
    ::close(fd);
}

void no_reply(int port, char const* ca, tally& sum) {
    game with{"an emulator that does not reply", ca, port, sum};
    with.start();
    with.play_until([&] { return with.call.exchange.request_sent() && !with.call.tls.wants_write(); });
    with.play_stalled(slb::delivery::maybe_applied);
    expect(!with.call.exchange.response_begun(), with.peer, "it replied");
}

void half_a_reply(int port, char const* ca, tally& sum) {
    game with{"an emulator that stops within its reply", ca, port, sum};
    with.start();
    with.play_until([&] { return with.call.exchange.response_begun(); });
    with.play_stalled(slb::delivery::maybe_applied);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    int const port = std::atoi(argv[1]);
    // The counter is no ornament.
    bool const counting = slb_test::counts_malloc();
    std::size_t const at_first = slb_test::process_allocations;
    void* const volatile block = ::operator new(1);
    ::operator delete(block);
    expect(slb_test::process_allocations == at_first + (counting ? 1U : 0U), "the test", "it does not count");

    tally sum;
    no_room_for_a_connection(argv[2], sum);
    not_a_word(argv[2], sum);
    half_a_word(argv[2], sum);
    no_reply(port, argv[2], sum);
    half_a_reply(port, argv[2], sum);

    expect(sum.stalled_frames == 10000, "the test", "it has another number of frames");
    expect(sum.handshake_allocations != 0 || !counting, "the test", "a handshake without an allocation");
    expect(sum.allocations == 0, "the game", "a frame allocates");
    auto const us = [](std::chrono::nanoseconds time) { return time / 1us; };
    std::cout << "game loop: " << sum.stalled_frames << " frames, longest tick " << us(sum.longest_wall)
              << " us, its processor time " << us(sum.longest) << " us, or " << us(sum.longest_idle)
              << " us where nothing moves; " << sum.allocations << " allocations, and "
              << sum.handshake_allocations << " in " << sum.handshake_frames << " frames of handshakes\n";
    return failures == 0 ? 0 : 1;
}
