#include "engine/eviction.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::expected<EvictionPlan, Refusal> plan_eviction(const State&, const ReservationRequest&,
                                                   const Wish&, Instant) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> decide_eviction(Turn&, const Reserve&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

void evict(Turn&, const Reservation&, NoticeKind, Instant, std::optional<ReservationId>,
           const std::string&) {}

void give_planned_notice(Turn&, const Reservation&) {}

void after_victim_ended(Turn&, const Reservation&) {}

void call_off_evictions(Turn&, ReservationId) {}

void advance_starts(Turn&) {}

}  // namespace berth
