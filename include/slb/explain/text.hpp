#ifndef SLB_EXPLAIN_TEXT_HPP
#define SLB_EXPLAIN_TEXT_HPP

#include <slb/memory.hpp>

#include <span>

namespace slb::inline v0_1 {

namespace detail {

/// A text that grows by pieces, none of which may lie in it. Without memory it stops and says so.
template <byte_allocator Allocator>
class growing_text {
  public:
    explicit growing_text(Allocator const& allocator) : block_(allocator) {}

    void put(std::string_view piece) {
        std::size_t const size = block_.size() + piece.size();
        full_ = full_ || (size > block_.capacity() && !block_.reserve(2 * size));
        if (full_) return;
        copy(block_.data() + block_.size(), piece);
        block_.resize(size);
    }

    [[nodiscard]] bool full() const { return full_; }
    [[nodiscard]] std::size_t size() const { return block_.size(); }
    /// Forgets what stands behind the first `size` bytes.
    void cut(std::size_t size) { block_.resize(size); }
    [[nodiscard]] std::string_view view() const { return block_.view(); }
    /// To change in place what was put from `begin` on.
    [[nodiscard]] char* at(std::size_t begin) { return block_.data() + begin; }

  private:
    block<Allocator> block_;
    bool full_ = false;
};

/// The other way round: sink(piece) for what puts pieces.
template <class Sink>
auto sink_for(Sink& sink) {
    struct {
        Sink& to;
        void put(std::string_view piece) { to(piece); }
    } adapted{sink};
    return adapted;
}

constexpr unsigned hex_value(char c) {
    return static_cast<unsigned>(is_digit(c) ? c - '0' : lower(c) - 'a' + 10);
}
/// Decodes %XX in place, and + as a space where that is asked for; what is no escape stays. The new size.
constexpr std::size_t decode(char* text, std::size_t size, bool plus_is_space = false) {
    std::size_t out = 0;
    for (std::size_t i = 0; i != size; ++i, ++out) {
        if (text[i] == '%' && size - i > 2 && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
            text[out] = static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
            i += 2;
        } else {
            text[out] = plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

/// For a terminal: the end of a line as \n, other control characters and what is not UTF-8 as '?'.
template <class Sink>
constexpr void put_visible(Sink& sink, std::string_view text) {
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain != text.size() && control_length(text.substr(plain)) == 0) {
            std::size_t const length = utf8_length(text.substr(plain));
            if (length == 0) break;
            plain += length;
        }
        sink.put(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) return;
        sink.put(text[0] == '\n' ? "\\n" : "?");
        std::size_t const control = control_length(text);
        text.remove_prefix(control == 0 ? 1 : control);
    }
}

/// What stands in texts for what they must not show; in a shell, the names of variables.
inline constexpr std::string_view key_id_placeholder = "$ALIBABA_CLOUD_ACCESS_KEY_ID";
inline constexpr std::string_view token_placeholder = "$ALIBABA_CLOUD_SECURITY_TOKEN";
inline constexpr std::string_view signature_placeholder = "$SIGNATURE";

/// A value to be hidden: what stands between `opening` and `closing`. A line ends it, too.
struct hidden_value {
    std::string_view opening;
    std::string_view closing;
    std::string_view placeholder;
};
/// In heads of messages and canonical requests.
inline constexpr hidden_value hidden_in_lines[] = {{"?AccessKeyId=", "&", key_id_placeholder},
                                                   {"&AccessKeyId=", "&", key_id_placeholder},
                                                   {"?SecurityToken=", "&", token_placeholder},
                                                   {"&SecurityToken=", "&", token_placeholder},
                                                   {"&Signature=", " ", signature_placeholder},
                                                   {"\nx-acs-security-token: ", "\r", token_placeholder},
                                                   {"\nx-acs-security-token:", "\n", token_placeholder},
                                                   {" Credential=", ",", key_id_placeholder},
                                                   {",Signature=", "\r", signature_placeholder}};
/// In a string to sign of signature 1.0, which is encoded twice: what is in a value is encoded once more.
inline constexpr hidden_value hidden_in_string_to_sign[] = {
    {"&AccessKeyId%3D", "%26", key_id_placeholder},
    {"%26AccessKeyId%3D", "%26", key_id_placeholder},
    {"&SecurityToken%3D", "%26", token_placeholder},
    {"%26SecurityToken%3D", "%26", token_placeholder}};
/// In what a stranger wrote, in upper or lower case: wherever it stands and however often it is encoded.
inline constexpr hidden_value hidden_in_echo[] = {
    {"AccessKeyId=", "&", key_id_placeholder},          {"SecurityToken=", "&", token_placeholder},
    {"Signature=", "&", signature_placeholder},         {"AccessKeyId%3D", "%26", key_id_placeholder},
    {"SecurityToken%3D", "%26", token_placeholder},     {"Signature%3D", "%26", signature_placeholder},
    {"AccessKeyId%253D", "%2526", key_id_placeholder},  {"SecurityToken%253D", "%2526", token_placeholder},
    {"Signature%253D", "%2526", signature_placeholder}, {"Security-Token:", "\n", token_placeholder},
    {"Authorization:", "\n", signature_placeholder},    {"Credential=", ",", key_id_placeholder}};

/// Puts `text` with placeholders for the values to be hidden. Returns where in what was put the byte `at` of
/// the text stands: where it is hidden, the front of the placeholder.
template <class Sink>
std::size_t put_redacted(Sink& sink, std::string_view text, std::span<hidden_value const> hidden,
                         std::size_t at = 0, bool any_case = false) {
    std::size_t moved_to = 0;
    std::size_t written = 0;
    std::size_t done = 0;
    auto const put_up_to = [&](std::size_t end) {
        sink.put(text.substr(done, end - done));
        if (at >= done && at <= end) moved_to = written + at - done;
        written += end - done;
        done = end;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (auto const& one : hidden) {
            std::string_view const rest = text.substr(i);
            if (lower(rest[0]) != lower(one.opening[0]) || !begins_with(rest, one.opening)) continue;
            if (!any_case && rest.substr(0, one.opening.size()) != one.opening) continue;
            put_up_to(i + one.opening.size());
            std::string_view const line = text.substr(done, text.substr(done).find('\n'));
            std::string_view const value = line.substr(0, find_ignoring_case(line, one.closing));
            if (!value.empty()) {
                if (at >= done && at < done + value.size()) moved_to = written;
                sink.put(one.placeholder);
                written += one.placeholder.size();
                done += value.size();
            }
            i = done - 1;
            break;
        }
    }
    put_up_to(text.size());
    return at < text.size() ? moved_to : written;
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
