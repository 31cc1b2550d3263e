// Percentiles of a handful of samples.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace berth::bench {

// The smallest sample that at least `share` of all do not exceed; 0 when there is none.
inline double percentile(std::vector<double> samples, double share) {
    if (samples.empty()) return 0;
    const double rank = std::ceil(share * static_cast<double>(samples.size())) - 1;
    const auto at = samples.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 0.0));
    std::ranges::nth_element(samples, at);
    return *at;
}

}  // namespace berth::bench
