#ifndef SLB_EMULATOR_SERVER_HPP
#define SLB_EMULATOR_SERVER_HPP

#include <slb/emulator/certificate.hpp>
#include <slb/emulator/step.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>

#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace slb::inline v0_1 {

/// What a server can serve: an emulator with a `connection` for each TCP connection, bytes in, bytes out.
///   next()            what to do now; asked again after each of the following
///   received(bytes)   bytes of the peer, after next() said read
///   closed()          the peer ended its direction, after next() said read
///   output()          the bytes to send, at least one when next() says write; valid until sent()
///   sent(n)           so many bytes of output() are on their way
/// A connection that still says read after closed() is closed.
template <class E>
concept served_emulator = std::constructible_from<typename E::connection, E&> &&
    requires(typename E::connection& line, std::string_view bytes, std::size_t size) {
    { line.next() } -> std::same_as<emulator_step>;
    line.received(bytes);
    line.closed();
    { line.output() } -> std::convertible_to<std::string_view>;
    line.sent(size);
};

/// Serves an emulator on a port of 127.0.0.1, on a thread of its own, from construction to destruction:
///   slb::basic_emulator_server server{emulator};                 // http, on a free port
///   connect(server.port());
///   server.with([](auto& emulator) { emulator.advance(60000); });
/// The emulator must outlive the server, and while that lives only its `with` may touch it; one emulator has
/// one server. Connections are served side by side; a peer that is slow, silent or gone holds up no other. An
/// exception thrown by the emulator ends the program.
template <served_emulator Emulator>
class basic_emulator_server {
    using tcp = boost::asio::ip::tcp;
    using error_code = boost::system::error_code;

  public:
    /// Plain TCP. Port 0 picks a free one. Throws boost::system::system_error when the port is taken.
    explicit basic_emulator_server(Emulator& emulator, std::uint16_t port = 0)
        : emulator_(emulator), acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), port)) {
        start();
    }
    /// TLS 1.2 or later. Throws boost::system::system_error also when the certificate does not serve.
    basic_emulator_server(Emulator& emulator, emulator_certificate const& certificate, std::uint16_t port = 0)
        : emulator_(emulator), tls_(boost::asio::ssl::context::tls_server),
          acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), port)) {
        ::SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
        tls_->use_certificate_chain(boost::asio::buffer(certificate.chain));
        tls_->use_private_key(boost::asio::buffer(certificate.key), boost::asio::ssl::context::pem);
        start();
    }
    /// Drops all connections and waits for the thread.
    ~basic_emulator_server() {
        io_.stop();
        thread_.join();
    }
    basic_emulator_server(basic_emulator_server const&) = delete;
    basic_emulator_server& operator=(basic_emulator_server const&) = delete;

    /// The port it listens on: the one picked, when 0 was asked for.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// Gives what `f(emulator)` gives, run on the caller's thread while the server keeps away from the
    /// emulator. Not to be called by the emulator. What refers into the emulator is not to be returned.
    template <class F>
    decltype(auto) with(F&& f) {
        std::scoped_lock const alone(mutex_);
        return std::forward<F>(f)(emulator_);
    }

  private:
    /// One TCP connection. It lives as long as an operation on it is under way, which holds it.
    template <class Stream>
    class session : public std::enable_shared_from_this<session<Stream>> {
        static constexpr bool is_tls = !std::same_as<Stream, tcp::socket>;

      public:
        template <class... Tls>
        session(basic_emulator_server& server, tcp::socket socket, Tls&... tls)
            : server_(server), stream_(std::move(socket), tls...) {
            server_.with([&](Emulator& emulator) { line_.emplace(emulator); });
        }
        ~session() {
            server_.with([&](Emulator&) { line_.reset(); });
        }

        void start() {
            if constexpr (is_tls)
                stream_.async_handshake(Stream::server, [self = held()](error_code error) {
                    if (!error) self->proceed();
                });
            else
                proceed();
        }

      private:
        void proceed() {
            std::string_view output;
            auto const step = server_.with([&](Emulator&) {
                auto const next = line_->next();
                if (next == emulator_step::write) output = line_->output();
                return next;
            });
            switch (step) {
            case emulator_step::read: return ended_ ? close() : read();
            case emulator_step::write: return write(output);
            case emulator_step::close: return close();
            case emulator_step::reset: return reset();
            case emulator_step::stall: return stall(tcp::socket::wait_read);
            }
        }

        void read() {
            stream_.async_read_some(boost::asio::buffer(input_),
                                    [self = held()](error_code error, std::size_t size) {
                                        self->ended_ = error == boost::asio::error::eof;
                                        if (error && !self->ended_) return;
                                        self->server_.with([&](Emulator&) {
                                            if (self->ended_)
                                                self->line_->closed();
                                            else
                                                self->line_->received({self->input_.data(), size});
                                        });
                                        self->proceed();
                                    });
        }

        void write(std::string_view output) {
            stream_.async_write_some(boost::asio::buffer(output.data(), output.size()),
                                     [self = held()](error_code error, std::size_t size) {
                                         if (error) return;
                                         self->server_.with([&](Emulator&) { self->line_->sent(size); });
                                         self->proceed();
                                     });
        }

        void close() {
            if constexpr (is_tls) {
                // As if the peer had said farewell already: otherwise Asio waits for that before FIN.
                ::SSL* const ssl = stream_.native_handle();
                ::SSL_set_shutdown(ssl, ::SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
                stream_.async_shutdown([self = held()](error_code) { self->finish(); });
            } else {
                finish();
            }
        }

        /// Sends FIN and keeps reading until the peer ends too: a socket closed with bytes unread sends RST,
        /// which can destroy the last output on its way. (Asio may never report an end a second time.)
        void finish() {
            error_code gone;
            socket().shutdown(tcp::socket::shutdown_send, gone);
            if (!gone && !ended_) discard();
        }
        void discard() {
            socket().async_read_some(boost::asio::buffer(input_),
                                     [self = held()](error_code error, std::size_t) {
                                         if (!error) self->discard();
                                     });
        }

        void reset() {
            error_code gone;
            socket().set_option(boost::asio::socket_base::linger(true, 0), gone);
            socket().close(gone);
        }

        /// Waits for the end without taking a byte. Behind bytes that nobody takes an end cannot be seen,
        /// only a reset.
        void stall(tcp::socket::wait_type sign) {
            socket().async_wait(sign, [self = held(), sign](error_code error) {
                error_code gone;
                bool const more = !error && self->socket().available(gone) != 0 && !gone;
                if (more && sign == tcp::socket::wait_read) self->stall(tcp::socket::wait_error);
            });
        }

        std::shared_ptr<session> held() { return this->shared_from_this(); }

        tcp::socket& socket() {
            if constexpr (is_tls)
                return stream_.next_layer();
            else
                return stream_;
        }

        basic_emulator_server& server_;
        Stream stream_;
        std::optional<typename Emulator::connection> line_{};
        std::array<char, 16384> input_{};
        bool ended_ = false;
    };

    void start() {
        port_ = acceptor_.local_endpoint().port();
        accept();
        thread_ = std::thread([this] { io_.run(); });
    }

    void accept() {
        acceptor_.async_accept([this](error_code error, tcp::socket socket) {
            // Out of descriptors, most likely: some connections must end first.
            if (error) return accept_later();
            serve(std::move(socket));
            accept();
        });
    }
    void accept_later() {
        pause_.expires_after(std::chrono::milliseconds(10));
        pause_.async_wait([this](error_code) { accept(); });
    }

    void serve(tcp::socket socket) {
        error_code only_slower;
        socket.set_option(tcp::no_delay(true), only_slower);
        if (tls_)
            std::make_shared<session<boost::asio::ssl::stream<tcp::socket>>>(*this, std::move(socket), *tls_)
                ->start();
        else
            std::make_shared<session<tcp::socket>>(*this, std::move(socket))->start();
    }

    Emulator& emulator_;
    std::mutex mutex_{};
    std::optional<boost::asio::ssl::context> tls_{};
    boost::asio::io_context io_{};
    tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_{io_};
    std::uint16_t port_ = 0;
    std::thread thread_{};
};

} // namespace slb::inline v0_1

#endif
