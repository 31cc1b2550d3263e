#include "launch/nvml_inventory.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <memory>
#include <sstream>

namespace berth {

namespace {

// As much of the library's interface as is used here. Every function answers 0 when it went well.
using NvmlResult = int;
using NvmlDevice = struct NvmlDeviceTag*;
struct NvmlMemory {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
};

constexpr unsigned name_room = 96;
constexpr unsigned long long gigabyte = 1ULL << 30;

class Nvml {
public:
    // Nothing when the library is not there.
    static std::optional<std::expected<Nvml, std::string>> open(const std::string& library);

    NvmlResult (*init)() = nullptr;
    NvmlResult (*shut_down)() = nullptr;
    NvmlResult (*count)(unsigned*) = nullptr;
    NvmlResult (*device)(unsigned, NvmlDevice*) = nullptr;
    NvmlResult (*name)(NvmlDevice, char*, unsigned) = nullptr;
    NvmlResult (*memory)(NvmlDevice, NvmlMemory*) = nullptr;
    const char* (*error_text)(NvmlResult) = nullptr;

    [[nodiscard]] std::string failure(const std::string& what, NvmlResult result) const {
        return "NVML cannot " + what + ": " + error_text(result) + ".";
    }

private:
    struct Close {
        void operator()(void* library) const { ::dlclose(library); }
    };

    template <class Function>
    bool find(Function*& function, const char* symbol) {
        function = reinterpret_cast<Function*>(::dlsym(library_.get(), symbol));
        return function != nullptr;
    }

    std::unique_ptr<void, Close> library_;
};

std::optional<std::expected<Nvml, std::string>> Nvml::open(const std::string& library) {
    Nvml nvml;
    nvml.library_.reset(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!nvml.library_) return std::nullopt;
    const bool complete = nvml.find(nvml.init, "nvmlInit_v2") &&
                          nvml.find(nvml.shut_down, "nvmlShutdown") &&
                          nvml.find(nvml.count, "nvmlDeviceGetCount_v2") &&
                          nvml.find(nvml.device, "nvmlDeviceGetHandleByIndex_v2") &&
                          nvml.find(nvml.name, "nvmlDeviceGetName") &&
                          nvml.find(nvml.memory, "nvmlDeviceGetMemoryInfo") &&
                          nvml.find(nvml.error_text, "nvmlErrorString");
    if (complete) return nvml;
    return std::unexpected(library + " lacks functions that Berth needs; is its driver too old?");
}

std::expected<GpuSpec, std::string> read_gpu(const Nvml& nvml, const std::string& node,
                                             unsigned number) {
    const std::string which = "GPU " + std::to_string(number);
    NvmlDevice device = nullptr;
    if (const auto result = nvml.device(number, &device); result != 0) {
        return std::unexpected(nvml.failure("open " + which, result));
    }
    std::array<char, name_room> name{};
    if (const auto result = nvml.name(device, name.data(), name_room); result != 0) {
        return std::unexpected(nvml.failure("read the name of " + which, result));
    }
    NvmlMemory memory{};
    if (const auto result = nvml.memory(device, &memory); result != 0) {
        return std::unexpected(nvml.failure("read the memory of " + which, result));
    }
    GpuSpec gpu;
    gpu.node = node;
    gpu.device = static_cast<int>(number);
    gpu.model = model_of(name.data());
    // To the nearest: the driver keeps a little of each card for itself.
    gpu.memory_gb = static_cast<int>((memory.total + gigabyte / 2) / gigabyte);
    gpu.labels["product"] = name.data();
    return gpu;
}

std::expected<std::optional<std::vector<GpuSpec>>, std::string> read_gpus(
    const Nvml& nvml, const std::string& node) {
    unsigned count = 0;
    if (const auto result = nvml.count(&count); result != 0) {
        return std::unexpected(nvml.failure("count the GPUs", result));
    }
    std::vector<GpuSpec> gpus;
    for (unsigned number = 0; number < count; ++number) {
        auto gpu = read_gpu(nvml, node, number);
        if (!gpu) return std::unexpected(gpu.error());
        gpus.push_back(std::move(*gpu));
    }
    return gpus;
}

}  // namespace

std::expected<std::optional<std::vector<GpuSpec>>, std::string> find_gpus(
    const std::string& node, const NvmlOptions& options) {
    const auto nvml = Nvml::open(options.library);
    if (!nvml) return std::nullopt;
    if (!*nvml) return std::unexpected(nvml->error());
    if (const auto result = (*nvml)->init(); result != 0) {
        return std::unexpected((*nvml)->failure("start", result));
    }
    auto gpus = read_gpus(**nvml, node);
    (*nvml)->shut_down();
    return gpus;
}

std::string model_of(const std::string& product) {
    constexpr std::array maker{"NVIDIA", "Tesla", "GeForce", "Graphics", "Device"};
    constexpr std::array form{"PCIe", "PCIE", "SXM", "NVL", "HBM2", "HBM2e", "HBM3", "HBM3e"};
    const auto is_one_of = [](const auto& words, const std::string& word) {
        return std::ranges::find(words, word) != words.end();
    };
    std::string model;
    std::istringstream words(product);
    for (std::string word; words >> word;) {
        if (is_one_of(maker, word)) continue;
        if (is_one_of(form, word) || word.ends_with("GB")) {
            if (!word.ends_with("GB") || word.find('-') == std::string::npos) break;
        }
        const auto dash = word.find('-');
        model += (model.empty() ? "" : " ") + word.substr(0, dash);
        if (dash != std::string::npos) break;
    }
    return model.empty() ? product : model;
}

}  // namespace berth
