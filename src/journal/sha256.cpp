#include "journal/sha256.hpp"

#include <array>
#include <stdexcept>

namespace berth {

namespace {

void require(bool succeeded) {
    if (!succeeded) throw std::runtime_error("SHA-256 is not available from OpenSSL");
}

}  // namespace

Sha256::Sha256()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free),
      context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    require(algorithm_ != nullptr && context_ != nullptr);
    begin();
}

void Sha256::begin() {
    require(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1);
}

void Sha256::add(std::string_view bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> digest{};
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    begin();
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * digest.size());
    for (const unsigned char byte : digest) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 0xFU]);
    }
    return text;
}

std::string sha256_of(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

}  // namespace berth
