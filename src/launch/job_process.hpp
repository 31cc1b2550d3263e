// Starts the process of a job, held back until its start is on record.
//
//     auto job = prepare_job(order, program, folder);   // the process is there, the program not
//     yet … record job->mark durably … auto running = job->release();                     // the
//     program runs, or a sentence says why not
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "files/file_descriptor.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/process_table.hpp"

namespace berth {

class JobProcess {
public:
    JobProcess(ProcessMark mark, std::string program, FileDescriptor gate, FileDescriptor failure)
        : mark_(mark),
          program_(std::move(program)),
          gate_(std::move(gate)),
          failure_(std::move(failure)) {}

    [[nodiscard]] const ProcessMark& mark() const { return mark_; }
    // Without it (the gate is closed) the process ends by itself and the program never runs.
    std::expected<void, std::string> release();

private:
    ProcessMark mark_;
    std::string program_;
    FileDescriptor gate_;
    FileDescriptor failure_;
};

// The process leads a session and a process group of its own, writes to the folder's log file, and
// is killed should the caller die. The caller must have one thread only. Error: a sentence.
std::expected<JobProcess, std::string> prepare_job(const JobOrder& order,
                                                   const std::filesystem::path& program,
                                                   const AttemptFolder& folder);

}  // namespace berth
