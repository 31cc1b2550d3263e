// Files of this machine as the adapters write them: wholly there or not at all, and on the disk
// when a call returns unless it says otherwise.
//
//     if (auto written = write_durably(folder / "end.json", bytes); !written)
//     report(written.error());
//
// New files can be read by their owner only. One writer of a file at a time. Each error is a
// sentence with the file's name and the system's reason.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// The words of an errno value.
std::string system_error_text(int number);

// Replaces `file` atomically, by way of `file`.new beside it.
std::expected<void, std::string> write_durably(const std::filesystem::path& file,
                                               std::string_view bytes);
// The same, but a power cut may undo it.
std::expected<void, std::string> write_soon(const std::filesystem::path& file,
                                            std::string_view bytes);
// At its end, making the file where there is none. An error may leave a part of it there.
std::expected<void, std::string> append_durably(const std::filesystem::path& file,
                                                std::string_view bytes);
// At that place, making the file where there is none. A power cut may undo it.
std::expected<void, std::string> write_at(const std::filesystem::path& file, std::uint64_t offset,
                                          std::string_view bytes);
// Makes the folder and those above it, with their names.
std::expected<void, std::string> make_folder_durably(const std::filesystem::path& folder);
// What was written to the file, or the names that were made in the folder.
std::expected<void, std::string> sync_to_disk(const std::filesystem::path& path);
// The whole file; nothing when it cannot be read.
std::optional<std::string> read_whole(const std::filesystem::path& file);

}  // namespace berth
