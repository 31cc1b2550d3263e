#include "engine/look_up.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::expected<const Reservation*, Refusal> look_up(const State& state, ReservationId id) {
    if (const Reservation* reservation = state.find(id)) return reservation;
    const auto last = id.is_queue_job() ? state.last_queue_number : state.last_number;
    if (id.number >= 1 && id.number <= last) {
        return std::unexpected(
            refusal(RefusalCode::wrong_state, "", id.text() + " ended long ago"));
    }
    return std::unexpected(
        refusal(RefusalCode::not_found, "", "there is no reservation " + id.text()));
}

std::expected<const Reservation*, Refusal> look_up_own(const State& state, ReservationId id,
                                                       std::optional<std::uint64_t> if_revision,
                                                       const std::string& actor) {
    auto found = look_up(state, id);
    if (!found) return found;
    const Reservation& reservation = **found;
    if (actor != system_actor && !may_change(*state.policy, actor, reservation)) {
        return std::unexpected(
            refusal(RefusalCode::not_allowed, "",
                    id.text() + " belongs to " + reservation.owner + "; only they may change it" +
                        (state.policy->is_open()
                             ? ""
                             : ", a lead of " + reservation.team + ", or an operator")));
    }
    if (if_revision && *if_revision != reservation.revision) {
        return std::unexpected(
            refusal(RefusalCode::wrong_state, "",
                    id.text() + " has changed since you looked; look again and repeat"));
    }
    return found;
}

}  // namespace berth
