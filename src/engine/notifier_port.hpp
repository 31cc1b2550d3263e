// Telling people (and their machines) what happened to their reservation.
#pragma once

#include <expected>
#include <string>

#include "engine/engine.hpp"

namespace berth {

class NotifierPort {
public:
    virtual ~NotifierPort() = default;

    // Called for each committed row, in order, at least once. Most rows interest nobody. Error: a
    // sentence; the row will be delivered again later.
    virtual std::expected<void, std::string> deliver(const Published& published) = 0;
};

}  // namespace berth
