// A million calls in one process: what is held after the first thousand is held at the end.
#include "support/allocators.hpp"
#include "support/busy_client.hpp"

#include <slb/beast.hpp>
#include <slb/emulator_server.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <deque>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define SLB_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLB_TEST_SANITIZED
#endif
#endif

namespace {

namespace asio = boost::asio;

#if defined(SLB_TEST_SANITIZED)
constexpr std::size_t fraction = 20; // each takes that much longer
#else
constexpr std::size_t fraction = 1;
#endif

/// Bytes of the whole process's heap that are in use; 0 where nothing tells. It goes up and down by what the
/// C library keeps for the next allocation, and the emulator of nonces.
std::size_t process_bytes() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33) && !defined(SLB_TEST_SANITIZED)
    return ::mallinfo2().uordblks;
#else
    return 0;
#endif
}
constexpr std::size_t most_process_growth = std::size_t{1} << 18; // a quarter of a byte for each call

/// What is held at one moment must be held at every later one.
class balance {
  public:
    explicit balance(std::string_view what) : what_(what) {}
    void take(std::size_t bytes, std::size_t after) {
        if (first_ == none) first_ = bytes;
        if (bytes == first_) return;
        throw std::runtime_error(
            slb::detail::joined({what_, ": after ", std::to_string(after), " calls ", std::to_string(bytes),
                                 " bytes are held, not ", std::to_string(first_)}));
    }
    [[nodiscard]] std::size_t bytes() const { return first_; }

  private:
    static constexpr std::size_t none = SIZE_MAX;
    std::string_view what_;
    std::size_t first_ = none;
};

using memory_client = slb_test::busy_client<slb::emulator_transport, slb_test::null_allocator>;

/// An emulator, and a client of each scheme and format, in memory.
class memory_calls {
  public:
    memory_calls() {
        slb_test::furnish(served_);
        for (std::size_t kind = 0; kind != 4; ++kind) {
            transports_.emplace_back(served_);
            clients_.emplace_back(transports_.back(), slb_test::busy_options(kind), &served_,
                                  slb_test::null_allocator(log_));
        }
    }
    void make(std::size_t count) {
        for (std::size_t const goal = made_ + count; made_ != goal; ++made_)
            clients_[made_ % clients_.size()].call();
    }
    /// To be compared with later ones.
    void weigh() {
        if (log_.mistakes != 0) throw std::runtime_error("a block was given back that was not taken");
        live_.take(log_.bytes, made_);
    }
    [[nodiscard]] std::size_t made() const { return made_; }
    [[nodiscard]] std::size_t bytes() const { return live_.bytes(); }
    [[nodiscard]] std::size_t allocations() const { return log_.allocations; }

  private:
    slb_test::heap_log log_{};
    slb::emulator served_{};
    std::deque<slb::emulator_transport> transports_{};
    std::deque<memory_client> clients_{};
    std::size_t made_ = 0;
    balance live_{"calls in memory"};
};

void call_in_memory() {
    constexpr std::size_t all = 1'000'000 / fraction;
    constexpr std::size_t warm_up = 1000;
    static_assert(warm_up > 4 * memory_client::round);
    memory_calls halves[2];
    for (auto& half : halves) {
        half.make(warm_up);
        half.weigh();
    }
    std::size_t const before = process_bytes();
    std::exception_ptr failures[2];
    auto const run = [&](std::size_t which) {
        try {
            auto& half = halves[which];
            while (half.made() < all / 2) {
                half.make((std::min)(all / 20, all / 2 - half.made()));
                half.weigh();
            }
        } catch (...) {
            failures[which] = std::current_exception();
        }
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    for (auto const& failure : failures)
        if (failure) std::rethrow_exception(failure);
    std::size_t const after = process_bytes();
    if (after > before + most_process_growth) throw std::runtime_error("the heap of the process grows");
    std::cout << "million calls: " << halves[0].made() + halves[1].made() << " calls, "
              << halves[0].bytes() + halves[1].bytes() << " live bytes before and after ("
              << halves[0].allocations() + halves[1].allocations() << " allocations";
    if (before != 0) std::cout << "; the whole process: " << before << " and " << after;
    std::cout << ")\n";
}

// ------------------------------------------------------------------------------------------- asynchronously

/// For the memory of handlers: what Asio allocates for operations on the way to them.
template <class T>
class handler_allocator {
  public:
    using value_type = T;
    explicit handler_allocator(slb_test::heap_log& log) noexcept : log_(&log) {}
    template <class U>
    handler_allocator(handler_allocator<U> const& other) noexcept : log_(&other.log()) {}
    [[nodiscard]] T* allocate(std::size_t count) const {
        void* const block = log_->take(count * sizeof(T));
        if (block == nullptr) throw std::bad_alloc();
        return static_cast<T*>(block);
    }
    void deallocate(T* block, std::size_t count) const noexcept { log_->give_back(block, count * sizeof(T)); }
    [[nodiscard]] slb_test::heap_log& log() const noexcept { return *log_; }
    template <class U>
    bool operator==(handler_allocator<U> const& other) const noexcept {
        return log_ == &other.log();
    }

  private:
    slb_test::heap_log* log_;
};

/// A client whose calls run side by side on a loop, one after the other in each lane.
class asynchronous_calls {
    using operation = slb::describe_vserver_group_attribute;
    struct lane {
        explicit lane(slb_test::heap_log& log) : response(slb_test::null_allocator(log)) {}
        slb::response<operation, slb_test::null_allocator> response;
        asio::cancellation_signal signal{};
    };

  public:
    explicit asynchronous_calls(std::uint16_t port) : transport_(io_.get_executor(), {"127.0.0.1", port}) {
        for (std::size_t i = 0; i != 8; ++i) lanes_.emplace_back(log_);
    }
    void make(std::size_t count) {
        goal_ = begun_ + count;
        for (auto& each : lanes_) begin(each);
        io_.restart();
        io_.run();
    }
    void weigh() {
        if (handler_log_.bytes != 0 || handler_log_.mistakes != 0 || log_.mistakes != 0)
            throw std::runtime_error("handlers have ended and their memory is not back");
        live_.take(log_.bytes, begun_);
    }
    [[nodiscard]] std::size_t made() const { return done_; }
    [[nodiscard]] std::size_t cancelled() const { return cancelled_; }
    [[nodiscard]] std::size_t bytes() const { return live_.bytes(); }
    [[nodiscard]] std::size_t handler_allocations() const { return handler_log_.allocations; }

  private:
    void begin(lane& on) {
        if (begun_ == goal_) {
            if (done_ == goal_) transport_.close_idle();
            return;
        }
        std::size_t const number = begun_++;
        bool const unknown = number % 5 == 1;
        bool const stopped = number % 10 == 3;
        auto const done = [this, &on, unknown, stopped](boost::system::error_code outcome) {
            judge(on, outcome, unknown, stopped);
            ++done_;
            begin(on);
        };
        client_.async_invoke(
            operation{slb::runtime(slb_test::busy_region),
                      slb::runtime(unknown ? std::string_view("rsp-none") : slb_test::resident_group)},
            on.response,
            asio::bind_cancellation_slot(on.signal.slot(),
                                         asio::bind_allocator(handler_allocator<char>(handler_log_), done)));
        if (stopped && number % 20 == 3) on.signal.emit(asio::cancellation_type::terminal);
        if (stopped && number % 20 != 3)
            asio::post(io_, [&on] { on.signal.emit(asio::cancellation_type::terminal); });
    }
    void judge(lane const& on, boost::system::error_code outcome, bool unknown, bool stopped) {
        auto const& got = on.response;
        bool good = false;
        if (got.error().code() == slb::errc::cancelled) {
            ++cancelled_;
            good = stopped && outcome == asio::error::operation_aborted;
        } else if (unknown)
            good = got.error().service() != nullptr && got.error().service()->code == "InvalidParameter" &&
                   outcome == slb::errc::service_refused;
        else
            good = got && !outcome && got->backend_servers.size() == 2 &&
                   got->backend_servers[1].server_id == "vm-232";
        if (good) return;
        std::ostringstream text;
        text << "asynchronous call " << done_ << ": not as expected: " << outcome << ": " << got.error();
        throw std::runtime_error(text.str());
    }

    slb_test::heap_log log_{};
    slb_test::heap_log handler_log_{};
    asio::io_context io_{1};
    slb::insecure_loopback_transport transport_;
    slb::client<slb::insecure_loopback_transport, slb::default_crypto, slb_test::null_allocator> client_{
        transport_, slb::credentials("testid", "testsecret"), {}, slb_test::null_allocator(log_)};
    std::deque<lane> lanes_{};
    std::size_t goal_ = 0;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
    std::size_t cancelled_ = 0;
    balance live_{"asynchronous calls"};
};

void call_asynchronously() {
    constexpr std::size_t all = 40'000 / fraction;
    slb::emulator served{{.clock = [] { return slb::system_host{}.unix_seconds(); }}};
    slb_test::furnish(served);
    slb::basic_emulator_server server{served};
    asynchronous_calls calls(server.port());
    calls.make(all / 10);
    calls.weigh();
    for (std::size_t part = 1; part != 10; ++part) {
        calls.make(all / 10);
        calls.weigh();
    }
    std::cout << "asynchronous calls: " << calls.made() << " calls, " << calls.cancelled() << " cancelled, "
              << calls.bytes() << " live bytes before and after, none of handlers ("
              << calls.handler_allocations() << " allocations)\n";
}

} // namespace

int main() {
    try {
        call_in_memory();
        call_asynchronously();
    } catch (std::exception const& failure) {
        std::cerr << "million_calls: " << failure.what() << '\n';
        return 1;
    }
}
