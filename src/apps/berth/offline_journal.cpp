#include "apps/berth/offline_journal.hpp"

#include <filesystem>

#include "journal/journal_reader.hpp"

namespace berth::cli {

void add_offline_options(CLI::App& command, OfflineOptions& options) {
    command.add_option("--journal", options.journal, "read this journal file, without a server");
    command.add_option("--zone", options.zone, "with --journal: the site's time zone (UTC)");
    command.add_option("--slot", options.slot, "with --journal: the length of a slot (2h)");
}

std::optional<SlotGrid> offline_grid(Session& session, const OfflineOptions& options) {
    const auto length = session.length(options.slot);
    if (!length) return std::nullopt;
    auto grid =
        SlotGrid::make(options.zone, std::chrono::duration_cast<std::chrono::minutes>(*length));
    if (grid) return std::move(*grid);
    session.fail(Exit::usage, grid.error());
    return std::nullopt;
}

Exit read_rows(Session& session, const std::string& path,
               const std::function<void(const JournalRow&)>& row) {
    if (!std::filesystem::exists(path)) {
        return session.fail(Exit::not_found, "there is no journal " + path);
    }
    try {
        const auto journal = JournalReader::open(path);
        if (!journal) return session.fail(Exit::failed, journal.error());
        if (const auto read = (*journal)->read_after(0, row); !read) {
            return session.fail(Exit::failed, path + " is not what was written: " + read.error());
        }
    } catch (const std::exception& error) {
        return session.fail(Exit::failed,
                            "the journal " + path + " cannot be read: " + error.what());
    }
    return Exit::done;
}

}  // namespace berth::cli
