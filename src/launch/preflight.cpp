#include "launch/preflight.hpp"

#include <sstream>

#include "launch/bounded_command.hpp"
#include "launch/job_order.hpp"
#include "launch/program.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

Finding finding(const std::string& check, const std::expected<void, std::string>& result,
                const std::string& well) {
    return result ? Finding{check, true, well} : Finding{check, false, result.error()};
}

std::vector<Finding> check_command(const Workload& workload, const LaunchOptions& options) {
    const auto environment = base_environment(workload, options);
    const fs::path workdir = workdir_of(workload, fs::absolute(options.work_folder));
    std::vector<Finding> findings;
    if (workload.workdir && !workload.workdir->empty()) {
        findings.push_back(finding("workdir", check_workdir(workdir),
                                   "The work folder " + workdir.string() + " is there."));
    }
    const auto program = find_program(workload.argv.empty() ? "" : workload.argv.front(),
                                      environment.at("PATH"), workdir);
    findings.push_back(program
                           ? Finding{"program", true, "The program is " + program->string() + "."}
                           : Finding{"program", false, program.error()});
    return findings;
}

// Lines that are not findings are what libraries print; they say nothing here.
std::vector<Finding> findings_in(const std::string& output) {
    std::vector<Finding> findings;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        const auto value = json::read(line);
        if (!value || !value->is_object()) continue;
        auto parsed = json::parse<Finding>(*value);
        if (parsed) findings.push_back(std::move(*parsed));
    }
    return findings;
}

std::string last_line(const std::string& text) {
    const auto end = text.find_last_not_of(" \n\r\t");
    if (end == std::string::npos) return "It printed nothing.";
    const auto before = text.find_last_of('\n', end);
    return text.substr(before == std::string::npos ? 0 : before + 1,
                       before == std::string::npos ? end + 1 : end - before);
}

// The check's own failure, which is a finding too: it would fail at night in the same way.
std::optional<Finding> trouble_of(const CommandResult& result, const LaunchOptions& options,
                                  const std::vector<Finding>& findings) {
    if (result.timed_out) {
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(options.check_limit).count();
        return Finding{"berth-yolo", false,
                       "The check did not end within " + std::to_string(seconds) + " s."};
    }
    const bool found_fault =
        std::ranges::any_of(findings, [](const Finding& one) { return !one.ok; });
    if (found_fault || (result.exit_code == 0 && !findings.empty())) return std::nullopt;
    return Finding{"berth-yolo", false,
                   "The check ended with " + std::to_string(result.exit_code) +
                       " and found no fault: " + last_line(result.errors)};
}

std::vector<Finding> check_yolo(const Workload& workload, const LaunchOptions& options) {
    auto environment = base_environment(workload, options);
    // The GPUs are somebody else's now: a check that looked at them would take memory of theirs.
    environment["CUDA_VISIBLE_DEVICES"] = "";
    const auto program = find_program(options.berth_yolo, environment.at("PATH"), fs::current_path());
    if (!program) return {Finding{"program", false, program.error()}};
    const auto workdir = workdir_of(workload, fs::absolute(options.work_folder));
    if (const auto there = check_workdir(workdir); !there) {
        return {Finding{"workdir", false, there.error()}};
    }
    const auto document = make_temporary_file(yolo_document(workload));
    if (!document) return {Finding{"berth-yolo", false, document.error()}};
    const auto result = run_bounded({.argv = {*program, "--workload", document->path(), "--check"},
                                     .environment = environment,
                                     .workdir = workdir,
                                     .limit = options.check_limit});
    if (!result) return {Finding{"program", false, result.error()}};
    auto findings = findings_in(result->output);
    if (auto trouble = trouble_of(*result, options, findings)) {
        findings.push_back(std::move(*trouble));
    }
    return findings;
}

}  // namespace

std::vector<Finding> check_workload(const Workload& workload, const LaunchOptions& options) {
    return workload.kind == WorkloadKind::yolo ? check_yolo(workload, options)
                                               : check_command(workload, options);
}

}  // namespace berth
