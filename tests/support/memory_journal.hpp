// A journal in memory that can be told to fail, for tests of what stands above the journal.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "engine/journal_port.hpp"

namespace berth::test {

class MemoryJournal : public JournalPort,
                      public SnapshotPort,
                      public HistoryPort,
                      public AuditPort,
                      public ProgressPort,
                      public CursorPort {
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
            projected[projection.reservation->id] = *projection.reservation;
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

    std::expected<SnapshotTaken, std::string> keep(const Snapshot& snapshot) override {
        const std::lock_guard lock(mutex_);
        snapshots_.push_back(snapshot);
        return SnapshotTaken{snapshot.through, "row " + std::to_string(snapshot.through), "digest"};
    }

    std::optional<Snapshot> newest(const std::function<void(const std::string&)>&) override {
        std::set<std::uint64_t> vouched;
        for (const JournalRow& row : all()) {
            const auto event = decode_event(row.kind, row.event);
            const auto* taken = event ? std::get_if<SnapshotTaken>(&*event) : nullptr;
            if (taken != nullptr) vouched.insert(taken->through);
        }
        std::optional<Snapshot> newest;
        const std::lock_guard lock(mutex_);
        for (const Snapshot& snapshot : snapshots_) {
            if (vouched.contains(snapshot.through)) newest = snapshot;
        }
        return newest;
    }

    std::optional<Reservation> reservation(ReservationId id) override {
        const std::lock_guard lock(mutex_);
        const auto found = projected.find(id);
        if (found == projected.end()) return std::nullopt;
        return found->second;
    }

    std::vector<Reservation> reservations(const ReservationQuery& query) override {
        const std::lock_guard lock(mutex_);
        std::vector<Reservation> found;
        for (const auto& [id, one] : projected) {
            if (query.after && id <= *query.after) continue;
            if (query.from && one.end <= *query.from) continue;
            if (query.to && one.start >= *query.to) continue;
            if (query.team && one.team != *query.team) continue;
            if (query.owner && one.owner != *query.owner) continue;
            if (query.state && one.state != *query.state) continue;
            if (query.gpu && std::ranges::find(one.gpus, *query.gpu) == one.gpus.end()) continue;
            if (found.size() < query.limit) found.push_back(one);
        }
        return found;
    }

    void each_within(const Span& span,
                     const std::function<void(const Reservation&)>& give) override {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, one] : projected) {
            if (one.end >= span.from && one.start < span.to) give(one);
        }
    }

    std::vector<JournalRow> audit(const AuditQuery& query) override {
        std::vector<JournalRow> found;
        auto rows = all();
        if (query.order == AuditOrder::newest_first) std::ranges::reverse(rows);
        for (const JournalRow& row : rows) {
            if (row.sequence <= query.after) continue;
            if (query.from && row.time < *query.from) continue;
            if (query.to && row.time >= *query.to) continue;
            if (query.actor && row.actor != *query.actor) continue;
            if (query.reservation && row.reservation != query.reservation->text()) continue;
            if (query.team && team_of(row) != *query.team) continue;
            if (query.before && row.sequence >= *query.before) continue;
            if (query.kind && row.kind != *query.kind) continue;
            if (query.command && row.command != *query.command) continue;
            if (query.gpu && !is_about_gpu(row, *query.gpu)) continue;
            if (query.text && !has_text(row, *query.text)) continue;
            if (found.size() < query.limit) found.push_back(row);
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
    std::string team_of(const JournalRow& row) {
        const auto id = ReservationId::parse(row.reservation);
        const auto found = id ? reservation(*id) : std::nullopt;
        return found ? found->team : "";
    }

    bool is_about_gpu(const JournalRow& row, const std::string& gpu) {
        const auto event = decode_event(row.kind, row.event);
        const auto* changed = event ? std::get_if<GpuHealthChanged>(&*event) : nullptr;
        if (changed != nullptr) return std::ranges::find(changed->gpus, gpu) != changed->gpus.end();
        const auto id = ReservationId::parse(row.reservation);
        const auto found = id ? reservation(*id) : std::nullopt;
        return found && std::ranges::find(found->gpus, gpu) != found->gpus.end();
    }

    // Upper and lower case are the same in ASCII, as SQLite has it.
    bool has_text(const JournalRow& row, const std::string& text) {
        const auto same = [](char a, char b) {
            const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
            return lower(a) == lower(b);
        };
        const auto has = [&](const std::string& in) {
            return !std::ranges::search(in, text, same).empty() || text.empty();
        };
        const auto id = ReservationId::parse(row.reservation);
        const auto found = id ? reservation(*id) : std::nullopt;
        return has(row.reason) || (found && has(found->title));
    }

    std::mutex mutex_;
    std::vector<Snapshot> snapshots_;
    std::vector<JournalRow> rows_;
    std::vector<Progress> progress_;
    std::map<std::string, std::uint64_t> cursors_;
};

}  // namespace berth::test
