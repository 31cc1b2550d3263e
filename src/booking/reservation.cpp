#include "booking/reservation.hpp"

#include <charconv>

namespace berth {

std::expected<ReservationId, std::string> ReservationId::parse(std::string_view text) {
    const std::string refusal =
        "a reservation id looks like r-17, not \"" + std::string(text) + "\"";
    const bool queued = text.starts_with("q-");
    if (!queued && !text.starts_with("r-")) return std::unexpected(refusal);
    text.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::unexpected(refusal);
    return ReservationId{number, queued ? IdKind::queue_job : IdKind::reservation};
}

std::string ReservationId::text() const {
    return (is_queue_job() ? "q-" : "r-") + std::to_string(number);
}

bool is_ended(ReservationState state) {
    switch (state) {
        case ReservationState::completed:
        case ReservationState::failed:
        case ReservationState::cancelled:
        case ReservationState::expired:
        case ReservationState::evicted:
            return true;
        default:
            return false;
    }
}

bool is_waiting(ReservationState state) {
    return state == ReservationState::queued || state == ReservationState::waitlisted ||
           state == ReservationState::displaced;
}

bool has_begun(ReservationState state) {
    switch (state) {
        case ReservationState::starting:
        case ReservationState::running:
        case ReservationState::overrunning:
        case ReservationState::releasing:
            return true;
        default:
            return false;
    }
}

}  // namespace berth
