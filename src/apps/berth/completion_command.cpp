// completion: a script for the shell, made from the commands and options that there are.
#include <fmt/format.h>

#include "apps/berth/commands.hpp"

namespace berth::cli {

namespace {

std::string options_of(const CLI::App& command) {
    std::string names;
    for (const auto* option : command.get_options()) {
        for (const auto& name : option->get_lnames()) names += " --" + name;
    }
    return names;
}

std::string bash_script(const CLI::App& app) {
    std::string commands;
    std::string cases;
    for (const auto* command : app.get_subcommands({})) {
        commands += " " + command->get_name();
        std::string words = options_of(*command);
        for (const auto* inner : command->get_subcommands({})) {
            words += " " + inner->get_name() + options_of(*inner);
        }
        cases += fmt::format("        {}) words=\"{}\" ;;\n", command->get_name(), words);
    }
    return fmt::format(
        "_berth() {{\n"
        "    local words=\"{}\"\n"
        "    [ \"$COMP_CWORD\" -gt 1 ] && case \"${{COMP_WORDS[1]}}\" in\n{}    esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
        "}}\n"
        "complete -F _berth berth\n",
        commands, cases);
}

std::string fish_script(const CLI::App& app) {
    std::string script;
    for (const auto* command : app.get_subcommands({})) {
        const std::string name = command->get_name();
        script += fmt::format("complete -c berth -n __fish_use_subcommand -f -a {}\n", name);
        for (const auto* option : command->get_options()) {
            for (const auto& word : option->get_lnames()) {
                script += fmt::format(
                    "complete -c berth -n '__fish_seen_subcommand_from {}' -l {}\n", name, word);
            }
        }
    }
    return script;
}

}  // namespace

void add_completion(CLI::App& app, const Choose& chosen) {
    auto* command =
        app.add_subcommand("completion", "a completion script: source <(berth completion bash)");
    auto shell = std::make_shared<std::string>("bash");
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([&app, shell, chosen] {
        chosen([&app, shell](Session&) {
            // zsh runs bash's completions once it was told to.
            if (*shell == "zsh") fmt::print("autoload -U +X bashcompinit && bashcompinit\n");
            fmt::print("{}", *shell == "fish" ? fish_script(app) : bash_script(app));
            return Exit::done;
        });
    });
}

}  // namespace berth::cli
