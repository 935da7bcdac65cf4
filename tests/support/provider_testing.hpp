// Providers of keys with every source of the vendor's chain, in memory.
#ifndef SLB_TESTS_SUPPORT_PROVIDER_TESTING_HPP
#define SLB_TESTS_SUPPORT_PROVIDER_TESTING_HPP

#include "credential_services.hpp"
#include "credential_testing.hpp"
#include "print.hpp"

#include <slb/client.hpp>
#include <slb/credential_provider.hpp>
#include <slb/emulator.hpp>
#include <slb/openssl.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slb_test {

using describe_group = slb::describe_vserver_group_attribute;
inline describe_group describe_rsp1() { return {.region_id = "cn-hangzhou", .vserver_group_id = "rsp-1"}; }
inline constexpr std::string_view rsp1 =
    R"({"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"vm-1","Port":80}]}})";

/// Texts of the files of tests, with the base key and the roles of the fake services.
inline constexpr std::string_view base_key =
    R"("access_key_id":"LTAIfakeid","access_key_secret":"fakesecret",)";
inline constexpr std::string_view demo_role =
    R"("ram_role_arn":"acs:ram::123456789012:role/demo","ram_session_name":"s1",)";
inline std::string config_profile(std::string_view name, std::string_view mode, std::string_view members) {
    std::string text = R"({"name":")";
    return text.append(name).append(R"(",)").append(members).append(R"("mode":")").append(mode).append("\"}");
}
inline std::string config_of(std::string const& profiles) {
    return R"({"current":"app","profiles":[)" + profiles + "]}";
}
inline std::string config_with(std::string_view mode, std::string_view members) {
    return config_of(config_profile("app", mode, members));
}

/// A way to a key: what a process has and what the services know, who gives the key, and how long it lasts.
struct key_way {
    std::string what;
    /// Whose name is reported.
    std::string source;
    std::function<void(fake_process&, credential_settings&)> prepare;
    /// Without one, nobody is asked for it.
    std::optional<credential_endpoint> given_by{};
    std::int64_t seconds = 3600;
};

/// All of the vendor's chain. Keys that nobody is asked for are testid or, temporary, STS.given.
inline std::vector<key_way> const& key_ways() {
    using enum credential_endpoint;
    using settings = credential_settings;
    constexpr auto config = "/home/me/.aliyun/config.json";
    constexpr auto ini = "/home/me/.alibabacloud/credentials";
    static auto const token = [](fake_process& process) {
        process.files["/var/token"].text = "fake.oidc.token";
    };
    static auto const no_role = [](fake_process& process, settings&) {
        process.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://127.0.0.1:8080/credentials";
        process.variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
    };
    static std::vector<key_way> const ways{
        {"environment", "environment",
         [](fake_process& process, settings&) {
             process.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "testid";
             process.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "testsecret";
         }},
        {"environment, temporary", "environment",
         [](fake_process& process, settings&) {
             process.variables["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "STS.given";
             process.variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "givensecret";
             process.variables["ALIBABA_CLOUD_SECURITY_TOKEN"] = "given-token";
         }},
        {"OIDC", "OIDC role",
         [](fake_process& process, settings&) {
             process.variables["ALIBABA_CLOUD_ROLE_ARN"] = "acs:ram::123456789012:role/demo";
             process.variables["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] =
                 "acs:ram::123456789012:oidc-provider/demo";
             process.variables["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = "/var/token";
             token(process);
         },
         assume_role_with_oidc},
        {"config.json, AK", "config.json",
         [=](fake_process& process, settings&) {
             process.files[config].text =
                 config_with("AK", R"("access_key_id":"testid","access_key_secret":"testsecret",)");
         }},
        {"config.json, StsToken", "config.json",
         [=](fake_process& process, settings&) {
             process.files[config].text = config_with(
                 "StsToken",
                 R"("access_key_id":"STS.given","access_key_secret":"givensecret","sts_token":"given-token",)");
         }},
        {"config.json, RamRoleArn", "config.json",
         [=](fake_process& process, settings&) {
             process.files[config].text = config_with("RamRoleArn", std::string(base_key).append(demo_role));
         },
         assume_role},
        {"config.json, EcsRamRole", "config.json",
         [=](fake_process& process, settings&) {
             process.files[config].text = config_with("EcsRamRole", R"("ram_role_name":"demo-ecs",)");
         },
         metadata_credentials, 6 * 3600},
        {"config.json, OIDC", "config.json",
         [=](fake_process& process, settings&) {
             process.files[config].text = config_with(
                 "OIDC", std::string(demo_role)
                             .append(R"("oidc_provider_arn":"acs:ram::123456789012:oidc-provider/demo",)")
                             .append(R"("oidc_token_file":"/var/token",)"));
             token(process);
         },
         assume_role_with_oidc},
        {"config.json, ChainableRamRoleArn", "config.json",
         [=](fake_process& process, settings&) {
             process.files[config].text =
                 config_of(config_profile("app", "ChainableRamRoleArn",
                                          std::string(demo_role).append(R"("source_profile":"base",)")) +
                           "," + config_profile("base", "AK", base_key));
         },
         assume_role},
        {"credentials file, access_key", "credentials file",
         [=](fake_process& process, settings&) {
             process.files[ini].text =
                 "[default]\ntype = access_key\naccess_key_id = testid\naccess_key_secret = testsecret\n";
         }},
        {"credentials file, ram_role_arn", "credentials file",
         [=](fake_process& process, settings&) {
             process.files[ini].text = "[default]\ntype = ram_role_arn\naccess_key_id = LTAIfakeid\n"
                                       "access_key_secret = fakesecret\nrole_session_name = s1\n"
                                       "role_arn = acs:ram::123456789012:role/demo\n";
         },
         assume_role},
        {"credentials file, ecs_ram_role", "credentials file",
         [=](fake_process& process, settings&) {
             process.files[ini].text = "[default]\ntype = ecs_ram_role\nrole_name = demo-ecs\n";
         },
         metadata_credentials, 6 * 3600},
        {"credentials file, oidc_role_arn", "credentials file",
         [=](fake_process& process, settings&) {
             process.files[ini].text = "[default]\ntype = oidc_role_arn\nrole_session_name = s1\n"
                                       "role_arn = acs:ram::123456789012:role/demo\n"
                                       "oidc_provider_arn = acs:ram::123456789012:oidc-provider/demo\n"
                                       "oidc_token_file_path = /var/token\n";
             token(process);
         },
         assume_role_with_oidc},
        {"ECS RAM role", "ECS RAM role",
         [](fake_process&, settings& services) { services.metadata_v1 = false; }, metadata_credentials,
         6 * 3600},
        {"credentials URI", "credentials URI", no_role, uri},
    };
    return ways;
}
inline key_way const& way_of(std::string_view what) {
    for (auto const& way : key_ways())
        if (way.what == what) return way;
    throw std::invalid_argument(std::string(what));
}

/// The ways of a chain, which all lead to the fake services.
struct memory_connect {
    credential_services* services;
    /// How often a connection was asked for.
    std::size_t* asked;

    template <class Visit>
    void operator()(slb::endpoint const& where, bool, Visit visit) const {
        if (asked != nullptr) ++*asked;
        credential_transport transport(*services, where);
        visit(transport);
    }
};
using memory_provider = slb::credential_provider<memory_connect>;

/// A call of a provider's client: the group or the error, in one line.
template <class Client>
std::string call_group(Client& client) {
    auto const response = client.invoke(describe_rsp1());
    if (response) return "ok";
    return news_of(response.error());
}
template <class Provider>
std::string key_in_use(Provider& keys) {
    std::string id;
    keys.with_signer([&](auto const& with) { id = with.access_key_id(); });
    return id;
}

/// SLB with one group, the services that give keys to it, a process, and clients in it that share a provider;
/// the clock is virtual.
struct memory_rig {
    using client_type =
        slb::client<slb::emulator_transport, slb::default_crypto, slb::heap_allocator, memory_provider&>;

    explicit memory_rig(key_way const* way = nullptr) {
        BOOST_REQUIRE(!emulator.groups().load(rsp1));
        emulator.add_key({.id = "STS.given", .secret = "givensecret", .token = "given-token"});
        if (way == nullptr) return;
        // Nobody else is to give a key, should this one fail.
        if (way->given_by != credential_endpoint::metadata_credentials)
            services.settings().instance_role = "";
        way->prepare(process, services.settings());
    }
    explicit memory_rig(std::string_view way) : memory_rig(&way_of(way)) {}

    /// Begins anew, as a process.
    memory_rig& start(slb::call_options const& options = {}) {
        client.reset();
        keys.emplace(slb::credential_chain(process.environment()), memory_connect{&services, &asked},
                     &process);
        client.emplace(line, *keys, options);
        return *this;
    }
    std::string call() {
        if (!client) start();
        return call_group(*client);
    }
    std::string key() { return key_in_use(*keys); }
    void pass(std::int64_t seconds) { emulator.advance(seconds * 1000); }
    /// Until so many seconds after the beginning.
    void pass_until(std::int64_t seconds) { pass(key_time + seconds - emulator.unix_seconds()); }
    std::size_t requests(credential_endpoint at) { return services.requests(at); }

    slb::emulator emulator{{.unix_seconds = key_time}};
    credential_services services{world_of(emulator)};
    fake_process process{};
    slb::emulator_transport line{emulator};
    std::size_t asked = 0;
    std::optional<memory_provider> keys{};
    std::optional<client_type> client{};
};

} // namespace slb_test

#endif
