#include "policy/odds.hpp"

#include <cmath>

namespace berth {

std::optional<double> eviction_chance(const EvictionRecord& record, Duration length) {
    if (record.held <= Duration::zero()) return std::nullopt;
    const double evictions = record.evicted;
    const double lengths =
        static_cast<double>(length.count()) / static_cast<double>(record.held.count());
    return 1 - std::exp(-evictions * lengths);
}

Odds odds_of_firm() {
    return {1.0, "certain: it is not preemptible, so nobody takes its GPUs"};
}

Odds odds_of_preemptible(const EvictionRecord& record, Duration length) {
    const auto chance = eviction_chance(record, length);
    if (!chance) {
        return {std::nullopt,
                "it is preemptible: a P0 may take its GPUs, with notice; how often that happens "
                "is not known yet, for no preemptible work has run lately"};
    }
    return {1 - *chance, "it is preemptible, and of the " + std::to_string(record.reservations) +
                             " preemptible reservations that ran lately " +
                             std::to_string(record.evicted) + " were evicted"};
}

}  // namespace berth
