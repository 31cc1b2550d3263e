#include "launch/preflight.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>

#include "files/durable_file.hpp"
#include "files/file_descriptor.hpp"
#include "launch/job_order.hpp"
#include "launch/program.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

Finding finding(const char* check, const std::expected<void, std::string>& looked,
                const std::string& fine) {
    return {check, looked.has_value(), looked ? fine : looked.error()};
}

std::vector<Finding> check_command(const Workload& workload, const LaunchOptions& options) {
    const auto workdir = workdir_of(workload, "/");
    const Environment environment = base_environment(workload, options);
    const auto path = environment.find("PATH");
    const auto program =
        find_program(workload.argv.front(), path == environment.end() ? "" : path->second, workdir);
    std::vector<Finding> findings;
    findings.push_back({"program", program.has_value(),
                        program ? program->string() + " is there" : program.error()});
    if (workload.workdir) {
        findings.push_back(
            finding("workdir", check_workdir(workdir), *workload.workdir + " is there"));
    }
    return findings;
}

// A file for the check to read, gone afterwards.
class DocumentFile {
public:
    DocumentFile(const fs::path& folder, const std::string& text)
        : path_((folder / ".check-XXXXXX").string()) {
        const FileDescriptor file(::mkostemp(path_.data(), O_CLOEXEC));
        written_ = file.is_open() && ::write(file.get(), text.data(), text.size()) ==
                                         static_cast<ssize_t>(text.size());
    }
    ~DocumentFile() { ::unlink(path_.c_str()); }
    DocumentFile(const DocumentFile&) = delete;
    DocumentFile& operator=(const DocumentFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool is_written() const { return written_; }

private:
    std::string path_;
    bool written_ = false;
};

struct Output {
    std::string text;
    bool timed_out = false;
};

// Reads until the end of the pipe or until the limit, whichever comes first.
Output read_for(int pipe, std::chrono::milliseconds limit) {
    Output output;
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::array<char, 4096> block{};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd watched{pipe, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&watched, 1, static_cast<int>(left.count())) == 0) {
            output.timed_out = true;
            return output;
        }
        const ssize_t got = ::read(pipe, block.data(), block.size());
        if (got <= 0) return output;
        output.text.append(block.data(), static_cast<std::size_t>(got));
    }
}

// The trainer looks for its checkpoint where it would find it.
Environment check_environment(const Workload& workload, const std::optional<Resumption>& resumption,
                              const LaunchOptions& options) {
    Environment environment = base_environment(workload, options);
    if (resumption) {
        environment["BERTH_CHECKPOINT_DIR"] =
            work_folder_of(resumption->work_of, options) / "checkpoints";
    }
    return environment;
}

std::expected<Output, std::string> run_check(const Environment& given, const std::string& document,
                                             const LaunchOptions& options) {
    std::vector<std::string> words{options.berth_yolo.string(), "--workload", document, "--check"};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<std::string> settings;
    for (const auto& [name, value] : given) {
        settings.push_back(name + "=" + value);
    }
    std::vector<char*> environment;
    for (auto& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected("The check could not be started.");
    const FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);  // the server's threads block SIGTERM
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    writing.close();
    if (error != 0) {
        return std::unexpected("The program " + words.front() +
                               " that runs YOLO trainings cannot "
                               "be started; launch.yolo in the configuration names it.");
    }
    Output output = read_for(reading.get(), options.check_limit);
    // Its whole group: nothing of a check may stay behind.
    ::killpg(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return output;
}

std::vector<Finding> findings_in(const std::string& lines) {
    std::vector<Finding> findings;
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) {
        const auto value = json::read(line);
        if (!value) continue;  // whatever else a library prints
        if (auto found = json::parse<Finding>(*value)) findings.push_back(std::move(*found));
    }
    return findings;
}

std::vector<Finding> check_training(const Workload& workload,
                                    const std::optional<Resumption>& resumption,
                                    const LaunchOptions& options) {
    const DocumentFile document(options.work_folder, training_document(workload));
    if (!document.is_written())
        return {{"preflight", false, "The check could not be written down."}};
    const auto output =
        run_check(check_environment(workload, resumption, options), document.path(), options);
    if (!output) return {{"program", false, output.error()}};
    auto findings = findings_in(output->text);
    if (output->timed_out) {
        findings.push_back({"preflight", false, "The check did not end in time."});
    } else if (findings.empty()) {
        findings.push_back({"preflight", false, "The check ended without a word."});
    }
    return findings;
}

// Without it the work would begin anew, and take longer than was booked. What is no path of this
// machine's cannot be looked at.
Finding check_resumption(const Resumption& resumption) {
    std::error_code error;
    const bool is_there = fs::exists(resumption.checkpoint, error) && !error;
    return {"resume", is_there,
            is_there ? "it goes on from " + resumption.checkpoint
                     : "The checkpoint " + resumption.checkpoint +
                           " to go on from is gone; put it back, or the work begins anew."};
}

}  // namespace

std::vector<Finding> check_beforehand(const Workload& workload,
                                      const std::optional<Resumption>& resumption,
                                      const LaunchOptions& options) {
    auto findings = workload.kind == WorkloadKind::yolo
                        ? check_training(workload, resumption, options)
                        : check_command(workload, options);
    if (resumption && fs::path(resumption->checkpoint).is_absolute()) {
        findings.push_back(check_resumption(*resumption));
    }
    return findings;
}

}  // namespace berth
