#include <slb/client.hpp>
// The header under test comes first: it stands alone.
#include "support/allocators.hpp"
#include "support/boost_oracle.hpp"
#include "support/process_allocations.hpp"
#include "support/quiet_transport.hpp"
#include "support/responses.hpp"
#include "support/scripted_transport.hpp"

#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory_resource>
#include <optional>

BOOST_AUTO_TEST_SUITE(client)

namespace {

using namespace slb_test;
using answer = slb::response<operation>;

slb::credentials const test_key{"testid", "testsecret"};

operation a_request() {
    return {
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}}}};
}
/// Twenty pairs, the values of which are those of the round.
operation a_large_request(std::int64_t round) {
    static constexpr std::array<std::string_view, 3> old_ids{"i-bp1jvvwm91qhclcr21qs",
                                                             "i-bp16n4p72sf5d2pq8vfg", "i-old"};
    static constexpr std::array<std::string_view, 3> new_ids{"i-bp15zdfcmqynjvlerztz",
                                                             "i-bp19iqc9i4ab1412h362", "i-new"};
    operation request{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-bp1xua4lv8ib0tg"};
    for (std::int64_t i = 0; i != 20; ++i) {
        auto const which = static_cast<std::size_t>((round + i) % 3);
        request.replace.push_back({.from = {slb::runtime(old_ids[which]), slb::runtime(1000 + i), "ecs"},
                                   .to = {.server_id = slb::runtime(new_ids[which]),
                                          .port = slb::runtime(2000 + (round + 7 * i) % 5000),
                                          .weight = slb::runtime((round + i) % 101),
                                          .type = "ecs",
                                          .description = "game-eu-32"}});
    }
    return request;
}

/// The answers R-1, R-2, … to the first, second, … request: who gets another's answer shows it.
std::vector<std::string> numbered_answers() {
    std::vector<std::string> answers;
    for (int i = 1; i != 6; ++i)
        answers.push_back(http_answer(
            200, R"({"RequestId":"R-)" + std::to_string(i) +
                     R"(","VServerGroupId":"g","BackendServers":[{"ServerId":"\u0069","Port":80}]})"));
    return answers;
}
/// What a call must come to that goes through: the answer to the last request that the server saw.
std::string own_answer(scripted_transport const& line) {
    return "R-" + std::to_string(line.requests.size()) + " g [i:80]";
}

/// Fails operation after operation of a call, each time the same way, and tells what the call came to: one
/// line an operation, "write: maybe applied: the connection was reset". After each failure the next call must
/// go through over a new connection.
std::vector<std::string> fail_each_operation(slb::errc failure, bool on_a_kept_connection) {
    std::vector<std::string> outcomes;
    for (std::size_t failing = 0;; ++failing) {
        scripted_transport line;
        line.answers = numbered_answers();
        line.largest_write = 500;
        line.largest_read = 40;
        slb::client client{line, test_key, {.retry = slb::retry_options::never()}};
        answer out;
        if (on_a_kept_connection) BOOST_TEST_REQUIRE(client.invoke(a_request(), out));
        line.begin_again();
        line.failing = failing;
        line.failure = failure;
        if (client.invoke(a_request(), out)) {
            BOOST_TEST(line.operations == failing);
            return outcomes;
        }
        std::string log = line.log;
        bool const closes = log.ends_with(" close");
        if (closes) log.resize(log.size() - 6);
        // Whatever failed once was connected is closed; what could not be connected need not be.
        BOOST_TEST(closes == (log != "connect"));
        BOOST_TEST(!line.connected());
        // The operation that failed, not the look for an answer behind a failed write.
        std::string::size_type word = 0;
        for (std::size_t i = 0; i != failing; ++i) word = log.find(' ', word) + 1;
        outcomes.push_back(log.substr(word, log.find(' ', word) - word) + ": " + outcome_of(out));
        line.begin_again();
        BOOST_TEST(client.invoke(a_request(), out));
        BOOST_TEST(line.log.starts_with("connect "));
        BOOST_TEST(outcome_of(out) == own_answer(line));
    }
}

/// Calls through a client with that allocator and tells what they came to.
template <class Allocator>
void calls_go_through(Allocator const& allocator) {
    scripted_transport line;
    line.answers = numbered_answers();
    slb::client client{line, test_key, slb::call_options{}, allocator};
    slb::response<operation, Allocator> kept(allocator);
    for (int i = 0; i != 2; ++i) {
        BOOST_TEST(client.invoke(a_request(), kept));
        BOOST_TEST(outcome_of(kept) == own_answer(line));
        slb::response<operation, Allocator> const given = client.invoke(a_large_request(i));
        BOOST_TEST(outcome_of(given) == own_answer(line));
    }
    BOOST_TEST(line.log == "connect write read write read write read write read");
}

/// Whether a view shows a reply; without making anything.
bool shows(reply_view const& view, reply const& said) {
    auto const same_text = [](slb::maybe<std::string_view> const& shown,
                              std::optional<std::string> const& text) {
        return shown.has_value() == text.has_value() && (!text || *shown == *text);
    };
    if (view.request_id != said.request_id || view.vserver_group_id != said.vserver_group_id ||
        view.backend_servers.size() != said.servers.size())
        return false;
    for (std::size_t i = 0; i != said.servers.size(); ++i) {
        auto const& server = view.backend_servers[i];
        auto const& meant = said.servers[i];
        if (server.server_id != meant.server_id || server.port != meant.port ||
            server.weight.has_value() != meant.weight.has_value() ||
            (meant.weight && *server.weight != *meant.weight) || !same_text(server.type, meant.type) ||
            !same_text(server.server_ip, meant.server_ip) ||
            !same_text(server.description, meant.description))
            return false;
    }
    return true;
}

/// The varied replies of the workloads, as answers and as Boost.JSON reads them.
struct varied_replies {
    std::vector<std::string> answers{};
    std::vector<reply> meant{};

    varied_replies() {
        for (char const* name : {"replies-varied-20.jsonl", "replies-varied-20-shuffled.jsonl"})
            for (auto const& line : workload_lines(name)) {
                // Every third comes in chunks.
                answers.push_back(answers.size() % 3 == 0 ? chunked_response(200, line, 300)
                                                          : http_answer(200, line));
                meant.push_back(boost_oracle::read(line).said.value());
            }
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(it_is_made_and_used_as_the_first_program_shows) {
    scripted_transport transport;
    transport.answers = {http_answer(200, documented_json)};
    slb::client client{transport, slb::credentials{"testid", "testsecret"}};
    static_assert(std::is_same_v<decltype(client), slb::client<scripted_transport>>);

    auto response = client.invoke(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                    {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}});
    static_assert(
        std::is_same_v<decltype(response), slb::response<slb::modify_vserver_group_backend_servers>>);
    BOOST_TEST_REQUIRE(static_cast<bool>(response));
    std::string shown;
    for (auto const& s : response->backend_servers)
        shown += std::string(s.server_id) + ':' + std::to_string(s.port) + '\n';
    BOOST_TEST(shown == "vm-400:80\nvm-401:90\n");

    std::string const& sent = transport.requests.at(0);
    BOOST_TEST(sent.starts_with(
        "POST /?NewBackendServers=%5B%7B%22ServerId%22%3A%22vm-235%22%2C%22Port%22%3A%228080%22%2C%22"
        "Weight%22%3A%22100%22%7D%2C%7B%22ServerId%22%3A%22vm-236%22"));
    BOOST_TEST(sent.find("\r\nx-acs-action: ModifyVServerGroupBackendServers\r\n") != sent.npos);
    BOOST_TEST(sent.find("\r\nhost: slb.aliyuncs.com\r\n") != sent.npos);
}

BOOST_AUTO_TEST_CASE(an_error_says_what_is_wrong_and_how_far_the_call_came) {
    scripted_transport transport;
    transport.answers = {http_answer(400, throttled_json)};
    slb::client client{transport, test_key};
    std::string const id = "vm-233";
    std::int64_t const port = 70000;
    operation request = a_request();
    request.replace.push_back({.from = {slb::runtime(id), slb::runtime(80)},
                               .to = {.server_id = slb::runtime(id), .port = slb::runtime(port)}});
    auto const refused_here = client.invoke(request);
    BOOST_TEST(!refused_here);
    BOOST_TEST(text_of(refused_here.error()) ==
               "not sent: NewBackendServers[1].Port must be between 1 and 65535, is 70000");
    BOOST_TEST(transport.log == "");
    auto const refused_there = client.invoke(a_request());
    BOOST_TEST(!refused_there);
    BOOST_TEST(refused_there.error().retryable());
    BOOST_TEST(refused_there.error().service()->code == "Throttling.User");
}

BOOST_AUTO_TEST_CASE(both_ways_to_invoke_come_to_the_same) {
    scripted_transport transport;
    slb::client client{transport, test_key};
    for (auto const& response : golden_responses()) BOOST_TEST_CONTEXT(response.what) {
            transport.answers.assign(100, response.bytes);
            transport.ends_after_answer = response.until_close;
            answer kept;
            bool const succeeded = client.invoke(a_request(), kept);
            BOOST_TEST(succeeded == static_cast<bool>(kept));
            BOOST_TEST(outcome_of(kept) == response.outcome);
            auto const given = client.invoke(a_request());
            BOOST_TEST(outcome_of(given) == response.outcome);
        }
}

BOOST_AUTO_TEST_CASE(a_response_outlives_client_and_transport) {
    std::optional<answer> kept;
    {
        scripted_transport transport;
        transport.answers = {http_answer(200, compact_json)};
        slb::client client{transport, test_key};
        kept.emplace(client.invoke(a_request()));
    }
    BOOST_TEST(copy_of(**kept) == compact_reply());
}

BOOST_AUTO_TEST_CASE(credentials_need_not_outlive_the_making_of_the_client) {
    scripted_transport transport;
    transport.answers = {http_answer(200, compact_json)};
    std::optional<slb::client<scripted_transport>> client;
    {
        std::string const id = "testid";
        std::string const secret = "testsecret";
        std::string const token = "a-token-that-is-longer-than-a-small-string";
        client.emplace(transport, slb::credentials{id, secret, token});
    }
    auto const response = client->invoke(a_request());
    BOOST_TEST(copy_of(*response) == compact_reply());
    BOOST_TEST(transport.requests.at(0).find("a-token-that-is-longer-than-a-small-string") !=
               std::string::npos);
    BOOST_TEST(transport.requests.at(0).find("testsecret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_credentials_nothing_is_connected) {
    scripted_transport transport;
    slb::client client{transport, slb::credentials{"", ""}};
    auto const response = client.invoke(a_request());
    BOOST_TEST(outcome_of(response) == "not sent: access key id and access key secret must be given");
    BOOST_TEST(transport.log == "");
}

BOOST_AUTO_TEST_CASE(without_randomness_nothing_is_sent) {
    scripted_transport transport;
    transport.answers = {http_answer(200, compact_json)};
    transport.has_randomness = false;
    slb::client client{transport, test_key};
    answer out;
    BOOST_TEST(!client.invoke(a_request(), out));
    BOOST_TEST(outcome_of(out) == "not sent: the host gave no randomness for the nonce");
    BOOST_TEST(transport.requests.empty());
    transport.has_randomness = true;
    BOOST_TEST(client.invoke(a_request(), out));
}

BOOST_AUTO_TEST_CASE(every_request_has_a_nonce_of_its_own) {
    scripted_transport transport;
    transport.answers = {http_answer(200, compact_json)};
    slb::client client{transport, test_key};
    answer out;
    for (int i = 0; i != 3; ++i) BOOST_TEST(client.invoke(a_request(), out));
    auto const nonce_of = [&](std::size_t i) {
        std::string const& request = transport.requests.at(i);
        return request.substr(request.find("x-acs-signature-nonce: ") + 23, 32);
    };
    BOOST_TEST(nonce_of(0) == "000102030405060708090a0b0c0d0e0f");
    BOOST_TEST(nonce_of(1) == "101112131415161718191a1b1c1d1e1f");
    BOOST_TEST(nonce_of(2) == "202122232425262728292a2b2c2d2e2f");
}

BOOST_AUTO_TEST_CASE(a_connection_is_kept_unless_the_server_says_otherwise) {
    scripted_transport transport;
    transport.answers = {http_answer(200, compact_json), http_answer(200, compact_json),
                         http_answer(200, compact_json, "Connection: close\r\n"),
                         http_answer(200, compact_json)};
    slb::client client{transport, test_key};
    answer out;
    for (int i = 0; i != 4; ++i) BOOST_TEST(client.invoke(a_request(), out));
    BOOST_TEST(transport.log == "connect write read write read write read close connect write read");
    transport.now_ms += 5000;
    transport.begin_again();
    BOOST_TEST(client.invoke(a_request(), out));
    BOOST_TEST(transport.log == "close connect write read");
}

BOOST_AUTO_TEST_CASE(each_operation_of_a_first_call_may_fail) {
    struct {
        slb::errc failure;
        std::vector<std::string> outcomes;
    } const cases[] = {
        {slb::errc::connection_reset,
         {"connect: not sent: the connection was reset", "write: maybe applied: the connection was reset",
          "write: maybe applied: the connection was reset", "read: maybe applied: the connection was reset",
          "read: maybe applied: the connection was reset (HTTP 200)",
          "read: maybe applied: the connection was reset (HTTP 200)",
          "read: maybe applied: the connection was reset (HTTP 200)"}},
        {slb::errc::timed_out,
         {"connect: not sent: the deadline passed", "write: maybe applied: the deadline passed",
          "write: maybe applied: the deadline passed", "read: maybe applied: the deadline passed",
          "read: maybe applied: the deadline passed (HTTP 200)",
          "read: maybe applied: the deadline passed (HTTP 200)",
          "read: maybe applied: the deadline passed (HTTP 200)"}},
        {slb::errc::tls_failed,
         {"connect: not sent: the TLS connection failed", "write: maybe applied: the TLS connection failed",
          "write: maybe applied: the TLS connection failed", "read: maybe applied: the TLS connection failed",
          "read: maybe applied: the TLS connection failed (HTTP 200)",
          "read: maybe applied: the TLS connection failed (HTTP 200)",
          "read: maybe applied: the TLS connection failed (HTTP 200)"}},
        {slb::errc::out_of_memory,
         {"connect: not sent: the allocator has no memory left",
          "write: maybe applied: the allocator has no memory left",
          "write: maybe applied: the allocator has no memory left",
          "read: maybe applied: the allocator has no memory left",
          "read: maybe applied: the allocator has no memory left (HTTP 200)",
          "read: maybe applied: the allocator has no memory left (HTTP 200)",
          "read: maybe applied: the allocator has no memory left (HTTP 200)"}},
    };
    for (auto const& [failure, outcomes] : cases) BOOST_TEST_CONTEXT(failure)
    BOOST_TEST(fail_each_operation(failure, false) == outcomes, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_operation_of_a_call_on_a_kept_connection_may_fail) {
    std::string const lost = "maybe applied: the kept connection was lost before the server answered";
    struct {
        slb::errc failure;
        std::vector<std::string> outcomes;
    } const cases[] = {
        {slb::errc::connection_reset,
         {"write: " + lost, "write: " + lost, "read: " + lost,
          "read: maybe applied: the connection was reset (HTTP 200)",
          "read: maybe applied: the connection was reset (HTTP 200)",
          "read: maybe applied: the connection was reset (HTTP 200)"}},
        {slb::errc::timed_out,
         {"write: maybe applied: the deadline passed", "write: maybe applied: the deadline passed",
          "read: maybe applied: the deadline passed", "read: maybe applied: the deadline passed (HTTP 200)",
          "read: maybe applied: the deadline passed (HTTP 200)",
          "read: maybe applied: the deadline passed (HTTP 200)"}},
    };
    for (auto const& [failure, outcomes] : cases) BOOST_TEST_CONTEXT(failure)
    BOOST_TEST(fail_each_operation(failure, true) == outcomes, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_read_may_see_the_end) {
    std::string const ended = "maybe applied: the connection was closed before the response was complete";
    for (std::size_t failing : {3U, 4U, 5U, 6U}) {
        scripted_transport line;
        line.answers = numbered_answers();
        line.largest_write = 500;
        line.largest_read = 40;
        line.failing = failing;
        line.failure = slb::errc::none;
        slb::client client{line, test_key};
        answer out;
        BOOST_TEST(!client.invoke(a_request(), out));
        BOOST_TEST(outcome_of(out) == (failing == 3U ? ended : ended + " (HTTP 200)"));
        line.begin_again();
        BOOST_TEST(client.invoke(a_request(), out));
        BOOST_TEST(outcome_of(out) == own_answer(line));
    }
}

BOOST_AUTO_TEST_CASE(an_allocation_that_throws_passes_through_and_the_client_works_afterwards) {
    std::size_t thrown = 0;
    std::size_t caught_in_calls = 0;
    for (bool const kept : {false, true})
        for (std::size_t failing = 0;; ++failing) BOOST_TEST_CONTEXT("allocation " << failing) {
                scripted_transport line;
                line.answers = numbered_answers();
                line.largest_read = 50;
                heap_log log;
                throwing_allocator const memory(log);
                using client_type = slb::client<scripted_transport, slb::default_crypto, throwing_allocator>;
                std::optional<client_type> client;
                bool through = false;
                slb::response<operation, throwing_allocator> out(memory);
                if (kept) {
                    client.emplace(line, test_key, slb::call_options{}, memory);
                    BOOST_TEST(client->invoke(a_request(), out));
                }
                log.failing = log.allocations + failing;
                try {
                    if (!client) client.emplace(line, test_key, slb::call_options{}, memory);
                    slb::response<operation, throwing_allocator> const given =
                        client->invoke(a_large_request(1));
                    through = true;
                    BOOST_TEST(outcome_of(given) == own_answer(line));
                } catch (std::bad_alloc const&) {
                    ++thrown;
                    if (client) ++caught_in_calls;
                }
                if (client && !through) {
                    // The next call gets the answer to its own request, over whatever connection.
                    BOOST_TEST(client->invoke(a_request(), out));
                    BOOST_TEST(outcome_of(out) == own_answer(line));
                }
                BOOST_TEST(log.mistakes == 0U);
                if (through) break;
            }
    BOOST_TEST(thrown >= 6U);
    BOOST_TEST(caught_in_calls >= 5U);
    std::cout << "client: " << thrown << " allocations thrown\n";
}

BOOST_AUTO_TEST_CASE(an_allocation_that_gives_null_is_an_error_and_the_client_works_afterwards) {
    std::size_t refused = 0;
    for (bool const persistent : {false, true})
        for (std::size_t failing = 0;; ++failing) BOOST_TEST_CONTEXT("allocation " << failing) {
                scripted_transport line;
                line.answers = numbered_answers();
                line.largest_read = 50;
                heap_log log;
                log.failing = failing;
                log.persistent = persistent;
                null_allocator const memory(log);
                slb::client client{line, test_key, slb::call_options{}, memory};
                slb::response<operation, null_allocator> out(memory);
                bool const through = client.invoke(a_large_request(1), out);
                if (through) {
                    BOOST_TEST(outcome_of(out) == own_answer(line));
                    break;
                }
                ++refused;
                BOOST_TEST(out.error().code() == slb::errc::out_of_memory);
                bool const sent = !line.requests.empty();
                BOOST_TEST(out.error().delivery() ==
                           (sent ? slb::delivery::maybe_applied : slb::delivery::not_sent));
                // A client without memory for its key stays without.
                log.failing = heap_log::never;
                bool const has_key = failing != 0;
                BOOST_TEST(client.invoke(a_request(), out) == has_key);
                BOOST_TEST(outcome_of(out) ==
                           (has_key ? own_answer(line) : "not sent: the allocator has no memory left"));
            }
    BOOST_TEST(refused >= 6U);
    std::cout << "client: " << refused << " allocations refused\n";
}

BOOST_AUTO_TEST_CASE(any_budget_gives_the_whole_call_or_a_clean_error) {
    std::size_t needed = 0;
    auto const call = [&](std::size_t budget) {
        scripted_transport line;
        line.answers = numbered_answers();
        heap_log log;
        log.budget = budget;
        std::string outcome;
        {
            null_allocator const memory(log);
            slb::client client{line, test_key, slb::call_options{}, memory};
            slb::response<operation, null_allocator> const out = client.invoke(a_request());
            outcome = outcome_of(out);
            if (!out) BOOST_TEST_REQUIRE(out.error().code() == slb::errc::out_of_memory);
            if (!out && line.requests.empty())
                BOOST_TEST_REQUIRE(out.error().delivery() == slb::delivery::not_sent);
        }
        BOOST_TEST_REQUIRE(log.mistakes == 0U);
        BOOST_TEST_REQUIRE(log.blocks() == 0U);
        needed = log.most_bytes;
        return outcome;
    };
    BOOST_TEST(call(heap_log::never) == "R-1 g [i:80]");
    std::size_t const enough = needed;
    std::size_t through = 0;
    for (std::size_t budget = 0; budget <= enough; ++budget)
        through += call(budget) == "R-1 g [i:80]" ? 1U : 0U;
    BOOST_TEST(through == 1U);
    BOOST_TEST(call(enough) == "R-1 g [i:80]");
    std::cout << "client: " << enough + 1 << " budgets tried\n";
}

BOOST_AUTO_TEST_CASE(allocators_of_every_kind_work_through_the_whole_client) {
    calls_go_through(slb::heap_allocator{});
    calls_go_through(std::allocator<char>{});
    calls_go_through(std::allocator<std::byte>{});
    heap_log log;
    calls_go_through(throwing_allocator(log));
    calls_go_through(null_allocator(log));
    calls_go_through(fancy_allocator(log));
    BOOST_TEST(log.allocations > 10U);
    BOOST_TEST(log.blocks() == 0U);
    BOOST_TEST(log.mistakes == 0U);
}

BOOST_AUTO_TEST_CASE(memory_resources_work_through_the_whole_client) {
    auto const buffer = std::make_unique<std::array<std::byte, 1 << 20>>();
    std::pmr::monotonic_buffer_resource only_this(buffer->data(), buffer->size(),
                                                  std::pmr::null_memory_resource());
    calls_go_through(std::pmr::polymorphic_allocator<std::byte>(&only_this));
    std::pmr::unsynchronized_pool_resource pool;
    calls_go_through(std::pmr::polymorphic_allocator<char>(&pool));
}

BOOST_AUTO_TEST_CASE(responses_move_between_unequal_memory_resources_with_their_memory) {
    std::pmr::unsynchronized_pool_resource one;
    std::pmr::unsynchronized_pool_resource other;
    using allocator = std::pmr::polymorphic_allocator<std::byte>;
    scripted_transport line;
    line.answers = numbered_answers();
    slb::client client{line, test_key, slb::call_options{}, allocator(&one)};
    slb::response<operation, allocator> kept{allocator(&other)};
    kept = client.invoke(a_request());
    BOOST_TEST(outcome_of(kept) == "R-1 g [i:80]");
    slb::response<operation, allocator> moved(std::move(kept));
    BOOST_TEST(client.invoke(a_request(), kept));
    BOOST_TEST(outcome_of(moved) == "R-1 g [i:80]");
    BOOST_TEST(outcome_of(kept) == "R-2 g [i:80]");
}

BOOST_AUTO_TEST_CASE(a_thousand_calls_with_varied_responses_allocate_nothing) {
    varied_replies const replies;
    BOOST_TEST_REQUIRE(replies.answers.size() == 256U);
    quiet_transport line(replies.answers);
    slb::client client{line, test_key};
    answer out;
    std::size_t right = 0;
    auto const call_round = [&](std::int64_t round) {
        for (std::size_t i = 0; i != replies.meant.size(); ++i) {
            bool const large = i % 2 == 0;
            bool const good = client.invoke(large ? a_large_request(round) : a_request(), out) &&
                              shows(*out, replies.meant[i]);
            right += good ? 1U : 0U;
        }
    };
    // The counter is no ornament.
    bool const counting = counts_malloc();
    std::size_t const at_first = process_allocations;
    void* const volatile block = ::operator new(1);
    ::operator delete(block);
    BOOST_TEST(process_allocations == at_first + (counting ? 1U : 0U));

    // The longest request and the longest reply are met; from then on there is room for all.
    for (std::int64_t round = 0; round != 5; ++round) call_round(round);
    std::size_t const before = process_allocations;
    for (std::int64_t round = 0; round != 5; ++round) call_round(round);
    std::size_t const after = process_allocations;
    BOOST_TEST(right == 10U * 256U);
    BOOST_TEST(after == before);
    BOOST_TEST(line.closed() == 0U);
    if (counting)
        std::cout << "client: " << after - before << " allocations by malloc or operator new in 1280 calls\n";
    else
        std::cout << "client: malloc cannot be counted here, only the allocator is\n";
}

BOOST_AUTO_TEST_CASE(a_thousand_calls_with_varied_responses_ask_the_allocator_for_nothing) {
    varied_replies const replies;
    quiet_transport line(replies.answers);
    heap_log log;
    throwing_allocator const memory(log);
    for (auto const scheme : {slb::signature_scheme::acs3_hmac_sha256, slb::signature_scheme::hmac_sha1})
        for (auto const placement : {slb::parameter_placement::query, slb::parameter_placement::form}) {
            slb::client client{line, test_key, slb::call_options{.scheme = scheme, .placement = placement},
                               memory};
            slb::response<operation, throwing_allocator> out(memory);
            std::size_t right = 0;
            auto const call_round = [&](std::int64_t round) {
                for (auto const& meant : replies.meant)
                    right += client.invoke(a_large_request(round), out) && shows(*out, meant) ? 1U : 0U;
            };
            for (std::int64_t round = 0; round != 5; ++round) call_round(round);
            std::size_t const before = log.allocations;
            BOOST_TEST(before > 0U);
            for (std::int64_t round = 0; round != 5; ++round) call_round(round);
            BOOST_TEST(log.allocations == before);
            BOOST_TEST(right == 10U * 256U);
        }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_the_transport_finds_changed_is_replaced) {
    struct watched : scripted_transport {
        bool fine = true;
        bool usable() const noexcept { return fine; }
    } line;
    line.answers = {http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})")};
    slb::client client{line, slb::credentials{"testid", "testsecret"}};
    std::string log;
    for (bool const fine : {true, true, false, true}) {
        line.begin_again();
        line.fine = fine;
        answer out;
        BOOST_TEST(client.invoke(a_request(), out));
        log += line.log + "; ";
    }
    BOOST_TEST(log == "connect write read; write read; connect write read; write read; ");
}

namespace {

/// Keys of which the one in use is refused until there have been so many.
struct renewed_keys {
    using crypto_type = slb::default_crypto;
    int number = 1;
    int asked = 0;

    template <class Host, class Done>
    void renew(Host&, std::int64_t, bool refused, Done done) {
        ++asked;
        if (refused) ++number;
        if (number > 3) {
            std::string const why = "there were three";
            return done(slb::error(slb::errc::credentials_unavailable).with_details(why));
        }
        done(slb::result<void>());
    }
    template <class F>
    void with_signer(F f) {
        std::string const id = "key-" + std::to_string(number);
        f(slb::signer<>(slb::credentials{id, "testsecret"}));
    }
};
struct proven_transport : scripted_transport {
    static constexpr bool proves_peer = true;
};
std::string busy_answer() { return http_answer(400, throttled_json, "x-acs-retry-after: 1\r\n"); }

} // namespace

BOOST_AUTO_TEST_CASE(a_call_that_the_service_turns_away_is_sent_again_unless_that_is_not_wanted) {
    scripted_transport transport;
    transport.answers = {busy_answer(), http_answer(200, compact_json)};
    slb::client client{transport, test_key};
    answer out;
    BOOST_TEST(client.invoke(a_request(), out));
    BOOST_TEST(copy_of(*out) == compact_reply());
    BOOST_TEST(transport.log == "connect write read write read");
    BOOST_TEST(transport.waits.size() == 1U);

    scripted_transport again;
    again.answers = {busy_answer(), http_answer(200, compact_json)};
    slb::client once{again, test_key, slb::call_options{.retry = slb::retry_options::never()}};
    BOOST_TEST(!once.invoke(a_request(), out));
    BOOST_TEST(again.log == "connect write read");
    BOOST_TEST(again.waits.empty());
}

BOOST_AUTO_TEST_CASE(a_client_repeats_no_more_than_its_budget) {
    scripted_transport transport;
    transport.answers = {busy_answer()};
    slb::client client{transport, test_key, slb::call_options{.retry = {.max_attempts = 2}}};
    answer out;
    for (int i = 0; i != 20; ++i) BOOST_TEST(!client.invoke(a_request(), out));
    BOOST_TEST(transport.requests.size() == 30U);
    // Ten successes pay for one more.
    transport.answers.assign(100, http_answer(200, compact_json));
    for (int i = 0; i != 10; ++i) BOOST_TEST(client.invoke(a_request(), out));
    transport.answers.assign(100, busy_answer());
    for (int i = 0; i != 2; ++i) BOOST_TEST(!client.invoke(a_request(), out));
    BOOST_TEST(transport.requests.size() == 30U + 10U + 3U);
}

BOOST_AUTO_TEST_CASE(a_client_remembers_that_its_clock_is_wrong) {
    proven_transport transport;
    transport.answers = {http_answer(400, R"({"Code":"InvalidTimeStamp.Expired","RequestId":"R"})",
                                     "Date: Tue, 14 Nov 2023 23:13:20 GMT\r\n"),
                         http_answer(200, compact_json)};
    slb::client client{transport, test_key};
    answer out;
    for (int i = 0; i != 3; ++i) BOOST_TEST(client.invoke(a_request(), out));
    BOOST_TEST_REQUIRE(transport.requests.size() == 4U);
    for (std::size_t i = 0; i != 4; ++i)
        BOOST_TEST(transport.requests[i].find(i == 0
                                                  ? "x-acs-date: 2023-11-14T22:13:20Z"
                                                  : "x-acs-date: 2023-11-14T23:13:20Z") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_client_signs_with_the_key_that_its_source_has_then) {
    scripted_transport transport;
    std::string const refused = http_answer(404, not_found_xml);
    transport.answers = {http_answer(200, compact_json), refused, http_answer(200, compact_json)};
    renewed_keys keys;
    slb::client client{transport, keys};
    static_assert(std::is_same_v<decltype(client), slb::client<scripted_transport, slb::default_crypto,
                                                               slb::heap_allocator, renewed_keys&>>);
    answer out;
    BOOST_TEST(client.invoke(a_request(), out));
    BOOST_TEST(client.invoke(a_request(), out));
    BOOST_TEST(static_cast<bool>(client.invoke(a_request())));
    BOOST_TEST(keys.asked == 4);
    char const* const used[] = {"key-1", "key-1", "key-2", "key-2"};
    BOOST_TEST_REQUIRE(transport.requests.size() == std::size(used));
    for (std::size_t i = 0; i != std::size(used); ++i)
        BOOST_TEST(transport.requests[i].find("Credential=" + std::string(used[i]) + ",") !=
                   std::string::npos);
    // The source is not copied, and another client may use it.
    scripted_transport other;
    other.answers = {refused, refused};
    slb::client second{other, keys};
    BOOST_TEST(!second.invoke(a_request(), out));
    BOOST_TEST(out.error().service()->code == "InvalidAccessKeyId.NotFound");
    BOOST_TEST(keys.number == 3);
    BOOST_TEST(!second.invoke(a_request(), out));
    BOOST_TEST(outcome_of(out) == "not sent: no credentials are to be had: there were three");
    BOOST_TEST(!client.invoke(a_request(), out));
    BOOST_TEST(transport.requests.size() == std::size(used));
    // What breaks a rule needs no key.
    int const before = keys.asked;
    operation broken = a_request();
    broken.region_id = slb::runtime("");
    BOOST_TEST(!client.invoke(broken, out));
    BOOST_TEST(keys.asked == before);
}

BOOST_AUTO_TEST_SUITE_END()
