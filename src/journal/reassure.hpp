// At the opening of a journal: what its last program wrote may be in the system's memory only,
// because it was killed before it synced, or because a sync failed (Linux then takes the pages for
// written, and no later sync writes them). SQLite reads it, and would let it be shown and answered
// from; after a power loss it would be gone, and all that was appended behind it.
#pragma once

#include <soci/soci.h>

namespace berth {

// Makes durable all that SQLite reads in the file, whatever became of earlier syncs. For a
// connection in WAL mode. Throws std::runtime_error when the disk does not do it.
void write_again_and_sync(soci::session& sql);

}  // namespace berth
