// berth: the command line.
#include <curl/curl.h>
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "apps/berth/commands.hpp"

namespace {

using berth::cli::Exit;

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
    return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string login_name() {
    const passwd* entry = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe): the same
    return entry != nullptr ? entry->pw_name : "nobody";
}

int run(int argc, char** argv) {
    CLI::App app("Berth reserves GPUs by time.", "berth");
    std::string server = environment("BERTH_URL", "http://127.0.0.1:8420");
    std::string user = environment("BERTH_USER", login_name());
    bool json = false;
    app.fallthrough();
    app.require_subcommand(1);
    app.add_option("--server", server, "the server's URL (or BERTH_URL)")->capture_default_str();
    app.add_option("--user", user, "who asks (or BERTH_USER)")->capture_default_str();
    app.add_flag("--json", json, "answer in JSON");
    app.set_version_flag("--version", "berth " BERTH_VERSION);

    berth::cli::Run chosen;
    const berth::cli::Choose choose = [&](berth::cli::Run what) { chosen = std::move(what); };
    berth::cli::add_reserve(app, choose);
    berth::cli::add_train(app, choose);
    berth::cli::add_plan(app, choose);
    berth::cli::add_ls(app, choose);
    berth::cli::add_show(app, choose);
    berth::cli::add_cancel_and_release(app, choose);
    berth::cli::add_gpus(app, choose);
    berth::cli::add_logs(app, choose);
    berth::cli::add_watch(app, choose);
    berth::cli::add_completion(app, choose);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    berth::cli::Session session(server, user,
                                json ? berth::cli::Output::json : berth::cli::Output::people,
                                {argv + 1, argv + argc});
    try {
        return static_cast<int>(chosen(session));
    } catch (const std::exception& error) {
        // Only an answer of another shape than Berth's leads here.
        return static_cast<int>(session.fail(
            Exit::unreachable, server + " answers, but not as Berth does (" + error.what() + ")"));
    }
}

}  // namespace

int main(int argc, char** argv) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const int status = run(argc, argv);
    curl_global_cleanup();
    return status;
}
