#ifndef SLB_ERROR_HPP
#define SLB_ERROR_HPP

#include <slb/text.hpp>

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace slb::inline v0_1 {

/// What is wrong. Every enumerator has one sentence, `message(errc)`. Compare errors with these directly:
/// `if (response.error() == slb::errc::timed_out)`.
enum class errc : std::uint8_t {
    none,

    // A value of the request. The same rules hold for literals, at compile time: see rules.hpp.
    port_out_of_range,
    weight_out_of_range,
    id_empty,
    id_too_long,
    id_alphabet,
    description_length,
    description_alphabet,
    server_type_unknown,
    server_address_malformed,
    listener_protocol_unknown,
    tag_key_length,
    tag_value_length,
    tag_alphabet,
    tag_reserved,
    list_empty,
    too_many_items,
    // Rules across values of the request.
    server_address_missing,
    duplicate_server,
    server_replaced_by_itself,
    nothing_to_set,
    // A request of raw parameters.
    action_malformed,
    parameter_name_malformed,
    parameter_name_taken,
    parameter_repeated,
    parameter_not_utf8,
    // A request read from JSON.
    parameter_unknown,
    parameter_missing,
    parameter_mistyped,
    lists_unequal,

    // What the caller hands in beside the request.
    endpoint_malformed,
    credentials_missing,
    credentials_malformed,
    credentials_unavailable,
    out_of_memory,
    randomness_unavailable,
    crypto_failed,
    trust_unreadable,
    executor_missing,
    called_out_of_order,

    // The way to the server and back.
    resolve_failed,
    connect_failed,
    tls_failed,
    certificate_refused,
    connection_reset,
    reused_connection_lost,
    connection_closed,
    timed_out,
    cancelled,
    answer_without_request,

    // The bytes of the response.
    http_malformed,
    http_framing_refused,
    http_head_too_large,
    body_too_large,
    not_an_api_response,
    text_malformed,
    utf8_invalid,
    too_deep,
    too_many_elements,
    member_missing,
    member_repeated,
    member_malformed,
    xml_refused,
    doctype_refused,
    entity_refused,

    // The server answered, and the answer is no: see error::service().
    clock_skew,
    service_refused,
};

/// How many there are, errc::none included: their values are 0 to errc_count - 1.
inline constexpr int errc_count = static_cast<int>(errc::service_refused) + 1;

/// One sentence for each errc: for rules the predicate ("must be between 1 and 65535"), else what happened.
[[nodiscard]] constexpr std::string_view message(errc code) noexcept {
    switch (code) {
    case errc::none: return "no error";
    case errc::port_out_of_range: return "must be between 1 and 65535";
    case errc::weight_out_of_range: return "must be between 0 and 100";
    case errc::id_empty: return "must not be empty";
    case errc::id_too_long: return "must have at most 128 characters";
    case errc::id_alphabet: return "must be printable ASCII without space, quote or backslash";
    case errc::description_length: return "must have 1 to 80 characters";
    case errc::description_alphabet: return "must be letters, digits, '-', '/', '.', '_' or U+4E00 to U+9FFF";
    case errc::server_type_unknown: return "must be ecs, eni or eci";
    case errc::server_address_malformed: return "must be an IPv4 or IPv6 address";
    case errc::listener_protocol_unknown: return "must be tcp, udp, http or https";
    case errc::tag_key_length: return "must have 1 to 64 characters";
    case errc::tag_value_length: return "must not have more than 128 characters";
    case errc::tag_alphabet: return "must be UTF-8 without control characters";
    case errc::tag_reserved: return "must not begin with aliyun or acs: or hold http:// or https://";
    case errc::list_empty: return "must hold at least one item";
    case errc::too_many_items: return "must not hold more items than one call takes";
    case errc::server_address_missing: return "must be given for a server of type eni or eci";
    case errc::duplicate_server: return "must not name the same server twice";
    case errc::server_replaced_by_itself: return "must not name the server it replaces";
    case errc::nothing_to_set: return "must be given, or another value to set";
    case errc::action_malformed: return "must be 1 to 64 letters, digits, '-' or '.'";
    case errc::parameter_name_malformed: return "must be named with 1 to 64 letters, digits, '.' or '_'";
    case errc::parameter_name_taken: return "must not be named as a parameter that every call has";
    case errc::parameter_repeated: return "must not be given twice";
    case errc::parameter_not_utf8: return "must be UTF-8";
    case errc::parameter_unknown: return "is no member of this request";
    case errc::parameter_missing: return "must not be left out";
    case errc::parameter_mistyped: return "has the wrong type";
    case errc::lists_unequal: return "must hold as many items as the list that belongs to it";
    case errc::endpoint_malformed: return "must be a host name or an address, and a port";
    case errc::credentials_missing: return "must be given";
    case errc::credentials_malformed: return "must be printable ASCII without space or comma";
    case errc::credentials_unavailable: return "no credentials are to be had";
    case errc::out_of_memory: return "the allocator has no memory left";
    case errc::randomness_unavailable: return "the host gave no randomness for the nonce";
    case errc::crypto_failed: return "the crypto library failed";
    case errc::trust_unreadable: return "the certificates to trust could not be read";
    case errc::executor_missing: return "the transport was made without an executor";
    case errc::called_out_of_order: return "the machine was called out of order";
    case errc::resolve_failed: return "the host name could not be resolved";
    case errc::connect_failed: return "no connection could be made";
    case errc::tls_failed: return "the TLS connection failed";
    case errc::certificate_refused: return "the server's certificate was refused";
    case errc::connection_reset: return "the connection was reset";
    case errc::reused_connection_lost: return "the kept connection was lost before the server answered";
    case errc::connection_closed: return "the connection was closed before the response was complete";
    case errc::timed_out: return "the deadline passed";
    case errc::cancelled: return "the call was cancelled";
    case errc::answer_without_request: return "the server answered before it had the request";
    case errc::http_malformed: return "the response is not HTTP/1.1";
    case errc::http_framing_refused: return "the length of the response is ambiguous";
    case errc::http_head_too_large: return "the head of the response is too large";
    case errc::body_too_large: return "the body of the response is too large";
    case errc::not_an_api_response: return "the response is not the API's; a proxy may have sent it";
    case errc::text_malformed: return "the body of the response is not well-formed";
    case errc::utf8_invalid: return "the body of the response is not valid UTF-8";
    case errc::too_deep: return "the body of the response is nested too deeply";
    case errc::too_many_elements: return "the body of the response holds too many elements";
    case errc::member_missing: return "is missing from the response";
    case errc::member_repeated: return "stands twice in the response";
    case errc::member_malformed: return "has the wrong type or range in the response";
    case errc::xml_refused: return "the response is XML, where only JSON can be read";
    case errc::doctype_refused: return "the XML response declares a document type";
    case errc::entity_refused: return "the XML response uses an entity that is not predefined";
    case errc::clock_skew: return "the server's clock differs by more seconds than are corrected";
    case errc::service_refused: return "the service answered with an error";
    }
    return "unknown error";
}

/// What to do about it, besides what its sentence says; empty where that is all.
[[nodiscard]] constexpr std::string_view advice(errc code) noexcept {
    switch (code) {
    case errc::endpoint_malformed: return "give the name alone, without https:// and without a path";
    case errc::credentials_malformed: return "look for a space or a line break copied along";
    case errc::clock_skew: return "set the clock";
    case errc::randomness_unavailable: return "check the transport's source of random bytes";
    case errc::crypto_failed: return "check that the crypto library permits SHA-256 and SHA-1";
    case errc::trust_unreadable: return "check that the CA file is there and holds PEM certificates";
    case errc::executor_missing: return "give it one to make asynchronous calls";
    case errc::called_out_of_order: return "call its members in the order that its comment gives";
    case errc::resolve_failed: return "check the host name and the DNS";
    case errc::connect_failed: return "check the endpoint's address and port, and firewalls";
    case errc::tls_failed: return "check that the endpoint speaks TLS 1.2 or later";
    case errc::certificate_refused:
        return "check the CA file, and that the certificate is for this host name";
    case errc::connection_reset:
    case errc::reused_connection_lost:
    case errc::connection_closed:
    case errc::answer_without_request: return "the next call needs a new connection";
    case errc::timed_out: return "check the network, or allow more time in call_options";
    case errc::http_malformed:
    case errc::http_framing_refused:
    case errc::not_an_api_response: return "check that the endpoint is that of the service";
    case errc::http_head_too_large:
    case errc::body_too_large: return "raise call_options::http_limits";
    case errc::too_deep:
    case errc::too_many_elements: return "raise call_options::parse_limits";
    // For values the sentence is the rule; what is wrong with a body is nothing that its reader can mend.
    default: return {};
    }
}

/// How far a call came. `maybe_applied`: bytes were sent and no answer tells the outcome; read the group back
/// before repeating. `applied`: the server said yes, and what it said could not be read.
enum class delivery : std::uint8_t { not_sent, rejected, maybe_applied, applied };

/// One or two words for each delivery, with which the text of an error begins.
[[nodiscard]] constexpr std::string_view message(delivery reached) noexcept {
    switch (reached) {
    case delivery::not_sent: return "not sent";
    case delivery::rejected: return "rejected";
    case delivery::maybe_applied: return "maybe applied";
    case delivery::applied: return "applied";
    }
    return "unknown delivery";
}

/// What to do about a call that came this far and failed; empty where it changed nothing.
[[nodiscard]] constexpr std::string_view advice(delivery reached) noexcept {
    switch (reached) {
    case delivery::not_sent:
    case delivery::rejected: return {};
    case delivery::maybe_applied: return "read the group back before sending it again";
    case delivery::applied: return "do not send it again";
    }
    return {};
}

/// Where in a request or response something is wrong, in the names of the wire:
/// `NewBackendServers[3].Port` is {"NewBackendServers", "Port", 3}; a list whose elements are parameters of
/// their own counts from 1: `Tag.4.Key` is {"Tag", "Key", 3, true}. Views of static texts, or, of a raw
/// operation and its response, of the names that the caller gave and of those in the response.
struct wire_path {
    /// The parameter of the request, the member or list of the response ("root element": all of an XML one),
    /// or what the caller handed in beside them, as "endpoint"; empty: no place is known.
    std::string_view parameter{};
    /// The member of the list's element; empty: the whole of it.
    std::string_view member{};
    /// The element of the list, from 0; -1: it is no list, or the list as a whole.
    int index = -1;
    /// Whether the elements are parameters of their own.
    bool numbered = false;

    friend constexpr bool operator==(wire_path const&, wire_path const&) = default;
};

/// Everything the service said when it refused a call. The views lie in the response's block and live as
/// long as the response; a member that the server did not send is empty. The message of a refused signature
/// repeats the request that was signed, security token included: log the error's text, which leaves that out.
/// Source: https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism (common error body).
struct service_error {
    /// As the service spells it: lookup_service_code() says what is known of it.
    std::string_view code{};
    /// The service's own sentence.
    std::string_view message{};
    /// The id of this call at the service, for its support.
    std::string_view request_id{};
    /// The host that answered.
    std::string_view host_id{};
    /// What the service recommends: the member Recommend.
    std::string_view recommendation{};
    /// The status of the response, as error::http_status().
    int http_status = 0;
};

namespace detail {

/// The bytes of the control character at the front of `text`: ASCII's, or U+0080 to U+009F, which terminals
/// obey as well; 0: there is none.
constexpr std::size_t control_length(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
    return byte(0) == 0xc2 && text.size() > 1 && byte(1) >= 0x80 && byte(1) < 0xa0 ? 2 : 0;
}
template <class Sink>
constexpr void write_line(Sink& sink, std::string_view text) {
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && control_length(text.substr(plain)) == 0) ++plain;
        if (plain != 0) sink(text.substr(0, plain));
        if (plain == text.size()) return;
        sink("?");
        text.remove_prefix(plain + control_length(text.substr(plain)));
    }
}

/// A refused signature is answered with the request that was signed, token included: not for a log.
constexpr std::string_view without_echo(std::string_view said) {
    for (std::string_view echo : {"server string to sign", "server StringToSign", "server CanonicalRequest"})
        said = said.substr(0, find_ignoring_case(said, echo));
    while (!said.empty() && said.back() == ' ') said.remove_suffix(1);
    return said;
}

} // namespace detail

/// What went wrong, how far the call came, where in the request it lies, and what the server said.
/// Its views live as long as the response (or result) that it came from. Its text never shows a secret.
class error {
  public:
    /// errc::none: nothing is wrong.
    constexpr error() = default;
    /// Of a call that came so far. It names no place; the members with_...() add what else is known.
    constexpr explicit error(errc code, slb::delivery reached = slb::delivery::not_sent)
        : code_(code), delivery_(reached) {}
    /// At a place of a request that was not sent, or of a response: then with_delivery() says so. What the
    /// path views must live as long as the error.
    constexpr error(errc code, wire_path path) : code_(code), path_(path) {}

    /// What is wrong; errc::none: nothing.
    [[nodiscard]] constexpr errc code() const noexcept { return code_; }
    /// How far the call came.
    [[nodiscard]] constexpr slb::delivery delivery() const noexcept { return delivery_; }
    /// Where it is wrong; its parameter is empty where no place is known.
    [[nodiscard]] constexpr wire_path path() const noexcept { return path_; }
    /// The refusal of the service, or null when the server did not refuse.
    [[nodiscard]] constexpr service_error const* service() const noexcept {
        return is_refusal() ? &service_ : nullptr;
    }
    /// The time of day at the server when it refused, from its header Date; seconds since 1970, UTC; 0: it
    /// did not refuse, or did not say.
    [[nodiscard]] constexpr std::int64_t server_time() const noexcept { return server_time_; }
    /// What else is known, in words of whoever failed, as a credential provider; empty as a rule.
    [[nodiscard]] constexpr std::string_view details() const noexcept { return details_; }
    /// The HTTP status of the response, or 0 when there was none.
    [[nodiscard]] constexpr int http_status() const noexcept { return service_.http_status; }
    /// Whether the same call, sent again later, can succeed without a change, and cannot be applied twice:
    /// the service is busy or throttles, or a header asks to wait. An answer that leaves open whether the
    /// call was applied, as 500 InternalError, does not make it retryable, and neither does trouble on the
    /// way: there, delivery() says whether sending again can apply the call twice. A call that only reads
    /// changes nothing, so for one that was sent both do.
    [[nodiscard]] constexpr bool retryable() const noexcept { return retryable_; }
    /// What to do about the cause, in our words; empty where there is nothing useful to say. What to do about
    /// the call is advice(delivery()).
    [[nodiscard]] constexpr std::string_view advice() const noexcept {
        return advice_.empty() ? slb::advice(code_) : advice_;
    }
    /// How long to wait before another attempt, in milliseconds: what the server asked for; where it named
    /// nothing, default_retry_after if the error is retryable, else 0.
    [[nodiscard]] constexpr std::int64_t retry_after() const noexcept {
        return retry_after_ms_ > 0 ? retry_after_ms_ : retryable_ ? default_retry_after : 0;
    }

    /// How long the server asked to wait, in milliseconds; 0: it named nothing.
    [[nodiscard]] constexpr std::int64_t asked_to_wait() const noexcept { return retry_after_ms_; }

    /// Whether that is what is wrong, wherever it is and however far the call came.
    friend constexpr bool operator==(error const& left, errc right) noexcept { return left.code_ == right; }

    /// The number that broke the rule, shown in the text.
    constexpr error& with_number(std::int64_t number) noexcept {
        number_ = number;
        has_number_ = true;
        return *this;
    }
    /// The path is that of a list whose elements are parameters of their own.
    constexpr error& with_numbered_path() noexcept {
        path_.numbered = true;
        return *this;
    }
    /// How far the call came, in place of what it was made with.
    constexpr error& with_delivery(slb::delivery reached) noexcept {
        delivery_ = reached;
        of_call_ = true;
        return *this;
    }
    /// There was no call: the text does not say how far it came.
    constexpr error& without_call() noexcept {
        delivery_ = slb::delivery::not_sent;
        of_call_ = false;
        return *this;
    }
    /// The status of the response; 0: there was none.
    constexpr error& with_http_status(int status) noexcept {
        service_.http_status = status;
        return *this;
    }
    /// What the service said, its status included; service() gives it if the code says that it refused.
    constexpr error& with_service(service_error const& said) noexcept {
        service_ = said;
        return *this;
    }
    /// What server_time() gives.
    constexpr error& with_server_time(std::int64_t unix_seconds) noexcept {
        server_time_ = unix_seconds;
        return *this;
    }
    /// What details() gives; it must live as long as the error, and holds no secret.
    constexpr error& with_details(std::string_view words) noexcept {
        details_ = words;
        return *this;
    }
    /// Another code for what is otherwise the same.
    constexpr error& with_code(errc code) noexcept {
        code_ = code;
        return *this;
    }
    /// Says that the call only reads: to send it again is harmless, and helps unless the answer was too
    /// large, or the call was cancelled.
    constexpr error& of_reading() noexcept {
        bool const in_vain = code_ == errc::body_too_large || code_ == errc::http_head_too_large ||
                             code_ == errc::out_of_memory || code_ == errc::cancelled;
        reads_ = true;
        retryable_ = retryable_ || (delivery_ == slb::delivery::maybe_applied && !in_vain);
        return *this;
    }
    /// Whether retryable() says yes, and for how many milliseconds the server asked to wait; 0: it named
    /// nothing.
    constexpr error& with_retry(bool retryable, std::int64_t after_ms) noexcept {
        retryable_ = retryable;
        retry_after_ms_ = after_ms;
        return *this;
    }
    /// In place of what is said for its code; a static text.
    constexpr error& with_advice(std::string_view advice) noexcept {
        advice_ = advice;
        return *this;
    }

    /// Hands the text, one line, to `sink` piece by piece: `sink(std::string_view)`. Control characters of
    /// the server's texts become '?', so that a log line stays a line.
    template <class Sink>
    constexpr void write(Sink&& sink) const {
        if (code_ != errc::none && of_call_) {
            sink(slb::message(delivery_));
            sink(": ");
        }
        if (!path_.parameter.empty()) {
            detail::write_line(sink, path_.parameter);
            if (path_.index >= 0) {
                sink(path_.numbered ? "." : "[");
                sink(detail::digits(path_.index + (path_.numbered ? 1 : 0)).view());
                sink(path_.numbered ? "" : "]");
            }
            if (!path_.member.empty()) {
                sink(".");
                detail::write_line(sink, path_.member);
            }
            sink(" ");
        }
        sink(slb::message(code_));
        if (has_number_) {
            sink(", is ");
            sink(detail::digits(number_).view());
        }
        if (!details_.empty()) {
            sink(": ");
            detail::write_line(sink, details_);
        }
        if (is_refusal()) {
            sink(": ");
            detail::write_line(sink, service_.code);
            if (!service_.message.empty()) sink(": ");
            detail::write_line(sink, detail::without_echo(service_.message));
        }
        if (service_.http_status != 0) {
            sink(" (HTTP ");
            sink(detail::digits(service_.http_status).view());
            if (!service_.request_id.empty()) {
                sink(", request id ");
                detail::write_line(sink, service_.request_id);
            }
            sink(")");
        }
        if (retryable_) {
            sink("; retry after ");
            sink(detail::digits(retry_after()).view());
            sink(" ms");
        }
        for (std::string_view what_to_do : {reads_ ? std::string_view() : slb::advice(delivery_), advice()})
            if (!what_to_do.empty()) {
                sink("; ");
                sink(what_to_do);
            }
    }

    /// Writes the text into `out`, cut at `size`, and returns its whole length. No terminator is written.
    constexpr std::size_t copy(char* out, std::size_t size) const {
        std::size_t length = 0;
        write([&](std::string_view piece) {
            for (char c : piece) {
                if (length < size) out[length] = c;
                ++length;
            }
        });
        return length;
    }

    /// For anything that takes string views with <<, std::ostream among them (no stream header is needed).
    template <class Stream>
        requires requires(Stream& out, std::string_view text) { out << text; }
    friend Stream& operator<<(Stream& out, error const& shown) {
        shown.write([&](std::string_view piece) { out << piece; });
        return out;
    }

    /// A pause that clients in the field use where the server names none (Terraform's first step).
    static constexpr std::int64_t default_retry_after = 3000;

  private:
    [[nodiscard]] constexpr bool is_refusal() const noexcept {
        return code_ == errc::service_refused || code_ == errc::clock_skew;
    }
    errc code_ = errc::none;
    slb::delivery delivery_ = slb::delivery::not_sent;
    bool of_call_ = true;
    bool has_number_ = false;
    bool retryable_ = false;
    bool reads_ = false;
    wire_path path_{};
    std::int64_t number_ = 0;
    std::int64_t retry_after_ms_ = 0;
    std::int64_t server_time_ = 0;
    std::string_view advice_{};
    std::string_view details_{};
    service_error service_{};
};

namespace detail {
[[noreturn]] inline void die(char const* sentence) noexcept {
    std::fputs(sentence, stderr);
    std::abort();
}
} // namespace detail

/// A value or an error. `value()` on an error ends the program with a sentence, without exceptions.
template <class T>
class [[nodiscard]] result {
  public:
    /// Holds the value.
    constexpr result(T value) : has_value_(true), value_(std::move(value)) {}
    /// @{
    /// Holds the error, whose code is not errc::none.
    constexpr result(slb::error why) noexcept : has_value_(false), error_(why) {}
    constexpr result(errc why) noexcept : result(slb::error(why)) {}
    /// @}
    /// @{
    /// Moves or copies what the other holds. A value that was moved stays there, as its type leaves it; an
    /// error stays as it is.
    constexpr result(result&&) requires std::is_trivially_move_constructible_v<T>
    = default;
    result(result&& other) noexcept(std::is_nothrow_move_constructible_v<T>)
        : has_value_(other.has_value_), error_() {
        if (has_value_)
            ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
        else
            error_ = other.error_;
    }
    constexpr result(result const&) requires std::is_trivially_copy_constructible_v<T>
    = default;
    /// @}
    result& operator=(result const&) = delete;
    constexpr ~result() {
        if (has_value_) value_.~T();
    }

    /// Whether there is a value.
    constexpr explicit operator bool() const noexcept { return has_value_; }
    /// @{
    /// The value; there must be one. It lives in the result.
    [[nodiscard]] constexpr T& value() & {
        require();
        return value_;
    }
    [[nodiscard]] constexpr T const& value() const& {
        require();
        return value_;
    }
    [[nodiscard]] constexpr T&& value() && {
        require();
        return std::move(value_);
    }
    [[nodiscard]] constexpr T& operator*() & { return value(); }
    [[nodiscard]] constexpr T const& operator*() const& { return value(); }
    [[nodiscard]] constexpr T* operator->() & { return &value(); }
    [[nodiscard]] constexpr T const* operator->() const& { return &value(); }
    /// @}
    /// The error; one with errc::none when there is a value.
    [[nodiscard]] constexpr slb::error error() const noexcept { return has_value_ ? slb::error{} : error_; }

  private:
    constexpr void require() const {
        if (!has_value_) detail::die("slb: value() was called on a result that holds an error\n");
    }

    bool has_value_;
    union {
        T value_;
        slb::error error_;
    };
};

/// Success or an error, of what gives no value.
template <>
class [[nodiscard]] result<void> {
  public:
    /// Success.
    constexpr result() noexcept = default;
    /// @{
    /// Holds the error; one with errc::none is success.
    constexpr result(slb::error why) noexcept : error_(why) {}
    constexpr result(errc why) noexcept : error_(slb::error(why)) {}
    /// @}
    /// Whether it is success.
    constexpr explicit operator bool() const noexcept { return error_.code() == errc::none; }
    /// The error; one with errc::none after success.
    [[nodiscard]] constexpr slb::error error() const noexcept { return error_; }

  private:
    slb::error error_{};
};

} // namespace slb::inline v0_1

#endif
