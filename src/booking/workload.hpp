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

// `argv`, `env` and `workdir` belong to a command; the fields from `model` on to a YOLO training
// (Ultralytics' own names). `args` holds any further Ultralytics argument as text.
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

    bool operator==(const Workload&) const = default;
};
BOOST_DESCRIBE_STRUCT(Workload, (),
                      (kind, argv, env, workdir, model, data, epochs, imgsz, batch, workers, name,
                       args))

}  // namespace berth
