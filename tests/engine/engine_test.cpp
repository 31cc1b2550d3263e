// The single writer: durable before answered, batches, idempotency, recovery, failing commits.
#include "engine/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "engine/engine_fixture.hpp"

namespace berth::test {
namespace {

TEST_F(EngineTest, an_answer_comes_after_its_row_is_in_the_journal) {
    std::promise<bool> was_there;
    engine->submit(by("alice", two_hours_from(monday_ten, {"node1/0"})), [&](const Answer& answer) {
        was_there.set_value(answer.has_value() &&
                            journal.projected.contains(answer->reservation->id));
    });
    EXPECT_TRUE(was_there.get_future().get());
}

TEST_F(EngineTest, of_many_that_want_the_same_gpu_at_once_exactly_one_gets_it) {
    constexpr int people = 64;
    std::vector<std::future<Answer>> answers;
    for (int i = 0; i < people; ++i) {
        auto promise = std::make_shared<std::promise<Answer>>();
        answers.push_back(promise->get_future());
        engine->submit(by("user" + std::to_string(i), two_hours_from(monday_ten, {"node1/0"})),
                       [promise](Answer answer) { promise->set_value(std::move(answer)); });
    }
    int confirmed = 0;
    for (auto& answer : answers) {
        const Answer got = answer.get();
        confirmed += got.has_value() ? 1 : 0;
        if (!got) {
            EXPECT_EQ(got.error().code, RefusalCode::conflict);
        }
    }
    EXPECT_EQ(confirmed, 1);
}

TEST_F(EngineTest, the_same_idempotency_key_books_once) {
    auto submission = by("alice", two_hours_from(monday_ten, {"node1/0"}));
    submission.idempotency_key = "k1";
    submission.body_hash = "aa";
    const Answer first = engine->ask(submission);
    const Answer second = engine->ask(submission);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->reservation->id, second->reservation->id);
    EXPECT_TRUE(second->repeated);

    submission.body_hash = "bb";
    const Answer other_body = engine->ask(submission);
    ASSERT_FALSE(other_body);
    EXPECT_EQ(other_body.error().code, RefusalCode::idempotency_mismatch);

    submission.actor = "bob";
    const Answer other_person = engine->ask(submission);
    ASSERT_FALSE(other_person);
    EXPECT_EQ(other_person.error().code, RefusalCode::conflict);
}

TEST_F(EngineTest, an_idempotency_key_is_known_after_a_restart_and_forgotten_after_a_day) {
    auto submission = by("alice", two_hours_from(monday_ten + 48h, {"node1/0"}));
    submission.idempotency_key = "k1";
    submission.body_hash = "aa";
    ASSERT_TRUE(engine->ask(submission));
    start(options());
    const Answer again = engine->ask(submission);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->repeated);

    clock.move(monday_nine + 25h);
    (void)engine->ask(by("bob", two_hours_from(monday_ten + 48h, {"node1/1"})));
    const Answer next_day = engine->ask(submission);
    ASSERT_FALSE(next_day);
    EXPECT_EQ(next_day.error().code, RefusalCode::conflict);
}

TEST_F(EngineTest, a_restart_brings_back_the_very_same_state) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0", "node1/1"}))));
    ASSERT_TRUE(engine->ask(by("bob", two_hours_from(monday_ten, {"node1/2"}))));
    ASSERT_TRUE(engine->ask(by("bob", Cancel{{2}, {}})));
    const auto before = all_seen();

    start(options());
    EXPECT_EQ(all_seen(), before);
    const Answer clash = engine->ask(by("carol", two_hours_from(monday_ten, {"node1/1"})));
    ASSERT_FALSE(clash);
    EXPECT_EQ(clash.error().code, RefusalCode::conflict);
    EXPECT_TRUE(engine->ask(by("carol", two_hours_from(monday_ten, {"node1/2"}))));
}

TEST_F(EngineTest, a_full_disk_refuses_the_batch_and_changes_nothing) {
    std::vector<std::string> reports;
    auto with = options();
    with.report = [&](const std::string& what) { reports.push_back(what); };
    start(std::move(with));
    journal.next_outcomes = {CommitOutcome::disk_full};

    const Answer refused = engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"})));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, RefusalCode::journal_full);
    EXPECT_FALSE(seen(1));

    const Answer with_space = engine->ask(by("bob", two_hours_from(monday_ten, {"node1/0"})));
    ASSERT_TRUE(with_space);
    EXPECT_EQ(with_space->reservation->id, ReservationId{1});
    EXPECT_THAT(reports, testing::ElementsAre(testing::HasSubstr("disk is full")));
}

TEST_F(EngineTest, the_overlap_guard_of_the_journal_has_the_last_word) {
    journal.next_outcomes = {CommitOutcome::double_booking};
    const Answer refused = engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"})));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, RefusalCode::internal);
    EXPECT_FALSE(seen(1));
}

TEST_F(EngineTest, a_reservation_starts_by_itself_when_its_time_comes) {
    auto command = two_hours_from(monday_ten, {"node1/0"});
    command.request.workload.emplace().argv = {"/bin/true"};
    ASSERT_TRUE(engine->ask(by("alice", command)));
    ASSERT_TRUE(engine->ask(by("bob", two_hours_from(monday_ten, {"node1/1"}))));
    clock.move(monday_ten - 1ms);
    ASSERT_TRUE(engine->ask(by("carol", two_hours_from(monday_ten, {"node1/2"}))));
    EXPECT_EQ(seen(1)->state, ReservationState::confirmed);

    clock.move(monday_ten);
    await_state(1, ReservationState::starting);
    await_state(2, ReservationState::running);
    clock.move(monday_ten + 2h);
    await_state(2, ReservationState::completed);
    EXPECT_EQ(seen(1)->state,
              ReservationState::starting);  // its job's end is the launcher's to tell
}

TEST_F(EngineTest, a_clock_that_jumps_back_is_reported_and_never_turns_the_journal_back) {
    std::vector<std::string> reports;
    auto with = options();
    with.report = [&](const std::string& what) { reports.push_back(what); };
    start(std::move(with));
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"}))));
    clock.move(monday_nine - 1h);
    ASSERT_TRUE(engine->ask(by("bob", two_hours_from(monday_ten, {"node1/1"}))));
    Instant last{};
    for (const JournalRow& row : journal.all()) {
        EXPECT_GE(row.time, last);
        last = row.time;
    }
    EXPECT_THAT(reports, testing::ElementsAre(testing::HasSubstr("jumped back by 3600 s")));
}

TEST_F(EngineTest, a_clock_that_leaps_ahead_and_is_set_back_gives_nobody_gpus_that_are_in_use) {
    Enqueue job;
    job.request.gpus.ids = {"node1/0"};
    job.request.minutes = 30;
    job.request.workload.emplace().argv = {"train"};
    const Answer started = engine->ask(by("alice", job));
    ASSERT_TRUE(started);
    const Instant limit = started->reservation->end;
    ASSERT_TRUE(engine->ask(by("berth", AttemptStarted{started->reservation->id, 1})));
    // By that clock alice's job is past its limit; nothing is written, somebody only asks.
    clock.move(limit + 1h);
    consult(*engine, [](const State&) {});
    clock.move(monday_nine + 5min);
    auto now_please = two_hours_from(monday_ten, {"node1/0"});
    now_please.request.start = StartTime{};
    const Answer bob = engine->ask(by("bob", now_please));
    ASSERT_TRUE(bob);
    EXPECT_GE(bob->reservation->start, limit);
    engine.reset();
    EXPECT_NO_THROW(engine = std::make_unique<Engine>(journal, clock, options()));
}

TEST_F(EngineTest, listeners_hear_every_row_once_and_in_order) {
    std::vector<std::uint64_t> heard;
    const auto handle = engine->subscribe([&](const std::vector<Published>& rows) {
        for (const Published& published : rows) heard.push_back(published.row.sequence);
    });
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(
            engine->ask(by("alice", two_hours_from(monday_ten, {"node1/" + std::to_string(i)}))));
    }
    engine->unsubscribe(handle);
    ASSERT_TRUE(engine->ask(by("alice", Cancel{{1}, {}})));
    EXPECT_THAT(heard, testing::ElementsAre(2, 3, 4, 5));
}

TEST_F(EngineTest, a_gpu_that_vanishes_keeps_its_number_and_cannot_be_booked) {
    auto three = four_gpus();
    three.erase(three.begin());
    three.push_back({"node2", 0, "H100", 80, {}, Health::healthy});
    ASSERT_TRUE(engine->ask(by("berth", DeclareFleet{three})));
    engine->read([&](const View& view) {
        ASSERT_EQ(view.fleet->gpus().size(), 5U);
        EXPECT_EQ(view.fleet->gpus()[0].spec.health, Health::gone);
        EXPECT_EQ(view.fleet->find("node1/3")->index.value, 3U);
        EXPECT_EQ(view.fleet->find("node2/0")->index.value, 4U);
    });
    const Answer refused = engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"})));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("out of service"));
}

TEST_F(EngineTest, a_journal_that_cannot_be_read_stops_the_start_with_its_reason) {
    engine.reset();
    class Broken : public MemoryJournal {
    public:
        std::expected<void, std::string> read_after(
            std::uint64_t, const std::function<void(const JournalRow&)>&) override {
            return std::unexpected("row 7 was changed");
        }
    } broken;
    try {
        const Engine refused(broken, clock, options());
        FAIL() << "it started";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "the journal cannot be trusted: row 7 was changed");
    }
}

}  // namespace
}  // namespace berth::test
