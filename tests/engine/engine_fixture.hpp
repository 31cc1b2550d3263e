// An engine on a journal in memory and a clock that the test moves; four GPUs on one node.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "engine/engine.hpp"
#include "support/consult.hpp"
#include "support/manual_clock.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {

using namespace std::chrono_literals;

inline const Instant monday_nine = parse_rfc3339("2026-11-30T09:00:00Z").value();
inline const Instant monday_ten = parse_rfc3339("2026-11-30T10:00:00Z").value();

inline EngineOptions options() {
    return {.grid = SlotGrid::make("UTC", 120min).value(),
            .limits = {},
            .largest_batch = 256,
            .report = {},
            .give_up = {}};
}

inline std::vector<GpuSpec> four_gpus() {
    std::vector<GpuSpec> gpus;
    for (int device = 0; device < 4; ++device) {
        gpus.push_back({"node1", device, "A100", 40, {}, Health::healthy});
    }
    return gpus;
}

inline Submission by(std::string actor, Command command) {
    return {.actor = std::move(actor),
            .reason = {},
            .idempotency_key = {},
            .body_hash = {},
            .command = std::move(command)};
}

inline Reserve two_hours_from(Instant start, std::vector<std::string> ids) {
    Reserve command;
    command.request.gpus.ids = std::move(ids);
    command.request.start = StartTime{start};
    command.request.hours = 2;
    return command;
}

class EngineTest : public testing::Test {
protected:
    void SetUp() override { start(options()); }

    void start(EngineOptions with) {
        engine.reset();
        engine = std::make_unique<Engine>(journal, clock, std::move(with));
        (void)engine->ask(by("berth", DeclareFleet{four_gpus()}));
    }

    [[nodiscard]] std::shared_ptr<const Reservation> seen(std::uint64_t number) const {
        std::shared_ptr<const Reservation> found;
        engine->read([&](const View& view) { found = view.share({number}); });
        return found;
    }

    [[nodiscard]] std::vector<Reservation> all_seen() const {
        std::vector<Reservation> all;
        engine->read([&](const View& view) {
            for (const auto& [id, reservation] : view.reservations) all.push_back(*reservation);
        });
        return all;
    }

    // Waits for what the writer does by itself once the clock has moved.
    void await_state(std::uint64_t number, ReservationState wanted) const {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < deadline) {
            if (const auto found = seen(number); found && found->state == wanted) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        FAIL() << "r-" << number << " did not come into the expected state";
    }

    MemoryJournal journal;
    ManualClock clock{monday_nine};
    std::unique_ptr<Engine> engine;
};

}  // namespace berth::test
