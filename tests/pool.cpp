#include <slb/pool.hpp>
// The header under test comes first: it stands alone.
#include "support/responses.hpp"
#include "support/scripted_transport.hpp"

#include <slb/openssl.hpp>
#include <slb/session.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

BOOST_AUTO_TEST_SUITE(pool)

namespace {

using namespace slb_test;

slb::nonce const once{std::array<unsigned char, 16>{}};

/// A few connections, each with the server at its other end.
struct rig {
    std::array<slb::kept_connection, 3> lines{};
    std::array<scripted_transport, 3> servers{};
    slb::pool connections{lines};
    slb::signer<> signer{slb::credentials{"testid", "testsecret"}};

    rig() {
        for (auto& server : servers)
            server.answers = {http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})")};
    }
    std::ptrdiff_t number(slb::kept_connection const* line) const { return line - lines.data(); }
    /// Makes a call on that connection at that time, and leaves it open.
    void call(slb::kept_connection& line, std::int64_t now_ms) {
        auto& server = servers[static_cast<std::size_t>(number(&line))];
        slb::session<> session{server.endpoint()};
        slb::response<operation> out;
        session.start({.region_id = "cn-hangzhou",
                       .vserver_group_id = "rsp-1",
                       .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 80}}}},
                      out, signer);
        BOOST_REQUIRE((session.next(now_ms) == slb::session_step::acquire));
        session.use(line);
        if (session.next(now_ms) == slb::session_step::connect) session.connected(server.connect(0));
        session.begin(signer, 1700000000, once);
        session.wrote(server.write(session.output(), 0));
        session.got(server.read(session.input(), 0));
        BOOST_REQUIRE((session.next(now_ms) == slb::session_step::done));
        BOOST_REQUIRE(line.open());
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(there_are_never_more_connections_than_lines) {
    rig with;
    auto* const first = with.connections.acquire();
    auto* const second = with.connections.acquire();
    auto* const third = with.connections.acquire();
    BOOST_REQUIRE(third != nullptr);
    BOOST_TEST((first != second && second != third && first != third));
    BOOST_TEST(with.connections.acquire() == nullptr);
    with.connections.release(*second);
    BOOST_TEST(with.connections.acquire() == second);
    BOOST_TEST(with.connections.acquire() == nullptr);
    BOOST_TEST(slb::pool(std::span<slb::kept_connection>()).acquire() == nullptr);
}

BOOST_AUTO_TEST_CASE(the_connection_used_last_is_used_first) {
    rig with;
    auto& first = *with.connections.acquire();
    auto& second = *with.connections.acquire();
    with.call(second, 1000);
    with.call(first, 2000);
    with.connections.release(first);
    with.connections.release(second);
    BOOST_TEST(with.connections.acquire() == &first);
    BOOST_TEST(with.connections.acquire() == &second);
    // The third was never opened: it comes last.
    auto* const third = with.connections.acquire();
    BOOST_REQUIRE(third != nullptr);
    BOOST_TEST(!third->open());
}

BOOST_AUTO_TEST_CASE(one_connection_is_enough_for_calls_one_after_the_other) {
    rig with;
    for (std::int64_t now = 0; now != 10; ++now) {
        auto& line = *with.connections.acquire();
        BOOST_TEST(with.number(&line) == 0);
        with.call(line, now);
        with.connections.release(line);
    }
}

BOOST_AUTO_TEST_CASE(idle_connections_are_dropped_in_time_and_used_ones_are_not) {
    rig with;
    auto& first = *with.connections.acquire();
    auto& second = *with.connections.acquire();
    BOOST_TEST(with.connections.expires_at() == slb::no_deadline);
    with.call(first, 1000);
    with.call(second, 2000);
    // In use: nobody may drop them.
    BOOST_TEST(with.connections.expires_at() == slb::no_deadline);
    BOOST_TEST(with.connections.expired(100000) == nullptr);
    with.connections.release(first);
    with.connections.release(second);
    BOOST_TEST(with.connections.expires_at() == 6000);
    BOOST_TEST(with.connections.expired(5999) == nullptr);
    BOOST_TEST(with.connections.expired(6000) == &first);
    BOOST_TEST(!first.open());
    BOOST_TEST(with.connections.expired(6000) == nullptr);
    BOOST_TEST(with.connections.expires_at() == 7000);
    BOOST_TEST(with.connections.expired(9000) == &second);
    BOOST_TEST(with.connections.expires_at() == slb::no_deadline);
    BOOST_TEST(with.connections.acquire() != nullptr);
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_dropped_is_a_place_for_a_new_one) {
    rig with;
    auto& line = *with.connections.acquire();
    with.call(line, 1000);
    with.connections.release(line);
    line.dropped();
    BOOST_TEST(with.connections.expires_at() == slb::no_deadline);
    auto& again = *with.connections.acquire();
    BOOST_TEST(&again == &line);
    with.call(again, 2000);
    BOOST_TEST(with.servers[0].log == "connect write read connect write read");
}

BOOST_AUTO_TEST_SUITE_END()
