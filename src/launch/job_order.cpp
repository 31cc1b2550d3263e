#include "launch/job_order.hpp"

#include <cstdlib>

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr auto usual_path = "/usr/local/bin:/usr/bin:/bin";

std::string joined(const std::vector<int>& devices) {
    std::string text;
    for (const int device : devices) {
        if (!text.empty()) text += ',';
        text += std::to_string(device);
    }
    return text;
}

// Set last: a workload cannot take another's GPUs or speak for another job.
void add_reserved(Environment& environment, const AttemptOrder& order, const AttemptFolder& folder,
                  const LaunchOptions& options) {
    const fs::path work = work_folder_of(order, options);
    environment["BERTH_URL"] = options.berth_url;
    environment["BERTH_RESERVATION"] = order.id.reservation.text();
    environment["BERTH_ATTEMPT"] = std::to_string(order.id.number);
    environment["BERTH_TOKEN"] = order.token;
    environment["BERTH_ENDS_AT"] = to_rfc3339(order.ends_at);
    environment["BERTH_NOTICE_FILE"] = folder.notice_file();
    environment["BERTH_CHECKPOINT_DIR"] = work / "checkpoints";
    environment["BERTH_RESULTS_DIR"] = work / "results";
    environment["CUDA_VISIBLE_DEVICES"] = joined(order.devices);
    // Otherwise CUDA counts the fastest first, and its numbers are not those of the inventory.
    environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
}

}  // namespace

Environment base_environment(const Workload& workload, const LaunchOptions& options) {
    Environment environment;
    for (const auto& name : options.inherited) {
        if (const char* value = std::getenv(name.c_str())) environment[name] = value;
    }
    environment.try_emplace("PATH", usual_path);
    for (const auto& [name, value] : workload.env) environment[name] = value;
    return environment;
}

fs::path work_folder_of(ReservationId work_of, const LaunchOptions& options) {
    return fs::absolute(options.work_folder) / work_of.text();
}

fs::path work_folder_of(const AttemptOrder& order, const LaunchOptions& options) {
    return work_folder_of(order.work_of.value_or(order.id.reservation), options);
}

fs::path workdir_of(const Workload& workload, const fs::path& otherwise) {
    return workload.workdir && !workload.workdir->empty() ? fs::path(*workload.workdir) : otherwise;
}

JobOrder make_job_order(const AttemptOrder& order, const AttemptFolder& folder,
                        const LaunchOptions& options, Instant now, SiteClock clock) {
    JobOrder job;
    job.attempt = order.id.text();
    job.owner = order.owner;
    job.title = order.title;
    job.gpus = order.gpus;
    job.argv =
        order.workload.kind == WorkloadKind::yolo
            ? std::vector<std::string>{options.berth_yolo, "--workload", folder.workload_file()}
            : order.workload.argv;
    job.env = base_environment(order.workload, options);
    add_reserved(job.env, order, folder, options);
    job.work = work_folder_of(order, options).string();
    job.workdir = workdir_of(order.workload, *job.work);
    job.ordered_at = now;
    job.ends_at = order.ends_at;
    job.clock = clock;
    job.grace_ms = options.grace.count();
    return job;
}

}  // namespace berth
