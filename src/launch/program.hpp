// Finding the program of a command as a shell would.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace berth {

// A name with a slash is a path, seen from `workdir`; any other is looked for in `search_path`
// (the value of PATH). Error: a sentence.
std::expected<std::filesystem::path, std::string> find_program(
    const std::string& name, const std::string& search_path, const std::filesystem::path& workdir);
// Error: a sentence when it is not there or not a folder that may be entered.
std::expected<void, std::string> check_workdir(const std::filesystem::path& workdir);

}  // namespace berth
