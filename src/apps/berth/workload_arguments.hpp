// Ultralytics' own key=value arguments as a YOLO workload.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <string>
#include <vector>

namespace berth::cli {

// Error: an argument that is not key=value, or no model or data.
std::expected<boost::json::object, std::string> yolo_workload(
    const std::vector<std::string>& arguments);

// A command, meant as it would run here.
boost::json::object command_workload(const std::vector<std::string>& command);

}  // namespace berth::cli
