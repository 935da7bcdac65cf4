// A year of a server, on the emulator's clock: a call each minute, while keys expire, the service throttles,
// connections break and clocks step. `virtual_year [DAYS]`. What the group holds is followed here from what
// the calls came to, alone.
#include "support/credential_services.hpp"

#include <slb.hpp>
#include <slb/credential_provider.hpp>
#include <slb/emulator.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

[[noreturn]] void fail(std::string const& what) {
    std::printf("virtual_year: FAILED: %s\n", what.c_str());
    std::exit(1);
}
void expect(bool holds, std::string const& what) {
    if (!holds) fail(what);
}

/// The ways of the chain, which all lead to the fake services.
struct memory_connect {
    slb_test::credential_services* services;

    template <class Visit>
    void operator()(slb::endpoint const& where, bool, Visit visit) const {
        slb_test::credential_transport transport(*services, where);
        visit(transport);
    }
};
using provider = slb::credential_provider<memory_connect>;

/// What is seen of the calls.
struct watcher final : slb::observer {
    std::uint64_t attempts = 0;
    std::uint64_t retries = 0;
    std::uint64_t refreshes = 0;
    std::uint64_t failed_refreshes = 0;
    std::uint64_t open_files = 0;
    /// Of everything, in order: the same year has the same one.
    std::uint64_t digest = 1469598103934665603u;

    void note(std::string_view text) {
        for (char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 1099511628211u;
    }
    void on_attempt(slb::attempt_report const& report) override {
        ++attempts;
        retries += report.attempt > 1;
        note(report.operation);
        note(message(report.decision.verdict));
        note(report.request_id);
        note(slb::detail::digits(report.waited_ms).view());
    }
    void on_credentials(slb::credential_report const& report) override {
        using kind = slb::credential_report::kind;
        refreshes += report.what == kind::fetched;
        failed_refreshes += report.what == kind::failed;
        open_files += report.what == kind::file_readable_by_others;
        note(report.source);
        note(report.text);
    }
};

/// What a group can hold: server and weight. (All ports are 80.)
using servers = std::map<std::string, std::int64_t>;

class year {
  public:
    explicit year(std::uint64_t seed)
        : draw_{seed}, served_({.seed = seed, .unix_seconds = 1'767'225'600}),
          services_(slb_test::world_of(served_), seed) {
        auto const problem = served_.groups().load(
            R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[)"
            R"({"ServerId":"vm-0","Port":80,"Weight":100},{"ServerId":"vm-1","Port":80,"Weight":100}]}})");
        expect(!problem, "the group is there");
        possible_ = {{{"vm-0", 100}, {"vm-1", 100}}};
        // Now and then, all year.
        using enum slb::fault_kind;
        served_.inject({.kind = reset, .one_in = 700});
        served_.inject({.kind = applied_then_lost, .one_in = 900});
        served_.inject({.kind = stall, .one_in = 2000});
        served_.inject({.kind = server_error, .one_in = 800});
        served_.inject({.kind = busy, .one_in = 300});
        using slb_test::credential_endpoint;
        using slb_test::credential_trouble;
        for (auto const at : {credential_endpoint::assume_role, credential_endpoint::metadata_credentials}) {
            services_.inject({.at = at, .what = credential_trouble::server_error, .one_in = 20});
            services_.inject({.at = at, .what = credential_trouble::malformed, .one_in = 50});
            services_.inject({.at = at, .what = credential_trouble::stall, .one_in = 100});
        }
        rotate_key();
        start_process();
    }

    void live(std::int64_t days) {
        std::size_t held = 0;
        for (std::int64_t today = 0; today != days; ++today) {
            plan_day(today);
            for (int now = 0; now != 24 * 60; ++now) {
                std::int64_t const at = served_.steady_ms();
                one_minute(today, now);
                std::int64_t const took = served_.steady_ms() - at;
                expect(took <= longest_call_ms, "a call keeps its deadline");
                if (took < minute * 1000) served_.advance(minute * 1000 - took);
            }
            if (today % 30 != 29) continue;
            std::size_t const bytes = bytes_held();
            if (held == 0) held = bytes;
            expect(bytes <= held + most_growth, "memory does not grow: " + std::to_string(bytes) +
                                                    " bytes, " + std::to_string(held) +
                                                    " after the first month");
        }
        settle();
    }

    void print() const {
        std::printf(
            "virtual year: %llu calls, %llu attempts, %llu retries, %llu refreshes, %llu failed refreshes, "
            "%llu clock steps, %llu processes\n",
            number(calls_), number(seen_.attempts), number(seen_.retries), number(seen_.refreshes),
            number(seen_.failed_refreshes), number(clock_steps_), number(processes_));
        for (auto const& [what, times] : failures_)
            std::printf("virtual year failures: %llu %s\n", number(times), what.c_str());
        std::printf("virtual year failures: %llu in quiet times, of calls that are safe to repeat\n",
                    number(failed_in_quiet_));
    }
    [[nodiscard]] std::uint64_t digest() const { return seen_.digest; }
    void judge() const {
        expect(seen_.refreshes != 0 && seen_.retries != 0, "keys are renewed, and calls repeated");
        expect(seen_.open_files != 0, "a file that is open to others is reported");
        // Now and then troubles come in a row that have nothing to do with each other.
        expect(failed_in_quiet_ <= 10, "calls that are safe to repeat succeed when there is no trouble");
    }

  private:
    static constexpr std::int64_t longest_call_ms = 31'000;
    static constexpr std::size_t most_growth = 128 * 1024;

    static unsigned long long number(std::uint64_t count) { return count; }
    static std::size_t bytes_held() {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
        return ::mallinfo2().uordblks;
#else
        return 0;
#endif
    }
    std::uint64_t below(std::uint64_t end) { return draw_() % end; }

    /// The key that assumes the role is another one from now on, on disk and at the service.
    void rotate_key() {
        services_.remove_key(base_id_);
        base_id_ = "LTAIbase" + std::to_string(++keys_);
        services_.add_key({.id = base_id_, .secret = "base-secret-" + std::to_string(keys_)});
        config_ = R"({"current":"app","profiles":[{"name":"app","mode":"RamRoleArn","access_key_id":")" +
                  base_id_ + R"(","access_key_secret":"base-secret-)" + std::to_string(keys_) +
                  R"(","ram_role_arn":"acs:ram::123456789012:role/demo","ram_session_name":"s1",)"
                  R"("expired_seconds":3600}]})";
    }
    /// Two clients in a process: one assumes a role, the other has the role of the instance.
    void start_process() {
        first_.reset();
        second_.reset();
        first_.emplace(*this, true);
        second_.emplace(*this, false);
        set_clocks();
        ++processes_;
    }
    /// The time of day of the machine is not that of the service.
    void set_clocks() {
        for (auto* const each : {&first_, &second_}) (*each)->line.set_clock_error(ahead_);
    }
    [[nodiscard]] slb::credential_environment environment(bool has_file) {
        auto const variable = [](char const*) { return std::string_view(); };
        auto const read = [this, has_file](std::string const& path) {
            slb::credential_file file;
            if (!has_file || !path.ends_with("config.json")) return file;
            file.outcome = slb::file_outcome::read;
            std::memcpy(file.text.grow(config_.size()), config_.data(), config_.size());
            file.readable_by_others = served_.unix_seconds() % 7 == 0;
            return file;
        };
        return {variable, read, "home"};
    }

    struct process {
        process(year& of, bool has_file)
            : line(of.served_),
              keys(slb::credential_chain(of.environment(has_file)), memory_connect{&of.services_}, &of.seen_),
              client(line, keys, slb::call_options{.observer = &of.seen_}) {}
        slb::emulator_transport line;
        provider keys;
        slb::client<slb::emulator_transport, slb::default_crypto, slb::heap_allocator, provider&> client;
    };

    void plan_day(std::int64_t today) {
        std::int64_t const midnight = served_.unix_seconds();
        std::erase_if(trouble_, [&](auto const& span) { return span.second < midnight; });
        auto const plan = [&](std::int64_t length, std::int64_t after = 0) {
            std::int64_t const from =
                midnight + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(day)));
            trouble_.emplace_back(from - minute, from + length + after);
            return from;
        };
        if (today % 3 == 0) {
            std::int64_t const length = (10 + static_cast<std::int64_t>(below(30))) * minute;
            // The budget is empty afterwards, and comes back with the calls that succeed.
            std::int64_t const from = plan(length, 2 * hour);
            served_.inject({.kind = slb::fault_kind::throttling, .from = from, .until = from + length});
        }
        if (today % 28 == 11) {
            std::int64_t const from = plan(2 * hour, 2 * hour);
            for (auto const at : {slb_test::credential_endpoint::assume_role,
                                  slb_test::credential_endpoint::metadata_credentials})
                services_.inject({.at = at,
                                  .what = slb_test::credential_trouble::server_error,
                                  .from = from,
                                  .until = from + 2 * hour});
        }
        restart_at_ = today % 7 == 3 ? plan(3 * minute, 2 * hour) : 0;
        step_at_ = today % 9 == 5 ? plan(0, 2 * hour) : 0;
        if (today % 13 == 12) rotate_key();
        if (today % 30 == 20) start_process();
    }
    [[nodiscard]] bool in_trouble() const {
        std::int64_t const now = served_.unix_seconds();
        return std::any_of(trouble_.begin(), trouble_.end(),
                           [&](auto const& span) { return now >= span.first && now <= span.second; });
    }

    void one_minute(std::int64_t today, int now) {
        std::int64_t const time = served_.unix_seconds();
        if (restart_at_ != 0 && time >= restart_at_) {
            served_.restart(static_cast<std::int64_t>(below(120'000)));
            services_.restart(static_cast<std::int64_t>(below(60'000)));
            restart_at_ = 0;
        }
        if (step_at_ != 0 && time >= step_at_) {
            // Away by up to nine hours, or back to what is right.
            std::int64_t const by = static_cast<std::int64_t>(below(18 * hour)) - 9 * hour;
            ahead_ = ahead_ == 0 ? by : 0;
            set_clocks();
            ++clock_steps_;
            step_at_ = 0;
        }
        process& with = now % 10 == 9 ? *second_ : *first_;
        // What the group holds has to be known before it is changed again.
        int const turn = possible_.size() > 1 ? 0 : static_cast<int>((today * 24 * 60 + now) % 6);
        switch (turn) {
        case 1: return replace(with);
        case 2: return weigh(with);
        case 3: return add(with);
        case 4: return remove(with);
        default: return read(with);
        }
    }

    template <class Response, class Apply>
    void judge(Response const& response, bool repeatable, Apply apply) {
        ++calls_;
        if (response) {
            std::set<servers> after;
            for (auto const& before : possible_) after.insert(apply(before));
            possible_ = std::move(after);
            return;
        }
        slb::error const& why = response.error();
        expect(why.code() != slb::errc::none, "no call is lost without an error");
        auto const* const said = why.service();
        std::string what = std::string(message(why.delivery())) + ": " +
                           std::string(said == nullptr ? message(why.code()) : said->code);
        seen_.note(what);
        ++failures_[std::move(what)];
        if (repeatable && !in_trouble()) ++failed_in_quiet_;
        if (why.delivery() == slb::delivery::not_sent || why.delivery() == slb::delivery::rejected) return;
        // Applied, but not understood; or one of both.
        std::set<servers> after;
        for (auto const& before : possible_) after.insert(apply(before));
        if (why.delivery() == slb::delivery::applied) possible_.clear();
        possible_.merge(after);
    }
    static servers same(servers const& before) { return before; }

    void read(process& with) {
        auto const response = with.client.invoke(
            slb::describe_vserver_group_attribute{.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"});
        judge(response, true, same);
        if (!response) return;
        servers held;
        for (auto const& server : response->backend_servers)
            held.emplace(server.server_id, server.weight.value_or(-1));
        expect(possible_.contains(held), "the group holds what the calls explain");
        possible_ = {held};
    }
    void replace(process& with) {
        std::string const from = possible_.begin()->begin()->first;
        std::string const to = new_id();
        auto const response = with.client.invoke(slb::modify_vserver_group_backend_servers{
            .region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .replace = {{.from = {slb::runtime(from), 80},
                         .to = {.server_id = slb::runtime(to), .port = 80, .weight = 50}}}});
        judge(response, false, [&](servers held) {
            held.erase(from);
            held.emplace(to, 50);
            return held;
        });
    }
    void weigh(process& with) {
        std::string const id = possible_.begin()->rbegin()->first;
        auto const weight = static_cast<std::int64_t>(below(101));
        auto const response = with.client.invoke(slb::set_vserver_group_attribute{
            .region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .backend_servers = {
                {.server_id = slb::runtime(id), .port = 80, .weight = slb::runtime(weight)}}});
        judge(response, true, [&](servers held) {
            held.at(id) = weight;
            return held;
        });
    }
    void add(process& with) {
        if (possible_.begin()->size() > 5) return read(with);
        std::string const id = new_id();
        auto const response = with.client.invoke(slb::add_vserver_group_backend_servers{
            .region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .backend_servers = {{.server_id = slb::runtime(id), .port = 80, .weight = 10}}});
        judge(response, false, [&](servers held) {
            held.emplace(id, 10);
            return held;
        });
    }
    void remove(process& with) {
        if (possible_.begin()->size() < 3) return read(with);
        std::string const id = possible_.begin()->begin()->first;
        auto const response = with.client.invoke(
            slb::remove_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                      .vserver_group_id = "rsp-1",
                                                      .backend_servers = {{slb::runtime(id), 80}}});
        judge(response, true, [&](servers held) {
            held.erase(id);
            return held;
        });
    }
    std::string new_id() { return "vm-" + std::to_string(1'000'000 + ++servers_); }

    /// At the end, what the group holds is one of what the calls explain.
    void settle() const {
        auto const* const group = served_.groups().find("cn-hangzhou", "rsp-1");
        expect(group != nullptr, "the group is there");
        servers held;
        for (auto const& server : group->servers) held.emplace(server.server_id, server.weight);
        expect(possible_.contains(held), "the group holds what the calls explain, to the end");
    }

    slb::detail::splitmix64 draw_;
    slb::emulator served_;
    slb_test::credential_services services_;
    watcher seen_{};
    std::int64_t ahead_ = 0;
    std::string base_id_{"LTAIfakeid"};
    std::string config_{};
    std::optional<process> first_{};
    std::optional<process> second_{};
    std::set<servers> possible_{};
    std::vector<std::pair<std::int64_t, std::int64_t>> trouble_{};
    std::int64_t restart_at_ = 0;
    std::int64_t step_at_ = 0;
    std::uint64_t keys_ = 0;
    std::uint64_t servers_ = 0;
    std::uint64_t calls_ = 0;
    std::uint64_t clock_steps_ = 0;
    std::uint64_t processes_ = 0;
    std::uint64_t failed_in_quiet_ = 0;
    std::map<std::string, std::uint64_t> failures_{};
};

} // namespace

int main(int count, char** arguments) {
    std::int64_t days = 365;
    if (count > 1) std::from_chars(arguments[1], arguments[1] + std::strlen(arguments[1]), days);
    std::uint64_t digests[2];
    for (auto& digest : digests) {
        auto const again = std::make_unique<year>(7);
        again->live(days < 100 ? 2 : 10);
        digest = again->digest();
    }
    expect(digests[0] == digests[1], "the same seed makes the same year");
    auto const whole = std::make_unique<year>(20261129);
    whole->live(days);
    whole->print();
    whole->judge();
}
