// What a waiting request asks for, in the terms of the calendar; quick, for there may be thousands
// at a time. Whether the fleet could ever give it is choose_gpus()'s question (wish.hpp).
#pragma once

#include <optional>

#include "engine/wish.hpp"

namespace berth {

// Nothing while a GPU that it names is not there or cannot be used. Precondition: the request was
// once accepted.
std::optional<WishedGpus> gpus_wished(const Fleet& fleet, const GpuRequest& asked);

}  // namespace berth
