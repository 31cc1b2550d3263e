// The state written down, so that recovery begins with it instead of with the first row. The text
// is lines of JSON: a header, the fleet, then keys, P0s and reservations, one a line. The calendar
// is not in it: it follows from the reservations.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/state.hpp"

namespace berth {

// What a snapshot holds; copying it out of a state is cheap, writing it down is not.
struct SnapshotContents {
    explicit SnapshotContents(const State& state);

    View view;
    std::vector<std::pair<std::string, IdempotencyRecord>> keys;  // oldest first
    std::vector<std::pair<Instant, ReservationId>> ended;         // by when their end was known
    std::vector<std::pair<Instant, std::string>> p0_made;         // with their teams, oldest first
};

std::string encode_snapshot(const SnapshotContents& contents);

// Error: what is wrong with the text. `limits` and `grid` are the site's, as for a new State.
std::expected<State, std::string> decode_snapshot(std::string_view text, const SlotGrid& grid,
                                                  CalendarLimits limits,
                                                  std::shared_ptr<const Policy> policy = {});

}  // namespace berth
