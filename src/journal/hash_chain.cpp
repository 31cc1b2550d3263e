#include "journal/hash_chain.hpp"

#include <array>
#include <string_view>

namespace berth {

namespace {

// The first field of every row's encoding: another format gets another tag.
constexpr std::string_view format_tag = "berth-journal-1";

// How far beyond its place a row's true sequence number is looked for.
constexpr long long moved_row_search = 10'000;

// Each field is preceded by its length, so that no two rows have one encoding.
void add_field(Sha256& hash, std::string_view bytes) {
    std::array<char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) {
        length[i] = static_cast<char>(bytes.size() >> (8 * (length.size() - 1 - i)));
    }
    hash.add({length.data(), length.size()});
    hash.add(bytes);
}

std::string hash_at(Sha256& hash, const StoredRow& row, long long sequence) {
    add_field(hash, format_tag);
    add_field(hash, std::to_string(sequence));
    add_field(hash, std::to_string(row.time_ms));
    add_field(hash, row.actor);
    add_field(hash, row.command);
    add_field(hash, row.reason);
    add_field(hash, row.idempotency_key);
    add_field(hash, row.body_hash);
    add_field(hash, row.reservation);
    add_field(hash, row.kind);
    add_field(hash, row.event);
    add_field(hash, row.previous_hash);
    return hash.hex();
}

// The sequence number that the row was written with, when only that was changed. Slow, and only
// done once, for the row at which a walk ends.
std::optional<long long> written_sequence(const StoredRow& row) {
    Sha256 hash;
    for (long long sequence = 1; sequence <= row.sequence + moved_row_search; ++sequence) {
        if (hash_at(hash, row, sequence) == row.hash) return sequence;
    }
    return std::nullopt;
}

ChainFault missing(std::uint64_t sequence, long long found) {
    const auto text = std::to_string(sequence);
    return {ChainFaultKind::missing_row, static_cast<long long>(sequence),
            "row " + text + " is missing: the next one there is row " + std::to_string(found)};
}

// The row is whole and yet was written after another one than lies before it now.
ChainFault not_linked(const StoredRow& row, const ChainHead& head) {
    if (head.sequence == 0) {
        return {ChainFaultKind::missing_row, 1,
                "row 1 was written after another row, which is missing"};
    }
    const auto before = std::to_string(head.sequence);
    return {ChainFaultKind::changed_row, static_cast<long long>(head.sequence),
            "row " + before + " was changed and hashed again: row " + std::to_string(row.sequence) +
                " was written after a row " + before + " with another hash"};
}

}  // namespace

StoredRow to_stored(const JournalRow& row) {
    return {.sequence = static_cast<long long>(row.sequence),
            .time_ms = row.time.time_since_epoch().count(),
            .actor = row.actor,
            .command = row.command,
            .reason = row.reason,
            .idempotency_key = row.idempotency_key,
            .body_hash = row.body_hash,
            .reservation = row.reservation,
            .kind = row.kind,
            .event = row.event,
            .previous_hash = {},
            .hash = {}};
}

JournalRow to_journal_row(const StoredRow& row) {
    return {.sequence = static_cast<std::uint64_t>(row.sequence),
            .time = Instant(Duration(row.time_ms)),
            .actor = row.actor,
            .command = row.command,
            .reason = row.reason,
            .idempotency_key = row.idempotency_key,
            .body_hash = row.body_hash,
            .reservation = row.reservation,
            .kind = row.kind,
            .event = row.event};
}

std::string genesis_hash() {
    return std::string(64, '0');
}

std::string hash_of(Sha256& hash, const StoredRow& row) {
    return hash_at(hash, row, row.sequence);
}

std::string hash_of(const StoredRow& row) {
    Sha256 hash;
    return hash_of(hash, row);
}

std::optional<ChainFault> own_fault(const StoredRow& row) {
    Sha256 hash;
    return own_fault(hash, row);
}

std::optional<ChainFault> own_fault(Sha256& hash, const StoredRow& row) {
    if (hash_of(hash, row) == row.hash) return std::nullopt;
    const auto place = std::to_string(row.sequence);
    if (const auto written = written_sequence(row)) {
        return ChainFault{
            ChainFaultKind::moved_row, row.sequence,
            "row " + place + " was moved: it was written as row " + std::to_string(*written)};
    }
    return ChainFault{ChainFaultKind::changed_row, row.sequence,
                      "row " + place + " was changed: its hash does not fit its contents"};
}

std::optional<ChainFault> ChainWalker::step(const StoredRow& row) {
    const auto expected = static_cast<long long>(head_.sequence) + 1;
    if (row.sequence > expected) return missing(head_.sequence + 1, row.sequence);
    if (row.sequence < expected) {
        return ChainFault{ChainFaultKind::moved_row, row.sequence,
                          "row " + std::to_string(row.sequence) + " lies where row " +
                              std::to_string(expected) + " belongs"};
    }
    if (auto fault = own_fault(hash_, row)) return fault;
    if (row.previous_hash != head_.hash) return not_linked(row, head_);
    head_ = {.sequence = static_cast<std::uint64_t>(row.sequence), .hash = row.hash};
    return std::nullopt;
}

}  // namespace berth
