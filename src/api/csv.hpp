// Tables as text (RFC 4180).
#pragma once

#include <string>
#include <vector>

#include "api/message.hpp"

namespace berth {

// Quotes what needs quotes.
void append_csv_row(std::string& table, const std::vector<std::string>& cells);
// A table whose first row names its columns.
Response csv_response(std::string table);

}  // namespace berth
