// Finds reservations, of all that ever were, in the projections. A page is in the order of the
// numbers; each filter has an index that is in this order too, so that a page costs no more than
// what it returns. One thread at a time, a connection of its own.
#pragma once

#include <soci/soci.h>

#include "engine/journal_port.hpp"

namespace berth {

class HistoryReader {
public:
    explicit HistoryReader(soci::session& sql) : sql_(sql) {}

    // As HistoryPort says. Errors: soci::soci_error, or std::runtime_error when a projection is not
    // as Berth writes it.
    std::optional<Reservation> reservation(ReservationId id);
    std::vector<Reservation> reservations(const ReservationQuery& query);
    void each_within(const Span& span, const std::function<void(const Reservation&)>& give);

private:
    std::vector<Reservation> on_gpu(const ReservationQuery& query);
    // Of those that ever held the GPU, in order.
    std::vector<long long> numbers_on(const ReservationQuery& query);

    soci::session& sql_;
};

}  // namespace berth
