#include <slb/core.hpp>
#include <slb/host.hpp>

#include <cstdlib>
#include <iostream>
#include <mbedtls/md.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

template <class T, auto Init, auto Free>
struct held : T {
    held() : T() { Init(this); }
    ~held() { Free(this); } // and wipes it
};
template <mbedtls_md_type_t Type, std::size_t Size>
struct digest : held<mbedtls_md_context_t, mbedtls_md_init, mbedtls_md_free> {
    static constexpr std::size_t size = Size;
    digest() { ::mbedtls_md_setup(this, ::mbedtls_md_info_from_type(Type), 0); } // else nothing below works
    digest(digest const& other) : digest() { ::mbedtls_md_clone(this, &other); }
    bool begin() noexcept { return ::mbedtls_md_starts(this) == 0; }
    bool update(void const* text, std::size_t n) noexcept {
        return ::mbedtls_md_update(this, static_cast<unsigned char const*>(text), n) == 0;
    }
    bool end(unsigned char* out) noexcept { return ::mbedtls_md_finish(this, out) == 0; }
};
using mbedtls_crypto = slb::crypto_of<digest<MBEDTLS_MD_SHA1, 20>, digest<MBEDTLS_MD_SHA256, 32>>;
static int fill(void*, unsigned char* p, std::size_t n) { return slb::system_host{}.random({p, n}) - 1; }

// mbedtls PORT CA_FILE [HOST [DEADLINE_MS]]: one call without OpenSSL, to an emulator on this machine
int main(int argc, char** argv) {
    slb::system_host const host;
    unsigned char bytes[16];
    if (argc < 3 || !host.random(bytes)) return 2;
    slb::modify_vserver_group_backend_servers request{"cn-hangzhou", "rsp-cige6j5e7p"};
    request.replace.push_back({.from = {"vm-233", 80}, .to = {"vm-235", 8080}});
    char const* const name = argc > 3 ? argv[3] : "localhost";
    std::int64_t const deadline = host.steady_ms() + (argc > 4 ? std::atol(argv[4]) : 2000);
    slb::signer<mbedtls_crypto> const signer{slb::credentials::from_environment()};
    slb::response<slb::modify_vserver_group_backend_servers> response;
    slb::exchange ex{slb::endpoint(name, std::atoi(argv[1]))};
    ex.start(request, response, signer, host.unix_seconds(), slb::nonce(bytes));
    held<mbedtls_net_context, mbedtls_net_init, mbedtls_net_free> net;
    held<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free> trusted;
    held<mbedtls_ssl_config, mbedtls_ssl_config_init, mbedtls_ssl_config_free> config;
    held<mbedtls_ssl_context, mbedtls_ssl_init, mbedtls_ssl_free> tls;
    if (::mbedtls_x509_crt_parse_file(&trusted, argv[2]) != 0) ex.not_connected(slb::errc::trust_unreadable);
    ::mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, 0);
    ::mbedtls_ssl_conf_min_version(&config, 3, 3);           // TLS 1.2
    ::mbedtls_ssl_conf_ca_chain(&config, &trusted, nullptr); // of a client, the defaults verify it
    ::mbedtls_ssl_conf_rng(&config, fill, nullptr);
    ::mbedtls_ssl_set_bio(&tls, &net, mbedtls_net_send, mbedtls_net_recv, nullptr);
    if (::mbedtls_ssl_setup(&tls, &config) != 0 || ::mbedtls_ssl_set_hostname(&tls, name) != 0 ||
        ::mbedtls_net_connect(&net, "127.0.0.1", argv[1], MBEDTLS_NET_PROTO_TCP) != 0)
        ex.not_connected(slb::errc::connect_failed);
    ::mbedtls_net_set_nonblock(&net);
    while (!ex.done()) {
        int n = 0;
        if (ex.wants_write()) { // the first write greets the server and verifies it
            auto const* const out = reinterpret_cast<unsigned char const*>(ex.output().data());
            n = ::mbedtls_ssl_write(&tls, out, ex.output().size());
            if (n > 0) ex.sent(static_cast<std::size_t>(n));
        } else {
            std::span<char> const in = ex.input();
            n = ::mbedtls_ssl_read(&tls, reinterpret_cast<unsigned char*>(in.data()), in.size());
            if (n > 0) ex.received(static_cast<std::size_t>(n));
        }
        bool const wait = n == MBEDTLS_ERR_SSL_WANT_READ || n == MBEDTLS_ERR_SSL_WANT_WRITE;
        unsigned const to = n == MBEDTLS_ERR_SSL_WANT_READ ? MBEDTLS_NET_POLL_READ : MBEDTLS_NET_POLL_WRITE;
        std::int64_t const left = deadline - host.steady_ms();
        if (wait && (left <= 0 || ::mbedtls_net_poll(&net, to, std::uint32_t(left)) == 0)) ex.expired();
        if (n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) ex.closed();
        if (n == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) ex.not_connected(slb::errc::certificate_refused);
        bool const reset = n == 0 || n == MBEDTLS_ERR_NET_CONN_RESET;
        if (n <= 0 && !wait) ex.not_connected(reset ? slb::errc::connection_reset : slb::errc::tls_failed);
    }
    if (response)
        for (auto const& s : response->backend_servers) std::cout << s.server_id << ':' << s.port << '\n';
    if (!response) std::cerr << response.error() << '\n';
    return response ? 0 : 10 + static_cast<int>(response.error().delivery());
}
