#ifndef SLB_CREDENTIAL_PROVIDERS_CONFIG_FILE_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_CONFIG_FILE_SOURCE_HPP

#include <slb/credential_providers/delegating_source.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// What a profile of config.json says to ask.
template <class Crypto>
class config_profiles {
  public:
    explicit config_profiles(json_value const& root) : root_(root) {}

    /// The source that a profile names. What is wrong; empty: nothing.
    std::string source_of(std::string const& name, std::unique_ptr<credential_source>& source) {
        for (auto const& before : path_)
            if (before == name) return "profile " + shown(name) + " leads back to itself" + way();
        if (path_.size() == longest_way) return "source_profile leads too far" + way();
        path_.push_back(name);
        json_value profile;
        if (std::string wrong = find(name, profile); !wrong.empty()) return wrong;
        std::string wrong = read(profile, source);
        // An inner profile has named itself.
        return wrong.empty() || path_.back() != name ? wrong : "profile " + shown(name) + ": " + wrong;
    }
    /// The name of a profile, for an error.
    static std::string shown(std::string_view name) { return one_line(name, 64); }

  private:
    static constexpr std::size_t longest_way = 8;

    [[nodiscard]] std::string way() const {
        std::string text;
        for (auto const& name : path_) text += (text.empty() ? ": " : " -> ") + shown(name);
        return text;
    }
    std::string find(std::string const& name, json_value& profile) const {
        json_value const profiles = root_["profiles"];
        if (profiles.kind() != json_kind::array) return "profiles is no list";
        for (auto const each : profiles)
            if (each["name"].text_or("") == name) {
                profile = each;
                return {};
            }
        return "there is no profile " + shown(name);
    }
    std::string read(json_value const& profile, std::unique_ptr<credential_source>& source) {
        std::string mode;
        std::string wrong = text(profile["mode"], "mode", mode);
        if (!wrong.empty()) return wrong;
        if (mode == "AK" || mode == "StsToken") return read_key(profile, mode == "StsToken", source);
        if (mode == "EcsRamRole") {
            std::string role;
            wrong = text(profile["ram_role_name"], "ram_role_name", role);
            source = std::make_unique<ecs_role_source>(std::move(role));
            return wrong;
        }
        bool const chained = mode == "ChainableRamRoleArn";
        if (mode != "RamRoleArn" && mode != "OIDC" && !chained)
            return mode.empty() ? "mode is missing"
                                : "mode " + shown(mode) +
                                      " is not supported; AK, StsToken, RamRoleArn, EcsRamRole, OIDC and "
                                      "ChainableRamRoleArn are";
        assumed_role role;
        wrong = read_role(profile, role);
        if (!wrong.empty()) return wrong;
        if (mode == "OIDC") {
            std::string provider;
            std::string file;
            wrong = text(profile["oidc_provider_arn"], "oidc_provider_arn", provider);
            if (wrong.empty()) wrong = text(profile["oidc_token_file"], "oidc_token_file", file);
            source =
                std::make_unique<oidc_role_source>(std::move(role), std::move(provider), std::move(file));
            return wrong;
        }
        if (role.role_arn.empty()) return "ram_role_arn is missing";
        std::unique_ptr<credential_source> inner;
        if (chained) {
            std::string next;
            wrong = text(profile["source_profile"], "source_profile", next);
            if (wrong.empty() && next.empty()) wrong = "source_profile is missing";
            if (wrong.empty()) wrong = source_of(next, inner);
        } else {
            wrong = read_key(profile, false, inner);
        }
        if (wrong.empty())
            source = std::make_unique<ram_role_source<Crypto>>(std::move(inner), std::move(role));
        return wrong;
    }
    static std::string read_key(json_value const& profile, bool temporary,
                                std::unique_ptr<credential_source>& source) {
        access_key key;
        struct {
            char const* name;
            secret_text& out;
        } const members[] = {
            {"access_key_id", key.id}, {"access_key_secret", key.secret}, {"sts_token", key.token}};
        for (auto const& [name, out] : members) {
            if (&out == &key.token && !temporary) continue;
            std::string wrong = text(profile[name], name, out);
            if (wrong.empty() && out.empty()) wrong = std::string(name) + " is missing";
            if (!wrong.empty()) return wrong;
        }
        source = std::make_unique<fixed_source>(std::move(key));
        return {};
    }
    static std::string read_role(json_value const& profile, assumed_role& role) {
        struct {
            char const* name;
            std::string& out;
        } const members[] = {{"ram_role_arn", role.role_arn},
                             {"ram_session_name", role.session_name},
                             {"sts_region", role.sts_region},
                             {"policy", role.policy},
                             {"external_id", role.external_id}};
        for (auto const& [name, out] : members)
            if (std::string wrong = text(profile[name], name, out); !wrong.empty()) return wrong;
        if (json_value const seconds = profile["expired_seconds"]) {
            auto const number = seconds.number();
            if (!number) return "expired_seconds is no whole number";
            if (*number != 0) role.duration_seconds = *number;
        }
        if (json_value const vpc = profile["enable_vpc"]) {
            auto const truth = vpc.boolean();
            if (!truth) return "enable_vpc is neither true nor false";
            role.vpc = *truth;
        }
        return {};
    }
    /// A text; empty where there is none. What is wrong; empty: nothing.
    template <class Text>
    static std::string text(json_value const& member, char const* name, Text& out) {
        if (errc const code = member.error().code(); code == errc::member_missing) return {};
        if (member.is_null()) return {};
        auto const found = member.text();
        if (!found) return std::string(name) + (member ? " is no text" : " stands twice");
        out.assign(*found);
        return {};
    }

    json_value root_;
    /// The profiles that lead here, by source_profile.
    std::vector<std::string> path_{};
};

} // namespace detail

/// `~/.aliyun/config.json`, which the vendor's command line tool writes, or what ALIBABA_CLOUD_CONFIG_FILE
/// names. The profile is that of ALIBABA_CLOUD_PROFILE, else the current one. Modes: AK, StsToken,
/// RamRoleArn, EcsRamRole, OIDC and ChainableRamRoleArn, whose profiles must not lead back to themselves, nor
/// over more than 8. ALIBABA_CLOUD_CLI_PROFILE_DISABLED forbids the file.
template <class Crypto = default_crypto>
class config_file_source : public detail::delegating_source {
  public:
    /// @{
    /// As credential_source says.
    [[nodiscard]] std::string_view name() const override { return "config.json"; }
    /// @}

  protected:
    /// @{
    /// As credential_source says.
    std::string choose(credential_fetch const& fetch, std::unique_ptr<credential_source>& chosen) override {
        if (fetch.flag("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"))
            return "disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
        std::string path;
        std::string wrong = find_file(fetch, "ALIBABA_CLOUD_CONFIG_FILE", "/.aliyun/config.json", path);
        secret_text file;
        if (wrong.empty()) wrong = fetch.read_file(path, name(), file);
        if (!wrong.empty()) return wrong;
        path = detail::one_line(path, 300);
        detail::json_document document;
        if (std::string_view const why = document.read(file.view()); !why.empty())
            return path.append(" ").append(why);
        std::string profile(fetch.environment.variable("ALIBABA_CLOUD_PROFILE"));
        if (profile.empty()) profile = document.root()["current"].text_or("");
        if (profile.empty()) return path + ": current is missing, and ALIBABA_CLOUD_PROFILE is not set";
        where_ = "profile " + detail::config_profiles<Crypto>::shown(profile) + ": ";
        wrong = detail::config_profiles<Crypto>(document.root()).source_of(profile, chosen);
        return wrong.empty() ? wrong : path + ": " + wrong;
    }
    /// @}
};

} // namespace slb::inline v0_1

#endif
