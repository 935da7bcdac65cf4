#ifndef SLB_CREDENTIALS_HPP
#define SLB_CREDENTIALS_HPP

#include <slb/values.hpp>

namespace slb::inline v0_1 {

/// An access key: id, secret, and the token of a temporary one. It is a view: the texts must live until the
/// client or signer that takes it is made, which keeps its own copy (of the secret only the prepared keys).
class credentials {
  public:
    /// A lasting key. A null pointer is an empty text; what is empty or malformed becomes an error when a
    /// call is made: see problem().
    template <class Id, class Secret>
        requires(detail::outliving_text<Id&&>&& detail::outliving_text<Secret&&>)
    constexpr credentials(Id&& access_key_id, Secret&& access_key_secret)
        : id_(detail::view_of(access_key_id)), secret_(detail::view_of(access_key_secret)) {}
    /// A temporary key of the Security Token Service. With an empty token it is a lasting one.
    template <class Id, class Secret, class Token>
        requires(
            detail::outliving_text<Id&&>&& detail::outliving_text<Secret&&>&& detail::outliving_text<Token&&>)
    constexpr credentials(Id&& access_key_id, Secret&& access_key_secret, Token&& security_token)
        : id_(detail::view_of(access_key_id)), secret_(detail::view_of(access_key_secret)),
          token_(detail::view_of(security_token)) {}

    /// A string about to die would leave a view of nothing.
    template <class... Texts>
        requires(sizeof...(Texts) >= 2 && (!detail::outliving_text<Texts&&> || ...))
    credentials(Texts&&...)
    = delete;

    /// From ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for a temporary key,
    /// ALIBABA_CLOUD_SECURITY_TOKEN. An empty variable counts as missing; a missing one becomes
    /// errc::credentials_missing, which names it, when a call is made.
    static credentials from_environment() {
        credentials found{std::getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"),
                          std::getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
                          std::getenv("ALIBABA_CLOUD_SECURITY_TOKEN")};
        found.from_environment_ = true;
        return found;
    }

    /// @{
    /// What was given, the secret in the clear; empty where nothing was.
    [[nodiscard]] constexpr std::string_view access_key_id() const { return id_; }
    [[nodiscard]] constexpr std::string_view access_key_secret() const { return secret_; }
    [[nodiscard]] constexpr std::string_view security_token() const { return token_; }
    /// @}

    /// errc::none, or credentials_missing or credentials_malformed with the name of what is wrong. Ids and
    /// tokens travel in headers: printable ASCII without space or comma.
    [[nodiscard]] constexpr slb::error problem() const {
        if (id_.empty() || secret_.empty())
            return slb::error(errc::credentials_missing, wire_path{missing(), {}, -1});
        if (!is_printable(id_))
            return slb::error(errc::credentials_malformed, wire_path{"access key id", {}, -1});
        if (!is_printable(secret_))
            return slb::error(errc::credentials_malformed, wire_path{"access key secret", {}, -1});
        if (!is_printable(token_))
            return slb::error(errc::credentials_malformed, wire_path{"security token", {}, -1});
        return {};
    }

  private:
    static constexpr bool is_printable(std::string_view text) {
        for (char c : text)
            if (c <= ' ' || c > '~' || c == ',') return false;
        return true;
    }
    [[nodiscard]] constexpr std::string_view missing() const {
        if (!from_environment_) {
            if (!id_.empty()) return "access key secret";
            return secret_.empty() ? "access key id and access key secret" : "access key id";
        }
        if (!id_.empty()) return "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
        return secret_.empty() ? "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
                               : "ALIBABA_CLOUD_ACCESS_KEY_ID";
    }

    std::string_view id_{};
    std::string_view secret_{};
    std::string_view token_{};
    bool from_environment_ = false;
};

} // namespace slb::inline v0_1

#endif
