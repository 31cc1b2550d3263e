// Every subcommand: its options are added to the program, and it is run with a session.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "apps/berth/session.hpp"

namespace berth::cli {

using Run = std::function<Exit(Session&)>;
// Calls `chosen` with what to run when the subcommand was given.
using Choose = std::function<void(Run)>;

void add_reserve(CLI::App& app, const Choose& chosen);
void add_train(CLI::App& app, const Choose& chosen);
void add_plan(CLI::App& app, const Choose& chosen);
void add_ls(CLI::App& app, const Choose& chosen);
void add_show(CLI::App& app, const Choose& chosen);
void add_cancel_and_release(CLI::App& app, const Choose& chosen);
void add_changes(CLI::App& app, const Choose& chosen);
void add_holder_commands(CLI::App& app, const Choose& chosen);
void add_queue(CLI::App& app, const Choose& chosen);
void add_waitlist(CLI::App& app, const Choose& chosen);
void add_maintenance(CLI::App& app, const Choose& chosen);
void add_calendar(CLI::App& app, const Choose& chosen);
void add_gpus(CLI::App& app, const Choose& chosen);
void add_logs(CLI::App& app, const Choose& chosen);
void add_watch(CLI::App& app, const Choose& chosen);
void add_wait(CLI::App& app, const Choose& chosen);
void add_audit(CLI::App& app, const Choose& chosen);
void add_completion(CLI::App& app, const Choose& chosen);
void add_man(CLI::App& app, const Choose& chosen, const std::string& version);

}  // namespace berth::cli
