// Which of a job's many forecasts the engine is told: that it will be late, or no longer, or that
// its end moved noticeably; and never more often than once a minute. Any thread may call.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "booking/reservation.hpp"

namespace berth {

class ExpectedEnds {
public:
    // True when it is worth telling; it counts as told then.
    bool take(const Reservation& reservation, Instant expected_end, Instant now);

private:
    struct Told {
        Instant expected_end;
        Instant at;
    };

    std::mutex mutex_;
    std::map<ReservationId, Told> told_;  // of the last hour; beyond, the reservation knows
};

}  // namespace berth
