#ifndef SLB_OBSERVER_HPP
#define SLB_OBSERVER_HPP

#include <slb/endpoint.hpp>
#include <slb/retry.hpp>

namespace slb::inline v0_1 {

/// One attempt of a call, when it is over. The views live as long as on_attempt() runs. There is no secret in
/// it: neither of what was sent nor of the key that signed it.
struct attempt_report {
    /// The action, as "ModifyVServerGroupBackendServers".
    std::string_view operation{};
    /// Where it was sent to.
    slb::endpoint const& endpoint;
    /// Counted from 1 within the call.
    int attempt = 1;
    /// Whether it went over a connection that an earlier call had left.
    bool reused_connection = false;
    /// @{
    /// Of this attempt, on the connection, headers included, TLS not.
    std::size_t bytes_sent = 0;
    std::size_t bytes_received = 0;
    /// @}
    /// @{
    /// How long the phases of this attempt took, in milliseconds of the driver's clock: the pause before it
    /// with the wait for a key and a connection; connecting, TLS included; sending; from then to the end of
    /// the response.
    std::int64_t waited_ms = 0;
    std::int64_t connecting_ms = 0;
    std::int64_t writing_ms = 0;
    std::int64_t reading_ms = 0;
    /// @}
    /// The id of the attempt at the service; empty when it did not answer.
    std::string_view request_id{};
    /// What came of it: errc::none after a success. Its text is fit for a log.
    slb::error const& outcome;
    /// What is done about it.
    retry_decision decision{};
};

/// What happened to the keys that calls are signed with.
struct credential_report {
    /// What happened.
    enum class kind : std::uint8_t {
        fetched,                 ///< there is a new key
        failed,                  ///< there is none; the old one is used as long as it is good
        file_readable_by_others, ///< a file with secrets can be read by other users of the machine
    };
    /// See kind.
    kind what = kind::fetched;
    /// Where the key comes from, as "config.json"; the whole chain where no part of it gave one.
    std::string_view source{};
    /// Why it failed, or the name of the file; no secret.
    std::string_view text{};
    /// Until when the key is good, in seconds since 1970, UTC; INT64_MAX: for good.
    std::int64_t expires_at = 0;
};

/// What sees each attempt, and what happens to keys: derive from it, and name it in call_options::observer.
/// Without one nothing is measured. It is called where the call runs, must be quick, and must not throw; one
/// that is shared between threads guards itself.
class observer {
  public:
    /// An attempt is over.
    virtual void on_attempt(attempt_report const&) {}
    /// Something happened to the keys.
    virtual void on_credentials(credential_report const&) {}

  protected:
    /// @{
    /// Whoever derives from it may be copied, and destroys itself.
    observer() = default;
    observer(observer const&) = default;
    observer& operator=(observer const&) = default;
    ~observer() = default;
    /// @}
};

} // namespace slb::inline v0_1

#endif
