// Keeps foreign pages out of an API that nobody has to log in to: a name server that an attacker
// controls may let a browser take this machine for theirs (DNS rebinding), and any page may send a
// request elsewhere (CSRF). Browsers say the truth in Host and Origin; programs that send neither
// are no danger.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "api/message.hpp"
#include "api/problem.hpp"

namespace berth {

// `names`: host names that the server is reached by, beside this machine's own. /healthz and
// /readyz tell nothing and are open: probes call by any address.
std::expected<void, Problem> check_site(const Request& request,
                                        const std::vector<std::string>& names);

}  // namespace berth
