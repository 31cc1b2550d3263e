// What may come next on a command line: commands, options, and the values that are known.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace berth::cli {

struct Completion {
    std::string word;
    std::string about;  // a few words, or empty

    bool operator==(const Completion&) const = default;
};

// What only the server knows.
enum class Known { reservations, gpus, nodes };
using Ask = std::function<std::vector<Completion>(Known)>;

// `words` without the program's name; the last is the one being typed, perhaps empty. Nothing:
// the shell may offer files.
std::vector<Completion> complete(const CLI::App& app, const std::vector<std::string>& words,
                                 const Ask& ask);

// The words of a line that is being typed, quotes taken off; the last is the one at its end.
std::vector<std::string> words_of_line(const std::string& line);

}  // namespace berth::cli
