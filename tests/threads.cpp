// Many threads, each with a client of its own, and one client whose calls run on a loop of several threads.
// Built with ThreadSanitizer, which ends the program at the first data race.
#include "support/busy_client.hpp"
#include "support/private_directory.hpp"

#include <slb/beast.hpp>
#include <slb/emulator_server.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <boost/json/src.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;

constexpr std::size_t all_calls = 100'000;
constexpr std::size_t all_threads = 16;
constexpr std::size_t asynchronous_calls = 2000;
constexpr std::size_t loop_threads = 4;

/// Threads that are waited for, and what the first to fail said.
class crew {
  public:
    template <class Work>
    void begin(Work work) {
        threads_.emplace_back([this, work = std::move(work)] {
            try {
                work();
            } catch (...) {
                if (!failed_.exchange(true)) failure_ = std::current_exception();
            }
        });
    }
    void wait() {
        for (auto& each : threads_) each.join();
        threads_.clear();
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    std::vector<std::thread> threads_{};
    std::atomic<bool> failed_{false};
    std::exception_ptr failure_{};
};

template <class Transport>
void call(Transport& transport, std::size_t kind, slb::emulator* own) {
    slb_test::busy_client<Transport, slb::heap_allocator> client(transport, slb_test::busy_options(kind), own,
                                                                 {});
    for (std::size_t i = 0; i != all_calls / all_threads; ++i) client.call();
}

/// Every fourth calls over a socket, half of these over TLS.
void call_side_by_side(std::uint16_t plain, std::uint16_t tls, std::string const& ca_file) {
    crew threads;
    for (std::size_t which = 0; which != all_threads; ++which)
        threads.begin([=, &ca_file] {
            if (which % 8 == 3) {
                slb::insecure_loopback_transport transport{{"127.0.0.1", plain}};
                return call(transport, which / 8, nullptr);
            }
            if (which % 8 == 7) {
                slb::beast_transport transport{{"127.0.0.1", tls}, {.ca_file = ca_file}};
                return call(transport, which / 8 + 2, nullptr);
            }
            slb::emulator own;
            slb_test::furnish(own);
            slb::emulator_transport transport{own};
            call(transport, which, &own);
        });
    threads.wait();
}

// ------------------------------------------------------------------------------------------- asynchronously

/// All calls begin on a strand, where transport and client are at home. Of their handlers some run there,
/// some on any thread of the loop, and some on strands of their own, from where a call may be cancelled.
class calls_on_a_loop {
    using operation = slb::describe_vserver_group_attribute;
    using strand = asio::strand<asio::io_context::executor_type>;
    enum class ending { at_home, anywhere, on_own_strand, cancelled };
    struct lane {
        explicit lane(strand executor) : own(std::move(executor)) {}
        strand own;
        slb::response<operation> response{};
        asio::cancellation_signal signal{};
    };

  public:
    explicit calls_on_a_loop(std::uint16_t port) : transport_(home_, {"127.0.0.1", port}) {
        for (std::size_t i = 0; i != 16; ++i) lanes_.emplace_back(asio::make_strand(io_));
    }
    void run() {
        for (auto& each : lanes_) begin_later(each);
        crew threads;
        for (std::size_t i = 0; i != loop_threads; ++i) threads.begin([this] { io_.run(); });
        threads.wait();
        if (done_ != asynchronous_calls || cancelled_ == 0 || elsewhere_ == 0)
            throw std::runtime_error("not all asynchronous calls came to their ends");
    }

  private:
    void begin_later(lane& on) {
        asio::post(home_, [this, &on] { begin(on); });
    }
    void begin(lane& on) {
        if (begun_ == asynchronous_calls) {
            if (done_ == asynchronous_calls) transport_.close_idle();
            return;
        }
        std::size_t const number = begun_++;
        auto const how = static_cast<ending>(number % 4);
        bool const unknown = number % 5 == 1;
        operation const request{
            slb::runtime(slb_test::busy_region),
            slb::runtime(unknown ? std::string_view("rsp-none") : slb_test::resident_group)};
        auto done = [this, &on, unknown, how](boost::system::error_code outcome) {
            judge(on, outcome, unknown, how);
            ++done_;
            begin_later(on);
        };
        switch (how) {
        case ending::at_home: client_.async_invoke(request, on.response, std::move(done)); break;
        case ending::anywhere:
            client_.async_invoke(request, on.response,
                                 asio::bind_executor(io_.get_executor(), std::move(done)));
            break;
        case ending::on_own_strand:
            client_.async_invoke(request, on.response, asio::bind_executor(on.own, std::move(done)));
            break;
        case ending::cancelled:
            client_.async_invoke(
                request, on.response,
                asio::bind_cancellation_slot(on.signal.slot(), asio::bind_executor(on.own, std::move(done))));
            // On the strand of the handler, as signals must be; the call goes on meanwhile. Some come at
            // once, some late, some too late.
            cancel_later(on, number % 16);
            break;
        }
    }
    void cancel_later(lane& on, std::size_t hops) {
        asio::post(on.own, [this, &on, hops] {
            if (hops == 0)
                on.signal.emit(asio::cancellation_type::terminal);
            else
                cancel_later(on, hops - 1);
        });
    }
    void judge(lane const& on, boost::system::error_code outcome, bool unknown, ending how) {
        if (!home_.running_in_this_thread()) ++elsewhere_;
        auto const& got = on.response;
        bool good = how != ending::at_home || home_.running_in_this_thread();
        if (how == ending::on_own_strand || how == ending::cancelled) good = on.own.running_in_this_thread();
        if (got.error().code() == slb::errc::cancelled) {
            ++cancelled_;
            good &= how == ending::cancelled && outcome == asio::error::operation_aborted;
        } else if (unknown) {
            good &= got.error().service() != nullptr && got.error().service()->code == "InvalidParameter" &&
                    outcome == slb::errc::service_refused;
        } else {
            good &= got && !outcome && got->backend_servers.size() == 2 &&
                    got->backend_servers[1].server_id == "vm-232";
        }
        if (good) return;
        std::ostringstream text;
        text << "asynchronous call: not as expected: " << outcome << ": " << got.error();
        throw std::runtime_error(text.str());
    }

    asio::io_context io_{};
    strand home_ = asio::make_strand(io_);
    slb::insecure_loopback_transport transport_;
    slb::client<slb::insecure_loopback_transport> client_{transport_,
                                                          slb::credentials("testid", "testsecret")};
    std::deque<lane> lanes_{};
    std::size_t begun_ = 0; // at home only
    std::atomic<std::size_t> done_{0};
    std::atomic<std::size_t> cancelled_{0};
    std::atomic<std::size_t> elsewhere_{0};
};

} // namespace

int main() {
    try {
        slb::emulator_options const real{.clock = [] { return slb::system_host{}.unix_seconds(); }};
        slb::emulator served[2]{slb::emulator(real), slb::emulator(real)};
        for (auto& each : served) slb_test::furnish(each);
        slb_test::private_directory const directory; // what lies in it is trusted
        std::string const ca_file = directory.path() / "ca.pem";
        auto const certificate = slb::make_emulator_certificate(ca_file);
        if (!certificate) throw std::runtime_error(certificate.problem);
        slb::basic_emulator_server plain{served[0]};
        slb::basic_emulator_server tls{served[1], certificate};
        call_side_by_side(plain.port(), tls.port(), ca_file);
        calls_on_a_loop(plain.port()).run();
        std::cout << "threads: " << all_calls << " calls by " << all_threads << " threads, "
                  << asynchronous_calls << " asynchronous ones on " << loop_threads << " threads\n";
    } catch (std::exception const& failure) {
        std::cerr << "threads: " << failure.what() << '\n';
        return 1;
    }
}
