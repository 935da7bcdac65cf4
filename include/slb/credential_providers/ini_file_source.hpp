#ifndef SLB_CREDENTIAL_PROVIDERS_INI_FILE_SOURCE_HPP
#define SLB_CREDENTIAL_PROVIDERS_INI_FILE_SOURCE_HPP

#include <slb/credential_providers/delegating_source.hpp>

namespace slb::inline v0_1 {

namespace detail {

/// One section of an ini file: views of its keys and values.
class ini_section {
  public:
    /// Looks the section up; all of the file must be well-formed. What is wrong; empty: nothing. No text of
    /// the file is repeated.
    std::string read(std::string_view file, std::string_view section) {
        bool inside = false;
        bool found = false;
        for (std::int64_t number = 1; !file.empty(); ++number) {
            std::string_view const whole = file.substr(0, file.find('\n'));
            file.remove_prefix(whole.size() == file.size() ? whole.size() : whole.size() + 1);
            std::string_view const line = trimmed(whole);
            if (line.empty() || line.front() == '#' || line.front() == ';') continue;
            auto const at_line = [&](char const* what) {
                return "line " + std::string(digits(number).view()) + " " + what;
            };
            if (line.front() == '[') {
                if (line.back() != ']') return at_line("begins a section without a ]");
                inside = trimmed(line.substr(1, line.size() - 2)) == section;
                if (inside && found) return at_line("begins the section a second time");
                found = found || inside;
                continue;
            }
            std::size_t const equals = line.find('=');
            if (equals == line.npos || equals == 0) return at_line("is no section, comment or key = value");
            if (!inside) continue;
            std::string_view const key = trimmed(line.substr(0, equals));
            if (has(key)) return at_line("gives a key a second time");
            rows_.push_back({key, trimmed(without_comment(line.substr(equals + 1)))});
        }
        return found ? "" : "there is no section " + one_line(section, 64);
    }
    /// The value of a key; empty: it is not there.
    [[nodiscard]] std::string_view operator[](std::string_view key) const {
        for (auto const& row : rows_)
            if (row.name == key) return row.value;
        return {};
    }

  private:
    [[nodiscard]] bool has(std::string_view key) const {
        for (auto const& row : rows_)
            if (row.name == key) return true;
        return false;
    }
    /// A comment behind a value begins behind a blank.
    static std::string_view without_comment(std::string_view value) {
        for (std::size_t i = 1; i < value.size(); ++i)
            if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t'))
                return value.substr(0, i);
        return value;
    }

    std::vector<name_value> rows_{};
};

} // namespace detail

/// `~/.alibabacloud/credentials`, or what ALIBABA_CLOUD_CREDENTIALS_FILE names. The section is that of
/// ALIBABA_CLOUD_PROFILE, else `default`. Types: access_key, ram_role_arn, ecs_ram_role and oidc_role_arn.
/// `enable = true` may be left out; a section with any other `enable` is refused.
template <class Crypto = default_crypto>
class ini_file_source : public detail::delegating_source {
  public:
    /// @{
    /// As credential_source says.
    [[nodiscard]] std::string_view name() const override { return "credentials file"; }
    /// @}

  protected:
    /// @{
    /// As credential_source says.
    std::string choose(credential_fetch const& fetch, std::unique_ptr<credential_source>& chosen) override {
        std::string path;
        std::string wrong =
            find_file(fetch, "ALIBABA_CLOUD_CREDENTIALS_FILE", "/.alibabacloud/credentials", path);
        secret_text file;
        if (wrong.empty()) wrong = fetch.read_file(path, name(), file);
        if (!wrong.empty()) return wrong;
        path = detail::one_line(path, 300);
        std::string profile(fetch.environment.variable("ALIBABA_CLOUD_PROFILE"));
        if (profile.empty()) profile = "default";
        detail::ini_section section;
        wrong = section.read(file.view(), profile);
        if (!wrong.empty()) return path + ": " + wrong;
        where_ = "section " + detail::one_line(profile, 64) + ": ";
        wrong = choose_type(section, chosen);
        return wrong.empty() ? wrong : path + ": " + where_ + wrong;
    }
    /// @}

  private:
    static std::string choose_type(detail::ini_section const& section,
                                   std::unique_ptr<credential_source>& chosen) {
        std::string_view const enable = section["enable"];
        if (!enable.empty() && !detail::equal_ignoring_case(enable, "true")) return "enable is not true";
        std::string_view const type = section["type"];
        if (type.empty()) return "type is missing";
        if (type == "access_key") return choose_key(section, chosen);
        if (type == "ecs_ram_role") {
            chosen = std::make_unique<ecs_role_source>(std::string(section["role_name"]));
            return {};
        }
        if (type != "ram_role_arn" && type != "oidc_role_arn")
            return "type " + detail::one_line(type, 64) +
                   " is not supported; access_key, ram_role_arn, ecs_ram_role and oidc_role_arn are";
        assumed_role role;
        role.role_arn = section["role_arn"];
        role.session_name = section["role_session_name"];
        role.policy = section["policy"];
        if (type == "oidc_role_arn") {
            chosen =
                std::make_unique<oidc_role_source>(std::move(role), std::string(section["oidc_provider_arn"]),
                                                   std::string(section["oidc_token_file_path"]));
            return {};
        }
        if (role.role_arn.empty()) return "role_arn is missing";
        std::unique_ptr<credential_source> source;
        std::string wrong = choose_key(section, source);
        if (wrong.empty())
            chosen = std::make_unique<ram_role_source<Crypto>>(std::move(source), std::move(role));
        return wrong;
    }
    static std::string choose_key(detail::ini_section const& section,
                                  std::unique_ptr<credential_source>& chosen) {
        access_key key;
        key.id.assign(section["access_key_id"]);
        key.secret.assign(section["access_key_secret"]);
        if (key.id.empty()) return "access_key_id is missing";
        if (key.secret.empty()) return "access_key_secret is missing";
        chosen = std::make_unique<fixed_source>(std::move(key));
        return {};
    }
};

} // namespace slb::inline v0_1

#endif
