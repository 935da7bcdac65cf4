#ifndef SLB_EMULATOR_EMULATOR_HPP
#define SLB_EMULATOR_EMULATOR_HPP

#include <slb/emulator/account.hpp>
#include <slb/emulator/call.hpp>
#include <slb/emulator/connection.hpp>
#include <slb/emulator/faults.hpp>
#include <slb/emulator/gateway.hpp>
#include <slb/emulator/handlers.hpp>
#include <slb/emulator/http_request.hpp>
#include <slb/emulator/step.hpp>
#include <slb/emulator/text.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

template <class Emulator>
class basic_emulator_transport;

/// What an emulator is made with.
struct emulator_options {
    /// How strictly the service reads its own documentation.
    emulator_mode mode = emulator_mode::strict;
    /// Without any, a key of the vendor's examples.
    std::vector<emulator_key> keys{{.id = "testid", .secret = "testsecret"}};
    /// The one host name that is served, in lower case; empty: any. Errors name the host that was called.
    std::string host{};
    /// Ids follow from it, of requests, traces and new groups: the same calls get the same ids.
    std::uint64_t seed = 1;
    /// What the virtual clock shows at first, in seconds since 1970, UTC.
    std::int64_t unix_seconds = 1795543533;
    /// For programs: the time of day in seconds since 1970, instead of the virtual clock.
    std::function<std::int64_t()> clock{};
    /// Gets one line for each request: request id, action, HTTP status, code ("OK" when granted). A request
    /// that was no HTTP, or was lost, has "-" where something is not known. Never a parameter or header.
    std::function<void(std::string_view line)> log{};
};

/// The SLB service of one account, in memory: bytes in, bytes out, no socket, no thread, no real clock.
///
///   slb::emulator emulator;
///   emulator.groups().load(R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[]}})");
///   slb::emulator_transport transport{emulator};      // or a connection for each socket of a server
///   emulator.inject({.kind = slb::fault_kind::busy, .call = 1});
///   ... calls ...
///   emulator.groups().find("cn-hangzhou", "rsp-1")->servers
///
/// What it refuses and how: gateway (before the operation), handlers.hpp and what it names (the operation).
/// Not for several threads at once. It must outlive its connections.
class emulator {
  public:
    /// A connection of a client, for each socket of a server.
    using connection = basic_emulator_connection<emulator>;

    /// Knows the operations of handlers.hpp; it holds no group yet.
    explicit emulator(emulator_options options = {})
        : strict_(options.mode == emulator_mode::strict), gateway_(options.mode, std::move(options.host)),
          account_(options.seed), faults_(options.seed), random_(options.seed),
          unix_ms_(options.unix_seconds * 1000), clock_(std::move(options.clock)),
          log_(std::move(options.log)) {
        for (auto const& key : options.keys) gateway_.add(key);
        for (auto const& operation : detail::registered_operations)
            handle(operation.action,
                   [this, run = operation.run](emulator_call const& call) { return run(account_, call); });
    }
    emulator(emulator const&) = delete;
    emulator& operator=(emulator const&) = delete;

    /// @{
    /// All that it holds: load balancers, groups, what is said of servers, the quota. It lives as long as the
    /// emulator, to look at and to change.
    [[nodiscard]] emulated_account& account() { return account_; }
    [[nodiscard]] emulated_account const& account() const { return account_; }
    [[nodiscard]] group_store& groups() { return account_.groups; }
    [[nodiscard]] group_store const& groups() const { return account_.groups; }
    [[nodiscard]] load_balancer_store& load_balancers() { return account_.load_balancers; }
    [[nodiscard]] load_balancer_store const& load_balancers() const { return account_.load_balancers; }
    [[nodiscard]] server_registry& servers() { return account_.servers; }
    /// @}

    /// Adds or replaces an access key: a temporary one is refused from its `expires` on, and one that is not
    /// enabled at once.
    void add_key(emulator_key const& key) { gateway_.add(key); }
    /// Forgets an access key, so that calls made with it are refused as by an unknown one. False: there was
    /// none of that id.
    bool remove_key(std::string_view id) { return gateway_.remove(id); }
    /// Adds or replaces the operation of that name.
    void handle(std::string_view action, emulator_handler handler) {
        handlers_.insert_or_assign(std::string(action), std::move(handler));
    }

    /// Faults of requests to come. Several can wait at once.
    void inject(fault const& planned) { faults_.inject(planned); }
    /// Forgets the faults that have not happened yet.
    void clear_faults() { faults_.clear(); }
    /// Loses all connections, by a reset, with what they have not sent yet, and takes no new ones for so many
    /// milliseconds of the steady clock. All else stays as it is. (A server around the emulator sees it on
    /// each connection with the next bytes of the peer; a server that is destroyed and made anew on the same
    /// port is a restart that the peers see at once.)
    void restart(std::int64_t down_ms = 0) {
        ++restarts_;
        down_until_ms_ = steady_ms_ + down_ms;
    }

    /// Sets the time of day; the steady clock stays. Without effect on the time of day where a program gave
    /// a clock of its own.
    void set_time(std::int64_t unix_seconds) { unix_ms_ = unix_seconds * 1000; }
    /// Lets time pass on both clocks.
    void advance(std::int64_t ms) {
        unix_ms_ += ms;
        steady_ms_ += ms;
    }
    /// The time of day, by which requests are judged: seconds since 1970, UTC.
    [[nodiscard]] std::int64_t unix_seconds() const { return clock_ ? clock_() : unix_ms_ / 1000; }
    /// Milliseconds that have passed since the emulator was made. Only advance() moves this clock.
    [[nodiscard]] std::int64_t steady_ms() const { return steady_ms_; }

  private:
    friend basic_emulator_connection<emulator>;
    friend class basic_emulator_transport<emulator>;

    [[nodiscard]] std::uint64_t restarts() const { return restarts_; }
    [[nodiscard]] bool accepts() const { return steady_ms_ >= down_until_ms_; }

    emulator_reply answer(http_request const& request) {
        std::string const request_id = next_request_id();
        auto const planned = faults_.next(unix_seconds());
        emulator_step const trouble = planned ? step_of(planned->kind) : emulator_step::read;
        bool const unanswered = planned && planned->kind == fault_kind::applied_then_lost;
        if (trouble != emulator_step::read && planned->byte == 0 && !unanswered) {
            log(request_id, "-", "-", name_of(planned->kind));
            return {{}, trouble};
        }
        std::string bytes = grant_or_refuse(request, request_id, planned);
        if (trouble != emulator_step::read) {
            bytes.resize(unanswered ? 0 : (std::min)(planned->byte, bytes.size()));
            return {std::move(bytes), trouble};
        }
        return {std::move(bytes), request.keep_alive ? emulator_step::read : emulator_step::close};
    }

    std::string grant_or_refuse(http_request const& request, std::string const& request_id,
                                std::optional<fault> const& planned) {
        gateway_call admitted = gateway_.admit(
            request, unix_seconds(), [&](std::string const& action) { return handlers_.contains(action); });
        std::optional<refusal> refused = std::move(admitted.refused);
        std::int64_t retry_after_ms = 0;
        if (!refused && planned) {
            refused = detail::refusal_of(*planned);
            if (refused && refused->code.substr(0, 10) == "Throttling")
                retry_after_ms = planned->retry_after_ms;
        }
        std::string body;
        if (!refused) {
            emulator_answer const answer = handlers_.find(admitted.action)
                                               ->second({admitted.action, request_id, unix_seconds(), strict_,
                                                         std::move(admitted.parameters)});
            if (answer.refused() != nullptr)
                refused = *answer.refused();
            else
                body = detail::response_body(admitted.format, admitted.action, answer.response());
        }
        if (refused) body = detail::error_body(admitted.format, *refused, request_id, admitted.host_id);
        int const status = refused ? refused->status : 200;
        // Only names of operations, so that nothing else that a client sends gets into the log.
        log(request_id, handlers_.contains(admitted.action) ? admitted.action : "-", std::to_string(status),
            refused ? refused->code : "OK");
        std::string const trace_id = next_hex("0123456789abcdef");
        bool const json = admitted.format == reply_format::json;
        std::string bytes = detail::head_text(
            {.status = status,
             .content_type = json ? "application/json;charset=utf-8" : "text/xml;charset=utf-8",
             .unix_seconds = unix_seconds(),
             .keep_alive = request.keep_alive,
             .request_id = request_id,
             .trace_id = trace_id,
             .retry_after_ms = retry_after_ms},
            body.size());
        return request.method == "HEAD" ? bytes : bytes + body;
    }

    /// What a client that sends no acceptable HTTP gets.
    std::string refuse_http(int status) {
        log("-", "-", std::to_string(status), "-");
        return detail::refusal_page(status, unix_seconds());
    }

    static emulator_step step_of(fault_kind kind) {
        switch (kind) {
        case fault_kind::stall: return emulator_step::stall;
        case fault_kind::close:
        case fault_kind::applied_then_lost: return emulator_step::close;
        case fault_kind::reset: return emulator_step::reset;
        default: return emulator_step::read;
        }
    }

    void log(std::string_view request_id, std::string_view action, std::string_view status,
             std::string_view code) const {
        if (!log_) return;
        log_(detail::joined({request_id, " ", action, " ", status, " ", code}));
    }

    /// 32 hexadecimal digits: ids need to differ, not to be secret.
    std::string next_hex(std::string_view digits) {
        std::string text;
        for (int half = 0; half != 2; ++half) {
            std::uint64_t const z = random_();
            for (int shift = 60; shift >= 0; shift -= 4) text += digits[z >> shift & 15];
        }
        return text;
    }
    /// An upper-case UUID; of version 5, as the service's have been since about 2022.
    std::string next_request_id() {
        std::string id = next_hex("0123456789ABCDEF");
        id[12] = '5';
        id[16] = "89AB"[id[16] & 3];
        for (std::size_t at : {20U, 16U, 12U, 8U}) id.insert(at, 1, '-');
        return id;
    }

    bool strict_;
    std::uint64_t transports_ = 0;
    std::uint64_t restarts_ = 0;
    gateway gateway_;
    emulated_account account_;
    fault_plan faults_;
    std::map<std::string, emulator_handler, std::less<>> handlers_;
    detail::splitmix64 random_;
    std::int64_t unix_ms_;
    std::int64_t steady_ms_ = 0;
    std::int64_t down_until_ms_ = 0;
    std::function<std::int64_t()> clock_;
    std::function<void(std::string_view)> log_;
};

} // namespace slb::inline v0_1

#endif
