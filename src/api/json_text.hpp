// Writing JSON straight into text, for answers too large or too frequent for a document tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/progress_board.hpp"
#include "time/instant.hpp"

namespace berth {

// Quoted and escaped. `text` is UTF-8 already: nothing else gets past json::read.
void append_json_string(std::string& out, std::string_view text);
void append_number(std::string& out, std::uint64_t number);
// Quoted, as to_rfc3339() has it, many times as fast.
void append_json_time(std::string& out, Instant instant);

// ,"epoch":3,"epochs":100,"eta_seconds":5400.5
void append_progress_members(std::string& out, const EpochProgress& progress);

}  // namespace berth
