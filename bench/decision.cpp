// Berth's decision alone, in memory: what one reservation costs to decide and apply, and one that
// is refused because of a conflict (with the search for what is free instead). The same content as
// bench/peers/postgres_exclusion.sql has: each GPU holds a booking at the beginning of each of
// so many equal parts of the year.
// usage: bench_decision [GPUS] [BOOKINGS] [MORE]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/print_figures.hpp"
#include "engine/state.hpp"
#include "engine/turn.hpp"

namespace {

using namespace berth;

constexpr int year_slots = 4'380;
constexpr int gpus_per_node = 8;
const std::string actor = "alice";

std::vector<GpuSpec> fleet_of(int gpus) {
    std::vector<GpuSpec> specs;
    for (int i = 0; i < gpus; ++i) {
        specs.push_back({"node" + std::to_string(i / gpus_per_node),
                         i % gpus_per_node,
                         "A100",
                         80,
                         {},
                         Health::healthy});
    }
    return specs;
}

class Decisions {
public:
    Decisions(int gpus, int bookings)
        : gpus_(gpus),
          parts_(std::max(1, bookings / gpus)),
          state_(std::make_shared<const Fleet>(), grid_, now_, CalendarLimits{}) {
        take(DeclareFleet{fleet_of(gpus)});
        for (int i = 0; i < bookings; ++i) take(early(i));
    }

    // Microseconds each. The windows lie behind those at the beginning of each part, so all fit.
    double accept(int count) {
        return microseconds(count, [&](int i) { take(late(i)); });
    }

    double refuse(int count) {
        return microseconds(count, [&](int i) {
            const Submission submission = by_somebody(early(i));
            Turn turn(state_, submission, now_);
            if (carry_out(turn)) throw std::logic_error("a conflict was not seen");
        });
    }

private:
    template <class What>
    static double microseconds(int count, What&& what) {
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) what(i);
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - began;
        return took.count() / count;
    }

    [[nodiscard]] Command early(int number) const { return reserve(number, 0); }
    [[nodiscard]] Command late(int number) const { return reserve(number, part_slots() - 17); }
    [[nodiscard]] int part_slots() const { return year_slots / parts_; }

    // 1 to 16 slots on GPU `number`, in the part of the year after that of the round before.
    [[nodiscard]] Command reserve(int number, int offset) const {
        const int gpu = static_cast<int>(number * 7'919LL % gpus_);
        const int part = number / gpus_ % parts_;
        Reserve command;
        command.request.title = "training " + std::to_string(number);
        command.request.gpus.ids = {"node" + std::to_string(gpu / gpus_per_node) + "/" +
                                    std::to_string(gpu % gpus_per_node)};
        command.request.start =
            StartTime{grid_.start_of(grid_.slot_at(now_) + 1 + part * part_slots() + offset)};
        command.request.hours = 2 * (1 + number % 16);
        return command;
    }

    static Submission by_somebody(Command command) {
        return {.actor = actor,
                .reason = {},
                .idempotency_key = {},
                .body_hash = {},
                .command = std::move(command)};
    }

    void take(const Command& command) {
        const Submission submission = by_somebody(command);
        Turn turn(state_, submission, now_);
        if (auto done = carry_out(turn); !done) throw std::logic_error(done.error().message);
    }

    SlotGrid grid_ = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Instant now_ = std::chrono::sys_days{std::chrono::year(2027) / 1 / 4};
    int gpus_;
    int parts_;
    State state_;
};

}  // namespace

int main(int argc, char** argv) {
    const int gpus = argc > 1 ? std::atoi(argv[1]) : 10'000;
    const int bookings = argc > 2 ? std::atoi(argv[2]) : 100'000;
    const int more = argc > 3 ? std::atoi(argv[3]) : 20'000;
    Decisions decisions(gpus, bookings);
    const double refused = decisions.refuse(more);
    const double accepted = decisions.accept(more);
    bench::print_figures({{"accept_us", accepted}, {"refuse_us", refused}});
    return 0;
}
