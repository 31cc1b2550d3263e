// What the API works with: the engine and the ports behind it, and the site's choices. Everything
// referred to outlives the server.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "booking/job_site.hpp"
#include "engine/archive_port.hpp"
#include "engine/clock_port.hpp"
#include "engine/engine.hpp"
#include "engine/job_token_port.hpp"
#include "engine/journal_port.hpp"
#include "engine/launcher_port.hpp"
#include "engine/metrics_port.hpp"

namespace berth {

enum class GpuSource { real, simulated };

struct ApiContext {
    Engine& engine;
    JournalPort& journal;
    HistoryPort& history;
    AuditPort& audit;
    ProgressPort& progress;
    LauncherPort* launcher = nullptr;  // none: no job has a log yet
    ArchivePort* archive = nullptr;
    JobTokenPort& tokens;
    ClockPort& clock;
    MetricsPort* metrics = nullptr;  // none: there is no /metrics
    // Set only under --test-clock. Error: a sentence.
    std::function<std::expected<void, std::string>(Instant)> move_clock = {};
    std::filesystem::path page_folder = {};  // the built calendar page
    // Host names that people reach the server by, beside this machine's own.
    std::vector<std::string> names = {};
    GpuSource gpus = GpuSource::real;
    JobSite jobs = {};
    // What keeps jobs from being started now, in words; empty: nothing. Any thread.
    std::function<std::string()> launch_trouble = {};
    // How long a job that was told to stop has until it is killed; the launcher's grace.
    std::chrono::seconds stop_grace{60};
    // Rows that a listener of the live stream may lag behind before it is dropped.
    std::size_t listener_lag = 4096;
    // Told what went wrong inside a handler.
    std::function<void(const std::string&)> report = {};
};

}  // namespace berth
