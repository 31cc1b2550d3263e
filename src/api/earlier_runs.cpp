#include "api/earlier_runs.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "json/field_error.hpp"

namespace berth {

namespace {

// So far back, by number, and then no further: older trainings tell little of today's.
constexpr std::uint64_t reservations_looked_at = 4000;
constexpr std::uint64_t queue_jobs_looked_at = 1000;
constexpr std::size_t page = 500;
constexpr std::size_t most_measured = 20;

struct LastNumbers {
    std::uint64_t reservation = 0;
    std::uint64_t queue_job = 0;
    std::shared_ptr<const Fleet> fleet;
};

// After which id the last `count` come, in the history's order: reservations from the first on, and
// before them the queue's jobs from the last on.
std::optional<ReservationId> before_the_last(std::uint64_t last, std::uint64_t count, IdKind kind) {
    if (kind == IdKind::queue_job) return ReservationId{last + 1, kind};
    if (last <= count) return std::nullopt;
    return ReservationId{last - count, kind};
}

// Of one kind of id, those among the next `count` that ran such a training.
std::vector<Reservation> such_trainings(HistoryPort& history, const TrainingWish& wish,
                                        std::optional<ReservationId> after, IdKind kind,
                                        std::uint64_t count) {
    std::vector<Reservation> found;
    for (std::uint64_t seen = 0; seen < count; seen += page) {
        ReservationQuery query;
        query.after = after;
        query.limit = page;
        auto some = history.reservations(query);
        for (Reservation& one : some) {
            if (one.id.kind != kind) return found;
            after = one.id;
            const bool ran = one.started_at && one.workload && !one.gpus.empty();
            if (ran && is_same_training(wish, *one.workload)) found.push_back(std::move(one));
        }
        if (some.size() < page) break;
    }
    return found;
}

struct Measured {
    double epoch_seconds = 0;
    std::optional<std::int64_t> images;
};

std::optional<double> number_in(const boost::json::object& report, const char* name) {
    const auto* value = report.if_contains(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const auto number = value->to_number<double>();
    return number > 0 ? std::optional(number) : std::nullopt;
}

// The median epoch: the first of an attempt takes longer.
std::optional<Measured> measured(const std::vector<Progress>& reports) {
    Measured result;
    std::vector<double> seconds;
    for (const Progress& progress : reports) {
        const auto document = json::read(progress.body);
        if (!document || !document->is_object()) continue;
        const auto& report = document->get_object();
        if (const auto one = number_in(report, "epoch_seconds")) seconds.push_back(*one);
        const auto images = number_in(report, "images");
        if (images && *images < 1e15) result.images = static_cast<std::int64_t>(*images);
    }
    if (seconds.empty()) return std::nullopt;
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::ranges::nth_element(seconds, middle);
    result.epoch_seconds = *middle;
    return result;
}

EarlierRun run_of(const Reservation& reservation, const Measured& seen, const Fleet& fleet) {
    const Workload& workload = *reservation.workload;
    const Gpu* gpu = fleet.find(reservation.gpus.front());
    return {.reservation = reservation.id,
            .model = workload.model.value_or(""),
            .data = workload.data,
            .images = seen.images,
            .imgsz = workload.imgsz.value_or(640),
            .gpus = static_cast<int>(reservation.gpus.size()),
            .gpu_model = gpu == nullptr ? "" : gpu->spec.model,
            .epoch_seconds = seen.epoch_seconds};
}

}  // namespace

std::vector<EarlierRun> earlier_runs(const ApiContext& context, const TrainingWish& wish) {
    LastNumbers last;
    context.engine.read(
        [&](const View& view) { last = {view.last_number, view.last_queue_number, view.fleet}; });
    auto trainings = such_trainings(
        context.history, wish,
        before_the_last(last.reservation, reservations_looked_at, IdKind::reservation),
        IdKind::reservation, reservations_looked_at);
    auto jobs =
        such_trainings(context.history, wish,
                       before_the_last(last.queue_job, queue_jobs_looked_at, IdKind::queue_job),
                       IdKind::queue_job, queue_jobs_looked_at);
    std::ranges::move(jobs, std::back_inserter(trainings));
    std::ranges::sort(trainings, std::ranges::greater(), &Reservation::started_at);
    if (trainings.size() > most_measured) trainings.resize(most_measured);
    std::vector<EarlierRun> runs;
    for (const Reservation& training : trainings) {
        const auto seen = measured(context.progress.of(training.id));
        if (seen) runs.push_back(run_of(training, *seen, *last.fleet));
    }
    return runs;
}

}  // namespace berth
