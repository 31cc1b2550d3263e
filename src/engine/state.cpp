#include "engine/state.hpp"

#include "engine/eviction.hpp"

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

namespace {

void keep(std::set<ReservationId>& set, ReservationId id, bool belongs) {
    if (belongs) {
        set.insert(id);
    } else {
        set.erase(id);
    }
}

bool is_in_wait_order(const Reservation& reservation) {
    return reservation.state == ReservationState::waitlisted ||
           reservation.state == ReservationState::displaced;
}

WaitRank rank_of(const Reservation& reservation) {
    return {reservation.state == ReservationState::displaced, reservation.priority,
            reservation.created_at, reservation.id};
}

WaitWish wait_wish_of(const Reservation& reservation) {
    return {reservation.asked, reservation.wait->slots};
}

bool is_waitlisted(const Reservation& reservation) {
    return reservation.state == ReservationState::waitlisted && reservation.wait;
}

}  // namespace

void View::put(std::shared_ptr<const Reservation> reservation) {
    const ReservationId id = reservation->id;
    const ReservationState state = reservation->state;
    keep(begun, id, has_begun(state));
    keep(waiting, id, is_in_wait_order(*reservation) || state == ReservationState::offered);
    keep(queued, id, state == ReservationState::queued);
    reservations.insert_or_assign(id, std::move(reservation));
}

void View::erase(ReservationId id) {
    begun.erase(id);
    waiting.erase(id);
    queued.erase(id);
    reservations.erase(id);
}

State::State(std::shared_ptr<const Fleet> the_fleet, const SlotGrid& the_grid, Instant now,
             CalendarLimits limits, std::shared_ptr<const Policy> the_policy)
    : View(the_fleet, the_grid, now),
      calendar(std::move(the_fleet), the_grid, now, limits),
      policy(the_policy ? std::move(the_policy) : std::make_shared<const Policy>()) {
    horizon = calendar.horizon();
}

void State::put(std::shared_ptr<const Reservation> reservation) {
    const ReservationId id = reservation->id;
    if (const Reservation* before = find(id)) untrack(*before);
    View::put(std::move(reservation));
    track(*find(id));
}

void State::erase(ReservationId id) {
    if (const Reservation* before = find(id)) untrack(*before);
    View::erase(id);
}

void State::track(const Reservation& reservation) {
    if (const auto at = due_at(reservation, *policy)) due.insert({*at, reservation.id});
    if (is_in_wait_order(reservation)) wait_order.insert(rank_of(reservation));
    if (is_waitlisted(reservation)) {
        wait_groups[wait_wish_of(reservation)][rank_of(reservation)] = {
            reservation.start, grid.slot_at(grid.edge_at_or_after(reservation.start)),
            grid.slot_at(reservation.wait->latest_start)};
    }
    if (reservation.trouble && !is_ended(reservation.state)) troubled.insert(reservation.id);
    if (reservation.promised_start && reservation.state == ReservationState::confirmed) {
        delayed.insert(reservation.id);
    }
    if (TeamUse* use = limited_use(reservation)) {
        use->add(use_of(reservation), static_cast<int>(reservation.gpus.size()));
    }
    if (reservation.ready_from && reservation.state == ReservationState::confirmed) {
        may_begin_early.insert(reservation.id);
    }
    if (awaits_notice_of_eviction(reservation)) to_be_evicted.insert(reservation.id);
}

void State::untrack(const Reservation& reservation) {
    if (const auto at = due_at(reservation, *policy)) due.erase({*at, reservation.id});
    if (is_in_wait_order(reservation)) wait_order.erase(rank_of(reservation));
    if (is_waitlisted(reservation)) {
        const auto group = wait_groups.find(wait_wish_of(reservation));
        group->second.erase(rank_of(reservation));
        if (group->second.empty()) wait_groups.erase(group);
    }
    troubled.erase(reservation.id);
    delayed.erase(reservation.id);
    may_begin_early.erase(reservation.id);
    to_be_evicted.erase(reservation.id);
    if (TeamUse* use = limited_use(reservation)) {
        use->remove(use_of(reservation), static_cast<int>(reservation.gpus.size()));
    }
}

TeamUse* State::limited_use(const Reservation& reservation) {
    if (use_of(reservation).empty()) return nullptr;
    if (!quota_of(*policy, reservation.team).limits_use()) return nullptr;
    return &team_use[reservation.team];
}

Span use_of(const Reservation& reservation) {
    const bool counts = reservation.kind == ReservationKind::work && !reservation.gpus.empty();
    return counts ? Span{reservation.start, reservation.end} : Span{};
}

bool is_p0_made(const Reservation& reservation) {
    return reservation.priority == Priority::P0 && reservation.kind == ReservationKind::work &&
           !reservation.continues;
}

std::string idempotency_key_of(const std::string& actor, const std::string& key) {
    return actor + '\n' + key;
}

namespace {

constexpr std::uint64_t queue_job_bit = std::uint64_t{1} << 63;

}  // namespace

Holder holder_of(ReservationId id) {
    return {id.is_queue_job() ? id.number | queue_job_bit : id.number};
}

ReservationId id_of(Holder holder) {
    if ((holder.number & queue_job_bit) == 0) return {holder.number};
    return {holder.number & ~queue_job_bit, IdKind::queue_job};
}

}  // namespace berth
