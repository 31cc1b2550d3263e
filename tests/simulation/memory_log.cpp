#include "simulation/memory_log.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace berth::simulation {

CommitOutcome MemoryLog::append(std::span<const JournalRow> rows,
                                std::span<const Projection> projections) {
    switch (std::exchange(next_, Fault::none)) {
        case Fault::none:
            break;
        case Fault::disk_full:
            return CommitOutcome::disk_full;
        case Fault::crash_before:
            throw Crash{"before the rows were there"};
        case Fault::crash_after:
            store_untold(rows, projections);
            throw Crash{"after the rows were there, before anybody was told"};
        case Fault::unknown_kept:
            store_untold(rows, projections);
            return CommitOutcome::unknown;
        case Fault::unknown_lost:
            return CommitOutcome::unknown;
    }
    store(rows, projections);
    return CommitOutcome::committed;
}

void MemoryLog::store_untold(std::span<const JournalRow> rows,
                             std::span<const Projection> projections) {
    store(rows, projections);
    untold_.clear();
    auto projection = projections.begin();
    for (const JournalRow& row : rows) {
        Published published{row, nullptr};
        while (projection != projections.end() && projection->sequence == row.sequence) {
            published.reservation = (projection++)->reservation;
        }
        untold_.push_back(std::move(published));
    }
}

void MemoryLog::store(std::span<const JournalRow> rows, std::span<const Projection> projections) {
    if (beside_ != nullptr && beside_->append(rows, projections) != CommitOutcome::committed) {
        throw std::runtime_error("the journal on disk refuses the rows from " +
                                 std::to_string(rows.front().sequence) + " on");
    }
    if (flaw_ == Flaw::answers_before_commit) {
        rows_.insert(rows_.end(), unwritten_.begin(), unwritten_.end());
        unwritten_.assign(rows.begin(), rows.end());
        return;
    }
    rows_.insert(rows_.end(), rows.begin(), rows.end());
    if (flaw_ != Flaw::stores_something_else) return;
    for (auto& row : std::span(rows_).last(rows.size())) {
        if (row.sequence % 50 == 0) row.time += std::chrono::milliseconds(1);
    }
}

std::expected<void, std::string> MemoryLog::read_after(
    std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) {
    for (std::uint64_t i = sequence; i < rows_.size(); ++i) {
        if (rows_[i].sequence != i + 1) {
            return std::unexpected("row " + std::to_string(i + 1) + " is missing");
        }
        row(rows_[i]);
    }
    return {};
}

std::vector<JournalRow> MemoryLog::rows_of(ReservationId reservation) {
    std::vector<JournalRow> found;
    const std::string id = reservation.text();
    std::ranges::copy_if(rows_, std::back_inserter(found),
                         [&](const JournalRow& row) { return row.reservation == id; });
    return found;
}

std::vector<JournalRow> MemoryLog::rows_after(std::uint64_t sequence, std::size_t limit) {
    const auto from = std::min<std::size_t>(sequence, rows_.size());
    const auto to = std::min(from + limit, rows_.size());
    return {rows_.begin() + static_cast<std::ptrdiff_t>(from),
            rows_.begin() + static_cast<std::ptrdiff_t>(to)};
}

std::expected<SnapshotTaken, std::string> MemoryLog::keep(const Snapshot& snapshot) {
    snapshots_.push_back(snapshot);
    return SnapshotTaken{snapshot.through, "row " + std::to_string(snapshot.through), "digest"};
}

std::optional<Snapshot> MemoryLog::newest(const std::function<void(const std::string&)>&) {
    for (auto snapshot = snapshots_.rbegin(); snapshot != snapshots_.rend(); ++snapshot) {
        const std::string through = "\"through\":" + std::to_string(snapshot->through) + ",";
        for (std::uint64_t i = snapshot->through; i < rows_.size(); ++i) {
            const JournalRow& row = rows_[i];
            if (row.kind == "snapshot_taken" && row.event.contains(through)) return *snapshot;
        }
    }
    return std::nullopt;
}

}  // namespace berth::simulation
