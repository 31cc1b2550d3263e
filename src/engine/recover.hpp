// The state as the journal has it: the newest snapshot that can be trusted, and the rows after it.
#pragma once

#include <functional>
#include <string>

#include "engine/journal_port.hpp"
#include "engine/state.hpp"

namespace berth {

struct Recovery {
    JournalPort& journal;
    SnapshotPort* snapshots = nullptr;  // none: every row is applied
    SlotGrid grid;
    CalendarLimits limits;
    std::function<void(const std::string&)> report;
    std::shared_ptr<const Policy> policy = {};
};

struct Recovered {
    State state;
    std::uint64_t rows = 0;  // applied one by one, after the snapshot
};

// `now` is where time begins when the journal is empty. Throws std::runtime_error with a sentence
// when the journal cannot be trusted.
Recovered recover(const Recovery& from, Instant now);

}  // namespace berth
