#include "booking/reservation.hpp"

#include <charconv>

namespace berth {

std::expected<ReservationId, std::string> ReservationId::parse(std::string_view text) {
    const std::string refusal =
        "a reservation id looks like r-17, not \"" + std::string(text) + "\"";
    if (!text.starts_with("r-")) return std::unexpected(refusal);
    text.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::unexpected(refusal);
    return ReservationId{number};
}

std::string ReservationId::text() const {
    return "r-" + std::to_string(number);
}

bool is_ended(ReservationState state) {
    switch (state) {
        case ReservationState::completed:
        case ReservationState::failed:
        case ReservationState::cancelled:
        case ReservationState::expired:
            return true;
        case ReservationState::confirmed:
        case ReservationState::starting:
        case ReservationState::running:
        case ReservationState::releasing:
            return false;
    }
    return false;
}

}  // namespace berth
