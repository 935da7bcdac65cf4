#ifndef SLB_TESTS_SINGLE_INCLUDE_CALL_HPP
#define SLB_TESTS_SINGLE_INCLUDE_CALL_HPP

// One call without a connection, for each translation unit its own: the request is built and signed, a good
// and a bad answer are read. The signature is the one that an independent script has computed (see
// http_call.cpp).
static bool call_works() {
    slb::signer const signer(slb::credentials("testid", "testsecret"));
    slb::http_call call(slb::endpoint::for_region("cn-hangzhou"));
    auto const encoded = call.encode(slb::modify_vserver_group_backend_servers{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {.server_id = "vm-235", .port = 8080, .weight = 100}},
                    {.from = {"vm-232", 90}, .to = {.server_id = "vm-236", .port = 70, .weight = 100}}}});
    unsigned char const random[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                      0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    if (!encoded || !call.sign(signer, 1795543533, slb::nonce(random))) return false;
    if (call.bytes().find(
            ",Signature=9614ff33128e68631086b66f6921e9e862c5da46e41e8c58a864a0e9ef56eb05\r\n") ==
        std::string_view::npos)
        return false;

    slb::response<slb::modify_vserver_group_backend_servers> response;
    call.receive(200, "",
                 R"({"RequestId":"9DEC9C28","VServerGroupId":"rsp-cige6j5e7p","BackendServers":)"
                 R"({"BackendServer":[{"ServerId":"vm-235","Port":8080,"Weight":"100"}]}})",
                 response);
    if (!response || response->backend_servers.size() != 1) return false;
    for (auto const& server : response->backend_servers)
        if (server.server_id != "vm-235" || server.port != 8080) return false;

    call.receive(400, "", R"({"RequestId":"365F4154","Code":"VServerGroupProcessing","Message":"Later."})",
                 response);
    slb::error const& error = response.error();
    return !response && error.code() == slb::errc::service_refused &&
           error.delivery() == slb::delivery::rejected && error.retryable();
}

#endif
