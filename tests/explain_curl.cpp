// explain_curl PORT SCHEME PLACEMENT NUMBER FOLDER: writes into the folder the command for a shell that
// slb::explain shows of a request, and the string to sign: see explain_curl.sh.
#include <slb.hpp>
#include <slb/explain.hpp>
#include <slb/host.hpp>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

int main(int argc, char** argv) {
    if (argc != 6) return 2;
    bool const is_acs3 = std::string_view(argv[2]) == "acs3";
    bool const form = std::string_view(argv[3]) == "form";
    long const port = 80 + std::atol(argv[4]);
    std::string const folder = argv[5];

    slb::system_host host;
    unsigned char random[16];
    if (!host.random(random)) return 1;
    auto const shown = slb::explain(
        slb::modify_vserver_group_backend_servers{.region_id = "cn-hangzhou",
                                                  .vserver_group_id = "rsp-cige6j5e7p",
                                                  .replace = {{.from = {"vm-233", slb::runtime(port)},
                                                               .to = {.server_id = "vm-233",
                                                                      .port = slb::runtime(port + 1),
                                                                      .description = "a/1"}}}},
        {.endpoint = slb::endpoint("127.0.0.1", std::atoi(argv[1])),
         .call = {.scheme =
                      is_acs3 ? slb::signature_scheme::acs3_hmac_sha256 : slb::signature_scheme::hmac_sha1,
                  .placement = form ? slb::parameter_placement::form : slb::parameter_placement::query},
         .unix_seconds = host.unix_seconds(),
         .nonce = slb::nonce(random)},
        slb::credentials::from_environment());
    std::ofstream(folder + "/command") << shown.curl();
    std::ofstream(folder + "/string_to_sign")
        << (is_acs3 ? shown.acs3_string_to_sign() : shown.hmac_sha1_string_to_sign());
    return shown.error().code() == slb::errc::none ? 0 : 1;
}
