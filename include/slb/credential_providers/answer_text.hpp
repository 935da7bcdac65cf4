#ifndef SLB_CREDENTIAL_PROVIDERS_ANSWER_TEXT_HPP
#define SLB_CREDENTIAL_PROVIDERS_ANSWER_TEXT_HPP

#include <slb/credential_providers/credential_source.hpp>
#include <slb/json_value.hpp>
#include <slb/sign.hpp>

namespace slb::inline v0_1::detail {

/// Which bytes of a text are not to be shown.
class hidden_bytes {
  public:
    explicit hidden_bytes(std::string_view text) : text_(text), hidden_(text.size()) {}

    /// Whatever the text repeats of a secret, as it stands, as it is sent, or as a signature has it.
    void hide(std::string_view secret) {
        secret_text sent;
        sent.append_encoded(secret);
        secret_text sent_in_signature;
        sent_in_signature.append_encoded(sent.view());
        for (std::string_view const form : {secret, sent.view(), sent_in_signature.view()}) hide_form(form);
    }
    /// What looks like a token, whosever it is: 48 and more characters of base64, hexadecimal or the like.
    void hide_long_words() {
        auto const in_word = [](char c) {
            return unreserved(c) || c == '+' || c == '/' || c == '=' || c == '%';
        };
        for (std::size_t begin = 0, end = 0; begin < text_.size(); begin = end + 1) {
            for (end = begin; end != text_.size() && in_word(text_[end]);) ++end;
            if (end - begin >= 48) hide(begin, end);
        }
    }
    /// The text with '*' for each hidden byte.
    [[nodiscard]] std::string shown() const {
        std::string shown;
        for (std::size_t i = 0; i != text_.size(); ++i) shown += hidden_[i] ? '*' : text_[i];
        return shown;
    }

  private:
    void hide(std::size_t begin, std::size_t end) {
        while (begin != end) hidden_[begin++] = true;
    }
    /// 12 bytes of a secret give it away, or all if it is shorter. What has less than 6 is none.
    void hide_form(std::string_view secret) {
        std::size_t const window = secret.size() < 12 ? secret.size() : 12;
        if (window < 6) return;
        for (std::size_t i = 0; i + window <= text_.size(); ++i)
            if (secret.find(text_.substr(i, window)) != secret.npos) hide(i, i + window);
    }

    std::string_view text_;
    std::vector<bool> hidden_;
};

/// What a service said, for an error: without secrets, one line, cut.
inline std::string said_by_service(std::string_view text, std::vector<std::string_view> const& secrets) {
    // A refused signature is answered with what was signed, token included; and whoever repeats all of a
    // request repeats a signature that may still be good.
    for (std::string_view const echo :
         {"string to sign", "StringToSign", "CanonicalRequest", "Signature=", "Signature%3D"})
        text = text.substr(0, find_ignoring_case(text, echo));
    hidden_bytes said(text.substr(0, 512));
    for (std::string_view const secret : secrets) said.hide(secret);
    said.hide_long_words();
    return one_line(said.shown(), 300);
}

/// A JSON text with the memory that its decoded strings need.
class json_document {
  public:
    /// What is wrong with it, to be put behind its name; empty: nothing. The text must outlive this.
    std::string_view read(std::string_view text) {
        memory_.clear();
        char* const memory = memory_.grow(text.size());
        switch (parse_json(text, root_, {memory, text.size()}).code()) {
        case errc::none: return {};
        case errc::utf8_invalid: return "is not UTF-8";
        case errc::too_deep: return "is nested too deeply";
        case errc::member_malformed: return "is no JSON object";
        default: return "is not well-formed JSON";
        }
    }
    /// The object, after read() found nothing wrong.
    [[nodiscard]] json_value const& root() const { return root_; }

  private:
    secret_text memory_{};
    json_value root_{};
};

/// Why an answer with that status gave no key, in the words of the service if there are any.
inline std::string refusal_text(int status, json_value const& answer, std::vector<std::string_view> secrets) {
    for (char const* const name : {"AccessKeySecret", "SecurityToken"})
        secrets.push_back(answer[name].text_or(""));
    std::string text = "HTTP " + std::string(digits(status).view());
    for (char const* const name : {"Code", "Message"})
        if (std::string_view const said = answer[name].text_or(""); !said.empty())
            text.append(": ").append(said_by_service(said, secrets));
    if (std::string_view const id = answer["RequestId"].text_or(""); !id.empty())
        text.append(" (request id ").append(said_by_service(id.substr(0, 64), secrets)).append(")");
    return text;
}
/// The same of a body that has not been read yet; what is no JSON is not ours to repeat.
inline std::string refusal_text(int status, std::string_view body,
                                std::vector<std::string_view> const& secrets) {
    json_document document;
    if (document.read(body).empty()) return refusal_text(status, document.root(), secrets);
    return "HTTP " + std::string(digits(status).view());
}

/// Reads a temporary key as every service spells it. What is wrong; empty: nothing.
inline std::string read_key(json_value const& object, std::int64_t now, access_key& key) {
    struct {
        char const* name;
        secret_text& text;
    } const members[] = {
        {"AccessKeyId", key.id}, {"AccessKeySecret", key.secret}, {"SecurityToken", key.token}};
    auto const text_of = [&](char const* name, std::string_view& text) {
        json_value const member = object[name];
        auto const found = member.text();
        if (found && !found.value().empty()) {
            text = *found;
            return std::string();
        }
        bool const twice = member.error() == errc::member_repeated;
        return std::string(name) + (found    ? " is empty in the answer"
                                    : twice  ? " stands twice in the answer"
                                    : member ? " is no text in the answer"
                                             : " is missing in the answer");
    };
    std::string_view text;
    for (auto const& member : members) {
        if (std::string wrong = text_of(member.name, text); !wrong.empty()) return wrong;
        member.text.assign(text);
    }
    if (std::string wrong = text_of("Expiration", text); !wrong.empty()) return wrong;
    if (!parse_utc_time(text, key.expires_at)) return "Expiration is no time like 2030-01-01T00:00:00Z";
    if (key.expires_at <= now)
        return "the key that came has ended at " + std::string(text) +
               "; is the clock of this machine right?";
    return {};
}

} // namespace slb::inline v0_1::detail

#endif
