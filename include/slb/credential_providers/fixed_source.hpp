#ifndef SLB_CREDENTIAL_PROVIDERS_FIXED_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_FIXED_SOURCE_HPP

#include <slb/credential_providers/credential_source.hpp>

namespace slb::inline v0_1 {

/// A key that is known, as it stands in a file; it lasts. It gives copies, as often as it is asked.
class fixed_source : public credential_source {
  public:
    /// Keeps the key.
    explicit fixed_source(access_key key) : known_(std::move(key)) {}

    [[nodiscard]] std::string_view name() const override { return "given key"; }
    [[nodiscard]] credential_step next(credential_fetch const&) override {
        return give({secret_text(known_.id.view()), secret_text(known_.secret.view()),
                     secret_text(known_.token.view()), known_.expires_at});
    }

  private:
    access_key known_;
};

} // namespace slb::inline v0_1

#endif
