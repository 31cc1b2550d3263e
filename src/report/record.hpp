// What happened on a site in a period, as far as reports need it: which GPUs there were, who had
// booked and used them, and which wishes had to wait. Filled once, then read by all reports.
//
//     Record record(period, now, grid);
//     record.declare(at, fleet);                  // each inventory, in order of time
//     for (const Reservation& one : …) record.add(one);
//     const HeatMap map = make_heat_map(record, HeatMapRows::node);
//
// What a booking holds is its window as it stands: an early end gives back the rest. It is used
// from the start of its job, or of somebody's presence, to its end; what the GPUs did meanwhile is
// not known here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "booking/reservation.hpp"
#include "fleet/fleet.hpp"
#include "report/spans.hpp"
#include "time/slot_grid.hpp"

namespace berth {

struct RecordedGpu {
    std::string id;
    GpuSpec spec;                           // as it was declared last
    Spans in_service;                       // healthy and in the inventory; the last may be open
    Spans maintenance;                      // what was booked for it
    Spans service(const Span& span) const;  // in service and not under maintenance
};

// One reservation or queue job that had GPUs, or a queue job that waits for some.
struct Booking {
    ReservationId id;
    ReservationState state = ReservationState::confirmed;
    std::string owner;
    std::string team;
    std::vector<std::uint32_t> gpus;  // places in Record::gpus()
    Instant asked_at;
    Instant start;
    Span booked;  // as it was promised; empty if cancelled before its start
    Span held;    // what it held or holds of the GPUs' time
    Span used;    // the part of it with a job or a person there, up to now
    std::optional<Instant> ended_at;
    bool resumes = false;  // it goes on with another's work, and waited as that
};

// Somebody wanted a window that was full, and waited.
struct Wish {
    ReservationId id;
    Instant asked_at;
    std::string owner;
    std::string team;
    std::string model;  // what it asked for, or got, or else the most frequent that would do
    int gpus = 1;
    Span wanted;
    std::optional<Instant> promised_at;  // a window was booked or offered
    std::optional<Instant> gave_up_at;   // it ended without one
    // Up to `now` when nothing has come of it.
    [[nodiscard]] Duration waited(Instant now) const;
    [[nodiscard]] double gpu_hours() const;
};

class Record {
public:
    // Precondition: the period is not empty.
    Record(Span period, Instant now, SlotGrid grid)
        : period_(period), now_(now), grid_(std::move(grid)) {}

    // The whole inventory as it was from `at` on. In order of time, with the changes of health.
    void declare(Instant at, std::span<const GpuSpec> gpus);
    void set_health(Instant at, std::span<const std::string> gpus, Health health);

    // After all inventories. Waiting entries of the waitlist are passed over: see add_wish().
    void add(const Reservation& reservation);
    // An entry of the waitlist as it was made.
    void add_wish(const Reservation& entry, Instant at);
    // It got a window, on those GPUs. What is not a wish is passed over.
    void promise(ReservationId id, Instant at, std::span<const std::string> gpus);
    // It ended; once promised, this changes nothing.
    void give_up(ReservationId id, Instant at);

    [[nodiscard]] Span period() const { return period_; }
    [[nodiscard]] Instant now() const { return now_; }
    // The part of the period that has passed.
    [[nodiscard]] Span past() const {
        return {period_.from, std::clamp(now_, period_.from, period_.to)};
    }
    [[nodiscard]] const SlotGrid& grid() const { return grid_; }
    [[nodiscard]] const std::vector<RecordedGpu>& gpus() const { return gpus_; }
    [[nodiscard]] const std::vector<Booking>& bookings() const { return bookings_; }
    [[nodiscard]] const std::vector<Wish>& wishes() const { return wishes_; }
    // Those without a window so far.
    [[nodiscard]] std::vector<ReservationId> unanswered() const;

private:
    RecordedGpu& gpu(const std::string& id);
    [[nodiscard]] std::vector<std::uint32_t> places_of(const std::vector<std::string>& ids) const;
    [[nodiscard]] std::string model_wanted(const GpuRequest& asked) const;

    Span period_;
    Instant now_;
    SlotGrid grid_;
    std::vector<RecordedGpu> gpus_;
    std::unordered_map<std::string, std::uint32_t> by_id_;
    std::vector<Booking> bookings_;
    std::vector<Wish> wishes_;
    std::map<ReservationId, std::size_t> wish_of_;
};

inline constexpr double milliseconds_an_hour = 3'600'000;
inline double hours_in(Duration length) {
    return static_cast<double>(length.count()) / milliseconds_an_hour;
}

// Booked, had begun, and came to nothing: nobody came, it was cancelled after its start, or failed.
bool came_to_nothing(const Booking& booking);

}  // namespace berth
