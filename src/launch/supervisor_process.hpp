// Runs the program berth-supervisor for an attempt.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "launch/attempt_folder.hpp"
#include "time/instant.hpp"

namespace berth {

// `booted_at`: when this machine booted, by the site's time; without it the supervisor believes the
// wall clock. Returns once the job runs, or is known not to; the folder says which. Error: a
// sentence when no supervisor could be run at all.
std::expected<void, std::string> run_supervisor(const std::filesystem::path& program,
                                                const AttemptFolder& folder,
                                                std::optional<Instant> booted_at = std::nullopt);

}  // namespace berth
