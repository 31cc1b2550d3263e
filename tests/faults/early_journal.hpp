// A journal with a deliberate fault: it says that a batch is committed before it writes it. The
// checks must find that out.
#pragma once

#include <vector>

#include "engine/journal_port.hpp"

namespace berth::faults {

class EarlyJournal : public JournalPort {
public:
    explicit EarlyJournal(JournalPort& journal) : journal_(journal) {}
    ~EarlyJournal() override { write_held(); }
    EarlyJournal(const EarlyJournal&) = delete;
    EarlyJournal& operator=(const EarlyJournal&) = delete;

    CommitOutcome append(std::span<const JournalRow> rows,
                         std::span<const Projection> projections) override {
        const CommitOutcome outcome = write_held();
        rows_.assign(rows.begin(), rows.end());
        projections_.assign(projections.begin(), projections.end());
        return outcome;
    }
    std::expected<void, std::string> read_after(
        std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) override {
        return journal_.read_after(sequence, row);
    }
    std::vector<JournalRow> rows_of(ReservationId reservation) override {
        return journal_.rows_of(reservation);
    }
    std::vector<JournalRow> rows_after(std::uint64_t sequence, std::size_t limit) override {
        return journal_.rows_after(sequence, limit);
    }

private:
    CommitOutcome write_held() {
        if (rows_.empty()) return CommitOutcome::committed;
        const CommitOutcome outcome = journal_.append(rows_, projections_);
        rows_.clear();
        return outcome;
    }

    JournalPort& journal_;
    std::vector<JournalRow> rows_;
    std::vector<Projection> projections_;
};

}  // namespace berth::faults
