#include "launch/nvml_inventory.hpp"

#include <dlfcn.h>

#include <array>
#include <memory>

#include "fleet/gpu_product.hpp"

namespace berth {

namespace {

// The few declarations needed, after the NVML API reference (stable ABI, versioned symbols).
using Device = struct nvml_device*;
using Result = int;
constexpr Result success = 0;
constexpr unsigned name_size = 96;

struct Memory {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
};

using Init = Result();
using CountDevices = Result(unsigned*);
using GetHandle = Result(unsigned, Device*);
using GetName = Result(Device, char*, unsigned);
using GetMemory = Result(Device, Memory*);
using ErrorText = const char*(Result);

using Library = std::unique_ptr<void, int (*)(void*)>;

template <class Function>
Function* look_up(const Library& library, const char* name) {
    return reinterpret_cast<Function*>(::dlsym(library.get(), name));
}

// Shuts NVML down on every way out.
class Session {
public:
    explicit Session(Init* shutdown) : shutdown_(shutdown) {}
    ~Session() {
        if (shutdown_ != nullptr) shutdown_();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

private:
    Init* shutdown_;
};

}  // namespace

std::expected<std::optional<std::vector<GpuSpec>>, std::string> read_nvml(
    const std::string& node, const std::string& library_name) {
    const Library library(::dlopen(library_name.c_str(), RTLD_NOW | RTLD_LOCAL), &::dlclose);
    if (!library) return std::nullopt;
    auto* const init = look_up<Init>(library, "nvmlInit_v2");
    auto* const count_devices = look_up<CountDevices>(library, "nvmlDeviceGetCount_v2");
    auto* const get_handle = look_up<GetHandle>(library, "nvmlDeviceGetHandleByIndex_v2");
    auto* const get_name = look_up<GetName>(library, "nvmlDeviceGetName");
    auto* const get_memory = look_up<GetMemory>(library, "nvmlDeviceGetMemoryInfo");
    auto* const error_text = look_up<ErrorText>(library, "nvmlErrorString");
    if (init == nullptr || count_devices == nullptr || get_handle == nullptr ||
        get_name == nullptr || get_memory == nullptr || error_text == nullptr) {
        return std::unexpected(library_name + " is too old: it lacks a function that Berth needs");
    }
    const auto failed = [&](const char* what, Result result) {
        return std::unexpected(std::string("NVML cannot ") + what + ": " + error_text(result));
    };
    if (const Result result = init(); result != success) return failed("start", result);
    const Session session(look_up<Init>(library, "nvmlShutdown"));
    unsigned count = 0;
    if (const Result result = count_devices(&count); result != success) {
        return failed("count the GPUs", result);
    }
    std::vector<GpuSpec> gpus;
    for (unsigned device = 0; device < count; ++device) {
        Device handle = nullptr;
        std::array<char, name_size> name{};
        Memory memory{};
        Result result = get_handle(device, &handle);
        if (result == success) result = get_name(handle, name.data(), name_size);
        if (result == success) result = get_memory(handle, &memory);
        if (result != success) return failed("read a GPU", result);
        GpuSpec gpu;
        gpu.node = node;
        gpu.device = static_cast<int>(device);
        gpu.model = model_of_product(name.data());
        gpu.memory_gb = gigabytes_of_card(memory.total >> 20U);
        gpus.push_back(std::move(gpu));
    }
    return gpus;
}

}  // namespace berth
