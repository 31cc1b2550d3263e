// What a cancellation costs when ten thousand wait: 10,000 GPUs of which none is free in the next
// four days, and entries of a thousand different wishes that all reach into them. Measured is the
// whole command, from the decision to the last window it gives away, without the journal's disk;
// also what planning the ordinary queue costs with a thousand jobs in it.
// usage: bench_waitlist_rescan [--quick]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/calendar_site.hpp"
#include "bench/percentile.hpp"
#include "engine/decide.hpp"
#include "engine/queue.hpp"

namespace {

using namespace berth;
using namespace berth::bench;

constexpr int gpu_count = 10'000;
constexpr int entries = 10'000;
constexpr int jobs = 1'000;
constexpr int full_slots = 60;    // nothing is free for so long
constexpr int latest_start = 36;  // so that no entry reaches beyond that
constexpr double most_ms = 10;

// Of this thread: what others do on the machine does not count.
double milliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

class BusySite {
public:
    BusySite()
        : grid_(SlotGrid::make("UTC", std::chrono::minutes(120)).value()),
          now_(std::chrono::sys_days{std::chrono::year(2027) / 1 / 4}),
          state_(std::make_shared<const Fleet>(), grid_, now_, CalendarLimits{}) {
        FleetDeclared fleet;
        const Site model = site_of(gpu_count);
        for (const Gpu& gpu : model.fleet->gpus()) fleet.gpus.push_back(gpu.spec);
        take(fleet);
        state_.room_appeared = false;
    }

    // One reservation a node, for so many slots from there on.
    std::vector<ReservationId> fill_nodes(int from_slot, int slots) {
        std::vector<ReservationId> made;
        for (const Node& node : state_.fleet->nodes()) {
            Reservation reservation = common();
            for (const GpuIndex gpu : node.gpus) {
                reservation.gpus.push_back(state_.fleet->gpu(gpu).id);
            }
            reservation.start = at(from_slot);
            reservation.end = reservation.booked_end = at(from_slot + slots);
            made.push_back(reservation.id);
            take(ReservationConfirmed{std::move(reservation)});
        }
        return made;
    }

    void let_wait(Dice& dice) {
        Reservation entry = common();
        const Request request = ordinary_request(dice);
        entry.asked = asked(request);
        const int start = dice.between(1, latest_start);
        entry.state = ReservationState::waitlisted;
        entry.start = at(start);
        entry.end = entry.booked_end = at(start + request.slots);
        entry.priority = static_cast<Priority>(dice.between(1, 3));
        entry.created_at = now_ + std::chrono::milliseconds(entry.id.number);
        entry.wait =
            Wait{at(dice.between(start, latest_start)), WaitMode::auto_, {}, request.slots};
        take(ReservationWaitlisted{std::move(entry)});
    }

    void enqueue(Dice& dice) {
        Reservation job = common();
        job.id = state_.next_queue_id();
        job.state = ReservationState::queued;
        job.asked = asked(ordinary_request(dice));
        job.limit_minutes = 10 * dice.between(1, 11);
        job.team = "team" + std::to_string(dice.below(8));
        job.workload.emplace().argv = {"/bin/true"};
        take(JobQueued{std::move(job)});
    }

    void settled() { state_.room_appeared = false; }

    // Milliseconds, and how many windows were given.
    std::pair<double, std::size_t> cancel(ReservationId id) {
        const Submission submission{.actor = "alice",
                                    .reason = {},
                                    .idempotency_key = {},
                                    .body_hash = {},
                                    .command = Cancel{id, {}}};
        const double began = milliseconds();
        Turn turn(state_, submission, now_);
        if (!carry_out(turn)) throw std::logic_error("a cancellation was refused");
        return {milliseconds() - began, turn.written().size() - 1};
    }

    double plan() {
        const double began = milliseconds();
        if (planned_starts(state_, now_).size() != state_.queued.size()) {
            throw std::logic_error("a queued job is not in the plan");
        }
        return milliseconds() - began;
    }

private:
    [[nodiscard]] Instant at(int slot) const { return grid_.start_of(grid_.slot_at(now_) + slot); }

    [[nodiscard]] Reservation common() const {
        Reservation reservation;
        reservation.id = state_.next_id();
        reservation.title = "training";
        reservation.owner = "alice";
        reservation.team = "vision";
        reservation.start = reservation.end = reservation.booked_end = now_;
        reservation.created_at = now_;
        return reservation;
    }

    static GpuRequest asked(const Request& request) {
        GpuRequest asked;
        asked.count = request.wish.count;
        asked.model = request.wish.selector.model;
        asked.spread = request.wish.spread.text();
        return asked;
    }

    void take(const Event& event) { apply(state_, event, state_.last_sequence + 1, now_); }

    SlotGrid grid_;
    Instant now_;
    State state_;
};

void print(const std::string& name, std::vector<double> milliseconds, double target) {
    const double middle = percentile(milliseconds, 0.5);
    std::printf("%-70s p50 %8.3f ms, p99 %8.3f ms\n", name.c_str(), middle,
                percentile(milliseconds, 0.99));
    std::printf(R"({"name": "%s", "value": %.4g, "unit": "ms", "better": "lower", "target": %g})"
                "\n",
                name.c_str(), percentile(milliseconds, 0.99), target);
}

}  // namespace

int main(int argc, char** argv) {
    const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
    const std::size_t samples = quick ? 20 : 200;
    Dice dice(42);
    BusySite site;
    const auto in_the_way = site.fill_nodes(0, full_slots);
    const auto far_away = site.fill_nodes(full_slots + 10, 4);
    for (int i = 0; i < entries; ++i) site.let_wait(dice);
    site.settled();

    std::vector<double> nobody;
    std::vector<double> somebody;
    std::size_t given = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        nobody.push_back(site.cancel(far_away[i]).first);
        const auto [took, windows] = site.cancel(in_the_way[i]);
        somebody.push_back(took);
        given += windows;
    }
    if (given < samples) throw std::logic_error("freed nodes were given to nobody");
    print("waitlist of 10,000, a cancellation that nobody can use", nobody, most_ms);
    print("waitlist of 10,000, a node of 8 GPUs comes free", somebody, most_ms);

    for (int i = 0; i < jobs; ++i) site.enqueue(dice);
    std::vector<double> plans;
    for (int i = 0; i < 10; ++i) plans.push_back(site.plan());
    print("plan of a queue of 1,000 on 10,000 GPUs", plans, most_ms * 10);
    return 0;
}
