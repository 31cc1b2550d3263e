// Answers on their way out: long JSON and tables are compressed for who takes it, and what is very
// long is compressed aside, so that it holds up nobody's request.
#pragma once

#include <functional>

#include "api/event_hub.hpp"
#include "api/message.hpp"
#include "api/router.hpp"

namespace berth {

// An answer with an ETag or an encoding of its own goes out as it is: other bytes would need
// another tag, and tags are sent back in If-Match.
void respond_compressed(Response response, const Respond& respond, const RunSoon& run_aside);

}  // namespace berth
