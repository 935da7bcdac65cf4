// What becomes of a call when its peer stalls, hangs up, resets the connection or talks nonsense: at every
// byte of requests and replies, on new and on kept connections.
#include "support/private_directory.hpp"

#include <slb.hpp>
#include <slb/beast.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator_server.hpp>
#include <slb/host.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using slb::delivery;
using slb::errc;

/// What the peer does at a byte: `request_...` when it has taken that many bytes of the request, `reply_...`
/// when it has sent that many of its reply, `idle_...` while the connection is kept and no call is under way.
enum class trouble : std::uint8_t {
    none,
    request_stall,   // it takes no further byte
    request_close,   // it closes cleanly, and whatever is sent after that is reset
    request_reset,   // it resets the connection
    request_garbage, // the byte is changed to 0x00 on the way
    request_babble,  // it talks nonsense without an end, and takes the rest without reading it
    request_no,      // it answers 413, closes, and takes no further byte
    request_yes,     // it answers 200 and takes no further byte
    request_drip,    // from there on it takes one byte in 900 ms
    reply_stall,     // the rest comes only when the client has given up
    reply_close,
    reply_reset,
    reply_zero, // the byte is changed to 0x00
    reply_ff,   // the byte is changed to 0xff
    reply_babble,
    reply_drip,
    reply_late, // nothing comes for 8 seconds, then all
    idle_close,
    idle_reset,
    idle_babble,
};
constexpr std::string_view trouble_names[] = {
    "no trouble",      "request: stall",    "request: close",     "request: reset", "request: garbage",
    "request: babble", "request: early no", "request: early yes", "request: drip",  "reply: stall",
    "reply: close",    "reply: reset",      "reply: 0x00",        "reply: 0xff",    "reply: babble",
    "reply: drip",     "reply: late",       "idle: close",        "idle: reset",    "idle: babble",
};
std::string_view name_of(trouble what) { return trouble_names[static_cast<std::size_t>(what)]; }
bool in_request(trouble what) { return what >= trouble::request_stall && what <= trouble::request_drip; }
bool in_reply(trouble what) { return what >= trouble::reply_stall && what <= trouble::reply_late; }

/// How the reply says where it ends. (The emulator gives lengths.)
enum class framing : std::uint8_t { length, chunked, until_close };

constexpr std::int64_t step_timeout = 10'000;
constexpr std::int64_t call_timeout = 30'000;
/// Shorter than a step.
constexpr std::int64_t hasty_timeout = 7'000;
constexpr std::int64_t drip = 900;
/// Longer than a kept connection may idle, but it is not idle then.
constexpr std::int64_t late = 8'000;

constexpr std::string_view early_no =
    "HTTP/1.1 413 Content Too Large\r\nContent-Length: 19\r\nConnection: close\r\n\r\n"
    R"({"Code":"TooLarge"})";
constexpr std::string_view early_yes = "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"
                                       R"({"RequestId":"early","VServerGroupId":"x"})";

/// What goes wrong with the next request or its reply.
struct plan {
    trouble what = trouble::none;
    std::size_t at = 0;
    framing framed = framing::length;
    /// How many bytes one write or read carries at most.
    std::size_t piece = SIZE_MAX;
};

/// The way between a client and the emulator: one connection at a time, on the emulator's clock, which moves
/// only when somebody waits. One request of a connection meets the trouble that was planned.
class wire {
  public:
    explicit wire(slb::emulator& served) : emulator_(&served) {}

    void next(plan const& planned) {
        plan_ = planned;
        given_up_ = false;
        request.clear();
        reply.clear();
        if (plan_.what == trouble::idle_close) end_ = end::closed;
        if (plan_.what == trouble::idle_reset) end_ = end::reset;
        if (plan_.what == trouble::idle_babble) babbling_ = true;
    }

    slb::result<void> connect(std::int64_t deadline) {
        close();
        if (now() >= deadline) return errc::timed_out;
        line_.emplace(*emulator_);
        ++connections;
        return {};
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        if (!line_) return errc::called_out_of_order;
        if (end_ != end::none) return errc::connection_reset;
        std::size_t size = std::min(bytes.size(), plan_.piece);
        std::string changed;
        if (in_request(plan_.what)) {
            if (request.size() < plan_.at) {
                size = std::min(size, plan_.at - request.size());
            } else {
                switch (plan_.what) {
                case trouble::request_stall: return wait_until(deadline);
                case trouble::request_no: say(early_no); [[fallthrough]];
                case trouble::request_close: end_ = end::closed; return errc::connection_reset;
                case trouble::request_yes:
                    say(early_yes);
                    end_ = end::closed;
                    return errc::connection_reset;
                case trouble::request_reset: end_ = end::reset; return errc::connection_reset;
                case trouble::request_babble: babbling_ = true; break;
                case trouble::request_drip:
                    if (now() + drip > deadline) return wait_until(deadline);
                    emulator_->advance(drip);
                    size = 1;
                    break;
                default: // one byte is changed
                    if (request.size() != plan_.at) break;
                    size = 1;
                    changed.assign(1, '\0');
                }
            }
        }
        request += bytes.substr(0, size);
        if (babbling_) return size;
        line_->received(changed.empty() ? bytes.substr(0, size) : std::string_view(changed));
        if (line_->next() == slb::emulator_step::write) answer();
        return size;
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        if (!line_) return errc::called_out_of_order;
        if (babbling_) {
            std::fill(space.begin(), space.end(), '\xff');
            return space.size();
        }
        std::size_t size = std::min({space.size(), plan_.piece, pending_.size()});
        if (in_reply(plan_.what) && !reply.empty() && size != 0) {
            if (taken_ < plan_.at) {
                size = std::min(size, plan_.at - taken_);
            } else if (plan_.what == trouble::reply_stall && !given_up_) {
                given_up_ = true;
                return wait_until(deadline);
            } else if (plan_.what == trouble::reply_late && !given_up_) {
                given_up_ = true;
                emulator_->advance(late);
            } else if (plan_.what == trouble::reply_drip) {
                if (now() + drip > deadline) return wait_until(deadline);
                emulator_->advance(drip);
                size = 1;
            }
        }
        if (size != 0) {
            std::memcpy(space.data(), pending_.data(), size);
            pending_.erase(0, size);
            taken_ += size;
            if (plan_.what == trouble::reply_babble && pending_.empty()) babbling_ = true;
            return size;
        }
        if (end_ == end::reset) return errc::connection_reset;
        if (end_ == end::closed) return std::size_t{0};
        return wait_until(deadline);
    }
    [[nodiscard]] bool usable() const { return line_ && end_ == end::none && !babbling_ && pending_.empty(); }
    void close() noexcept {
        line_.reset();
        pending_.clear();
        taken_ = 0;
        end_ = end::none;
        babbling_ = given_up_ = false;
    }
    [[nodiscard]] std::int64_t now() const { return emulator_->steady_ms(); }
    [[nodiscard]] slb::emulator& emulator() { return *emulator_; }

    std::size_t connections = 0;
    /// What the client has sent, and what the emulator has answered, before any trouble.
    std::string request{};
    std::string reply{};

  private:
    enum class end : std::uint8_t { none, closed, reset };

    errc wait_until(std::int64_t deadline) {
        emulator_->advance(deadline - now());
        return errc::timed_out;
    }
    void say(std::string_view text) {
        pending_ += text;
        taken_ = 0;
    }
    void answer() {
        std::string text(line_->output());
        line_->sent(text.size());
        if (line_->next() == slb::emulator_step::close) end_ = end::closed;
        if (plan_.framed != framing::length) frame_anew(text);
        reply = text;
        switch (plan_.what) {
        case trouble::reply_close:
            text.resize(plan_.at);
            end_ = end::closed;
            break;
        case trouble::reply_reset:
            text.resize(plan_.at);
            end_ = end::reset;
            break;
        case trouble::reply_babble:
            text.resize(plan_.at);
            babbling_ = plan_.at == 0;
            break;
        case trouble::reply_zero: text[plan_.at] = '\0'; break;
        case trouble::reply_ff: text[plan_.at] = '\xff'; break;
        default: break;
        }
        say(text);
    }
    void frame_anew(std::string& text) {
        std::size_t const body_begin = text.find("\r\n\r\n") + 4;
        std::string const body = text.substr(body_begin);
        std::size_t const header = text.find("Content-Length: ");
        std::size_t const header_end = text.find("\r\n", header) + 2;
        text.resize(body_begin);
        if (plan_.framed == framing::until_close) {
            text.erase(header, header_end - header);
            text += body;
            end_ = end::closed;
            return;
        }
        text.replace(header, header_end - header, "Transfer-Encoding: chunked\r\n");
        char length[8];
        for (std::string_view const half :
             {std::string_view(body).substr(0, 20), std::string_view(body).substr(20)}) {
            std::snprintf(length, sizeof length, "%zx", half.size());
            text.append(length).append("\r\n").append(half).append("\r\n");
        }
        text += "0\r\n\r\n";
    }

    slb::emulator* emulator_;
    plan plan_{};
    std::optional<slb::emulator::connection> line_{};
    std::string pending_{};
    std::size_t taken_ = 0;
    end end_ = end::none;
    bool babbling_ = false;
    bool given_up_ = false;
};

/// The clocks of the emulator, and bytes that are never the same twice.
struct virtual_host {
    slb::emulator* served;
    std::uint64_t* drawn;

    std::int64_t unix_seconds() const { return served->unix_seconds(); }
    std::int64_t steady_ms() const { return served->steady_ms(); }
    void wait(std::int64_t ms) const { served->advance(ms); }
    bool random(std::span<unsigned char> bytes) const {
        std::fill(bytes.begin(), bytes.end(), static_cast<unsigned char>(0));
        std::uint64_t const number = ++*drawn;
        std::memcpy(bytes.data(), &number, std::min(bytes.size(), sizeof number));
        return true;
    }
};
static_assert(slb::host<virtual_host>);

/// A transport that cannot tell whether its connection is still usable.
struct plain_line : virtual_host {
    plain_line(slb::emulator& emulated, std::uint64_t& numbers)
        : virtual_host{&emulated, &numbers}, way(emulated) {}

    slb::endpoint const& endpoint() const { return target; }
    slb::result<void> connect(std::int64_t deadline) { return way.connect(deadline); }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        return way.write(bytes, deadline);
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        return way.read(space, deadline);
    }
    void close() noexcept { way.close(); }

    slb::endpoint target{"slb.aliyuncs.com"};
    wire way;
};
/// And one that can.
struct watchful_line : plain_line {
    using plain_line::plain_line;
    bool usable() const { return way.usable(); }
};
static_assert(slb::transport<plain_line> && !slb::watchful_transport<plain_line>);
static_assert(slb::watchful_transport<watchful_line>);

/// The connection of asynchronous calls: all that is to take time has taken it, on the virtual clock, before
/// the handler comes.
class scripted_connection {
  public:
    static constexpr bool proves_peer = false;

    scripted_connection(asio::any_io_executor const& executor, wire& way) : executor_(executor), way_(&way) {}

    template <class Done>
    void async_connect(std::int64_t deadline, Done done) {
        connected_ = way_->connect(deadline).error().code();
        complete(std::move(done));
    }
    errc connected() const { return connected_; }
    template <class Done>
    void async_write(std::string_view bytes, std::int64_t deadline, Done done) {
        moved(way_->write(bytes, deadline));
        complete(std::move(done));
    }
    slb::result<std::size_t> wrote(error_code, std::size_t size) const { return outcome(size); }
    template <class Done>
    void async_read(std::span<char> space, std::int64_t deadline, Done done) {
        moved(way_->read(space, deadline));
        complete(std::move(done));
    }
    slb::result<std::size_t> got(error_code, std::size_t size) const { return outcome(size); }
    bool usable() const { return way_->usable(); }
    void cancel() noexcept {}
    void close() noexcept { way_->close(); }

  private:
    void moved(slb::result<std::size_t> const& what) {
        failure_ = what ? errc::none : what.error().code();
        size_ = what ? *what : 0;
    }
    slb::result<std::size_t> outcome(std::size_t size) const {
        if (failure_ != errc::none) return failure_;
        return size;
    }
    template <class Done>
    void complete(Done done) {
        asio::post(executor_, [done = std::move(done), size = size_]() mutable { done(error_code(), size); });
    }

    asio::any_io_executor executor_;
    wire* way_;
    errc connected_ = errc::none;
    errc failure_ = errc::none;
    std::size_t size_ = 0;
};

/// A transport that also makes asynchronous calls, one at a time.
class asynchronous_line : public watchful_line {
    using calls_type = slb::detail::async_calls<scripted_connection, virtual_host>;

  public:
    using executor_type = asio::any_io_executor;

    asynchronous_line(executor_type const& executor, slb::emulator& emulated, std::uint64_t& numbers)
        : watchful_line(emulated, numbers),
          calls_(std::make_shared<calls_type>(
              executor, 1, [executor, this] { return std::make_unique<scripted_connection>(executor, way); },
              virtual_host(*this))) {}
    ~asynchronous_line() { calls_->close_idle(); }

    template <class Allocator, class Signer, class Token>
    auto async_call(slb::set_vserver_group_attribute const& request,
                    slb::response<slb::set_vserver_group_attribute, Allocator>& out, Signer const& with,
                    slb::call_options const& options, slb::retry_memory& memory, Allocator const& allocator,
                    Token&& token) {
        using keys = slb::detail::fixed_key<Signer>;
        return slb::detail::async_start<keys>(
            calls_, endpoint(), options, keys{with}, slb::detail::response_access::base(out), memory,
            allocator, [&](auto& session) { session.start(request, out, with); }, std::forward<Token>(token));
    }

  private:
    std::shared_ptr<calls_type> calls_;
};

using request_type = slb::set_vserver_group_attribute;
using response_type = slb::response<request_type>;

/// What the rows of a table have in common.
struct setting {
    std::string_view name{};
    framing framed = framing::length;
    slb::parameter_placement placement = slb::parameter_placement::query;
    slb::response_format format = slb::response_format::json;
    /// The service says no, because there is no such group.
    bool refused = false;
    std::int64_t step_ms = step_timeout;
    std::int64_t call_ms = call_timeout;
    /// The system between client and peer takes a request whole, whatever the peer does with it.
    bool buffered = false;

    slb::call_options options() const {
        return {.format = format,
                .placement = placement,
                .connect_timeout_ms = 20'000,
                .step_timeout_ms = step_ms,
                .call_timeout_ms = call_ms,
                .retry = slb::retry_options::never(),
                .http_limits = {.head = 2048, .body = 2048}};
    }
    std::int64_t step_limit() const { return std::min(step_ms, call_ms); }
};

struct row {
    trouble what = trouble::none;
    std::size_t at = 0;
    /// The connection has carried a call before.
    bool kept = false;
};

/// What is asserted of each row.
struct outcome {
    errc code = errc::none;
    /// Of a failure; of a success, applied.
    delivery reached = delivery::applied;
    int http_status = 0;
    std::int64_t took_ms = 0;
    /// Whether the connection carries the next call, too.
    bool reused = false;
    /// How often the service has done what was asked.
    int done = 0;
    /// How many connections the call itself opened.
    std::size_t opened = 0;

    friend bool operator==(outcome const&, outcome const&) = default;
    friend std::ostream& operator<<(std::ostream& out, outcome const& what) {
        return out << "errc " << static_cast<int>(what.code) << " (" << message(what.code) << "), "
                   << message(what.reached) << ", HTTP " << what.http_status << ", " << what.took_ms
                   << " ms, " << (what.reused ? "kept" : "dropped") << ", done " << what.done << ", opened "
                   << what.opened;
    }
};

/// A request and a reply as they are when nothing goes wrong, and where their parts lie.
struct sample {
    std::string request{};
    std::string reply{};

    std::size_t request_head() const { return request.find("\r\n\r\n") + 4; }
    std::size_t status_line() const { return reply.find("\r\n") + 2; }
    std::size_t head() const { return reply.find("\r\n\r\n") + 4; }
    int status() const { return std::stoi(reply.substr(9, 3)); }
};

// ------------------------------------------------------------------------------------- what is expected

/// A model of its own, made of positions: nothing of the library takes part.
class model {
  public:
    model(setting const& common, sample const& usual, bool watchful)
        : common_(common), usual_(usual), watchful_(watchful) {}

    outcome operator()(row const& one) const {
        outcome expected = in_request(one.what) ? of_request(one)
                           : in_reply(one.what) ? of_reply(one)
                                                : of_idling(one);
        if (!one.kept) expected.opened = 1;
        return expected;
    }

  private:
    outcome success(std::int64_t took = 0) const {
        bool const kept = common_.framed != framing::until_close;
        if (common_.refused) return {errc::service_refused, delivery::rejected, usual_.status(), took, kept};
        return {errc::none, delivery::applied, 0, took, kept, 1};
    }
    /// Nobody knows what became of the call, and the connection is of no use any more.
    static outcome lost(errc code, int status = 0, std::int64_t took = 0, int done = 0) {
        return {code, delivery::maybe_applied, status, took, false, done};
    }
    static errc on(row const& one, errc code) { return one.kept ? errc::reused_connection_lost : code; }

    outcome of_idling(row const& one) const {
        if (watchful_) {
            outcome expected = success();
            expected.opened = 1;
            return expected;
        }
        if (one.what == trouble::idle_babble) return lost(errc::http_head_too_large);
        return lost(errc::reused_connection_lost);
    }

    outcome of_request(row const& one) const {
        // A peer that answers before it was told a thing answers something else.
        outcome const unasked{errc::answer_without_request, delivery::not_sent};
        switch (one.what) {
        case trouble::request_stall: return lost(errc::timed_out, 0, common_.step_limit());
        case trouble::request_close:
            if (common_.buffered) return lost(on(one, errc::connection_closed));
            [[fallthrough]];
        case trouble::request_reset: return lost(on(one, errc::connection_reset));
        case trouble::request_babble: return lost(errc::http_head_too_large);
        case trouble::request_no:
            if (one.at == 0) return unasked;
            return {errc::service_refused, delivery::rejected, 413};
        case trouble::request_yes:
            if (one.at == 0) return unasked;
            return lost(errc::answer_without_request, 200);
        case trouble::request_drip: return dripping(usual_.request.size() - one.at, 0, 0);
        default: return of_changed_request(one.at);
        }
    }
    /// One byte of the request became 0x00.
    outcome of_changed_request(std::size_t at) const {
        // Without its last line feed the head has no end.
        if (at + 1 == usual_.request_head()) return lost(errc::timed_out, 0, common_.step_limit());
        // The HTTP server in front refuses with a page of its own, and closes.
        if (at < usual_.request_head()) return {errc::not_an_api_response, delivery::rejected, 400};
        // A body that was changed is not the one that was signed.
        return {errc::service_refused, delivery::rejected, 400, 0, true};
    }
    /// That many bytes are still to come, one at a time, and the deadline of the call ends it.
    outcome dripping(std::size_t left, int status, int done) const {
        std::int64_t const needed = static_cast<std::int64_t>(left) * drip;
        if (needed <= common_.call_ms) return success(needed);
        return lost(errc::timed_out, status, common_.call_ms, done);
    }

    outcome of_reply(row const& one) const {
        std::size_t const size = usual_.reply.size();
        int const done = common_.refused ? 0 : 1;
        int const status = one.at >= usual_.status_line() ? usual_.status() : 0;
        bool const body_ends_anywhere = common_.framed == framing::until_close && one.at >= usual_.head();
        auto const ended_by = [&](errc code) {
            return lost(one.at == 0 ? on(one, code) : code, status, 0, done);
        };
        switch (one.what) {
        case trouble::reply_stall:
            if (one.at == size) return success();
            return lost(errc::timed_out, status, common_.step_limit(), done);
        case trouble::reply_close:
            if (one.at == size) return dropped(success());
            if (body_ends_anywhere) return of_body(one.at, usual_.head(), errc::text_malformed);
            return ended_by(errc::connection_closed);
        case trouble::reply_reset:
            if (one.at == size && common_.framed != framing::until_close) return dropped(success());
            return ended_by(errc::connection_reset);
        case trouble::reply_babble: return of_babble(one.at, status, done);
        case trouble::reply_late: return success(late);
        case trouble::reply_drip: {
            std::size_t const left = size - one.at;
            // The status arrives while it drips.
            auto const arrived = one.at + static_cast<std::size_t>(common_.call_ms / drip);
            return dripping(left, arrived >= usual_.status_line() ? usual_.status() : 0, done);
        }
        default: return of_changed_reply(one.at, one.what == trouble::reply_zero, done);
        }
    }
    static outcome dropped(outcome what) {
        what.reused = false;
        return what;
    }

    /// A body that is wrong from a byte of the reply on (a changed one, or the end) and whole otherwise; its
    /// first byte lies at `begin`. The service's own answers have a request id, a page of a proxy has none.
    outcome of_body(std::size_t at, std::size_t begin, errc code, std::size_t intact_from = SIZE_MAX) const {
        int const status = usual_.status();
        bool const kept = common_.framed != framing::until_close;
        int const done = common_.refused ? 0 : 1;
        if (common_.refused) return {errc::not_an_api_response, delivery::rejected, status, 0, kept, done};
        std::string_view const text = usual_.reply;
        std::string_view const id =
            common_.format == slb::response_format::xml ? "<RequestId>" : "\"RequestId\"";
        std::size_t const id_begin = text.find(id);
        bool const has_id = at >= id_begin + id.size() || intact_from <= id_begin;
        if (at == begin || !has_id)
            return {errc::not_an_api_response, delivery::maybe_applied, status, 0, kept, done};
        return {code, delivery::applied, status, 0, kept, done};
    }
    /// What a byte that JSON text cannot hold is to its reader: 0xff is no UTF-8 where a character of a
    /// string, or its closing quote, is expected.
    errc of_text(std::size_t at, bool zero) const {
        std::string_view const text = usual_.reply;
        bool const xml = common_.format == slb::response_format::xml;
        // `</Port>` without its slash begins an element inside of a number, before it is no name.
        if (xml && text[at] == '/' && text.substr(at - 1, 1) == "<" && text[at - 2] != '>')
            return errc::member_malformed;
        if (zero) return errc::text_malformed;
        auto const from = usual_.reply.begin() + static_cast<std::ptrdiff_t>(usual_.head());
        auto const to = usual_.reply.begin() + static_cast<std::ptrdiff_t>(at);
        bool const inside = std::count(from, to, '"') % 2 == 1;
        return inside ? errc::utf8_invalid : errc::text_malformed;
    }

    /// From a byte on, 0xff without an end.
    outcome of_babble(std::size_t at, int status, int done) const {
        std::size_t const size = usual_.reply.size();
        if (at == size) {
            // It does not end either, until there is more than a body may have.
            if (common_.framed == framing::until_close) return lost(errc::body_too_large, status, 0, done);
            return dropped(success());
        }
        if (at < usual_.head()) return lost(errc::http_head_too_large, status, 0, done);
        if (common_.framed == framing::until_close) return lost(errc::body_too_large, status, 0, done);
        if (common_.framed == framing::chunked) {
            // Where trailers may stand, a line may be as long as a head.
            bool const trailing = at >= size - 2;
            return lost(trailing ? errc::http_head_too_large : errc::http_malformed, status, 0, done);
        }
        return dropped(of_body(at, usual_.head(), of_text(at, false)));
    }

    outcome of_changed_reply(std::size_t at, bool zero, int done) const {
        std::string_view const text = usual_.reply;
        if (at + 1 == usual_.head() && common_.framed == framing::until_close)
            return lost(errc::connection_closed, usual_.status(), 0, done);
        // Without its last line feed a reply has no end. (Behind the head of a chunked one others follow.)
        if (at + 1 == (common_.framed == framing::chunked ? text.size() : usual_.head()))
            return lost(errc::timed_out, usual_.status(), common_.step_limit(), done);
        if (at < usual_.status_line()) {
            // Of the status line only the words behind the status may be anything.
            if (!zero && at >= 13 && text[at] != '\r' && text[at] != '\n') return success();
            return lost(errc::http_malformed, 0, 0, done);
        }
        if (at < usual_.head()) return of_changed_header(at, zero, done);
        if (common_.framed != framing::chunked) return of_body(at, usual_.head(), of_text(at, zero), at + 1);
        if (!in_chunk(at)) return lost(errc::http_malformed, usual_.status(), 0, done);
        std::size_t const first = text.find("\r\n", usual_.head()) + 2;
        return of_body(at, first, of_text(at, zero), at + 1);
    }
    outcome of_changed_header(std::size_t at, bool zero, int done) const {
        std::string_view const text = usual_.reply;
        outcome const malformed = lost(errc::http_malformed, usual_.status(), 0, done);
        std::size_t const begin = text.rfind("\r\n", at - 1) + 2;
        std::string_view const line = text.substr(begin, text.find("\r\n", begin) - begin);
        std::size_t const colon = line.find(':');
        // 0x00 may stand nowhere, and the end of a line is CR LF; names are made of ASCII.
        if (zero || at >= begin + line.size() || at < begin || at - begin <= colon) return malformed;
        std::string_view const name = line.substr(0, colon);
        if (name == "Content-Length" || name == "Transfer-Encoding")
            return lost(errc::http_framing_refused, usual_.status(), 0, done);
        return success();
    }

    /// Of a body in two chunks, 20 bytes in the first: whether a byte of the reply is one of the body's.
    bool in_chunk(std::size_t at) const {
        std::string_view const text = usual_.reply;
        std::size_t const first = text.find("\r\n", usual_.head()) + 2;
        std::size_t const second = text.find("\r\n", first + 22) + 2;
        std::size_t const end = text.size() - 7;
        return (at >= first && at < first + 20) || (at >= second && at < end);
    }

    setting const& common_;
    sample const& usual_;
    bool watchful_;
};

// --------------------------------------------------------------------------------------- what takes place

/// The service, and what it has done.
class service {
  public:
    service() {
        BOOST_TEST_REQUIRE(!emulated_.groups().load(
            R"({"VServerGroupId":"rsp-1","VServerGroupName":"web","LoadBalancerId":"lb-1","BackendServers":)"
            R"({"BackendServer":[{"ServerId":"vm-233","Port":80,"Weight":100}]}})"));
    }
    slb::emulator& emulator() { return emulated_; }
    /// What asynchronous calls run on.
    asio::io_context& loop() { return loop_; }
    int done() const { return done_; }
    /// Of the last request that it understood.
    std::string const& last_id() const { return last_id_; }

  private:
    void note(std::string_view line) {
        last_id_ = line.substr(0, line.find(' '));
        if (line.ends_with(" 200 OK")) ++done_;
    }
    asio::io_context loop_{1};
    int done_ = 0;
    std::string last_id_{};
    slb::emulator emulated_{{.log = [this](std::string_view line) { note(line); }}};
};

/// A client over a line, whose calls block.
template <class Line>
class blocking_caller {
  public:
    static constexpr bool watchful = slb::watchful_transport<Line>;

    blocking_caller(service& served, std::uint64_t& numbers, slb::call_options const& options)
        : line_(served.emulator(), numbers),
          client_(line_, slb::credentials("testid", "testsecret"), options) {}

    void call(request_type const& request, response_type& out) { client_.invoke(request, out); }
    wire& way() { return line_.way; }

  private:
    Line line_;
    slb::client<Line> client_;
};

/// A client whose calls are asynchronous, and run one after the other.
class asynchronous_caller {
  public:
    static constexpr bool watchful = true;

    asynchronous_caller(service& served, std::uint64_t& numbers, slb::call_options const& options)
        : io_(served.loop()), line_(io_.get_executor(), served.emulator(), numbers),
          client_(line_, slb::credentials("testid", "testsecret"), options) {}

    void call(request_type const& request, response_type& out) {
        std::optional<error_code> said;
        client_.async_invoke(request, out, [&](error_code outcome) { said = outcome; });
        io_.restart();
        while (!said && io_.run_one() != 0) {
        }
        BOOST_TEST_REQUIRE(said.has_value());
        errc const code = out.error().code();
        if (*said != (code == errc::none ? error_code() : make_error_code(code)))
            BOOST_ERROR("the handler was told " << said->message());
    }
    wire& way() { return line_.way; }

  private:
    asio::io_context& io_;
    asynchronous_line line_;
    slb::client<asynchronous_line> client_;
};

/// Of how many bytes one gets its rows: of all, unless a sanitizer makes each take ten times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t one_in = 4;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::size_t one_in = 4;
#else
constexpr std::size_t one_in = 1;
#endif
#else
constexpr std::size_t one_in = 1;
#endif

/// Runs tables over one kind of caller.
template <class Caller>
class bench {
  public:
    /// Every row of a setting, by the kinds of trouble it is meant for.
    void run(setting const& common, std::vector<trouble> const& kinds) {
        sample const usual = listen(common);
        model const expect(common, usual, Caller::watchful);
        for (trouble const what : kinds) {
            bool const request = in_request(what);
            std::size_t const size = request ? usual.request.size() : usual.reply.size();
            bool const idle = !request && !in_reply(what);
            bool const at_the_end = what == trouble::reply_stall || what == trouble::reply_close ||
                                    what == trouble::reply_reset || what == trouble::reply_babble;
            std::size_t const places = idle ? 1 : at_the_end ? size + 1 : size;
            // (Those on one kept connection follow each other, so that it never idles for too long.)
            for (bool const kept : {false, true}) {
                kept_.reset();
                for (std::size_t at = 0; at != places; ++at) {
                    if (at % one_in != 0 && at + 1 != places) continue;
                    row const one{what, at, kept};
                    if (idle && !kept) continue;
                    // After the end of a body that ends with the connection there is nothing to wait for.
                    if (what == trouble::reply_stall && at == size && common.framed == framing::until_close)
                        continue;
                    try_row(common, one, expect(one));
                }
            }
        }
    }
    std::size_t rows() const { return rows_; }

  private:
    using made = std::unique_ptr<Caller>;

    made make(setting const& common) { return std::make_unique<Caller>(served_, numbers_, common.options()); }
    static request_type request(bool refused) {
        request_type made{.region_id = "cn-hangzhou",
                          .vserver_group_id = "rsp-1",
                          .vserver_group_name = "a-name",
                          .backend_servers = {{.server_id = "vm-233", .port = 80, .weight = 70}}};
        if (refused) made.vserver_group_id = "rsp-2";
        return made;
    }

    /// What is said when nothing goes wrong.
    sample listen(setting const& common) {
        made const caller = make(common);
        response_type out;
        caller->way().next({.framed = common.framed});
        caller->call(request(common.refused), out);
        BOOST_TEST_REQUIRE((out || common.refused));
        kept_.reset();
        return {caller->way().request, caller->way().reply};
    }

    void try_row(setting const& common, row const& one, outcome const& expected) {
        ++rows_;
        made fresh;
        if (!one.kept) fresh = make(common);
        if (one.kept && !kept_) {
            kept_ = make(common);
            follow_up(*kept_);
        }
        Caller& caller = one.kept ? *kept_ : *fresh;
        wire& way = caller.way();
        constexpr std::size_t pieces[] = {SIZE_MAX, 101, 29};
        way.next(
            {one.what, one.at, common.framed, pieces[(one.at + static_cast<std::size_t>(one.what)) % 3]});

        outcome got;
        std::size_t const opened = way.connections;
        std::int64_t const begun = way.now();
        int const done = served_.done();
        caller.call(request(common.refused), response_);
        got.took_ms = way.now() - begun;
        got.opened = way.connections - opened;
        got.done = served_.done() - done;
        got.code = response_.error().code();
        got.http_status = response_.error().http_status();
        got.reached = response_ ? delivery::applied : response_.error().delivery();
        bool own = !response_ || response_->request_id == served_.last_id();

        way.next({});
        std::size_t const before = way.connections;
        own = follow_up(caller) && own;
        got.reused = way.connections == before;
        if (got == expected && own) return;
        kept_.reset();
        if (++failures_ > 20) return;
        BOOST_ERROR(common.name << ", " << name_of(one.what) << " at byte " << one.at
                                << (one.kept ? " of a kept connection" : "") << ": " << got << "; expected "
                                << expected << (own ? "" : "; and an answer was not the call's own"));
    }
    /// The next call succeeds, and gets its own answer.
    bool follow_up(Caller& caller) {
        caller.call(request(false), response_);
        return response_ && response_->request_id == served_.last_id();
    }

    service served_{};
    std::uint64_t numbers_ = 0;
    /// The caller whose connection is kept from row to row.
    made kept_{};
    response_type response_{};
    std::size_t rows_ = 0;
    std::size_t failures_ = 0;
};

using enum trouble;

/// The whole table.
template <class Caller>
std::size_t run_all() {
    using slb::parameter_placement;
    bench<Caller> all;
    std::vector<trouble> const to_request{request_stall,  request_close, request_reset, request_garbage,
                                          request_babble, request_no,    request_yes,   request_drip};
    std::vector<trouble> const to_reply{reply_stall, reply_close,  reply_reset, reply_zero,
                                        reply_ff,    reply_babble, reply_drip,  reply_late};
    all.run({.name = "query"}, to_request);
    all.run({.name = "form", .placement = parameter_placement::form}, {request_close, request_garbage});
    all.run({.name = "request in haste", .call_ms = hasty_timeout}, {request_stall, request_drip});
    all.run({.name = "length"}, to_reply);
    all.run({.name = "chunked", .framed = framing::chunked}, to_reply);
    all.run({.name = "until close", .framed = framing::until_close}, to_reply);
    all.run({.name = "refusal", .refused = true},
            {reply_close, reply_reset, reply_zero, reply_ff, reply_babble});
    all.run({.name = "xml", .format = slb::response_format::xml}, {reply_close, reply_zero});
    all.run({.name = "reply in haste", .call_ms = hasty_timeout}, {reply_stall, reply_drip});
    all.run({.name = "idle"}, {idle_close, idle_reset, idle_babble});
    return all.rows();
}

// ---------------------------------------------------------------------------------------- on real sockets

/// What a server serves: the emulator, with trouble as it was planned for the next request.
class faulty {
  public:
    class connection {
      public:
        explicit connection(faulty& whole) : whole_(&whole), line_(whole.served.emulator()) {
            ++whole.connections;
        }
        void received(std::string_view bytes) {
            auto const& [what, at, framed, piece] = whole_->planned;
            std::string taken(bytes);
            std::size_t const before = whole_->request.size();
            whole_->request += bytes;
            if (in_request(what) && before <= at && at < before + taken.size()) {
                switch (what) {
                case trouble::request_stall: then_ = slb::emulator_step::stall; return;
                case trouble::request_reset: then_ = slb::emulator_step::reset; return;
                case trouble::request_no: pending_ = early_no; [[fallthrough]];
                case trouble::request_close: then_ = slb::emulator_step::close; return;
                default: taken[at - before] = '\0';
                }
            }
            line_.received(taken);
            if (line_.next() == slb::emulator_step::write) answer(what, at);
        }
        void closed() { line_.closed(); }
        std::string_view output() const { return pending_; }
        void sent(std::size_t size) { pending_.erase(0, size); }
        slb::emulator_step next() const {
            if (!pending_.empty()) return slb::emulator_step::write;
            return then_ != slb::emulator_step::read ? then_ : line_.next();
        }

      private:
        void answer(trouble what, std::size_t at) {
            pending_ = line_.output();
            line_.sent(pending_.size());
            whole_->reply = pending_;
            if (!in_reply(what)) return;
            if (what == trouble::reply_zero || what == trouble::reply_ff) {
                pending_[at] = what == trouble::reply_zero ? '\0' : '\xff';
                return;
            }
            pending_.resize(at);
            then_ = what == trouble::reply_stall   ? slb::emulator_step::stall
                    : what == trouble::reply_close ? slb::emulator_step::close
                                                   : slb::emulator_step::reset;
        }

        faulty* whole_;
        slb::emulator::connection line_;
        std::string pending_{};
        slb::emulator_step then_ = slb::emulator_step::read;
    };

    explicit faulty(service& behind) : served(behind) {}
    void next(plan const& what) {
        planned = what;
        request.clear();
        reply.clear();
    }

    service& served;
    plan planned{};
    std::string request{};
    std::string reply{};
    std::size_t connections = 0;
};
static_assert(slb::served_emulator<faulty>);

void hang_up(int& socket) {
    if (socket >= 0) ::close(socket);
    socket = -1;
}
int dial(slb::endpoint const& target, std::int64_t ms) {
    sockaddr_in const to{AF_INET, htons(target.port()), {htonl(INADDR_LOOPBACK)}, {}};
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bool const connected = ::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
    pollfd ready{socket, POLLOUT, 0};
    int failure = connected ? 0 : ETIMEDOUT;
    socklen_t size = sizeof failure;
    if (!connected && errno == EINPROGRESS && ::poll(&ready, 1, static_cast<int>(ms)) == 1)
        ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0) hang_up(socket);
    return socket;
}
/// A stranger's transport, as the README has it.
struct tcp_transport : slb::socket_host { // the clocks, the randomness, and sockets with deadlines
    slb::endpoint target;
    int socket = -1;

    slb::endpoint const& endpoint() const { return target; }
    slb::result<void> connect(std::int64_t deadline) {
        close();
        socket = dial(target, deadline - steady_ms());
        if (socket < 0) return slb::errc::connect_failed;
        return {};
    }
    auto write(std::string_view bytes, std::int64_t deadline) { return send(socket, bytes, deadline); }
    auto read(std::span<char> space, std::int64_t deadline) { return receive(socket, space, deadline); }
    void close() noexcept { hang_up(socket); }
};

/// Makes a call over a transport, blocking or not.
template <class Transport>
void invoke(slb::client<Transport>& client, asio::io_context* io, response_type& out) {
    request_type const request{
        .region_id = "cn-hangzhou", .vserver_group_id = "rsp-1", .vserver_group_name = "a-name"};
    if constexpr (slb::asynchronous_transport<Transport>) {
        if (io != nullptr) {
            bool done = false;
            client.async_invoke(request, out, [&](error_code) { done = true; });
            io->restart();
            while (!done) io->run_one();
            return;
        }
    }
    client.invoke(request, out);
}

struct socket_row {
    trouble what;
    std::size_t at;
};
/// Every kind of trouble that a server on a socket can make, at the places that matter.
std::vector<socket_row> socket_rows(sample const& usual) {
    std::size_t const half = usual.request.size() / 2;
    std::size_t const size = usual.reply.size();
    using enum trouble;
    return {{request_stall, half},
            {request_close, 0},
            {request_close, half},
            {request_close, usual.request.size() - 1},
            {request_reset, 0},
            {request_reset, half},
            {request_garbage, 20},
            {request_no, half},
            {reply_stall, 0},
            {reply_stall, usual.head()},
            {reply_close, 0},
            {reply_close, 1},
            {reply_close, usual.head()},
            {reply_close, size - 1},
            {reply_reset, 0},
            {reply_reset, usual.head()},
            {reply_zero, 5},
            {reply_zero, size - 1},
            {reply_ff, usual.head() - 5},
            {reply_ff, size - 4}};
}

/// Runs every `step`-th row, by turns on a new and on a kept connection. `make(port)` makes a transport.
template <class Make>
std::size_t run_on_sockets(std::string_view name, std::size_t step, asio::io_context* io,
                           std::optional<slb::emulator_certificate> const& certificate, Make make) {
    service behind;
    faulty trouble_maker{behind};
    auto const server =
        certificate ? std::make_unique<slb::basic_emulator_server<faulty>>(trouble_maker, *certificate)
                    : std::make_unique<slb::basic_emulator_server<faulty>>(trouble_maker);
    // Long enough for whatever is to succeed, and for a stall no longer than one wants to wait.
    setting const patient{.step_ms = 20'000, .call_ms = 20'000, .buffered = true};
    setting const hasty{.step_ms = 300, .call_ms = 20'000, .buffered = true};
    auto const plan_next = [&](plan const& what) {
        return server->with([&](faulty& it) {
            it.next(what);
            return it.connections;
        });
    };

    behind.emulator().set_time(slb::system_host{}.unix_seconds());
    sample usual;
    response_type response;
    {
        auto transport = make(server->port());
        slb::client client{*transport, slb::credentials("testid", "testsecret"), patient.options()};
        invoke(client, io, response);
        BOOST_TEST_REQUIRE(static_cast<bool>(response), name << ": " << message(response.error().code()));
        server->with([&](faulty& it) { usual = {it.request, it.reply}; });
        transport->close();
    }
    std::vector<socket_row> const rows = socket_rows(usual);
    std::size_t count = 0;
    for (std::size_t i = 0; i < rows.size(); i += step, ++count) {
        row const one{rows[i].what, rows[i].at, count % 2 == 1};
        bool const stalls = one.what == trouble::request_stall || one.what == trouble::reply_stall;
        setting const& common = stalls ? hasty : patient;
        outcome expected = model(common, usual, true)(one);
        auto transport = make(server->port());
        slb::client client{*transport, slb::credentials("testid", "testsecret"), common.options()};
        // On a machine that is busy enough, even this can take longer than a stall is waited for.
        auto const succeeds = [&] {
            for (int attempt = 0; attempt != 10; ++attempt) {
                invoke(client, io, response);
                if (response || response.error() != errc::timed_out) break;
            }
            return response &&
                   server->with([&](faulty&) { return response->request_id == behind.last_id(); });
        };
        if (one.kept) BOOST_TEST(succeeds(), name << ": the call before");

        outcome got;
        int const done = server->with([&](faulty&) { return behind.done(); });
        std::size_t const opened = plan_next({one.what, one.at});
        std::int64_t const begun = transport->steady_ms();
        invoke(client, io, response);
        got.took_ms = transport->steady_ms() - begun;
        got.code = response.error().code();
        got.http_status = response.error().http_status();
        got.reached = response ? delivery::applied : response.error().delivery();
        std::size_t const before = plan_next({});
        got.opened = before - opened;
        got.done = server->with([&](faulty&) { return behind.done(); }) - done;
        bool const own = succeeds();
        got.reused = server->with([&](faulty& it) { return it.connections; }) == before;

        // Of the time, there is an upper bound, and no stall ends too early.
        constexpr std::int64_t generous = 5000;
        bool const in_time = got.took_ms >= expected.took_ms && got.took_ms <= expected.took_ms + generous;
        if (in_time) got.took_ms = expected.took_ms;
        if (got != expected || !own)
            BOOST_ERROR(name << ", " << name_of(one.what) << " at byte " << one.at
                             << (one.kept ? " of a kept connection" : "") << ": " << got << "; expected "
                             << expected << (own ? "" : "; and the next call failed"));
        transport->close();
    }
    return count;
}
template <class Transport>
std::size_t run_beast_on_sockets(std::string_view name, std::size_t step,
                                 std::optional<slb::emulator_certificate> const& certificate,
                                 auto const&... trust) {
    auto const where = [](std::uint16_t port) { return slb::endpoint("127.0.0.1", port); };
    std::size_t rows = run_on_sockets(name, step, nullptr, certificate, [&](std::uint16_t port) {
        return std::make_unique<Transport>(where(port), trust...);
    });
    asio::io_context io;
    rows += run_on_sockets(std::string(name) + " (async)", step, &io, certificate, [&](std::uint16_t port) {
        return std::make_unique<Transport>(io.get_executor(), where(port), trust...);
    });
    return rows;
}
std::size_t run_all_on_sockets() {
    std::size_t rows = run_on_sockets("a stranger's transport", 1, nullptr, {}, [](std::uint16_t port) {
        return std::make_unique<tcp_transport>(tcp_transport{{}, slb::endpoint("127.0.0.1", port)});
    });
    rows += run_beast_on_sockets<slb::insecure_loopback_transport>("TCP", 1, {});
    slb_test::private_directory const directory;
    std::string const ca_file = directory.path() / "ca.pem";
    rows += run_beast_on_sockets<slb::beast_transport>("TLS", 3,
                                                       slb::make_emulator_certificate(ca_file, {"127.0.0.1"}),
                                                       slb::tls_options{.ca_file = ca_file});
    return rows;
}

} // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(a_call_ends_as_it_must_wherever_its_peer_fails) {
    std::size_t const rows = run_all<blocking_caller<watchful_line>>();
    BOOST_TEST(run_all<asynchronous_caller>() == rows);
    BOOST_TEST(rows > 40'000u / one_in);
    std::size_t const on_sockets = run_all_on_sockets();
    BOOST_TEST(on_sockets >= 50u);
    std::cout << "faults: " << rows << " rows on a virtual clock, sync and async alike; " << on_sockets
              << " on sockets\n";
}

BOOST_AUTO_TEST_CASE(a_transport_that_cannot_watch_its_connection_fails_the_same_way) {
    bench<blocking_caller<plain_line>> all;
    all.run({.name = "idle"}, {idle_close, idle_reset, idle_babble});
}

BOOST_AUTO_TEST_SUITE_END()
