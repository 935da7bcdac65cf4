#ifndef SLB_HTTP_CALL_HPP
#define SLB_HTTP_CALL_HPP

#include <slb/endpoint.hpp>
#include <slb/observer.hpp>
#include <slb/response.hpp>
#include <slb/sign.hpp>
#include <slb/validate.hpp>

namespace slb::inline v0_1 {

/// The format the service is asked to answer in. Both are read whichever was asked for.
enum class response_format : std::uint8_t { json, xml };

/// Where the API's parameters travel. The vendor's SDKs put them into the query; a target of more than about
/// 8 kB is refused by gateways (414), so `automatic` uses a form body when the target might reach 4 kB (each
/// byte of id and token is counted as three, as if it had to be encoded).
enum class parameter_placement : std::uint8_t { automatic, query, form };

/// How calls are made. All times are milliseconds; INT64_MAX is no limit. session and client keep them:
/// http_call and exchange have no clock.
struct call_options {
    /// How requests are signed.
    signature_scheme scheme = signature_scheme::acs3_hmac_sha256;
    /// What answers are asked for. A raw_operation asks for JSON all the same.
    response_format format = response_format::json;
    /// Where the parameters of the request travel.
    parameter_placement placement = parameter_placement::automatic;
    /// For connecting, TLS included: beyond, errc::timed_out, as for the next two.
    std::int64_t connect_timeout_ms = 5000;
    /// For each write and each read of some bytes.
    std::int64_t step_timeout_ms = 10000;
    /// For the whole call, connecting included: no step lasts longer.
    std::int64_t call_timeout_ms = 30000;
    /// A kept connection idle for this long is not used again. The service drops idle ones after about 10 s
    /// (aliyun/terraform-provider-alicloud, pull request 10635).
    std::int64_t idle_timeout_ms = 5000;
    /// How often and when a failed call is sent again.
    retry_options retry{};
    /// What sees each attempt; null: nobody. It must outlive the calls.
    slb::observer* observer = nullptr;
    /// How large a response may be; a program that hands bodies to receive() watches that itself.
    slb::http_limits http_limits{};
    /// How deep and how long what is in it may be.
    slb::parse_limits parse_limits{};
};

/// One request as a message, for programs that have an HTTP client of their own, and its answer.
///
///   http_call call{endpoint};
///   call.encode(request);                       checks and encodes; once
///   call.sign(signer, unix_seconds, nonce);     for each attempt, with a new time and nonce
///   send call.method(), call.target(), call.header_lines() and call.body() to call.endpoint();
///   call.receive(status, header_lines, body, response);   or call.failed(errc, response)
///
/// bytes() is the same message as it stands on an HTTP/1.1 connection. Views live until the next encode or
/// sign. The encoded request holds no view of the caller's strings.
template <byte_allocator Allocator = heap_allocator>
class http_call {
  public:
    /// For requests to one endpoint, one after the other. A malformed endpoint becomes the error of encode().
    explicit http_call(slb::endpoint const& target, call_options const& options = {},
                       Allocator const& allocator = Allocator())
        : endpoint_(target), options_(options), memory_(allocator) {}
    http_call(http_call const&) = delete;
    http_call& operator=(http_call const&) = delete;

    /// @{
    /// As they were given to the constructor. They live as long as the call.
    [[nodiscard]] slb::endpoint const& endpoint() const { return endpoint_; }
    [[nodiscard]] call_options const& options() const { return options_; }
    /// @}

    /// The name of the action that was encoded; empty: none.
    [[nodiscard]] std::string_view action() const { return action_; }

    /// Checks the request and encodes its parameters. On error nothing can be signed.
    template <callable_operation Operation>
    [[nodiscard]] result<void> encode(Operation const& request) {
        using traits = detail::operation_traits<Operation>;
        using detail::put_query;
        if constexpr (described_operation<Operation>)
            static_assert(hmac_sha1::has_own_names<Operation>(),
                          "a_parameter_must_not_be_named_as_a_common_one");
        query_size_ = message_begin_ = wire_size_ = body_size_ = 0;
        action_ = {};
        if (endpoint_.status() != errc::none)
            return slb::error(endpoint_.status(), wire_path{"endpoint", {}, -1});
        if (slb::error broken = validate(request); broken.code() != errc::none) return broken;
        bool const twice = options_.scheme == signature_scheme::hmac_sha1;
        detail::query_measurer measured;
        put_query(measured, request);
        memory_.resize(0);
        if (!memory_.reserve(measured.once + (twice ? measured.twice : 0))) return errc::out_of_memory;
        char* const begin = memory_.data();
        char* end = nullptr;
        if (twice) {
            detail::signed_query_writer sink({begin}, {begin + measured.once});
            put_query(sink, request);
            query_size_ = static_cast<std::size_t>(sink.once.out - begin);
            twice_begin_ = measured.once;
            places_ = sink.places();
            end = sink.twice.out;
        } else {
            detail::query_writer sink{{begin}};
            put_query(sink, request);
            query_size_ = static_cast<std::size_t>(sink.once.out - begin);
            end = sink.once.out;
        }
        message_begin_ = static_cast<std::size_t>(end - begin);
        memory_.resize(message_begin_);
        format_ = traits::json_only ? response_format::json : options_.format;
        action_ = traits::action(request);
        if constexpr (!described_operation<Operation>) {
            detail::writer{own_action_}.put(action_);
            action_ = {own_action_, action_.size()};
        }
        return {};
    }

    /// Writes the message and its signature. The nonce must be new for each attempt.
    template <class Crypto, class SignerAllocator>
    [[nodiscard]] result<void> sign(signer<Crypto, SignerAllocator> const& with, std::int64_t unix_seconds,
                                    slb::nonce const& once) {
        wire_size_ = body_size_ = 0;
        if (action_.empty()) return errc::called_out_of_order;
        if (with.status().code() != errc::none) return with.status();
        utc_time const now(unix_seconds);
        return options_.scheme == signature_scheme::hmac_sha1 ? sign_hmac_sha1(with, now, once)
                                                              : sign_acs3(with, now, once);
    }

    /// The method of every request of this API.
    [[nodiscard]] static constexpr std::string_view method() { return "POST"; }
    /// The message on an HTTP/1.1 connection, and its parts; empty before sign.
    [[nodiscard]] std::string_view bytes() const { return {memory_.data() + message_begin_, wire_size_}; }
    /// What follows the method: the path `/`, and behind `?` the parameters that travel in the query.
    [[nodiscard]] std::string_view target() const {
        std::string_view const line = bytes().substr(0, bytes().find("\r\n"));
        std::size_t const begin = line.find(' ');
        return begin == line.npos ? line : line.substr(begin + 1, line.rfind(' ') - begin - 1);
    }
    /// All headers as lines `name: value\r\n`, Host and Content-Length among them.
    [[nodiscard]] std::string_view header_lines() const {
        std::string_view const head = bytes().substr(0, wire_size_ - body().size());
        std::size_t const begin = head.find("\r\n");
        return begin == head.npos ? head : head.substr(begin + 2, head.size() - begin - 4);
    }
    /// Calls f(name, value) for each header.
    template <class F>
    void for_each_header(F f) const {
        std::string_view lines = header_lines();
        std::string_view name;
        std::string_view value;
        while (detail::next_header(lines, name, value)) f(name, value);
    }
    /// The request's parameters as a form, or empty where they travel in the query.
    [[nodiscard]] std::string_view body() const { return bytes().substr(wire_size_ - body_size_); }

    /// Reads an answer that another HTTP client has received: its status, the header lines it likes to hand
    /// over (for Retry-After and its kin; each ended by `\r\n`; may be empty), and the whole body, which is
    /// copied.
    template <class Operation, class ResponseAllocator>
    void receive(int status, std::string_view header_lines, std::string_view body,
                 response<Operation, ResponseAllocator>& out) const {
        constexpr std::string_view known = detail::operation_traits<Operation>::known_action;
        detail::response_access::base(out).receive(known.empty() ? action_ : known, status, header_lines,
                                                   body, options_.parse_limits);
    }

    /// @{
    /// There is no answer, for that reason, as errc::connection_reset or errc::timed_out: failed() when bytes
    /// of the message may have been sent, not_connected() when surely none was.
    template <class Operation, class ResponseAllocator>
    void failed(errc why, response<Operation, ResponseAllocator>& out) const {
        end(slb::error(why, slb::delivery::maybe_applied), out);
    }
    template <class Operation, class ResponseAllocator>
    void not_connected(errc why, response<Operation, ResponseAllocator>& out) const {
        end(slb::error(why, slb::delivery::not_sent), out);
    }
    /// @}

  private:
    template <class Operation, class ResponseAllocator>
    void end(slb::error const& why, response<Operation, ResponseAllocator>& out) const {
        auto& base = detail::response_access::base(out);
        base.reset(action_);
        base.fail(why);
    }

    static constexpr std::string_view version_ = "2014-05-15";
    static constexpr std::string_view form_type_ = "application/x-www-form-urlencoded";
    static constexpr std::size_t longest_target_ = 4096;

    [[nodiscard]] std::string_view query() const { return {memory_.data(), query_size_}; }
    [[nodiscard]] std::string_view query_encoded_twice() const {
        return {memory_.data() + twice_begin_, message_begin_ - twice_begin_};
    }
    [[nodiscard]] bool uses_form(std::size_t others_in_target) const {
        if (options_.placement != parameter_placement::automatic)
            return options_.placement == parameter_placement::form;
        return query_size_ + others_in_target >= longest_target_;
    }

    /// Makes room for the message, which put_message writes twice: once to measure, once in earnest, with the
    /// signature that lies between. Behind the message is room for the signer's intermediate texts.
    template <class PutMessage>
    [[nodiscard]] char* reserve(PutMessage const& put_message, std::string_view any_signature,
                                std::size_t scratch) {
        detail::measurer measured;
        put_message(measured, any_signature);
        if (!memory_.reserve(message_begin_ + measured.size + scratch)) return nullptr;
        return memory_.data() + message_begin_ + measured.size;
    }
    template <class PutMessage>
    void write(PutMessage const& put_message, std::string_view signature, std::size_t body_size) {
        char* const begin = memory_.data() + message_begin_;
        detail::writer sink{begin};
        put_message(sink, signature);
        wire_size_ = static_cast<std::size_t>(sink.out - begin);
        body_size_ = body_size;
    }

    template <class Sink>
    static void put_header(Sink& sink, std::string_view name, std::string_view value) {
        sink.put(name);
        sink.put(": ");
        sink.put(value);
        sink.put("\r\n");
    }
    template <class Sink>
    static void put_last_headers(Sink& sink, std::size_t body_size) {
        put_header(sink, "accept-encoding", "identity");
        sink.put("user-agent: slb/");
        sink.put(version);
        sink.put("\r\n");
        put_header(sink, "content-length", detail::digits(static_cast<std::int64_t>(body_size)).view());
        sink.put("\r\n");
    }

    template <class Crypto, class SignerAllocator>
    result<void> sign_acs3(signer<Crypto, SignerAllocator> const& with, utc_time const& now,
                           slb::nonce const& once) {
        bool const form = uses_form(2);
        std::string_view const body = form ? query() : std::string_view();
        char hash[acs3::hash_size];
        if (!acs3::payload_hash<Crypto>(hash, body)) return errc::crypto_failed;

        name_value headers[8];
        std::size_t count = 0;
        auto const add = [&](std::string_view name, std::string_view value) {
            headers[count++] = {name, value};
        };
        if (form) add("content-type", form_type_);
        add("host", endpoint_.host_header());
        add("x-acs-action", action_);
        add("x-acs-content-sha256", {hash, sizeof hash});
        add("x-acs-date", now.view());
        if (!with.security_token().empty()) add("x-acs-security-token", with.security_token());
        add("x-acs-signature-nonce", once.view());
        add("x-acs-version", version_);
        std::span<name_value const> const signed_headers(headers, count);

        // query() moves when memory grows: it is asked for again each time.
        auto const put_message = [&](auto& sink, std::string_view signature) {
            sink.put("POST /");
            if (!form && query_size_ != 0) {
                sink.put("?");
                sink.put(query());
            }
            sink.put(" HTTP/1.1\r\n");
            for (auto const& [name, value] : signed_headers) put_header(sink, name, value);
            sink.put("authorization: ");
            acs3::put_authorization(sink, with.access_key_id(), signed_headers, signature);
            sink.put("\r\n");
            put_header(sink, "accept",
                       format_ == response_format::xml ? "application/xml" : "application/json");
            put_last_headers(sink, form ? query_size_ : 0);
            if (form) sink.put(query());
        };
        auto const canonical = [&] { return form ? std::string_view() : query(); };
        std::string_view const payload(hash, sizeof hash);
        char signature[acs3::signature_size] = {};
        char* const scratch =
            reserve(put_message, {signature, sizeof signature},
                    acs3::canonical_request_bound(method(), "/", canonical(), signed_headers, payload));
        if (scratch == nullptr) return errc::out_of_memory;
        char* const end =
            acs3::canonical_request(scratch, method(), "/", canonical(), signed_headers, payload);
        char text[acs3::string_to_sign_size];
        if (!acs3::string_to_sign<Crypto>(text, {scratch, static_cast<std::size_t>(end - scratch)}) ||
            !acs3::signature<Crypto>(signature, with.sha256_key(), {text, sizeof text}))
            return errc::crypto_failed;
        write(put_message, {signature, sizeof signature}, form ? query_size_ : 0);
        return {};
    }

    template <class Crypto, class SignerAllocator>
    result<void> sign_hmac_sha1(signer<Crypto, SignerAllocator> const& with, utc_time const& now,
                                slb::nonce const& once) {
        std::string_view const values[hmac_sha1::common_parameter_count] = {
            with.access_key_id(),
            action_,
            format_ == response_format::xml ? "XML" : "JSON",
            with.security_token(),
            "HMAC-SHA1",
            once.view(),
            "1.0",
            now.view(),
            version_};
        auto const put_common = [&](auto& sink) {
            for (std::size_t i = 0; i != std::size(values); ++i) {
                if (values[i].empty()) continue;
                auto const& [name, plain] = hmac_sha1::common_parameters[i];
                sink.put(name);
                sink.put("=");
                plain ? sink.put(values[i]) : sink.put_encoded(values[i]);
                sink.put("&");
            }
        };
        detail::measurer common;
        put_common(common);
        bool const form = uses_form(common.size + 3 * hmac_sha1::signature_size);

        auto const put_message = [&](auto& sink, std::string_view signature) {
            sink.put("POST /?");
            if (!form && query_size_ != 0) {
                sink.put(query());
                sink.put("&");
            }
            put_common(sink);
            sink.put("Signature=");
            sink.put_encoded(signature);
            sink.put(" HTTP/1.1\r\n");
            put_header(sink, "host", endpoint_.host_header());
            if (form) put_header(sink, "content-type", form_type_);
            put_last_headers(sink, form ? query_size_ : 0);
            if (form) sink.put(query());
        };
        auto const put_to_sign = [&](auto& sink) {
            hmac_sha1::put_string_to_sign(sink, method(), query_encoded_twice(), places_.at, values);
        };
        detail::measurer to_sign;
        put_to_sign(to_sign);
        char signature[hmac_sha1::signature_size] = {};
        char* const scratch = reserve(put_message, {signature, sizeof signature}, to_sign.size);
        if (scratch == nullptr) return errc::out_of_memory;
        detail::writer sink{scratch};
        put_to_sign(sink);
        if (!hmac_sha1::signature<Crypto>(signature, with.sha1_key(),
                                          {scratch, static_cast<std::size_t>(sink.out - scratch)}))
            return errc::crypto_failed;
        write(put_message, {signature, sizeof signature}, form ? query_size_ : 0);
        return {};
    }

    slb::endpoint endpoint_;
    call_options options_;
    /// The encoded parameters, for signature 1.0 the same encoded twice, then the message, behind it scratch.
    /// It holds the token.
    detail::block<Allocator> memory_;
    std::string_view action_{};
    /// The action where it is not known at compile time.
    char own_action_[64];
    response_format format_ = response_format::json;
    std::size_t query_size_ = 0;
    std::size_t twice_begin_ = 0;
    hmac_sha1::common_places places_{};
    std::size_t message_begin_ = 0;
    std::size_t wire_size_ = 0;
    std::size_t body_size_ = 0;
};

} // namespace slb::inline v0_1

#endif
