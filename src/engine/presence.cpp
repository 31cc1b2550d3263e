#include "engine/presence.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::expected<void, Refusal> decide_check_in(Turn&, const CheckIn&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> decide_use(Turn&, const ReportUse&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::optional<Instant> presence_due_at(const Reservation&, const Policy&) {
    return std::nullopt;
}

void look_for_presence(Turn&, const Reservation&) {}

}  // namespace berth
