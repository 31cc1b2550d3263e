#include "apps/berth/program.hpp"

#include <fmt/format.h>

#include "apps/berth/completion_command.hpp"
#include "apps/berth/misspelt.hpp"

namespace berth::cli {

namespace {

// While somebody waits for their shell to complete a word.
constexpr Patience short_patience{std::chrono::milliseconds(300), std::chrono::milliseconds(1000),
                                  std::chrono::milliseconds(0)};

// Each command's help ends with an example, and with the options that every command has.
class HelpText : public CLI::Formatter {
public:
    std::string make_footer(const CLI::App* app) const override {
        const std::string footer = app->get_footer();
        std::string text;
        if (!footer.empty()) text += "\nExample:\n  " + footer + "\n";
        if (app->get_parent() != nullptr) {
            text += "\nEvery command has --json, --server URL (or BERTH_URL) and --user NAME.\n";
        }
        return text;
    }
};

void add_commands(CLI::App& app, const Choose& choose, const std::string& version) {
    add_reserve(app, choose);
    add_train(app, choose);
    add_plan(app, choose);
    add_ls(app, choose);
    add_show(app, choose);
    add_changes(app, choose);
    add_cancel_and_release(app, choose);
    add_holder_commands(app, choose);
    add_queue(app, choose);
    add_waitlist(app, choose);
    add_maintenance(app, choose);
    add_calendar(app, choose);
    add_gpus(app, choose);
    add_logs(app, choose);
    add_watch(app, choose);
    add_wait(app, choose);
    add_audit(app, choose);
    add_completion(app, choose);
    add_man(app, choose, version);
}

}  // namespace

Program::Program(Defaults defaults)
    : app_("Berth reserves GPUs by time.", "berth"), options_(std::move(defaults)) {
    app_.fallthrough();
    app_.require_subcommand(1);
    app_.formatter(std::make_shared<HelpText>());
    app_.footer("berth reserve --gpus 4 --start 'wed 20:00' --hours 32");
    app_.add_option("--server", options_.server, "the server's URL (or BERTH_URL)");
    app_.add_option("--user", options_.user, "who asks (or BERTH_USER)");
    app_.add_flag("--json", json_, "answer in JSON");
    app_.set_version_flag("--version", "berth " + options_.version, "print the version");
    app_.get_help_ptr()->description("say how it is used");
    add_commands(app_, [this](Run what) { chosen_ = std::move(what); }, options_.version);
}

int Program::explain(const std::vector<std::string>& words, const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app_.exit(error);  // --help, --version
    const std::string sentence = usage_sentence(app_, words, error);
    Session session(options_.server, options_.user, json_ ? Output::json : Output::people, words);
    return static_cast<int>(session.fail(Exit::usage, sentence));
}

int Program::run(const std::vector<std::string>& words) {
    if (!words.empty() && words.front() == completing) {
        Session session(options_.server, options_.user, Output::people, {}, short_patience);
        return static_cast<int>(print_completions(app_, session, {words.begin() + 1, words.end()}));
    }
    try {
        app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::ParseError& error) {
        return explain(words, error);
    }
    Session session(options_.server, options_.user, json_ ? Output::json : Output::people, words);
    try {
        return static_cast<int>(chosen_(session));
    } catch (const std::exception& error) {
        // Only an answer of another shape than Berth's leads here.
        return static_cast<int>(session.fail(
            Exit::unreachable,
            options_.server + " answers, but not as Berth does (" + error.what() + ")"));
    }
}

}  // namespace berth::cli
