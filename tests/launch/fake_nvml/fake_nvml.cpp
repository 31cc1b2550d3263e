// A stand-in for NVIDIA's library on machines without a GPU: four A100 of 80 GB, or a library that
// does not start when FAKE_NVML_BROKEN is set.
#include <cstdlib>
#include <cstring>

extern "C" {
int nvmlInit_v2() {
    return std::getenv("FAKE_NVML_BROKEN") != nullptr ? 9 : 0;
}
int nvmlShutdown() {
    return 0;
}
int nvmlDeviceGetCount_v2(unsigned* count) {
    *count = 4;
    return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    *device = reinterpret_cast<void*>(static_cast<std::size_t>(index) + 1);
    return index < 4 ? 0 : 2;
}
int nvmlDeviceGetName(void*, char* name, unsigned size) {
    std::strncpy(name, "NVIDIA A100-SXM4-80GB", size - 1);
    return 0;
}
int nvmlDeviceGetMemoryInfo(void*, unsigned long long* memory) {
    memory[0] = 85'095'874'560ULL;
    return 0;
}
const char* nvmlErrorString(int) {
    return "Driver Not Loaded";
}
}
