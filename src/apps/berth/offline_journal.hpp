// A journal file read without a server: `berth audit --journal` and `berth calendar --journal`.
// The file is not changed, and a server may be writing it meanwhile.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "apps/berth/session.hpp"
#include "engine/journal_port.hpp"

namespace berth::cli {

struct OfflineOptions {
    std::string journal;  // the file; empty: ask the server
    std::string zone = "UTC";
    std::string slot = "2h";
};

void add_offline_options(CLI::App& command, OfflineOptions& options);

// The site's grid, which the journal itself does not hold. Nothing: said already.
std::optional<SlotGrid> offline_grid(Session& session, const OfflineOptions& options);

// All rows in order, as long as each is as it was written. Another exit code than done: a sentence
// has been said, which names the first row that is not.
Exit read_rows(Session& session, const std::string& path,
               const std::function<void(const JournalRow&)>& row);

}  // namespace berth::cli
