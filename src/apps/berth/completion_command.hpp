// The scripts that shells load, and the answers to what they ask.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "apps/berth/session.hpp"

namespace berth::cli {

// The first word of what the scripts ask: no command, so that no option of ours is parsed in it.
inline constexpr const char* completing = "__complete";

// For bash, zsh or fish.
std::string completion_script(const std::string& shell);

// `words` is what follows `completing`: "--" and the words so far, or --line and the line so far.
Exit print_completions(const CLI::App& app, Session& session, std::vector<std::string> words);

}  // namespace berth::cli
