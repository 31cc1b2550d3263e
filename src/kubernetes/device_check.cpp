#include "kubernetes/device_check.hpp"

namespace berth {

void DeviceCheck::advance(ClusterAttempt&, const AttemptSight&) {
    (void)tools_;
}

}  // namespace berth
