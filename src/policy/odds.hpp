// How likely it is that a preemptible reservation keeps its GPUs, judged by what happened lately.
//
//     chance of eviction = 1 − exp(−rate · length), rate = evictions / hours held
//
// as if evictions came at random, at the rate at which they lately came to preemptible work, for as
// long as it held GPUs. Pure; a simple estimate that says what it rests on, not a promise.
#pragma once

#include <optional>
#include <string>

#include "json/described.hpp"
#include "time/instant.hpp"

namespace berth {

// What befell the preemptible reservations that held GPUs in the time looked at.
struct EvictionRecord {
    int reservations = 0;
    int evicted = 0;
    Duration held{};  // by all of them together
};

struct Odds {
    std::optional<double> kept;  // from 0 to 1; absent when nothing is known
    std::string why;

    bool operator==(const Odds&) const = default;
};
BOOST_DESCRIBE_STRUCT(Odds, (), (kept, why))

// Absent when none held any.
std::optional<double> eviction_chance(const EvictionRecord& record, Duration length);

Odds odds_of_firm();
Odds odds_of_preemptible(const EvictionRecord& record, Duration length);

}  // namespace berth
