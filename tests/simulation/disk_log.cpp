#include "simulation/disk_log.hpp"

#include <unistd.h>

#include <stdexcept>
#include <string>

namespace berth::simulation {

namespace {

// In memory where there is such a folder: what a power loss does to a disk is tests/faults' affair.
std::filesystem::path folder_for(std::uint64_t seed) {
    const std::filesystem::path shared_memory = "/dev/shm";
    const auto base = std::filesystem::is_directory(shared_memory)
                          ? shared_memory
                          : std::filesystem::temp_directory_path();
    return base / ("berth-sim-" + std::to_string(getpid()) + "-" + std::to_string(seed));
}

}  // namespace

DiskLog::DiskLog(std::uint64_t seed) : folder_(folder_for(seed)) {
    std::filesystem::create_directories(folder_);
    auto opened = SqliteJournal::open((folder_ / "journal.sqlite").string());
    if (!opened) throw std::runtime_error(opened.error());
    journal_ = std::move(*opened);
}

DiskLog::~DiskLog() {
    journal_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace berth::simulation
