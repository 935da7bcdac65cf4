#ifndef SLB_HTTP_HPP
#define SLB_HTTP_HPP

#include <slb/error.hpp>

#include <cstring>

namespace slb::inline v0_1 {

/// How large a response may be, at most 1 GiB each. Beyond: errc::http_head_too_large, errc::body_too_large.
struct http_limits {
    /// Bytes of the status line and all headers; also of the trailers of a chunked body.
    std::size_t head = 16 * 1024;
    /// Bytes of the body, without the framing of its chunks.
    std::size_t body = 1024 * 1024;
};

namespace detail {

constexpr bool is_token(char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

constexpr bool is_text(std::string_view line) {
    for (char c : line)
        if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f) return false;
    return true;
}
/// Whether a list separated by commas, as that of the header Connection, has an option.
constexpr bool lists(std::string_view value, std::string_view option) {
    while (!value.empty()) {
        std::size_t const comma = value.find(',');
        if (equal_ignoring_case(trim(value.substr(0, comma)), option)) return true;
        value.remove_prefix(comma == value.npos ? value.size() : comma + 1);
    }
    return false;
}

/// Takes the next `name: value` of header lines that were found in order. False: there is none left.
constexpr bool next_header(std::string_view& lines, std::string_view& name, std::string_view& value) {
    std::size_t const end = lines.find("\r\n");
    if (end == lines.npos || end == 0) return false;
    std::string_view const line = lines.substr(0, end);
    std::size_t const colon = line.find(':');
    name = line.substr(0, colon);
    value = trim(line.substr(colon + 1));
    lines.remove_prefix(end + 2);
    return true;
}
/// The value of the first header of that name (in any case), or an empty view.
constexpr std::string_view find_header(std::string_view lines, std::string_view wanted) {
    std::string_view name;
    std::string_view value;
    while (next_header(lines, name, value))
        if (equal_ignoring_case(name, wanted)) return value;
    return {};
}

/// Frames one HTTP/1.1 response (RFC 9112) in a buffer that belongs to somebody else. It is strict where
/// leniency lets two readers disagree about where a response ends: Content-Length or chunked, never both,
/// neither twice; no folded line, no bare CR or LF.
///
///   http_framer framer{limits};
///   framer.consume(buffer, size);  after bytes were added behind buffer + size; removes chunk framing in
///                                  place, so `size` may come back smaller
///   framer.end_of_stream();        after the peer ended cleanly
///
/// Each says which state it left: need_more, complete, or failed (see failure()). Once complete, the header
/// lines and the body are parts of the buffer.
class http_framer {
  public:
    enum class state : std::uint8_t { need_more, complete, failed };

    explicit http_framer(http_limits limits = {})
        : limits_{limits.head < most ? limits.head : most, limits.body < most ? limits.body : most} {}

    state consume(char* buffer, std::size_t& size) {
        unread_ = body_end_;
        while (stage_ != stage::complete && stage_ != stage::failed && step(buffer, size)) {
        }
        // The framing that was read leaves the buffer: what follows moves up to the end of the body.
        if (unread_ != body_end_) {
            std::memmove(buffer + body_end_, buffer + unread_, size - unread_);
            size -= unread_ - body_end_;
        }
        surplus_ = surplus_ || (stage_ == stage::complete && size != body_end_);
        return current();
    }
    state end_of_stream() {
        if (stage_ == stage::until_close)
            stage_ = stage::complete;
        else if (stage_ != stage::complete && stage_ != stage::failed)
            fail(errc::connection_closed);
        return current();
    }

    [[nodiscard]] errc failure() const { return failure_; }
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] std::string_view header_lines(char const* buffer) const {
        return {buffer + headers_begin_, body_begin_ - headers_begin_};
    }
    [[nodiscard]] std::string_view body(char const* buffer) const {
        return {buffer + body_begin_, body_end_ - body_begin_};
    }
    /// Whether the connection may carry another request: framed by length, nothing asks for its end, and no
    /// byte came after the response.
    [[nodiscard]] bool keeps_alive() const {
        return stage_ == stage::complete && keep_alive_ && !closed_framing_ && !surplus_;
    }
    /// How large the buffer gets at least, as far as that is known.
    [[nodiscard]] std::size_t expected_size() const {
        return stage_ == stage::fixed_body ? body_end_ + static_cast<std::size_t>(remaining_) : 0;
    }

  private:
    enum class stage : std::uint8_t {
        head,
        fixed_body,
        until_close,
        chunk_size,
        chunk_data,
        chunk_end,
        trailers,
        complete,
        failed
    };

    [[nodiscard]] state current() const {
        return stage_ == stage::complete ? state::complete
               : stage_ == stage::failed ? state::failed
                                         : state::need_more;
    }
    bool fail(errc code) {
        stage_ = stage::failed;
        failure_ = code;
        return false;
    }

    /// Goes on by one stage or piece. False: nothing more can be done with these bytes.
    bool step(char* buffer, std::size_t& size) {
        switch (stage_) {
        case stage::head: return read_head({buffer, size});
        case stage::fixed_body:
            if (!take_data(buffer, size)) return false;
            stage_ = stage::complete;
            return true;
        case stage::until_close:
            body_end_ = unread_ = size;
            return body_end_ - body_begin_ > limits_.body && fail(errc::body_too_large);
        case stage::chunk_size: return read_chunk_size({buffer + unread_, size - unread_});
        case stage::chunk_data:
            if (!take_data(buffer, size)) return false;
            stage_ = stage::chunk_end;
            return true;
        case stage::chunk_end: {
            std::string_view const rest(buffer + unread_, size - unread_);
            if (!rest.empty() && rest[0] != '\r') return fail(errc::http_malformed);
            if (rest.size() < 2) return false;
            if (rest[1] != '\n') return fail(errc::http_malformed);
            unread_ += 2;
            stage_ = stage::chunk_size;
            return true;
        }
        case stage::trailers: return read_trailers({buffer + unread_, size - unread_});
        case stage::complete:
        case stage::failed: break;
        }
        return false;
    }

    /// Moves bytes of a length-framed piece to the body. Says whether the piece is whole.
    bool take_data(char* buffer, std::size_t size) {
        std::size_t const available = size - unread_;
        std::size_t const taken = available < remaining_ ? available : static_cast<std::size_t>(remaining_);
        if (unread_ != body_end_) std::memmove(buffer + body_end_, buffer + unread_, taken);
        body_end_ += taken;
        unread_ += taken;
        remaining_ -= taken;
        return remaining_ == 0;
    }

    /// The length of the line at the front, its end not counted; npos: not there yet, or failed.
    std::size_t line_length(std::string_view text, std::size_t limit, errc too_long) {
        std::size_t const end = text.find('\n');
        std::size_t const length = end == text.npos ? text.size() : end;
        if (length > limit + 1) {
            fail(too_long);
            return text.npos;
        }
        if (end == text.npos) return end;
        if (end == 0 || text[end - 1] != '\r') {
            fail(errc::http_malformed);
            return text.npos;
        }
        return end - 1;
    }

    bool read_head(std::string_view text) {
        text.remove_prefix(head_begin_);
        // Lines are checked as they arrive, so that a peer that never ends its head is refused in time.
        for (;;) {
            std::size_t const length =
                line_length(text.substr(head_size_), limits_.head - head_size_, errc::http_head_too_large);
            if (length == text.npos) return false;
            std::string_view const line = text.substr(head_size_, length);
            bool const first = head_size_ == 0;
            if (first ? !read_status_line(line) : !line.empty() && !read_header(line)) return false;
            head_size_ += length + 2;
            if (first) headers_begin_ = head_begin_ + head_size_;
            if (head_size_ > limits_.head) return fail(errc::http_head_too_large);
            if (!first && line.empty()) break;
        }
        body_begin_ = body_end_ = unread_ = head_begin_ + head_size_;
        return choose_framing();
    }
    bool read_status_line(std::string_view line) {
        if (line.size() < 12 || line.substr(0, 7) != "HTTP/1." || (line[7] != '0' && line[7] != '1') ||
            line[8] != ' ' || (line.size() > 12 && line[12] != ' '))
            return fail(errc::http_malformed);
        int status = 0;
        for (char c : line.substr(9, 3)) {
            if (!is_digit(c)) return fail(errc::http_malformed);
            status = status * 10 + (c - '0');
        }
        if (status < 100 || !is_text(line)) return fail(errc::http_malformed);
        status_ = status;
        version_1_1_ = line[7] == '1';
        keep_alive_ = version_1_1_;
        has_length_ = chunked_ = false;
        return true;
    }
    /// `name: value`, with nothing between the name and the colon.
    bool split_header(std::string_view line, std::string_view& name, std::string_view& value) {
        std::size_t const colon = line.find(':');
        if (colon == 0 || colon == line.npos || !is_text(line)) return fail(errc::http_malformed);
        name = line.substr(0, colon);
        for (char c : name)
            if (!is_token(c)) return fail(errc::http_malformed);
        value = trim(line.substr(colon + 1));
        return true;
    }
    bool read_header(std::string_view line) {
        std::string_view name;
        std::string_view value;
        if (!split_header(line, name, value)) return false;
        if (equal_ignoring_case(name, "content-length")) return read_content_length(value);
        if (equal_ignoring_case(name, "transfer-encoding")) {
            if (chunked_ || !version_1_1_ || !equal_ignoring_case(value, "chunked"))
                return fail(errc::http_framing_refused);
            chunked_ = true;
        } else if (equal_ignoring_case(name, "connection")) {
            if (lists(value, "close")) keep_alive_ = false;
        }
        return true;
    }
    bool read_content_length(std::string_view digits) {
        if (has_length_ || digits.empty() || digits.size() > 18) return fail(errc::http_framing_refused);
        remaining_ = 0;
        for (char c : digits) {
            if (!is_digit(c)) return fail(errc::http_framing_refused);
            remaining_ = remaining_ * 10 + static_cast<std::uint64_t>(c - '0');
        }
        has_length_ = true;
        return true;
    }
    bool choose_framing() {
        if (has_length_ && chunked_) return fail(errc::http_framing_refused);
        if (status_ < 200) {
            // An interim response: the final one follows. Upgrades were not asked for.
            if (status_ == 101) return fail(errc::http_malformed);
            head_begin_ += head_size_;
            if (head_begin_ > limits_.head) return fail(errc::http_head_too_large);
            head_size_ = 0;
            status_ = 0;
            return true;
        }
        if (status_ == 204 || status_ == 304) {
            stage_ = stage::complete;
        } else if (chunked_) {
            stage_ = stage::chunk_size;
        } else if (!has_length_) {
            stage_ = stage::until_close;
            closed_framing_ = true;
        } else if (remaining_ > limits_.body) {
            return fail(errc::body_too_large);
        } else {
            stage_ = remaining_ == 0 ? stage::complete : stage::fixed_body;
        }
        return true;
    }

    bool read_chunk_size(std::string_view text) {
        std::size_t const length = line_length(text, max_chunk_line, errc::http_malformed);
        if (length == text.npos) return false;
        std::string_view const line = text.substr(0, length);
        std::size_t digits = 0;
        remaining_ = 0;
        for (; digits < line.size() && is_hex(line[digits]); ++digits) {
            char const c = lower(line[digits]);
            remaining_ = remaining_ << 4 | static_cast<std::uint64_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
            if (remaining_ > limits_.body) return fail(errc::body_too_large);
        }
        // Behind the size only an extension may stand, after optional space.
        std::string_view const extension = trim(line.substr(digits));
        if (digits == 0 || !is_text(line) || (!extension.empty() && extension[0] != ';'))
            return fail(errc::http_malformed);
        unread_ += length + 2;
        if (remaining_ > limits_.body - (body_end_ - body_begin_)) return fail(errc::body_too_large);
        stage_ = remaining_ == 0 ? stage::trailers : stage::chunk_data;
        return true;
    }
    bool read_trailers(std::string_view text) {
        std::size_t const length = line_length(text, limits_.head - trailer_size_, errc::http_head_too_large);
        if (length == text.npos) return false;
        std::string_view const line = text.substr(0, length);
        std::string_view name;
        std::string_view value;
        if (!line.empty() && !split_header(line, name, value)) return false;
        trailer_size_ += length + 2;
        if (trailer_size_ > limits_.head) return fail(errc::http_head_too_large);
        unread_ += length + 2;
        if (line.empty()) stage_ = stage::complete;
        return true;
    }

    static constexpr std::size_t max_chunk_line = 256;
    /// Larger limits count as this one, so that no sum overflows.
    static constexpr std::size_t most = std::size_t{1} << 30;

    http_limits limits_;
    stage stage_ = stage::head;
    errc failure_ = errc::none;
    bool version_1_1_ = false;
    bool keep_alive_ = false;
    bool has_length_ = false;
    bool chunked_ = false;
    bool closed_framing_ = false;
    bool surplus_ = false;
    int status_ = 0;
    std::size_t head_begin_ = 0;
    std::size_t head_size_ = 0;
    std::size_t headers_begin_ = 0;
    std::size_t body_begin_ = 0;
    std::size_t body_end_ = 0;
    /// Where what has not been looked at begins, inside consume(); outside it is body_end_.
    std::size_t unread_ = 0;
    std::uint64_t remaining_ = 0;
    std::size_t trailer_size_ = 0;
};

} // namespace detail
} // namespace slb::inline v0_1

#endif
