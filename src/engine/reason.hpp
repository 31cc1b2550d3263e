// Whether a command says why where the site's rules want a reason. Asked late: who may not do it at
// all, or finds no room, is told that first. Berth itself never needs one.
#pragma once

#include <expected>

#include "engine/turn.hpp"

namespace berth {

// Refusal: reason_missing.
std::expected<void, Refusal> check_reason(const Turn& turn, ReasonFor what);
std::expected<void, Refusal> check_reason_to_book(const Turn& turn, Priority priority);

}  // namespace berth
