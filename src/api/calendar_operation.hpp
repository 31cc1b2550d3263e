// What GET /api/v1/calendar answers, as the API's document says it: its text is written by hand, so
// its shape is too.
#pragma once

#include "api/operation.hpp"

namespace berth {

Operation calendar_operation();

}  // namespace berth
