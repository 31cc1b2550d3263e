#include "report/heat_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "report/load.hpp"
#include "report/lost.hpp"

namespace berth {

namespace {

double rounded(double share) {
    return std::round(share * 10'000) / 10'000;
}

std::optional<double> share_of(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return rounded(static_cast<double>(part) / static_cast<double>(whole));
}

// One row while it is being filled.
struct Loads {
    int gpus = 0;
    Load capacity;  // that could be booked
    Load past;      // of it, what has passed and could have been used
    Load booked;
    Load used;
};

struct Folded {
    Folded(const Loads& loads, const std::vector<Hour>& hours)
        : capacity(loads.capacity.fold(hours)),
          past(loads.past.fold(hours)),
          booked(loads.booked.fold(hours)),
          used(loads.used.fold(hours)) {}

    std::vector<std::int64_t> capacity;
    std::vector<std::int64_t> past;
    std::vector<std::int64_t> booked;
    std::vector<std::int64_t> used;
};

struct Sums {
    std::int64_t capacity = 0;
    std::int64_t past = 0;
    std::int64_t booked = 0;
    std::int64_t used = 0;

    void add(const Folded& folded, std::size_t hour) {
        capacity += folded.capacity[hour];
        past += folded.past[hour];
        booked += folded.booked[hour];
        used += folded.used[hour];
    }
    [[nodiscard]] std::optional<double> booked_share() const { return share_of(booked, capacity); }
    [[nodiscard]] std::optional<double> used_share() const { return share_of(used, past); }
};

class Painter {
public:
    Painter(const Record& record, HeatMapRows by)
        : record_(record), by_(by), hours_(hours_of(record.period(), record.grid())) {
        name_rows();
        add_capacity();
        for (const Booking& booking : record_.bookings()) add(booking);
    }

    [[nodiscard]] HeatMap paint() const {
        HeatMap map;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            HeatTotal row = painted(rows_[i], Folded(rows_[i], hours_));
            map.rows.push_back({names_[i], row.gpus, std::move(row.booked), std::move(row.used),
                                row.booked_share, row.used_share});
        }
        const Folded folded(total_, hours_);
        map.total = painted(total_, folded);
        map.weeks = weeks(folded);
        return map;
    }

private:
    std::size_t row_named(const std::string& name) {
        const auto [found, is_new] = places_.try_emplace(name, names_.size());
        if (is_new) names_.push_back(name);
        return found->second;
    }

    // Rows that a GPU belongs to come first and in order; a team has a row once it held something.
    void name_rows() {
        std::vector<std::string> names;
        for (const RecordedGpu& gpu : record_.gpus()) {
            if (by_ == HeatMapRows::node) row_named(gpu.spec.node);
            if (by_ == HeatMapRows::model) names.push_back(gpu.spec.model);
        }
        for (const Booking& booking : record_.bookings()) {
            const bool counts = !common(booking.held, record_.period()).empty();
            if (by_ == HeatMapRows::team && counts) names.push_back(booking.team);
        }
        std::ranges::sort(names);
        for (const std::string& name : names) row_named(name);
        rows_.resize(names_.size());
        row_of_gpu_.reserve(record_.gpus().size());
        for (const RecordedGpu& gpu : record_.gpus()) {
            row_of_gpu_.push_back(
                by_ == HeatMapRows::team
                    ? 0
                    : row_named(by_ == HeatMapRows::node ? gpu.spec.node : gpu.spec.model));
        }
    }

    void add_capacity(Loads& loads, const RecordedGpu& gpu, const Spans& service) const {
        if (gpu.spec.health != Health::gone) ++loads.gpus;
        for (const Span& span : service) {
            loads.capacity.add(span, 1);
            loads.past.add(common(span, record_.past()), 1);
        }
    }

    void add_capacity() {
        for (std::size_t i = 0; i < record_.gpus().size(); ++i) {
            const RecordedGpu& gpu = record_.gpus()[i];
            const Spans service = gpu.service(record_.period());
            add_capacity(total_, gpu, service);
            if (by_ != HeatMapRows::team) add_capacity(rows_[row_of_gpu_[i]], gpu, service);
            is_whole_.push_back(service == Spans{record_.period()});
        }
        if (by_ != HeatMapRows::team) return;
        for (Loads& row : rows_) {
            row.gpus = total_.gpus;
            row.capacity = total_.capacity;
            row.past = total_.past;
        }
    }

    // What it held of GPUs that were out of service does not count.
    void add(const Booking& booking) {
        const Span held = common(booking.held, record_.period());
        if (held.empty()) return;
        const Span used = common(booking.used, held);
        for (const std::uint32_t gpu : booking.gpus) {
            Loads& row =
                rows_[by_ == HeatMapRows::team ? places_.at(booking.team) : row_of_gpu_[gpu]];
            for (Loads* loads : {&row, &total_}) {
                if (is_whole_[gpu]) {
                    loads->booked.add(held, 1);
                    loads->used.add(used, 1);
                    continue;
                }
                const RecordedGpu& recorded = record_.gpus()[gpu];
                for (const Span& span : recorded.service(held)) loads->booked.add(span, 1);
                for (const Span& span : recorded.service(used)) loads->used.add(span, 1);
            }
        }
    }

    [[nodiscard]] HeatTotal painted(const Loads& loads, const Folded& folded) const {
        std::array<Sums, hours_a_week> sums;
        Sums all;
        for (std::size_t i = 0; i < hours_.size(); ++i) {
            sums[hours_[i].of_week].add(folded, i);
            all.add(folded, i);
        }
        HeatTotal row{.gpus = loads.gpus,
                      .booked = {},
                      .used = {},
                      .booked_share = all.booked_share(),
                      .used_share = all.used_share()};
        row.booked.reserve(hours_a_week);
        row.used.reserve(hours_a_week);
        for (const Sums& sum : sums) {
            row.booked.push_back(sum.booked_share());
            row.used.push_back(sum.used_share());
        }
        return row;
    }

    [[nodiscard]] std::vector<WeekLoad> weeks(const Folded& total) const {
        const auto spans = weeks_of(record_.period(), record_.grid());
        const auto lost = find_lost(record_);
        std::vector<Sums> sums(spans.size());
        for (std::size_t i = 0; i < hours_.size(); ++i) sums[hours_[i].week].add(total, i);
        std::vector<WeekLoad> weeks;
        for (std::size_t i = 0; i < spans.size(); ++i) {
            double hours = 0;
            for (const Lost& one : lost) hours += lost_hours(one, spans[i]);
            weeks.push_back({.from = spans[i].from,
                             .booked_share = sums[i].booked_share(),
                             .used_share = sums[i].used_share(),
                             .lost_gpu_hours = std::round(hours * 100) / 100});
        }
        return weeks;
    }

    const Record& record_;
    HeatMapRows by_;
    std::vector<Hour> hours_;
    std::vector<std::string> names_;
    std::map<std::string, std::size_t> places_;
    std::vector<std::size_t> row_of_gpu_;
    std::vector<bool> is_whole_;  // by GPU: in service all the period
    std::vector<Loads> rows_;
    Loads total_;
};

}  // namespace

HeatMap make_heat_map(const Record& record, HeatMapRows by) {
    return Painter(record, by).paint();
}

}  // namespace berth
