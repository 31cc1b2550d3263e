// The few things that the cluster launcher does with files of this machine. Each error is a
// sentence with the file's name and the system's reason.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace berth {

// Wholly there or not at all, and on the disk when it returns. Readable by its owner alone.
std::expected<void, std::string> replace_file(const std::filesystem::path& file,
                                              std::string_view bytes);
// The same, but a power cut may undo it.
std::expected<void, std::string> replace_soon(const std::filesystem::path& file,
                                              std::string_view bytes);
// At its end, and on the disk when it returns.
std::expected<void, std::string> append_durably(const std::filesystem::path& file,
                                                std::string_view bytes);
// At that place, making the file where there is none.
std::expected<void, std::string> write_at(const std::filesystem::path& file, std::uint64_t offset,
                                          std::string_view bytes);

}  // namespace berth
