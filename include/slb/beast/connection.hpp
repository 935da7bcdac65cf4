#ifndef SLB_BEAST_CONNECTION_HPP
#define SLB_BEAST_CONNECTION_HPP

#include <slb/beast/time.hpp>
#include <slb/tls.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// What a resolver calls with the addresses that it found, none when there are none: at once or later, from
/// any thread, or never, and then the deadline ends the look-up. Only the first call counts.
using resolved = std::function<void(std::vector<boost::asio::ip::address>)>;
/// Looks up the addresses of a host name. It must not block, and throws nothing.
using resolver = std::function<void(std::string const& host, resolved done)>;

namespace detail {

/// What a failed handshake, read or write means to the caller. A TLS stream that ends without close_notify
/// may have been cut by anybody, so it is a reset and never a clean end.
inline errc errc_of(boost::system::error_code const& failure) noexcept {
    if (!failure) return errc::none;
    if (failure == boost::beast::error::timeout) return errc::timed_out;
    if (failure == boost::asio::ssl::error::stream_truncated) return errc::connection_reset;
    bool const tls = failure.category() == boost::asio::error::get_ssl_category() ||
                     failure.category() == boost::asio::ssl::error::get_stream_category();
    return tls ? errc::tls_failed : errc::connection_reset;
}

/// Where a resolver, which may be slow and on another thread, leaves what it found. It outlives the look-up.
class mailbox {
  public:
    mailbox(boost::asio::any_io_executor executor, boost::asio::steady_timer& woken)
        : executor_(std::move(executor)), woken_(&woken) {}

    static void deliver(std::shared_ptr<mailbox> const& box, std::vector<boost::asio::ip::address> found) {
        std::scoped_lock const alone(box->mutex_);
        if (box->woken_ == nullptr || box->found_) return;
        box->found_ = std::move(found);
        boost::asio::post(*box->executor_, [box] {
            std::scoped_lock const still(box->mutex_);
            if (box->woken_ != nullptr) box->woken_->cancel();
        });
    }
    /// Ends the look-up: what comes later is ignored. Nothing: it has not ended by itself.
    std::optional<std::vector<boost::asio::ip::address>> close() {
        std::scoped_lock const alone(mutex_);
        woken_ = nullptr;
        executor_.reset();
        return std::move(found_);
    }

  private:
    std::mutex mutex_{};
    std::optional<boost::asio::any_io_executor> executor_;
    boost::asio::steady_timer* woken_;
    std::optional<std::vector<boost::asio::ip::address>> found_{};
};

/// TLS to a server whose certificate is valid for the endpoint's host.
class verified_tls {
  public:
    using stream = boost::asio::ssl::stream<boost::beast::tcp_stream>;
    static constexpr bool proves_peer = true;

    verified_tls(slb::endpoint const& peer, tls_options const& options) : context_(peer, options) {}
    verified_tls(slb::endpoint const& peer, boost::asio::ssl::context& users)
        : context_(peer, users.native_handle()) {}

    [[nodiscard]] errc status(slb::endpoint const&) const noexcept { return context_.status(); }
    [[nodiscard]] bool admits(boost::asio::ip::address const&) const noexcept { return true; }

    errc make(std::optional<stream>& made, boost::asio::any_io_executor const& executor) {
        ::SSL* const ssl = context_.make();
        if (ssl == nullptr) return errc::tls_failed;
        made.emplace(executor, ssl);
        return errc::none;
    }
    template <class Done>
    static void async_greet(stream& connection, Done done) {
        connection.async_handshake(stream::client, std::move(done));
    }
    [[nodiscard]] errc judge(stream& connection, boost::system::error_code const& failure) const noexcept {
        errc const otherwise = failure == boost::asio::error::eof ? errc::tls_failed : errc_of(failure);
        return context_.judge(connection.native_handle(), !failure, otherwise);
    }
    void keep_session(stream& connection) noexcept { context_.keep_session(connection.native_handle()); }

    /// What a read has taken off the socket but not handed out waits in OpenSSL, or in the BIO before it.
    [[nodiscard]] static bool quiet(stream& connection) noexcept {
        ::SSL* const ssl = connection.native_handle();
        return ::SSL_has_pending(ssl) == 0 && ::BIO_ctrl_pending(::SSL_get_rbio(ssl)) == 0;
    }

  private:
    tls_context context_;
};

/// No TLS.
struct in_the_clear {
    using stream = boost::beast::tcp_stream;
    static constexpr bool proves_peer = false;

    explicit in_the_clear(slb::endpoint const&) {}

    [[nodiscard]] static errc status(slb::endpoint const& peer) { return peer.status(); }
    [[nodiscard]] static bool admits(boost::asio::ip::address const&) noexcept { return true; }
    static errc make(std::optional<stream>& made, boost::asio::any_io_executor const& executor) {
        made.emplace(executor);
        return errc::none;
    }
    template <class Done>
    static void async_greet(stream&, Done done) {
        done(boost::system::error_code{});
    }
    [[nodiscard]] static errc judge(stream&, boost::system::error_code const&) noexcept { return errc::none; }
    static void keep_session(stream&) noexcept {}
    [[nodiscard]] static bool quiet(stream&) noexcept { return true; }
};

/// No TLS, and no peer but this machine.
struct loopback_only : in_the_clear {
    using in_the_clear::in_the_clear;

    [[nodiscard]] static errc status(slb::endpoint const& peer) {
        boost::system::error_code is_name;
        auto const address = boost::asio::ip::make_address(peer.host(), is_name);
        bool const allowed = is_name ? peer.host() == "localhost" : admits(address);
        return allowed ? errc::none : errc::endpoint_malformed;
    }
    [[nodiscard]] static bool admits(boost::asio::ip::address const& address) noexcept {
        return address.is_loopback();
    }
};

/// What the connections of one transport have in common.
template <class Security>
struct beast_settings {
    template <class... How>
    explicit beast_settings(slb::endpoint const& where, slb::resolver look_up, How&&... how)
        : endpoint(where), resolver(std::move(look_up)), security(where, std::forward<How>(how)...) {}

    slb::endpoint endpoint;
    /// Empty: getaddrinfo, on a thread of Asio's.
    slb::resolver resolver;
    Security security;
};

/// One connection at a time, made of asynchronous operations with deadlines; one operation at a time.
/// Each handler is called with an error code and a size, at once where nothing had to be waited for, and
/// hands them to connected(), wrote() or got(), which say what they mean. `Security` is what TLS and plain
/// TCP differ in.
template <class Security>
class beast_connection {
    using tcp = boost::asio::ip::tcp;
    using error_code = boost::system::error_code;
    using stream = typename Security::stream;

  public:
    static constexpr bool proves_peer = Security::proves_peer;

    beast_connection(boost::asio::any_io_executor executor,
                     std::shared_ptr<beast_settings<Security>> settings)
        : executor_(std::move(executor)), settings_(std::move(settings)), timer_(executor_),
          system_resolver_(executor_) {}
    ~beast_connection() {
        forget_look_up();
        close();
    }
    beast_connection(beast_connection const&) = delete;
    beast_connection& operator=(beast_connection const&) = delete;

    /// Closes an older connection and opens a new one: the look-up, TCP to the first address that answers,
    /// and TLS share the one deadline.
    template <class Done>
    void async_connect(std::int64_t deadline, Done done) {
        close();
        outcome_ = errc::none;
        cancelled_ = false;
        connecting<Done>{this, time_of(deadline), std::move(done)}.begin();
    }
    /// What came of it; after an error there is no connection.
    [[nodiscard]] errc connected() const noexcept { return outcome_; }

    template <class Done>
    void async_write(std::string_view bytes, std::int64_t deadline, Done done) {
        if (!stream_ || write_failure_ != errc::none) return done(error_code{}, std::size_t{0});
        lowest().expires_at(time_of(deadline));
        stream_->async_write_some(boost::asio::buffer(bytes.data(), bytes.size()), std::move(done));
    }
    /// After connection_reset and tls_failed, what the peer said before can as a rule still be read, and
    /// another write fails likewise; after other errors there is no connection.
    result<std::size_t> wrote(error_code const& failure, std::size_t size) noexcept {
        if (!stream_) return errc::called_out_of_order;
        if (write_failure_ != errc::none) return write_failure_;
        if (!failure) return size;
        // TLS may read in order to write, and an end that it met must not be waited for again.
        bool const read_ended =
            failure == boost::asio::error::eof || failure == boost::asio::ssl::error::stream_truncated;
        errc const why = errc_of(failure);
        if (read_ended || why == errc::timed_out)
            close();
        else
            write_failure_ = why;
        return why;
    }

    template <class Done>
    void async_read(std::span<char> space, std::int64_t deadline, Done done) {
        // Asio may wait without end for news of a socket that has reported its end before.
        if (!stream_ || ended_) return done(error_code{}, std::size_t{0});
        lowest().expires_at(time_of(deadline));
        stream_->async_read_some(boost::asio::buffer(space.data(), space.size()), std::move(done));
    }
    /// 0, now and from now on: the peer ended its direction cleanly. After an error there is no connection.
    result<std::size_t> got(error_code const& failure, std::size_t size) noexcept {
        if (!stream_) return errc::called_out_of_order;
        if (ended_ || !failure) return ended_ ? 0 : size;
        // A failed write takes the news of a reset away, and a read then sees only an end.
        bool const clean = Security::proves_peer || write_failure_ == errc::none;
        if (failure == boost::asio::error::eof && clean) {
            ended_ = true;
            return std::size_t{0};
        }
        close();
        return errc_of(failure);
    }

    /// Makes the operation under way end soon. Its handler comes; then the connection is to be closed.
    void cancel() noexcept {
        cancelled_ = true;
        try {
            timer_.cancel();
        } catch (boost::system::system_error const&) {
        }
        if (stream_) lowest().close();
    }

    /// Whether it is still as an exchange left it: see basic_beast_transport::usable.
    [[nodiscard]] bool usable() noexcept {
        if (!stream_ || ended_ || write_failure_ != errc::none || !Security::quiet(*stream_)) return false;
        char byte = 0;
        error_code state;
        auto& socket = lowest().socket();
        if (!socket.non_blocking()) socket.non_blocking(true, state);
        if (!state) socket.receive(boost::asio::buffer(&byte, 1), tcp::socket::message_peek, state);
        if (state == boost::asio::error::would_block) return true;
        // A socket tells of its failure once, so a read would now see a clean end.
        if (state && state != boost::asio::error::eof) close();
        return false;
    }

    /// Drops the connection, if there is one. No operation may be under way.
    void close() noexcept {
        if (stream_ && secured_) settings_->security.keep_session(*stream_);
        stream_.reset();
        secured_ = ended_ = false;
        write_failure_ = errc::none;
    }

  private:
    /// The operation async_connect, which moves on from handler to handler.
    template <class Done>
    struct connecting {
        using executor_type = boost::asio::any_io_executor;
        using allocator_type = boost::asio::associated_allocator_t<Done>;
        enum class stage : std::uint8_t { look_up, dial, greet };

        beast_connection* line;
        std::chrono::steady_clock::time_point deadline;
        Done done;
        stage at = stage::look_up;

        [[nodiscard]] executor_type get_executor() const noexcept { return line->executor_; }
        [[nodiscard]] allocator_type get_allocator() const noexcept {
            return boost::asio::get_associated_allocator(done);
        }

        void begin() {
            auto const& [endpoint, resolver, security] = *line->settings_;
            if (errc const why = endpoint.status(); why != errc::none) return finish(why);
            if (errc const why = security.status(endpoint); why != errc::none) return finish(why);
            line->addresses_.clear();
            error_code is_name;
            auto const address = boost::asio::ip::make_address(endpoint.host(), is_name);
            if (!is_name) {
                line->addresses_.emplace_back(address, endpoint.port());
                return dial();
            }
            line->look_up();
            line->timer_.expires_at(deadline);
            line->timer_.async_wait(std::move(*this));
        }
        void operator()(error_code failure, tcp::endpoint const&) { (*this)(failure); }
        void operator()(error_code failure) {
            if (line->cancelled_) return finish(errc::cancelled);
            switch (at) {
            case stage::look_up:
                if (errc const why = line->take_addresses(); why != errc::none) return finish(why);
                return dial();
            case stage::dial:
                if (failure == boost::beast::error::timeout) return finish(errc::timed_out);
                if (failure) return finish(errc::connect_failed);
                return greet();
            case stage::greet: return finish(line->settings_->security.judge(*line->stream_, failure));
            }
        }
        void dial() {
            errc const why = line->settings_->security.make(line->stream_, line->executor_);
            if (why != errc::none) return finish(why);
            at = stage::dial;
            line->lowest().expires_at(deadline);
            line->lowest().async_connect(line->addresses_, std::move(*this));
        }
        void greet() {
            // Requests are written whole; waiting for more bytes to send along would only delay them.
            error_code only_slower;
            line->lowest().socket().set_option(tcp::no_delay(true), only_slower);
            at = stage::greet;
            Security::async_greet(*line->stream_, std::move(*this));
        }
        void finish(errc why) {
            line->forget_look_up();
            line->outcome_ = why;
            line->secured_ = why == errc::none;
            if (why != errc::none) line->close();
            done(error_code{}, std::size_t{0});
        }
    };

    /// Starts the search for the addresses of the endpoint's host. It cannot be interrupted, only abandoned.
    void look_up() {
        forget_look_up();
        mailbox_ = std::make_shared<mailbox>(executor_, timer_);
        std::string const host(settings_->endpoint.host());
        if (settings_->resolver)
            return settings_->resolver(host, [box = mailbox_](std::vector<boost::asio::ip::address> found) {
                mailbox::deliver(box, std::move(found));
            });
        system_resolver_.async_resolve(
            host, "", tcp::resolver::address_configured,
            [box = mailbox_](error_code, tcp::resolver::results_type const& found) {
                std::vector<boost::asio::ip::address> addresses;
                for (auto const& entry : found) addresses.push_back(entry.endpoint().address());
                mailbox::deliver(box, std::move(addresses));
            });
    }
    errc take_addresses() {
        auto const found = mailbox_->close();
        if (!found) return errc::timed_out;
        if (found->empty()) return errc::resolve_failed;
        for (auto const& address : *found)
            if (settings_->security.admits(address))
                addresses_.emplace_back(address, settings_->endpoint.port());
        return addresses_.empty() ? errc::endpoint_malformed : errc::none;
    }
    void forget_look_up() noexcept {
        if (!mailbox_) return;
        mailbox_->close();
        mailbox_.reset();
        try {
            // Those that have not begun yet end at once, so that none pile up behind one that is stalled.
            system_resolver_.cancel();
        } catch (boost::system::system_error const&) {
        }
    }

    boost::beast::tcp_stream& lowest() noexcept { return boost::beast::get_lowest_layer(*stream_); }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<beast_settings<Security>> settings_;
    boost::asio::steady_timer timer_;
    tcp::resolver system_resolver_;
    std::shared_ptr<mailbox> mailbox_{};
    std::vector<tcp::endpoint> addresses_{};
    std::optional<stream> stream_{};
    errc outcome_ = errc::none;
    bool cancelled_ = false;
    bool secured_ = false;
    bool ended_ = false;
    errc write_failure_ = errc::none;
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
