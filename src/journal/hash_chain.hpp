// The journal's rows as they are stored, and the chain of hashes that makes an edit show: each row
// carries the hash of the row before it. docs/journal-format.md specifies the encoding.
//
//     ChainWalker walker(ChainHead{});
//     for (const StoredRow& row : rows)
//         if (auto fault = walker.step(row)) report(fault->message);
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/journal_port.hpp"
#include "journal/sha256.hpp"

namespace berth {

// The columns of the table `journal`, by name.
struct StoredRow {
    long long sequence = 0;
    long long time_ms = 0;  // since 1970-01-01T00:00:00Z
    std::string actor;
    std::string command;
    std::string reason;
    std::string idempotency_key;
    std::string body_hash;
    std::string reservation;
    std::string kind;
    std::string event;
    std::string previous_hash;
    std::string hash;
};

// `previous_hash` and `hash` stay empty: the chain fills them.
StoredRow to_stored(const JournalRow& row);
JournalRow to_journal_row(const StoredRow& row);

// What the first row follows: 64 zeros.
std::string genesis_hash();

// The hash over every column but `hash`, in lower-case hexadecimal.
std::string hash_of(const StoredRow& row);
std::string hash_of(Sha256& hash, const StoredRow& row);

// Where a chain stands: its last row's sequence and hash.
struct ChainHead {
    std::uint64_t sequence = 0;
    std::string hash = genesis_hash();

    bool operator==(const ChainHead&) const = default;
};

enum class ChainFaultKind {
    changed_row,  // its columns are not what was written
    missing_row,
    moved_row,           // it is a row of this journal, at another place than it was written
    changed_projection,  // the rows are whole, but a reservation's own table does not fit them
};

// The first place at which a journal is not what was written.
struct ChainFault {
    ChainFaultKind kind = ChainFaultKind::changed_row;
    long long sequence = 0;
    std::string message;  // a sentence that says all this
};

// Follows a chain row by row, in the order of their sequence numbers.
class ChainWalker {
public:
    explicit ChainWalker(ChainHead head) : head_(std::move(head)) {}

    // After a fault the walker stays where it was.
    std::optional<ChainFault> step(const StoredRow& row);
    [[nodiscard]] const ChainHead& head() const { return head_; }

private:
    ChainHead head_;
    Sha256 hash_;
};

// Whether the row's own hash fits its columns, wherever it lies in the chain.
std::optional<ChainFault> own_fault(const StoredRow& row);
std::optional<ChainFault> own_fault(Sha256& hash, const StoredRow& row);

}  // namespace berth
