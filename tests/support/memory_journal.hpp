// A journal in memory that can be told to fail, for tests of what stands above the journal.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "engine/journal_port.hpp"

namespace berth::test {

class MemoryJournal : public JournalPort, public ProgressPort, public CursorPort {
public:
    CommitOutcome append(std::span<const JournalRow> rows,
                         std::span<const Projection> projections) override {
        const std::lock_guard lock(mutex_);
        if (!next_outcomes.empty()) {
            const CommitOutcome outcome = next_outcomes.front();
            next_outcomes.pop_front();
            if (outcome != CommitOutcome::committed) return outcome;
        }
        rows_.insert(rows_.end(), rows.begin(), rows.end());
        for (const Projection& projection : projections) {
            projected[projection.reservation.id] = projection.reservation;
        }
        ++commits;
        return CommitOutcome::committed;
    }

    std::expected<void, std::string> read_after(
        std::uint64_t sequence, const std::function<void(const JournalRow&)>& row) override {
        for (const JournalRow& stored : all()) {
            if (stored.sequence > sequence) row(stored);
        }
        return {};
    }

    std::vector<JournalRow> rows_of(ReservationId reservation) override {
        std::vector<JournalRow> found;
        for (const JournalRow& row : all()) {
            if (row.reservation == reservation.text()) found.push_back(row);
        }
        return found;
    }

    std::vector<JournalRow> rows_after(std::uint64_t sequence, std::size_t limit) override {
        std::vector<JournalRow> found;
        for (const JournalRow& row : all()) {
            if (row.sequence > sequence && found.size() < limit) found.push_back(row);
        }
        return found;
    }

    void save(const Progress& progress) override {
        const std::lock_guard lock(mutex_);
        progress_.push_back(progress);
    }

    std::vector<Progress> of(ReservationId reservation) override {
        const std::lock_guard lock(mutex_);
        std::vector<Progress> found;
        for (const Progress& progress : progress_) {
            if (progress.reservation == reservation) found.push_back(progress);
        }
        return found;
    }

    std::uint64_t cursor(const std::string& follower) override {
        const std::lock_guard lock(mutex_);
        return cursors_[follower];
    }

    void advance(const std::string& follower, std::uint64_t sequence) override {
        const std::lock_guard lock(mutex_);
        cursors_[follower] = sequence;
    }

    void refuse_next(CommitOutcome outcome) {
        const std::lock_guard lock(mutex_);
        next_outcomes.push_back(outcome);
    }

    std::vector<JournalRow> all() {
        const std::lock_guard lock(mutex_);
        return rows_;
    }

    std::deque<CommitOutcome> next_outcomes;
    std::map<ReservationId, Reservation> projected;
    int commits = 0;

private:
    std::mutex mutex_;
    std::vector<JournalRow> rows_;
    std::vector<Progress> progress_;
    std::map<std::string, std::uint64_t> cursors_;
};

}  // namespace berth::test
