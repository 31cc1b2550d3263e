#include "engine/waitlist.hpp"

#include <algorithm>

#include "engine/decide_reserve.hpp"
#include "engine/permission.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

// A wish for "now" waits for the rest of this slot, and for the window that begins with the next.
Instant default_latest_start(const Turn& turn, const Wish& wish) {
    const SlotGrid& grid = turn.grid();
    if (wish.span.from > turn.now()) return wish.span.from;
    return grid.start_of(grid.slot_at(turn.now()) + 1);
}

std::expected<Instant, Refusal> choose_latest_start(const Turn& turn,
                                                    const ReservationRequest& request,
                                                    const Wish& wish, std::int32_t slots) {
    const SlotGrid& grid = turn.grid();
    const auto asked = request.wait ? request.wait->latest_start : std::nullopt;
    const Instant latest = asked.value_or(default_latest_start(turn, wish));
    if (latest < wish.span.from) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "wait.latest_start",
                    "the latest start, " + grid.local_text(latest) + ", is before the start, " +
                        grid.local_text(wish.span.from) + "; leave it out to wait for that alone"));
    }
    const Slot last = turn.state().horizon - slots;
    if (asked && grid.slot_at(latest) > last) {
        return std::unexpected(refusal(RefusalCode::beyond_horizon, "wait.latest_start",
                                       "a window of that length can start at " +
                                           grid.local_text(grid.start_of(last)) +
                                           " at the latest; bookings end before " +
                                           grid.local_text(grid.start_of(turn.state().horizon))));
    }
    return latest;
}

// The whole slots that its window must have. What was asked for "now" is rounded up from the
// instant of the request; elsewhere on the grid fewer slots may do.
std::expected<std::int32_t, Refusal> choose_slots(const Turn& turn,
                                                  const ReservationRequest& request,
                                                  const Wish& wish) {
    if (turn.grid().is_edge(wish.span.from) || !request.hours) return wish.slots;
    return slots_asked(turn.grid(), request);
}

// Refused only if neither the first nor the last window is the team's to have: between the two its
// quota may free.
std::expected<void, Refusal> check_quotas(const Turn& turn, const Booker& booker, const Wish& wish,
                                          const Wait& wait) {
    const std::size_t gpus = static_cast<std::size_t>(wish.gpus.wish.count);
    const auto allows = [&](Span span) {
        return check_quota(turn.state(), booker.team, gpus, span, turn.now());
    };
    if (booker.priority == Priority::P0) {
        if (auto allowed = check_p0_quota(turn.state(), booker.team, turn.now()); !allowed) {
            return allowed;
        }
    }
    const auto first = allows(wish.span);
    if (first) return {};
    const Slot last = turn.grid().slot_at(wait.latest_start);
    if (allows(turn.grid().span_of({last, last + wait.slots}))) return {};
    return first;
}

}  // namespace

std::expected<void, Refusal> decide_wait(Turn& turn, const Reserve& command, const Wish& wish) {
    const ReservationRequest& request = command.request;
    const auto booker = check_booker(turn.policy(), turn.actor(), request.team, request.priority,
                                     request.preemptible);
    if (!booker) return std::unexpected(booker.error());
    const auto slots = choose_slots(turn, request, wish);
    if (!slots) return std::unexpected(slots.error());
    const auto latest = choose_latest_start(turn, request, wish, *slots);
    if (!latest) return std::unexpected(latest.error());
    const WaitMode mode = request.wait ? request.wait->mode : WaitMode::auto_;
    const Wait wait{*latest, mode, {}, *slots};
    if (auto allowed = check_quotas(turn, *booker, wish, wait); !allowed) return allowed;
    if (auto explained = check_reason_to_book(turn, booker->priority); !explained) {
        return explained;
    }
    Reservation entry = make_reservation(turn, request, *booker, {wish.span, {}});
    entry.state = ReservationState::waitlisted;
    entry.wait = wait;
    if (command.asked) entry.asked = *command.asked;
    turn.emit(ReservationWaitlisted{std::move(entry)});
    return {};
}

std::expected<void, Refusal> accept_offer(Turn& turn, const Reservation& entry) {
    // If the window has begun meanwhile, the next Tick begins with it.
    turn.emit(WindowBooked{entry.id, entry.gpus, entry.start, entry.end});
    return {};
}

std::expected<void, Refusal> decline_offer(Turn& turn, const Reservation& entry) {
    turn.emit(ReservationEnded{entry.id,
                               ReservationState::cancelled,
                               turn.now(),
                               {},
                               turn.actor() + " declined the window that was offered"});
    return {};
}

void lapse(Turn& turn, const Reservation& entry) {
    const SlotGrid& grid = turn.grid();
    const std::string why = entry.state == ReservationState::offered
                                ? "the offer of the window at " + grid.local_text(entry.start) +
                                      " was not answered in time, by " +
                                      grid.local_text(*entry.wait->answer_by)
                                : "nothing came free for it by its latest start, " +
                                      grid.local_text(entry.wait->latest_start);
    // An offered window was never used.
    const Instant at = std::min(turn.now(), entry.start);
    const bool held = entry.state == ReservationState::offered;
    turn.emit(
        ReservationEnded{entry.id, ReservationState::expired, held ? at : turn.now(), {}, why});
}

}  // namespace berth
