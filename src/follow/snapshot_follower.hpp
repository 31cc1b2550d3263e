// Writes the state down every so many rows, so that the next start need not read them all. The
// copy is made between two batches and takes the writer milliseconds; encoding and storing happen
// here. Once the bytes are safe a row of the journal vouches for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/engine.hpp"
#include "follow/worker.hpp"

namespace berth {

struct SnapshotPolicy {
    // Rows between two snapshots, at least; a quarter of the live reservations when that is more,
    // so that snapshots never cost more than the bookings themselves.
    std::uint64_t rows = 20'000;
    // At an orderly stop fewer rows are worth one too.
    std::uint64_t rows_at_stop = 1'000;
};

class SnapshotFollower {
public:
    SnapshotFollower(Engine& engine, SnapshotPort& store, ClockPort& clock, SnapshotPolicy policy,
                     std::function<void(const std::string&)> report);
    ~SnapshotFollower();

    // Takes one now when it is worth it; returns when it is done. For an orderly stop: nothing else
    // may be submitting.
    void finish();

private:
    void take(std::uint64_t rows_worth_it);

    Engine& engine_;
    SnapshotPort& store_;
    SnapshotPolicy policy_;
    std::function<void(const std::string&)> report_;
    std::atomic<std::uint64_t> rows_since_;
    std::atomic<std::uint64_t> rows_wanted_;
    std::mutex taking_;  // one at a time
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
