// Writes the journal of a server that has been in use for years, straight through SqliteJournal: so
// many reservations that are over (each with its five rows: confirmed, checked, starting, running,
// ended) and so many that lie ahead (confirmed and checked), on nodes of 8 GPUs.
//
//     bench_big_journal FOLDER PAST FUTURE [GPUS]
//
// Follow it with a berthd whose configuration has the same nodes (node0, node1 … with 8 GPUs each,
// model A100, 80 GB), the zone UTC and slots of 2 hours.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/print_figures.hpp"
#include "booking/event.hpp"
#include "journal/sqlite_journal.hpp"

namespace {

using namespace berth;

constexpr int gpus_per_node = 8;
constexpr int most_gpus = 4;
constexpr int most_slots = 16;
constexpr std::chrono::hours slot_length{2};
constexpr std::size_t rows_in_batch = 4'000;

// A reservation, small enough that millions of them fit into memory.
struct Plan {
    std::int32_t first_slot = 0;
    std::int32_t slots = 0;
    std::int32_t node = 0;
    std::array<std::int8_t, most_gpus> devices{};  // ascending
    std::int8_t gpus = 0;
};

// Takes, for each reservation, the GPUs of one node that are free first.
class Planner {
public:
    Planner(int nodes, std::int32_t first_slot)
        : free_from_(static_cast<std::size_t>(nodes)), random_(42) {
        for (auto& node : free_from_) node.fill(first_slot);
    }

    Plan next() {
        Plan plan;
        plan.node = static_cast<std::int32_t>(random_() % free_from_.size());
        plan.gpus = static_cast<std::int8_t>(1 + random_() % most_gpus);
        plan.slots = static_cast<std::int32_t>(1 + random_() % most_slots);
        auto& free_from = free_from_[static_cast<std::size_t>(plan.node)];
        std::array<std::int8_t, gpus_per_node> order{0, 1, 2, 3, 4, 5, 6, 7};
        std::ranges::sort(order, {}, [&](std::int8_t device) {
            return std::pair(free_from[static_cast<std::size_t>(device)], device);
        });
        const auto taken = std::span(order).first(static_cast<std::size_t>(plan.gpus));
        plan.first_slot = free_from[static_cast<std::size_t>(taken.back())];
        std::ranges::sort(taken);
        std::ranges::copy(taken, plan.devices.begin());
        for (const std::int8_t device : taken) {
            free_from[static_cast<std::size_t>(device)] = plan.first_slot + plan.slots;
        }
        return plan;
    }

private:
    std::vector<std::array<std::int32_t, gpus_per_node>> free_from_;
    std::mt19937_64 random_;
};

// In the order in which they happen to one reservation, and at one instant to several.
enum class Stage : std::uint8_t { ended, confirmed, checked, starting, running };

struct Step {
    Instant time;
    Stage stage = Stage::confirmed;
    std::uint32_t plan = 0;
};

class Writer {
public:
    Writer(SqliteJournal& journal, std::vector<Plan> plans, Instant origin)
        : journal_(journal), plans_(std::move(plans)), origin_(origin), ids_(plans_.size()) {}

    void declare(int nodes, Instant at) {
        FleetDeclared declared;
        for (int i = 0; i < nodes * gpus_per_node; ++i) {
            declared.gpus.push_back({"node" + std::to_string(i / gpus_per_node),
                                     i % gpus_per_node,
                                     "A100",
                                     80,
                                     {},
                                     Health::healthy});
        }
        add(at, "berth", "declare_fleet", declared, {});
    }

    void live_through(const std::vector<Step>& steps) {
        for (const Step& step : steps) take(step);
        flush();
    }

    [[nodiscard]] std::uint64_t rows() const { return sequence_; }
    [[nodiscard]] Instant start_of(const Plan& plan) const {
        return origin_ + slot_length * plan.first_slot;
    }
    [[nodiscard]] Instant end_of(const Plan& plan) const {
        return origin_ + slot_length * (plan.first_slot + plan.slots);
    }

private:
    void take(const Step& step) {
        if (step.stage == Stage::confirmed) ids_[step.plan] = ReservationId{++last_id_};
        Reservation now = as_of(step);
        switch (step.stage) {
            case Stage::confirmed:
                add(step.time, now.owner, "reserve", ReservationConfirmed{now}, now);
                break;
            case Stage::checked:
                add(step.time, "berth", "report_preflight",
                    PreflightReported{now.id, now.preflight}, now);
                break;
            case Stage::starting:
                add(step.time, "berth", "tick", ReservationStarting{now.id, 1}, {});
                break;
            case Stage::running:
                add(step.time, "berth", "attempt_started", ReservationRunning{now.id, step.time},
                    {});
                break;
            case Stage::ended:
                add(step.time, "berth", "attempt_ended",
                    ReservationEnded{now.id, ReservationState::completed, step.time, 0, ""}, now);
                break;
        }
    }

    [[nodiscard]] Reservation as_of(const Step& step) const {
        const Plan& plan = plans_[step.plan];
        Reservation reservation;
        reservation.id = ids_[step.plan];
        reservation.title = "training " + std::to_string(reservation.id.number);
        reservation.owner = "person" + std::to_string(step.plan % 50);
        reservation.team = "team" + std::to_string(step.plan % 7);
        for (std::size_t i = 0; i < static_cast<std::size_t>(plan.gpus); ++i) {
            reservation.gpus.push_back("node" + std::to_string(plan.node) + "/" +
                                       std::to_string(plan.devices[i]));
        }
        reservation.start = start_of(plan);
        reservation.end = end_of(plan);
        reservation.booked_end = reservation.end;
        reservation.created_at = start_of(plan) - slot_length;
        reservation.workload.emplace();
        reservation.workload->argv = {"/bin/sh", "train.sh", "--epochs", "100"};
        if (step.stage == Stage::confirmed) return reservation;
        // As the preflight would say again: a start of the server checks all that lie ahead.
        reservation.preflight = {{"program", true, "/bin/sh is there"}};
        if (step.stage != Stage::ended) return reservation;
        reservation.state = ReservationState::completed;
        reservation.attempt = 1;
        reservation.started_at = reservation.start;
        reservation.ended_at = reservation.end;
        reservation.exit_code = 0;
        return reservation;
    }

    void add(Instant time, std::string actor, std::string command, const Event& event,
             std::optional<Reservation> after) {
        JournalRow row;
        row.sequence = ++sequence_;
        row.time = time;
        row.actor = std::move(actor);
        row.command = std::move(command);
        if (const auto id = reservation_of(event)) row.reservation = id->text();
        row.kind = event_kind(event);
        row.event = encode_event(event);
        rows_.push_back(std::move(row));
        if (after) {
            after->revision = sequence_;
            projections_.push_back(
                {sequence_, std::make_shared<const Reservation>(std::move(*after))});
        }
        if (rows_.size() >= rows_in_batch) flush();
    }

    void flush() {
        if (rows_.empty()) return;
        if (journal_.append(rows_, projections_) != CommitOutcome::committed) {
            throw std::runtime_error("the journal refused a batch: " + journal_.last_error());
        }
        rows_.clear();
        projections_.clear();
    }

    SqliteJournal& journal_;
    std::vector<Plan> plans_;
    Instant origin_;  // of slot 0
    std::vector<ReservationId> ids_;
    std::uint64_t last_id_ = 0;
    std::uint64_t sequence_ = 0;
    std::vector<JournalRow> rows_;
    std::vector<Projection> projections_;
};

// What is over by slot 0 happens in full; what lies ahead is booked at `now`.
std::vector<Step> steps_of(const std::vector<Plan>& plans, const Writer& writer, Instant now) {
    std::vector<Step> steps;
    for (std::uint32_t i = 0; i < plans.size(); ++i) {
        const Instant start = writer.start_of(plans[i]);
        if (plans[i].first_slot > 0) {
            steps.push_back({now, Stage::confirmed, i});
            steps.push_back({now, Stage::checked, i});
            continue;
        }
        steps.push_back({start - slot_length, Stage::confirmed, i});
        steps.push_back({start - slot_length, Stage::checked, i});
        steps.push_back({start, Stage::starting, i});
        steps.push_back({start + std::chrono::seconds(1), Stage::running, i});
        steps.push_back({writer.end_of(plans[i]), Stage::ended, i});
    }
    std::ranges::stable_sort(steps, {},
                             [](const Step& step) { return std::pair(step.time, step.stage); });
    return steps;
}

// The past ends at slot 0, the future begins at slot 1.
std::vector<Plan> make_plans(int past, int future, int nodes) {
    std::vector<Plan> plans;
    std::int32_t end = 0;
    Planner before(nodes, 0);
    for (int i = 0; i < past; ++i) {
        plans.push_back(before.next());
        end = std::max(end, plans.back().first_slot + plans.back().slots);
    }
    for (Plan& plan : plans) plan.first_slot -= end;
    Planner after(nodes, 1);
    for (int i = 0; i < future; ++i) plans.push_back(after.next());
    return plans;
}

void run(const std::string& folder, int past, int future, int nodes) {
    auto journal = SqliteJournal::open(folder + "/journal.sqlite");
    if (!journal) throw std::runtime_error(journal.error());
    const Instant now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    const auto origin =
        Instant(now.time_since_epoch() - now.time_since_epoch() % Duration(slot_length));
    const std::vector<Plan> plans = make_plans(past, future, nodes);
    Instant first = origin;
    for (const Plan& plan : plans) first = std::min(first, origin + slot_length * plan.first_slot);
    const auto began = std::chrono::steady_clock::now();
    Writer writer(**journal, plans, origin);
    writer.declare(nodes, first - slot_length);
    writer.live_through(steps_of(plans, writer, now));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    // Nobody is to be told of what happened years ago.
    (*journal)->advance("notifier", writer.rows());
    bench::print_figures({{"rows", static_cast<double>(writer.rows())}, {"seconds", took.count()}});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("usage: bench_big_journal FOLDER PAST FUTURE [GPUS]\n", stderr);
        return 2;
    }
    try {
        const int gpus = argc > 4 ? std::atoi(argv[4]) : 1'000;
        run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::max(1, gpus / gpus_per_node));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_big_journal: %s\n", error.what());
        return 1;
    }
}
