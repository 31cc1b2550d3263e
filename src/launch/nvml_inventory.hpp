// The GPUs of this machine, as NVIDIA's management library tells them. The library is loaded at run
// time: a machine without it has no GPUs to find, and is no error.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"

namespace berth {

struct NvmlOptions {
    std::string library = "libnvidia-ml.so.1";
};

// In device order, each with the label "product" (the name the driver gives it). Nothing when the
// library is not there. Error: a sentence, such as when the driver does not answer.
std::expected<std::optional<std::vector<GpuSpec>>, std::string> find_gpus(
    const std::string& node, const NvmlOptions& options = {});

// The name people book by: "A100" for "NVIDIA A100-SXM4-40GB", "RTX 4090" for "NVIDIA GeForce RTX
// 4090". Memory, form and maker are left out.
std::string model_of(const std::string& product);

}  // namespace berth
