// A million decisions of sessions, seeded, against a peer that fails in every way: `retry_decisions [COUNT]`.
// What a session may do is told here anew, from what was sent and answered alone.
#include <slb.hpp>
#include <slb/emulator/text.hpp>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace {

struct generator : slb::detail::splitmix64 {
    using splitmix64::splitmix64;
    std::uint64_t below(std::uint64_t end) { return (*this)() % end; }
};

/// The clocks and the randomness of a machine that is not there.
struct machine {
    generator& draw;
    std::int64_t now_ms = 1000;
    std::int64_t clock = 1'700'000'000;

    [[nodiscard]] std::int64_t unix_seconds() const { return clock + now_ms / 1000; }
    bool random(std::span<unsigned char> bytes) {
        for (auto& byte : bytes) byte = static_cast<unsigned char>(draw());
        return true;
    }
};

[[noreturn]] void fail(char const* what) {
    std::printf("retry_decisions: FAILED: %s\n", what);
    std::exit(1);
}
void expect(bool holds, char const* what) {
    if (!holds) fail(what);
}

/// What a peer answers, and whether nobody knows then what became of the call.
struct answer {
    std::string text;
    bool outcome_unknown;
};
answer page(std::string const& head, std::string const& body, bool outcome_unknown) {
    return {"HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
            outcome_unknown};
}
answer refusal(std::string const& head, std::string const& code, bool outcome_unknown = false) {
    return page(head, R"({"Code":")" + code + R"(","Message":"-","RequestId":"R"})", outcome_unknown);
}
std::vector<answer> const answers{
    page("200 OK", R"({"RequestId":"R","VServerGroupId":"rsp"})", false),
    refusal("400 Bad Request", "Throttling.User"),
    refusal("400 Bad Request\r\nRetry-After: 2", "Throttling.User"),
    refusal("429 Too Many\r\nx-acs-retry-after: 60000", "Throttling"),
    refusal("400 Bad Request", "SystemBusy"),
    refusal("403 Forbidden", "Forbidden.RAM"),
    refusal("400 Bad Request\r\nDate: Tue, 14 Nov 2023 23:59:59 GMT", "InvalidTimeStamp.Expired"),
    refusal("500 Server Error", "InternalError", true),
    refusal("400 Bad Request", "SignatureNonceUsed", true),
    page("502 Bad Gateway", "<html>", true),
    page("200 OK", "not for us", true),
    {"nonsense\r\n\r\n", true},
};

/// What is seen of the attempts of one client.
struct watcher final : slb::observer {
    std::uint64_t decisions = 0;
    std::uint64_t verdicts[slb::retry_verdict_count] = {};
    slb::retry_verdict last{};
    std::int64_t waits = 0;

    void on_attempt(slb::attempt_report const& report) override {
        ++decisions;
        last = report.decision.verdict;
        ++verdicts[static_cast<int>(last)];
        waits += report.decision.wait_ms;
    }
};

struct simulation {
    generator draw;
    machine host{draw};
    watcher seen{};
    std::unordered_set<std::string> nonces{};
    slb::signer<> signer{slb::credentials{"testid", "testsecret"}};
    std::uint64_t calls = 0;
    std::uint64_t attempts = 0;
    std::int64_t longest_ms = 0;

    explicit simulation(std::uint64_t seed) : draw{seed} {}

    void note_nonce(std::string_view request) {
        constexpr std::string_view name = "x-acs-signature-nonce: ";
        std::size_t const at = request.find(name);
        expect(at != request.npos, "an attempt has a nonce");
        expect(nonces.emplace(request.substr(at + name.size(), 32)).second, "every attempt has a new nonce");
        ++attempts;
    }
    void pass_time() {
        host.now_ms += static_cast<std::int64_t>(draw.below(8) == 0 ? draw.below(9000) : draw.below(300));
    }

    /// One call of an operation to its end, as a driver makes it.
    template <class Operation>
    void call(slb::session<>& session, slb::kept_connection& line, Operation const& request, bool safe,
              int& tokens) {
        slb::response<Operation> out;
        session.start(request, out, signer);
        std::int64_t const began = host.now_ms;
        std::int64_t const until = began + session.options().call_timeout_ms;
        seen.waits = 0;
        ++calls;
        bool any_sent = false;
        bool answered = false;
        bool unknown = false;
        std::string_view left;
        for (;;) {
            slb::session_step const step = session.next(host.now_ms);
            switch (step) {
            case slb::session_step::key: fail("the key does not change");
            case slb::session_step::acquire: session.use(line); break;
            case slb::session_step::connect:
                pass_time();
                switch (draw.below(12)) {
                case 0: session.connected(slb::errc::connect_failed); break;
                case 1: session.connected(slb::errc::resolve_failed); break;
                case 2: session.connected(slb::errc::timed_out); break;
                default: session.connected({}, draw.below(2) == 0);
                }
                break;
            case slb::session_step::begin:
                expect(!unknown || safe, "what may have been applied is not sent again");
                session.begin(signer, host);
                any_sent = answered = unknown = false;
                left = {};
                if (!session.output().empty()) note_nonce(session.output());
                break;
            case slb::session_step::write: {
                pass_time();
                std::size_t const size = session.output().size();
                if (draw.below(20) == 0) {
                    session.wrote(draw.below(2) == 0 ? slb::errc::connection_reset : slb::errc::timed_out);
                    unknown = true;
                } else {
                    std::size_t const part = draw.below(2) == 0 ? size : 1 + draw.below(size);
                    session.wrote(part);
                    any_sent = true;
                    unknown = true;
                }
                break;
            }
            case slb::session_step::read: {
                pass_time();
                std::span<char> const space = session.input();
                if (space.empty()) break;
                if (!answered) {
                    auto const kind = draw.below(4);
                    if (kind == 0) {
                        unknown = any_sent || unknown;
                        auto const how = draw.below(3);
                        session.got(how == 0   ? slb::result<std::size_t>(std::size_t{0})
                                    : how == 1 ? slb::errc::connection_reset
                                               : slb::errc::timed_out);
                        break;
                    }
                    answer const& chosen = answers[draw.below(answers.size())];
                    left = chosen.text;
                    answered = true;
                    // What answers nothing is no answer.
                    unknown = chosen.outcome_unknown && any_sent;
                }
                std::size_t size = left.size() < space.size() ? left.size() : space.size();
                if (size == 0) {
                    session.got(slb::errc::connection_reset);
                    unknown = true;
                    break;
                }
                if (draw.below(4) == 0) size = 1 + draw.below(size);
                std::memcpy(space.data(), left.data(), size);
                left.remove_prefix(size);
                session.got(size);
                break;
            }
            case slb::session_step::close: session.dropped(); break;
            case slb::session_step::retry: session.decide(host); break;
            case slb::session_step::wait:
                expect(session.deadline() < until, "a pause ends before the deadline of its call");
                host.now_ms = session.deadline() > host.now_ms ? session.deadline() : host.now_ms;
                break;
            case slb::session_step::done:
                expect(seen.waits <= session.options().call_timeout_ms, "all pauses fit into the call");
                longest_ms = host.now_ms - began > longest_ms ? host.now_ms - began : longest_ms;
                if (out) {
                    tokens += tokens < slb::retry_budget::capacity ? 1 : 0;
                } else if (unknown && !safe) {
                    bool const said = out.error().delivery() == slb::delivery::maybe_applied ||
                                      out.error().delivery() == slb::delivery::applied;
                    expect(said, "an unknown outcome is said to be one");
                }
                return;
            }
            if (std::exchange(seen.last, slb::retry_verdict::succeeded) == slb::retry_verdict::again) {
                tokens -= slb::retry_budget::cost;
                expect(tokens >= 0, "the budget is never exceeded");
            }
        }
    }

    void one_client(std::uint64_t wanted) {
        slb::retry_memory memory;
        slb::call_options const options{.connect_timeout_ms = 3000,
                                        .call_timeout_ms =
                                            5000 + static_cast<std::int64_t>(draw.below(40000)),
                                        .retry = {.max_attempts = 1 + static_cast<int>(draw.below(6))},
                                        .observer = &seen};
        slb::session<> session(slb::endpoint("slb.aliyuncs.com"), options, {}, &memory);
        slb::kept_connection line;
        int tokens = slb::retry_budget::capacity;
        slb::modify_vserver_group_backend_servers const modify{
            .region_id = "cn-hangzhou",
            .vserver_group_id = "rsp",
            .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 80}}}};
        slb::set_vserver_group_attribute const set{
            .region_id = "cn-hangzhou", .vserver_group_id = "rsp", .vserver_group_name = "n"};
        slb::describe_vserver_group_attribute const read{.region_id = "cn-hangzhou",
                                                         .vserver_group_id = "rsp"};
        slb::raw_operation raw{"SetLoadBalancerName"};
        for (int i = 0; i != 100 && seen.decisions < wanted; ++i) {
            switch (draw.below(4)) {
            case 0: call(session, line, modify, false, tokens); break;
            case 1: call(session, line, set, true, tokens); break;
            case 2: call(session, line, read, true, tokens); break;
            default: call(session, line, raw, false, tokens);
            }
            expect(memory.budget.tokens() == tokens, "the budget is what was paid and earned");
            host.now_ms += static_cast<std::int64_t>(draw.below(10000));
        }
    }
};

} // namespace

int main(int count, char** arguments) {
    std::uint64_t wanted = 1'000'000;
    if (count > 1) std::from_chars(arguments[1], arguments[1] + std::strlen(arguments[1]), wanted);
    simulation all(20261129);
    while (all.seen.decisions < wanted) all.one_client(wanted);
    std::printf("retry decisions: %llu in %llu calls, %llu attempts signed, longest call %lld ms\n",
                static_cast<unsigned long long>(all.seen.decisions),
                static_cast<unsigned long long>(all.calls), static_cast<unsigned long long>(all.attempts),
                static_cast<long long>(all.longest_ms));
    for (int verdict = 0; verdict != slb::retry_verdict_count; ++verdict) {
        std::string_view const name = message(static_cast<slb::retry_verdict>(verdict));
        std::uint64_t const times = all.seen.verdicts[verdict];
        std::printf("retry verdicts: %llu %.*s\n", static_cast<unsigned long long>(times),
                    static_cast<int>(name.size()), name.data());
        expect(times != 0, "every verdict occurs");
    }
}
