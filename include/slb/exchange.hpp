#ifndef SLB_EXCHANGE_HPP
#define SLB_EXCHANGE_HPP

#include <slb/http.hpp>
#include <slb/http_call.hpp>
#include <slb/http_response.hpp>

namespace slb::inline v0_1 {

/// One request and its response on one connection, for any event loop: it never touches a socket.
///
///   exchange ex{endpoint};
///   ex.start(request, response, signer, unix_seconds, nonce);
///   until ex.done():
///     when the connection can be written and ex.wants_write():  ex.sent(my_send(ex.output()))
///     when it can be read (always: an early refusal must be seen):
///         n = my_recv(ex.input());  n != 0 ? ex.received(n) : ex.closed()   // closed: a clean end
///     when it failed:  ex.failed(errc::connection_reset)     when your deadline passed:  ex.expired()
///     when none can be made:  ex.not_connected(errc::connect_failed)
///   `response` then holds the outcome; ex.reusable() says whether the connection can carry the next start.
///
/// output() is valid until sent(), input() until received(). input() is empty when memory ran out; the
/// exchange is then done. The response must stay where it is until done() is true.
template <byte_allocator Allocator = heap_allocator>
class exchange {
  public:
    /// For calls to one endpoint, one after the other. A malformed endpoint becomes the error of each call.
    explicit exchange(slb::endpoint const& target, call_options const& options = {},
                      Allocator const& allocator = Allocator())
        : call_(target, options, allocator) {}
    exchange(exchange const&) = delete;
    exchange& operator=(exchange const&) = delete;

    /// Encodes, signs and begins. The nonce must be new. After an error, done() is true at once.
    template <class Operation, class Crypto, class SignerAllocator>
    void start(Operation const& request, response<Operation, Allocator>& out,
               signer<Crypto, SignerAllocator> const& with, std::int64_t unix_seconds,
               slb::nonce const& once) {
        if (encode(request, out)) begin(with, unix_seconds, once);
    }

    /// Begins with a message of one's own: the whole request as it is to stand on the connection, which must
    /// stay where it is until done() is true.
    void start(std::string_view message, http_response<Allocator>& out) {
        keep(message, out);
        run();
    }

    /// The first half of start(), for those who encode now and connect before they sign. False: done() is
    /// true, and the response holds the error.
    template <class Operation>
    bool encode(Operation const& request, response<Operation, Allocator>& out) {
        carries_message_ = false;
        message_ = {};
        reset(detail::response_access::base(out), detail::operation_traits<Operation>::action(request));
        repeatable_ = detail::operation_traits<Operation>::repeatable(request);
        result<void> const encoded = call_.encode(request);
        return encoded || refuse(encoded.error());
    }
    /// The second half, likewise; it does nothing and gives false when nothing was encoded.
    template <class Crypto, class SignerAllocator>
    bool begin(signer<Crypto, SignerAllocator> const& with, std::int64_t unix_seconds,
               slb::nonce const& once) {
        if (phase_ != phase::encoded) return false;
        result<void> const made = call_.sign(with, unix_seconds, once);
        if (!made) return refuse(made.error());
        message_ = call_.bytes();
        run();
        return true;
    }
    /// Whether the response holds the outcome. From then on, all that is reported is ignored until the next
    /// start.
    [[nodiscard]] bool done() const { return phase_ == phase::done; }
    /// Whether output() holds anything.
    [[nodiscard]] bool wants_write() const { return phase_ == phase::running && sent_ < message_.size(); }
    /// What is left of the request to be sent; empty before begin() and once done. Valid until sent().
    [[nodiscard]] std::string_view output() const {
        return phase_ == phase::running ? message_.substr(sent_) : std::string_view();
    }
    /// `size` bytes of output() were sent, from its front.
    void sent(std::size_t size) {
        std::size_t const left = output().size();
        sent_ += size < left ? size : left;
    }

    /// Room for bytes of the response, at least one; none when memory ran out, which ends the exchange, and
    /// when it is not under way. Valid until received().
    [[nodiscard]] std::span<char> input() {
        if (phase_ != phase::running) return {};
        auto& block = response_->block_;
        // One byte more than is expected, so that a surplus is seen and the connection not used again.
        std::size_t const expected = framer_.expected_size();
        std::size_t wanted = expected != 0 ? expected + 1 : block.size() + smallest_input_;
        if (expected == 0 && wanted < 2 * block.capacity()) wanted = 2 * block.capacity();
        if (block.capacity() == block.size() || (expected != 0 && wanted > block.capacity()))
            if (!block.reserve(wanted)) {
                finish(errc::out_of_memory);
                return {};
            }
        return {block.data() + block.size(), block.capacity() - block.size()};
    }
    /// `size` bytes were put into input().
    void received(std::size_t size) {
        if (phase_ != phase::running) return;
        received_ += size;
        if (sent_ == 0) {
            // What arrives before anything was sent answers something else.
            refuse(slb::error(errc::answer_without_request));
            return;
        }
        auto& block = response_->block_;
        std::size_t filled = block.size() + size;
        auto const state = framer_.consume(block.data(), filled);
        block.resize(filled);
        settle(state);
    }
    /// The peer ended the connection cleanly.
    void closed() {
        if (phase_ == phase::running) settle(framer_.end_of_stream());
    }
    /// The connection failed; `why` is a way to fail, as errc::connection_reset.
    void failed(errc why) {
        abandon(slb::error(why));
        if (phase_ == phase::running) finish(why);
    }
    /// There is no connection, for that reason, and so nothing was sent. Once sent() was called it is
    /// failed().
    void not_connected(errc why) {
        if (phase_ == phase::running && sent_ == 0)
            refuse(slb::error(why));
        else
            failed(why);
    }
    /// The caller's deadline passed. (Where sent() was never called, nothing was sent.)
    void expired() { not_connected(errc::timed_out); }
    /// Gives up an encoded request before it is signed; `why` is reported as it is, as not sent.
    void abandon(slb::error const& why) {
        if (phase_ == phase::encoded) refuse(response_->with_own_details(why));
    }

    /// Whether the whole request has been sent.
    [[nodiscard]] bool request_sent() const { return sent_ == message_.size(); }
    /// Whether any byte of the response has arrived.
    [[nodiscard]] bool response_begun() const {
        return response_ != nullptr && response_->block_.size() != 0;
    }
    /// Whether the connection can carry the next start.
    [[nodiscard]] bool reusable() const { return done() && request_sent() && framer_.keeps_alive(); }
    /// @{
    /// How many bytes were sent and received since the last begin.
    [[nodiscard]] std::size_t bytes_sent() const { return sent_; }
    [[nodiscard]] std::size_t bytes_received() const { return received_; }
    /// @}
    /// @{
    /// As they were given to the constructor. They live as long as the exchange.
    [[nodiscard]] slb::endpoint const& endpoint() const { return call_.endpoint(); }
    [[nodiscard]] call_options const& options() const { return call_.options(); }
    /// @}

  private:
    template <byte_allocator>
    friend class session;

    enum class phase : std::uint8_t { idle, encoded, running, done };
    static constexpr std::size_t smallest_input_ = 4096;

    /// The first half of the start() of a message; the second half is run().
    void keep(std::string_view message, http_response<Allocator>& out) {
        carries_message_ = true;
        repeatable_ = false;
        message_ = message;
        reset(detail::response_access::base_of_message(out), {});
    }
    void run() {
        framer_ = detail::http_framer(call_.options().http_limits);
        phase_ = phase::running;
    }
    /// Back to where encode() or keep() left it, for another attempt of the same request.
    void rewind() { reset(*response_, action()); }
    [[nodiscard]] std::string_view action() const {
        return carries_message_ ? std::string_view() : call_.action();
    }
    void replace(slb::error const& why) { response_->fail(why); }
    [[nodiscard]] slb::error const& outcome() const { return response_->error_; }
    [[nodiscard]] std::string_view request_id() const { return response_->request_id_; }

    void reset(detail::response_base<Allocator>& response, std::string_view action) {
        response_ = &response;
        response.reset(action);
        phase_ = phase::encoded;
        sent_ = received_ = 0;
    }
    bool refuse(slb::error why) {
        response_->fail(why.with_delivery(slb::delivery::not_sent));
        framer_ = detail::http_framer{};
        phase_ = phase::done;
        return false;
    }
    /// Ends without a response: bytes may have been sent, and nobody knows what became of them.
    void finish(errc why) {
        response_->fail(slb::error(why, slb::delivery::maybe_applied).with_http_status(framer_.status()));
        phase_ = phase::done;
    }
    void settle(detail::http_framer::state state) {
        using enum detail::http_framer::state;
        if (state == failed) finish(framer_.failure());
        if (state != complete) return;
        // A yes to half a request is no answer to it; a no may well come early.
        bool const granted = framer_.status() >= 200 && framer_.status() < 300;
        if (granted && !request_sent()) return finish(errc::answer_without_request);
        auto& block = response_->block_;
        std::string_view const body = framer_.body(block.data());
        auto const body_begin = static_cast<std::size_t>(body.data() - block.data());
        block.resize(body_begin + body.size());
        phase_ = phase::done;
        response_->complete(framer_.status(), framer_.header_lines(block.data()), body_begin,
                            call_.options().parse_limits);
    }

    http_call<Allocator> call_;
    detail::response_base<Allocator>* response_ = nullptr;
    detail::http_framer framer_{};
    /// What is sent: that of the call, or one of the caller's.
    std::string_view message_{};
    std::size_t sent_ = 0;
    std::size_t received_ = 0;
    bool carries_message_ = false;
    /// Whether the request may be sent again when its outcome is unknown.
    bool repeatable_ = false;
    phase phase_ = phase::idle;
};

} // namespace slb::inline v0_1

#endif
