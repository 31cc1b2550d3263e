// SHA-256 as 64 lower-case hexadecimal digits. The object is used again and again: making OpenSSL's
// context costs more than hashing a row. One thread.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace berth {

class Sha256 {
public:
    // Error: std::runtime_error when OpenSSL offers no SHA-256.
    Sha256();

    void add(std::string_view bytes);
    // What was added since the last call.
    std::string hex();

private:
    void begin();

    std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_;
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string sha256_of(std::string_view bytes);

}  // namespace berth
