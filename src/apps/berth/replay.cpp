#include "apps/berth/replay.hpp"

#include <memory>

#include "apps/berth/offline_journal.hpp"
#include "engine/decide.hpp"
#include "engine/forget.hpp"

namespace berth::cli {

namespace {

bool is_beyond(const JournalRow& row, const ReplayLimit& limit) {
    return (limit.sequence && row.sequence > *limit.sequence) ||
           (limit.time && row.time > *limit.time);
}

// A row that is as it was written may still be of a newer Berth. Returns what is wrong, or "".
std::string apply(State& state, const JournalRow& row) {
    try {
        const auto applied = apply_row(state, row);
        if (!applied) return applied.error();
        forget_old(state, row.time);
        return "";
    } catch (const std::exception& impossible) {
        return "row " + std::to_string(row.sequence) + ": " + impossible.what();
    }
}

}  // namespace

std::optional<State> replay(Session& session, const std::string& journal, const SlotGrid& grid,
                            const ReplayLimit& limit) {
    std::optional<State> state;
    std::string error;
    const Exit read = read_rows(session, journal, [&](const JournalRow& row) {
        if (!error.empty() || is_beyond(row, limit)) return;
        if (!state) {
            state.emplace(std::make_shared<const Fleet>(), grid, row.time, CalendarLimits{});
        }
        error = apply(*state, row);
    });
    if (read != Exit::done) return std::nullopt;
    if (!error.empty()) {
        session.fail(Exit::failed, "the journal cannot be replayed: " + error);
        return std::nullopt;
    }
    if (!state) session.fail(Exit::not_found, "the journal has no row as old as that");
    return state;
}

}  // namespace berth::cli
