#ifndef SLB_EMULATOR_CERTIFICATE_HPP
#define SLB_EMULATOR_CERTIFICATE_HPP

#include <slb/rules.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace slb::inline v0_1 {

/// The certificate of a server on this machine and its private key, both PEM and only in memory, or the
/// reason why there is none.
struct emulator_certificate {
    /// The certificate of the server, signed by an authority that is not in it. Empty when there is a
    /// problem.
    std::string chain{};
    /// The private key of that certificate, not encrypted.
    std::string key{};
    /// Why there is no certificate, in a sentence; empty: there is one.
    std::string problem{};

    /// Whether there is a certificate.
    explicit operator bool() const noexcept { return problem.empty(); }
};

namespace detail::certificates {

template <auto Free>
struct freed_with {
    void operator()(auto* object) const noexcept { Free(object); }
};
using bio_ptr = std::unique_ptr<::BIO, freed_with<::BIO_free_all>>;
using key_ptr = std::unique_ptr<::EVP_PKEY, freed_with<::EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<::X509, freed_with<::X509_free>>;
using extension_ptr = std::unique_ptr<::X509_EXTENSION, freed_with<::X509_EXTENSION_free>>;
using names_ptr = std::unique_ptr<::GENERAL_NAMES, freed_with<::GENERAL_NAMES_free>>;

/// An authority that signs certificates of servers and is gone with this object: its key leaves it never.
class certificate_authority {
  public:
    certificate_authority() : key_(EVP_EC_gen("P-256")) {
        x509_ptr made = issue(key_.get(), "slb emulator CA");
        if (made && extend(made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
            extend(made.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
            extend(made.get(), NID_subject_key_identifier, "hash") && sign(made.get()))
            certificate_ = std::move(made);
    }

    /// Null when OpenSSL could not make it.
    [[nodiscard]] ::X509* certificate() const noexcept { return certificate_.get(); }

    /// A certificate for servers at `names`; null when OpenSSL could not make it.
    [[nodiscard]] x509_ptr server(::EVP_PKEY* key, std::vector<std::string> const& names) const {
        x509_ptr made = issue(key, "slb emulator");
        bool const complete = made && extend(made.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                              extend(made.get(), NID_key_usage, "critical,digitalSignature") &&
                              extend(made.get(), NID_ext_key_usage, "serverAuth") &&
                              extend(made.get(), NID_subject_key_identifier, "hash") &&
                              extend(made.get(), NID_authority_key_identifier, "keyid:always") &&
                              name(made.get(), names) && sign(made.get());
        return complete ? std::move(made) : nullptr;
    }

  private:
    /// A certificate of this authority (the first: of itself), not signed yet. It is valid from yesterday on,
    /// for clients whose clocks are slow, and for 30 days.
    [[nodiscard]] x509_ptr issue(::EVP_PKEY* key, char const* common_name) const {
        constexpr long day = 24 * 60 * 60;
        x509_ptr made(::X509_new());
        // 63 bits: a serial number must be positive and, for clients that remember, new each time.
        std::uint64_t serial = 0;
        if (!made || key == nullptr ||
            ::RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1)
            return nullptr;
        ::X509_NAME* const subject = ::X509_get_subject_name(made.get());
        auto const* const text = reinterpret_cast<unsigned char const*>(common_name);
        ::X509* const issuer = certificate_ ? certificate_.get() : made.get();
        bool const filled =
            ::X509_set_version(made.get(), X509_VERSION_3) == 1 &&
            ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(made.get()), serial >> 1) == 1 &&
            ::X509_gmtime_adj(::X509_getm_notBefore(made.get()), -day) != nullptr &&
            ::X509_gmtime_adj(::X509_getm_notAfter(made.get()), 30 * day) != nullptr &&
            ::X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
            ::X509_set_issuer_name(made.get(), ::X509_get_subject_name(issuer)) == 1 &&
            ::X509_set_pubkey(made.get(), key) == 1;
        return filled ? std::move(made) : nullptr;
    }

    /// Adds an extension in the notation of OpenSSL's configuration files.
    [[nodiscard]] bool extend(::X509* made, int nid, char const* value) const {
        ::X509V3_CTX context;
        ::X509V3_set_ctx(&context, certificate_ ? certificate_.get() : made, made, nullptr, nullptr, 0);
        extension_ptr const extension(::X509V3_EXT_conf_nid(nullptr, &context, nid, value));
        return extension && ::X509_add_ext(made, extension.get(), -1) == 1;
    }

    /// Adds the names, each on its own, so that a comma in one does not make two of it.
    [[nodiscard]] static bool name(::X509* made, std::vector<std::string> const& names) {
        names_ptr const list(::GENERAL_NAMES_new());
        if (!list) return false;
        for (auto const& each : names) {
            int const type = check_server_address(each) == errc::none ? GEN_IPADD : GEN_DNS;
            ::GENERAL_NAME* const one = ::a2i_GENERAL_NAME(nullptr, nullptr, nullptr, type, each.c_str(), 0);
            if (one == nullptr || ::sk_GENERAL_NAME_push(list.get(), one) == 0) {
                ::GENERAL_NAME_free(one);
                return false;
            }
        }
        return ::X509_add1_ext_i2d(made, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) == 1;
    }

    [[nodiscard]] bool sign(::X509* made) const { return ::X509_sign(made, key_.get(), ::EVP_sha256()) > 0; }

    key_ptr key_;
    x509_ptr certificate_{};
};

/// What `write(bio)` writes; empty when it fails.
template <class Write>
std::string pem_of(Write write) {
    bio_ptr const memory(::BIO_new(::BIO_s_mem()));
    if (!memory || write(memory.get()) != 1) return {};
    char* bytes = nullptr;
    long const size = BIO_get_mem_data(memory.get(), &bytes);
    return std::string(bytes, static_cast<std::size_t>(size));
}

} // namespace detail::certificates

/// Makes a new authority and lets it certify a server at `names`, host names and addresses, for 30 days. The
/// authority's certificate, for clients to trust, is written as PEM to `ca_file`, which is replaced; nothing
/// else is written anywhere, and the authority's key is forgotten. On failure `problem` says what and why.
[[nodiscard]] inline emulator_certificate make_emulator_certificate(std::string const& ca_file,
                                                                    std::vector<std::string> const& names = {
                                                                        "127.0.0.1", "::1", "localhost"}) {
    using namespace detail::certificates;
    auto const failed = [](std::string what) {
        char why[256] = "unknown reason";
        if (auto const code = ::ERR_peek_last_error(); code != 0) ::ERR_error_string_n(code, why, sizeof why);
        ::ERR_clear_error();
        return emulator_certificate{.problem = std::move(what) + ": " + why};
    };
    ::ERR_clear_error();

    certificate_authority const authority;
    key_ptr const key(EVP_EC_gen("P-256"));
    if (authority.certificate() == nullptr || !key) return failed("the authority could not be made");
    x509_ptr const server = authority.server(key.get(), names);
    if (!server) return failed("the certificate could not be made");

    emulator_certificate made{
        .chain = pem_of([&](::BIO* out) { return ::PEM_write_bio_X509(out, server.get()); }),
        .key = pem_of([&](::BIO* out) {
            return ::PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        })};
    if (made.chain.empty() || made.key.empty()) return failed("the certificate could not be encoded");

    bio_ptr const file(::BIO_new_file(ca_file.c_str(), "w"));
    if (!file || ::PEM_write_bio_X509(file.get(), authority.certificate()) != 1 || BIO_flush(file.get()) != 1)
        return failed(ca_file + " could not be written");
    return made;
}

} // namespace slb::inline v0_1

#endif
