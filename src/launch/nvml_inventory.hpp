// This machine's own GPUs, read through NVIDIA's management library where it is installed. It is
// loaded at run time: Berth needs no NVIDIA package to build or to run.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"

namespace berth {

// Nothing when the library is not there, an empty list when it finds no GPU. Error: the library is
// there but does not work, in its own words.
std::expected<std::optional<std::vector<GpuSpec>>, std::string> read_nvml(
    const std::string& node, const std::string& library = "libnvidia-ml.so.1");

}  // namespace berth
