// 9. No later waitlist entry, queue job or new request of the same or lower priority takes a freed
// window that an earlier entry could use at that moment. By a naive search of the checks' own
// ledger: after each commit nobody who waits could have a window, and whoever gets one took none
// that somebody before them could have had.
#include <algorithm>

#include "simulation/invariants.hpp"

namespace berth::simulation {

// Quotas may keep a window from an entry; the naive search knows none.
bool Invariants::is_limited(const Reservation& reservation) const {
    return quota_of(*site_.policy, reservation.team) != Quota{};
}

std::optional<Slot> Invariants::fit_of(const Reservation& waiting, Instant now,
                                       std::optional<ReservationId> without) const {
    const SlotGrid& grid = site_.grid;
    if (is_limited(waiting)) return std::nullopt;
    // What was booked once and lost its window keeps its length, and has no latest start.
    const Wait* wait = waiting.state == ReservationState::waitlisted ? &*waiting.wait : nullptr;
    const std::int32_t slots =
        wait != nullptr ? wait->slots : grid.covering({waiting.start, waiting.booked_end}).slots();
    const Slot next = grid.slot_at(now) + 1;
    const Slot first = std::max(next, grid.slot_at(waiting.start));
    Slot last = looked_until_ - slots;
    if (wait != nullptr) last = std::min(last, grid.slot_at(wait->latest_start));
    if (last < first) return std::nullopt;
    return ledger_.first_fit(ledger_.candidates(waiting.asked), slots, first, last, without);
}

void Invariants::check_turn_of(const Change& change) {
    if (waiting_.empty() || !holds_gpus(change.after)) return;
    if (change.before != nullptr && holds_gpus(*change.before)) return;
    const Reservation& taker = change.after;
    const bool was_waiting =
        change.before != nullptr && (change.before->state == ReservationState::waitlisted ||
                                     change.before->state == ReservationState::displaced);
    const bool pays = taker.priority == Priority::P0 || taker.continues ||
                      taker.kind == ReservationKind::maintenance;
    if (pays && !was_waiting) return;
    const WaitRank rank = was_waiting ? rank_of(*change.before) : rank_of(taker);
    for (const WaitRank& earlier : waiting_) {
        if (was_waiting ? !(earlier < rank) : earlier.priority > taker.priority) continue;
        if (earlier.id == taker.id) continue;
        const Reservation& entry = *known_.at(earlier.id).now;
        const auto could_have = fit_of(entry, change.row.time, taker.id);
        if (!could_have) continue;
        // Two that are served by the same command are told one after the other: what is left must
        // be as good for the earlier one.
        const auto still_has = fit_of(entry, change.row.time, {});
        if (still_has && *still_has <= *could_have) continue;
        violate(9, change,
                "it takes what " + entry.id.text() + " could have used from " +
                    to_rfc3339(site_.grid.start_of(*could_have)));
    }
}

void Invariants::check_nobody_is_passed_over(const View& view, Instant now) {
    looked_until_ = view.horizon;
    for (const WaitRank& rank : waiting_) {
        const Reservation& entry = *known_.at(rank.id).now;
        if (const auto slot = fit_of(entry, now, {})) {
            violate(9, "after row " + std::to_string(last_seen_) + " " + entry.id.text() +
                           " still waits, though it could have a window from " +
                           to_rfc3339(site_.grid.start_of(*slot)));
        }
    }
}

}  // namespace berth::simulation
