#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "booking/overloaded.hpp"
#include "engine/decide.hpp"

namespace berth {

namespace {

// Changes one reservation and keeps what is derived from it in step.
template <class Change>
void change(State& state, ReservationId id, std::uint64_t sequence, Change&& how) {
    auto changed = std::make_shared<Reservation>(*state.reservations.at(id));
    if (const auto due = due_at(*changed)) state.due.erase({*due, id});
    how(*changed);
    changed->revision = sequence;
    if (const auto due = due_at(*changed)) state.due.insert({*due, id});
    state.put(std::move(changed));
}

[[noreturn]] void double_booking(ReservationId id, const Holding& obstacle) {
    throw std::logic_error("double booking: " + id.text() + " overlaps r-" +
                           std::to_string(obstacle.holder.number));
}

void confirm(State& state, const ReservationConfirmed& event, std::uint64_t sequence) {
    auto reservation = std::make_shared<Reservation>(event.reservation);
    reservation->revision = sequence;
    const auto gpus = state.gpus_of(*reservation);
    const Span span{reservation->start, reservation->end};
    if (const auto claimed = state.calendar.claim(holder_of(reservation->id), gpus, span);
        !claimed) {
        double_booking(reservation->id, claimed.error());
    }
    if (const auto due = due_at(*reservation)) state.due.insert({*due, reservation->id});
    state.last_number = std::max(state.last_number, reservation->id.number);
    state.put(std::move(reservation));
}

void change_booking(State& state, const ReservationChanged& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.title = event.title;
        reservation.gpus = event.gpus;
        reservation.start = event.start;
        reservation.end = event.end;
        reservation.booked_end = event.end;
    });
    const auto gpus = state.gpus_of(*state.find(event.id));
    const Span span{event.start, event.end};
    if (const auto moved = state.calendar.move(holder_of(event.id), gpus, span); !moved) {
        double_booking(event.id, moved.error());
    }
}

void end(State& state, const ReservationEnded& event, std::uint64_t sequence, Instant time) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.state = event.state;
        reservation.ended_at = event.ended_at;
        reservation.exit_code = event.exit_code;
        reservation.outcome.reset();
        reservation.detail = event.detail.empty() ? std::nullopt : std::optional(event.detail);
        reservation.end = std::clamp(event.ended_at, reservation.start, reservation.end);
    });
    state.ended.emplace_back(std::max(time, state.last_time), event.id);
    const Reservation& reservation = *state.find(event.id);
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
    if (row.idempotency_key.empty()) return;
    const auto id = ReservationId::parse(row.reservation);
    if (!id) return;
    const std::string key = idempotency_key_of(row.actor, row.idempotency_key);
    if (state.idempotency.emplace(key, IdempotencyRecord{row.body_hash, *id, row.time}).second) {
        state.idempotency_order.emplace_back(row.time, key);
    }
}

}  // namespace

void pass_time(State& state, Instant now) {
    state.calendar.advance(now);
    state.horizon = state.calendar.horizon();
}

void apply(State& state, const Event& event, std::uint64_t sequence, Instant time) {
    pass_time(state, time);
    std::visit(Overloaded{
                   [&](const FleetDeclared& e) { declare(state, e); },
                   [&](const ReservationConfirmed& e) { confirm(state, e, sequence); },
                   [&](const ReservationChanged& e) { change_booking(state, e, sequence); },
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
                   [&](const ReservationEnded& e) { end(state, e, sequence, time); },
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
                   [](const SnapshotTaken&) {},
               },
               event);
    state.last_sequence = sequence;
    state.last_time = std::max(state.last_time, time);
}

void apply_decided(State& state, const Event& event, const JournalRow& row) {
    apply(state, event, row.sequence, row.time);
    remember_key(state, row);
}

std::expected<void, std::string> apply_row(State& state, const JournalRow& row) {
    const auto event = decode_event(row.kind, row.event);
    if (!event) {
        return std::unexpected("row " + std::to_string(row.sequence) + ": " + event.error());
    }
    apply_decided(state, *event, row);
    return {};
}

}  // namespace berth
