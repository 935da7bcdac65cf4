#include <slb/beast_credentials.hpp>
// The header under test comes first: it stands alone.
#include "support/private_directory.hpp"
#include "support/provider_testing.hpp"

#include <slb/emulator_server.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(beast_credentials)

namespace {

using namespace slb_test;
using slb::errc;
namespace asio = boost::asio;
using boost::system::error_code;
using described = slb::response<describe_group>;
using loopback_client = slb::client<slb::insecure_loopback_transport, slb::default_crypto,
                                    slb::heap_allocator, slb::beast_credentials&>;

constexpr std::chrono::seconds patience{20};
constexpr std::int64_t minute = 60;
constexpr std::string_view ok = "ok";

/// This machine with another time of day.
struct other_clock : slb::system_host {
    std::int64_t ahead = 0;
    [[nodiscard]] std::int64_t unix_seconds() const { return slb::system_host::unix_seconds() + ahead; }
};

/// What a call came to.
struct called {
    described response{};
    int times = 0;
    error_code summary{};

    [[nodiscard]] bool done() const { return times != 0; }
    [[nodiscard]] std::string text() const {
        return !done() ? "not done" : response ? "ok" : news_of(response.error());
    }
};

/// SLB and the services of keys behind one port each, a process that takes keys from there, and the loop and
/// the client of its asynchronous calls. The clocks are real.
struct rig {
    explicit rig(std::string_view way = "credentials URI", bool tls = false,
                 std::vector<std::string> const& names = {"127.0.0.1"}) {
        server.with([](slb::emulator& served) {
            BOOST_REQUIRE(!served.groups().load(rsp1));
            served.add_key({.id = "STS.given", .secret = "givensecret", .token = "given-token"});
        });
        if (tls)
            keys_server.emplace(services, slb::make_emulator_certificate(ca_file, names));
        else
            keys_server.emplace(services);
        way_of(way).prepare(process, services.settings());
        if (process.variables.contains("ALIBABA_CLOUD_CREDENTIALS_URI"))
            process.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] =
                "http://127.0.0.1:" + std::to_string(keys_server->port()) + "/credentials";
        options.metadata = options.sts.emplace("127.0.0.1", keys_server->port());
        options.sts_over_tls = tls;
    }
    ~rig() { finish(); }
    rig(rig const&) = delete;
    rig& operator=(rig const&) = delete;

    /// All of the process, with what the options say by now.
    rig& start(slb::call_options const& how = {}, bool has_executor = true) {
        slb::credential_chain chain(process.environment(), options);
        slb::tls_options const trust{.ca_file = ca_file};
        if (has_executor)
            keys.emplace(io.get_executor(), std::move(chain), &process, trust);
        else
            keys.emplace(std::move(chain), &process, trust);
        transport.emplace(io.get_executor(), at());
        client.emplace(*transport, *keys, how);
        return *this;
    }
    /// The end of the process; what is under way ends.
    void finish() {
        client.reset();
        transport.reset();
        keys.reset();
        run_out();
    }
    /// Runs the loop until there is nothing left to do.
    void run_out() {
        io.restart();
        io.run_for(patience);
        BOOST_TEST(io.stopped());
    }
    void run_until(std::function<bool()> const& happened) {
        auto const until = std::chrono::steady_clock::now() + patience;
        while (!happened()) {
            BOOST_REQUIRE((std::chrono::steady_clock::now() < until));
            io.restart();
            // With nothing to do it returns at once.
            if (io.run_one_for(std::chrono::milliseconds(5)) == 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    [[nodiscard]] slb::endpoint at() const { return {"127.0.0.1", server.port()}; }

    void begin(called& out) {
        client->async_invoke(describe_rsp1(), out.response, [&out](error_code summary) {
            ++out.times;
            out.summary = summary;
        });
    }
    std::string call() {
        if (!client) start();
        called one;
        begin(one);
        run_until([&] { return one.done(); });
        return one.text();
    }
    /// On this thread, which blocks.
    std::string blocking_call(slb::call_options const& how = {}) {
        slb::insecure_loopback_transport line(at());
        slb::client own(line, *keys, how);
        return call_group(own);
    }
    /// A key that was fetched so many seconds ago, as calls of the loop see it.
    void fetch_before(std::int64_t seconds) {
        if (!client) start();
        other_clock machine;
        machine.ahead = -seconds;
        bool has_key = false;
        keys->renew(machine, machine.steady_ms() + 20'000, false,
                    [&](slb::result<void> const& outcome) { has_key = static_cast<bool>(outcome); });
        BOOST_REQUIRE(has_key);
        BOOST_REQUIRE(issued() == 1U);
    }
    void inject(credential_fault const& planned) {
        keys_server->with([&](auto& served) { served.inject(planned); });
    }
    std::size_t requests(credential_endpoint which) {
        return keys_server->with([&](auto& served) { return served.requests(which); });
    }
    std::size_t issued() {
        return keys_server->with([&](auto& served) { return served.issued(); });
    }
    std::string key() { return key_in_use(*keys); }

    private_directory directory{};
    std::string ca_file = directory.path() / "ca";
    slb::emulator emulator{{.clock = [] { return slb::system_host{}.unix_seconds(); }}};
    slb::basic_emulator_server<slb::emulator> server{emulator};
    credential_services services{world_behind(server)};
    std::optional<slb::basic_emulator_server<credential_services>> keys_server{};
    fake_process process{};
    slb::credential_options options{};
    asio::io_context io{1};
    std::optional<slb::beast_credentials> keys{};
    std::optional<slb::insecure_loopback_transport> transport{};
    std::optional<loopback_client> client{};
};

credential_fault const stalled_uri{.at = credential_endpoint::uri, .what = credential_trouble::stall};

} // namespace

// ------------------------------------------------------------------------------------------- the first key

BOOST_AUTO_TEST_CASE(the_first_asynchronous_call_waits_for_the_key) {
    rig with;
    with.start();
    called one;
    with.begin(one);
    BOOST_TEST(!one.done());
    with.run_until([&] { return one.done(); });
    BOOST_TEST(one.text() == ok);
    BOOST_TEST(!one.summary);
    BOOST_TEST(with.issued() == 1U);
    BOOST_TEST(with.key() == "STS.fake1");
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.issued() == 1U);
}

BOOST_AUTO_TEST_CASE(a_blocking_call_fetches_its_key) {
    rig with;
    with.start({}, false);
    BOOST_TEST(with.blocking_call() == ok);
    BOOST_TEST(with.blocking_call() == ok);
    BOOST_TEST(with.issued() == 1U);
}

BOOST_AUTO_TEST_CASE(calls_that_wait_share_one_fetch) {
    rig with;
    with.start();
    called all[12];
    for (auto& one : all) with.begin(one);
    with.run_until(
        [&] { return std::all_of(std::begin(all), std::end(all), [](auto& c) { return c.done(); }); });
    for (auto const& one : all) {
        BOOST_TEST(one.text() == ok);
        BOOST_TEST(one.times == 1);
    }
    BOOST_TEST(with.requests(credential_endpoint::uri) == 1U);
}

BOOST_AUTO_TEST_CASE(calls_of_several_clients_share_one_fetch) {
    rig with;
    with.start();
    slb::insecure_loopback_transport other_transport(with.io.get_executor(), with.at());
    loopback_client other(other_transport, *with.keys);
    called one;
    called two;
    with.begin(one);
    other.async_invoke(describe_rsp1(), two.response, [&](error_code) { ++two.times; });
    with.run_until([&] { return one.done() && two.done(); });
    BOOST_TEST(one.text() == ok);
    BOOST_TEST(two.text() == ok);
    BOOST_TEST(with.requests(credential_endpoint::uri) == 1U);
}

BOOST_AUTO_TEST_CASE(run_returns_when_all_is_done) {
    rig with;
    with.start();
    called one;
    with.begin(one);
    with.run_until([&] { return one.done(); });
    BOOST_TEST(one.text() == ok);
    // What is left is the connection to SLB, which is kept for the next call; none to who gave the key.
    with.transport->close_idle();
    auto const before = std::chrono::steady_clock::now();
    with.run_out();
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(3)));
}

BOOST_AUTO_TEST_CASE(an_asynchronous_call_without_a_key_says_why_of_each_source) {
    rig with;
    with.process.variables.clear();
    with.keys_server->with([](auto& served) { served.settings().instance_role = ""; });
    with.start();
    called one;
    with.begin(one);
    with.run_until([&] { return one.done(); });
    BOOST_TEST(one.summary == errc::credentials_unavailable);
    BOOST_TEST(one.response.error().delivery() == slb::delivery::not_sent);
    with.finish(); // The details outlive the provider.
    std::string const why(one.response.error().details());
    for (std::string_view const source :
         {"environment: ", "OIDC role: ", "config.json: ", "credentials file: ",
          "ECS RAM role: the name of the role: HTTP 404", "credentials URI: "})
        BOOST_TEST(why.find(source) != why.npos, why);
}

BOOST_AUTO_TEST_CASE(asynchronous_calls_need_a_provider_with_an_executor_or_a_key_that_another_fetched) {
    rig with;
    with.start({}, false);
    called one;
    with.begin(one);
    with.run_until([&] { return one.done(); });
    BOOST_TEST(one.text() == "not sent: no credentials are to be had: made without an executor, the provider "
                             "fetches keys for blocking calls only");
    BOOST_TEST(with.requests(credential_endpoint::uri) == 0U);
    BOOST_TEST(with.blocking_call() == ok);
    BOOST_TEST(with.call() == ok);
}

// -------------------------------------------------------------------------------------------- the next keys

BOOST_AUTO_TEST_CASE(calls_go_on_with_a_good_key_while_the_next_one_is_fetched) {
    rig with;
    with.fetch_before(46 * minute);
    with.inject(stalled_uri);
    for (int i = 0; i != 3; ++i) BOOST_TEST(with.call() == ok);
    with.run_until([&] { return with.requests(credential_endpoint::uri) == 2U; });
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.requests(credential_endpoint::uri) == 2U);
    BOOST_TEST(with.key() == "STS.fake1");
    BOOST_TEST(with.process.reports.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_key_that_was_fetched_in_the_background_serves_the_next_call) {
    rig with;
    with.fetch_before(46 * minute);
    BOOST_TEST(with.call() == ok);
    with.run_until([&] { return with.key() == "STS.fake2"; });
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.issued() == 2U);
    // The clock that was off has been set, so that it is not due again.
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.issued() == 2U);
}

BOOST_AUTO_TEST_CASE(a_background_fetch_that_fails_costs_no_call) {
    rig with;
    with.fetch_before(46 * minute);
    with.inject({.at = credential_endpoint::uri, .what = credential_trouble::server_error});
    BOOST_TEST(with.call() == ok);
    with.run_until([&] { return with.process.reports.size() == 2U; });
    BOOST_TEST(with.process.reports.back() == "failed credentials: credentials URI: HTTP 500");
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.fake1");
}

BOOST_AUTO_TEST_CASE(calls_wait_for_the_next_key_when_the_old_one_has_ended) {
    rig with;
    with.fetch_before(61 * minute);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.key() == "STS.fake2");
    BOOST_TEST(with.issued() == 2U);
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_replaced_within_the_asynchronous_call) {
    rig with;
    with.fetch_before(2 * minute);
    with.server.with([](slb::emulator& served) { served.remove_key("STS.fake1"); });
    called all[3];
    for (auto& one : all) with.begin(one);
    with.run_until(
        [&] { return std::all_of(std::begin(all), std::end(all), [](auto& c) { return c.done(); }); });
    for (auto const& one : all) BOOST_TEST(one.text() == ok);
    BOOST_TEST(with.issued() == 2U);
}

BOOST_AUTO_TEST_CASE(a_role_is_assumed_anew_though_the_clock_was_off) {
    rig with("config.json, RamRoleArn");
    with.fetch_before(46 * minute);
    // The first was refused for its timestamp, and so is that of the loop, whose clock is thought wrong now.
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 2U);
    BOOST_TEST(with.call() == ok);
    with.run_until([&] { return with.key() == "STS.fake2"; });
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 4U);
}

// ------------------------------------------------------------------------------- ends of what is under way

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_a_key_can_be_cancelled) {
    for (auto const type : {asio::cancellation_type::terminal, asio::cancellation_type::total}) {
        rig with;
        with.inject(stalled_uri);
        with.start();
        called one;
        called other;
        asio::cancellation_signal signal;
        with.client->async_invoke(describe_rsp1(), one.response,
                                  asio::bind_cancellation_slot(signal.slot(), [&](error_code summary) {
                                      ++one.times;
                                      one.summary = summary;
                                  }));
        with.begin(other);
        with.run_until([&] { return with.requests(credential_endpoint::uri) == 1U; });
        signal.emit(type);
        with.run_until([&] { return one.done(); });
        BOOST_TEST(one.summary == asio::error::operation_aborted);
        BOOST_TEST(one.response.error().code() == errc::cancelled);
        BOOST_TEST(one.response.error().delivery() == slb::delivery::not_sent);
        // The others still wait for the one fetch.
        BOOST_TEST(!other.done());
        BOOST_TEST(with.requests(credential_endpoint::uri) == 1U);
        with.transport->cancel();
        with.run_until([&] { return other.done(); });
        BOOST_TEST(other.summary == asio::error::operation_aborted);
    }
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_a_key_ends_at_its_deadline) {
    rig with;
    with.inject(stalled_uri);
    with.start({.call_timeout_ms = 120});
    called one;
    with.begin(one);
    auto const before = std::chrono::steady_clock::now();
    with.run_until([&] { return one.done(); });
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(5)));
    BOOST_TEST(one.summary == errc::timed_out);
    BOOST_TEST(one.response.error().delivery() == slb::delivery::not_sent);
    BOOST_TEST(with.requests(credential_endpoint::uri) == 1U);
}

BOOST_AUTO_TEST_CASE(a_fetch_outlives_the_call_that_began_it) {
    rig with;
    with.start({.call_timeout_ms = 1});
    // Connecting takes longer than the call has.
    called one;
    with.begin(one);
    with.run_until([&] { return one.done(); });
    with.client.emplace(*with.transport, *with.keys);
    BOOST_TEST(with.call() == ok);
    BOOST_TEST(with.issued() == 1U);
}

BOOST_AUTO_TEST_CASE(who_destroys_a_provider_ends_its_fetch) {
    // Before its first step, in the middle of it, and after the call that began it.
    for (int const moment : {0, 1, 2}) {
        BOOST_TEST_CONTEXT(moment) {
            rig with;
            if (moment == 2) {
                with.fetch_before(46 * minute);
            } else {
                with.start({.call_timeout_ms = 1});
            }
            with.inject(stalled_uri);
            std::size_t const before = with.requests(credential_endpoint::uri);
            called one;
            with.begin(one);
            with.run_until([&] { return one.done(); });
            if (moment != 0)
                with.run_until([&] { return with.requests(credential_endpoint::uri) == before + 1; });
            with.client.reset();
            with.transport.reset();
            with.keys.reset();
            auto const begun = std::chrono::steady_clock::now();
            with.run_out();
            BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(3)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_loop_may_end_with_a_fetch_and_calls_that_wait) {
    for (int const steps : {0, 1, 3, 6}) {
        BOOST_TEST_CONTEXT(steps) {
            rig with;
            with.inject(stalled_uri);
            called one;
            called two;
            {
                asio::io_context io{1};
                slb::beast_credentials keys(io.get_executor(),
                                            slb::credential_chain(with.process.environment(), with.options));
                slb::insecure_loopback_transport transport(io.get_executor(), with.at());
                loopback_client client(transport, keys);
                client.async_invoke(describe_rsp1(), one.response, [&](error_code) { ++one.times; });
                client.async_invoke(describe_rsp1(), two.response, [&](error_code) { ++two.times; });
                for (int i = 0; i != steps; ++i) io.run_one_for(std::chrono::milliseconds(50));
            }
            BOOST_TEST(one.times == 0);
            BOOST_TEST(two.times == 0);
        }
    }
}

// ---------------------------------------------------------------------------------- where keys come from

BOOST_AUTO_TEST_CASE(the_role_of_an_instance_is_asked_for_in_the_clear) {
    for (bool const blocking : {false, true}) {
        rig with("ECS RAM role");
        with.start();
        BOOST_TEST((blocking ? with.blocking_call() : with.call()) == ok);
        BOOST_TEST(with.requests(credential_endpoint::metadata_token) == 1U);
        BOOST_TEST(with.requests(credential_endpoint::metadata_role) == 1U);
        BOOST_TEST(with.requests(credential_endpoint::metadata_credentials) == 1U);
    }
}

BOOST_AUTO_TEST_CASE(every_source_gives_a_key_to_both_kinds_of_calls) {
    for (auto const& way : key_ways())
        for (bool const blocking : {false, true}) {
            BOOST_TEST_CONTEXT(way.what << ", " << blocking) {
                rig with(way.what);
                with.start();
                BOOST_TEST((blocking ? with.blocking_call() : with.call()) == ok);
                BOOST_TEST(with.issued() == (way.given_by ? 1U : 0U));
            }
        }
}

BOOST_AUTO_TEST_CASE(a_role_is_assumed_over_verified_tls) {
    for (std::string_view const way : {"config.json, RamRoleArn", "OIDC"})
        for (bool const blocking : {false, true}) {
            BOOST_TEST_CONTEXT(way << ", " << blocking) {
                rig with(way, true);
                with.start();
                BOOST_TEST((blocking ? with.blocking_call() : with.call()) == ok);
                BOOST_TEST(with.issued() == 1U);
            }
        }
}

BOOST_AUTO_TEST_CASE(no_role_is_asked_of_a_service_with_a_certificate_for_another_host) {
    for (bool const blocking : {false, true}) {
        rig with("config.json, RamRoleArn", true, {"sts.example.com", "127.0.0.2"});
        // Nobody else gives a key.
        with.process.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
        with.start();
        std::string const said = blocking ? with.blocking_call() : with.call();
        BOOST_TEST(said.find(message(errc::certificate_refused)) != said.npos, said);
        BOOST_TEST(said.find("config.json: profile app: ") != said.npos, said);
        BOOST_TEST(with.requests(credential_endpoint::assume_role) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(no_role_is_asked_of_a_service_that_nobody_vouches_for) {
    for (bool const blocking : {false, true}) {
        rig with("config.json, RamRoleArn", true);
        with.process.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
        // Another authority of the same name.
        BOOST_REQUIRE(slb::make_emulator_certificate(with.ca_file));
        with.start();
        std::string const said = blocking ? with.blocking_call() : with.call();
        BOOST_TEST(said.find(message(errc::certificate_refused)) != said.npos, said);
        BOOST_TEST(with.requests(credential_endpoint::assume_role) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_role_is_not_asked_for_over_tls_where_the_peer_speaks_none) {
    rig with("config.json, RamRoleArn");
    with.process.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
    with.options.sts_over_tls = true;
    BOOST_REQUIRE(slb::make_emulator_certificate(with.ca_file));
    std::string const said = with.call();
    BOOST_TEST(said.find(message(errc::tls_failed)) != said.npos, said);
    BOOST_TEST(with.requests(credential_endpoint::assume_role) == 0U);
}

// --------------------------------------------------------------------------------------- threads beside it

BOOST_AUTO_TEST_CASE(blocking_calls_on_other_threads_share_the_key_of_the_loop) {
    rig with;
    with.start();
    std::vector<std::string> said(3);
    std::vector<std::thread> threads;
    called all[8];
    for (auto& one : all) with.begin(one);
    for (auto& one : said)
        threads.emplace_back([&] {
            one = "ok";
            for (int i = 0; i != 5 && one == "ok"; ++i) one = with.blocking_call();
        });
    with.run_until(
        [&] { return std::all_of(std::begin(all), std::end(all), [](auto& c) { return c.done(); }); });
    for (auto& thread : threads) thread.join();
    for (auto const& one : all) BOOST_TEST(one.text() == ok);
    for (auto const& one : said) BOOST_TEST(one == ok);
    BOOST_TEST(with.issued() == 1U);
}

BOOST_AUTO_TEST_CASE(asynchronous_calls_wait_for_the_fetch_of_a_blocking_one) {
    rig with;
    with.inject({.at = credential_endpoint::uri, .what = credential_trouble::stall, .call = 1});
    with.start();
    std::string said;
    std::thread other([&] { said = with.blocking_call({.call_timeout_ms = 400}); });
    with.run_until([&] { return with.requests(credential_endpoint::uri) == 1U; });
    called one;
    with.begin(one);
    // The blocking call gives up, which is no reason for the other to do so.
    with.run_until([&] { return one.done(); });
    other.join();
    BOOST_TEST(said.starts_with("not sent: no credentials are to be had: "), said);
    BOOST_TEST(one.text() == ok);
    BOOST_TEST(with.requests(credential_endpoint::uri) == 2U);
}

BOOST_AUTO_TEST_CASE(a_blocking_call_waits_for_the_fetch_of_the_loop) {
    rig with;
    with.start();
    called one;
    with.begin(one);
    // The fetch has begun, and goes on when the loop runs.
    with.io.restart();
    with.io.poll_one();
    std::string said;
    std::thread other([&] { said = with.blocking_call(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    with.run_until([&] { return one.done(); });
    other.join();
    BOOST_TEST(said == ok);
    BOOST_TEST(with.issued() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
