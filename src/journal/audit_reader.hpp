// Finds rows of the journal by who, when and about what, for an audit. A page is in order and costs
// no more than what it returns: rows are written in the order of time, and every other filter has
// an index. One thread at a time, a connection of its own.
#pragma once

#include <soci/soci.h>

#include "engine/journal_port.hpp"
#include "journal/row_reader.hpp"

namespace berth {

class AuditReader {
public:
    explicit AuditReader(soci::session& sql) : sql_(sql) {}

    // As AuditPort says. Errors: soci::soci_error.
    std::vector<JournalRow> audit(const AuditQuery& query);

private:
    // The first row that is not before `time`; one behind the last when all are.
    long long first_row_at(Instant time);

    soci::session& sql_;
};

}  // namespace berth
