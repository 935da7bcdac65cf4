#include <slb.hpp>
#include <slb/host.hpp>

#include <cstdlib>
#include <curl/curl.h>
#include <iostream>
#include <string>

static std::size_t append(char* bytes, std::size_t, std::size_t size, void* to) {
    static_cast<std::string*>(to)->append(bytes, size);
    return size;
}
static slb::errc errc_of(CURLcode failure) {
    switch (failure) {
    case CURLE_OPERATION_TIMEDOUT: return slb::errc::timed_out;
    case CURLE_PEER_FAILED_VERIFICATION: return slb::errc::certificate_refused;
    case CURLE_SSL_CONNECT_ERROR: return slb::errc::tls_failed;
    case CURLE_COULDNT_CONNECT: return slb::errc::connect_failed;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING: return slb::errc::connection_closed;
    default: return slb::errc::connection_reset;
    }
}

// libcurl PORT CA_FILE [HOST]: one call as a message, to an emulator on this machine
int main(int argc, char** argv) {
    if (argc < 3) return 2;
    slb::endpoint const target(argc > 3 ? argv[3] : "localhost", std::atoi(argv[1]));
    slb::system_host host;
    unsigned char random[16];
    if (!host.random(random)) return 1;
    ::curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL* const curl = ::curl_easy_init();
    std::string const connect_to = "::127.0.0.1:" + std::to_string(target.port());
    curl_slist* const route = ::curl_slist_append(nullptr, connect_to.c_str());
    ::curl_easy_setopt(curl, CURLOPT_CONNECT_TO, route);
    ::curl_easy_setopt(curl, CURLOPT_CAINFO, argv[2]);

    slb::response<slb::modify_vserver_group_backend_servers> response;
    slb::signer const signer{slb::credentials::from_environment()};
    slb::http_call call{target};
    slb::modify_vserver_group_backend_servers const request{
        .region_id = "cn-hangzhou",
        .vserver_group_id = "rsp-cige6j5e7p",
        .replace = {{.from = {"vm-233", 80}, .to = {"vm-235", 8080}}}};
    if (!call.encode(request) || !call.sign(signer, host.unix_seconds(), slb::nonce(random))) return 1;

    // [readme]
    std::string const url =
        "https://" + std::string(call.endpoint().host_header()) + std::string(call.target());
    curl_slist* headers = nullptr;
    call.for_each_header([&](std::string_view name, std::string_view value) {
        headers = ::curl_slist_append(headers, (std::string(name) + ": " + std::string(value)).c_str());
    });
    std::string head, body;
    ::curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    ::curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body().size()));
    ::curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body().data());
    ::curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
    ::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    ::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    ::curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 2000L);
    CURLcode const failure = ::curl_easy_perform(curl);
    long status = 0, sent = 0;
    ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    ::curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
    if (failure == CURLE_OK)
        call.receive(static_cast<int>(status), head, body, response);
    else if (sent == 0)
        call.not_connected(errc_of(failure), response);
    else
        call.failed(errc_of(failure), response);
    // [readme]
    ::curl_slist_free_all(headers), ::curl_slist_free_all(route), ::curl_easy_cleanup(curl);
    if (!response) std::cerr << response.error() << '\n';
    if (!response) return 10 + static_cast<int>(response.error().delivery());
    for (auto const& server : response->backend_servers)
        std::cout << server.server_id << ':' << server.port << '\n';
}
