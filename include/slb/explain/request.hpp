#ifndef SLB_EXPLAIN_REQUEST_HPP
#define SLB_EXPLAIN_REQUEST_HPP

#include <slb/explain/curl.hpp>
#include <slb/explain/signed_message.hpp>
#include <slb/explain/source.hpp>

namespace slb::inline v0_1 {

namespace detail {
struct explanation_access;
} // namespace detail

/// What a request comes to, without sending it. No text of it shows a secret, an access key id, a token or a
/// signature: where they stand in the message, it has $ALIBABA_CLOUD_ACCESS_KEY_ID,
/// $ALIBABA_CLOUD_SECURITY_TOKEN and $SIGNATURE. Of parameters, those are secret whose name ends in
/// PrivateKey, Secret or Password: for them stands $SECRET_PARAMETER, in a body for the encoded value. All
/// others are shown as they are. (The hash in the string to sign of ACS3 is that of the real text.) It owns
/// its texts; its views live as long as it does.
template <byte_allocator Allocator = heap_allocator>
class explanation {
  public:
    /// errc::none, or why the request cannot be sent; then there is only source().
    [[nodiscard]] slb::error error() const { return error_; }
    /// The C++ expression that makes the request.
    [[nodiscard]] std::string_view source() const { return part(source_part); }
    /// The request's own parameters, encoded and sorted.
    [[nodiscard]] std::string_view canonical_query() const { return part(canonical_query_part); }
    /// @{
    /// What is signed under each scheme, whichever the options name: under signature 1.0 one text; under ACS3
    /// the canonical request, whose hash stands in the string to sign.
    [[nodiscard]] std::string_view hmac_sha1_string_to_sign() const { return part(hmac_sha1_part); }
    [[nodiscard]] std::string_view acs3_canonical_request() const { return part(canonical_request_part); }
    [[nodiscard]] std::string_view acs3_string_to_sign() const { return part(acs3_part); }
    /// @}
    /// @{
    /// The message under the scheme of the options as it stands on the connection: up to the empty line, and
    /// behind it.
    [[nodiscard]] std::string_view head() const { return part(head_part); }
    [[nodiscard]] std::string_view body() const { return part(body_part); }
    /// @}
    /// The same as a command for a shell in which the variables named above are set, SIGNATURE to the HMAC
    /// of the string to sign: of ACS3 in hexadecimal, of signature 1.0 (which needs curl 7.87) in base64. It
    /// always uses https, which a plain emulator does not speak.
    [[nodiscard]] std::string_view curl() const { return part(curl_part); }

    /// Hands all of it to `sink` piece by piece: `sink(std::string_view)`. Control characters become '?'.
    template <class Sink>
    void write(Sink&& sink) const {
        auto out = detail::sink_for(sink);
        put_section(out, "the request in C++", source());
        if (error_.code() != errc::none) {
            error_.write(sink);
            out.put("\n");
            return;
        }
        put_section(out, "canonical query", canonical_query());
        put_section(out, "string to sign of signature 1.0", hmac_sha1_string_to_sign());
        put_section(out, "canonical request of ACS3", acs3_canonical_request());
        put_section(out, "string to sign of ACS3", acs3_string_to_sign());
        put_section(out, "head of the message", head().substr(0, head().size() - 2));
        put_section(out, "body of the message", body());
        put_section(out, "for a shell", curl());
    }
    /// For anything that takes string views with <<, std::ostream among them (no stream header is needed).
    template <class Stream>
        requires requires(Stream& out, std::string_view text) { out << text; }
    friend Stream& operator<<(Stream& out, explanation const& shown) {
        shown.write([&](std::string_view piece) { out << piece; });
        return out;
    }

  private:
    friend struct detail::explanation_access;

    enum part_index : std::uint8_t {
        source_part,
        canonical_query_part,
        hmac_sha1_part,
        canonical_request_part,
        acs3_part,
        head_part,
        body_part,
        curl_part,
        part_count
    };

    explicit explanation(Allocator const& allocator) : text_(allocator) {}

    [[nodiscard]] std::string_view part(part_index index) const { return text_.part(index); }
    template <class Out>
    static void put_section(Out& out, std::string_view title, std::string_view text) {
        if (text.empty()) return;
        out.put(title);
        out.put("\n");
        while (!text.empty()) {
            std::string_view const line = detail::take_piece(text, "\n");
            bool const returns = !line.empty() && line.back() == '\r';
            if (line.size() > (returns ? 1U : 0U)) out.put("    ");
            detail::put_visible(out, line.substr(0, line.size() - (returns ? 1 : 0)));
            out.put("\n");
        }
    }

    template <class Crypto, class Request, class Access>
    void show(Request const& request, explain_options const& how, Access const& access,
              Allocator const& allocator) {
        using message = detail::signed_message<Crypto, Allocator>;
        detail::put_source(text_, request);
        if (text_.full()) {
            text_.cut(0);
            error_ = slb::error(errc::out_of_memory);
            return;
        }
        text_.end(source_part);

        error_ = detail::problem_of(access);
        if (error_.code() != errc::none) return;
        result<slb::endpoint> const target = detail::shown_endpoint<Crypto>(request, how, allocator);
        error_ = target.error();
        if (!target) return;
        std::int64_t const time = how.unix_seconds.value_or(0);
        slb::nonce const once = how.nonce.value_or(detail::no_nonce());
        message acs3_message(*target, how.call, signature_scheme::acs3_hmac_sha256, access, allocator);
        message hmac_sha1_message(*target, how.call, signature_scheme::hmac_sha1, access, allocator);
        for (message* one : {&acs3_message, &hmac_sha1_message}) {
            error_ = one->make(request, time, once).error();
            if (error_.code() != errc::none) return;
        }

        bool const form = acs3_message.query().empty();
        std::string_view const query = form ? acs3_message.body() : acs3_message.query();
        put_redacted(text_, query, detail::text_of::our_message);
        text_.end(canonical_query_part);
        put_redacted(text_, hmac_sha1_message.string_to_sign(), detail::text_of::our_string_to_sign);
        text_.end(hmac_sha1_part);
        detail::growing_text<Allocator> scratch(allocator);
        acs3_message.put_canonical_request(scratch);
        put_redacted(text_, scratch.view(), detail::text_of::our_message);
        text_.end(canonical_request_part);
        text_.put(acs3_message.string_to_sign());
        text_.end(acs3_part);

        bool const is_acs3 = how.call.scheme == signature_scheme::acs3_hmac_sha256;
        message const& sent = is_acs3 ? acs3_message : hmac_sha1_message;
        scratch.cut(0);
        put_redacted(scratch, sent.head(), detail::text_of::our_message);
        text_.put(scratch.view());
        text_.end(head_part);
        detail::growing_text<Allocator> body(allocator);
        put_redacted(body, sent.body(), detail::text_of::our_message);
        text_.put(body.view());
        text_.end(body_part);
        detail::growing_text<Allocator> word(allocator);
        if (!scratch.full()) detail::put_curl(text_, word, scratch.view(), body.view());
        text_.end(curl_part);
        if (text_.full() || scratch.full() || body.full() || word.full()) {
            error_ = slb::error(errc::out_of_memory);
            text_.cut(source().size());
            text_.end(canonical_query_part);
        }
    }

    detail::text_parts<Allocator, part_count> text_;
    slb::error error_{};
};

namespace detail {
/// Makes one, for explain().
struct explanation_access {
    template <class Crypto, class Request, class Access, class Allocator>
    static explanation<Allocator> make(Request const& request, explain_options const& how,
                                       Access const& access, Allocator const& allocator) {
        explanation<Allocator> out(allocator);
        out.template show<Crypto>(request, how, access, allocator);
        return out;
    }
};
} // namespace detail

/// Shows a request, typed or raw, without sending it. Of the access key only the id and the token are read;
/// without one, the request is shown as for a lasting key.
///
///   std::cout << slb::explain(request);
///   slb::explain(request, {.call = {.scheme = slb::signature_scheme::hmac_sha1}}).curl()
template <class Crypto = default_crypto, class Request, shown_access_key Access = no_access_key,
          byte_allocator Allocator = heap_allocator>
[[nodiscard]] explanation<Allocator> explain(Request const& request, explain_options const& how = {},
                                             Access const& access = Access(),
                                             Allocator const& allocator = Allocator()) {
    return detail::explanation_access::make<Crypto>(request, how, access, allocator);
}

} // namespace slb::inline v0_1

#endif
