// What runs on the reserved GPUs: a command, or an Ultralytics YOLO training.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"

namespace berth {

enum class WorkloadKind { command, yolo };
BOOST_DESCRIBE_ENUM(WorkloadKind, command, yolo)

// A persistent volume claim of the job's namespace.
struct WorkloadVolume {
    static constexpr bool all_optional = true;

    std::string claim;  // both required
    std::string mount;  // an absolute path in the container
    bool read_only = false;

    bool operator==(const WorkloadVolume&) const = default;
};
BOOST_DESCRIBE_STRUCT(WorkloadVolume, (), (claim, mount, read_only))

// `argv`, `env` and `workdir` belong to a command; the fields from `model` to `args` to a YOLO
// training (Ultralytics' own names). `args` holds any further Ultralytics argument as text. The
// last ones are for sites that run jobs in containers on a cluster.
struct Workload {
    static constexpr bool all_optional = true;

    WorkloadKind kind = WorkloadKind::command;
    std::vector<std::string> argv;
    std::map<std::string, std::string> env;
    std::optional<std::string> workdir;
    std::optional<std::string> model;
    std::optional<std::string> data;
    std::optional<int> epochs;
    std::optional<int> imgsz;
    std::optional<int> batch;
    std::optional<int> workers;
    std::optional<std::string> name;
    std::map<std::string, boost::json::value> args;
    std::optional<std::string> image = {};
    std::vector<WorkloadVolume> volumes = {};
    std::vector<std::string> secrets = {};  // names; what they hold becomes the job's environment
    std::optional<int> nodes = {};  // so many pods, each with `gpus_per_node` GPUs of one node
    std::optional<int> gpus_per_node = {};

    bool operator==(const Workload&) const = default;
};
BOOST_DESCRIBE_STRUCT(Workload, (),
                      (kind, argv, env, workdir, model, data, epochs, imgsz, batch, workers, name,
                       args, image, volumes, secrets, nodes, gpus_per_node))

// The JSON document that berth-yolo reads.
std::string training_document(const Workload& workload);

}  // namespace berth
