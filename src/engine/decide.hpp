// The pure heart: what a command does to a state at an instant, and what an event does to it. No
// clock, disk, network or thread: the server, the simulation and the what-if answers share it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "booking/event.hpp"
#include "booking/refusal.hpp"
#include "engine/journal_port.hpp"
#include "engine/state.hpp"
#include "engine/turn.hpp"

namespace berth {

// Decides the turn's command alone, without what becomes possible by it (settle.hpp). A refusal
// leaves everything as it was.
std::expected<void, Refusal> decide(Turn& turn);

// Time goes on without an event: what has passed is forgotten, the horizon rolls forward.
void pass_time(State& state, Instant now);

// Precondition: `event` was decided on this very state, or comes from the journal in order.
// `sequence` and `time` are its journal row's.
void apply(State& state, const Event& event, std::uint64_t sequence, Instant time);

// The same, and what the event's row says about idempotency.
void apply_decided(State& state, const Event& event, const JournalRow& row);

// A journal row as recovery takes it. Error: why the row cannot be understood.
std::expected<void, std::string> apply_row(State& state, const JournalRow& row);

// The next instant at which a Tick would do something.
std::optional<Instant> next_due(const State& state);

}  // namespace berth
