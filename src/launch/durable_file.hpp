// Small files that are either wholly there or not, also after a power cut.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// The words of an errno value.
std::string system_error_text(int number);

// Replaces `file` atomically; when this returns, the bytes and the name are on the disk. The file
// can be read by its owner only. One writer at a time. Error: a sentence.
std::expected<void, std::string> write_durably(const std::filesystem::path& file,
                                               std::string_view bytes);
// Makes the folder and those above it. The new names in its parent are on the disk.
std::expected<void, std::string> make_folder_durably(const std::filesystem::path& folder);
// The whole file; nothing when it cannot be read.
std::optional<std::string> read_whole(const std::filesystem::path& file);

}  // namespace berth
