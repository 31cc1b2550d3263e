// Rows of the journal as the audit shows them: for people, as CSV, or as JSON. The server's answer
// and a journal file end up here alike.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "apps/berth/times.hpp"
#include "engine/journal_port.hpp"

namespace berth::cli {

enum class AuditForm { people, csv, json };

// As GET /api/v1/audit has a row.
boost::json::object audit_object(const JournalRow& row);

// Prints rows as they come, so that a long journal needs no memory.
class AuditPrinter {
public:
    AuditPrinter(AuditForm form, SlotGrid grid) : form_(form), grid_(std::move(grid)) {}

    // What to print for the next row, the heading before the first included.
    std::string row(const boost::json::object& row);
    // And after the last.
    std::string end();

private:
    AuditForm form_;
    SlotGrid grid_;
    bool first_ = true;
};

// Which rows of a file are wanted, as the server would choose them.
class AuditFilter {
public:
    explicit AuditFilter(AuditQuery query) : query_(std::move(query)) {}

    // Takes every row in order: the team of a reservation is learnt from the rows themselves.
    bool takes(const JournalRow& row);

private:
    AuditQuery query_;
    std::set<std::string> of_team_;
};

}  // namespace berth::cli
