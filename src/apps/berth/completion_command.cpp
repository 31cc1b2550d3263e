// completion: a script for the shell. It asks this very program what may come next, so that it
// always knows the commands and options that there are, and the reservations on the server.
#include "apps/berth/completion_command.hpp"

#include <fmt/format.h>

#include "apps/berth/commands.hpp"
#include "apps/berth/complete.hpp"
#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

// Each prints lines of a word, a tab, and what it is about. Where there are none, the shell offers
// files. ${COMP_WORDS[0]} and its like are the program as it was typed, wherever it lies.
constexpr const char* bash_script = R"(_berth() {
    local typed=${COMP_LINE:0:COMP_POINT} word
    # Readline also ends a word at ':' or '=': what it holds already is not to be typed again.
    local held=${typed##*[[:space:]]}
    held=${held%"${COMP_WORDS[COMP_CWORD]}"}
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        COMPREPLY+=("${word#"$held"}")
    done < <("${COMP_WORDS[0]}" __complete --line "$typed" 2>/dev/null)
}
complete -o default -o nosort -F _berth berth
)";

constexpr const char* zsh_script = R"(#compdef berth
_berth() {
    local line
    local -a found
    for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if (( $#found )); then
        _describe berth found
    else
        _files
    fi
}
if [[ ${funcstack[1]-} == _berth ]]; then
    _berth "$@"
else
    compdef _berth berth
fi
)";

constexpr const char* fish_script = R"(function __berth_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($typed[1] __complete -- $typed[2..] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c berth -f -a '(__berth_complete)'
)";

std::vector<Completion> reservations(Session& session) {
    const auto now = session.now();
    if (!now) return {};
    const std::string path = "/api/v1/reservations?limit=500&from=";
    const auto page = session.ask("GET", path + url_encoded(to_rfc3339(*now)));
    if (!page) return {};
    std::vector<Completion> all;
    for (const auto& item : page->at("items").as_array()) {
        const auto& one = item.as_object();
        all.push_back({text_of(one, "id"),
                       fmt::format("{} {}, {}", text_of(one, "state"), text_of(one, "owner"),
                                   compact_gpus(list_of(one, "gpus")))});
    }
    return all;
}

std::vector<Completion> from_fleet(Session& session, Known what) {
    const auto* fleet = session.fleet();
    if (fleet == nullptr) return {};
    std::vector<Completion> all;
    for (const auto& node : fleet->at("nodes").as_array()) {
        const auto& gpus = node.at("gpus").as_array();
        if (what == Known::nodes) {
            all.push_back({text_of(node.as_object(), "name"), fmt::format("{} GPUs", gpus.size())});
            continue;
        }
        for (const auto& item : gpus) {
            const auto& gpu = item.as_object();
            all.push_back({text_of(gpu, "id"), text_of(gpu, "model")});
        }
    }
    return all;
}

}  // namespace

Exit print_completions(const CLI::App& app, Session& session, std::vector<std::string> words) {
    if (words.size() == 2 && words.front() == "--line") {
        words = words_of_line(words.back());
        words.erase(words.begin());  // the program's name
    } else if (!words.empty() && words.front() == "--") {
        words.erase(words.begin());
    }
    session.bear_silence();
    const auto ask = [&](Known what) {
        return what == Known::reservations ? reservations(session) : from_fleet(session, what);
    };
    for (const auto& [word, about] : complete(app, words, ask)) {
        fmt::print("{}\t{}\n", word, about);
    }
    return Exit::done;
}

std::string completion_script(const std::string& shell) {
    if (shell == "zsh") return zsh_script;
    return shell == "fish" ? fish_script : bash_script;
}

void add_completion(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("completion", "a completion script for your shell");
    command->footer("source <(berth completion bash)");
    auto shell = std::make_shared<std::string>("bash");
    command->add_option("shell", *shell, "bash, zsh or fish")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([=] {
        chosen([=](Session&) {
            fmt::print("{}", completion_script(*shell));
            return Exit::done;
        });
    });
}

}  // namespace berth::cli
