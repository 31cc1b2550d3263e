// What to say when the command line could not be understood.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace berth::cli {

// A sentence that names the nearest known command or option where a word is unknown; else what
// CLI11 says. `words` is what was typed, without the program's name.
std::string usage_sentence(const CLI::App& app, const std::vector<std::string>& words,
                           const CLI::ParseError& error);

}  // namespace berth::cli
