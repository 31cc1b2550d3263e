#include "apps/berth/audit_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "apps/berth/session.hpp"
#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::array columns{"sequence", "time",        "actor", "command",
                             "reason",   "reservation", "kind",  "event"};

// RFC 4180. A cell that a spreadsheet would run as a formula is kept from it by an apostrophe.
std::string csv_cell(std::string text) {
    if (!text.empty() &&
        std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
        text.insert(0, 1, '\'');
    }
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
    return cell + "\"";
}

std::string raw_text(const json::object& row, const char* field) {
    const auto* value = row.if_contains(field);
    if (value == nullptr || value->is_null()) return "";
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::string csv_row(const json::object& row) {
    std::string line;
    for (const char* column : columns) {
        line += (line.empty() ? "" : ",") + csv_cell(raw_text(row, column));
    }
    return line + "\r\n";
}

const json::object* inner(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    return value == nullptr ? nullptr : value->if_object();
}

// What the event itself says, as far as a line has room for it.
std::string details(const json::object& row, const SlotGrid& grid) {
    const json::object* event = inner(row, "event");
    if (event == nullptr) return "";
    if (const auto* reservation = inner(*event, "reservation")) event = reservation;
    std::string text;
    if (event->contains("start") && event->contains("gpus")) {
        text = fmt::format(" on {}, {}", compact_gpus(list_of(*event, "gpus")),
                           window_text(time_of(*event, "start"), time_of(*event, "end"), grid));
    } else if (event->contains("ended_at")) {
        text = fmt::format(" as {}", text_of(*event, "state"));
        if (const auto detail = text_of(*event, "detail"); !detail.empty()) text += ", " + detail;
    }
    return text;
}

std::string people_row(const json::object& row, const SlotGrid& grid) {
    std::string line =
        fmt::format("{:>6}  {}  {:<12} {:<8} {}", text_of(row, "sequence"),
                    short_time(time_of(row, "time"), grid), text_of(row, "actor"),
                    text_of(row, "reservation"), text_of(row, "kind") + details(row, grid));
    const std::string reason = text_of(row, "reason");
    if (!reason.empty()) line += ": " + reason;
    return line + "\n";
}

}  // namespace

json::object audit_object(const JournalRow& row) {
    json::error_code error;
    auto event = json::parse(row.event, error);
    return {{"sequence", row.sequence},
            {"time", to_rfc3339(row.time)},
            {"actor", row.actor},
            {"command", row.command},
            {"reason", row.reason},
            {"reservation",
             row.reservation.empty() ? json::value(nullptr) : json::value(row.reservation)},
            {"kind", row.kind},
            {"event", error ? json::value(row.event) : std::move(event)}};
}

std::string AuditPrinter::row(const json::object& row) {
    std::string text;
    const bool first = std::exchange(first_, false);
    switch (form_) {
        case AuditForm::json:
            return (first ? "[" : ",\n") + json::serialize(row);
        case AuditForm::csv:
            if (first) text = fmt::format("{}\r\n", fmt::join(columns, ","));
            return text + csv_row(row);
        case AuditForm::people:
            break;
    }
    if (first) {
        text = fmt::format("{:>6}  {:<16}  {:<12} {:<8} {}\n", "ROW", "TIME", "ACTOR", "ABOUT",
                           "WHAT AND WHY");
    }
    return text + people_row(row, grid_);
}

std::string AuditPrinter::end() {
    if (form_ == AuditForm::json) return first_ ? "[]\n" : "]\n";
    if (form_ == AuditForm::csv)
        return first_ ? fmt::format("{}\r\n", fmt::join(columns, ",")) : "";
    return first_ ? "there is no such row\n" : "";
}

bool AuditFilter::takes(const JournalRow& row) {
    if (query_.team && row.kind == "reservation_confirmed") {
        const auto event = decode_event(row.kind, row.event);
        const auto* confirmed = event ? std::get_if<ReservationConfirmed>(&*event) : nullptr;
        if (confirmed != nullptr && confirmed->reservation.team == *query_.team) {
            of_team_.insert(row.reservation);
        }
    }
    if (query_.from && row.time < *query_.from) return false;
    if (query_.to && row.time >= *query_.to) return false;
    if (query_.actor && row.actor != *query_.actor) return false;
    if (query_.reservation && row.reservation != query_.reservation->text()) return false;
    return !query_.team || of_team_.contains(row.reservation);
}

}  // namespace berth::cli
