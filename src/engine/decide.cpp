#include "engine/decide.hpp"

#include <algorithm>

#include "booking/overloaded.hpp"
#include "engine/decide_modify.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/look_up.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

using Decision = std::expected<std::vector<Event>, Refusal>;

bool has_job(const Reservation& reservation) {
    return reservation.workload.has_value();
}

ReservationEnded ended(const Reservation& reservation, ReservationState how, Instant at,
                       std::string detail, std::optional<int> exit_code = {}) {
    return {reservation.id, how, at, exit_code, std::move(detail)};
}

Decision stop(const Reservation& reservation, ReservationState outcome, Instant now,
              const std::string& actor) {
    const std::string detail =
        (outcome == ReservationState::cancelled ? "cancelled by " : "released by ") + actor;
    const bool job_may_run = reservation.state == ReservationState::starting ||
                             reservation.state == ReservationState::running;
    if (job_may_run && has_job(reservation)) {
        return std::vector<Event>{ReservationReleasing{reservation.id, outcome, detail}};
    }
    return std::vector<Event>{ended(reservation, outcome, now, detail)};
}

Decision decide_cancel(const State& state, const Cancel& command, const std::string& actor,
                       Instant now) {
    const auto found = look_up_own(state, command.id, command.if_revision, actor);
    if (!found) return std::unexpected(found.error());
    const Reservation& reservation = **found;
    if (is_ended(reservation.state) || reservation.state == ReservationState::releasing) {
        return std::unexpected(refusal(RefusalCode::wrong_state, "",
                                       command.id.text() + " has already ended or is ending"));
    }
    return stop(reservation, ReservationState::cancelled, now, actor);
}

Decision decide_release(const State& state, const Release& command, const std::string& actor,
                        Instant now) {
    const auto found = look_up_own(state, command.id, command.if_revision, actor);
    if (!found) return std::unexpected(found.error());
    const Reservation& reservation = **found;
    if (reservation.state != ReservationState::starting &&
        reservation.state != ReservationState::running) {
        const bool early = reservation.state == ReservationState::confirmed;
        return std::unexpected(refusal(
            RefusalCode::wrong_state, "",
            command.id.text() +
                (early ? " has not begun; cancel it instead" : " has already ended or is ending")));
    }
    return stop(reservation, ReservationState::completed, now, actor);
}

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

Decision decide_attempt_started(const State& state, const AttemptStarted& command, Instant now) {
    const auto found = look_up_attempt(state, command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    if ((*found)->state != ReservationState::starting) return std::vector<Event>{};
    return std::vector<Event>{ReservationRunning{command.id, now}};
}

// 75 is EX_TEMPFAIL of sysexits.h: how a trainer says "stopped, can be resumed".
constexpr int stopped_but_resumable = 75;

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

Decision decide_attempt_ended(const State& state, const AttemptEnded& command, Instant now) {
    const auto found = look_up_attempt(state, command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    const Reservation& reservation = **found;
    const Instant at = std::clamp(command.at, std::min(reservation.start, now), now);
    if (reservation.state == ReservationState::releasing) {
        return std::vector<Event>{ended(reservation, *reservation.outcome, at,
                                        reservation.detail.value_or(""), command.exit_code)};
    }
    const auto how =
        command.exit_code == 0 ? ReservationState::completed : ReservationState::failed;
    return std::vector<Event>{
        ended(reservation, how, at, why_it_ended(command), command.exit_code)};
}

Decision decide_save_checkpoint(const State& state, const SaveCheckpoint& command, Instant now) {
    const auto found = look_up_attempt(state, command.id, command.attempt);
    if (!found) return std::unexpected(found.error());
    return std::vector<Event>{
        CheckpointSaved{command.id, {command.path, command.epoch, command.step, now}}};
}

Decision decide_preflight(const State& state, const ReportPreflight& command) {
    const auto found = look_up(state, command.id);
    if (!found) return std::unexpected(found.error());
    if (is_ended((*found)->state)) return std::vector<Event>{};
    return std::vector<Event>{PreflightReported{command.id, command.findings}};
}

Decision decide_fleet(const State& state, const DeclareFleet& command) {
    auto gpus = state.fleet->renumbered(command.gpus);
    const bool unchanged = std::ranges::equal(
        gpus, state.fleet->gpus(), [](const GpuSpec& a, const Gpu& b) { return a == b.spec; });
    if (unchanged) return std::vector<Event>{};
    if (auto fleet = Fleet::make(gpus); !fleet) {
        return std::unexpected(refusal(RefusalCode::bad_request, "fleet", fleet.error()));
    }
    return std::vector<Event>{FleetDeclared{std::move(gpus)}};
}

void begin(const Reservation& reservation, Instant now, std::vector<Event>& events) {
    if (reservation.end <= now) {
        events.push_back(ended(reservation, ReservationState::failed, reservation.end,
                               "its whole window passed while Berth was not running"));
        return;
    }
    events.push_back(ReservationStarting{reservation.id, reservation.attempt + 1});
    if (!has_job(reservation)) events.push_back(ReservationRunning{reservation.id, now});
}

Decision decide_tick(const State& state, Instant now) {
    std::vector<Event> events;
    for (const auto& [when, id] : state.due) {
        if (when > now) break;
        const Reservation& reservation = *state.find(id);
        if (reservation.state == ReservationState::confirmed) {
            begin(reservation, now, events);
        } else {
            events.push_back(ended(reservation, ReservationState::completed, reservation.end, ""));
        }
    }
    return events;
}

}  // namespace

Decision decide(const State& state, const Command& command, const std::string& actor, Instant now) {
    return std::visit(
        Overloaded{
            [&](const Reserve& c) { return decide_reserve(state, c, actor, now); },
            [&](const Modify& c) { return decide_modify(state, c, actor, now); },
            [&](const Cancel& c) { return decide_cancel(state, c, actor, now); },
            [&](const Release& c) { return decide_release(state, c, actor, now); },
            [&](const AttemptStarted& c) { return decide_attempt_started(state, c, now); },
            [&](const AttemptEnded& c) { return decide_attempt_ended(state, c, now); },
            [&](const SaveCheckpoint& c) { return decide_save_checkpoint(state, c, now); },
            [&](const ReportPreflight& c) { return decide_preflight(state, c); },
            [&](const DeclareFleet& c) { return decide_fleet(state, c); },
            [](const RecordSnapshot& c) { return Decision(std::vector<Event>{c.snapshot}); },
            [&](const Tick&) { return decide_tick(state, now); },
        },
        command);
}

std::optional<Instant> next_due(const State& state) {
    if (state.due.empty()) return std::nullopt;
    return state.due.begin()->first;
}

}  // namespace berth
