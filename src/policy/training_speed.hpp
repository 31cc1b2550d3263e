// How fast YOLO trainings go, by figures measured on one H100 and published ones of other GPUs: for
// the guess at the length of a training whose like a site has never run.
//
//     const auto model = yolo_model("yolov8l.pt");
//     const auto gpu = gpu_figures("NVIDIA A100-SXM4-40GB");
//     const double images = images_per_second(*model, *gpu, {.imgsz = 640, .gpus = 4});
//
// Pure. What these figures rest on is said where they stand; a guess made of them may be wrong by
// half or by double.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

struct YoloModel {
    std::string_view name;
    double gflops;                                    // of one 640 x 640 image forwards
    std::optional<double> images_per_second_on_h100;  // in training; absent: not measured
};

struct GpuFigures {
    std::string_view name;
    double memory_gb_per_s;
};

// "yolov8l" out of "/weights/YOLOv8l.pt": trainings are alike by that name.
std::string plain_model_name(std::string_view model);

// Of detection models only.
std::optional<YoloModel> yolo_model(std::string_view model);
std::optional<GpuFigures> gpu_figures(std::string_view model);
std::vector<std::string_view> known_yolo_models();
std::vector<std::string_view> known_gpus();

struct TrainingShape {
    int imgsz = 640;
    int gpus = 1;
};

// In training, by all GPUs together.
double images_per_second(const YoloModel& model, const GpuFigures& gpu, const TrainingShape& shape);
// How many times faster so many GPUs are than one.
double speed_of_gpus(int count);

}  // namespace berth
