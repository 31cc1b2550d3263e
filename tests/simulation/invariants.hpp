// The ten invariants, checked after every event from what anybody outside the engine can see: the
// rows, each reservation right after its row, the answers, and what the jobs do.
//
//     invariants.begin_batch(submissions);      // who asked for what, before the commit
//     invariants.see(published);                // each row, in order
//     invariants.committed(view, now);          // the batch is over
//     for (const Violation& violation : invariants.violations()) …
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/launcher_port.hpp"
#include "engine/state.hpp"
#include "engine/submission.hpp"
#include "simulation/counts.hpp"
#include "simulation/ledger.hpp"
#include "simulation/site.hpp"

namespace berth::simulation {

struct Violation {
    int invariant = 0;  // its number in the list of the ten
    std::string text;
};

class Invariants {
public:
    Invariants(const Site& site, Counts& counts);

    void begin_batch(std::span<const Submission* const> submissions, Instant now);
    void see(const Published& published);
    void committed(const View& view, Instant now);
    // A client was told so.
    void answered(const Committed& answer);
    // A new process begins with this.
    void recovered(const View& view);
    // Nothing more is asked and much time has passed.
    void drained(const View& view);

    void job_started(const AttemptId& attempt);
    void job_told_to_stop(ReservationId id, Instant ends_at);
    void job_gone(const AttemptId& attempt);

    void violate(int invariant, std::string text);
    [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
    [[nodiscard]] std::uint64_t last_seen() const { return last_seen_; }
    [[nodiscard]] const std::vector<ReservationId>& live() const { return live_; }

private:
    using Shared = std::shared_ptr<const Reservation>;
    struct Known {
        Shared now;                       // as its last row left it
        bool preemptible = true;          // as booked: nothing may change that
        std::uint64_t told_revision = 0;  // the newest that a client was told of
        std::optional<Instant> warned_at;
        std::size_t place_in_live = 0;
    };
    struct Disturbance {
        ReservationId victim;
        ReservationId by;
        std::uint64_t row = 0;
    };
    // One change of one reservation.
    struct Change {
        const JournalRow& row;
        const Reservation* before;  // null for a new one
        const Reservation& after;
        Known& known;
    };

    void check_row(const JournalRow& row);  // 8
    void see_fleet(const JournalRow& row);
    void reach_readiness(const std::vector<GpuSpec>& before);
    void see_swap(const Published& published);
    void check_holding(const Change& change);                         // 1
    void check_life(const Change& change);                            // 3
    void check_start(const Change& change);                           // 2
    void check_pieces(const Change& change);                          // 2
    void check_warning(const Change& change);                         // 6
    void check_disturbance(const Change& change);                     // 10
    void check_is_needed(const Change& change);                       // 10
    void check_disturbances_of_batch();                               // 10
    void check_turn_of(const Change& change);                         // 9
    void check_nobody_is_passed_over(const View& view, Instant now);  // 9
    void check_nobody_is_late(Instant now);                           // 2
    void check_jobs_end(const Change& change);                        // 5

    void keep_indexes(const Change& change);
    void reach_rules(const Change& change);
    [[nodiscard]] bool was_warned_in_time(const Known& known, const Reservation& after,
                                          Instant stopped_at) const;
    // The window that somebody who waits could have now; what `without` holds counts as free.
    [[nodiscard]] std::optional<Slot> fit_of(const Reservation& waiting, Instant now,
                                             std::optional<ReservationId> without) const;
    [[nodiscard]] bool is_limited(const Reservation& reservation) const;
    void violate(int invariant, const Change& change, const std::string& text);

    const Site& site_;
    Counts& counts_;
    Ledger ledger_;
    std::vector<GpuSpec> gpus_;
    std::map<ReservationId, Known> known_;
    std::vector<ReservationId> live_;
    std::set<std::pair<Instant, ReservationId>> to_start_;
    std::set<WaitRank> waiting_;
    std::vector<Disturbance> disturbances_;  // of this batch
    std::map<ReservationId, AttemptId> alive_;
    std::set<AttemptId> started_;
    std::span<const Submission* const> batch_;
    Instant now_;
    Slot looked_until_;  // the horizon when those who wait were last looked through
    bool room_changed_ = false;
    std::uint64_t last_seen_ = 0;
    std::uint64_t seen_before_batch_ = 0;
    Instant last_time_;
    std::vector<Violation> violations_;
};

WaitRank rank_of(const Reservation& reservation);

}  // namespace berth::simulation
