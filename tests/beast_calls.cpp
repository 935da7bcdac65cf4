#include <slb/beast.hpp>
// The header under test comes first, through the one that stands alone.
#include "support/private_directory.hpp"
#include "support/responses.hpp"

#include <slb/client.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator_server.hpp>
#include <slb/openssl.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(beast_calls)

namespace {

using namespace slb_test;
using slb::errc;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using describe = slb::describe_vserver_group_attribute;
using described = slb::response<describe>;

constexpr std::chrono::seconds patience{20};
/// Long enough to start waiting, short enough to wait for.
constexpr std::int64_t moment = 80;

/// Runs `io` until something has happened.
void run_loop_until(asio::io_context& io, std::function<bool()> const& happened) {
    auto const until = std::chrono::steady_clock::now() + patience;
    while (!happened()) {
        BOOST_REQUIRE(std::chrono::steady_clock::now() < until);
        io.restart();
        // With nothing to do it returns at once.
        if (io.run_one_for(std::chrono::milliseconds(5)) == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}
/// Runs `io` until it has nothing to do any more.
void run_out(asio::io_context& io) {
    io.restart();
    io.run_for(patience);
    BOOST_REQUIRE(io.stopped());
}

/// An emulator that counts its connections.
class counted : public slb::emulator {
  public:
    using slb::emulator::emulator;
    class connection : public slb::emulator::connection {
      public:
        explicit connection(counted& whole) : slb::emulator::connection(whole), whole_(whole) {
            ++whole_.opened;
            whole_.most = std::max(whole_.most, ++whole_.open);
        }
        ~connection() { --whole_.open; }
        connection(connection const&) = delete;
        connection& operator=(connection const&) = delete;

      private:
        counted& whole_;
    };
    int opened = 0;
    int open = 0;
    int most = 0;
    int requests = 0;
};

/// A service with one group, in the clear or over TLS, and the loop of the client.
struct rig {
    explicit rig(bool tls = false) {
        if (tls)
            server.emplace(emulator, slb::make_emulator_certificate(ca_file));
        else
            server.emplace(emulator);
        server->with([](counted& served) {
            BOOST_REQUIRE(!served.groups().load(
                R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"vm-1","Port":80}]}})"));
        });
    }
    slb::endpoint at(std::string_view host = "127.0.0.1") const { return {host, server->port()}; }
    slb::tls_options trusted() const { return {.ca_file = ca_file}; }
    int count(int counted::*what) {
        return server->with([what](counted& served) { return served.*what; });
    }
    void inject(slb::fault const& planned) {
        server->with([&](counted& served) { served.inject(planned); });
    }
    void run_until(std::function<bool()> const& happened) { run_loop_until(io, happened); }

    private_directory directory{};
    std::string ca_file = directory.path() / "ca";
    counted emulator{{.clock = [] { return slb::system_host{}.unix_seconds(); },
                      .log = [this](std::string_view) { ++emulator.requests; }}};
    std::optional<slb::basic_emulator_server<counted>> server{};
    asio::io_context io{1};
};

describe request() { return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"}; }
/// One that breaks a rule.
describe wrong_request() {
    static constexpr std::string_view nothing;
    return {.region_id = "cn-hangzhou", .vserver_group_id = slb::runtime(nothing)};
}
slb::credentials const access("testid", "testsecret");

slb::call_options const once_only{.retry = slb::retry_options::never()};

/// A rig with a client in the clear.
struct plain : rig {
    explicit plain(slb::call_options const& options = once_only, slb::beast_options const& how = {},
                   std::string_view host = "127.0.0.1") {
        transport.emplace(io.get_executor(), at(host), how);
        client.emplace(*transport, access, options);
    }
    std::optional<slb::insecure_loopback_transport> transport{};
    std::optional<slb::client<slb::insecure_loopback_transport>> client{};
};

/// A handler that remembers, and what it was given.
struct news {
    int times = 0;
    error_code failure{};
};
auto into(news& out) {
    return [&out](error_code failure) {
        ++out.times;
        out.failure = failure;
    };
}

} // namespace

// --------------------------------------------------------------------------------------- completion tokens

BOOST_AUTO_TEST_CASE(a_callback_gets_a_summary_and_the_response_the_whole) {
    plain with;
    described response;
    news got;
    with.client->async_invoke(request(), response, into(got));
    BOOST_TEST(got.times == 0);
    with.run_until([&] { return got.times != 0; });
    BOOST_TEST(!got.failure);
    BOOST_REQUIRE(response);
    BOOST_TEST(response->backend_servers.size() == 1U);

    with.client->async_invoke(describe{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-none"}, response,
                              into(got));
    with.run_until([&] { return got.times == 2; });
    BOOST_TEST(got.failure == errc::service_refused);
    BOOST_TEST((response.error().delivery() == slb::delivery::rejected));
    with.transport->close_idle();
    run_out(with.io);
    BOOST_TEST(got.times == 2);
}

BOOST_AUTO_TEST_CASE(a_future_holds_or_throws_the_summary) {
    plain with;
    described responses[2];
    with.inject({.kind = slb::fault_kind::throttling, .call = 2});
    auto granted = with.client->async_invoke(request(), responses[0], asio::use_future);
    std::thread other([&] { with.io.run_for(patience); });
    BOOST_CHECK_NO_THROW(granted.get());
    asio::post(with.io, [&] { with.transport->close_idle(); });
    other.join();

    auto refused = with.client->async_invoke(request(), responses[1], asio::use_future);
    with.run_until([&] { return refused.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    BOOST_CHECK_EXCEPTION(refused.get(), boost::system::system_error,
                          [](auto const& thrown) { return thrown.code() == errc::service_refused; });
}

BOOST_AUTO_TEST_CASE(calls_may_be_begun_on_any_thread_while_the_loop_runs) {
    plain with;
    auto const work = asio::make_work_guard(with.io);
    std::thread loop([&] { with.io.run(); });
    std::atomic<int> granted = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number != 4; ++number)
        threads.emplace_back([&] {
            described response;
            for (int call = 0; call != 25; ++call) {
                with.client->async_invoke(request(), response, asio::use_future).get();
                granted += response->backend_servers.size() == 1 ? 1 : 0;
            }
        });
    for (auto& thread : threads) thread.join();
    with.io.stop();
    loop.join();
    BOOST_TEST(granted == 100);
    BOOST_TEST(with.count(&counted::most) <= 4);
}

BOOST_AUTO_TEST_CASE(a_deferred_call_is_encoded_at_once_and_made_when_it_is_started) {
    plain with;
    described response;
    std::string region = "cn-hangzhou", group = "rsp-1";
    std::optional<describe> asked{
        {.region_id = slb::runtime(region), .vserver_group_id = slb::runtime(group)}};
    auto later = with.client->async_invoke(*asked, response, asio::deferred);
    asked.reset();
    std::fill(region.begin(), region.end(), 'x');
    std::fill(group.begin(), group.end(), 'x');
    with.io.poll();
    BOOST_TEST(with.count(&counted::opened) == 0);

    news got;
    std::move(later)(into(got));
    BOOST_TEST(got.times == 0);
    with.run_until([&] { return got.times != 0; });
    BOOST_TEST(!got.failure);
    BOOST_TEST(static_cast<bool>(response));

    std::optional<error_code> told;
    with.client->async_invoke(request(), response, asio::as_tuple(asio::deferred))(
        [&](std::tuple<error_code> outcome) { told = std::get<0>(outcome); });
    with.run_until([&] { return told.has_value(); });
    BOOST_TEST(!*told);
    BOOST_TEST(with.count(&counted::opened) == 1);
}

BOOST_AUTO_TEST_CASE(a_deferred_call_that_is_never_started_leaves_nothing_behind) {
    plain with{{}, {.max_connections = 1}};
    described response, other;
    {
        auto const never = with.client->async_invoke(request(), response, asio::deferred);
        BOOST_TEST(with.io.poll() == 0U);
    }
    auto kept = std::make_optional(with.client->async_invoke(request(), response, asio::deferred));
    news got;
    with.client->async_invoke(request(), other, into(got));
    with.run_until([&] { return got.times != 0; });
    BOOST_TEST(!got.failure);
    with.client.reset();
    with.transport.reset();
    kept.reset();
    run_out(with.io);
}

BOOST_AUTO_TEST_CASE(a_deferred_call_that_is_started_after_the_transport_is_gone_is_cancelled) {
    plain with;
    described response;
    auto later = with.client->async_invoke(request(), response, asio::deferred);
    with.transport.reset();
    news got;
    std::move(later)(into(got));
    run_out(with.io);
    BOOST_TEST(got.times == 1);
    BOOST_TEST((got.failure == asio::error::operation_aborted));
    BOOST_TEST(news_of(response.error()) == "not sent: the call was cancelled");
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_a_rule_touches_no_connection) {
    plain with;
    described response;
    describe const wrong = wrong_request();
    for (int started = 0; started != 2; ++started) {
        news got;
        if (started == 0)
            with.client->async_invoke(wrong, response, into(got));
        else
            with.client->async_invoke(wrong, response, asio::deferred)(into(got));
        BOOST_TEST(got.times == 0);
        run_out(with.io);
        BOOST_TEST(got.times == 1);
        BOOST_TEST(got.failure == errc::id_empty);
        BOOST_TEST((response.error().delivery() == slb::delivery::not_sent));
    }
    BOOST_TEST(with.count(&counted::opened) == 0);
}

BOOST_AUTO_TEST_CASE(without_an_executor_a_call_says_so) {
    rig with;
    slb::insecure_loopback_transport transport{with.at()};
    slb::client client{transport, access};
    described response;
    auto future = client.async_invoke(request(), response, asio::use_future);
    BOOST_CHECK_EXCEPTION(future.get(), boost::system::system_error,
                          [](auto const& thrown) { return thrown.code() == errc::executor_missing; });
    BOOST_TEST(news_of(response.error()) == "not sent: the transport was made without an executor");

    // A handler with an executor of its own is called there, and not from within.
    news got;
    client.async_invoke(request(), response, asio::bind_executor(with.io, into(got)));
    asio::post(with.io, [&] {
        client.async_invoke(request(), response, asio::bind_executor(with.io, into(got)));
        BOOST_TEST(got.times == 1);
    });
    BOOST_TEST(got.times == 0);
    run_out(with.io);
    BOOST_TEST(got.times == 2);
    BOOST_TEST(got.failure == errc::executor_missing);
}

// ------------------------------------------------------------------------- the handler's executor and memory

BOOST_AUTO_TEST_CASE(the_handler_runs_on_its_executor_which_waits_for_it) {
    plain with;
    asio::io_context other;
    auto const strand = asio::make_strand(other);
    described responses[3];
    news got;
    bool on_strand = false;
    // One that never reaches a connection as well.
    with.client->async_invoke(wrong_request(), responses[2], asio::bind_executor(other, into(got)));
    with.io.poll();
    BOOST_TEST(got.times == 0);
    BOOST_TEST(other.poll() == 1U);
    BOOST_TEST(got.times == 1);
    other.restart();
    with.client->async_invoke(request(), responses[0], asio::bind_executor(other, into(got)));
    with.client->async_invoke(request(), responses[1], asio::bind_executor(strand, [&](error_code failure) {
                                  on_strand = strand.running_in_this_thread();
                                  into(got)(failure);
                              }));
    // The calls are work of the loop of their handlers.
    BOOST_TEST(other.poll() == 0U);
    BOOST_TEST(!other.stopped());
    with.run_until([&] { return responses[0] && responses[1]; });
    with.transport->close_idle();
    run_out(with.io);
    BOOST_TEST(got.times == 1);
    run_out(other);
    BOOST_TEST(got.times == 3);
    BOOST_TEST(on_strand);
}

namespace {

struct memory_use {
    std::size_t taken = 0;
    std::size_t held = 0;
};
template <class T>
struct counting_allocator {
    using value_type = T;
    explicit counting_allocator(memory_use& what) : use(&what) {}
    template <class U>
    counting_allocator(counting_allocator<U> const& other) : use(other.use) {}
    T* allocate(std::size_t n) {
        ++use->taken;
        ++use->held;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* at, std::size_t n) {
        --use->held;
        std::allocator<T>().deallocate(at, n);
    }
    template <class U>
    bool operator==(counting_allocator<U> const& other) const {
        return use == other.use;
    }
    memory_use* use;
};

} // namespace

BOOST_AUTO_TEST_CASE(operations_use_the_handlers_allocator_and_have_given_all_back_when_it_runs) {
    rig with(true);
    slb::beast_transport transport{
        with.io.get_executor(),
        with.at("localhost"),
        with.trusted(),
        {.resolver = [](std::string const&, auto done) { done({asio::ip::address_v4::loopback()}); }}};
    slb::client client{transport, access};
    described response;
    memory_use use;
    for (int round = 1; round != 4; ++round) {
        std::optional<std::size_t> held;
        std::size_t const before = use.taken;
        describe const asked = round == 3 ? wrong_request() : request();
        client.async_invoke(
            asked, response,
            asio::bind_allocator(counting_allocator<char>(use), [&](error_code) { held = use.held; }));
        with.run_until([&] { return held.has_value(); });
        BOOST_TEST(*held == 0U);
        // (Asio's any_io_executor posts with memory of its own.)
        BOOST_TEST((use.taken > before) == (round != 3));
        BOOST_TEST(static_cast<bool>(response) == (round != 3));
    }
}

// ------------------------------------------------------------------------------------------------
// cancellation

namespace {

/// How far a call has come when it is cancelled.
enum class stage : std::uint8_t { waiting, resolving, greeting, answering };

/// Cancels calls over TLS at every stage. The address that never greets is 127.0.0.2, at the same port.
struct cancelling : rig {
    explicit cancelling(stage where, std::int64_t call_timeout_ms = 20'000)
        : rig(true), at_stage(where),
          transport(io.get_executor(), at("localhost"), trusted(),
                    {.resolver = [this](std::string const&, slb::resolved done) { resolve(std::move(done)); },
                     .max_connections = 1}),
          client(transport, access, {.call_timeout_ms = call_timeout_ms}) {}

    void resolve(slb::resolved done) {
        ++look_ups;
        if (!obstructed || at_stage == stage::waiting || at_stage == stage::answering)
            done({asio::ip::address_v4::loopback()});
        else if (at_stage == stage::greeting)
            done({asio::ip::make_address("127.0.0.2")});
    }
    /// Starts the call and brings it to the stage.
    void begin() {
        if (at_stage == stage::waiting || at_stage == stage::answering)
            inject({.kind = slb::fault_kind::stall, .call = 1});
        if (at_stage == stage::waiting) {
            client.async_invoke(request(), first,
                                asio::bind_cancellation_slot(first_signal.slot(), into(first_ended)));
            run_until([&] { return count(&counted::requests) == 1; });
        }
        client.async_invoke(request(), response, asio::bind_cancellation_slot(signal.slot(), into(ended)));
        switch (at_stage) {
        case stage::waiting: io.restart(), io.poll(); break;
        case stage::resolving: run_until([&] { return look_ups == 1; }); break;
        case stage::greeting:
            silent.non_blocking(true);
            run_until([&] {
                error_code none;
                silent.accept(silent_end, none);
                return silent_end.is_open();
            });
            run_until([&] { return silent_end.available() != 0; });
            break;
        case stage::answering: run_until([&] { return count(&counted::requests) == 1; }); break;
        }
        BOOST_TEST(ended.times == 0);
    }

    stage at_stage;
    bool obstructed = true;
    int look_ups = 0;
    tcp::acceptor silent{io, tcp::endpoint(asio::ip::make_address("127.0.0.2"), server->port())};
    tcp::socket silent_end{io};
    slb::beast_transport transport;
    slb::client<slb::beast_transport> client;
    asio::cancellation_signal first_signal{}, signal{};
    described first, response;
    news first_ended, ended;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_cancelled_call_says_how_far_it_came_and_everything_can_be_used_at_once) {
    for (auto where : {stage::waiting, stage::resolving, stage::greeting, stage::answering})
        for (auto how : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                         asio::cancellation_type::total}) {
            bool const sent = where == stage::answering;
            if (sent && how == asio::cancellation_type::total) continue;
            BOOST_TEST_CONTEXT("stage " << int(where) << ", cancellation " << unsigned(how)) {
                cancelling with(where);
                with.begin();
                with.signal.emit(how);
                BOOST_TEST(with.ended.times == 0);
                auto const begin = std::chrono::steady_clock::now();
                with.run_until([&] { return with.ended.times != 0; });
                BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(1)));
                BOOST_TEST((with.ended.failure == asio::error::operation_aborted));
                BOOST_TEST(news_of(with.response.error()) == (sent ? "maybe applied: the call was cancelled"
                                                                   : "not sent: the call was cancelled"));

                with.obstructed = false;
                if (where == stage::waiting) {
                    // The call that it waited for goes on, and is in the way.
                    BOOST_TEST(with.first_ended.times == 0);
                    with.first_signal.emit(asio::cancellation_type::terminal);
                    with.run_until([&] { return with.first_ended.times != 0; });
                }
                with.client.async_invoke(request(), with.response, into(with.ended));
                with.run_until([&] { return with.ended.times == 2; });
                BOOST_TEST(static_cast<bool>(with.response));
                bool const second = where == stage::waiting || where == stage::answering;
                BOOST_TEST(with.count(&counted::opened) == (second ? 2 : 1));
                BOOST_TEST(with.count(&counted::requests) == (second ? 2 : 1));
                // A signal that comes late finds nobody.
                with.signal.emit(how);
                with.transport.close_idle();
                run_out(with.io);
                BOOST_TEST(with.ended.times == 2);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_total_cancellation_is_ignored_once_the_request_may_be_on_its_way) {
    cancelling with(stage::answering, 1000);
    with.begin();
    with.signal.emit(asio::cancellation_type::total);
    with.run_until([&] { return with.ended.times != 0; });
    BOOST_TEST(with.ended.failure == errc::timed_out);
    BOOST_TEST(news_of(with.response.error()) == "maybe applied: the deadline passed; retry after 3000 ms");
}

BOOST_AUTO_TEST_CASE(a_late_answer_of_a_cancelled_call_is_nobodys) {
    asio::io_context io, server_io;
    tcp::acceptor acceptor(server_io, {asio::ip::address_v4::loopback(), 0});
    acceptor.non_blocking(true);
    slb::insecure_loopback_transport transport{io.get_executor(),
                                               slb::endpoint("127.0.0.1", acceptor.local_endpoint().port()),
                                               {.max_connections = 1}};
    slb::client client{transport, access};
    auto const answer = [](std::string id) {
        return http_answer(200, R"({"RequestId":")" + id +
                                    R"(","VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[]}})");
    };
    auto const take_request = [&](tcp::socket& connection) {
        run_loop_until(io, [&] {
            error_code none;
            acceptor.accept(connection, none);
            return connection.is_open();
        });
        run_loop_until(io, [&] { return connection.available() != 0; });
        std::vector<char> bytes(connection.available());
        asio::read(connection, asio::buffer(bytes));
    };
    described cancelled, response;
    news cancelled_ended, got;
    asio::cancellation_signal signal;
    tcp::socket first(server_io), second(server_io);
    client.async_invoke(request(), cancelled,
                        asio::bind_cancellation_slot(signal.slot(), into(cancelled_ended)));
    take_request(first);
    signal.emit(asio::cancellation_type::partial);
    error_code gone;
    // The answer is there before the cancellation is heard of.
    asio::write(first, asio::buffer(answer("late")), gone);
    client.async_invoke(request(), response, into(got));
    take_request(second);
    asio::write(second, asio::buffer(answer("prompt")));
    run_loop_until(io, [&] { return got.times == 1; });
    BOOST_TEST(cancelled_ended.times == 1);
    BOOST_TEST(!got.failure);
    BOOST_REQUIRE(response);
    BOOST_TEST(response->request_id == "prompt");
    char byte = 0;
    BOOST_TEST(first.read_some(asio::buffer(&byte, 1), gone) == 0U);
    BOOST_TEST(gone.failed());
}

// -------------------------------------------------------------------------------------- shared connections

BOOST_AUTO_TEST_CASE(twenty_calls_at_once_share_three_connections) {
    plain with{{}, {.max_connections = 3}};
    std::vector<described> responses(20);
    news got;
    for (auto& response : responses) with.client->async_invoke(request(), response, into(got));
    with.run_until([&] { return got.times == 20; });
    for (auto const& response : responses) BOOST_TEST(static_cast<bool>(response));
    BOOST_TEST(with.count(&counted::opened) == 3);
    BOOST_TEST(with.count(&counted::most) == 3);
    BOOST_TEST(with.count(&counted::requests) == 20);
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_makes_way_for_those_that_wait) {
    plain with{{.call_timeout_ms = 10'000, .retry = slb::retry_options::never()}, {.max_connections = 1}};
    for (std::size_t call = 1; call != 4; ++call) with.inject({.kind = slb::fault_kind::reset, .call = call});
    std::vector<described> responses(5);
    news got;
    for (auto& response : responses) with.client->async_invoke(request(), response, into(got));
    with.run_until([&] { return got.times == 5; });
    BOOST_TEST(std::count_if(responses.begin(), responses.end(), [](auto& one) { return bool(one); }) == 2);
    BOOST_TEST(with.count(&counted::most) <= 2);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_a_connection_meets_its_deadline) {
    plain with{{.call_timeout_ms = 4 * moment}, {.max_connections = 1}};
    slb::client patient{*with.transport, access};
    with.inject({.kind = slb::fault_kind::stall, .call = 1});
    described first, second, third;
    news first_ended, second_ended, third_ended;
    asio::cancellation_signal signal;
    patient.async_invoke(request(), first, asio::bind_cancellation_slot(signal.slot(), into(first_ended)));
    with.client->async_invoke(request(), second, into(second_ended));
    patient.async_invoke(request(), third, into(third_ended));
    with.run_until([&] { return second_ended.times != 0; });
    BOOST_TEST(second_ended.failure == errc::timed_out);
    BOOST_TEST(news_of(second.error()) == "not sent: the deadline passed");
    BOOST_TEST(first_ended.times == 0);
    BOOST_TEST(third_ended.times == 0);
    signal.emit(asio::cancellation_type::terminal);
    with.run_until([&] { return third_ended.times != 0; });
    BOOST_TEST(static_cast<bool>(third));
}

BOOST_AUTO_TEST_CASE(a_kept_connection_is_used_again_and_dropped_when_it_has_been_idle) {
    plain with{{.idle_timeout_ms = 4 * moment}};
    described response;
    for (int call = 1; call != 4; ++call) {
        news got;
        with.client->async_invoke(request(), response, into(got));
        with.run_until([&] { return got.times != 0; });
        BOOST_TEST(!got.failure);
    }
    BOOST_TEST(with.count(&counted::opened) == 1);
    auto const begin = std::chrono::steady_clock::now();
    run_out(with.io);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)));
    with.run_until([&] { return with.count(&counted::open) == 0; });
}

BOOST_AUTO_TEST_CASE(idle_connections_can_be_dropped_at_once) {
    // However long they would have been kept.
    for (std::int64_t const idle : {std::int64_t(20'000), INT64_MAX / 4, INT64_MAX}) {
        plain with{{.idle_timeout_ms = idle}, {.max_connections = 2}};
        described responses[2];
        news got;
        for (auto& response : responses) with.client->async_invoke(request(), response, into(got));
        with.run_until([&] { return got.times == 2; });
        BOOST_TEST(with.count(&counted::open) == 2);
        // Nothing is done until then.
        with.io.restart();
        with.io.poll();
        BOOST_TEST(with.io.poll() == 0U);
        with.transport->close_idle();
        run_out(with.io);
        with.run_until([&] { return with.count(&counted::open) == 0; });
        with.client->async_invoke(request(), responses[0], into(got));
        with.run_until([&] { return got.times == 3; });
        BOOST_TEST(!got.failure);
        BOOST_TEST(with.count(&counted::opened) == 3);
    }
}

BOOST_AUTO_TEST_CASE(blocking_calls_work_beside_asynchronous_ones) {
    plain with;
    described response;
    BOOST_TEST(static_cast<bool>(with.client->invoke(request())));
    news got;
    with.client->async_invoke(request(), response, into(got));
    BOOST_TEST(static_cast<bool>(with.client->invoke(request())));
    with.run_until([&] { return got.times != 0; });
    BOOST_TEST(!got.failure);
    BOOST_TEST(static_cast<bool>(with.client->invoke(request())));
    BOOST_TEST(with.count(&counted::opened) == 2);
}

// -------------------------------------------------------------------------------------------------- the end

BOOST_AUTO_TEST_CASE(calls_complete_as_cancelled_after_their_transport_is_gone) {
    for (auto where : {stage::waiting, stage::resolving, stage::greeting, stage::answering})
        BOOST_TEST_CONTEXT("stage " << int(where)) {
            asio::io_context io;
            tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), 0});
            std::optional<slb::beast_transport> transport;
            slb::resolved kept;
            transport.emplace(io.get_executor(), slb::endpoint("localhost", silent.local_endpoint().port()),
                              slb::tls_options{},
                              slb::beast_options{.resolver =
                                                     [&](std::string const&, auto done) {
                                                         if (where == stage::resolving)
                                                             kept = done;
                                                         else
                                                             done({asio::ip::address_v4::loopback()});
                                                     },
                                                 .max_connections = where == stage::waiting ? 1U : 4U});
            std::optional<slb::client<slb::beast_transport>> client(std::in_place, *transport, access);
            described responses[3];
            news got;
            for (auto& response : responses) client->async_invoke(request(), response, into(got));
            io.run_for(std::chrono::milliseconds(20));
            client.reset();
            transport.reset();
            BOOST_TEST(got.times == 0);
            run_out(io);
            BOOST_TEST(got.times == 3);
            BOOST_TEST((got.failure == asio::error::operation_aborted));
            for (auto const& response : responses)
                BOOST_TEST(news_of(response.error()) == "not sent: the call was cancelled");
            // Whom nobody waits for any more.
            if (kept) kept({asio::ip::address_v4::loopback()});
            io.restart();
            BOOST_TEST(io.poll() == 0U);
        }
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_its_answer_completes_as_cancelled_too) {
    plain with;
    with.inject({.kind = slb::fault_kind::stall, .call = 1, .byte = 40});
    described response;
    news got;
    with.client->async_invoke(request(), response, into(got));
    with.run_until([&] { return with.count(&counted::requests) == 1; });
    with.client.reset();
    with.transport.reset();
    run_out(with.io);
    BOOST_TEST(got.times == 1);
    BOOST_TEST((got.failure == asio::error::operation_aborted));
    BOOST_TEST((response.error().delivery() == slb::delivery::maybe_applied));
}

BOOST_AUTO_TEST_CASE(the_loop_may_end_with_calls_under_way_after_their_transport) {
    rig with(true);
    with.inject({.kind = slb::fault_kind::stall});
    auto io = std::make_unique<asio::io_context>();
    // What a handler holds is destroyed with it.
    auto const held = std::make_shared<int>();
    described responses[4];
    int calls = 0;
    {
        slb::beast_transport transport{
            io->get_executor(),
            with.at("localhost"),
            with.trusted(),
            {.resolver = [](std::string const&, auto done) { done({asio::ip::address_v4::loopback()}); },
             .max_connections = 2}};
        slb::client client{transport, access};
        for (auto& response : responses)
            client.async_invoke(request(), response, [&calls, held](error_code) { ++calls; });
        run_loop_until(*io, [&] { return with.count(&counted::requests) == 2; });
        BOOST_TEST(held.use_count() == 5);
    }
    io.reset();
    BOOST_TEST(held.use_count() == 1);
    BOOST_TEST(calls == 0);
}

// ------------------------------------------------------------------------------------------------- resolvers

BOOST_AUTO_TEST_CASE(a_resolver_may_stall_or_find_nothing) {
    for (bool const stalls : {true, false}) {
        int look_ups = 0;
        plain with{{.connect_timeout_ms = moment, .retry = slb::retry_options::never()},
                   {.resolver =
                        [&](std::string const& host, slb::resolved done) {
                            BOOST_TEST(host == "localhost");
                            ++look_ups;
                            if (!stalls) done({});
                        }},
                   "localhost"};
        described response;
        news got;
        with.client->async_invoke(request(), response, into(got));
        run_out(with.io);
        BOOST_TEST(got.times == 1);
        BOOST_TEST(got.failure == (stalls ? errc::timed_out : errc::resolve_failed));
        BOOST_TEST((response.error().delivery() == slb::delivery::not_sent));
        auto const blocking = with.client->invoke(request());
        BOOST_TEST((blocking.error() == (stalls ? errc::timed_out : errc::resolve_failed)));
        BOOST_TEST(look_ups == 2);
    }
}

BOOST_AUTO_TEST_CASE(a_resolver_may_answer_from_another_thread_and_twice) {
    std::vector<std::thread> threads;
    plain with{once_only,
               {.resolver =
                    [&](std::string const&, slb::resolved done) {
                        threads.emplace_back([done] {
                            std::this_thread::sleep_for(std::chrono::milliseconds(moment));
                            done({asio::ip::address_v4::loopback()});
                            // Only the first counts.
                            done({});
                        });
                    }},
               "localhost"};
    described response;
    news got;
    with.client->async_invoke(request(), response, into(got));
    with.run_until([&] { return got.times != 0; });
    BOOST_TEST(!got.failure);
    BOOST_TEST(static_cast<bool>(with.client->invoke(request())));
    for (auto& one : threads) one.join();
    BOOST_TEST(threads.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_resolver_may_answer_after_its_call_its_transport_and_its_loop_are_gone) {
    std::vector<slb::resolved> pending;
    {
        plain with{
            {.connect_timeout_ms = moment, .retry = slb::retry_options::never()},
            {.resolver = [&](std::string const&, slb::resolved done) { pending.push_back(std::move(done)); }},
            "localhost"};
        described response;
        news got;
        with.client->async_invoke(request(), response, into(got));
        run_out(with.io);
        BOOST_TEST(got.failure == errc::timed_out);
        // A look-up of before is not taken for that of the next call.
        with.client->async_invoke(request(), response, into(got));
        pending.front()({});
        run_out(with.io);
        BOOST_TEST(got.failure == errc::timed_out);
        with.client->async_invoke(request(), response, into(got));
        with.io.restart();
        with.io.poll();
        with.client.reset();
        with.transport.reset();
        pending.back()({asio::ip::address_v4::loopback()});
        run_out(with.io);
        BOOST_TEST(got.times == 3);
    }
    BOOST_TEST(pending.size() == 3U);
    for (auto const& done : pending) done({asio::ip::address_v4::loopback()});
}

// ------------------------------------------------------------------------------------------------------ TLS

BOOST_AUTO_TEST_CASE(the_next_connection_resumes_the_session_of_the_last) {
    rig with(true);
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file(with.ca_file);
    static std::vector<bool> resumed;
    resumed.clear();
    ::SSL_CTX_set_info_callback(context.native_handle(), [](::SSL const* ssl, int where, int) {
        // TLS 1.3 reports the tickets that follow as well.
        if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && ::SSL_get_state(ssl) == TLS_ST_OK)
            resumed.push_back(::SSL_session_reused(ssl) == 1);
    });
    slb::beast_transport transport{
        with.io.get_executor(),
        with.at("localhost"),
        context,
        {.resolver = [](std::string const&, auto done) { done({asio::ip::address_v4::loopback()}); }}};
    slb::client client{transport, access};
    for (int call = 0; call != 3; ++call) {
        described response;
        news got;
        std::size_t const before = resumed.size();
        client.async_invoke(request(), response, into(got));
        with.run_until([&] { return got.times != 0; });
        BOOST_TEST(!got.failure);
        BOOST_REQUIRE(resumed.size() > before);
        BOOST_TEST(resumed[before] == (call != 0));
        transport.close_idle();
    }
    BOOST_TEST(with.count(&counted::opened) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
