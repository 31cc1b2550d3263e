// A certificate for 127.0.0.1 that vouches for itself, made for one test.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace berth::test {

class SelfSigned {
public:
    SelfSigned() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
        X509_set_version(certificate_.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
        X509_set_pubkey(certificate_.get(), key_.get());
        X509_NAME* const name = X509_get_subject_name(certificate_.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
        X509_set_issuer_name(certificate_.get(), name);
        if (X509_sign(certificate_.get(), key_.get(), EVP_sha256()) == 0) {
            throw std::runtime_error("cannot sign a certificate");
        }
    }

    void write_certificate(const std::filesystem::path& file) const {
        const File out(std::fopen(file.c_str(), "w"), std::fclose);
        PEM_write_X509(out.get(), certificate_.get());
    }
    void write_key(const std::filesystem::path& file) const {
        const File out(std::fopen(file.c_str(), "w"), std::fclose);
        PEM_write_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    [[nodiscard]] X509* certificate() const { return certificate_.get(); }

private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
    std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

}  // namespace berth::test
