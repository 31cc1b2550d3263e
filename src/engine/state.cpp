#include "engine/state.hpp"

namespace berth {

const Reservation* View::find(ReservationId id) const {
    const auto found = reservations.find(id);
    return found == reservations.end() ? nullptr : found->second.get();
}

std::shared_ptr<const Reservation> View::share(ReservationId id) const {
    const auto found = reservations.find(id);
    return found == reservations.end() ? nullptr : found->second;
}

std::vector<GpuIndex> View::gpus_of(const Reservation& reservation) const {
    std::vector<GpuIndex> indexes;
    indexes.reserve(reservation.gpus.size());
    for (const auto& id : reservation.gpus) {
        if (const Gpu* gpu = fleet->find(id)) indexes.push_back(gpu->index);
    }
    return indexes;
}

void View::put(std::shared_ptr<const Reservation> reservation) {
    const ReservationId id = reservation->id;
    const bool has_begun =
        reservation->state != ReservationState::confirmed && !is_ended(reservation->state);
    if (has_begun) {
        begun.insert(id);
    } else {
        begun.erase(id);
    }
    reservations.insert_or_assign(id, std::move(reservation));
}

void View::erase(ReservationId id) {
    begun.erase(id);
    reservations.erase(id);
}

State::State(std::shared_ptr<const Fleet> the_fleet, const SlotGrid& the_grid, Instant now,
             CalendarLimits limits)
    : View(the_fleet, the_grid, now), calendar(std::move(the_fleet), the_grid, now, limits) {
    horizon = calendar.horizon();
}

std::string idempotency_key_of(const std::string& actor, const std::string& key) {
    return actor + '\n' + key;
}

Holder holder_of(ReservationId id) {
    return {id.number};
}

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

}  // namespace berth
