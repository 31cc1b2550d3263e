// What a plan would do to others, in words.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "time/slot_grid.hpp"

namespace berth::cli {

// Whom an eviction plan disturbs, what each of them loses and where their work goes on.
std::string eviction_text(const boost::json::object& eviction, const SlotGrid& grid);

}  // namespace berth::cli
