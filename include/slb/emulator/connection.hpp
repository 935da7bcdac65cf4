#ifndef SLB_EMULATOR_CONNECTION_HPP
#define SLB_EMULATOR_CONNECTION_HPP

#include <slb/emulator/http_request.hpp>
#include <slb/emulator/step.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace slb::inline v0_1 {

/// What an emulator answers to a request.
struct emulator_reply {
    /// What the connection sends.
    std::string bytes{};
    /// What happens to it afterwards: read means that it is kept.
    emulator_step after = emulator_step::read;
};

/// One connection of a client. See emulator_step for what next() asks of the caller. An emulator lets it call
///   answer(request)       gives an emulator_reply to an http_request
///   refuse_http(status)   gives the bytes that answer what is no HTTP, before the connection is closed
///   restarts()            how often it has started anew: connections of before are lost
///   accepts()             whether it takes new connections
template <class Emulator>
class basic_emulator_connection {
  public:
    /// A new connection. The emulator must outlive it. While it is down, the connection is reset at once.
    explicit basic_emulator_connection(Emulator& served) : emulator_(&served), restarts_(served.restarts()) {
        if (!served.accepts()) after_ = emulator_step::reset;
    }

    /// Bytes of the peer, in pieces of any size. Pipelined requests are answered one after the other.
    void received(std::string_view bytes) {
        if (lost() || after_ != emulator_step::read) return;
        decoder_.received(bytes);
        proceed();
    }
    /// The peer will send nothing more. Requests that came whole are still answered.
    void closed() { peer_closed_ = true; }
    /// Bytes for the peer; valid until sent() or received().
    [[nodiscard]] std::string_view output() const { return std::string_view(output_).substr(sent_); }
    /// So many bytes of output() are on their way.
    void sent(std::size_t size) {
        sent_ += size;
        if (sent_ < output_.size()) return;
        output_.clear();
        sent_ = 0;
        if (!lost()) proceed();
    }
    /// What to do now; to be asked again after each of the calls above.
    [[nodiscard]] emulator_step next() const {
        if (lost()) return emulator_step::reset;
        if (!output_.empty()) return emulator_step::write;
        if (after_ != emulator_step::read) return after_;
        return peer_closed_ ? emulator_step::close : emulator_step::read;
    }

  private:
    [[nodiscard]] bool lost() const { return restarts_ != emulator_->restarts(); }

    /// Answers what is there, as long as nothing waits to be sent.
    void proceed() {
        while (output_.empty() && after_ == emulator_step::read) {
            if (int const status = decoder_.refusal()) {
                output_ = emulator_->refuse_http(status);
                after_ = emulator_step::close;
            } else if (decoder_.complete()) {
                emulator_reply answered = emulator_->answer(decoder_.request());
                output_ = std::move(answered.bytes);
                after_ = answered.after;
                decoder_.next();
            } else if (decoder_.take_expectation()) {
                output_ = "HTTP/1.1 100 Continue\r\n\r\n";
            } else {
                return;
            }
        }
    }

    Emulator* emulator_;
    std::uint64_t restarts_;
    http_request_decoder decoder_{};
    std::string output_{};
    std::size_t sent_ = 0;
    emulator_step after_ = emulator_step::read;
    bool peer_closed_ = false;
};

} // namespace slb::inline v0_1

#endif
