// `?dry_run=true` on a write: the answer that it would get, and nothing happens.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "api/services.hpp"
#include "booking/command.hpp"

namespace berth {

Parameter dry_run_parameter();
std::expected<bool, Problem> is_dry_run(const Request& request);

// Answers 200 with the reservation as it would stand, or what `refuse` makes of the refusal.
void answer_dry_run(const Services& services, const std::string& actor, Command command,
                    const Respond& respond, std::function<Response(const Refusal&)> refuse);

}  // namespace berth
