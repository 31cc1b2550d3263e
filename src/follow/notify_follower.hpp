// Hands every committed row to the notifier, at least once. A delivery that failed is tried again
// with growing pauses and holds up no other; the durable cursor stays before the oldest still owed.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "engine/engine.hpp"
#include "engine/journal_port.hpp"
#include "engine/notifier_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class NotifyFollower {
public:
    NotifyFollower(Engine& engine, JournalPort& journal, CursorPort& cursors,
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

    std::optional<Instant> deliver();
    void deliver_new();
    void retry_owed();
    std::expected<void, std::string> try_row(const JournalRow& row);
    void keep_cursor();

    Engine& engine_;
    JournalPort& journal_;
    CursorPort& cursors_;
    NotifierPort& notifier_;
    ClockPort& clock_;
    std::function<void(const std::string&)> report_;
    std::map<std::uint64_t, Owed> owed_;  // by sequence
    std::optional<std::uint64_t> seen_;   // the last row that was tried at least once
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
