#ifndef SLB_EXPLAIN_TEXT_HPP
#define SLB_EXPLAIN_TEXT_HPP

#include <slb/memory.hpp>

#include <array>
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

/// Texts one behind the other in one piece of memory.
template <class Allocator, std::size_t Count>
class text_parts : public growing_text<Allocator> {
  public:
    explicit text_parts(Allocator const& allocator) : growing_text<Allocator>(allocator) {}
    /// Both leave no text behind.
    text_parts(text_parts&& other) noexcept
        : growing_text<Allocator>(std::move(other)), ends_(std::exchange(other.ends_, {})) {}
    text_parts& operator=(text_parts&& other) noexcept {
        growing_text<Allocator>::operator=(std::move(other));
        ends_ = std::exchange(other.ends_, {});
        return *this;
    }
    ~text_parts() = default;

    [[nodiscard]] std::string_view part(std::size_t index) const {
        std::size_t const begin = index == 0 ? 0 : ends_[index - 1];
        return this->view().substr(begin, ends_[index] - begin);
    }
    /// A part ends here, and those behind it are empty as yet.
    void end(std::size_t index) {
        for (std::size_t i = index; i != Count; ++i) ends_[i] = this->size();
    }

  private:
    std::array<std::size_t, Count> ends_{};
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

/// Takes the next piece of a list, in front of a separator (in any case: %2c is %2C).
constexpr std::string_view take_piece(std::string_view& rest, std::string_view separator) {
    std::size_t const size = find_ignoring_case(rest, separator);
    std::string_view const piece = rest.substr(0, size);
    rest.remove_prefix(size == rest.npos ? rest.size() : size + separator.size());
    return piece;
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
inline constexpr std::string_view secret_placeholder = "$SECRET_PARAMETER";

/// A value to be hidden: what stands behind `opening`, in upper or lower case, and in front of `closing`.
/// Without `closing`, `opening` is how a parameter's name ends: '=' follows and '&' ends the value, both
/// encoded as often as they may be.
struct hidden_value {
    std::string_view opening;
    std::string_view closing;
    std::string_view placeholder;
};
inline constexpr hidden_value hidden_values[] = {{"AccessKeyId", {}, key_id_placeholder},
                                                 {"SecurityToken", {}, token_placeholder},
                                                 {"Signature", {}, signature_placeholder},
                                                 {"PrivateKey", {}, secret_placeholder},
                                                 {"Secret", {}, secret_placeholder},
                                                 {"Password", {}, secret_placeholder},
                                                 {"Security-Token:", "\n", token_placeholder},
                                                 {" Credential=", ",", key_id_placeholder},
                                                 // In what a stranger wrote.
                                                 {"Credential=", ",", key_id_placeholder},
                                                 {"Authorization:", "\n", signature_placeholder}};
/// Whether a parameter is one of those that a program may add and that are secret by their name.
constexpr bool is_secret_name(std::string_view name) {
    for (auto const& one : hidden_values)
        if (one.placeholder == secret_placeholder && name.size() >= one.opening.size() &&
            equal_ignoring_case(name.substr(name.size() - one.opening.size()), one.opening))
            return true;
    return false;
}

/// Whose text it is: in ours, '=' is encoded as often as parameters are there and a value ends with its word;
/// what a stranger wrote may be encoded in any way, and only its line ends a value.
enum class text_of : std::uint8_t { our_message, our_string_to_sign, a_stranger };

/// How long a character is with which a text begins, however often it is encoded; 0: it begins otherwise.
constexpr std::size_t encoded_size(std::string_view text, char character, std::string_view code) {
    if (text.empty()) return 0;
    if (text[0] == character) return 1;
    if (text[0] != '%') return 0;
    std::size_t size = 1;
    while (text.substr(size, 2) == "25") size += 2;
    return equal_ignoring_case(text.substr(size, 2), code) ? size + 2 : 0;
}
/// What stands in front of the first '&' that is encoded no more often than the '=' of that length was.
constexpr std::string_view in_front_of_ampersand(std::string_view text, std::size_t equals) {
    for (std::size_t i = 0; i != text.size(); ++i) {
        std::size_t const size = encoded_size(text.substr(i), '&', "26");
        if (size != 0 && size <= equals) return text.substr(0, i);
    }
    return text;
}

/// Puts `text` with placeholders for the values to be hidden. Returns where in what was put the byte `at` of
/// the text stands: where it is hidden, the front of the placeholder.
template <class Sink>
std::size_t put_redacted(Sink& sink, std::string_view text, text_of whose, std::size_t at = 0) {
    bool const is_ours = whose != text_of::a_stranger;
    std::size_t const our_equals = whose == text_of::our_message ? 1 : 3;
    auto const hidden = std::span(hidden_values).first(std::size(hidden_values) - (is_ours ? 2 : 0));
    std::size_t moved_to = 0;
    std::size_t written = 0;
    std::size_t done = 0;
    std::size_t line_end = 0;
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
            std::string_view const behind = rest.substr(one.opening.size());
            std::size_t const equals = one.closing.empty() ? encoded_size(behind, '=', "3D") : 0;
            if (one.closing.empty() && (equals == 0 || (is_ours && equals != our_equals))) continue;
            bool const is_spaced = equals == 0 && behind.substr(0, 1) == " ";
            put_up_to(i + one.opening.size() + (is_spaced ? 1 : equals));
            // It is looked for once in each line: a text may consist of openings.
            if (line_end < done || line_end == 0)
                line_end = (std::min)(text.find_first_of(is_ours ? " \r\n" : "\n", done), text.size());
            std::string_view const line = text.substr(done, line_end - done);
            std::string_view const value =
                equals == 0 ? line.substr(0, line.find(one.closing)) : in_front_of_ampersand(line, equals);
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
