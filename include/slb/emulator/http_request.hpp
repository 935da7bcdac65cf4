#ifndef SLB_EMULATOR_HTTP_REQUEST_HPP
#define SLB_EMULATOR_HTTP_REQUEST_HPP

#include <slb/emulator/text.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slb::inline v0_1 {

/// A header of a request: its name in lower case, its value without outer white space.
struct http_header {
    /// @{
    /// As received but for case and outer white space.
    std::string name;
    std::string value;
    /// @}
};

/// An HTTP/1.1 request whose framing is gone.
struct http_request {
    /// As received: "POST".
    std::string method;
    /// Path and query as received, nothing decoded.
    std::string target;
    /// In the order of the request, trailers left out.
    std::vector<http_header> headers;
    /// What Content-Length or the chunks framed; empty when the request has none.
    std::string body;
    /// Whether the client wants the connection to be kept after the answer.
    bool keep_alive = true;

    /// The value of a header, by its name in lower case. Several values of one name are sorted and joined by
    /// a comma, which is how ACS3 signs them. Nothing: there is no such header.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
        std::vector<std::string_view> values;
        for (auto const& header : headers)
            if (header.name == name) values.push_back(header.value);
        if (values.empty()) return {};
        std::sort(values.begin(), values.end());
        std::string joined(values.front());
        for (std::size_t i = 1; i != values.size(); ++i) joined.append(",").append(values[i]);
        return joined;
    }
};

/// A strict, incremental decoder of HTTP/1.1 requests. It never guesses: whatever could be read in two ways
/// is refused, and after a refusal the connection must be closed.
///
///   decoder.received(bytes);                     // in pieces of any size
///   if (decoder.take_expectation()) ...          // send "100 Continue"
///   if (decoder.complete()) { use(decoder.request()); decoder.next(); }   // another may be there already
///   if (int status = decoder.refusal()) ...      // answer with it and close
///
/// Refusals: 400 malformed, 413 body too large, 414 target too long, 417 unknown expectation, 431 head too
/// large, 501 unknown transfer coding, 505 not HTTP/1.1. Source: RFC 9110 and RFC 9112; narrower than these,
/// only the origin form of a target (`/...`) is taken, and no empty line before a request.
class http_request_decoder {
  public:
    /// @{
    /// In bytes: of the target, of the request line and all headers, of the body without its framing, and of
    /// a line that announces a chunk. More than that is refused.
    static constexpr std::size_t max_target = 8192;
    static constexpr std::size_t max_head = 65536;
    static constexpr std::size_t max_body = 262144;
    static constexpr std::size_t max_chunk_line = 4096;
    /// @}

    /// Takes all bytes and decodes as far as the end of the first request in them.
    void received(std::string_view bytes) {
        if (begin_ != 0) {
            buffer_.erase(0, begin_);
            scanned_ -= begin_;
            begin_ = 0;
        }
        buffer_.append(bytes);
        advance();
    }
    /// Whether there is a whole request. What comes behind it waits for next().
    [[nodiscard]] bool complete() const { return state_ == state::complete; }
    /// The status to refuse with, or 0.
    [[nodiscard]] int refusal() const { return refusal_; }
    /// The request, once it is complete; until next().
    [[nodiscard]] http_request const& request() const { return request_; }
    /// Whether the client waits for "100 Continue" before it sends the body. True once for a request.
    [[nodiscard]] bool take_expectation() {
        bool const waiting = expects_continue_ && state_ < state::complete && begin_ == buffer_.size();
        if (waiting) expects_continue_ = false;
        return waiting;
    }
    /// Forgets the request and goes on with what came after it.
    void next() {
        request_ = {};
        head_size_ = body_left_ = 0;
        expects_continue_ = false;
        state_ = state::request_line;
        advance();
    }

  private:
    enum class state : std::uint8_t {
        request_line,
        header,
        sized_body,
        chunk_size,
        chunk_data,
        chunk_end,
        trailer,
        complete,
        refused,
    };

    void advance() {
        while (state_ < state::complete && step()) {
        }
    }
    /// Does one line or one piece of the body. False: more bytes are needed.
    bool step() {
        if (state_ == state::sized_body || state_ == state::chunk_data) return take_body();
        std::string_view line;
        if (!take_line(line)) return false;
        switch (state_) {
        case state::request_line: on_request_line(line); break;
        case state::header: line.empty() ? on_head_end() : on_header(line, true); break;
        case state::chunk_size: on_chunk_size(line); break;
        case state::chunk_end: line.empty() ? enter(state::chunk_size) : refuse(400); break;
        default: line.empty() ? enter(state::complete) : on_header(line, false); break;
        }
        return true;
    }
    void enter(state next) { state_ = next; }
    void refuse(int status) {
        state_ = state::refused;
        refusal_ = status;
        buffer_.clear();
        begin_ = scanned_ = 0;
    }

    /// The next line without its CRLF. False: it is not there yet, or was refused.
    bool take_line(std::string_view& line) {
        std::size_t const end = buffer_.find('\n', scanned_);
        bool const whole = end != std::string::npos;
        std::size_t const size = (whole ? end + 1 : buffer_.size()) - begin_;
        std::string_view const seen = std::string_view(buffer_).substr(begin_, size);
        bool const chunk_line = state_ == state::chunk_size || state_ == state::chunk_end;
        if (state_ == state::request_line && target_is_long(seen)) return refuse(414), false;
        if (chunk_line && size > max_chunk_line) return refuse(400), false;
        if (!chunk_line && head_size_ + size > max_head) return refuse(431), false;
        if (!whole) {
            scanned_ = buffer_.size();
            return false;
        }
        line = seen.substr(0, size - 1);
        if (line.empty() || line.back() != '\r') return refuse(400), false;
        line.remove_suffix(1);
        if (!detail::is_text(line)) return refuse(400), false;
        if (!chunk_line) head_size_ += size;
        begin_ = scanned_ = end + 1;
        return true;
    }
    static bool target_is_long(std::string_view line) {
        std::size_t const space = line.find(' ');
        if (space == line.npos) return false;
        std::size_t const end = line.find(' ', space + 1);
        return (end == line.npos ? line.size() : end) - (space + 1) > max_target;
    }
    static bool is_token(std::string_view text) {
        return !text.empty() &&
               std::all_of(text.begin(), text.end(), [](char c) { return detail::is_token(c); });
    }

    void on_request_line(std::string_view line) {
        std::size_t const first = line.find(' ');
        std::size_t const last = line.rfind(' ');
        if (first == line.npos || last == first) return refuse(400);
        std::string_view const method = line.substr(0, first);
        std::string_view const target = line.substr(first + 1, last - first - 1);
        std::string_view const protocol = line.substr(last + 1);
        bool const plain =
            std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; });
        if (!is_token(method) || target.substr(0, 1) != "/" || !plain) return refuse(400);
        if (protocol != "HTTP/1.1") return refuse(protocol.substr(0, 5) == "HTTP/" ? 505 : 400);
        request_.method = method;
        request_.target = target;
        enter(state::header);
    }

    void on_header(std::string_view line, bool keep) {
        std::size_t const colon = line.find(':');
        // A line that begins with white space continues the one before it (obs-fold): no token, so refused.
        if (colon == line.npos || !is_token(line.substr(0, colon))) return refuse(400);
        if (!keep) return;
        request_.headers.push_back(
            {detail::lowered(line.substr(0, colon)), std::string(detail::trim(line.substr(colon + 1)))});
    }

    void on_head_end() {
        for (auto once : {"host", "content-length", "transfer-encoding", "authorization", "content-type"})
            if (std::count_if(request_.headers.begin(), request_.headers.end(),
                              [&](auto const& header) { return header.name == once; }) > 1)
                return refuse(400);
        if (request_.header("host").value_or("").empty()) return refuse(400);
        request_.keep_alive = !detail::lists(request_.header("connection").value_or(""), "close");
        if (auto const expected = request_.header("expect")) {
            if (!detail::equal_ignoring_case(*expected, "100-continue")) return refuse(417);
            expects_continue_ = true;
        }
        auto const length = request_.header("content-length");
        auto const coding = request_.header("transfer-encoding");
        if (coding) {
            if (length) return refuse(400);
            if (!detail::equal_ignoring_case(*coding, "chunked")) return refuse(501);
            return enter(state::chunk_size);
        }
        if (!length) return enter(state::complete);
        if (length->empty() || !std::all_of(length->begin(), length->end(), detail::is_digit))
            return refuse(400);
        for (char c : *length) {
            body_left_ = body_left_ * 10 + static_cast<std::size_t>(c - '0');
            if (body_left_ > max_body) return refuse(413);
        }
        enter(body_left_ == 0 ? state::complete : state::sized_body);
    }

    /// `1f4;name=value`: extensions are allowed and mean nothing here.
    void on_chunk_size(std::string_view line) {
        std::size_t digits = 0;
        while (digits < line.size() && detail::is_hex(line[digits])) {
            char const c = detail::lower(line[digits++]);
            body_left_ = body_left_ * 16 + static_cast<std::size_t>(c <= '9' ? c - '0' : c - 'a' + 10);
            if (request_.body.size() + body_left_ > max_body) return refuse(413);
        }
        std::string_view const rest = detail::trim(line.substr(digits));
        if (digits == 0 || (rest.empty() ? digits != line.size() : rest.front() != ';')) return refuse(400);
        enter(body_left_ == 0 ? state::trailer : state::chunk_data);
    }
    bool take_body() {
        std::size_t const size = (std::min)(body_left_, buffer_.size() - begin_);
        request_.body.append(buffer_, begin_, size);
        begin_ += size;
        scanned_ = begin_;
        body_left_ -= size;
        if (body_left_ != 0) return false;
        enter(state_ == state::sized_body ? state::complete : state::chunk_end);
        return true;
    }

    http_request request_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t scanned_ = 0;
    std::size_t head_size_ = 0;
    std::size_t body_left_ = 0;
    int refusal_ = 0;
    state state_ = state::request_line;
    bool expects_continue_ = false;
};

} // namespace slb::inline v0_1

#endif
