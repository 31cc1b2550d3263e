#include "api/csv.hpp"

#include <utility>

namespace berth {

namespace {

void append_cell(std::string& table, const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
        table += cell;
        return;
    }
    table += '"';
    for (const char c : cell) {
        if (c == '"') table += '"';
        table += c;
    }
    table += '"';
}

}  // namespace

void append_csv_row(std::string& table, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) table += ',';
        append_cell(table, cells[i]);
    }
    table += "\r\n";
}

Response csv_response(std::string table) {
    auto response = text_response(200, std::move(table));
    response.headers["Content-Type"] = "text/csv; charset=utf-8; header=present";
    return response;
}

}  // namespace berth
