// The journal's files and folders, whose names and bytes are on the disk when a call returns. The
// group may read them too, for those who ask the journal with SQL. Errors come as
// std::system_error, on the way that SQL's errors take.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace berth {

// A new name in a folder is on the disk only once the folder is.
void sync_folder(const std::filesystem::path& folder);

// Makes the folder, and those above it.
void create_folder(const std::filesystem::path& folder);

// Makes an empty file where there is none, for the owner and the group only.
void create_file(const std::filesystem::path& file);

// Puts `bytes` in the place of `target`, by way of `temporary` in the same folder: a crash leaves
// the old file or the new one, and perhaps the temporary one.
void replace_file(const std::filesystem::path& target, const std::filesystem::path& temporary,
                  std::string_view bytes);

// Error: also when the file is larger than `most` bytes.
std::string read_file(const std::filesystem::path& file, std::uintmax_t most);

}  // namespace berth
