// Hands every committed row that concerns the notifier to it, at least once. A delivery that failed
// is tried again with growing pauses and holds up no other; the durable cursor stays before the
// oldest still owed. Rows that concern nobody cost nothing: they neither wake it nor move the
// cursor.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/journal_port.hpp"
#include "engine/notifier_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class NotifyFollower {
public:
    NotifyFollower(Engine& engine, JournalPort& journal, HistoryPort& history, CursorPort& cursors,
                   NotifierPort& notifier, ClockPort& clock,
                   std::function<void(const std::string&)> report);
    ~NotifyFollower();

private:
    // A row that could not be delivered yet.
    struct Owed {
        JournalRow row;
        Instant since;
        Instant next_try;
        std::chrono::seconds pause;
    };

    void take(const std::vector<Published>& rows);
    std::optional<Instant> deliver();
    void catch_up();
    bool read_page();  // false at the journal's end
    void deliver_fresh();
    void retry_owed();
    void try_or_owe(const JournalRow& row);
    std::expected<void, std::string> try_row(const JournalRow& row);
    void keep_cursor();

    Engine& engine_;
    JournalPort& journal_;
    HistoryPort& history_;
    CursorPort& cursors_;
    NotifierPort& notifier_;
    ClockPort& clock_;
    std::function<void(const std::string&)> report_;
    std::map<std::uint64_t, Owed> owed_;  // by sequence
    std::optional<std::uint64_t> seen_;   // the last row that was tried at least once
    std::mutex mutex_;                    // guards the next two
    std::vector<JournalRow> fresh_;       // committed since the last look
    bool behind_ = true;                  // there may be more in the journal than in fresh_
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
