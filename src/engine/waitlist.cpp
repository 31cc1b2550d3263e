#include "engine/waitlist.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::expected<void, Refusal> decide_wait(Turn&, const Reserve&, const Wish&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> accept_offer(Turn&, const Reservation&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> decline_offer(Turn&, const Reservation&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

void lapse(Turn&, const Reservation&) {}

void serve_waitlist(Turn&) {}

}  // namespace berth
