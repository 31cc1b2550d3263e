// Recovery from a snapshot finds the very state that reading every row finds, and what has ended
// long ago leaves memory without leaving the journal.
#include "engine/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine_fixture.hpp"
#include "engine/recover.hpp"

namespace berth::test {
namespace {

class SnapshotTest : public EngineTest {
protected:
    EngineOptions with_snapshots() {
        auto with = options();
        with.snapshots = &journal;
        with.report = [this](const std::string& what) { reports.push_back(what); };
        return with;
    }

    void take_snapshot() {
        std::optional<Snapshot> snapshot;
        consult(*engine, [&](const State& state) {
            snapshot = {state.last_sequence, encode_snapshot(SnapshotContents(state))};
        });
        const auto kept = journal.keep(*snapshot);
        ASSERT_TRUE(kept);
        ASSERT_TRUE(engine->ask(by("berth", RecordSnapshot{*kept})));
    }

    // A bit of everything: running, ended, future, repeated keys.
    void live_a_while() {
        auto keyed = by("alice", two_hours_from(monday_ten, {"node1/0"}));
        keyed.idempotency_key = "k1";
        keyed.body_hash = "aa";
        ASSERT_TRUE(engine->ask(keyed));
        ASSERT_TRUE(engine->ask(by("bob", two_hours_from(monday_ten, {"node1/1"}))));
        ASSERT_TRUE(engine->ask(by("bob", Cancel{{2}, {}})));
        ASSERT_TRUE(engine->ask(by("carol", two_hours_from(monday_ten + 48h, {"node1/2"}))));
        clock.move(monday_ten + 1min);
        await_state(1, ReservationState::running);
    }

    // One is in alice's way, the other in nobody's.
    void let_two_sit_there() {
        ASSERT_TRUE(engine->ask(
            by("berth", ReportOccupants{{notebook_on("node1"), notebook_on("node2")}})));
    }
    static Occupant notebook_on(const std::string& node) {
        return {
            .node = node, .name = "ml/" + node, .owner = "dave", .gpus = 1, .since = monday_nine};
    }

    std::vector<std::string> reports;
};

TEST_F(SnapshotTest, a_start_from_a_snapshot_finds_what_every_row_would_tell) {
    live_a_while();
    take_snapshot();
    ASSERT_TRUE(engine->ask(by("dave", two_hours_from(monday_ten + 48h, {"node1/3"}))));
    const auto before = all_seen();

    start(with_snapshots());
    EXPECT_EQ(all_seen(), before);
    // Its own row and the one after it, no more.
    EXPECT_EQ(engine->rows_recovered(), 2U);
    auto keyed = by("alice", two_hours_from(monday_ten, {"node1/0"}));
    keyed.idempotency_key = "k1";
    keyed.body_hash = "aa";
    const Answer repeated = engine->ask(keyed);
    ASSERT_TRUE(repeated);
    EXPECT_TRUE(repeated->repeated);
    const Answer clash = engine->ask(by("erin", two_hours_from(monday_ten + 48h, {"node1/2"})));
    EXPECT_FALSE(clash);
    clock.move(monday_ten + 2h);
    await_state(1, ReservationState::completed);
    const Answer next = engine->ask(by("erin", two_hours_from(monday_ten + 48h, {"node1/0"})));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->reservation->id, ReservationId{5});
}

TEST_F(SnapshotTest, the_text_comes_back_as_the_same_text) {
    live_a_while();
    let_two_sit_there();
    std::string text;
    consult(*engine, [&](const State& state) { text = encode_snapshot(SnapshotContents(state)); });
    const auto again = decode_snapshot(text, options().grid, options().limits);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(encode_snapshot(SnapshotContents(*again)), text);
    EXPECT_TRUE(again->calendar.index_equals_rebuild());
}

TEST_F(SnapshotTest, operators_are_not_told_twice_of_an_occupant_after_a_start_from_a_snapshot) {
    live_a_while();
    let_two_sit_there();
    take_snapshot();
    const auto told = [&] {
        return std::ranges::count(journal.all(), "occupant_came", &JournalRow::kind);
    };
    const auto before = told();
    start(with_snapshots());
    ASSERT_TRUE(engine->ask(by("berth", ReportOccupants{{notebook_on("node1")}})));
    ASSERT_TRUE(engine->ask(by("dave", two_hours_from(monday_ten + 2h, {"node1/3"}))));
    EXPECT_EQ(told(), before);
}

TEST_F(SnapshotTest, a_snapshot_that_cannot_be_read_is_reported_and_passed_over) {
    live_a_while();
    const auto before = all_seen();
    const auto kept = journal.keep({journal.all().back().sequence, "{\"format\":99}\n"});
    ASSERT_TRUE(engine->ask(by("berth", RecordSnapshot{*kept})));
    start(with_snapshots());
    EXPECT_EQ(all_seen(), before);
    EXPECT_THAT(reports, testing::Contains(testing::HasSubstr("every row is read instead")));
}

TEST_F(SnapshotTest, thousands_of_reservations_come_back) {
    constexpr int bookings = 3'000;
    for (int i = 0; i < bookings; ++i) {
        auto booking =
            two_hours_from(monday_ten + (i / 4) * 2h, {"node1/" + std::to_string(i % 4)});
        booking.request.title = std::string(static_cast<std::size_t>(i % 200), 'x');
        ASSERT_TRUE(engine->ask(by("alice", booking)));
    }
    std::string text;
    consult(*engine, [&](const State& state) { text = encode_snapshot(SnapshotContents(state)); });
    const auto again = decode_snapshot(text, options().grid, options().limits);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->reservations.size(), std::size_t{bookings});
    EXPECT_EQ(encode_snapshot(SnapshotContents(*again)), text);
}

TEST_F(SnapshotTest, text_that_is_cut_off_is_an_error) {
    live_a_while();
    std::string text;
    consult(*engine, [&](const State& state) { text = encode_snapshot(SnapshotContents(state)); });
    for (const std::size_t length : {std::size_t{0}, text.size() / 2, text.size() - 1}) {
        EXPECT_FALSE(decode_snapshot(text.substr(0, length), options().grid, options().limits));
    }
    EXPECT_FALSE(decode_snapshot(text + "{}\n", options().grid, options().limits));
}

TEST_F(SnapshotTest, a_text_that_books_a_gpu_twice_is_an_error) {
    live_a_while();
    std::string text;
    consult(*engine, [&](const State& state) { text = encode_snapshot(SnapshotContents(state)); });
    const auto replace = [&](std::string& where, const std::string& what, const std::string& by) {
        const auto found = where.find(what);
        ASSERT_NE(found, std::string::npos);
        where.replace(found, what.size(), by);
    };
    replace(text, "\"live\":2", "\"live\":3");
    std::string copy = text.substr(text.rfind('\n', text.size() - 2) + 1);
    const auto same = decode_snapshot(text + copy, options().grid, options().limits);
    ASSERT_FALSE(same);
    EXPECT_EQ(same.error(), "the snapshot has r-3 twice");
    replace(copy, "\"id\":\"r-3\"", "\"id\":\"r-4\"");
    const auto other = decode_snapshot(text + copy, options().grid, options().limits);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error(), "the snapshot books node1/2 twice, once for r-3");
}

TEST_F(SnapshotTest, what_ended_long_ago_leaves_memory_and_its_number_is_not_reused) {
    ASSERT_TRUE(engine->ask(by("alice", two_hours_from(monday_ten, {"node1/0"}))));
    ASSERT_TRUE(engine->ask(by("alice", Cancel{{1}, {}})));
    clock.move(monday_nine + ended_memory);
    ASSERT_TRUE(
        engine->ask(by("bob", two_hours_from(monday_ten + ended_memory + 2h, {"node1/0"}))));
    EXPECT_TRUE(seen(1));
    clock.move(monday_nine + ended_memory + 1h);
    ASSERT_TRUE(
        engine->ask(by("bob", two_hours_from(monday_ten + ended_memory + 4h, {"node1/0"}))));
    EXPECT_FALSE(seen(1));
    EXPECT_TRUE(journal.reservation({1}));
    const Answer again = engine->ask(by("alice", Cancel{{1}, {}}));
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, testing::HasSubstr("ended long ago"));

    const auto before = all_seen();
    start(options());
    EXPECT_EQ(all_seen(), before);
    const Answer next =
        engine->ask(by("carol", two_hours_from(monday_ten + ended_memory + 6h, {"node1/0"})));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->reservation->id, ReservationId{4});
}

}  // namespace
}  // namespace berth::test
