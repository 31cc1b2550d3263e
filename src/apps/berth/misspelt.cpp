#include "apps/berth/misspelt.hpp"

#include <fmt/format.h>

#include "apps/berth/command_tree.hpp"
#include "json/field_error.hpp"

namespace berth::cli {

namespace {

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
    const std::vector<std::string_view> views(known.begin(), known.end());
    return json::nearest_name(word, views);
}

std::string unknown_option(const CLI::App& command, const std::string& word) {
    std::vector<std::string> known;
    for (const auto* place = &command; place != nullptr; place = place->get_parent()) {
        for (const auto* option : named_options(*place)) {
            for (auto& name : spellings(*option)) known.push_back(std::move(name));
        }
    }
    const std::string hint = nearest(word, known);
    return fmt::format("{} has no option {}{}", full_name(command), word,
                       hint.empty() ? fmt::format("; {} --help lists them", full_name(command))
                                    : fmt::format("; did you mean {}?", hint));
}

std::string unknown_command(const CLI::App& command, const std::string& word) {
    std::vector<std::string> known;
    for (const auto* one : visible_commands(command)) known.push_back(one->get_name());
    const std::string hint = nearest(word, known);
    return fmt::format("there is no command \"{} {}\"{}", full_name(command), word,
                       hint.empty() ? fmt::format("; {} --help lists them", full_name(command))
                                    : fmt::format("; did you mean \"{}\"?", hint));
}

// The first word that should have been a command of `command`.
std::string stray_word(const CLI::App& app, const std::vector<std::string>& words) {
    for (std::size_t count = 1; count <= words.size(); ++count) {
        const std::vector<std::string> so_far(words.begin(),
                                              words.begin() + static_cast<std::ptrdiff_t>(count));
        if (follow(app, so_far).positionals == 1) return words[count - 1];
    }
    return "";
}

}  // namespace

std::string usage_sentence(const CLI::App& app, const std::vector<std::string>& words,
                           const CLI::ParseError& error) {
    const Place place = follow(app, words);
    // The options of a command that there is not are not known either: the command comes first.
    if (place.positionals > 0 && positionals(*place.command).empty() &&
        !visible_commands(*place.command).empty()) {
        return unknown_command(*place.command, stray_word(app, words));
    }
    if (!place.unknown.empty()) return unknown_option(*place.command, place.unknown.front());
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
        !visible_commands(*place.command).empty()) {
        return fmt::format("say what to do: {} --help lists the commands",
                           full_name(*place.command));
    }
    return fmt::format("{} ({} --help says how)", error.what(), full_name(*place.command));
}

}  // namespace berth::cli
