// The write path without HTTP: decide, commit to SQLite (WAL, synchronous FULL), answer. Each
// booking asks for one GPU and one slot; so many are outstanding at any time. usage:
// bench_write_path FOLDER [BOOKINGS] [OUTSTANDING]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <semaphore>

#include "bench/percentile.hpp"
#include "bench/print_figures.hpp"
#include "bench/system_clock.hpp"
#include "engine/engine.hpp"
#include "journal/sqlite_journal.hpp"

namespace {

using namespace berth;
using bench::SystemClock;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int gpus = 32;

std::vector<GpuSpec> fleet() {
    std::vector<GpuSpec> specs;
    for (int i = 0; i < gpus; ++i) {
        specs.push_back({"node" + std::to_string(i / 4), i % 4, "A100", 80, {}, Health::healthy});
    }
    return specs;
}

Submission booking(const SlotGrid& grid, Slot first, int number) {
    Reserve command;
    command.request.gpus.ids = {"node" + std::to_string(number % gpus / 4) + "/" +
                                std::to_string(number % 4)};
    command.request.start = StartTime{grid.start_of(first + number / gpus)};
    command.request.hours = 2;
    return {.actor = "bench",
            .reason = {},
            .idempotency_key = {},
            .body_hash = {},
            .command = std::move(command)};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: bench_write_path FOLDER [BOOKINGS] [OUTSTANDING]\n", stderr);
        return 2;
    }
    const int bookings = argc > 2 ? std::atoi(argv[2]) : 20'000;
    const int outstanding = argc > 3 ? std::atoi(argv[3]) : 64;
    auto journal = SqliteJournal::open(std::string(argv[1]) + "/journal.sqlite");
    if (!journal) {
        std::fprintf(stderr, "%s\n", journal.error().c_str());
        return 1;
    }
    SystemClock clock;
    const SlotGrid grid = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Engine engine(**journal, clock,
                  {.grid = grid, .limits = {}, .largest_batch = 256, .report = {}, .give_up = {}});
    (void)engine.ask({.actor = "berth",
                      .reason = {},
                      .idempotency_key = {},
                      .body_hash = {},
                      .command = DeclareFleet{fleet()}});

    const Slot first = grid.slot_at(clock.now()) + 1;
    std::counting_semaphore<> free_places(outstanding);
    std::vector<double> milliseconds(static_cast<std::size_t>(bookings));
    std::atomic<int> confirmed = 0;
    const SteadyTime began = std::chrono::steady_clock::now();
    for (int i = 0; i < bookings; ++i) {
        free_places.acquire();
        const SteadyTime asked = std::chrono::steady_clock::now();
        engine.submit(booking(grid, first, i), [&, i, asked](const Answer& answer) {
            confirmed += answer.has_value() ? 1 : 0;
            milliseconds[static_cast<std::size_t>(i)] =
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - asked)
                    .count();
            free_places.release();
        });
    }
    for (int i = 0; i < outstanding; ++i) free_places.acquire();  // until all are answered
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    bench::print_figures({{"confirmed", confirmed.load()},
                          {"bookings_per_second", bookings / took.count()},
                          {"p50_ms", bench::percentile(milliseconds, 0.5)},
                          {"p99_ms", bench::percentile(milliseconds, 0.99)}});
    return 0;
}
