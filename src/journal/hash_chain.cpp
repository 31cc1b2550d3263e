#include "journal/hash_chain.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace berth {

namespace {

// The first field of every row's encoding: another format gets another tag.
constexpr std::string_view format_tag = "berth-journal-1";

// How far beyond its place a row's true sequence number is looked for.
constexpr long long moved_row_search = 10'000;

class Sha256 {
public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        require(context_ != nullptr &&
                EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
    }

    // Each field is preceded by its length, so that no two rows have one encoding.
    void add_field(std::string_view bytes) {
        std::array<unsigned char, 8> length{};
        for (std::size_t i = 0; i < length.size(); ++i) {
            length[i] = static_cast<unsigned char>(bytes.size() >> (8 * (length.size() - 1 - i)));
        }
        require(EVP_DigestUpdate(context_.get(), length.data(), length.size()) == 1 &&
                EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
    }

    std::string hex() {
        std::array<unsigned char, 32> digest{};
        unsigned int size = 0;
        require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
        constexpr std::string_view digits = "0123456789abcdef";
        std::string text;
        text.reserve(2 * digest.size());
        for (const unsigned char byte : digest) {
            text.push_back(digits[byte >> 4U]);
            text.push_back(digits[byte & 0xFU]);
        }
        return text;
    }

private:
    static void require(bool succeeded) {
        if (!succeeded) throw std::runtime_error("SHA-256 is not available from OpenSSL");
    }

    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string hash_at(const StoredRow& row, long long sequence) {
    Sha256 hash;
    hash.add_field(format_tag);
    hash.add_field(std::to_string(sequence));
    hash.add_field(std::to_string(row.time_ms));
    hash.add_field(row.actor);
    hash.add_field(row.command);
    hash.add_field(row.reason);
    hash.add_field(row.idempotency_key);
    hash.add_field(row.body_hash);
    hash.add_field(row.reservation);
    hash.add_field(row.kind);
    hash.add_field(row.event);
    hash.add_field(row.previous_hash);
    return hash.hex();
}

// The sequence number that the row was written with, when only that was changed. Slow, and only
// done once, for the row at which a walk ends.
std::optional<long long> written_sequence(const StoredRow& row) {
    for (long long sequence = 1; sequence <= row.sequence + moved_row_search; ++sequence) {
        if (hash_at(row, sequence) == row.hash) return sequence;
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

std::string hash_of(const StoredRow& row) {
    return hash_at(row, row.sequence);
}

std::optional<ChainFault> own_fault(const StoredRow& row) {
    if (hash_of(row) == row.hash) return std::nullopt;
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
    if (auto fault = own_fault(row)) return fault;
    if (row.previous_hash != head_.hash) return not_linked(row, head_);
    head_ = {.sequence = static_cast<std::uint64_t>(row.sequence), .hash = row.hash};
    return std::nullopt;
}

}  // namespace berth
