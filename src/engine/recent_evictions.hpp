// What a site's memory says about evictions: the facts behind every answer's odds.
#pragma once

#include "engine/state.hpp"
#include "policy/odds.hpp"

namespace berth {

// Of the reservations that run now, and of those that ended within ended_memory. One look at each.
EvictionRecord recent_evictions(const View& view, Instant now);

}  // namespace berth
