// The tokens that jobs prove themselves with: the attempt's id and an HMAC-SHA256 over it, keyed by
// a secret that never leaves its file. Nothing is stored per token, so a token outlives a restart
// of the server; it opens only what belongs to its own attempt.
//
//     auto tokens = JobTokens::open(data / "job-token.secret");
//     std::string token = tokens->issue({reservation.id, 1});  // "r-17.1.9f86d0…"
//
// Immutable after open(): every function may be called from any thread.
#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/job_token_port.hpp"

namespace berth {

class JobTokens : public JobTokenPort {
public:
    // Reads the secret, or creates it (mode 0600) where there is none yet. Error: a sentence, also
    // when others than the owner may read the file.
    static std::expected<JobTokens, std::string> open(const std::filesystem::path& secret_file);

    [[nodiscard]] std::string issue(const AttemptId& attempt) const override;
    [[nodiscard]] std::optional<AttemptId> verify(std::string_view token) const override;

private:
    using Secret = std::array<unsigned char, 32>;

    explicit JobTokens(const Secret& secret) : secret_(secret) {}
    [[nodiscard]] std::string seal_of(std::string_view attempt) const;

    Secret secret_;
};

}  // namespace berth
