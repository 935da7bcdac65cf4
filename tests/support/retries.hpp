#ifndef SLB_TESTS_SUPPORT_RETRIES_HPP
#define SLB_TESTS_SUPPORT_RETRIES_HPP

#include "responses.hpp"
#include "scripted_transport.hpp"

#include <slb/openssl.hpp>
#include <slb/operations.hpp>
#include <slb/session.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

namespace slb_test {

/// @{
/// A call that must not be repeated when its outcome is unknown, one that may be, and one that only reads.
inline operation unsafe_request() {
    return {.region_id = "cn-hangzhou",
            .vserver_group_id = "rsp-1",
            .replace = {{.from = {"vm-1", 80}, .to = {.server_id = "vm-2", .port = 80}}}};
}
inline slb::set_vserver_group_attribute safe_request() {
    return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1", .vserver_group_name = "n"};
}
inline slb::describe_vserver_group_attribute reading_request() {
    return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"};
}
/// @}

/// What grants any of them.
inline std::string const granted = http_answer(200, R"({"RequestId":"R","VServerGroupId":"g"})");
inline std::string refused(std::string_view code, std::string_view more_headers = {}, int status = 400) {
    return http_answer(status, R"({"Code":")" + std::string(code) + R"(","Message":"-","RequestId":"N"})",
                       more_headers);
}

/// The value of a header of a request.
inline std::string header_of(std::string const& request, std::string const& name) {
    std::size_t const begin = request.find("\r\n" + name + ": ");
    if (begin == request.npos) return {};
    std::size_t const value = begin + name.size() + 4;
    return request.substr(value, request.find("\r\n", value) - value);
}

/// An observer that keeps what it was told.
struct kept_reports final : slb::observer {
    /// As "again 137", one an attempt.
    std::vector<std::string> verdicts{};
    /// The rest of it, as "SetVServerGroupAttribute #1 new 12/34 0+0+0+0 id R: no error".
    std::vector<std::string> lines{};
    std::size_t keys = 0;

    void on_attempt(slb::attempt_report const& report) override {
        std::ostringstream verdict;
        verdict << message(report.decision.verdict);
        if (report.decision.wait_ms != 0) verdict << ' ' << report.decision.wait_ms;
        verdicts.push_back(verdict.str());
        std::ostringstream line;
        line << report.operation << " #" << report.attempt << (report.reused_connection ? " kept " : " new ")
             << report.bytes_sent << '/' << report.bytes_received << ' ' << report.waited_ms << '+'
             << report.connecting_ms << '+' << report.writing_ms << '+' << report.reading_ms << " id "
             << report.request_id << ": " << news_of(report.outcome);
        lines.push_back(line.str());
        BOOST_TEST(report.endpoint.host() == "slb.aliyuncs.com");
    }
    void on_credentials(slb::credential_report const&) override { ++keys; }

    /// The verdicts in one line.
    [[nodiscard]] std::string told() const {
        std::string all;
        for (auto const& verdict : verdicts) all += (all.empty() ? "" : ", ") + verdict;
        return all;
    }
};

/// A session of a client, and all that it is driven with: one step is one word of what it tells.
template <class Operation>
struct retry_rig {
    Operation request;
    scripted_transport line{};
    slb::kept_connection kept{};
    slb::retry_memory memory{};
    kept_reports seen{};
    slb::session<> calls;
    slb::signer<> signer{slb::credentials{"testid", "testsecret"}};
    slb::response<Operation> out{};
    /// Whether its peers prove who they are.
    bool proven = false;
    /// Whether its key changes, and what comes of the next ones; all after these are good.
    bool keys_change = false;
    std::vector<slb::result<void>> keys{};
    std::uint64_t random = 1;
    /// Instead of what is due in a step: true, if it did something.
    std::function<bool(slb::session_step)> instead{};

    explicit retry_rig(Operation what, slb::call_options options = {})
        : request(std::move(what)),
          calls(slb::endpoint{"slb.aliyuncs.com"}, with_observer(options), {}, &memory) {
        line.answers = {granted};
    }

    std::string call() {
        seen.verdicts.clear();
        seen.lines.clear();
        line.log.clear();
        if (keys_change)
            calls.start(request, out);
        else
            calls.start(request, out, signer);
        return drive();
    }
    std::string drive() {
        std::string steps;
        for (int count = 0; count != 200; ++count) {
            slb::session_step const step = calls.next(line.steady_ms());
            steps += steps.empty() ? "" : " ";
            if (instead && instead(step)) {
                steps += "instead";
                continue;
            }
            switch (step) {
            case slb::session_step::key:
                steps += calls.key_refused() ? "other-key" : "key";
                calls.keyed(keys.empty() ? slb::result<void>() : keys.front());
                if (!keys.empty()) keys.erase(keys.begin());
                break;
            case slb::session_step::acquire:
                steps += "acquire";
                calls.use(kept);
                break;
            case slb::session_step::connect:
                steps += "connect";
                calls.connected(line.connect(calls.deadline()), proven);
                break;
            case slb::session_step::begin:
                steps += "begin";
                calls.begin(signer, line);
                break;
            case slb::session_step::write:
                steps += "write";
                calls.wrote(line.write(calls.output(), calls.deadline()));
                break;
            case slb::session_step::read:
                steps += "read";
                if (std::span<char> const space = calls.input(); !space.empty())
                    calls.got(line.read(space, calls.deadline()));
                break;
            case slb::session_step::close:
                steps += "close";
                line.close();
                calls.dropped();
                break;
            case slb::session_step::retry:
                steps += "retry";
                calls.decide(random);
                break;
            case slb::session_step::wait:
                steps += "wait";
                line.wait(calls.deadline() - line.steady_ms());
                break;
            case slb::session_step::done: return steps + "done";
            }
        }
        BOOST_FAIL("a call that does not end: " << steps);
        return steps;
    }
    [[nodiscard]] std::string outcome() const { return out ? "granted" : news_of(out.error()); }

  private:
    slb::call_options with_observer(slb::call_options options) {
        options.observer = &seen;
        return options;
    }
};

} // namespace slb_test

#endif
