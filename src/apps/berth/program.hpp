// The whole command line: all commands with their options, and how one of them is run.
//
//     Program program(defaults_from_environment());
//     return program.run(words);
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "apps/berth/commands.hpp"

namespace berth::cli {

struct Defaults {
    std::string server = "http://127.0.0.1:8420";
    std::string user;
    std::string version;
};

class Program {
public:
    explicit Program(Defaults defaults);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // `words` without the program's name. Returns the exit status.
    int run(const std::vector<std::string>& words);

    [[nodiscard]] CLI::App& definitions() { return app_; }

private:
    int explain(const std::vector<std::string>& words, const CLI::ParseError& error);

    CLI::App app_;
    Defaults options_;
    bool json_ = false;
    Run chosen_;
};

}  // namespace berth::cli
