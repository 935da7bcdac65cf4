#ifndef SLB_EXPLAIN_ECHO_HPP
#define SLB_EXPLAIN_ECHO_HPP

#include <slb/explain/text.hpp>
#include <slb/sign.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// The value of the first piece `name<equals>value` of that name, or an empty view.
constexpr std::string_view find_piece(std::string_view list, std::string_view separator,
                                      std::string_view equals, std::string_view wanted, bool& found) {
    found = false;
    while (!list.empty() && !found) {
        std::string_view value = take_piece(list, separator);
        std::string_view const name = take_piece(value, equals);
        found = name == wanted;
        if (found) return value;
    }
    return {};
}

constexpr std::size_t in_common(std::string_view left, std::string_view right) {
    std::size_t same = 0;
    while (same < left.size() && same < right.size() && left[same] == right[same]) ++same;
    return same;
}

/// Puts a text and decodes it there so many times; a view of it, until more is put.
template <class Text>
std::string_view put_decoded(Text& scratch, std::string_view text, int times, bool plus_is_space = false) {
    std::size_t const begin = scratch.size();
    scratch.put(text);
    if (scratch.full()) return {};
    for (; times != 0; --times)
        scratch.cut(begin + decode(scratch.at(begin), scratch.size() - begin, plus_is_space));
    return scratch.view().substr(begin);
}
/// Whether two texts are one when everything is decoded that can be: more often than anybody encodes.
template <class Text>
bool same_but_for_encoding(std::string_view left, std::string_view right, Text& scratch) {
    constexpr int often = 4;
    scratch.cut(0);
    std::size_t const size = put_decoded(scratch, left, often, true).size();
    put_decoded(scratch, right, often, true);
    return scratch.view().substr(0, size) == scratch.view().substr(size);
}

/// What a refused signature's error repeats of the request: the text that the service signed.
/// Source: public reports of both forms (dromara/SMS4J#34, aliyun/alibabacloud-csharp-sdk#40); the canonical
/// request in the second form is known from third parties only.
class echo {
  public:
    explicit echo(std::string_view said) {
        if (auto const rest = behind(said, "server StringToSign is ["); rest.data() != nullptr) {
            scheme_ = signature_scheme::acs3_hmac_sha256;
            std::string_view const canonical = behind(rest, "server CanonicalRequest is [");
            // A canonical request may hold brackets, around an IPv6 address: the last one closes.
            string_to_sign_ = rest.substr(0, rest.find(']'));
            text_ = canonical.substr(0, canonical.rfind(']'));
        } else {
            text_ = behind(said, "server string to sign is:");
        }
    }

    [[nodiscard]] bool is_there() const { return !text_.empty() || has_only_hash(); }
    [[nodiscard]] bool has_only_hash() const { return text_.empty() && !string_to_sign_.empty(); }
    [[nodiscard]] signature_scheme scheme() const { return scheme_; }
    /// The string to sign of signature 1.0, the canonical request of ACS3.
    [[nodiscard]] std::string_view text() const { return text_; }
    /// That of ACS3.
    [[nodiscard]] std::string_view string_to_sign() const { return string_to_sign_; }

    template <class Text>
    [[nodiscard]] std::string_view time(Text& scratch) const {
        return value("Timestamp", "x-acs-date", scratch);
    }
    template <class Text>
    [[nodiscard]] std::string_view nonce(Text& scratch) const {
        return value("SignatureNonce", "x-acs-signature-nonce", scratch);
    }

    /// Empty where it is not repeated: the canonical request of ACS3 has no id.
    template <class Text>
    [[nodiscard]] std::string_view access_key_id(Text& scratch) const {
        if (scheme_ == signature_scheme::acs3_hmac_sha256) return {};
        return value("AccessKeyId", {}, scratch);
    }
    template <class Text>
    [[nodiscard]] std::string_view security_token(Text& scratch) const {
        return value("SecurityToken", "x-acs-security-token", scratch);
    }

  private:
    static constexpr std::string_view behind(std::string_view said, std::string_view opening) {
        std::size_t const at = find_ignoring_case(said, opening);
        return at == said.npos ? std::string_view() : said.substr(at + opening.size());
    }
    template <class Text>
    std::string_view value(std::string_view parameter, std::string_view header, Text& scratch) const {
        bool found = false;
        if (scheme_ == signature_scheme::acs3_hmac_sha256) return find_piece(text_, "\n", ":", header, found);
        scratch.cut(0);
        std::string_view query = text_;
        take_piece(query, "&");
        take_piece(query, "&");
        return put_decoded(scratch, find_piece(query, "%26", "%3D", parameter, found), 2);
    }

    signature_scheme scheme_ = signature_scheme::hmac_sha1;
    std::string_view text_{};
    std::string_view string_to_sign_{};
};

/// The first part in which two signed texts differ.
struct text_difference {
    enum class kind : std::uint8_t { none, form, missing, added, changed, encoding, body };
    kind what = kind::none;
    bool is_header = false;
    std::string_view name{};
};

/// Compares two lists of names and values, piece by piece.
template <class Text>
text_difference compare_pieces(std::string_view ours, std::string_view theirs, std::string_view separator,
                               std::string_view equals, Text& scratch) {
    using kind = text_difference::kind;
    std::string_view our_rest = ours;
    std::string_view their_rest = theirs;
    while (!our_rest.empty() || !their_rest.empty()) {
        std::string_view our_value = take_piece(our_rest, separator);
        std::string_view their_value = take_piece(their_rest, separator);
        if (our_value == their_value) continue;
        bool const same_when_decoded = same_but_for_encoding(our_value, their_value, scratch);
        std::string_view const our_name = take_piece(our_value, equals);
        std::string_view const their_name = take_piece(their_value, equals);
        if (same_when_decoded) return {kind::encoding, false, our_name};
        if (our_name == their_name) return {kind::changed, false, our_name};
        bool they_have_ours = false;
        bool we_have_theirs = false;
        find_piece(theirs, separator, equals, our_name, they_have_ours);
        find_piece(ours, separator, equals, their_name, we_have_theirs);
        if (!they_have_ours && !our_name.empty()) return {kind::missing, false, our_name};
        if (!we_have_theirs && !their_name.empty()) return {kind::added, false, their_name};
        return {kind::form, false, {}};
    }
    return {};
}

/// Compares the strings to sign of signature 1.0, or the canonical requests of ACS3.
template <class Text>
text_difference first_difference(std::string_view ours, std::string_view theirs, signature_scheme scheme,
                                 Text& scratch) {
    using kind = text_difference::kind;
    if (ours == theirs) return {};
    bool const is_acs3 = scheme == signature_scheme::acs3_hmac_sha256;
    // Method and path.
    for (int part = 0; part != 2; ++part) {
        std::string_view const separator = is_acs3 ? "\n" : "&";
        std::string_view const mine = take_piece(ours, separator);
        std::string_view const other = take_piece(theirs, separator);
        if (mine == other) continue;
        return {same_but_for_encoding(mine, other, scratch) ? kind::encoding : kind::form, false, {}};
    }
    if (!is_acs3) return compare_pieces(ours, theirs, "%26", "%3D", scratch);
    text_difference found =
        compare_pieces(take_piece(ours, "\n"), take_piece(theirs, "\n"), "&", "=", scratch);
    if (found.what != kind::none) return found;
    found = compare_pieces(take_piece(ours, "\n\n"), take_piece(theirs, "\n\n"), "\n", ":", scratch);
    found.is_header = true;
    if (found.what != kind::none) return found;
    bool const same_names = take_piece(ours, "\n") == take_piece(theirs, "\n");
    return {same_names ? kind::body : kind::form, false, {}};
}

/// A nonce as the library makes them. False: it is another's.
inline bool parse_nonce(std::string_view text, slb::nonce& out) {
    if (text.size() != 32) return false;
    unsigned char bytes[16];
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (!is_hex(text[i]) || text[i] != lower(text[i])) return false;
        auto& byte = bytes[i / 2];
        byte = static_cast<unsigned char>(i % 2 == 0 ? hex_value(text[i]) << 4 : byte | hex_value(text[i]));
    }
    out = slb::nonce(bytes);
    return true;
}

} // namespace detail
} // namespace slb::inline v0_1

#endif
