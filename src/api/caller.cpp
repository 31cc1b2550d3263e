#include "api/caller.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace berth {

namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_reason = 1000;
constexpr std::size_t longest_key = 200;

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL cannot compute a SHA-256");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4U];
        hex += digits[digest[i] & 15U];
    }
    return hex;
}

bool is_name_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '@' || c == '-';
}

bool is_printable(char c) {
    return c > ' ' && c <= '~';
}

Problem bad_header(std::string field, std::string detail) {
    return {.status = 400,
            .code = "bad_request",
            .detail = std::move(detail),
            .field = std::move(field)};
}

}  // namespace

std::expected<void, std::string> check_person(std::string_view name) {
    if (name.empty() || name.size() > longest_name ||
        !std::ranges::all_of(name, is_name_character)) {
        return std::unexpected(
            "a user's name is 1 to 64 letters, digits and . _ @ -, such as alice or li.wei@lab");
    }
    if (name == "berth") {
        return std::unexpected("\"berth\" is the name of the system itself; use your own");
    }
    return {};
}

std::expected<std::string, Problem> person_of(const Request& request) {
    std::string person(request.header("X-Berth-User"));
    if (person.empty()) return person;
    if (auto checked = check_person(person); !checked) {
        return std::unexpected(bad_header("X-Berth-User", checked.error()));
    }
    return person;
}

std::expected<Submission, Problem> submission_of(const Request& request,
                                                 const std::optional<std::string>& reason) {
    const std::string actor(request.header("X-Berth-User"));
    if (actor.empty()) {
        return std::unexpected(
            Problem{.status = 401,
                    .code = "actor_missing",
                    .detail = "say who you are: send your user name in the header X-Berth-User, "
                              "such as X-Berth-User: alice",
                    .field = "X-Berth-User"});
    }
    if (auto checked = check_person(actor); !checked) {
        return std::unexpected(bad_header("X-Berth-User", checked.error()));
    }
    return submission_by(actor, request, reason);
}

std::expected<Submission, Problem> submission_by(std::string actor, const Request& request,
                                                 const std::optional<std::string>& reason) {
    Submission submission;
    submission.actor = std::move(actor);
    submission.reason = reason ? *reason : std::string(request.header("X-Berth-Reason"));
    if (submission.reason.size() > longest_reason) {
        return std::unexpected(
            bad_header("reason", "the reason is longer than 1000 bytes; shorten it"));
    }
    if (!request.headers.contains("Idempotency-Key")) return submission;
    submission.idempotency_key = request.header("Idempotency-Key");
    if (submission.idempotency_key.empty() || submission.idempotency_key.size() > longest_key ||
        !std::ranges::all_of(submission.idempotency_key, is_printable)) {
        return std::unexpected(bad_header(
            "Idempotency-Key", "a key is 1 to 200 printable ASCII characters without a space"));
    }
    // The target belongs to what is repeated: two cancels differ in nothing else.
    submission.body_hash = sha256_hex(request.method + " " + request.target + "\n" + request.body);
    return submission;
}

std::expected<std::optional<std::uint64_t>, Problem> if_match_of(const Request& request) {
    std::string_view text = request.header("If-Match");
    if (text.empty() || text == "*") return std::nullopt;
    std::uint64_t revision = 0;
    if (text.size() > 2 && text.starts_with('"') && text.ends_with('"')) {
        text = text.substr(1, text.size() - 2);
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), last, revision);
        if (error == std::errc{} && end == last) return revision;
    }
    return std::unexpected(bad_header(
        "If-Match", "send the ETag as it came with the reservation, such as If-Match: \"17\""));
}

}  // namespace berth
