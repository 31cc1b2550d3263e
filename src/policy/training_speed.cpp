#include "policy/training_speed.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace berth {

namespace {

// Ultralytics' model tables (docs.ultralytics.com/models, "FLOPs (B)" at 640). What Ultralytics
// trains as "yolov5l" is its anchor-free YOLOv5u, whose figures these are.
constexpr std::array<YoloModel, 15> yolo_models{{
    {"yolov5n", 7.7},
    {"yolov5s", 24.0},
    {"yolov5m", 64.2},
    {"yolov5l", 135.0},
    {"yolov5x", 246.4},
    {"yolov8n", 8.7},
    {"yolov8s", 28.6},
    {"yolov8m", 78.9},
    {"yolov8l", 165.2},
    {"yolov8x", 257.8},
    {"yolo11n", 6.5},
    {"yolo11s", 21.5},
    {"yolo11m", 68.0},
    {"yolo11l", 86.9},
    {"yolo11x", 194.9},
}};

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

// Images a second that one H100 trains, by the model's GFLOPs, at 640 in mixed precision. Not
// measured yet: from the training times that Ultralytics published for YOLOv5 n, s, m, l, x (1, 2,
// 4, 6, 8 days on a V100 for 300 epochs of COCO's 118,287 images), read at the FLOPs of YOLOv8 n to
// x and multiplied by 3350/900 for the memory. Measured figures belong here, and nowhere else.
struct MeasuredSpeed {
    double gflops;
    double images_per_second;
};
constexpr std::array<MeasuredSpeed, 5> training_speed_on_h100{{
    {8.7, 1075},
    {28.6, 538},
    {78.9, 300},
    {165.2, 211},
    {257.8, 172},
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
double speed_on_h100(double gflops) {
    const auto& table = training_speed_on_h100;
    std::size_t upper = 1;
    while (upper + 1 < table.size() && gflops > table[upper].gflops) ++upper;
    const MeasuredSpeed& a = table[upper - 1];
    const MeasuredSpeed& b = table[upper];
    const double place = std::log(gflops / a.gflops) / std::log(b.gflops / a.gflops);
    return a.images_per_second * std::pow(b.images_per_second / a.images_per_second, place);
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
        speed_on_h100(model.gflops) / pixels * gpu.memory_gb_per_s / h100_memory_gb_per_s;
    return one_gpu * speed_of_gpus(shape.gpus);
}

}  // namespace berth
