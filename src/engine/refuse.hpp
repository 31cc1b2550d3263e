// Shorthand for a refusal without suggestions.
#pragma once

#include <expected>
#include <string>

#include "booking/refusal.hpp"

namespace berth {

inline Refusal refusal(RefusalCode code, std::string field, std::string message) {
    return {.code = code,
            .message = std::move(message),
            .field = std::move(field),
            .suggestions = {},
            .obstacle = {}};
}

}  // namespace berth
