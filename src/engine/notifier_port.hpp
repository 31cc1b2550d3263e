// Telling people (and their machines) what happened to their reservation.
#pragma once

#include <expected>
#include <string>

#include "engine/engine.hpp"

namespace berth {

class NotifierPort {
public:
    virtual ~NotifierPort() = default;

    // Whether rows of this kind may interest somebody: most do not. Any thread.
    [[nodiscard]] virtual bool concerns(const std::string& kind) const = 0;
    // Called for each committed row of such a kind, in order, at least once. Error: a sentence; the
    // row will be delivered again later.
    virtual std::expected<void, std::string> deliver(const Published& published) = 0;
};

}  // namespace berth
