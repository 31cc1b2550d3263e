#include "policy/length_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "policy/training_speed.hpp"

namespace berth {

namespace {

// Until the first batch: imports, the scan of the labels, the check of mixed precision.
constexpr double start_seconds = 120;
// Published speeds are of training alone: validation and saving come on top. COCO's validation set
// has 4% of the images of its training set.
constexpr double epoch_overhead = 1.08;
constexpr std::size_t most_runs = 5;
constexpr int usual_imgsz = 640;

// How far off a guess may be: the ends of its span as shares of the likely length.
struct Span {
    double low;
    double high;
};
constexpr Span table_span{0.6, 2.0};

enum class Closeness { same_gpus, other_number, other_model };

// Beyond what the runs differ among themselves.
Span span_of(Closeness closeness) {
    switch (closeness) {
        case Closeness::same_gpus:
            return {0.9, 1.15};
        case Closeness::other_number:
            return {0.85, 1.3};
        case Closeness::other_model:
            return {0.7, 1.5};
    }
    return table_span;
}

struct Scaled {
    const EarlierRun* run;
    Closeness closeness;
    double epoch_seconds;  // as it would be here
};

// Of the wish's epoch as a share of the run's; nothing when nobody can say.
std::optional<double> share_of_work(const TrainingWish& wish, const EarlierRun& run) {
    if (wish.images && run.images && *run.images > 0) {
        return static_cast<double>(*wish.images) / static_cast<double>(*run.images);
    }
    if (wish.data && wish.data == run.data) return 1.0;
    return std::nullopt;
}

std::optional<double> speed_of_model(const TrainingWish& wish, const EarlierRun& run) {
    if (wish.gpu_model == run.gpu_model) return 1.0;
    const auto here = gpu_figures(wish.gpu_model);
    const auto there = gpu_figures(run.gpu_model);
    if (!here || !there) return std::nullopt;
    return here->memory_gb_per_s / there->memory_gb_per_s;
}

std::optional<Scaled> scaled(const TrainingWish& wish, const EarlierRun& run) {
    const bool is_alike = plain_model_name(run.model) == plain_model_name(wish.model) &&
                          run.imgsz == wish.imgsz && run.epoch_seconds > 0;
    if (!is_alike) return std::nullopt;
    const auto work = share_of_work(wish, run);
    const auto speed = speed_of_model(wish, run);
    if (!work || !speed) return std::nullopt;
    const double of_number = speed_of_gpus(wish.gpus) / speed_of_gpus(run.gpus);
    const bool same_model = wish.gpu_model == run.gpu_model;
    const auto same = wish.gpus == run.gpus ? Closeness::same_gpus : Closeness::other_number;
    return Scaled{&run, same_model ? same : Closeness::other_model,
                  run.epoch_seconds * *work / (*speed * of_number)};
}

// The newest of the closest.
std::vector<Scaled> best_runs(const TrainingWish& wish, const std::vector<EarlierRun>& runs) {
    std::vector<Scaled> found;
    for (const EarlierRun& run : runs) {
        if (const auto one = scaled(wish, run)) found.push_back(*one);
    }
    if (found.empty()) return found;
    const auto closest = std::ranges::min(found, {}, &Scaled::closeness).closeness;
    std::erase_if(found, [&](const Scaled& one) { return one.closeness != closest; });
    if (found.size() > most_runs) found.resize(most_runs);
    return found;
}

double median(std::vector<double> numbers) {
    std::ranges::sort(numbers);
    const std::size_t middle = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return numbers[middle];
    return (numbers[middle - 1] + numbers[middle]) / 2;
}

double rounded(double number, double parts) {
    return std::round(number * parts) / parts;
}

double rounded_hours(double hours) {
    return rounded(hours, hours < 1 ? 100 : 10);
}

struct EpochSpan {
    double likely;
    double low;
    double high;
};

double hours_of(const TrainingWish& wish, double epoch_seconds) {
    return (start_seconds + wish.epochs * epoch_seconds) / 3600;
}

LengthEstimate estimate_of(const TrainingWish& wish, const EpochSpan& epoch,
                           std::chrono::minutes slot_length) {
    LengthEstimate estimate;
    const double hours = hours_of(wish, epoch.likely);
    estimate.hours = {rounded_hours(hours), rounded_hours(hours_of(wish, epoch.low)),
                      rounded_hours(hours_of(wish, epoch.high))};
    estimate.epoch_seconds = rounded(epoch.likely, epoch.likely < 10 ? 1000 : 10);
    const double slots = std::ceil(hours * 60 / static_cast<double>(slot_length.count()));
    estimate.slots = std::max<std::int64_t>(1, static_cast<std::int64_t>(slots));
    return estimate;
}

// "31.5", "40", "0.25"
std::string text_of(double hours) {
    char text[32];
    std::snprintf(text, sizeof text, hours < 1 ? "%.2f" : "%.1f", hours);
    std::string result(text);
    while (result.ends_with('0')) result.pop_back();
    if (result.ends_with('.')) result.pop_back();
    return result.empty() ? "0" : result;
}

std::string listed(const std::vector<UsedRun>& runs, std::string_view comma) {
    std::string list;
    for (const UsedRun& run : runs) {
        if (!list.empty()) list += comma;
        list += run.reservation.text();
    }
    return list;
}

EstimateText text_of_runs(const LengthEstimate& estimate, Closeness closeness) {
    const std::string likely = text_of(estimate.hours.likely);
    const std::string low = text_of(estimate.hours.low);
    const std::string high = text_of(estimate.hours.high);
    EstimateText text{"About " + likely + " hours (" + low + " to " + high +
                          "), judging by what this site has measured in " +
                          listed(estimate.runs, ", ") + ".",
                      "约 " + likely + " 小时（" + low + " 至 " + high + " 小时），依据本站 " +
                          listed(estimate.runs, "、") + " 的实测速度推算。"};
    if (closeness == Closeness::other_number) {
        text.en += " That was on another number of GPUs.";
        text.zh += "当时使用的 GPU 数量不同。";
    } else if (closeness == Closeness::other_model) {
        text.en += " That was on GPUs of another model, so take it as a rough guess.";
        text.zh += "当时使用的 GPU 型号不同，仅供粗略参考。";
    }
    return text;
}

EstimateText text_of_table(const LengthEstimate& estimate) {
    const std::string likely = text_of(estimate.hours.likely);
    const std::string low = text_of(estimate.hours.low);
    const std::string high = text_of(estimate.hours.high);
    return {"About " + likely + " hours, but anything from " + low + " to " + high +
                " is possible: nothing like it has been measured at this site yet, so this rests "
                "on figures measured elsewhere.",
            "约 " + likely + " 小时，但 " + low + " 至 " + high +
                " 小时都有可能：本站尚无同类训练的实测数据，此值按其他机器的实测数据推算。"};
}

LengthEstimate by_runs(const TrainingWish& wish, const std::vector<Scaled>& runs,
                       std::chrono::minutes slot_length) {
    std::vector<double> seconds;
    for (const Scaled& one : runs) seconds.push_back(one.epoch_seconds);
    const Closeness closeness = runs.front().closeness;
    const Span span = span_of(closeness);
    const EpochSpan epoch{median(seconds), std::ranges::min(seconds) * span.low,
                          std::ranges::max(seconds) * span.high};
    auto estimate = estimate_of(wish, epoch, slot_length);
    estimate.basis = EstimateBasis::runs;
    for (const Scaled& one : runs) {
        estimate.runs.push_back({one.run->reservation, one.run->epoch_seconds});
    }
    estimate.text = text_of_runs(estimate, closeness);
    return estimate;
}

std::string all_of(const std::vector<std::string_view>& names) {
    std::string list;
    for (const std::string_view name : names) {
        if (!list.empty()) list += ", ";
        list += name;
    }
    return list;
}

bool is_other_task(std::string_view model) {
    const std::string name = plain_model_name(model);
    const auto dash = name.rfind('-');
    return dash != std::string::npos && yolo_model(name.substr(0, dash)).has_value();
}

NoEstimate unknown_model(const std::string& model) {
    const std::string known = all_of(known_yolo_models());
    if (is_other_task(model)) {
        return {NoEstimate::Kind::unknown, "model",
                "\"" + model +
                    "\" is not a detection model, and only of those there are figures: " + known +
                    ". Once one like it has run here, its own speed is used"};
    }
    return {NoEstimate::Kind::unknown, "model",
            "there are no figures for the model \"" + model + "\", only for " + known +
                ". Once one like it has run here, its own speed is used"};
}

NoEstimate unknown_gpu(const std::string& model) {
    return {NoEstimate::Kind::unknown, "gpus.model",
            "there are no figures for the GPU \"" + model + "\", only for " + all_of(known_gpus()) +
                ". Once such a training has run on it, its own speed is used"};
}

std::expected<LengthEstimate, NoEstimate> by_table(const TrainingWish& wish,
                                                   std::chrono::minutes slot_length) {
    const auto model = yolo_model(wish.model);
    if (!model) return std::unexpected(unknown_model(wish.model));
    const auto gpu = gpu_figures(wish.gpu_model);
    if (!gpu) return std::unexpected(unknown_gpu(wish.gpu_model));
    if (!wish.images) {
        return std::unexpected(NoEstimate{
            NoEstimate::Kind::incomplete, "images",
            "nothing like it has run here: say how many images an epoch has, in \"images\""});
    }
    const double speed = images_per_second(*model, *gpu, {.imgsz = wish.imgsz, .gpus = wish.gpus});
    const double likely = static_cast<double>(*wish.images) / speed * epoch_overhead;
    auto estimate =
        estimate_of(wish, {likely, likely * table_span.low, likely * table_span.high}, slot_length);
    estimate.text = text_of_table(estimate);
    return estimate;
}

}  // namespace

bool is_same_training(const TrainingWish& wish, const Workload& workload) {
    return workload.kind == WorkloadKind::yolo && workload.model &&
           plain_model_name(*workload.model) == plain_model_name(wish.model) &&
           workload.imgsz.value_or(usual_imgsz) == wish.imgsz &&
           (wish.images || (wish.data && wish.data == workload.data));
}

std::expected<LengthEstimate, NoEstimate> estimate_length(const TrainingWish& wish,
                                                          const std::vector<EarlierRun>& runs,
                                                          std::chrono::minutes slot_length) {
    const auto alike = best_runs(wish, runs);
    if (!alike.empty()) return by_runs(wish, alike, slot_length);
    return by_table(wish, slot_length);
}

}  // namespace berth
