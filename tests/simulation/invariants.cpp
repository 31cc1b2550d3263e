#include "simulation/invariants.hpp"

#include <algorithm>

#include "booking/event.hpp"
#include "engine/look_up.hpp"

namespace berth::simulation {

namespace {

constexpr std::size_t enough_violations = 20;  // what follows them tells nothing new

template <class Enum>
std::string name(Enum value) {
    return boost::describe::enum_to_string(value, "?");
}

std::string name(MoveCause cause) {
    switch (cause) {
        case MoveCause::overrun:
            return "an overrun";
        case MoveCause::gpu_down:
            return "a GPU that is down";
        case MoveCause::maintenance:
            return "maintenance";
        case MoveCause::victims_left:
            return "victims that left";
    }
    return "?";
}

bool has_moved(const Reservation& before, const Reservation& after) {
    return before.start != after.start || before.end != after.end || before.gpus != after.gpus;
}

}  // namespace

WaitRank rank_of(const Reservation& reservation) {
    return {reservation.state == ReservationState::displaced, reservation.priority,
            reservation.created_at, reservation.id};
}

Invariants::Invariants(const Site& site, Counts& counts)
    : site_(site),
      counts_(counts),
      ledger_(site.grid, site.opens),
      looked_until_(site.grid.slot_at(site.opens)),
      last_time_(site.opens) {}

void Invariants::violate(int invariant, std::string text) {
    if (violations_.size() >= enough_violations) return;
    violations_.push_back({invariant, std::move(text)});
}

void Invariants::violate(int invariant, const Change& change, const std::string& text) {
    violate(invariant, "row " + std::to_string(change.row.sequence) + " at " +
                           to_rfc3339(change.row.time) + ", " + change.row.kind + " of " +
                           change.after.id.text() + ": " + text);
}

void Invariants::begin_batch(std::span<const Submission* const> submissions, Instant now) {
    batch_ = submissions;
    now_ = now;
    room_changed_ = false;
    seen_before_batch_ = last_seen_;
}

void Invariants::see(const Published& published) {
    ++counts_.events;
    check_row(published.row);
    counts_.reach("event " + published.row.kind);
    if (!published.reservation) return see_fleet(published.row);
    if (published.row.kind == "gpus_swapped") see_swap(published);
    const Reservation& after = *published.reservation;
    Known& known = known_[after.id];
    const Shared before = known.now;
    const Change change{published.row, before.get(), after, known};
    if (!before) known.preemptible = after.preemptible;
    check_life(change);
    check_start(change);
    check_pieces(change);
    check_jobs_end(change);
    check_holding(change);
    check_warning(change);
    check_disturbance(change);
    keep_indexes(change);
    check_turn_of(change);
    reach_rules(change);
    known.now = published.reservation;
}

// 8. Every state change has an actor, a time and, where a person acted, a reason.
void Invariants::check_row(const JournalRow& row) {
    const auto complain = [&](const std::string& what) {
        violate(8, "row " + std::to_string(row.sequence) + " (" + row.kind + "): " + what);
    };
    if (row.sequence != last_seen_ + 1) {
        complain("follows row " + std::to_string(last_seen_));
    }
    last_seen_ = row.sequence;
    if (row.actor.empty()) complain("nobody did it");
    if (row.time < last_time_) complain("its time is before the last row's");
    last_time_ = std::max(last_time_, row.time);
    const auto asked = std::ranges::any_of(batch_, [&](const Submission* submission) {
        return submission->actor == row.actor && submission->reason == row.reason &&
               command_name(submission->command) == row.command;
    });
    if (asked) return;
    if (row.actor != system_actor) {
        complain("nobody asked " + row.command + " as \"" + row.actor + "\" for the reason \"" +
                 row.reason + "\"");
    } else if (row.reason.empty() && row.command != "tick") {
        complain("a consequence for others has no reason");
    }
}

void Invariants::see_fleet(const JournalRow& row) {
    const auto event = decode_event(row.kind, row.event);
    const std::vector<GpuSpec> before = gpus_;
    if (const auto* declared = std::get_if<FleetDeclared>(&*event)) gpus_ = declared->gpus;
    if (const auto* changed = std::get_if<GpuHealthChanged>(&*event)) {
        for (GpuSpec& gpu : gpus_) {
            const bool is_meant =
                std::ranges::find(changed->gpus, gpu_id(gpu)) != changed->gpus.end();
            if (is_meant) gpu.health = changed->health;
        }
    }
    reach_readiness(before);
    if (row.kind == "snapshot_taken" || row.kind.starts_with("occupant_")) return;
    ledger_.set_fleet(Fleet::make(gpus_).value());
    room_changed_ = true;
}

void Invariants::reach_readiness(const std::vector<GpuSpec>& before) {
    bool leaves = false;
    bool comes_back = false;
    bool is_down_as_well = false;
    for (const GpuSpec& gpu : gpus_) {
        const auto known = std::ranges::find(before, gpu_id(gpu), gpu_id);
        if (known == before.end()) continue;
        leaves |= known->health == Health::healthy && gpu.health == Health::unready;
        comes_back |= known->health == Health::unready && gpu.health == Health::healthy;
        is_down_as_well |= !known->also_unready && gpu.also_unready;
    }
    if (leaves) counts_.reach("rule a node is not ready");
    if (comes_back) counts_.reach("rule a node is ready again");
    if (is_down_as_well) counts_.reach("rule a GPU that is down is not ready either");
}

// The GPUs trade places for everybody at once; the rows after it tell each of the others so.
void Invariants::see_swap(const Published& published) {
    const auto event =
        std::get<GpusSwapped>(*decode_event(published.row.kind, published.row.event));
    const Shared before = known_.at(event.id).now;
    const Reservation& after = *published.reservation;
    if (before->start != after.start || before->end != after.end || before->state != after.state) {
        violate(2, event.id.text() + " lost its window to a swap among equal GPUs");
    }
    counts_.reach(event.by ? "rule a swap gives others other GPUs" : "rule GPUs are swapped");
    if (event.by) return;
    std::vector<Reservation> changed;
    for (const ReservationId id : live_) {
        Reservation one = *known_.at(id).now;
        if (!holds_gpus(one)) continue;
        bool has_one = false;
        for (std::string& gpu : one.gpus) {
            for (const GpuSwap& swap : event.swaps) {
                if (gpu != swap.assumed && gpu != swap.real) continue;
                gpu = gpu == swap.assumed ? swap.real : swap.assumed;
                has_one = true;
                break;
            }
        }
        if (has_one) changed.push_back(std::move(one));
    }
    for (const Reservation& one : changed) ledger_.let_go(one.id);
    for (const Reservation& one : changed) {
        if (const auto holder = ledger_.hold(one)) {
            violate(1, "a swap gives " + one.id.text() + " what " + holder->text() + " holds");
        }
    }
}

// 1. No GPU has two holders at one instant.
void Invariants::check_holding(const Change& change) {
    const bool held = change.before != nullptr && holds_gpus(*change.before);
    const bool holds = holds_gpus(change.after);
    if (held && holds && !has_moved(*change.before, change.after)) return;
    if (held) room_changed_ = true;
    if (!holds) return ledger_.let_go(change.after.id);
    if (const auto holder = ledger_.hold(change.after)) {
        violate(1, change, "its GPUs are also held by " + holder->text());
    }
}

// 2. What was asked for in pieces of one node starts on such pieces.
void Invariants::check_pieces(const Change& change) {
    const Reservation& after = change.after;
    if (change.row.kind != "reservation_starting" || !after.asked.per_node) return;
    std::map<std::string, int> taken;
    for (const std::string& gpu : after.gpus) ++taken[gpu.substr(0, gpu.rfind('/'))];
    for (const auto& [node, gpus] : taken) {
        if (gpus % *after.asked.per_node == 0) continue;
        violate(2, change,
                "it has " + std::to_string(gpus) + " GPUs of " + node +
                    " and asked for pieces of " + std::to_string(*after.asked.per_node));
    }
}

// 3. Every reservation reaches exactly one end.
void Invariants::check_life(const Change& change) {
    if (change.before == nullptr) {
        if (is_ended(change.after.state)) violate(3, change, "it begins with its end");
        return;
    }
    if (!is_ended(change.before->state)) return;
    if (change.row.kind == "reservation_ended" || change.after.state != change.before->state) {
        violate(3, change, "it had already ended as " + name(change.before->state));
    }
}

void Invariants::drained(const View& view) {
    for (const ReservationId id : live_) {
        const Reservation& reservation = *known_.at(id).now;
        violate(3, id.text() + " never ends: it is still " + name(reservation.state) +
                       ", its window is " + to_rfc3339(reservation.start) + " to " +
                       to_rfc3339(reservation.end));
    }
    for (const auto& [id, attempt] : alive_) {
        violate(5, "the job " + attempt.text() + " is forgotten and runs for ever");
    }
    for (const auto& [id, reservation] : view.reservations) {
        if (!known_.contains(id)) violate(8, id.text() + " is there without any row about it");
    }
}

void Invariants::committed(const View& view, Instant now) {
    check_disturbances_of_batch();
    check_nobody_is_late(now);
    if (room_changed_) check_nobody_is_passed_over(view, now);
}

void Invariants::keep_indexes(const Change& change) {
    const ReservationId id = change.after.id;
    if (change.before != nullptr) {
        if (change.before->state == ReservationState::confirmed) {
            to_start_.erase({change.before->start, id});
        }
        waiting_.erase(rank_of(*change.before));
    }
    if (change.after.state == ReservationState::confirmed) {
        to_start_.insert({change.after.start, id});
    }
    if (change.after.state == ReservationState::waitlisted ||
        change.after.state == ReservationState::displaced) {
        waiting_.insert(rank_of(change.after));
        room_changed_ = true;
    }
    const bool was_live = change.before != nullptr && !is_ended(change.before->state);
    const bool lives = !is_ended(change.after.state);
    if (lives && !was_live) {
        change.known.place_in_live = live_.size();
        live_.push_back(id);
    } else if (was_live && !lives) {
        known_.at(live_.back()).place_in_live = change.known.place_in_live;
        std::swap(live_[change.known.place_in_live], live_.back());
        live_.pop_back();
    }
}

void Invariants::reach_rules(const Change& change) {
    const Reservation& after = change.after;
    if (change.row.kind == "reservation_ended") {
        counts_.reach("rule ends " + name(after.state));
        if (change.before != nullptr && change.before->state == ReservationState::offered &&
            after.state == ReservationState::expired) {
            counts_.reach("rule an offer lapses");
        }
    } else if (change.row.kind == "notice_given") {
        counts_.reach("rule notice of " + name(after.notice->kind));
    } else if (change.row.kind == "reservation_moved") {
        const auto event = decode_event(change.row.kind, change.row.event);
        counts_.reach("rule moved because of " + name(std::get<ReservationMoved>(*event).cause));
    } else if (change.row.kind == "reservation_starting") {
        if (after.id.is_queue_job()) counts_.reach("rule a queue job starts");
        if (after.asked.per_node) counts_.reach("rule a gang starts");
    } else if (change.row.kind == "reservation_troubled") {
        if (after.waiting_for) counts_.reach("rule an owner is told what a start waits for");
        const bool was_waiting = change.before != nullptr && change.before->waiting_for;
        if (was_waiting && !after.waiting_for) counts_.reach("rule a start waits no longer");
    } else if (change.row.kind == "reservation_confirmed") {
        if (after.continues) counts_.reach("rule a continuation is booked");
        if (after.may_start_late_until) counts_.reach("rule a successor may start late");
        if (after.kind == ReservationKind::maintenance) counts_.reach("rule maintenance is booked");
    }
}

// 4. What was answered "confirmed" is there after a crash at any point.
void Invariants::answered(const Committed& answer) {
    if (!answer.reservation) return;
    Known& known = known_[answer.reservation->id];
    known.told_revision = std::max(known.told_revision, answer.reservation->revision);
}

void Invariants::recovered(const View& view) {
    for (const ReservationId id : live_) {
        const Known& known = known_.at(id);
        const Reservation* found = view.find(id);
        if (found == nullptr || found->revision < known.told_revision) {
            violate(4, id.text() + " was answered as of row " +
                           std::to_string(known.told_revision) + ", and after a crash " +
                           (found == nullptr ? "it is not there" : "it is as it was before"));
        }
    }
    if (view.last_sequence < last_seen_) {
        violate(4, "row " + std::to_string(last_seen_) + " was shown, and after a crash the last " +
                       "one is row " + std::to_string(view.last_sequence));
    }
}

// 5. No job is started twice, none is forgotten.
void Invariants::job_started(const AttemptId& attempt) {
    if (!started_.insert(attempt).second) violate(5, attempt.text() + " is started twice");
    const auto [there, is_alone] = alive_.emplace(attempt.reservation, attempt);
    if (!is_alone) {
        violate(5, attempt.text() + " is started while " + there->second.text() + " runs");
    }
}

void Invariants::job_gone(const AttemptId& attempt) {
    alive_.erase(attempt.reservation);
}

void Invariants::check_jobs_end(const Change& change) {
    if (change.row.kind != "reservation_ended") return;
    if (const auto job = alive_.find(change.after.id); job != alive_.end()) {
        violate(5, change, "its job " + job->second.text() + " still runs");
    }
}

}  // namespace berth::simulation
