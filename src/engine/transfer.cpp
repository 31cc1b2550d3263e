#include "engine/transfer.hpp"

#include "engine/refuse.hpp"

namespace berth {

std::expected<void, Refusal> decide_transfer(Turn&, const Transfer&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> decide_accept(Turn&, const Accept&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

std::expected<void, Refusal> decide_decline(Turn&, const Decline&) {
    return std::unexpected(refusal(RefusalCode::internal, "", "not built yet"));
}

}  // namespace berth
