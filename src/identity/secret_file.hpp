// A secret of 32 bytes in a file of its own that only its owner may read.
#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <string>

namespace berth {

// Reads it, or creates it from the system's random source. Two processes that create it at once end
// up with the same secret. Error: a sentence.
std::expected<std::array<unsigned char, 32>, std::string> read_or_create_secret(
    const std::filesystem::path& file);

}  // namespace berth
