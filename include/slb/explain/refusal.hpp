#ifndef SLB_EXPLAIN_REFUSAL_HPP
#define SLB_EXPLAIN_REFUSAL_HPP

#include <slb/explain/echo.hpp>
#include <slb/explain/signed_message.hpp>

namespace slb::inline v0_1 {

/// Why the service refused a signature, as far as its answer tells.
enum class refusal_cause : std::uint8_t {
    no_refused_signature,
    request_not_in_order,
    no_echo,
    only_hash,
    other_hash,
    same_text,
    time_changed,
    nonce_changed,
    access_key_changed,
    token_changed,
    encoding_changed,
    parameter_missing,
    parameter_added,
    parameter_changed,
    header_missing,
    header_added,
    header_changed,
    body_changed,
    form_changed,
    no_memory,
};

/// One sentence for each: what it usually means.
[[nodiscard]] constexpr std::string_view message(refusal_cause cause) noexcept {
    switch (cause) {
    case refusal_cause::no_refused_signature: return "no signature was refused";
    case refusal_cause::request_not_in_order: return "the request to compare with is not in order";
    case refusal_cause::no_echo: return "the service does not repeat what it signed, or in an unknown form";
    case refusal_cause::only_hash:
        return "the service repeats only a hash; to compare it, give the time and the nonce of the call";
    case refusal_cause::other_hash:
        return "the service signed another text, but repeats only its hash: a proxy may change the request, "
               "or the time, nonce or endpoint given is not that of the call";
    case refusal_cause::same_text:
        return "the service signed the same text: the secret is not that of the access key id";
    case refusal_cause::time_changed:
        return "the time differs: a proxy or a replay changes it, or the time given is not that of the call";
    case refusal_cause::nonce_changed:
        return "the nonce differs: a proxy or a replay changes it, or the nonce given is not that of the "
               "call";
    case refusal_cause::access_key_changed: return "the access key id differs: it was signed for another key";
    case refusal_cause::token_changed:
        return "the security token differs: something drops or changes it, or it is not that of the call";
    case refusal_cause::encoding_changed:
        return "the same values are encoded in another way: a proxy encodes anew what it passes on (+ for "
               "%20, %2f for %2F, % as %25)";
    case refusal_cause::parameter_missing: return "the service did not get a parameter: a proxy drops it";
    case refusal_cause::parameter_added: return "the service got one parameter more: a proxy adds it";
    case refusal_cause::parameter_changed:
        return "a parameter has another value: a proxy changes it, or another request was sent";
    case refusal_cause::header_missing: return "the service did not get a signed header: a proxy drops it";
    case refusal_cause::header_added: return "the service signed one header more: a proxy adds it";
    case refusal_cause::header_changed:
        return "a signed header has another value: a proxy changes it, as they do with Host and "
               "Content-Type, "
               "or the call went to another endpoint";
    case refusal_cause::body_changed: return "the body has another hash: a proxy changes the body";
    case refusal_cause::form_changed: return "the method, the path, or the order of the parts differs";
    case refusal_cause::no_memory: return "there was no memory to compare the texts";
    }
    return "unknown cause";
}

namespace detail {
struct refusal_access;
} // namespace detail

/// A refused signature explained: the text that the service says it signed, beside ours. Of access key id,
/// token and signature it shows placeholders. It owns its texts; its views live as long as it does.
template <byte_allocator Allocator = heap_allocator>
class refusal_explanation {
  public:
    /// Why the signature was refused, as far as the answer tells.
    [[nodiscard]] refusal_cause cause() const { return cause_; }
    /// What is wrong with the request to compare with, or errc::out_of_memory, else errc::none.
    [[nodiscard]] slb::error error() const { return error_; }
    /// The parameter or header that differs, as far as one does.
    [[nodiscard]] std::string_view name() const { return part(name_part); }
    /// Where the string to sign (of ACS3 the canonical request) differs first; npos: nowhere.
    [[nodiscard]] std::size_t position() const { return position_; }
    /// @{
    /// What both have in front of that, and what follows in ours and in theirs: up to 40 bytes each.
    [[nodiscard]] std::string_view common() const { return part(common_part); }
    [[nodiscard]] std::string_view ours() const { return part(ours_part); }
    [[nodiscard]] std::string_view theirs() const { return part(theirs_part); }
    /// @}

    /// Hands all of it to `sink` piece by piece: `sink(std::string_view)`. Control characters become '?'.
    template <class Sink>
    void write(Sink&& sink) const {
        auto out = detail::sink_for(sink);
        out.put(message(cause_));
        if (cause_ == refusal_cause::same_text && trusts_echo_)
            out.put(
                "; or access key id, token, time or nonce was changed on the way, which giving those of the "
                "call would show");
        out.put("\n");
        if (error_.code() != errc::none) {
            out.put("    ");
            error_.write(sink);
            out.put("\n");
        }
        put_line(out, "name:    ", name());
        if (position_ == std::string_view::npos) return;
        out.put("the texts that were signed differ at byte ");
        out.put(detail::digits(static_cast<std::int64_t>(position_)).view());
        out.put("\n");
        put_line(out, "in both: ", common());
        put_line(out, "ours:    ", ours());
        put_line(out, "theirs:  ", theirs());
    }
    /// For anything that takes string views with <<, std::ostream among them (no stream header is needed).
    template <class Stream>
        requires requires(Stream& out, std::string_view text) { out << text; }
    friend Stream& operator<<(Stream& out, refusal_explanation const& shown) {
        shown.write([&](std::string_view piece) { out << piece; });
        return out;
    }

  private:
    friend struct detail::refusal_access;

    enum part_index : std::uint8_t { name_part, common_part, ours_part, theirs_part, part_count };

    explicit refusal_explanation(Allocator const& allocator) : text_(allocator) {}

    [[nodiscard]] std::string_view part(part_index index) const { return text_.part(index); }
    template <class Out>
    static void put_line(Out& out, std::string_view title, std::string_view text) {
        if (text.empty()) return;
        out.put("    ");
        out.put(title);
        detail::put_visible(out, text);
        out.put("\n");
    }

    template <class Crypto, class Request, class Access>
    void compare(Request const& request, slb::error const& refused, explain_options const& how,
                 Access const& access, Allocator const& allocator) {
        service_error const* const said = refused.service();
        detail::echo const heard(said == nullptr ? std::string_view() : said->message);
        if (!heard.is_there()) {
            bool is_signature = false;
            for (std::string_view code : {"SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignature"})
                is_signature = is_signature || (said != nullptr && said->code == code);
            cause_ = is_signature ? refusal_cause::no_echo : refusal_cause::no_refused_signature;
            return;
        }
        if constexpr (std::is_same_v<Access, no_access_key>) {
            trusts_echo_ = true; // That the answer names no token is taken from it, too.
            detail::growing_text<Allocator> id(allocator);
            detail::growing_text<Allocator> token(allocator);
            credentials const repeated(heard.access_key_id(id), "-", heard.security_token(token));
            if (id.full() || token.full()) {
                error_ = slb::error(errc::out_of_memory);
                return;
            }
            // Without an id, or with one that cannot be sent, any will do.
            if (repeated.problem().code() == errc::none)
                return compare_texts<Crypto>(request, heard, how, repeated, allocator);
            credentials const any(access.access_key_id(), "-", repeated.security_token());
            if (any.problem().code() == errc::none)
                return compare_texts<Crypto>(request, heard, how, any, allocator);
        }
        compare_texts<Crypto>(request, heard, how, access, allocator);
    }

    template <class Crypto, class Request, class Access>
    void compare_texts(Request const& request, detail::echo const& heard, explain_options const& how,
                       Access const& access, Allocator const& allocator) {
        detail::growing_text<Allocator> scratch(allocator);
        std::int64_t time = how.unix_seconds.value_or(0);
        slb::nonce once = how.nonce.value_or(detail::no_nonce());
        if (!how.unix_seconds && detail::parse_utc_time(heard.time(scratch), time)) trusts_echo_ = true;
        if (!how.nonce && detail::parse_nonce(heard.nonce(scratch), once)) trusts_echo_ = true;

        cause_ = refusal_cause::request_not_in_order;
        error_ = detail::problem_of(access);
        if (error_.code() != errc::none) return;
        result<slb::endpoint> const target = detail::shown_endpoint<Crypto>(request, how, allocator);
        error_ = target.error();
        if (!target) return;
        detail::signed_message<Crypto, Allocator> message(*target, how.call, heard.scheme(), access,
                                                          allocator);
        error_ = message.make(request, time, once).error();
        if (error_.code() != errc::none) return;

        detail::growing_text<Allocator> ours(allocator);
        if (heard.scheme() == signature_scheme::hmac_sha1)
            ours.put(message.string_to_sign());
        else
            message.put_canonical_request(ours);
        if (heard.has_only_hash()) {
            bool const same = heard.string_to_sign() == message.string_to_sign();
            cause_ = same                            ? refusal_cause::same_text
                     : how.unix_seconds && how.nonce ? refusal_cause::other_hash
                                                     : refusal_cause::only_hash;
        } else {
            judge(detail::first_difference(ours.view(), heard.text(), heard.scheme(), scratch),
                  heard.scheme(), scratch);
            show_texts(ours.view(), heard.text(), scratch);
        }
        if (scratch.full() || ours.full() || text_.full()) error_ = slb::error(errc::out_of_memory);
    }
    void end_without_memory() {
        cause_ = refusal_cause::no_memory;
        position_ = std::string_view::npos;
        text_.cut(0);
        text_.end(name_part);
    }

    void judge(detail::text_difference const& found, signature_scheme scheme,
               detail::growing_text<Allocator>& scratch) {
        using kind = detail::text_difference::kind;
        bool const is_header = found.is_header;
        std::string_view const name = found.name;
        auto const is_one_of = [&](std::string_view one, std::string_view other) {
            return detail::equal_ignoring_case(name, one) || detail::equal_ignoring_case(name, other);
        };
        bool const is_token = is_one_of("SecurityToken", "x-acs-security-token");
        bool const is_key = is_one_of("AccessKeyId", "x-acs-accesskey-id");
        if (found.what == kind::none)
            cause_ = refusal_cause::same_text;
        else if (found.what == kind::form)
            cause_ = refusal_cause::form_changed;
        else if (found.what == kind::body)
            cause_ = refusal_cause::body_changed;
        else if (is_token)
            cause_ = refusal_cause::token_changed;
        else if (is_key)
            cause_ = refusal_cause::access_key_changed;
        else if (found.what == kind::encoding)
            cause_ = refusal_cause::encoding_changed;
        else if (is_one_of("Timestamp", "x-acs-date"))
            cause_ = refusal_cause::time_changed;
        else if (is_one_of("SignatureNonce", "x-acs-signature-nonce"))
            cause_ = refusal_cause::nonce_changed;
        else if (found.what == kind::missing)
            cause_ = is_header ? refusal_cause::header_missing : refusal_cause::parameter_missing;
        else if (found.what == kind::added)
            cause_ = is_header ? refusal_cause::header_added : refusal_cause::parameter_added;
        else
            cause_ = is_header ? refusal_cause::header_changed : refusal_cause::parameter_changed;

        int const times = is_header ? 0 : scheme == signature_scheme::hmac_sha1 ? 2 : 1;
        scratch.cut(0);
        put_redacted(text_, detail::put_decoded(scratch, name, times), detail::text_of::a_stranger);
        text_.cut((std::min)(text_.size(), longest_name_));
        text_.end(name_part);
    }

    void show_texts(std::string_view ours, std::string_view theirs,
                    detail::growing_text<Allocator>& scratch) {
        std::size_t const at = detail::in_common(ours, theirs);
        if (at == ours.size() && at == theirs.size()) return;
        position_ = at;
        scratch.cut(0);
        std::size_t shown = put_redacted(scratch, ours, detail::text_of::a_stranger, at);
        if (scratch.full()) return;
        std::size_t const begin = shown > context_ ? shown - context_ : 0;
        text_.put(scratch.view().substr(begin, shown - begin));
        text_.end(common_part);
        text_.put(scratch.view().substr(shown, context_));
        text_.end(ours_part);
        scratch.cut(0);
        shown = put_redacted(scratch, theirs, detail::text_of::a_stranger, at);
        if (scratch.full()) return;
        text_.put(scratch.view().substr(shown, context_));
        text_.end(theirs_part);
    }

    static constexpr std::size_t context_ = 40;
    static constexpr std::size_t longest_name_ = 80;

    detail::text_parts<Allocator, part_count> text_;
    std::size_t position_ = std::string_view::npos;
    refusal_cause cause_ = refusal_cause::no_echo;
    /// Whether the answer is believed in what it was to be compared with, so that a change is not seen.
    bool trusts_echo_ = false;
    slb::error error_{};
};

namespace detail {
/// Makes one, for explain().
struct refusal_access {
    template <class Crypto, class Request, class Access, class Allocator>
    static refusal_explanation<Allocator> make(Request const& request, slb::error const& refused,
                                               explain_options const& how, Access const& access,
                                               Allocator const& allocator) {
        refusal_explanation<Allocator> out(allocator);
        out.template compare<Crypto>(request, refused, how, access, allocator);
        if (out.error_.code() == errc::out_of_memory) out.end_without_memory();
        return out;
    }
};
} // namespace detail

/// Explains why the service refused the signature of a request, by comparing the text that its error repeats
/// with ours. `how` is to name endpoint and placement of the call; the scheme is that of the error. Nothing
/// needs to be kept from the call: time, nonce and access key are taken from the error unless they are given
/// (then a change of these is seen, too). Of the access key only id and token are read.
///
///   if (!response) std::cerr << slb::explain(request, response.error());
template <class Crypto = default_crypto, class Request, shown_access_key Access = no_access_key,
          byte_allocator Allocator = heap_allocator>
[[nodiscard]] refusal_explanation<Allocator>
explain(Request const& request, slb::error const& refused, explain_options const& how = {},
        Access const& access = Access(), Allocator const& allocator = Allocator()) {
    return detail::refusal_access::make<Crypto>(request, refused, how, access, allocator);
}

} // namespace slb::inline v0_1

#endif
