// Hands every committed row to the notifier, in order and at least once: a durable cursor says how
// far it has come, and a delivery that failed is tried again with growing pauses.
#pragma once

#include <functional>
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
    std::optional<Instant> deliver_new();

    Engine& engine_;
    JournalPort& journal_;
    CursorPort& cursors_;
    NotifierPort& notifier_;
    ClockPort& clock_;
    std::function<void(const std::string&)> report_;
    std::chrono::seconds pause_{1};
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
