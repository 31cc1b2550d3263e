// Takes the token's Secret away once every pod of an attempt has it, or is to stop. Volcano makes a
// pod anew that was deleted while its controller was away; without the Secret such a pod never
// starts its container, so that no rank runs twice.
#pragma once

#include "kubernetes/launcher_tools.hpp"

namespace berth {

// Asks for it until the cluster says that it is gone.
void withdraw_token(LauncherTools& tools, ClusterAttempt& attempt);

}  // namespace berth
