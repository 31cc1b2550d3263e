// What is on the disk about one attempt: `<attempts>/r-17.1/` with
//   order.json   what is to run; there before anything runs
//   end.json     when its time ends, once that is not what the order says any more
//   lock         held by the supervisor for its life
//   status.json  what became of it; there before the job's program starts
//   output.log   what the job printed          notice.json  what it is told
// So: no status means that the job never ran; a running status with a free lock, that its
// supervisor died.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "files/file_descriptor.hpp"
#include "json/described.hpp"
#include "launch/process_table.hpp"
#include "time/instant.hpp"

namespace berth {

// Who holds the job to its end when the server is not there: a virtual clock is only the server's.
enum class SiteClock { wall, virtual_time };
BOOST_DESCRIBE_ENUM(SiteClock, wall, virtual_time)

struct JobOrder {
    std::string attempt;  // "r-17.1"
    std::string owner;
    std::string title;
    std::vector<std::string> gpus;
    std::vector<std::string> argv;
    std::map<std::string, std::string> env;
    std::string workdir;
    // Where its checkpoints and results lie, perhaps as those of an earlier reservation. Absent in
    // orders from before reservations could go on with another's work.
    std::optional<std::string> work;
    Instant ordered_at;
    Instant ends_at;
    SiteClock clock = SiteClock::wall;
    std::int64_t grace_ms = 0;
};
BOOST_DESCRIBE_STRUCT(JobOrder, (),
                      (attempt, owner, title, gpus, argv, env, workdir, work, ordered_at, ends_at,
                       clock, grace_ms))

struct MovedEnd {
    Instant ends_at;
};
BOOST_DESCRIBE_STRUCT(MovedEnd, (), (ends_at))

enum class JobPhase { running, ended };
BOOST_DESCRIBE_ENUM(JobPhase, running, ended)

struct JobStatus {
    JobPhase phase = JobPhase::running;
    std::string boot;  // the marks below mean nothing after another boot
    ProcessMark supervisor;
    ProcessMark job;                    // leads its own session and process group
    std::string cgroup;                 // empty: none
    std::optional<Instant> started_at;  // times by the machine's clock
    std::optional<Instant> ended_at;
    std::optional<int> exit_code;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(JobStatus, (),
                      (phase, boot, supervisor, job, cgroup, started_at, ended_at, exit_code,
                       detail))

class AttemptFolder {
public:
    explicit AttemptFolder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path log_file() const { return path_ / "output.log"; }
    [[nodiscard]] std::filesystem::path notice_file() const { return path_ / "notice.json"; }
    [[nodiscard]] std::filesystem::path workload_file() const { return path_ / "workload.json"; }

    // Error: why there is no order that could be carried out.
    [[nodiscard]] std::expected<JobOrder, std::string> order() const;
    std::expected<void, std::string> write_order(const JobOrder& order) const;
    // Nothing: it was never moved.
    [[nodiscard]] std::optional<Instant> moved_end() const;
    std::expected<void, std::string> move_end(Instant ends_at) const;
    // Nothing: it never ran. One that is there and cannot be read counts as ended, with why.
    [[nodiscard]] std::optional<JobStatus> status() const;
    std::expected<void, std::string> write_status(const JobStatus& status) const;

    // Takes the lock, which its descriptor holds until it and all its copies are closed. Closed
    // when somebody else has it.
    [[nodiscard]] FileDescriptor take_lock() const;

private:
    std::filesystem::path path_;
};

}  // namespace berth
