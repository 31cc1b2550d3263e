#include "policy/length_estimate.hpp"

#include <gmock/gmock.h>

#include "policy/training_speed.hpp"

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::int64_t coco_images = 118'287;

TrainingWish large_on_four() {
    return {.model = "yolov8l",
            .data = {},
            .images = coco_images,
            .epochs = 300,
            .imgsz = 640,
            .gpus = 4,
            .gpu_model = "A100"};
}

EarlierRun run(std::uint64_t number, double epoch_seconds) {
    return {.reservation = ReservationId{number},
            .model = "yolov8l.pt",
            .data = "/data/coco.yaml",
            .images = {},
            .imgsz = 640,
            .gpus = 4,
            .gpu_model = "A100",
            .epoch_seconds = epoch_seconds};
}

LengthEstimate estimate(const TrainingWish& wish, const std::vector<EarlierRun>& runs = {}) {
    auto made = estimate_length(wish, runs, 120min);
    if (!made) throw std::runtime_error(made.error().message);
    return *made;
}

// COCO for 300 epochs: 632 images a second on four A100s, and what comes beside the training.
TEST(LengthEstimate,
     without_a_past_a_large_training_on_four_takes_about_a_day_or_two_and_says_why) {
    const auto guess = estimate(large_on_four());
    EXPECT_EQ(guess.basis, EstimateBasis::table);
    EXPECT_GT(guess.hours.likely, 14);
    EXPECT_LT(guess.hours.likely, 25);
    EXPECT_LT(guess.hours.low, guess.hours.likely * 0.7);
    EXPECT_GT(guess.hours.high, guess.hours.likely * 1.8);
    EXPECT_TRUE(guess.runs.empty());
    EXPECT_THAT(guess.text.en, HasSubstr("measured elsewhere"));
    EXPECT_THAT(guess.text.zh, HasSubstr("其他机器的实测数据"));
}

TEST(LengthEstimate, the_sites_own_runs_with_the_same_data_come_first) {
    auto wish = large_on_four();
    wish.data = "/data/coco.yaml";
    wish.images.reset();
    const auto guess = estimate(wish, {run(9, 370), run(7, 360), run(3, 410)});
    EXPECT_EQ(guess.basis, EstimateBasis::runs);
    EXPECT_DOUBLE_EQ(guess.epoch_seconds, 370);
    EXPECT_DOUBLE_EQ(guess.hours.likely, 30.9);  // 2 minutes, and 300 times 370 s
    EXPECT_LT(guess.hours.low, 300 * 360 / 3600.0);
    EXPECT_GT(guess.hours.high, 300 * 410 / 3600.0);
    ASSERT_EQ(guess.runs.size(), 3U);
    EXPECT_EQ(guess.runs[0].reservation, ReservationId{9});
    EXPECT_EQ(guess.runs[2].epoch_seconds, 410);
    EXPECT_THAT(guess.text.en, HasSubstr("r-9, r-7, r-3"));
    EXPECT_THAT(guess.text.zh, HasSubstr("r-9、r-7、r-3"));
}

TEST(LengthEstimate, runs_with_other_data_count_only_where_the_images_of_both_are_known) {
    auto wish = large_on_four();
    wish.images = 1000;
    EXPECT_EQ(estimate(wish, {run(1, 370)}).basis, EstimateBasis::table);
    auto counted = run(1, 370);
    counted.images = 2000;
    const auto guess = estimate(wish, {counted});
    EXPECT_EQ(guess.basis, EstimateBasis::runs);
    EXPECT_DOUBLE_EQ(guess.epoch_seconds, 185);
    EXPECT_EQ(guess.runs[0].epoch_seconds, 370);
}

TEST(LengthEstimate, runs_on_the_same_gpus_are_taken_alone) {
    auto wish = large_on_four();
    wish.data = "/data/coco.yaml";
    auto eight = run(8, 200);
    eight.gpus = 8;
    const auto guess = estimate(wish, {eight, run(2, 370)});
    ASSERT_EQ(guess.runs.size(), 1U);
    EXPECT_EQ(guess.runs[0].reservation, ReservationId{2});
}

TEST(LengthEstimate, twice_the_gpus_are_not_twice_as_fast) {
    auto wish = large_on_four();
    wish.data = "/data/coco.yaml";
    wish.gpus = 8;
    const auto guess = estimate(wish, {run(2, 380)});
    EXPECT_DOUBLE_EQ(guess.epoch_seconds, 200);  // 1.9 times as fast
    EXPECT_THAT(guess.text.en, HasSubstr("another number of GPUs"));
    EXPECT_THAT(guess.text.zh, HasSubstr("数量不同"));
}

TEST(LengthEstimate, a_run_on_another_model_of_gpu_is_scaled_and_spans_widely) {
    auto wish = large_on_four();
    wish.data = "/data/coco.yaml";
    wish.gpu_model = "H100";
    const auto guess = estimate(wish, {run(2, 335)});
    EXPECT_NEAR(guess.epoch_seconds, 155.5, 0.1);
    EXPECT_GT(guess.hours.high / guess.hours.low, 2);
    EXPECT_THAT(guess.text.en, HasSubstr("another model"));
}

TEST(LengthEstimate, a_model_that_only_this_site_knows_has_its_own_past) {
    auto wish = large_on_four();
    wish.model = "our_yolo.yaml";
    wish.data = "/data/coco.yaml";
    auto own = run(4, 100);
    own.model = "/models/our_yolo.yaml";
    EXPECT_EQ(estimate(wish, {own}).basis, EstimateBasis::runs);
}

TEST(LengthEstimate, other_models_sizes_and_runs_without_an_epoch_do_not_count) {
    auto wish = large_on_four();
    wish.data = "/data/coco.yaml";
    auto small = run(1, 100);
    small.model = "yolov8s.pt";
    auto wide = run(2, 900);
    wide.imgsz = 1280;
    EXPECT_EQ(estimate(wish, {small, wide, run(3, 0)}).basis, EstimateBasis::table);
}

TEST(LengthEstimate, whole_slots_hold_the_likely_length) {
    auto wish = large_on_four();
    wish.data = "/data/coco.yaml";
    wish.epochs = 60;
    EXPECT_EQ(estimate(wish, {run(1, 110)}).slots, 1);  // 2 minutes and 110
    EXPECT_EQ(estimate(wish, {run(1, 120)}).slots, 2);  // 2 minutes and 120
}

TEST(LengthEstimate, four_times_the_pixels_take_four_times_as_long) {
    auto wish = large_on_four();
    const double usual = estimate(wish).epoch_seconds;
    wish.imgsz = 1280;
    EXPECT_NEAR(estimate(wish).epoch_seconds, 4 * usual, 1);
}

TEST(LengthEstimate, an_unknown_model_is_told_with_those_that_are_known) {
    auto wish = large_on_four();
    wish.model = "yolov3";
    const auto none = estimate_length(wish, {}, 120min);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, NoEstimate::Kind::unknown);
    EXPECT_EQ(none.error().field, "model");
    EXPECT_THAT(none.error().message, HasSubstr("yolov5n, yolov5s"));
    EXPECT_THAT(none.error().message, HasSubstr("yolo11x"));
}

TEST(LengthEstimate, segmentation_pose_and_classification_are_told_apart) {
    auto wish = large_on_four();
    for (const char* model : {"yolov8l-seg.pt", "yolov8n-pose", "yolo11x-cls"}) {
        wish.model = model;
        const auto none = estimate_length(wish, {}, 120min);
        ASSERT_FALSE(none) << model;
        EXPECT_THAT(none.error().message, HasSubstr("not a detection model")) << model;
    }
}

TEST(LengthEstimate, an_unknown_gpu_is_told_with_those_that_are_known) {
    auto wish = large_on_four();
    wish.gpu_model = "Voodoo2";
    const auto none = estimate_length(wish, {}, 120min);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().field, "gpus.model");
    EXPECT_THAT(none.error().message, HasSubstr("A100"));
}

TEST(LengthEstimate, without_a_past_the_images_must_be_said) {
    auto wish = large_on_four();
    wish.images.reset();
    wish.data = "/data/new.yaml";
    const auto none = estimate_length(wish, {}, 120min);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, NoEstimate::Kind::incomplete);
    EXPECT_EQ(none.error().field, "images");
}

TEST(LengthEstimate, only_such_trainings_are_worth_measuring) {
    auto wish = large_on_four();
    Workload workload;
    workload.kind = WorkloadKind::yolo;
    workload.model = "yolov8l.pt";
    workload.data = "/data/coco.yaml";
    EXPECT_TRUE(is_same_training(wish, workload));  // its images may be told
    wish.images.reset();
    EXPECT_FALSE(is_same_training(wish, workload));
    wish.data = "/data/coco.yaml";
    EXPECT_TRUE(is_same_training(wish, workload));
    workload.imgsz = 1280;
    EXPECT_FALSE(is_same_training(wish, workload));
}

TEST(TrainingSpeed, models_are_known_by_many_spellings) {
    for (const char* model : {"yolov8l", "YOLOv8l.pt", "/weights/yolov8l.yaml"}) {
        ASSERT_TRUE(yolo_model(model)) << model;
        EXPECT_EQ(yolo_model(model)->name, "yolov8l");
    }
    EXPECT_EQ(yolo_model("yolov5lu.pt")->name, "yolov5l");
    EXPECT_EQ(yolo_model("yolov11n")->name, "yolo11n");
    EXPECT_FALSE(yolo_model("yolov8"));
}

TEST(TrainingSpeed, gpus_are_known_by_what_drivers_call_them_and_not_confused) {
    const auto name_of = [](const char* model) {
        const auto found = gpu_figures(model);
        return std::string(found ? found->name : "none");
    };
    EXPECT_EQ(name_of("NVIDIA A100-SXM4-40GB"), "A100");
    EXPECT_EQ(name_of("A10"), "A10");
    EXPECT_EQ(name_of("NVIDIA L40S"), "L40S");
    EXPECT_EQ(name_of("h200"), "H200");
    EXPECT_EQ(name_of("Tesla T4"), "T4");
    EXPECT_EQ(name_of("NVIDIA GeForce RTX 4090"), "4090");
    EXPECT_EQ(name_of("RTX4090"), "4090");
    EXPECT_EQ(name_of("A1000"), "none");
    EXPECT_EQ(name_of(""), "none");
}

TEST(TrainingSpeed, smaller_models_are_faster_in_every_family) {
    const auto gpu = gpu_figures("H100").value();
    for (const std::string family : {"yolov5", "yolov8", "yolo11"}) {
        double before = 1e9;
        for (const char* size : {"n", "s", "m", "l", "x"}) {
            const double speed = images_per_second(yolo_model(family + size).value(), gpu, {});
            EXPECT_LT(speed, before) << family << size;
            EXPECT_GT(speed, 0);
            before = speed;
        }
    }
}

TEST(TrainingSpeed, one_gpu_is_one) {
    EXPECT_DOUBLE_EQ(speed_of_gpus(1), 1);
    EXPECT_DOUBLE_EQ(speed_of_gpus(2), 1.9);
    EXPECT_NEAR(speed_of_gpus(4), 3.61, 1e-9);
}

}  // namespace
}  // namespace berth::test
