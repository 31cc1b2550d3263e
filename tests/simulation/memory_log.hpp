// A journal in memory that fails on request: a full disk, an outcome that nobody knows, an end of
// the process before or after the rows are there. It outlives the engine on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/journal_port.hpp"
#include "engine/submission.hpp"
#include "simulation/flaw.hpp"

namespace berth::simulation {

// The process has ended here. The simulation catches it and recovers.
struct Crash {
    std::string how;
};

class MemoryLog : public JournalPort, public SnapshotPort {
public:
    enum class Fault { none, disk_full, crash_before, crash_after, unknown_kept, unknown_lost };

    explicit MemoryLog(Flaw flaw) : flaw_(flaw) {}

    // Whatever is stored is stored there as well; that it refuses ends the simulation.
    void write_beside(JournalPort& other) { beside_ = &other; }
    // What becomes of the next append.
    void next(Fault fault) { next_ = fault; }
    // What lay in memory only is gone.
    void lose_power() { unwritten_.clear(); }
    // Rows that were stored just before the end, and that nobody was told of.
    [[nodiscard]] std::vector<Published> take_untold() { return std::move(untold_); }

    CommitOutcome append(std::span<const JournalRow> rows,
                         std::span<const Projection> projections) override;
    std::expected<void, std::string> read_after(
        std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) override;
    [[nodiscard]] std::vector<JournalRow> rows_of(ReservationId reservation) override;
    [[nodiscard]] std::vector<JournalRow> rows_after(std::uint64_t sequence,
                                                     std::size_t limit) override;

    std::expected<SnapshotTaken, std::string> keep(const Snapshot& snapshot) override;
    [[nodiscard]] std::optional<Snapshot> newest(
        const std::function<void(const std::string&)>& report) override;

private:
    void store(std::span<const JournalRow> rows, std::span<const Projection> projections);
    void store_untold(std::span<const JournalRow> rows, std::span<const Projection> projections);

    Flaw flaw_;
    JournalPort* beside_ = nullptr;
    Fault next_ = Fault::none;
    std::vector<JournalRow> rows_;
    std::vector<JournalRow> unwritten_;  // by a journal that answers before it writes
    std::vector<Published> untold_;
    std::vector<Snapshot> snapshots_;
};

}  // namespace berth::simulation
