#include "engine/decide.hpp"

#include "booking/overloaded.hpp"
#include "engine/attempt.hpp"
#include "engine/decide_modify.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/eviction.hpp"
#include "engine/healing.hpp"
#include "engine/look_up.hpp"
#include "engine/maintenance.hpp"
#include "engine/occupants.hpp"
#include "engine/overrun.hpp"
#include "engine/presence.hpp"
#include "engine/queue.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/swap.hpp"
#include "engine/tick.hpp"
#include "engine/transfer.hpp"

namespace berth {

namespace {

using Decision = std::expected<void, Refusal>;

Decision stop(Turn& turn, const Reservation& reservation, ReservationState outcome) {
    const std::string detail =
        (outcome == ReservationState::cancelled ? "cancelled by " : "released by ") + turn.actor();
    if (has_begun(reservation.state) && reservation.workload) {
        turn.emit(ReservationReleasing{reservation.id, outcome, detail, {}});
    } else {
        turn.emit(ReservationEnded{reservation.id, outcome, turn.now(), {}, detail});
    }
    return {};
}

bool is_ending(const Reservation& reservation) {
    return is_ended(reservation.state) || reservation.state == ReservationState::releasing;
}

Decision decide_cancel(Turn& turn, const Cancel& command) {
    const auto found = look_up_own(turn.state(), command.id, command.if_revision, turn.actor());
    if (!found) return std::unexpected(found.error());
    if (is_ending(**found)) {
        return std::unexpected(refusal(RefusalCode::wrong_state, "",
                                       command.id.text() + " has already ended or is ending"));
    }
    if (auto explained = check_reason(turn, ReasonFor::cancel); !explained) return explained;
    return stop(turn, Reservation(**found), ReservationState::cancelled);
}

Decision decide_release(Turn& turn, const Release& command) {
    const auto found = look_up_own(turn.state(), command.id, command.if_revision, turn.actor());
    if (!found) return std::unexpected(found.error());
    const Reservation reservation = **found;
    // Who got notice and has no job to wait for says so by releasing.
    const bool leaves_early =
        reservation.state == ReservationState::releasing && !reservation.workload;
    if (leaves_early) {
        turn.emit(ReservationEnded{
            reservation.id, *reservation.outcome, turn.now(), {}, reservation.detail.value_or("")});
        after_victim_ended(turn, reservation);
        return {};
    }
    if (!has_begun(reservation.state) || is_ending(reservation)) {
        const bool ends = is_ending(reservation);
        return std::unexpected(refusal(
            RefusalCode::wrong_state, "",
            command.id.text() +
                (ends ? " has already ended or is ending" : " has not begun; cancel it instead")));
    }
    return stop(turn, reservation, ReservationState::completed);
}

Decision decide_preflight(Turn& turn, const ReportPreflight& command) {
    const auto found = look_up(turn.state(), command.id);
    if (!found) return std::unexpected(found.error());
    if (!is_ended((*found)->state)) turn.emit(PreflightReported{command.id, command.findings});
    return {};
}

Decision decide_tick_command(Turn& turn) {
    decide_tick(turn);
    return {};
}

Decision record(Turn& turn, const RecordSnapshot& command) {
    turn.emit(command.snapshot);
    return {};
}

}  // namespace

Decision decide(Turn& turn) {
    return std::visit(Overloaded{
                          [&](const Reserve& c) { return decide_reserve(turn, c); },
                          [&](const Enqueue& c) { return decide_enqueue(turn, c); },
                          [&](const Maintain& c) { return decide_maintenance(turn, c); },
                          [&](const Modify& c) { return decide_modify(turn, c); },
                          [&](const Cancel& c) { return decide_cancel(turn, c); },
                          [&](const Release& c) { return decide_release(turn, c); },
                          [&](const Transfer& c) { return decide_transfer(turn, c); },
                          [&](const Accept& c) { return decide_accept(turn, c); },
                          [&](const Decline& c) { return decide_decline(turn, c); },
                          [&](const CheckIn& c) { return decide_check_in(turn, c); },
                          [&](const AttemptStarted& c) { return decide_attempt_started(turn, c); },
                          [&](const AttemptEnded& c) { return decide_attempt_ended(turn, c); },
                          [&](const SaveCheckpoint& c) { return decide_save_checkpoint(turn, c); },
                          [&](const ReportExpectedEnd& c) { return decide_expected_end(turn, c); },
                          [&](const ReportUse& c) { return decide_use(turn, c); },
                          [&](const ReportWaiting& c) { return decide_waiting(turn, c); },
                          [&](const ReportDevices& c) { return decide_devices(turn, c); },
                          [&](const ReportOccupants& c) { return decide_occupants(turn, c); },
                          [&](const ReportPreflight& c) { return decide_preflight(turn, c); },
                          [&](const ReportHealth& c) { return decide_health(turn, c); },
                          [&](const DeclareFleet& c) { return decide_fleet(turn, c); },
                          [&](const RecordSnapshot& c) { return record(turn, c); },
                          [&](const Tick&) { return decide_tick_command(turn); },
                      },
                      turn.command());
}

}  // namespace berth
