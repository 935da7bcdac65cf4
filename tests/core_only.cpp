#include "support/own_crypto.hpp"

#include <slb/core.hpp>

#include <cstdio>

// A program that has the core and nothing else: no OpenSSL, no Boost. It brings its own hashes, signs the
// request of the documentation's example under both schemes and compares with the signatures that an
// independent script has computed (see http_call.cpp).

namespace {

bool signs(char const* name, slb::signature_scheme scheme, slb::parameter_placement placement,
           std::string_view expected) {
    slb::signer<slb_test::own_crypto> const signer(slb::credentials("testid", "testsecret"));
    slb::http_call<> call(slb::endpoint::for_region("cn-hangzhou"),
                          {.scheme = scheme, .placement = placement});
    auto const encoded = call.encode(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                    {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}});
    unsigned char const random[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                      0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    bool const made = encoded && call.sign(signer, 1795543533, slb::nonce(random));
    bool const good = made && call.bytes().find(expected) != std::string_view::npos;
    std::printf("core_only: %s %s\n", name, good ? "signs as expected" : "DOES NOT SIGN AS EXPECTED");
    return good;
}

} // namespace

int main() {
    using enum slb::signature_scheme;
    using enum slb::parameter_placement;
    // Not one && chain: each is shown.
    bool good = signs("ACS3, query", acs3_hmac_sha256, query,
                      ",Signature=9614ff33128e68631086b66f6921e9e862c5da46e41e8c58a864a0e9ef56eb05\r\n");
    good &= signs("ACS3, form", acs3_hmac_sha256, form,
                  ",Signature=4dd3340bf3a73d802a212db7a24f8b67a666377c7d27dfa8eaefaea1ea82311c\r\n");
    good &= signs("version 1, query", hmac_sha1, query,
                  "&Signature=mOGIrvb8%2B9S7irT1dbkxb0pGRp8%3D HTTP/1.1\r\n");
    good &=
        signs("version 1, form", hmac_sha1, form, "&Signature=mOGIrvb8%2B9S7irT1dbkxb0pGRp8%3D HTTP/1.1\r\n");
    return good ? 0 : 1;
}
