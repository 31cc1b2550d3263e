// How the local launcher is set up.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace berth {

struct LaunchOptions {
    std::filesystem::path attempts_folder;    // one folder an attempt, for the launcher's own use
    std::filesystem::path work_folder;        // one folder a reservation: checkpoints and results
    std::filesystem::path supervisor;         // the program berth-supervisor
    std::filesystem::path berth_yolo;         // the program that runs a YOLO workload
    std::string berth_url;                    // where jobs reach the server
    std::chrono::milliseconds grace{30'000};  // from SIGTERM to SIGKILL
    std::chrono::milliseconds check_limit{60'000};  // for the preflight of a YOLO workload
    // What a job sees of the server's environment; all else of it, secrets above all, stays here.
    std::vector<std::string> inherited{"PATH", "HOME", "USER", "LANG", "TZ", "LD_LIBRARY_PATH"};
};

}  // namespace berth
