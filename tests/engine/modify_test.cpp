// Changing a reservation through the engine: revisions, what the journal keeps, what readers see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine_fixture.hpp"

namespace berth::test {
namespace {

Modify until(std::uint64_t number, Instant end) {
    Modify command{{number}, {}, {}};
    command.change.end = end;
    return command;
}

TEST_F(EngineTest, an_extension_survives_a_restart) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"}))));
    const Answer extended = engine->ask(by("alice", until(1, monday_ten + 6h)));
    ASSERT_TRUE(extended);
    EXPECT_EQ(extended->reservation->end, monday_ten + 6h);
    EXPECT_EQ(extended->reservation->booked_end, monday_ten + 6h);
    EXPECT_EQ(extended->reservation->revision, extended->sequence);
    EXPECT_EQ(journal.projected.at({1}).end, monday_ten + 6h);

    start(options());
    EXPECT_EQ(seen(1)->end, monday_ten + 6h);
    const Answer clash = engine->ask(by("bob", two_hours_from(monday_ten + 4h, {"node1/0"})));
    ASSERT_FALSE(clash);
    EXPECT_EQ(clash.error().code, RefusalCode::conflict);
}

TEST_F(EngineTest, a_shortened_window_is_free_for_the_next_in_the_same_batch) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"}))));
    ASSERT_TRUE(engine->ask(by("alice", until(1, monday_ten + 6h))));
    ASSERT_TRUE(engine->ask(by("alice", until(1, monday_ten + 2h))));
    EXPECT_TRUE(engine->ask(by("bob", two_hours_from(monday_ten + 2h, {"node1/0"}))));
}

TEST_F(EngineTest, a_change_on_top_of_what_someone_else_changed_is_refused) {
    const Answer booked = engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"})));
    ASSERT_TRUE(booked);
    Modify first = until(1, monday_ten + 4h);
    first.if_revision = booked->reservation->revision;
    ASSERT_TRUE(engine->ask(by("alice", first)));
    Modify second = until(1, monday_ten + 8h);
    second.if_revision = booked->reservation->revision;
    const Answer stale = engine->ask(by("alice", second));
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, RefusalCode::wrong_state);
    EXPECT_EQ(seen(1)->end, monday_ten + 4h);
}

TEST_F(EngineTest, a_change_that_changes_nothing_writes_no_row_and_shows_the_reservation) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"}))));
    const auto rows = journal.all().size();
    const Answer same = engine->ask(by("alice", until(1, monday_ten + 2h)));
    ASSERT_TRUE(same);
    ASSERT_TRUE(same->reservation);
    EXPECT_EQ(same->reservation->id, ReservationId{1});
    EXPECT_EQ(journal.all().size(), rows);
}

TEST_F(EngineTest, one_moved_to_an_earlier_time_starts_then) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten + 24h, {"node1/0"}))));
    Modify earlier{{1}, {}, {}};
    earlier.change.start = StartTime{monday_ten};
    ASSERT_TRUE(engine->ask(by("alice", earlier)));
    clock.move(monday_ten);
    await_state(1, ReservationState::running);
    clock.move(monday_ten + 2h);
    await_state(1, ReservationState::completed);
}

TEST_F(EngineTest, a_change_that_the_full_disk_took_back_leaves_all_as_it_was) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"}))));
    ASSERT_TRUE(engine->ask(by("bob", two_hours_from(monday_ten, {"node1/1"}))));
    const auto before = all_seen();

    // One batch that moves, ends, books anew and declares a GPU, and is rolled back as one.
    journal.next_outcomes = {CommitOutcome::disk_full};
    std::promise<void> go;
    const auto may_go = go.get_future().share();
    std::promise<void> waits;
    engine->consult([&waits, may_go](Consultation&) {
        waits.set_value();
        may_go.wait();
    });
    waits.get_future().wait();  // what comes now is not in the question's own batch
    std::vector<std::future<Answer>> answers;
    const auto submit = [&](const std::string& who, Command command) {
        auto promise = std::make_shared<std::promise<Answer>>();
        answers.push_back(promise->get_future());
        auto submission = by(who, std::move(command));
        submission.idempotency_key = "key " + std::to_string(answers.size());
        engine->submit(std::move(submission),
                       [promise](Answer answer) { promise->set_value(std::move(answer)); });
    };
    auto five = four_gpus();
    five.push_back({"node2", 0, "H100", 80, {}, Health::healthy});
    submit("alice", until(1, monday_ten + 6h));
    submit("bob", Cancel{{2}, {}});
    submit("carol", two_hours_from(monday_ten, {"node1/1"}));
    submit("berth", DeclareFleet{five});
    go.set_value();
    for (auto& answer : answers) {
        const Answer got = answer.get();
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, RefusalCode::journal_full);
    }

    EXPECT_EQ(all_seen(), before);
    // What the batch had freed is held, what it had taken is free, its keys are unknown again.
    const Answer clash = engine->ask(by("dave", two_hours_from(monday_ten, {"node1/1"})));
    ASSERT_FALSE(clash);
    EXPECT_EQ(clash.error().code, RefusalCode::conflict);
    auto again = by("carol", two_hours_from(monday_ten + 2h, {"node1/0"}));
    again.idempotency_key = "key 3";
    const Answer booked = engine->ask(again);
    ASSERT_TRUE(booked);
    EXPECT_FALSE(booked->repeated);
    EXPECT_EQ(booked->reservation->id, ReservationId{3});
    consult(*engine, [](const State& state) {
        EXPECT_TRUE(state.calendar.index_equals_rebuild());
        EXPECT_EQ(state.fleet->gpus().size(), 4U);
    });
}

}  // namespace
}  // namespace berth::test
