// Writing JSON straight into text, for answers too large or too frequent for a document tree.
#pragma once

#include <string>
#include <string_view>

#include "api/progress_board.hpp"

namespace berth {

// Quoted and escaped. `text` is UTF-8 already: nothing else gets past json::read.
void append_json_string(std::string& out, std::string_view text);

// ,"epoch":3,"epochs":100,"eta_seconds":5400.5
void append_progress_members(std::string& out, const EpochProgress& progress);

}  // namespace berth
