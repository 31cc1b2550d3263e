#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "booking/overloaded.hpp"
#include "engine/decide.hpp"

namespace berth {

namespace {

constexpr std::chrono::hours idempotency_memory{24};

Holder holder_of(ReservationId id) {
    return {id.number};
}

// When the reservation needs a Tick next, if ever: a job's end is reported by the launcher instead.
std::optional<Instant> due_at(const Reservation& reservation) {
    switch (reservation.state) {
        case ReservationState::confirmed:
            return reservation.start;
        case ReservationState::starting:
        case ReservationState::running:
            if (!reservation.workload) return reservation.end;
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

// Changes one reservation and keeps what is derived from it in step.
template <class Change>
void change(State& state, ReservationId id, std::uint64_t sequence, Change&& how) {
    Reservation& reservation = state.reservations.at(id);
    if (const auto due = due_at(reservation)) state.due.erase({*due, id});
    how(reservation);
    reservation.revision = sequence;
    if (const auto due = due_at(reservation)) state.due.insert({*due, id});
}

void confirm(State& state, const ReservationConfirmed& event, std::uint64_t sequence) {
    Reservation reservation = event.reservation;
    reservation.revision = sequence;
    const auto gpus = state.gpus_of(reservation);
    const Span span{reservation.start, reservation.end};
    if (const auto claimed = state.calendar.claim(holder_of(reservation.id), gpus, span);
        !claimed) {
        throw std::logic_error("double booking: " + reservation.id.text() + " overlaps r-" +
                               std::to_string(claimed.error().holder.number));
    }
    if (const auto due = due_at(reservation)) state.due.insert({*due, reservation.id});
    state.reservations.emplace(reservation.id, std::move(reservation));
}

void end(State& state, const ReservationEnded& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.state = event.state;
        reservation.ended_at = event.ended_at;
        reservation.exit_code = event.exit_code;
        reservation.outcome.reset();
        reservation.detail = event.detail.empty() ? std::nullopt : std::optional(event.detail);
        reservation.end = std::clamp(event.ended_at, reservation.start, reservation.end);
    });
    const Reservation& reservation = state.reservations.at(event.id);
    const auto held = state.calendar.held_by(holder_of(event.id));
    if (!held) return;
    if (reservation.end <= held->span.from) {
        state.calendar.release(holder_of(event.id));
    } else if (reservation.end < held->span.to) {
        state.calendar.shorten(holder_of(event.id), reservation.end);
    }
}

void declare(State& state, const FleetDeclared& event) {
    auto fleet = Fleet::make(event.gpus);
    if (!fleet)
        throw std::logic_error("the journal holds a fleet that cannot be: " + fleet.error());
    state.fleet = std::make_shared<const Fleet>(std::move(*fleet));
    state.calendar.set_fleet(state.fleet);
}

void remember_key(State& state, const JournalRow& row) {
    while (!state.idempotency_order.empty() &&
           state.idempotency_order.front().first + idempotency_memory < row.time) {
        state.idempotency.erase(state.idempotency_order.front().second);
        state.idempotency_order.pop_front();
    }
    if (row.idempotency_key.empty()) return;
    const auto id = ReservationId::parse(row.reservation);
    if (!id) return;
    const std::string key = idempotency_key_of(row.actor, row.idempotency_key);
    if (state.idempotency.emplace(key, IdempotencyRecord{row.body_hash, *id, row.time}).second) {
        state.idempotency_order.emplace_back(row.time, key);
    }
}

}  // namespace

void apply(State& state, const Event& event, std::uint64_t sequence, Instant time) {
    state.calendar.advance(time);
    std::visit(Overloaded{
                   [&](const FleetDeclared& e) { declare(state, e); },
                   [&](const ReservationConfirmed& e) { confirm(state, e, sequence); },
                   [&](const ReservationStarting& e) {
                       change(state, e.id, sequence, [&](Reservation& reservation) {
                           reservation.state = ReservationState::starting;
                           reservation.attempt = e.attempt;
                       });
                   },
                   [&](const ReservationRunning& e) {
                       change(state, e.id, sequence, [&](Reservation& reservation) {
                           reservation.state = ReservationState::running;
                           reservation.started_at = e.started_at;
                       });
                   },
                   [&](const ReservationReleasing& e) {
                       change(state, e.id, sequence, [&](Reservation& reservation) {
                           reservation.state = ReservationState::releasing;
                           reservation.outcome = e.outcome;
                           reservation.detail = e.detail;
                       });
                   },
                   [&](const ReservationEnded& e) { end(state, e, sequence); },
                   [&](const CheckpointSaved& e) {
                       change(state, e.id, sequence, [&](Reservation& reservation) {
                           reservation.checkpoint = e.checkpoint;
                       });
                   },
                   [&](const PreflightReported& e) {
                       change(state, e.id, sequence, [&](Reservation& reservation) {
                           reservation.preflight = e.findings;
                       });
                   },
               },
               event);
    state.last_sequence = sequence;
    state.last_time = std::max(state.last_time, time);
}

std::expected<void, std::string> apply_row(State& state, const JournalRow& row) {
    const auto event = decode_event(row.kind, row.event);
    if (!event) {
        return std::unexpected("row " + std::to_string(row.sequence) + ": " + event.error());
    }
    apply(state, *event, row.sequence, row.time);
    remember_key(state, row);
    return {};
}

}  // namespace berth
