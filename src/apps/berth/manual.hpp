// The manual page berth(1), made from the definitions of the commands.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace berth::cli {

// In roff, for man(1).
std::string manual_page(const CLI::App& app, const std::string& version);

}  // namespace berth::cli
