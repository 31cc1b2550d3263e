#include "report/summary.hpp"

#include <map>
#include <utility>

#include "report/hours.hpp"
#include "report/lost.hpp"
#include "report/statistics.hpp"

namespace berth {

namespace {

// Figures of one group in one span, while they are being added up.
class Tally {
public:
    explicit Tally(const Record& record, Span span) : record_(&record), span_(span) {}

    void add(const Booking& booking) {
        const int gpus = static_cast<int>(booking.gpus.size());
        const auto gpu_hours = [&](const Span& part) {
            return gpus * hours_in(common(part, span_).length());
        };
        figures_.booked_gpu_hours += gpu_hours(booking.booked);
        booked_so_far_ += gpu_hours(common(booking.booked, record_->past()));
        figures_.used_gpu_hours += gpu_hours(booking.used);
        if (span_.contains(booking.start)) count(booking);
        if (booking.id.is_queue_job()) note_queue_wait(booking);
    }

    void add(const Lost& lost) { figures_.lost_gpu_hours += lost_hours(lost, span_); }

    void add(const Wish& wish) {
        if (!span_.contains(wish.asked_at)) return;
        ++figures_.wishes;
        if (wish.gave_up_at) ++figures_.wishes_given_up;
        waits_.push_back(hours_in(wish.waited(record_->now())));
    }

    [[nodiscard]] Figures figures() const {
        Figures figures = figures_;
        if (booked_so_far_ > 0) {
            figures.utilisation = to_hundredths(figures.used_gpu_hours / booked_so_far_);
        }
        for (double* hours :
             {&figures.booked_gpu_hours, &figures.used_gpu_hours, &figures.lost_gpu_hours}) {
            *hours = to_hundredths(*hours);
        }
        const auto shown = [](std::optional<double> hours) {
            return hours ? std::optional(to_hundredths(*hours)) : hours;
        };
        figures.median_wait_hours = shown(median(waits_));
        figures.ninetieth_wait_hours = shown(ninetieth(waits_));
        figures.median_queue_hours = shown(median(queue_waits_));
        figures.ninetieth_queue_hours = shown(ninetieth(queue_waits_));
        return figures;
    }

private:
    void count(const Booking& booking) {
        ++(booking.id.is_queue_job() ? figures_.queue_jobs : figures_.reservations);
        switch (booking.state) {
            case ReservationState::completed:
                ++figures_.completed;
                break;
            case ReservationState::cancelled:
                ++figures_.cancelled;
                if (is_late(booking)) ++figures_.cancelled_late;
                break;
            case ReservationState::expired:
                if (came_to_nothing(booking)) ++figures_.no_shows;
                break;
            case ReservationState::failed:
                ++figures_.failed;
                break;
            case ReservationState::evicted:
                ++figures_.evicted;
                break;
            default:
                break;
        }
    }

    static bool is_late(const Booking& booking) {
        return booking.ended_at && *booking.ended_at > booking.start - late_cancellation;
    }

    // What was cancelled while it waited never got a start.
    void note_queue_wait(const Booking& job) {
        if (job.resumes || !span_.contains(job.asked_at)) return;
        if (job.gpus.empty()) {
            if (!job.ended_at) queue_waits_.push_back(hours_in(record_->now() - job.asked_at));
            return;
        }
        queue_waits_.push_back(hours_in(job.start - job.asked_at));
    }

    const Record* record_;
    Span span_;
    Figures figures_;
    double booked_so_far_ = 0;
    std::vector<double> waits_;
    std::vector<double> queue_waits_;
};

class Book {
public:
    explicit Book(const Record& record) : record_(record), total_(record, record.period()) {
        for (const Span& week : weeks_of(record.period(), record.grid())) {
            weeks_.emplace_back(week, Tally(record, common(week, record.period())));
        }
    }

    template <class Entry>
    void add(const std::string& team, const std::string& person, const Span& extent,
             const Entry& entry) {
        const auto tally = [&] { return Tally(record_, record_.period()); };
        total_.add(entry);
        teams_.try_emplace(team, tally()).first->second.add(entry);
        people_.try_emplace({person, team}, tally()).first->second.add(entry);
        for (auto& [week, figures] : weeks_) {
            if (extent.from < week.to && week.from <= extent.to) figures.add(entry);
        }
    }

    [[nodiscard]] Summary summary() const {
        Summary summary;
        summary.total = total_.figures();
        for (const auto& [team, tally] : teams_) summary.teams.push_back({team, tally.figures()});
        for (const auto& [who, tally] : people_) {
            summary.people.push_back({who.first, who.second, tally.figures()});
        }
        for (const auto& [week, tally] : weeks_) {
            summary.weeks.push_back({week.from, tally.figures()});
        }
        return summary;
    }

private:
    const Record& record_;
    Tally total_;
    std::map<std::string, Tally> teams_;
    std::map<std::pair<std::string, std::string>, Tally> people_;  // by name and team
    std::vector<std::pair<Span, Tally>> weeks_;
};

// All the time that anything about it may count in.
Span extent_of(const Booking& booking) {
    return {std::min(booking.asked_at, booking.start), std::max(booking.start, booking.booked.to)};
}

bool concerns(const Booking& booking, const Span& period) {
    const bool asked = booking.id.is_queue_job() && period.contains(booking.asked_at);
    return asked || period.contains(booking.start) || !common(booking.booked, period).empty();
}

}  // namespace

Summary make_summary(const Record& record) {
    Book book(record);
    for (const Booking& booking : record.bookings()) {
        if (!concerns(booking, record.period())) continue;
        book.add(booking.team, booking.owner, extent_of(booking), booking);
    }
    for (const Lost& lost : find_lost(record)) {
        const Booking& booking = record.bookings()[lost.booking];
        book.add(booking.team, booking.owner, booking.booked, lost);
    }
    for (const Wish& wish : record.wishes()) {
        book.add(wish.team, wish.owner, {wish.asked_at, wish.asked_at}, wish);
    }
    return book.summary();
}

}  // namespace berth
