// What a change of a reservation comes to, in sentences and commands.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "time/slot_grid.hpp"

namespace berth::cli {

enum class Towards { later, earlier };

// Why this new end is no extension, or no shortening; nothing when it is one.
std::optional<std::string> wrong_way(const boost::json::object& before, Instant end,
                                     Towards towards, const SlotGrid& grid);

// "r-1 ends Fri 27 Nov 08:00, 4 h later (was Fri 27 Nov 04:00)", and so on for what differs.
std::string change_text(const boost::json::object& before, const boost::json::object& after,
                        const SlotGrid& grid);

// Who changed it last, and how it is now. `reservation` comes with its history.
std::string changed_meanwhile(const boost::json::object& reservation, const SlotGrid& grid);

// The command that takes a suggested window for the reservation.
std::string command_for_change(const std::string& id, const boost::json::object& before,
                               const boost::json::object& window);

}  // namespace berth::cli
