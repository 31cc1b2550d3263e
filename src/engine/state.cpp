#include "engine/state.hpp"

namespace berth {

State::State(std::shared_ptr<const Fleet> the_fleet, const SlotGrid& grid, Instant now,
             CalendarLimits limits)
    : fleet(std::move(the_fleet)), calendar(fleet, grid, now, limits), last_time(now) {}

const Reservation* State::find(ReservationId id) const {
    const auto found = reservations.find(id);
    return found == reservations.end() ? nullptr : &found->second;
}

ReservationId State::next_id() const {
    return {reservations.empty() ? 1 : reservations.rbegin()->first.number + 1};
}

std::vector<GpuIndex> State::gpus_of(const Reservation& reservation) const {
    std::vector<GpuIndex> indexes;
    indexes.reserve(reservation.gpus.size());
    for (const auto& id : reservation.gpus) {
        if (const Gpu* gpu = fleet->find(id)) indexes.push_back(gpu->index);
    }
    return indexes;
}

std::string idempotency_key_of(const std::string& actor, const std::string& key) {
    return actor + '\n' + key;
}

}  // namespace berth
