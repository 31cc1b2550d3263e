// Copies one file into an archive, compressed where that helps, in bounded memory and durably.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "json/described.hpp"

namespace berth {

struct StoredFile {
    std::string path;    // of the original, relative to what was archived
    std::string stored;  // its name in the archive
    std::uint64_t original_size = 0;
    std::uint64_t stored_size = 0;
    std::string sha256;  // of the original
};
BOOST_DESCRIBE_STRUCT(StoredFile, (), (path, stored, original_size, stored_size, sha256))

// Writes `source` to `target` + ".zst", or to `target` as it is when compressing does not help.
// `stored` is left to the caller. Errors are sentences.
std::expected<StoredFile, std::string> store_file(const std::filesystem::path& source,
                                                  const std::filesystem::path& target);

// The original bytes of a stored file, of at most `most` bytes.
std::expected<std::string, std::string> load_file(const std::filesystem::path& stored,
                                                  std::uint64_t most);

}  // namespace berth
