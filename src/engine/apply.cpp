#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "booking/overloaded.hpp"
#include "engine/decide.hpp"
#include "engine/note.hpp"
#include "engine/swap.hpp"

namespace berth {

namespace {

// Changes one reservation and keeps what is derived from it in step.
template <class Change>
void change(State& state, ReservationId id, std::uint64_t sequence, Change&& how) {
    auto changed = std::make_shared<Reservation>(*state.reservations.at(id));
    how(*changed);
    changed->revision = sequence;
    state.put(std::move(changed));
}

[[noreturn]] void double_booking(ReservationId id, const Holding& obstacle) {
    throw std::logic_error("double booking: " + id.text() + " overlaps " +
                           id_of(obstacle.holder).text());
}

// The reservation's window becomes what it holds in the calendar.
void hold_window(State& state, ReservationId id) {
    const Reservation& reservation = *state.find(id);
    const auto gpus = state.gpus_of(reservation);
    const Span span{reservation.start, reservation.end};
    const Holder holder = holder_of(id);
    // What lies behind is forgotten by the calendar.
    const bool holds = state.calendar.held_by(holder).has_value();
    const auto held =
        holds ? state.calendar.move(holder, gpus, span) : state.calendar.claim(holder, gpus, span);
    if (!held) double_booking(id, held.error());
}

// It holds nothing from `end` on; what it held before stays its own.
void let_go(State& state, ReservationId id, Instant end) {
    const Holder holder = holder_of(id);
    const auto held = state.calendar.held_by(holder);
    if (!held) return;
    if (end <= held->span.from) {
        state.calendar.release(holder);
    } else if (end < held->span.to) {
        state.calendar.shorten(holder, end);
    }
    state.room_appeared = true;
}

void add(State& state, const Reservation& added, std::uint64_t sequence) {
    auto reservation = std::make_shared<Reservation>(added);
    reservation->revision = sequence;
    auto& last = reservation->id.is_queue_job() ? state.last_queue_number : state.last_number;
    last = std::max(last, reservation->id.number);
    if (is_p0_made(added)) state.p0_made.emplace_back(added.created_at, added.team);
    state.put(std::move(reservation));
}

void confirm(State& state, const ReservationConfirmed& event, std::uint64_t sequence) {
    add(state, event.reservation, sequence);
    hold_window(state, event.reservation.id);
}

void give_window(State& state, const auto& event, std::uint64_t sequence, ReservationState into,
                 std::optional<Instant> answer_by) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.state = into;
        reservation.gpus = event.gpus;
        reservation.start = event.start;
        reservation.end = event.end;
        reservation.booked_end = event.end;
        reservation.ready_from.reset();
        reservation.trouble.reset();
        reservation.detail.reset();
        reservation.may_start_late_until.reset();
        reservation.promised_start.reset();
        if (reservation.wait) reservation.wait->answer_by = answer_by;
    });
    hold_window(state, event.id);
}

void change_booking(State& state, const ReservationChanged& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        const Instant booked_end = event.booked_end.value_or(event.end);
        const bool longer = event.end > reservation.end || booked_end > reservation.booked_end;
        const bool elsewhere = event.gpus != reservation.gpus || event.start != reservation.start ||
                               event.end < reservation.end;
        if (event.start != reservation.start) reservation.ready_from.reset();
        reservation.title = event.title;
        reservation.gpus = event.gpus;
        reservation.start = event.start;
        reservation.end = event.end;
        if (event.asked) reservation.asked = *event.asked;
        // What may delay it was said of the window that it had.
        if (elsewhere) reservation.may_start_late_until.reset();
        if (elsewhere) reservation.promised_start.reset();
        const bool told_its_end = reservation.notice && reservation.notice->kind == NoticeKind::end;
        if (told_its_end && longer) reservation.notice.reset();
        const bool overruns = reservation.state == ReservationState::overrunning;
        if (overruns && booked_end != reservation.booked_end) {
            reservation.state = ReservationState::running;
        }
        reservation.booked_end = booked_end;
    });
    hold_window(state, event.id);
    state.room_appeared = true;
}

// Late behind an overrun, or back in time: what was promised first is kept until it holds again.
void note_delay(Reservation& reservation, const ReservationMoved& event) {
    if (event.cause == MoveCause::overrun && event.start > reservation.start) {
        if (!reservation.promised_start) reservation.promised_start = reservation.start;
    } else if (reservation.promised_start && event.start <= *reservation.promised_start) {
        reservation.promised_start.reset();
    }
}

void move_booking(State& state, const ReservationMoved& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        note_delay(reservation, event);
        reservation.gpus = event.gpus;
        reservation.start = event.start;
        reservation.end = event.end;
        reservation.booked_end = event.end;
        reservation.trouble.reset();
    });
    hold_window(state, event.id);
    state.room_appeared = true;
}

void displace(State& state, const ReservationDisplaced& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.state = ReservationState::displaced;
        reservation.gpus.clear();
        reservation.detail = event.why;
        reservation.trouble.reset();
    });
    state.calendar.release(holder_of(event.id));
    state.room_appeared = true;
}

// The hold ends at `end`, later or earlier than it did; what was booked stays on record.
void set_hold_end(State& state, ReservationId id, Instant end) {
    const auto held = state.calendar.held_by(holder_of(id));
    if (held && end <= held->span.to) return let_go(state, id, end);
    // What has passed is forgotten by the calendar: it is claimed anew.
    if (held || end > state.last_time) hold_window(state, id);
}

void plan_eviction_of(State& state, const EvictionPlanned& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.eviction = PlannedEviction{event.by, event.at};
        reservation.end = event.at;
    });
    set_hold_end(state, event.id, event.at);
}

void call_off_eviction_of(State& state, const EvictionCalledOff& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.eviction.reset();
        reservation.end = event.end;
    });
    set_hold_end(state, event.id, event.end);
}

void start_releasing(State& state, const ReservationReleasing& event, std::uint64_t sequence) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.state = ReservationState::releasing;
        reservation.outcome = event.outcome;
        reservation.detail = event.detail;
        if (event.deadline) reservation.end = std::min(reservation.end, *event.deadline);
    });
    if (event.deadline) let_go(state, event.id, state.find(event.id)->end);
}

void end(State& state, const ReservationEnded& event, std::uint64_t sequence, Instant time) {
    change(state, event.id, sequence, [&](Reservation& reservation) {
        reservation.state = event.state;
        reservation.ended_at = event.ended_at;
        reservation.exit_code = event.exit_code;
        reservation.outcome.reset();
        reservation.eviction.reset();
        reservation.transfer.reset();
        reservation.trouble.reset();
        reservation.waiting_for.reset();
        reservation.detail = event.detail.empty() ? std::nullopt : std::optional(event.detail);
        const bool held_nothing = reservation.gpus.empty();
        if (!held_nothing) {
            reservation.end = std::clamp(event.ended_at, reservation.start, reservation.end);
        }
    });
    state.ended.emplace_back(std::max(time, state.last_time), event.id);
    let_go(state, event.id, state.find(event.id)->end);
}

void set_fleet(State& state, std::vector<GpuSpec> gpus) {
    auto fleet = Fleet::make(std::move(gpus));
    if (!fleet)
        throw std::logic_error("the journal holds a fleet that cannot be: " + fleet.error());
    state.fleet = std::make_shared<const Fleet>(std::move(*fleet));
    state.calendar.set_fleet(state.fleet);
    state.room_appeared = true;
}

void change_health(State& state, const GpuHealthChanged& event) {
    std::vector<GpuSpec> gpus;
    gpus.reserve(state.fleet->gpus().size());
    for (const Gpu& gpu : state.fleet->gpus()) gpus.push_back(gpu.spec);
    for (const auto& id : event.gpus)
        set_health(gpus[state.fleet->find(id)->index.value], event.health);
    set_fleet(state, std::move(gpus));
}

using Occupants = std::shared_ptr<const std::set<Occupant>>;

Occupants with(const Occupants& occupants, const Occupant& one) {
    auto more = std::make_shared<std::set<Occupant>>(*occupants);
    more->insert(one);
    return more;
}

Occupants without(const Occupants& occupants, const Occupant& one) {
    auto fewer = std::make_shared<std::set<Occupant>>(*occupants);
    fewer->erase(one);
    return fewer;
}

void occupant_came(State& state, const OccupantCame& event) {
    state.occupants = with(state.occupants, event.occupant);
    if (!event.in_the_way_of) return;
    state.occupants_in_the_way = with(state.occupants_in_the_way, event.occupant);
}

void occupant_left(State& state, const OccupantLeft& event) {
    state.occupants = without(state.occupants, event.occupant);
    state.occupants_in_the_way = without(state.occupants_in_the_way, event.occupant);
}

// With its team it changes whose quota counts: its own wait, or others' of the old team, may end.
void transfer(State& state, const ReservationTransferred& event, std::uint64_t sequence) {
    if (state.find(event.id)->team != event.team) state.room_appeared = true;
    change(state, event.id, sequence, [&](Reservation& reservation) { note(reservation, event); });
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
    const auto set = [&](ReservationId id, auto&& how) { change(state, id, sequence, how); };
    std::visit(Overloaded{
                   [&](const FleetDeclared& e) { set_fleet(state, e.gpus); },
                   [&](const GpuHealthChanged& e) { change_health(state, e); },
                   [&](const OccupantCame& e) { occupant_came(state, e); },
                   [&](const OccupantLeft& e) { occupant_left(state, e); },
                   [&](const GpusSwapped& e) {
                       if (!e.by) exchange(state, e, time);
                       set(e.id, [](const Reservation&) {});
                   },
                   [&](const ReservationConfirmed& e) { confirm(state, e, sequence); },
                   [&](const ReservationWaitlisted& e) {
                       add(state, e.reservation, sequence);
                       state.room_appeared = true;
                   },
                   [&](const JobQueued& e) {
                       add(state, e.reservation, sequence);
                       state.room_appeared = true;
                   },
                   [&](const WindowOffered& e) {
                       give_window(state, e, sequence, ReservationState::offered, e.answer_by);
                   },
                   [&](const WindowBooked& e) {
                       give_window(state, e, sequence, ReservationState::confirmed, {});
                   },
                   [&](const ReservationChanged& e) { change_booking(state, e, sequence); },
                   [&](const ReservationMoved& e) { move_booking(state, e, sequence); },
                   [&](const ReservationDisplaced& e) { displace(state, e, sequence); },
                   [&](const OverrunGranted& e) {
                       set(e.id, [&](Reservation& reservation) { reservation.end = e.until; });
                       set_hold_end(state, e.id, e.until);
                   },
                   [&](const EvictionPlanned& e) { plan_eviction_of(state, e, sequence); },
                   [&](const EvictionCalledOff& e) { call_off_eviction_of(state, e, sequence); },
                   [&](const ReservationReleasing& e) { start_releasing(state, e, sequence); },
                   [&](const ReservationEnded& e) { end(state, e, sequence, time); },
                   [&](const ReservationTransferred& e) { transfer(state, e, sequence); },
                   // All others change fields of their reservation alone.
                   [&](const auto& e) {
                       set(e.id, [&](Reservation& reservation) { note(reservation, e); });
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
