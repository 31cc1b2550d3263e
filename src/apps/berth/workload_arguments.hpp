// What is to run, as it was typed: a command, or Ultralytics' own key=value arguments, and what a
// container of a cluster needs beside it.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "apps/berth/session.hpp"
#include "apps/berth/wish.hpp"

namespace berth::cli {

// What runs the job: this machine's folders are there, or a container's own.
enum class JobPlace { here, container };

struct ContainerOptions {
    std::string image = {};
    std::vector<std::string> volumes = {};  // CLAIM:/MOUNT or CLAIM:/MOUNT:ro
    std::vector<std::string> secrets = {};
    std::vector<std::string> environment = {};  // NAME=VALUE
    std::optional<int> nodes = {};
    std::optional<int> gpus_per_node = {};
};

void add_container_options(CLI::App& command, ContainerOptions& options);
// Which GPUs the pods need where none are named: so many of each node.
WishOptions wish_of_pods(WishOptions wish, const ContainerOptions& options);
// Into a workload. Error: a volume or a variable that is not written as it has to be.
std::expected<void, std::string> put_container(boost::json::object& workload,
                                               const ContainerOptions& options);

// Nothing: the server did not say, which has been told.
std::optional<JobPlace> place_of_jobs(Session& session);

// Error: an argument that is not key=value, or no model or data.
std::expected<boost::json::object, std::string> yolo_workload(
    const std::vector<std::string>& arguments, JobPlace place = JobPlace::here);

// A command, meant as it would run here, where it runs in this machine's folders.
boost::json::object command_workload(const std::vector<std::string>& command,
                                     JobPlace place = JobPlace::here);

}  // namespace berth::cli
