// Who asks, why, and under which key: what every write carries beside its command.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api/message.hpp"
#include "api/problem.hpp"
#include "api/router.hpp"
#include "engine/engine.hpp"

namespace berth {

// Error: a sentence; "berth" is the system's own name.
std::expected<void, std::string> check_person(std::string_view name);

// X-Berth-User where nobody need say who they are: empty then.
std::expected<std::string, Problem> person_of(const Request& request);

// The actor (X-Berth-User), the reason (`reason`, else X-Berth-Reason) and the Idempotency-Key of a
// request, without a command yet.
std::expected<Submission, Problem> submission_of(const Request& request,
                                                 const std::optional<std::string>& reason);
// Reason and key of a request whose actor is known already.
std::expected<Submission, Problem> submission_by(std::string actor, const Request& request,
                                                 const std::optional<std::string>& reason);

// If-Match: "17" as the revision 17; nothing when absent or "*".
std::expected<std::optional<std::uint64_t>, Problem> if_match_of(const Request& request);

}  // namespace berth
