// Tables as text (RFC 4180), and which of both forms somebody wants.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "api/message.hpp"
#include "api/problem.hpp"

namespace berth {

enum class Form { json, csv };

// As the Accept header has it; JSON without one. Error: it is neither.
std::expected<Form, Problem> form_of(const Request& request);

// Quotes what needs quotes. A cell that a spreadsheet would run as a formula is kept from it by an
// apostrophe.
void append_csv_row(std::string& table, const std::vector<std::string>& cells);
// A table whose first row names its columns.
Response csv_response(std::string table);

}  // namespace berth
