#include "policy/training_speed.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <span>

namespace berth {

namespace {

// FLOPs: Ultralytics' model tables (docs.ultralytics.com/models, "FLOPs (B)" at 640). What
// Ultralytics trains as "yolov5l" is its anchor-free YOLOv5u, whose figures these are. Images a
// second: measured on one H100 80 GB with Ultralytics 8.4 and PyTorch 2.11, at 640 in mixed
// precision, images cached in memory, 14 loaders; batch 64, of l 48, of x 32; validation left out.
// The smallest wait for their loaders. YOLOv5u was not measured: read off YOLOv8's line.
constexpr std::array<YoloModel, 15> yolo_models{{
    {"yolov5n", 7.7, std::nullopt},
    {"yolov5s", 24.0, std::nullopt},
    {"yolov5m", 64.2, std::nullopt},
    {"yolov5l", 135.0, std::nullopt},
    {"yolov5x", 246.4, std::nullopt},
    {"yolov8n", 8.7, 930},
    {"yolov8s", 28.6, 801},
    {"yolov8m", 78.9, 535},
    {"yolov8l", 165.2, 377},
    {"yolov8x", 257.8, 242},
    {"yolo11n", 6.5, 758},
    {"yolo11s", 21.5, 739},
    {"yolo11m", 68.0, 460},
    {"yolo11l", 86.9, 342},
    {"yolo11x", 194.9, 205},
}};
// Of the ones above.
constexpr std::size_t first_yolov8 = 5;
constexpr std::size_t count_yolov8 = 5;

// The makers' data sheets; of a card with several memories the slowest that is common in servers.
// Training a convolutional network in half precision waits for memory rather than for arithmetic,
// so cards are compared by this.
constexpr std::array<GpuFigures, 16> gpus{{
    {"H200", 4800},
    {"H100", 3350},
    {"H800", 3350},
    {"H20", 4000},
    {"A100", 1555},
    {"A800", 1555},
    {"A40", 696},
    {"A30", 933},
    {"A10", 600},
    {"L40S", 864},
    {"L40", 864},
    {"L4", 300},
    {"V100", 900},
    {"T4", 320},
    {"4090", 1008},
    {"3090", 936},
}};

constexpr double h100_memory_gb_per_s = 3350;

// Each doubling of the GPUs of one training brings so much: gradients are exchanged, and the
// slowest rank is waited for. About 90% of four and 86% of eight.
constexpr double gain_of_doubling = 1.9;

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

// Between two measured models on a straight line through their logarithms; beyond the ends the
// outermost line goes on.
double speed_of_unmeasured(double gflops) {
    const auto table = std::span(yolo_models).subspan(first_yolov8, count_yolov8);
    std::size_t upper = 1;
    while (upper + 1 < table.size() && gflops > table[upper].gflops) ++upper;
    const YoloModel& a = table[upper - 1];
    const YoloModel& b = table[upper];
    const double place = std::log(gflops / a.gflops) / std::log(b.gflops / a.gflops);
    const double slow_down = *b.images_per_second_on_h100 / *a.images_per_second_on_h100;
    return *a.images_per_second_on_h100 * std::pow(slow_down, place);
}

double speed_on_h100(const YoloModel& model) {
    if (model.images_per_second_on_h100) return *model.images_per_second_on_h100;
    return speed_of_unmeasured(model.gflops);
}

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

// "A10" is in "NVIDIA A10-24Q", not in "NVIDIA A100" nor in "RTXA10".
bool names(std::string_view text, std::string_view gpu) {
    for (auto at = text.find(gpu); at != std::string_view::npos; at = text.find(gpu, at + 1)) {
        const auto end = at + gpu.size();
        const bool begins = at == 0 || (!is_letter(text[at - 1]) && !is_digit(text[at - 1]));
        const bool ends = end == text.size() || (!is_letter(text[end]) && !is_digit(text[end]));
        // "RTX4090" is written without a gap.
        if (ends && (begins || is_digit(gpu.front()))) return true;
    }
    return false;
}

}  // namespace

std::string plain_model_name(std::string_view model) {
    model = model.substr(model.find_last_of('/') + 1);
    std::string name = lower(model);
    for (const std::string_view ending : {".pt", ".yaml", ".yml"}) {
        if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    }
    if (name.starts_with("yolov11")) name = "yolo11" + name.substr(7);
    const bool is_v5u = name.starts_with("yolov5") && name.size() == 8 && name.back() == 'u';
    if (is_v5u) name.pop_back();
    return name;
}

std::optional<YoloModel> yolo_model(std::string_view model) {
    const std::string name = plain_model_name(model);
    const auto* found = std::ranges::find(yolo_models, name, &YoloModel::name);
    if (found == yolo_models.end()) return std::nullopt;
    return *found;
}

std::optional<GpuFigures> gpu_figures(std::string_view model) {
    std::string name(model);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const GpuFigures& gpu : gpus) {
        if (names(name, gpu.name)) return gpu;
    }
    return std::nullopt;
}

std::vector<std::string_view> known_yolo_models() {
    std::vector<std::string_view> all;
    for (const YoloModel& model : yolo_models) all.push_back(model.name);
    return all;
}

std::vector<std::string_view> known_gpus() {
    std::vector<std::string_view> all;
    for (const GpuFigures& gpu : gpus) all.push_back(gpu.name);
    return all;
}

double speed_of_gpus(int count) {
    return std::pow(gain_of_doubling, std::log2(std::max(count, 1)));
}

double images_per_second(const YoloModel& model, const GpuFigures& gpu,
                         const TrainingShape& shape) {
    const double pixels = std::pow(shape.imgsz / 640.0, 2);
    const double one_gpu =
        speed_on_h100(model) / pixels * gpu.memory_gb_per_s / h100_memory_gb_per_s;
    return one_gpu * speed_of_gpus(shape.gpus);
}

}  // namespace berth
