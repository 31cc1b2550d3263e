#include "engine/overrun.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::optional<Instant> end_decided_at(const Reservation&, const Policy&) {
    return std::nullopt;
}

void decide_end(Turn&, const Reservation&) {}

std::expected<void, Refusal> decide_expected_end(Turn&, const ReportExpectedEnd&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

}  // namespace berth
