// Runs the program berth-supervisor for an attempt.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "launch/attempt_folder.hpp"

namespace berth {

// Returns once the job runs, or is known not to; the folder says which. Error: a sentence when no
// supervisor could be run at all.
std::expected<void, std::string> run_supervisor(const std::filesystem::path& program,
                                                const AttemptFolder& folder);

}  // namespace berth
