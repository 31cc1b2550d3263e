// Text compressed in one piece with zstd, its checksum with it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace berth {

// Error: std::runtime_error when zstd fails.
std::string compressed(std::string_view text);

// Error: why the bytes are not a compressed text.
std::expected<std::string, std::string> decompressed(std::string_view bytes);

}  // namespace berth
