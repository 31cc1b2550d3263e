// The latest progress of each reservation in memory, so that drawing the calendar does not ask the
// store for every bar. Any thread may call.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "booking/reservation.hpp"
#include "engine/journal_port.hpp"

namespace berth {

struct EpochProgress {
    std::int64_t epoch = 0;
    std::int64_t epochs = 0;
    std::optional<double> eta_seconds;
    std::string report;  // the JSON object as the job sent it

    bool operator==(const EpochProgress&) const = default;
};

class ProgressBoard {
public:
    explicit ProgressBoard(ProgressPort& store) : store_(store) {}

    // Stores a report. Returns what it says of epochs, if anything.
    std::optional<EpochProgress> report(const Progress& progress);
    // What the last report with epochs said.
    [[nodiscard]] std::optional<EpochProgress> latest(ReservationId id);
    // Grows with each report.
    [[nodiscard]] std::uint64_t version() const { return version_; }

private:
    ProgressPort& store_;
    std::atomic<std::uint64_t> version_ = 0;
    std::mutex mutex_;
    std::map<ReservationId, std::optional<EpochProgress>> latest_;
};

// `epoch` and `epochs` as whole numbers; nothing without them.
std::optional<EpochProgress> epoch_progress(const std::string& report);

}  // namespace berth
