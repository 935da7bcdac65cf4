// What comes of a call when the peer stalls, closes, resets, sends garbage or drips, at every byte of request
// and response: blocking and asynchronous calls alike, on a virtual clock, and at some of them over sockets.
// What is expected is worked out here.
#include "support/private_directory.hpp"

#include <slb/beast.hpp>
#include <slb/client.hpp>
#include <slb/emulator.hpp>
#include <slb/emulator_server.hpp>
#include <slb/openssl.hpp>
#include <slb/operations.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

// The transport that the README shows, as it stands there.
#define main custom_transport_main
#include "examples/custom_transport.cpp"
#undef main

BOOST_AUTO_TEST_SUITE(faults)

namespace {

using slb::delivery;
using slb::errc;
using operation = slb::set_vserver_group_attribute;

constexpr std::int64_t step_ms = 1000;
constexpr std::int64_t call_ms = 3000;
constexpr std::int64_t drip_ms = 900;
constexpr slb::call_options options{
    .connect_timeout_ms = step_ms, .step_timeout_ms = step_ms, .call_timeout_ms = call_ms};
constexpr std::string_view group =
    R"({"VServerGroupId":"rsp-1","VServerGroupName":"before","BackendServers":{"BackendServer":[{"ServerId":"vm-1","Port":80}]}})";

enum class trouble : std::uint8_t { none, stall, close, reset, garbage, drip };
constexpr std::string_view name_of(trouble what) {
    constexpr std::string_view names[] = {"none", "stall", "close", "reset", "garbage", "drip"};
    return names[static_cast<std::size_t>(what)];
}

/// What happens behind so many bytes of the request, or of the response.
struct fault {
    trouble what = trouble::none;
    bool in_request = false;
    std::size_t byte = 0;
};

/// The emulator behind a line that fails on demand, and a clock that only waiting moves.
class peer {
  public:
    explicit peer(slb::emulator& served) : emulator_(served) {}

    std::int64_t now_ms = 10000;
    std::size_t connections = 0;
    /// Of the call since arm().
    std::string request{};
    std::string response{};

    /// What is to happen in the next call. What was to happen behind the last answer happens now.
    void arm(fault const& planned) {
        if (!fault_.in_request && !request.empty() && fault_.byte == response.size()) {
            ended_ = ended_ || fault_.what == trouble::close;
            broken_ = broken_ || fault_.what == trouble::reset;
            shouted_ = shouted_ || fault_.what == trouble::garbage;
        }
        fault_ = planned;
        request.clear();
        response.clear();
    }

    slb::result<void> connect(std::int64_t) {
        close();
        ++connections;
        line_.emplace(emulator_);
        return {};
    }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        if (!line_) return errc::called_out_of_order;
        if (broken_ || ended_) return errc::connection_reset;
        std::size_t size = bytes.size();
        if (fault_.what != trouble::none && fault_.in_request && request.size() <= fault_.byte) {
            std::size_t const left = fault_.byte - request.size();
            if (left == 0 && happens()) return fails(deadline);
            if (left != 0) size = std::min(size, left);
        }
        line_->received(bytes.substr(0, size));
        request += bytes.substr(0, size);
        return size;
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        if (!line_) return errc::called_out_of_order;
        if (broken_) return errc::connection_reset;
        if (ended_) return std::size_t{0};
        bool const due = fault_.in_request ? request.size() == fault_.byte : response.size() == fault_.byte;
        if (fault_.what == trouble::drip && response.size() >= fault_.byte) {
            if (now_ms + drip_ms >= deadline) return waits(deadline);
            now_ms += drip_ms;
            space = space.subspan(0, 1);
        } else if (shouted_ || (fault_.what == trouble::garbage && due)) {
            return shout(space);
        } else if (fault_.what != trouble::none && due) {
            auto const end = fails(deadline);
            return ended_ ? slb::result<std::size_t>(std::size_t{0}) : end;
        }
        if (line_->next() != slb::emulator_step::write) return waits(deadline);
        std::string_view const output = line_->output();
        std::size_t size = std::min(space.size(), output.size());
        if (fault_.what != trouble::none && !fault_.in_request && response.size() < fault_.byte)
            size = std::min(size, fault_.byte - response.size());
        std::memcpy(space.data(), output.data(), size);
        response += output.substr(0, size);
        line_->sent(size);
        return size;
    }
    void close() noexcept {
        line_.reset();
        broken_ = ended_ = shouted_ = false;
    }
    /// Whether the connection is as an exchange left it.
    bool usable() {
        return line_ && !broken_ && !ended_ && !shouted_ && line_->next() == slb::emulator_step::read;
    }

  private:
    /// Whether the fault shows while the client writes. Garbage is sent beside it.
    bool happens() {
        if (fault_.what != trouble::garbage) return true;
        shouted_ = true;
        return false;
    }
    slb::result<std::size_t> fails(std::int64_t deadline) {
        if (fault_.what == trouble::stall) return waits(deadline);
        (fault_.what == trouble::close ? ended_ : broken_) = true;
        return errc::connection_reset;
    }
    slb::result<std::size_t> waits(std::int64_t deadline) {
        now_ms = std::max(now_ms, deadline);
        return errc::timed_out;
    }
    slb::result<std::size_t> shout(std::span<char> space) {
        shouted_ = true;
        constexpr std::string_view garbage = "\x01\r\n";
        for (std::size_t i = 0; i != space.size(); ++i) space[i] = garbage[i % garbage.size()];
        return space.size();
    }

    slb::emulator& emulator_;
    std::optional<slb::emulator::connection> line_{};
    fault fault_{};
    bool broken_ = false;
    bool ended_ = false;
    bool shouted_ = false;
};

struct virtual_host {
    peer* other;
    [[nodiscard]] std::int64_t steady_ms() const { return other->now_ms; }
    [[nodiscard]] static std::int64_t unix_seconds() { return 1795543533; }
    [[nodiscard]] static bool random(std::span<unsigned char> bytes) {
        static unsigned count = 0;
        ++count;
        for (std::size_t i = 0; i != bytes.size(); ++i)
            bytes[i] = static_cast<unsigned char>(count >> (i % 4 * 8));
        return true;
    }
    void wait(std::int64_t ms) const { other->now_ms += ms; }
};

/// What the driver of asynchronous calls drives, over the peer: nothing completes at once.
class virtual_connection {
  public:
    virtual_connection(boost::asio::io_context& io, peer& other) : io_(io), other_(other) {}
    template <class Done>
    void async_connect(std::int64_t deadline, Done done) {
        outcome_ = other_.connect(deadline).error().code();
        later(std::move(done));
    }
    [[nodiscard]] errc connected() const { return outcome_; }
    template <class Done>
    void async_write(std::string_view bytes, std::int64_t deadline, Done done) {
        moved_.emplace(other_.write(bytes, deadline));
        later(std::move(done));
    }
    template <class Done>
    void async_read(std::span<char> space, std::int64_t deadline, Done done) {
        moved_.emplace(other_.read(space, deadline));
        later(std::move(done));
    }
    [[nodiscard]] slb::result<std::size_t> wrote(boost::system::error_code, std::size_t) const {
        return *moved_;
    }
    [[nodiscard]] slb::result<std::size_t> got(boost::system::error_code, std::size_t) const {
        return *moved_;
    }
    [[nodiscard]] bool usable() { return other_.usable(); }
    void cancel() {}
    void close() { other_.close(); }

  private:
    template <class Done>
    void later(Done done) {
        boost::asio::post(
            io_, [done = std::move(done)]() mutable { done(boost::system::error_code{}, std::size_t{0}); });
    }
    boost::asio::io_context& io_;
    peer& other_;
    errc outcome_ = errc::none;
    std::optional<slb::result<std::size_t>> moved_{};
};

/// Both kinds of calls over a peer.
class virtual_transport : public virtual_host {
    using calls = slb::detail::async_calls<virtual_connection, virtual_host>;

  public:
    using executor_type = boost::asio::any_io_executor;

    explicit virtual_transport(peer& with) : virtual_host{&with}, peer_(with) {}
    slb::endpoint const& endpoint() const { return endpoint_; }
    slb::result<void> connect(std::int64_t deadline) { return peer_.connect(deadline); }
    slb::result<std::size_t> write(std::string_view bytes, std::int64_t deadline) {
        return peer_.write(bytes, deadline);
    }
    slb::result<std::size_t> read(std::span<char> space, std::int64_t deadline) {
        return peer_.read(space, deadline);
    }
    void close() noexcept { peer_.close(); }
    bool usable() { return peer_.usable(); }

    template <class Operation, class Allocator, class Signer, class Token>
    auto async_call(Operation const& request, slb::response<Operation, Allocator>& out, Signer const& with,
                    slb::call_options const& how, Allocator const& allocator, Token&& token) {
        return slb::detail::async_invoke(calls_, endpoint_, request, out, with, how, allocator,
                                         std::forward<Token>(token));
    }
    void run() {
        io_.restart();
        io_.poll();
    }

  private:
    peer& peer_;
    slb::endpoint endpoint_{"slb.aliyuncs.com"};
    boost::asio::io_context io_{1};
    std::shared_ptr<calls> calls_ = std::make_shared<calls>(
        io_.get_executor(), 1, [this] { return std::make_unique<virtual_connection>(io_, peer_); }, *this);
};
static_assert(slb::asynchronous_transport<virtual_transport>);

/// What came of a call.
struct outcome {
    errc code = errc::none;
    delivery reached = delivery::not_sent;
    std::int64_t took_ms = 0;
    /// Whether the next call used the same connection.
    bool kept = true;

    friend bool operator==(outcome const&, outcome const&) = default;
    friend std::ostream& operator<<(std::ostream& out, outcome const& shown) {
        return out << message(shown.code) << ", " << message(shown.reached) << ", " << shown.took_ms
                   << " ms, " << (shown.kept ? "kept" : "not kept");
    }
};

/// Makes calls of one kind.
class caller {
  public:
    caller(slb::emulator& emulator, bool asynchronous) : peer_(emulator), asynchronous_(asynchronous) {}

    /// Makes a call that sets the group's name.
    void call(fault const& planned, std::string_view name) {
        peer_.arm(planned);
        operation const request{.region_id = "cn-hangzhou",
                                .vserver_group_id = "rsp-1",
                                .vserver_group_name = slb::runtime(name)};
        if (!asynchronous_) {
            (void)client_.invoke(request, response);
            return;
        }
        bool completed = false;
        client_.async_invoke(request, response, [&](boost::system::error_code summary) {
            completed = true;
            BOOST_TEST_REQUIRE(summary.failed() == !response);
        });
        transport_.run();
        BOOST_TEST_REQUIRE(completed);
    }
    /// One row: a call with trouble, and one without, which gets its own answer.
    outcome row(fault const& planned, bool kept) {
        if (kept) call({}, "warm");
        std::int64_t const begin = peer_.now_ms;
        call(planned, "first");
        outcome result{response.error().code(), response.error().delivery(), peer_.now_ms - begin, false};
        std::size_t const before = peer_.connections;
        call({}, "second");
        BOOST_TEST_REQUIRE(static_cast<bool>(response));
        BOOST_TEST_REQUIRE(response->vserver_group_name.value_or("") == "second");
        result.kept = peer_.connections == before;
        return result;
    }

    peer& other() { return peer_; }
    slb::response<operation> response{};

  private:
    peer peer_;
    virtual_transport transport_{peer_};
    slb::client<virtual_transport> client_{transport_, slb::credentials("testid", "testsecret"), options};
    bool asynchronous_;
};

/// The bytes of a call without trouble.
struct shape {
    std::size_t request = 0;
    std::size_t head = 0;
    std::size_t response = 0;
    /// From where on garbage in the body leaves it an answer of the API.
    std::size_t told = 0;
};

/// What has to come of a call, worked out from what the peer does.
outcome expected(fault const& planned, shape const& whole, bool kept) {
    bool const before_answer = planned.in_request || planned.byte == 0;
    errc const reset = kept && before_answer ? errc::reused_connection_lost : errc::connection_reset;
    errc const closed = kept && before_answer ? errc::reused_connection_lost : errc::connection_closed;
    delivery const maybe = delivery::maybe_applied;
    bool const answered = !planned.in_request && planned.byte == whole.response;
    outcome const fine{errc::none, delivery::not_sent, 0, true};
    switch (planned.what) {
    case trouble::none: return fine;
    case trouble::stall: return answered ? fine : outcome{errc::timed_out, maybe, step_ms, false};
    case trouble::close:
        if (answered) return {errc::none, delivery::not_sent, 0, false};
        // Half a request cannot be written to the end: that is how the client learns of it.
        if (planned.in_request && planned.byte < whole.request) return {reset, maybe, 0, false};
        return {closed, maybe, 0, false};
    case trouble::reset:
        if (answered) return {errc::none, delivery::not_sent, 0, false};
        return {reset, maybe, 0, false};
    case trouble::garbage:
        if (answered) return {errc::none, delivery::not_sent, 0, false};
        if (planned.in_request || planned.byte < whole.head) return {errc::http_malformed, maybe, 0, false};
        if (planned.byte < whole.told) return {errc::not_an_api_response, maybe, 0, false};
        return {errc::text_malformed, delivery::applied, 0, false};
    case trouble::drip: {
        auto const drops = static_cast<std::int64_t>(whole.response - planned.byte);
        if (drops * drip_ms < call_ms) return {errc::none, delivery::not_sent, drops * drip_ms, true};
        return {errc::timed_out, maybe, call_ms, false};
    }
    }
    return fine;
}

} // namespace

BOOST_AUTO_TEST_CASE(trouble_at_every_byte_comes_to_the_expected_outcome) {
    std::size_t rows = 0;
    for (bool const asynchronous : {false, true}) {
        slb::emulator emulator;
        BOOST_TEST_REQUIRE(!emulator.groups().load(group));
        shape whole;
        {
            caller good(emulator, asynchronous);
            good.call({}, "first");
            BOOST_TEST_REQUIRE(static_cast<bool>(good.response));
            std::string const& response = good.other().response;
            whole = {good.other().request.size(), response.find("\r\n\r\n") + 4, response.size(),
                     response.find("\"RequestId\"") + 11};
            BOOST_TEST_REQUIRE(whole.told > whole.head);
        }
        for (bool const in_request : {true, false})
            for (trouble const what :
                 {trouble::stall, trouble::close, trouble::reset, trouble::garbage, trouble::drip}) {
                if (what == trouble::drip && in_request) continue;
                for (std::size_t byte = 0; byte <= (in_request ? whole.request : whole.response); ++byte)
                    for (bool const kept : {false, true}) {
                        fault const planned{what, in_request, byte};
                        caller calls(emulator, asynchronous);
                        outcome const came = calls.row(planned, kept);
                        outcome const should = expected(planned, whole, kept);
                        ++rows;
                        if (came == should) continue;
                        BOOST_TEST_CONTEXT((asynchronous ? "async, " : "sync, ")
                                           << name_of(what) << " at byte " << byte << " of the "
                                           << (in_request ? "request" : "response")
                                           << (kept ? ", kept" : ", new"))
                        BOOST_TEST_REQUIRE(came == should);
                    }
            }
    }
    std::cout << "faults: " << rows << " rows on a virtual clock, blocking and asynchronous\n";
}

namespace {

using tcp = boost::asio::ip::tcp;

constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n"
    R"({"RequestId":"R","VServerGroupId":"rsp-1","VServerGroupName":"second"})";
constexpr std::size_t answer_head = answer.find("{");
/// Soon, so that the rows that wait take little time, and how much longer a busy machine may take.
constexpr std::int64_t soon_ms = 150;
constexpr std::int64_t patience_ms = 5000;
constexpr slb::call_options hasty{.step_timeout_ms = soon_ms, .call_timeout_ms = 2 * soon_ms};

/// A server on a socket: its first connection has trouble, its second has none.
class socket_peer {
  public:
    explicit socket_peer(fault const& planned)
        : thread_([this, planned] {
              try {
                  trouble_on(acceptor_.accept(), planned);
                  tcp::socket good = acceptor_.accept();
                  read_request(good, SIZE_MAX);
                  boost::asio::write(good, boost::asio::buffer(answer.data(), answer.size()));
                  drain(good);
              } catch (boost::system::system_error const&) {
                  // The client went away, as some rows want it to.
              }
          }) {}
    ~socket_peer() { thread_.join(); }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  private:
    static void drain(tcp::socket& socket) {
        char bytes[4096];
        boost::system::error_code ended;
        while (!ended) socket.read_some(boost::asio::buffer(bytes), ended);
    }
    /// Reads so many bytes, or the whole of a request without a body.
    static void read_request(tcp::socket& socket, std::size_t most) {
        std::string text;
        char byte = 0;
        while (text.size() != most && text.find("\r\n\r\n") == text.npos)
            text.append(&byte, socket.read_some(boost::asio::buffer(&byte, 1)));
    }
    static void trouble_on(tcp::socket socket, fault const& planned) {
        read_request(socket, planned.in_request ? planned.byte : SIZE_MAX);
        if (!planned.in_request) boost::asio::write(socket, boost::asio::buffer(answer.data(), planned.byte));
        switch (planned.what) {
        case trouble::none: break;
        case trouble::stall: return drain(socket);
        case trouble::close: socket.shutdown(tcp::socket::shutdown_send); return drain(socket);
        case trouble::reset:
            socket.set_option(boost::asio::socket_base::linger(true, 0));
            // (The destructor of a socket takes that back.)
            return socket.close();
        case trouble::garbage: {
            std::string const garbage(200, '\x01');
            boost::asio::write(socket, boost::asio::buffer(garbage + "\r\n"));
            return drain(socket);
        }
        case trouble::drip: {
            boost::system::error_code gone;
            for (std::size_t i = planned.byte; i != answer.size() && !gone; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(soon_ms / 3));
                boost::asio::write(socket, boost::asio::buffer(&answer[i], 1), gone);
            }
        }
        }
    }

    boost::asio::io_context io_{};
    tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
    std::thread thread_;
};

/// The rows over sockets, and what has to come of each.
struct socket_row {
    fault planned;
    errc code;
    delivery reached;
};
constexpr std::size_t middle = answer_head + 30;
constexpr socket_row socket_rows[] = {
    {{trouble::stall, true, 0}, errc::timed_out, delivery::maybe_applied},
    {{trouble::stall, true, 100}, errc::timed_out, delivery::maybe_applied},
    {{trouble::stall, false, 0}, errc::timed_out, delivery::maybe_applied},
    {{trouble::stall, false, 10}, errc::timed_out, delivery::maybe_applied},
    {{trouble::stall, false, middle}, errc::timed_out, delivery::maybe_applied},
    {{trouble::close, true, 100}, errc::connection_closed, delivery::maybe_applied},
    {{trouble::close, false, 0}, errc::connection_closed, delivery::maybe_applied},
    {{trouble::close, false, 10}, errc::connection_closed, delivery::maybe_applied},
    {{trouble::close, false, middle}, errc::connection_closed, delivery::maybe_applied},
    {{trouble::reset, true, 100}, errc::connection_reset, delivery::maybe_applied},
    {{trouble::reset, false, 0}, errc::connection_reset, delivery::maybe_applied},
    {{trouble::reset, false, 10}, errc::connection_reset, delivery::maybe_applied},
    {{trouble::reset, false, middle}, errc::connection_reset, delivery::maybe_applied},
    {{trouble::garbage, true, 100}, errc::http_malformed, delivery::maybe_applied},
    {{trouble::garbage, false, 0}, errc::http_malformed, delivery::maybe_applied},
    {{trouble::garbage, false, 10}, errc::http_malformed, delivery::maybe_applied},
    {{trouble::garbage, false, middle}, errc::text_malformed, delivery::applied},
    {{trouble::drip, false, 0}, errc::timed_out, delivery::maybe_applied},
};

/// A call with trouble, and one without; `invoke(response)` makes either.
template <class Invoke>
void check_row(socket_row const& row, Invoke invoke) {
    slb::response<operation> response;
    std::int64_t const begin = slb::system_host{}.steady_ms();
    invoke(response);
    std::int64_t const took = slb::system_host{}.steady_ms() - begin;
    BOOST_TEST_CONTEXT(name_of(row.planned.what) << " at byte " << row.planned.byte << " of the "
                                                 << (row.planned.in_request ? "request" : "response")) {
        BOOST_TEST(message(response.error().code()) == message(row.code));
        BOOST_TEST(message(response.error().delivery()) == message(row.reached));
        BOOST_TEST(took < 2 * soon_ms + patience_ms);
        invoke(response);
        BOOST_TEST_REQUIRE(static_cast<bool>(response));
        BOOST_TEST(response->vserver_group_name.value_or("") == "second");
    }
}
operation second() {
    return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1", .vserver_group_name = "second"};
}

} // namespace

BOOST_AUTO_TEST_CASE(trouble_over_sockets_comes_to_the_same_in_time) {
    std::size_t rows = 0;
    slb::credentials const access("testid", "testsecret");
    for (auto const& row : socket_rows) {
        {
            socket_peer peer(row.planned);
            slb::insecure_loopback_transport transport{slb::endpoint("127.0.0.1", peer.port())};
            slb::client client{transport, access, hasty};
            check_row(row, [&](auto& response) { (void)client.invoke(second(), response); });
        }
        {
            socket_peer peer(row.planned);
            boost::asio::io_context io;
            slb::insecure_loopback_transport transport{io.get_executor(),
                                                       slb::endpoint("127.0.0.1", peer.port())};
            slb::client client{transport, access, hasty};
            check_row(row, [&](auto& response) {
                bool completed = false;
                client.async_invoke(second(), response, [&](boost::system::error_code) { completed = true; });
                io.restart();
                while (!completed) io.run_one();
            });
        }
        {
            socket_peer peer(row.planned);
            tcp_transport transport{{}, slb::endpoint("127.0.0.1", peer.port())};
            slb::client client{transport, access, hasty};
            check_row(row, [&](auto& response) { (void)client.invoke(second(), response); });
            transport.close();
        }
        rows += 3;
    }
    std::cout << "faults: " << rows
              << " rows over sockets, a third each blocking, asynchronous, and over the "
              << "transport of the README\n";
}

BOOST_AUTO_TEST_CASE(trouble_over_tls_comes_to_the_same_in_time) {
    slb_test::private_directory const directory;
    std::string const ca_file = directory.path() / "ca";
    slb::emulator emulator{{.clock = [] { return slb::system_host{}.unix_seconds(); }}};
    BOOST_TEST_REQUIRE(!emulator.groups().load(group));
    slb::basic_emulator_server server{emulator, slb::make_emulator_certificate(ca_file)};
    boost::asio::io_context io;
    slb::beast_transport transport{io.get_executor(), slb::endpoint("localhost", server.port()),
                                   slb::tls_options{.ca_file = ca_file}};
    slb::client client{transport, slb::credentials("testid", "testsecret"), hasty};
    struct {
        slb::fault_kind kind;
        trouble what;
        errc code;
    } const kinds[] = {
        {slb::fault_kind::stall, trouble::stall, errc::timed_out},
        {slb::fault_kind::close, trouble::close, errc::connection_closed},
        {slb::fault_kind::reset, trouble::reset, errc::connection_reset},
    };
    for (bool const asynchronous : {false, true})
        for (auto const& [kind, what, code] : kinds)
            for (std::size_t const byte : {std::size_t{10}, std::size_t{300}}) {
                server.with([kind = kind, byte](slb::emulator& served) {
                    served.inject({.kind = kind, .call = 1, .byte = byte});
                });
                check_row({{what, false, byte}, code, delivery::maybe_applied}, [&](auto& response) {
                    if (!asynchronous) return void(client.invoke(second(), response));
                    bool completed = false;
                    client.async_invoke(second(), response,
                                        [&](boost::system::error_code) { completed = true; });
                    io.restart();
                    while (!completed) io.run_one();
                });
            }
}

BOOST_AUTO_TEST_SUITE_END()
