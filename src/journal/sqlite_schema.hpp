// The journal's tables: creating them in a new file, bringing those of an older Berth up to date,
// and refusing a file that is not ours to write.
#pragma once

#include <soci/soci.h>

#include <expected>
#include <string>

namespace berth {

// Raised whenever a stored table or the hash's encoding changes.
inline constexpr int schema_version = 3;

// What the overlap guard of the table `claims` aborts with.
inline constexpr const char* double_booking_text = "double booking";

// One row of the table `spans` stands for so many consecutive reservations.
inline constexpr long long span_block = 256;

enum class SchemaState { absent, older, current };

// Error: the file holds something else, or the journal of a newer Berth. `path` is for the
// sentence.
std::expected<SchemaState, std::string> inspect_schema(soci::session& sql, const std::string& path);

// Precondition: the schema is absent. One transaction.
void create_schema(soci::session& sql);

// Precondition: the schema is older. One transaction; the rows of the table `journal` stay as they
// are.
void migrate_schema(soci::session& sql);

}  // namespace berth
