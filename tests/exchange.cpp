#include <slb/exchange.hpp>
// The header under test comes first: it stands alone.
#include "support/allocators.hpp"
#include "support/responses.hpp"

#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <iostream>

BOOST_AUTO_TEST_SUITE(exchange)

namespace {

using namespace slb_test;
using answer = slb::response<operation>;

slb::credentials const test_key{"testid", "testsecret"};
unsigned char const randomness[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
slb::nonce const once{randomness};
constexpr std::int64_t now = 1700000000;
slb::endpoint const target{"slb.aliyuncs.com"};

operation a_request() {
    return {
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}}}};
}

/// An exchange, what signs for it, and its response.
struct rig {
    slb::signer<> signer{test_key};
    slb::exchange<> ex{target};
    answer out{};

    void start() { ex.start(a_request(), out, signer, now, once); }
    void send_all() {
        while (ex.wants_write()) ex.sent(ex.output().size());
    }
    /// Gives bytes as the peer's, as much at a time as there is room for. False: it was done before the end.
    bool give(std::string_view bytes) {
        while (!bytes.empty()) {
            std::span<char> const space = ex.input();
            if (space.empty()) return false;
            std::size_t const size = std::min(space.size(), bytes.size());
            std::memcpy(space.data(), bytes.data(), size);
            ex.received(size);
            bytes.remove_prefix(size);
        }
        return true;
    }
    std::string outcome() const { return ex.done() ? outcome_of(out) : "not done"; }
};

/// A whole exchange whose response arrives in pieces that end at the given offsets.
void run(rig& with, golden_response const& response, std::vector<std::size_t> const& cuts) {
    with.start();
    with.send_all();
    std::size_t begin = 0;
    for (std::size_t const cut : cuts) {
        with.give(std::string_view(response.bytes).substr(begin, cut - begin));
        begin = cut;
    }
    with.give(std::string_view(response.bytes).substr(begin));
    if (response.until_close) with.ex.closed();
}

} // namespace

BOOST_AUTO_TEST_CASE(every_response_has_one_outcome_however_it_arrives) {
    std::size_t ways = 0;
    for (auto const& response : golden_responses()) BOOST_TEST_CONTEXT(response.what) {
            rig whole;
            run(whole, response, {});
            BOOST_TEST(whole.outcome() == response.outcome);
            BOOST_TEST(whole.ex.reusable() == response.kept);
            std::vector<std::size_t> everywhere;
            for (std::size_t cut = 1; cut < response.bytes.size(); ++cut) everywhere.push_back(cut);
            rig bytes;
            run(bytes, response, everywhere);
            BOOST_TEST(bytes.outcome() == response.outcome);
            BOOST_TEST(bytes.ex.reusable() == response.kept);
            // One rig for all cuts: it is started again and again.
            rig cut_once;
            for (std::size_t const cut : everywhere) {
                run(cut_once, response, {cut});
                bool const same =
                    cut_once.outcome() == response.outcome && cut_once.ex.reusable() == response.kept;
                if (!same)
                    BOOST_TEST(cut_once.outcome() == response.outcome,
                               "cut at " << cut << ": " << cut_once.outcome());
            }
            ways += response.bytes.size() + 1;
        }
    std::cout << "exchange: " << golden_responses().size() << " responses in " << ways << " ways\n";
}

BOOST_AUTO_TEST_CASE(a_large_response_arrives_in_as_many_pieces_as_there_is_room_for) {
    std::string body =
        R"({"RequestId":"R","VServerGroupId":"g","BackendServers":[{"ServerId":"i-0","Port":1})";
    for (int i = 1; i != 2000; ++i) body += R"(,{"ServerId":"i-)" + std::to_string(i) + R"(","Port":1})";
    body += "]}";
    for (std::string const& bytes : {http_answer(200, body), chunked_response(200, body, 1000)}) {
        rig with;
        run(with, {"large", bytes, ""}, {});
        BOOST_TEST_REQUIRE(static_cast<bool>(with.out));
        BOOST_TEST(with.out->backend_servers.size() == 2000U);
        BOOST_TEST(with.out->backend_servers[1999].server_id == "i-1999");
        BOOST_TEST(with.ex.reusable());
    }
}

BOOST_AUTO_TEST_CASE(a_request_is_the_same_in_whatever_pieces_it_is_sent) {
    rig with;
    with.start();
    std::string const whole(with.ex.output());
    BOOST_TEST(whole.starts_with("POST /?"));
    BOOST_TEST(whole.ends_with("content-length: 0\r\n\r\n"));
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        with.start();
        std::string sent;
        while (with.ex.wants_write()) {
            std::string_view const piece = with.ex.output().substr(0, size);
            sent += piece;
            with.ex.sent(piece.size());
        }
        if (sent != whole) BOOST_TEST(sent == whole, "in pieces of " << size);
        BOOST_TEST_REQUIRE(with.ex.request_sent());
        BOOST_TEST_REQUIRE(with.ex.output().empty());
        BOOST_TEST_REQUIRE(!with.ex.done());
    }
}

BOOST_AUTO_TEST_CASE(an_early_refusal_ends_the_exchange_while_it_is_still_writing) {
    std::string const refusal = http_answer(400, throttled_json);
    rig with;
    for (std::size_t const sent : {1U, 100U}) BOOST_TEST_CONTEXT(sent) {
            with.start();
            with.ex.sent(sent);
            BOOST_TEST(with.ex.wants_write());
            BOOST_TEST(with.give(refusal));
            BOOST_TEST(with.ex.done());
            BOOST_TEST(!with.ex.wants_write());
            BOOST_TEST(with.ex.output().empty());
            BOOST_TEST(with.out.error().delivery() == slb::delivery::rejected);
            BOOST_TEST(with.out.error().service()->code == "Throttling.User");
            // The rest of the request would be taken for the next one.
            BOOST_TEST(!with.ex.reusable());
        }
}

BOOST_AUTO_TEST_CASE(what_arrives_before_anything_was_sent_answers_something_else) {
    for (auto const& stale : {http_answer(200, compact_json), http_answer(400, throttled_json)}) {
        rig with;
        with.start();
        with.give(stale);
        BOOST_TEST(with.ex.done());
        BOOST_TEST((with.out.error() == slb::errc::answer_without_request));
        BOOST_TEST(with.out.error().delivery() == slb::delivery::not_sent);
        BOOST_TEST(!with.ex.reusable());
    }
}

BOOST_AUTO_TEST_CASE(a_yes_to_half_a_request_is_no_answer_to_it) {
    rig with;
    with.start();
    with.ex.sent(1);
    with.give(http_answer(200, compact_json));
    BOOST_TEST(with.ex.done());
    BOOST_TEST(!with.out);
    BOOST_TEST((with.out.error() == slb::errc::answer_without_request));
    BOOST_TEST(!with.ex.reusable());
}

BOOST_AUTO_TEST_CASE(a_surplus_behind_a_large_body_is_seen) {
    // The body ends where the buffer was made to end, so the surplus needs a byte of its own.
    rig with;
    with.start();
    with.ex.sent(with.ex.output().size());
    std::string const reply = http_answer(200, std::string(compact_json) + std::string(10000, ' '));
    std::string const bytes = reply + http_answer(200, compact_json);
    for (std::size_t at = 0; !with.ex.done();) {
        std::span<char> const space = with.ex.input();
        std::size_t const size = std::min(space.size(), bytes.size() - at);
        BOOST_TEST_REQUIRE(size != 0U);
        std::memcpy(space.data(), bytes.data() + at, size);
        at += size;
        with.ex.received(size);
    }
    BOOST_TEST(static_cast<bool>(with.out));
    BOOST_TEST(!with.ex.reusable());
}

BOOST_AUTO_TEST_CASE(a_failure_tells_how_far_the_call_came) {
    enum class point : std::uint8_t {
        nothing_sent,
        half_sent,
        all_sent,
        head_half_read,
        head_read,
        body_half_read
    };
    enum class event : std::uint8_t { reset, expired, closed, tls, unconnected };
    struct {
        point at;
        event what;
        char const* outcome;
    } const cases[] = {
        {point::nothing_sent, event::reset, "maybe applied: the connection was reset"},
        {point::nothing_sent, event::expired, "not sent: the deadline passed"},
        {point::nothing_sent, event::closed,
         "maybe applied: the connection was closed before the response was complete"},
        {point::nothing_sent, event::tls, "maybe applied: the TLS connection failed"},
        {point::nothing_sent, event::unconnected, "not sent: no connection could be made"},
        {point::half_sent, event::reset, "maybe applied: the connection was reset"},
        {point::half_sent, event::expired, "maybe applied: the deadline passed"},
        {point::half_sent, event::unconnected, "maybe applied: no connection could be made"},
        {point::half_sent, event::closed,
         "maybe applied: the connection was closed before the response was complete"},
        {point::all_sent, event::reset, "maybe applied: the connection was reset"},
        {point::all_sent, event::expired, "maybe applied: the deadline passed"},
        {point::all_sent, event::closed,
         "maybe applied: the connection was closed before the response was complete"},
        {point::all_sent, event::tls, "maybe applied: the TLS connection failed"},
        {point::head_half_read, event::reset, "maybe applied: the connection was reset"},
        {point::head_half_read, event::closed,
         "maybe applied: the connection was closed before the response was complete"},
        {point::head_read, event::reset, "maybe applied: the connection was reset (HTTP 200)"},
        {point::head_read, event::expired, "maybe applied: the deadline passed (HTTP 200)"},
        {point::head_read, event::closed,
         "maybe applied: the connection was closed before the response was complete (HTTP 200)"},
        {point::body_half_read, event::reset, "maybe applied: the connection was reset (HTTP 200)"},
        {point::body_half_read, event::expired, "maybe applied: the deadline passed (HTTP 200)"},
        {point::body_half_read, event::closed,
         "maybe applied: the connection was closed before the response was complete (HTTP 200)"},
    };
    std::string const response = http_answer(200, compact_json);
    std::string_view const text = response;
    for (auto const& [at, what, outcome] : cases) BOOST_TEST_CONTEXT(static_cast<int>(at) << ' ' << outcome) {
            rig with;
            with.start();
            if (at == point::half_sent) with.ex.sent(10);
            if (at >= point::all_sent) with.send_all();
            if (at == point::head_half_read) with.give(text.substr(0, 10));
            if (at == point::head_read) with.give(text.substr(0, text.find("\r\n\r\n") + 4));
            if (at == point::body_half_read) with.give(text.substr(0, text.size() - 1));
            switch (what) {
            case event::reset: with.ex.failed(slb::errc::connection_reset); break;
            case event::tls: with.ex.failed(slb::errc::tls_failed); break;
            case event::expired: with.ex.expired(); break;
            case event::closed: with.ex.closed(); break;
            case event::unconnected: with.ex.not_connected(slb::errc::connect_failed); break;
            }
            BOOST_TEST(with.outcome() == outcome);
            BOOST_TEST(!with.ex.reusable());
            BOOST_TEST(with.ex.input().empty());
        }
}

BOOST_AUTO_TEST_CASE(a_failure_after_an_interim_response_has_no_status) {
    rig with;
    with.start();
    with.send_all();
    BOOST_TEST(with.give("HTTP/1.1 100 Continue\r\n\r\n"));
    with.ex.failed(slb::errc::connection_reset);
    BOOST_TEST(with.outcome() == "maybe applied: the connection was reset");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_http_are_a_failure_of_their_own) {
    struct {
        char const* bytes;
        char const* outcome;
    } const cases[] = {
        {"SSH-2.0-OpenSSH\r\n", "maybe applied: the response is not HTTP/1.1"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "maybe applied: the length of the response is ambiguous (HTTP 200)"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n",
         "maybe applied: the body of the response is too large (HTTP 200)"},
    };
    for (auto const& [bytes, outcome] : cases) {
        rig with;
        with.start();
        with.send_all();
        with.give(bytes);
        BOOST_TEST(with.outcome() == outcome);
        BOOST_TEST(!with.ex.reusable());
    }
}

BOOST_AUTO_TEST_CASE(events_after_the_end_change_nothing) {
    rig with;
    run(with, {"", http_answer(200, compact_json), ""}, {});
    std::string const before = with.outcome();
    BOOST_TEST(with.ex.input().empty());
    with.ex.received(0);
    with.ex.closed();
    with.ex.failed(slb::errc::connection_reset);
    with.ex.expired();
    BOOST_TEST(with.outcome() == before);
    BOOST_TEST(with.ex.reusable());
}

BOOST_AUTO_TEST_CASE(before_the_first_start_there_is_nothing) {
    rig with;
    BOOST_TEST(!with.ex.done());
    BOOST_TEST(!with.ex.wants_write());
    BOOST_TEST(!with.ex.reusable());
    BOOST_TEST(!with.ex.response_begun());
    BOOST_TEST(with.ex.output().empty());
    BOOST_TEST(with.ex.input().empty());
    BOOST_TEST(!with.ex.begin(with.signer, now, once));
    with.ex.failed(slb::errc::connection_reset);
    with.ex.closed();
    BOOST_TEST(!with.ex.done());
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_a_rule_is_never_begun) {
    rig with;
    operation request = a_request();
    request.replace[0].to.port = slb::runtime(70000);
    with.ex.start(request, with.out, with.signer, now, once);
    BOOST_TEST(with.outcome() == "not sent: NewBackendServers[0].Port must be between 1 and 65535, is 70000");
    BOOST_TEST(with.ex.output().empty());
    BOOST_TEST(!with.ex.wants_write());
    BOOST_TEST(!with.ex.reusable());
    BOOST_TEST(!with.ex.begin(with.signer, now, once));
    // The next one is as if nothing had been.
    run(with, {"", http_answer(200, compact_json), ""}, {});
    BOOST_TEST(with.outcome() == golden_responses()[2].outcome);
}

BOOST_AUTO_TEST_CASE(without_credentials_or_an_endpoint_nothing_is_begun) {
    rig with;
    slb::signer<> const nobody{slb::credentials{"", ""}};
    with.ex.start(a_request(), with.out, nobody, now, once);
    BOOST_TEST(with.outcome() == "not sent: access key id and access key secret must be given");
    slb::exchange<> nowhere{slb::endpoint{"a b"}};
    nowhere.start(a_request(), with.out, with.signer, now, once);
    BOOST_TEST(nowhere.done());
    BOOST_TEST(outcome_of(with.out) == "not sent: endpoint must be a host name or an address, and a port");
}

BOOST_AUTO_TEST_CASE(encoding_and_beginning_can_be_done_apart) {
    rig with;
    BOOST_TEST(with.ex.encode(a_request(), with.out));
    BOOST_TEST(!with.ex.done());
    BOOST_TEST(!with.ex.wants_write());
    BOOST_TEST(with.ex.output().empty());
    BOOST_TEST(with.ex.begin(with.signer, now, once));
    BOOST_TEST(with.ex.wants_write());
    std::string const apart(with.ex.output());
    with.start();
    BOOST_TEST(with.ex.output() == apart);
}

BOOST_AUTO_TEST_CASE(what_fails_between_encoding_and_beginning_was_not_sent) {
    rig with;
    BOOST_TEST(with.ex.encode(a_request(), with.out));
    with.ex.failed(slb::errc::resolve_failed);
    BOOST_TEST(with.outcome() == "not sent: the host name could not be resolved");
    BOOST_TEST(with.ex.encode(a_request(), with.out));
    with.ex.expired();
    BOOST_TEST(with.outcome() == "not sent: the deadline passed");
}

BOOST_AUTO_TEST_CASE(one_exchange_serves_many_responses_and_one_response_many_exchanges) {
    rig with;
    answer other;
    for (int round = 0; round != 3; ++round) {
        run(with, {"", http_answer(200, compact_json), ""}, {});
        BOOST_TEST(copy_of(*with.out) == compact_reply());
        with.ex.start(a_request(), other, with.signer, now, once);
        with.send_all();
        with.give(http_answer(400, R"({"Code":"C"})"));
        BOOST_TEST(outcome_of(other) == "rejected: the service answered with an error: C (HTTP 400)");
        BOOST_TEST(copy_of(*with.out) == compact_reply());
        slb::exchange<> second{target};
        second.start(a_request(), other, with.signer, now, once);
        second.expired();
        BOOST_TEST(outcome_of(other) == "not sent: the deadline passed");
    }
}

BOOST_AUTO_TEST_CASE(an_abandoned_exchange_can_be_started_again) {
    rig with;
    with.start();
    with.ex.sent(20);
    BOOST_TEST(with.give("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
    run(with, {"", http_answer(200, compact_json), ""}, {});
    BOOST_TEST(copy_of(*with.out) == compact_reply());
    BOOST_TEST(with.ex.reusable());
}

BOOST_AUTO_TEST_CASE(without_memory_for_the_response_the_call_may_have_been_applied) {
    std::string const response = http_answer(200, compact_json);
    heap_log measured;
    std::size_t needed = 0;
    std::size_t begun = 0;
    slb::signer<> const signer{test_key};
    auto const call = [&](heap_log& log) {
        null_allocator const memory(log);
        slb::exchange<null_allocator> ex(target, {}, memory);
        slb::response<operation, null_allocator> out(memory);
        ex.start(a_request(), out, signer, now, once);
        if (!ex.done()) ++begun;
        std::string_view rest = response;
        while (!ex.done()) {
            if (ex.wants_write()) ex.sent(ex.output().size());
            std::span<char> const space = ex.input();
            if (space.empty()) break;
            std::size_t const size = std::min(space.size(), rest.size());
            std::memcpy(space.data(), rest.data(), size);
            ex.received(size);
            rest.remove_prefix(size);
        }
        BOOST_TEST(ex.done());
        return outcome_of(out);
    };
    BOOST_TEST(call(measured) == golden_responses()[2].outcome);
    needed = measured.most_bytes;
    for (std::size_t budget = 0; budget <= needed; ++budget) {
        heap_log log;
        log.budget = budget;
        std::size_t const before = begun;
        std::string const outcome = call(log);
        std::string const expected = budget == needed  ? golden_responses()[2].outcome
                                     : begun == before ? "not sent: the allocator has no memory left"
                                                       : "maybe applied: the allocator has no memory left";
        bool const told = outcome == expected || outcome == expected + " (HTTP 200)";
        if (!told) BOOST_TEST(outcome == expected, "with " << budget << " bytes");
        BOOST_TEST_REQUIRE(log.mistakes == 0U);
        BOOST_TEST_REQUIRE(log.blocks() == 0U);
    }
    std::cout << "exchange: " << needed + 1 << " budgets tried\n";
}

BOOST_AUTO_TEST_CASE(bytes_are_counted_from_the_start_of_an_exchange) {
    rig with;
    BOOST_TEST(with.ex.bytes_sent() == 0U);
    BOOST_TEST(with.ex.bytes_received() == 0U);
    for (int round = 0; round != 2; ++round) {
        with.start();
        BOOST_TEST(with.ex.bytes_sent() == 0U);
        BOOST_TEST(with.ex.bytes_received() == 0U);
        std::size_t const whole = with.ex.output().size();
        with.ex.sent(10);
        BOOST_TEST(with.ex.bytes_sent() == 10U);
        with.send_all();
        BOOST_TEST(with.ex.bytes_sent() == whole);
        // Framing counts too, though it does not stay in the block.
        std::string const answer = "HTTP/1.1 100 Continue\r\n\r\n" + chunked_response(200, compact_json, 9);
        BOOST_TEST(with.give(answer));
        BOOST_TEST(with.ex.done());
        BOOST_TEST(with.ex.bytes_received() == answer.size());
        BOOST_TEST(with.ex.bytes_sent() == whole);
    }
}

BOOST_AUTO_TEST_CASE(a_message_of_ones_own_is_sent_as_it_is_and_its_answer_kept) {
    rig with;
    slb::http_response<> out;
    std::string const message = "PUT /latest/api/token HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nab";
    for (int round = 0; round != 2; ++round) {
        with.ex.start(message, out);
        BOOST_TEST(!with.ex.done());
        BOOST_TEST(with.ex.output() == message);
        BOOST_TEST((with.ex.output().data() == message.data()));
        with.ex.sent(5);
        BOOST_TEST(with.ex.output() == message.substr(5));
        with.send_all();
        BOOST_TEST(with.ex.request_sent());
        BOOST_TEST(with.give(http_answer(403, throttled_json, "A: b\r\n")));
        BOOST_TEST(with.ex.done());
        BOOST_TEST(with.ex.reusable());
        BOOST_TEST(static_cast<bool>(out));
        BOOST_TEST(out.status() == 403);
        BOOST_TEST(out.body() == throttled_json);
        BOOST_TEST(out.header("a") == "b");
        // A call in between is a call again.
        run(with, {"", http_answer(200, compact_json), ""}, {});
        BOOST_TEST(copy_of(*with.out) == compact_reply());
        BOOST_TEST(out.body() == throttled_json);
    }
    with.ex.start(message, out);
    with.ex.expired();
    BOOST_TEST(text_of(out.error()) ==
               "not sent: the deadline passed; check the network, or allow more time in call_options");
    with.ex.start(message, out);
    with.ex.sent(1);
    with.give(http_answer(200, "x"));
    BOOST_TEST(out.error().code() == slb::errc::answer_without_request);
}

BOOST_AUTO_TEST_CASE(an_encoded_request_can_be_given_up_for_a_reason_whose_details_are_kept) {
    rig with;
    BOOST_TEST(with.ex.encode(a_request(), with.out));
    {
        std::string const why = "a text that dies before the response does";
        with.ex.abandon(
            slb::error(slb::errc::credentials_unavailable, slb::delivery::maybe_applied).with_details(why));
    }
    BOOST_TEST(with.outcome() ==
               "not sent: no credentials are to be had: a text that dies before the response "
               "does");
    // Once begun it cannot be: somebody may have seen it.
    with.start();
    with.ex.abandon(slb::error(slb::errc::credentials_unavailable));
    BOOST_TEST(!with.ex.done());
    with.send_all();
    with.give(http_answer(200, compact_json));
    BOOST_TEST(copy_of(*with.out) == compact_reply());
    with.ex.abandon(slb::error(slb::errc::credentials_unavailable));
    BOOST_TEST(copy_of(*with.out) == compact_reply());

    heap_log log;
    null_allocator const memory(log);
    slb::exchange<null_allocator> poor(target, {}, memory);
    slb::response<operation, null_allocator> out(memory);
    BOOST_TEST(poor.encode(a_request(), out));
    log.budget = log.bytes;
    poor.abandon(slb::error(slb::errc::credentials_unavailable).with_details("there is no room for it"));
    BOOST_TEST(outcome_of(out) == "not sent: no credentials are to be had");
}

BOOST_AUTO_TEST_SUITE_END()
