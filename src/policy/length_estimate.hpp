// How long will this YOLO training take? First as the site's own trainings like it went; where
// there is none, by figures measured elsewhere, and then with a wide span.
//
//     const auto estimate = estimate_length(wish, runs, 120min);
//     estimate->hours.likely, estimate->text.en
//
// Pure. A run counts where model and image size are the same and so are the data (or the number of
// images in both is known: then it is scaled by that). Of the runs that count, those on the same
// GPUs are taken alone if there are any; else those on another number of the same model, else those
// on other models whose figures are known, scaled.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "booking/reservation.hpp"
#include "json/described.hpp"

namespace berth {

struct TrainingWish {
    std::string model;
    std::optional<std::string> data;
    std::optional<std::int64_t> images;
    int epochs = 1;
    int imgsz = 640;
    int gpus = 1;
    std::string gpu_model;
};

struct EarlierRun {
    ReservationId reservation;
    std::string model;
    std::optional<std::string> data;
    std::optional<std::int64_t> images;
    int imgsz = 640;
    int gpus = 1;
    std::string gpu_model;
    double epoch_seconds = 0;  // of a usual epoch, validation and saving included
};

enum class EstimateBasis { runs, table };
BOOST_DESCRIBE_ENUM(EstimateBasis, runs, table)

struct HoursSpan {
    double likely = 0;
    double low = 0;
    double high = 0;
};
BOOST_DESCRIBE_STRUCT(HoursSpan, (), (likely, low, high))

struct UsedRun {
    ReservationId reservation;
    double epoch_seconds = 0;  // as it was measured
};
BOOST_DESCRIBE_STRUCT(UsedRun, (), (reservation, epoch_seconds))

struct EstimateText {
    std::string en;
    std::string zh;
};
BOOST_DESCRIBE_STRUCT(EstimateText, (), (en, zh))

struct LengthEstimate {
    HoursSpan hours;
    double epoch_seconds = 0;
    std::int64_t slots = 1;  // whole ones that hold the likely length
    EstimateBasis basis = EstimateBasis::table;
    std::vector<UsedRun> runs;
    EstimateText text;
};
BOOST_DESCRIBE_STRUCT(LengthEstimate, (), (hours, epoch_seconds, slots, basis, runs, text))

// Why there is none.
struct NoEstimate {
    enum class Kind {
        unknown,     // nothing is known of such a model or GPU
        incomplete,  // something must be said that was not
    };
    Kind kind = Kind::unknown;
    std::string field;
    std::string message;
};

// Whether the runs of such a training are worth measuring.
bool is_same_training(const TrainingWish& wish, const Workload& workload);

// `runs` the newest first.
std::expected<LengthEstimate, NoEstimate> estimate_length(const TrainingWish& wish,
                                                          const std::vector<EarlierRun>& runs,
                                                          std::chrono::minutes slot_length);

}  // namespace berth
