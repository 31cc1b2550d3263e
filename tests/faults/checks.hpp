// What must hold after every recovery, looked up in the journal alone: whatever anyone was told is
// there, nothing else is half there, and no GPU has two holders.
#pragma once

#include "faults/world.hpp"
#include "journal/sqlite_journal.hpp"

namespace berth::faults {

// Adds what does not hold to the world's violations, and marks which requests are in the journal.
// Before an engine works on the journal.
void check_recovery(World& world, SqliteJournal& journal, const std::string& path);

}  // namespace berth::faults
