// The definitions of all commands and options, as CLI11 holds them, made easy to walk: completion,
// the manual and the help for a mistyped word are all made from these, so that none can go stale.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace berth::cli {

// What one may see; a command without a group is for scripts only.
std::vector<const CLI::App*> visible_commands(const CLI::App& app);
// The named options of one command, in the order they were defined.
std::vector<const CLI::Option*> named_options(const CLI::App& command);
std::vector<const CLI::Option*> positionals(const CLI::App& command);
// "--name" and "-n", the long ones first.
std::vector<std::string> spellings(const CLI::Option& option);
bool takes_value(const CLI::Option& option);
// The values that are allowed, where they are a list: P0, P1, P2, P3.
std::vector<std::string> choices(const CLI::Option& option);
// "berth train yolo"
std::string full_name(const CLI::App& command);

// Where typed words lead.
struct Place {
    const CLI::App* command = nullptr;      // the innermost command
    const CLI::Option* awaits = nullptr;    // the option whose value comes next
    std::size_t positionals = 0;            // how many positional words it has got
    bool after_dashes = false;              // what follows "--" is not ours
    std::vector<std::string> unknown = {};  // words that begin like options and are none
};

// `words` without the program's name.
Place follow(const CLI::App& app, const std::vector<std::string>& words);

// An option by one of its spellings, of this command or, as options fall through, of one above it.
const CLI::Option* find_option(const CLI::App& command, const std::string& spelling);

}  // namespace berth::cli
