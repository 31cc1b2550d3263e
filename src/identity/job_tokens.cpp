#include "identity/job_tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <stdexcept>
#include <utility>

#include "identity/secret_file.hpp"

namespace berth {

namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 15U];
    }
    return text;
}

// "r-17.1", exactly as AttemptId::text() writes it.
std::optional<AttemptId> parse_attempt(std::string_view text) {
    const auto dot = text.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto reservation = ReservationId::parse(text.substr(0, dot));
    if (!reservation) return std::nullopt;
    AttemptId attempt{*reservation, 0};
    const auto number = text.substr(dot + 1);
    const char* last = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), last, attempt.number);
    if (error != std::errc{} || end != last || attempt.text() != text) return std::nullopt;
    return attempt;
}

}  // namespace

std::expected<JobTokens, std::string> JobTokens::open(const std::filesystem::path& secret_file) {
    auto secret = read_or_create_secret(secret_file);
    if (!secret) return std::unexpected(std::move(secret.error()));
    return JobTokens(*secret);
}

std::string JobTokens::seal_of(std::string_view attempt) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> seal{};
    unsigned int size = 0;
    // The prefix keeps the secret from sealing anything else that happens to look like an attempt.
    const std::string text = "berth job token " + std::string(attempt);
    if (HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), seal.data(),
             &size) == nullptr) {
        throw std::runtime_error("OpenSSL cannot compute an HMAC-SHA256");
    }
    return hex(seal.data(), size);
}

std::string JobTokens::issue(const AttemptId& attempt) const {
    return attempt.text() + "." + seal_of(attempt.text());
}

std::optional<AttemptId> JobTokens::verify(std::string_view token) const {
    const auto dot = token.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto attempt = token.substr(0, dot);
    const auto seal = token.substr(dot + 1);
    const std::string expected = seal_of(attempt);
    if (seal.size() != expected.size() ||
        CRYPTO_memcmp(seal.data(), expected.data(), expected.size()) != 0) {
        return std::nullopt;
    }
    return parse_attempt(attempt);
}

}  // namespace berth
