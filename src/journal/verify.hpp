// Checks a journal file against its own hash chain, and the table of reservations against the rows,
// without a server: what `berth audit verify` does. It shows partial edits; whoever may rewrite the
// whole file can also hash it again, so note the last hash somewhere else and compare.
//
//     auto report = verify_journal("var/journal.sqlite");
//     if (report && report->fault) print(report->fault->message);
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "journal/hash_chain.hpp"

namespace berth {

struct VerifyReport {
    std::uint64_t rows = 0;  // those found as they were written, from the first on
    ChainHead head;          // the last of them
    std::optional<ChainFault> fault;
};

// Changes nothing; may run beside a server. Error: why the file could not be read as a journal.
std::expected<VerifyReport, std::string> verify_journal(const std::string& path);

}  // namespace berth
