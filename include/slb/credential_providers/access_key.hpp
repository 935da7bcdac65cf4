#ifndef SLB_CREDENTIAL_PROVIDERS_ACCESS_KEY_HPP
#define SLB_CREDENTIAL_PROVIDERS_ACCESS_KEY_HPP

#include <slb/credential_providers/secret_text.hpp>
#include <slb/credentials.hpp>

namespace slb::inline v0_1 {

/// An access key that owns its texts and wipes them when it dies. It moves, is not copied, and does not go
/// into a stream.
struct access_key {
    /// The `expires_at` of a key that lasts.
    static constexpr std::int64_t never = INT64_MAX;

    /// @{
    /// The texts; the token is empty for a lasting key.
    secret_text id{};
    secret_text secret{};
    secret_text token{};
    /// @}
    /// When it ends, in seconds since 1970, UTC.
    std::int64_t expires_at = never;

    /// For a signer or client: views, until this key is changed, moved or gone.
    [[nodiscard]] credentials view() const { return {id.view(), secret.view(), token.view()}; }
    /// Wipes all of it.
    void clear() noexcept {
        id.clear();
        secret.clear();
        token.clear();
        expires_at = never;
    }
};

} // namespace slb::inline v0_1

#endif
