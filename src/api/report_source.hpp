// Collects what reports are made from: the history in one scan, and the few rows of the journal
// that tell of inventories, health and the waitlist.
#pragma once

#include "engine/journal_port.hpp"
#include "report/record.hpp"

namespace berth {

// May take a while: not for a thread that answers others. Throws what the ports throw.
Record collect_record(HistoryPort& history, AuditPort& audit, const Span& period, Instant now,
                      const SlotGrid& grid);

}  // namespace berth
