// What to buy next: for each GPU model one piece of advice, the most urgent first, as numbers and
// as a sentence in English and in Chinese.
//
// It looks at how much of a model was booked in its busiest hours, which are the quarter of the
// working hours (Monday to Friday, 9 to 21 by the site's clock) that was booked most, and at the
// wishes that waited for an hour or longer:
//   buy     full in its busiest hours (85 % and more), much booked over the whole week (60 % and
//           more), and wishes waited. As many more as these wished for at one moment would have
//           given each of them its window at once.
//   spread  wishes waited, but it was not full, or the rest of the week had room: other hours, or
//           fewer GPUs at once, would have done.
//   enough  nobody waited.
// Those to buy come by the GPU-hours that waited, and so do those to spread; those that are enough
// by how much was booked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"
#include "report/heat_map.hpp"

namespace berth {

enum class AdviceKind { buy, spread, enough };
BOOST_DESCRIBE_ENUM(AdviceKind, buy, spread, enough)

struct AdviceText {
    std::string en;
    std::string zh;

    bool operator==(const AdviceText&) const = default;
};
BOOST_DESCRIBE_STRUCT(AdviceText, (), (en, zh))

struct Advice {
    AdviceKind kind = AdviceKind::enough;
    std::string model;
    int gpus = 0;
    double busiest_share = 0;  // booked in the busiest hours
    double highest_share = 0;  // booked in the fullest hour of the week, working or not
    double booked_share = 0;   // over the whole period
    int wishes = 0;            // that waited
    double wished_gpu_hours = 0;
    std::optional<double> median_wait_hours;
    int more_gpus = 0;  // that would have given each its window
    AdviceText text;

    bool operator==(const Advice&) const = default;
};
BOOST_DESCRIBE_STRUCT(Advice, (),
                      (kind, model, gpus, busiest_share, highest_share, booked_share, wishes,
                       wished_gpu_hours, median_wait_hours, more_gpus, text))

inline constexpr double full_share = 0.85;
inline constexpr double much_of_the_week = 0.60;
inline constexpr Duration worth_counting = std::chrono::hours(1);

// Precondition: the map's rows are models.
std::vector<Advice> make_advice(const Record& record, const HeatMap& by_model);

}  // namespace berth
