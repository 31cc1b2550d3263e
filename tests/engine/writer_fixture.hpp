// The engine's core without its thread, on a journal in memory and a clock that the test moves: one
// node of four GPUs unless a test says otherwise.
#pragma once

#include <gtest/gtest.h>

#include "engine/engine_fixture.hpp"
#include "engine/writer.hpp"

namespace berth::test {

class WriterTest : public testing::Test {
protected:
    void begin(Policy policy, std::vector<GpuSpec> gpus = four_gpus()) {
        now = monday_nine;
        writer.emplace(journal,
                       State(std::make_shared<const Fleet>(), SlotGrid::make("UTC", 120min).value(),
                             now, CalendarLimits{}, std::make_shared<const Policy>(policy)),
                       WriterOptions{});
        ASSERT_TRUE(ask("berth", DeclareFleet{std::move(gpus)}));
    }

    Answer ask(const std::string& actor, Command command) {
        std::vector<Order> orders(1);
        std::optional<Answer> answer;
        orders.front().submission = by(actor, std::move(command));
        orders.front().answer = [&](Answer given) { answer = std::move(given); };
        writer->commit(orders, now);
        return std::move(*answer);
    }

    // Everything that is due until then happens at its time.
    void pass_to(Instant to) {
        for (auto due = writer->due(); due && *due <= to; due = writer->due()) {
            now = std::max(now, *due);
            writer->commit({}, now);
        }
        now = to;
        writer->pass(now);
    }

    // The server was down meanwhile.
    void wake_up_at(Instant to) {
        now = to;
        writer->commit({}, now);
    }

    [[nodiscard]] const Reservation& seen(std::uint64_t number) const {
        return *writer->state().find({number});
    }

    static Reserve hours_from(Instant start, double hours, std::vector<std::string> ids) {
        Reserve command = two_hours_from(start, std::move(ids));
        command.request.hours = hours;
        return command;
    }
    static Reserve with_a_job(Reserve command) {
        command.request.workload.emplace().argv = {"/bin/true"};
        return command;
    }

    MemoryJournal journal;
    Instant now;
    std::optional<Writer> writer;
};

}  // namespace berth::test
