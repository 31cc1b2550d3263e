#include "journal/snapshot_store.hpp"

#include <algorithm>
#include <exception>
#include <set>

#include "booking/event.hpp"
#include "journal/compressed.hpp"
#include "journal/durable_files.hpp"
#include "journal/sha256.hpp"

namespace berth {

namespace {

using std::filesystem::path;

constexpr const char* name_middle = ".snapshot-";
// The second is there for the day on which the first does not fit.
constexpr std::size_t snapshots_kept = 2;
constexpr int vouchers_read = 100;
constexpr std::uintmax_t largest_file = 1ULL << 33U;

}  // namespace

SnapshotStore::SnapshotStore(soci::session& sql, path journal)
    : sql_(sql), rows_(sql), journal_(std::move(journal)) {}

std::expected<SnapshotTaken, std::string> SnapshotStore::keep(const Snapshot& snapshot) {
    try {
        const std::string bytes = compressed(snapshot.bytes);
        const std::lock_guard lock(mutex_);
        const auto row = row_at(snapshot.through);
        if (!row) {
            return std::unexpected("the journal has no row " + std::to_string(snapshot.through));
        }
        replace_file(file_of(snapshot.through), temporary_file(), bytes);
        remove_old(snapshot.through);
        return SnapshotTaken{snapshot.through, row->hash, sha256_of(bytes)};
    } catch (const std::exception& error) {
        return std::unexpected(error.what());
    }
}

std::optional<Snapshot> SnapshotStore::newest(
    const std::function<void(const std::string&)>& report) {
    std::size_t seen = 0;
    for (const auto& taken : vouched()) {
        // Older ones are removed as newer ones come: that they are gone is no news.
        const bool expected = seen++ < snapshots_kept;
        if (!expected && !std::filesystem::exists(file_of(taken.through))) continue;
        auto snapshot = load(taken);
        if (snapshot) return std::move(*snapshot);
        if (report) {
            report("the snapshot of row " + std::to_string(taken.through) +
                   " is passed over: " + snapshot.error());
        }
    }
    return std::nullopt;
}

void SnapshotStore::remove_leftovers() {
    std::error_code ignored;
    std::filesystem::remove(temporary_file(), ignored);
}

std::vector<SnapshotTaken> SnapshotStore::vouched() {
    const std::lock_guard lock(mutex_);
    return vouched_locked();
}

std::vector<SnapshotTaken> SnapshotStore::vouched_locked() {
    std::string text;
    soci::statement select =
        (sql_.prepare << "SELECT event FROM journal WHERE kind = 'snapshot_taken'"
                         " ORDER BY sequence DESC LIMIT "
                      << vouchers_read,
         soci::into(text));
    std::vector<SnapshotTaken> found;
    for (bool more = select.execute(true); more; more = select.fetch()) {
        const auto event = decode_event("snapshot_taken", text);
        if (event) found.push_back(std::get<SnapshotTaken>(*event));
    }
    return found;
}

std::optional<StoredRow> SnapshotStore::row_at(std::uint64_t sequence) {
    const auto number = static_cast<long long>(sequence);
    auto rows = rows_.page(number - 1, 1);
    if (rows.empty() || rows.front().sequence != number) return std::nullopt;
    return std::move(rows.front());
}

std::expected<Snapshot, std::string> SnapshotStore::load(const SnapshotTaken& taken) {
    const auto number = std::to_string(taken.through);
    const path file = file_of(taken.through);
    try {
        const std::lock_guard lock(mutex_);
        const auto row = row_at(taken.through);
        if (!row) return std::unexpected("row " + number + " is missing");
        if (const auto fault = own_fault(*row)) return std::unexpected(fault->message);
        if (row->hash != taken.row_hash) {
            return std::unexpected("row " + number + " is another one than it was taken after");
        }
        if (!std::filesystem::exists(file)) {
            return std::unexpected("its file " + file.string() + " is missing");
        }
        const std::string bytes = read_file(file, largest_file);
        if (sha256_of(bytes) != taken.digest) {
            return std::unexpected("its file " + file.string() +
                                   " was changed: the digest does not fit");
        }
        auto text = decompressed(bytes);
        if (!text) return std::unexpected(file.string() + ": " + text.error());
        return Snapshot{taken.through, std::move(*text)};
    } catch (const std::exception& error) {
        return std::unexpected(error.what());
    }
}

void SnapshotStore::remove_old(std::uint64_t newest) {
    std::set<path> wanted{file_of(newest)};
    for (const auto& taken : vouched_locked()) {
        if (wanted.size() > snapshots_kept) break;
        if (std::filesystem::exists(file_of(taken.through))) wanted.insert(file_of(taken.through));
    }
    const path folder = journal_.parent_path();
    const std::string prefix = journal_.filename().string() + name_middle;
    std::vector<path> unwanted;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const bool ours = entry.path().filename().string().starts_with(prefix);
        if (ours && !wanted.contains(entry.path())) unwanted.push_back(entry.path());
    }
    // A file that cannot be removed only takes room.
    std::error_code ignored;
    for (const path& file : unwanted) std::filesystem::remove(file, ignored);
}

path SnapshotStore::file_of(std::uint64_t through) const {
    return journal_.string() + name_middle + std::to_string(through);
}

path SnapshotStore::temporary_file() const {
    return journal_.string() + name_middle + "new";
}

}  // namespace berth
