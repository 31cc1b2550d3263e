// How the fleet's types look in JSON; the fleet itself knows nothing of JSON.
#pragma once

#include "fleet/fleet.hpp"
#include "json/described.hpp"

namespace berth {

BOOST_DESCRIBE_ENUM(Health, healthy, down, unready, gone)
BOOST_DESCRIBE_STRUCT(GpuSpec, (),
                      (node, device, model, memory_gb, labels, health, also_unready,
                       unready_because))

}  // namespace berth
