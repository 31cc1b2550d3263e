#include "engine/attempt.hpp"

#include <algorithm>

#include "engine/eviction.hpp"
#include "engine/healing.hpp"
#include "engine/launcher_port.hpp"
#include "engine/look_up.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

// 75 is EX_TEMPFAIL of sysexits.h: how a trainer says "stopped, can be resumed".
constexpr int stopped_but_resumable = 75;

// It ran until Berth stopped it, and nobody could read its exit code any more: it is gone with its
// pod. Nothing says that it failed.
bool ended_with_its_time(const Reservation& reservation, const AttemptEnded& command) {
    const bool has_run = reservation.state != ReservationState::starting;
    return has_run && !command.exit_code && command.detail == stopped_at_end;
}

std::string why_it_ended(const AttemptEnded& command) {
    if (!command.exit_code) {
        return command.detail.empty() ? "the job could not be started" : command.detail;
    }
    if (*command.exit_code == 0) return command.detail;
    std::string why = *command.exit_code == stopped_but_resumable
                          ? "stopped before it was done; it can be resumed from its checkpoint"
                          : "the job ended with exit code " + std::to_string(*command.exit_code);
    if (!command.detail.empty()) why += "; " + command.detail;
    return why;
}

ReservationEnded how_it_ended(const Reservation& reservation, const AttemptEnded& command,
                              Instant now) {
    ReservationEnded ended{reservation.id, ReservationState::failed, {}, command.exit_code, {}};
    ended.ended_at = std::clamp(command.at, std::min(reservation.start, now), now);
    const bool is_done = command.exit_code == 0;
    const bool was_evicted = reservation.outcome == ReservationState::evicted;
    if (reservation.state == ReservationState::releasing && !(is_done && was_evicted)) {
        ended.state = *reservation.outcome;
        ended.detail = reservation.detail.value_or("");
        return ended;
    }
    const bool used_its_time = ended_with_its_time(reservation, command);
    if (is_done || used_its_time) ended.state = ReservationState::completed;
    ended.detail = why_it_ended(command);
    if (used_its_time) ended.detail += " Its exit code is not known.";
    return ended;
}

}  // namespace

std::expected<const Reservation*, Refusal> look_up_attempt(const State& state, ReservationId id,
                                                           int attempt) {
    auto found = look_up(state, id);
    if (!found) return found;
    if (is_ended((*found)->state) || (*found)->attempt != attempt) {
        return std::unexpected(refusal(
            RefusalCode::wrong_state, "",
            "attempt " + std::to_string(attempt) + " of " + id.text() + " is not under way"));
    }
    return found;
}

std::expected<void, Refusal> decide_attempt_started(Turn& turn, const AttemptStarted& command) {
    const auto found = look_up_attempt(turn.state(), command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    if ((*found)->state == ReservationState::starting) {
        turn.emit(ReservationRunning{command.id, turn.now(), {}});
        tell_running(turn, *turn.state().share(command.id));
    }
    return {};
}

std::expected<void, Refusal> decide_attempt_ended(Turn& turn, const AttemptEnded& command) {
    const auto found = look_up_attempt(turn.state(), command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    const Reservation reservation = **found;
    turn.emit(how_it_ended(reservation, command, turn.now()));
    after_victim_ended(turn, reservation);
    return {};
}

std::expected<void, Refusal> decide_save_checkpoint(Turn& turn, const SaveCheckpoint& command) {
    const auto found = look_up_attempt(turn.state(), command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    turn.emit(CheckpointSaved{command.id, {command.path, command.epoch, command.step, turn.now()}});
    return {};
}

}  // namespace berth
