#include "engine/recover.hpp"

#include <optional>
#include <stdexcept>

#include "engine/decide.hpp"
#include "engine/forget.hpp"
#include "engine/snapshot.hpp"

namespace berth {

namespace {

State empty_state(const Recovery& from, Instant now) {
    return State(std::make_shared<const Fleet>(), from.grid, now, from.limits, from.policy);
}

std::optional<State> from_snapshot(const Recovery& from) {
    if (from.snapshots == nullptr) return std::nullopt;
    const auto snapshot = from.snapshots->newest(from.report);
    if (!snapshot) return std::nullopt;
    auto state = decode_snapshot(snapshot->bytes, from.grid, from.limits, from.policy);
    if (state && state->last_sequence == snapshot->through) return std::move(*state);
    if (from.report) {
        from.report("the snapshot of row " + std::to_string(snapshot->through) +
                    " is passed over, every row is read instead: " +
                    (state ? "it is of another row" : state.error()));
    }
    return std::nullopt;
}

}  // namespace

Recovered recover(const Recovery& from, Instant now) {
    std::optional<State> state = from_snapshot(from);
    std::string error;
    std::uint64_t rows = 0;
    const auto read =
        from.journal.read_after(state ? state->last_sequence : 0, [&](const JournalRow& row) {
            if (!error.empty()) return;
            // The calendar starts at the first row's time, so that replay sees what the writer saw.
            if (!state) state.emplace(empty_state(from, row.time));
            if (auto applied = apply_row(*state, row); !applied) error = applied.error();
            forget_old(*state, row.time);
            ++rows;
        });
    if (!read) throw std::runtime_error("the journal cannot be trusted: " + read.error());
    if (!error.empty()) throw std::runtime_error("the journal cannot be replayed: " + error);
    if (!state) state.emplace(empty_state(from, now));
    // What the life before wanted to look at again is not on record.
    state->look_again = state->last_time;
    return {std::move(*state), rows};
}

}  // namespace berth
