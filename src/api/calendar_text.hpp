// What the calendar page draws, written as text without a document tree: it is the largest and the
// most often asked answer.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/progress_board.hpp"
#include "booking/occupant.hpp"
#include "booking/reservation.hpp"
#include "fleet/fleet.hpp"
#include "time/slot_grid.hpp"

namespace berth {

struct CalendarPicture {
    std::uint64_t revision = 0;
    Instant now;
    std::string zone;
    std::chrono::minutes slot_length{0};
    Span window;
    bool simulated_clock = false;
    bool simulated_gpus = false;
    std::shared_ptr<const Fleet> fleet;
    std::vector<std::shared_ptr<const Reservation>> reservations;  // that hold or held GPUs
    std::vector<std::shared_ptr<const Reservation>> waiting;       // that wait for some
    std::shared_ptr<const std::set<Occupant>> occupants =  // who uses GPUs without a reservation
        std::make_shared<const std::set<Occupant>>();
};

std::string calendar_text(const CalendarPicture& picture, ProgressBoard& board);

}  // namespace berth
