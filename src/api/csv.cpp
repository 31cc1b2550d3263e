#include "api/csv.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "api/accept.hpp"

namespace berth {

namespace {

bool looks_like_formula(const std::string& cell) {
    return !cell.empty() &&
           std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
}

void append_cell(std::string& table, const std::string& text) {
    const std::string cell = looks_like_formula(text) ? "'" + text : text;
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

std::expected<Form, Problem> form_of(const Request& request) {
    static constexpr std::array<std::string_view, 2> offered = {"application/json", "text/csv"};
    const auto form = preferred(request.header("Accept"), offered);
    if (form) return *form == 0 ? Form::json : Form::csv;
    return std::unexpected(Problem{.status = 406,
                                   .code = "not_acceptable",
                                   .detail = "this can be had as application/json or as text/csv",
                                   .field = "Accept"});
}

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
