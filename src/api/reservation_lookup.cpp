#include "api/reservation_lookup.hpp"

#include <utility>

namespace berth {

std::expected<ReservationId, Problem> reservation_id_of(const Request& request) {
    auto id = ReservationId::parse(request.parameter("id"));
    if (id) return *id;
    return std::unexpected(Problem{.status = 404, .code = "not_found", .detail = id.error()});
}

std::expected<std::shared_ptr<const Reservation>, Problem> find_reservation(
    const ApiContext& context, ReservationId id) {
    std::shared_ptr<const Reservation> found;
    bool was_given = false;
    context.engine.read([&](const View& view) {
        found = view.share(id);
        const auto last = id.is_queue_job() ? view.last_queue_number : view.last_number;
        was_given = id.number >= 1 && id.number <= last;
    });
    if (found) return found;
    if (was_given) {
        if (auto old = context.history.reservation(id)) {
            return std::make_shared<const Reservation>(std::move(*old));
        }
    }
    return std::unexpected(Problem{
        .status = 404, .code = "not_found", .detail = "there is no reservation " + id.text()});
}

}  // namespace berth
