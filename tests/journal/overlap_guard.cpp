#include <algorithm>
#include <map>
#include <random>

#include "journal/fixture.hpp"

namespace berth::testing {
namespace {

class OverlapGuardTest : public JournalTest {
protected:
    void SetUp() override {
        open();
        // n/0 is free from hour 4 to hour 6, and from hour 8 on.
        ASSERT_EQ(append(booked(1, {"n/0", "n/1"}, 2, 4)), CommitOutcome::committed);
        ASSERT_EQ(append(booked(2, {"n/0"}, 6, 8)), CommitOutcome::committed);
    }
};

TEST_F(OverlapGuardTest, a_window_that_touches_both_neighbours_is_written) {
    EXPECT_EQ(append(booked(3, {"n/0"}, 4, 6)), CommitOutcome::committed);
    EXPECT_EQ(claims(), "n/0 r-1 2-4\nn/0 r-3 4-6\nn/0 r-2 6-8\nn/1 r-1 2-4\n");
}

TEST_F(OverlapGuardTest, an_overlap_with_the_earlier_neighbour_is_refused) {
    EXPECT_EQ(append(booked(3, {"n/0"}, 3, 6)), CommitOutcome::double_booking);
}

TEST_F(OverlapGuardTest, an_overlap_with_the_later_neighbour_is_refused) {
    EXPECT_EQ(append(booked(3, {"n/0"}, 4, 7)), CommitOutcome::double_booking);
}

TEST_F(OverlapGuardTest, the_same_window_and_one_inside_or_around_it_are_refused) {
    EXPECT_EQ(append(booked(3, {"n/0"}, 2, 4)), CommitOutcome::double_booking);
    EXPECT_EQ(append(booked(3, {"n/1"}, 3, 4)), CommitOutcome::double_booking);
    EXPECT_EQ(append(booked(3, {"n/1"}, 2, 3)), CommitOutcome::double_booking);
    EXPECT_EQ(append(booked(3, {"n/1"}, 0, 9)), CommitOutcome::double_booking);
}

TEST_F(OverlapGuardTest, a_window_that_grows_or_moves_into_another_is_refused) {
    EXPECT_EQ(append(booked(1, {"n/0", "n/1"}, 2, 7)), CommitOutcome::double_booking);
    EXPECT_EQ(append(booked(2, {"n/0"}, 3, 8)), CommitOutcome::double_booking);
    EXPECT_EQ(append(booked(2, {"n/1"}, 3, 8)), CommitOutcome::double_booking);
    EXPECT_EQ(claims(), "n/0 r-1 2-4\nn/0 r-2 6-8\nn/1 r-1 2-4\n");
}

TEST_F(OverlapGuardTest, a_refused_batch_leaves_nothing_and_the_next_is_written) {
    const auto before = last_;
    EXPECT_EQ(append({booked(3, {"n/5"}, 0, 2), booked(4, {"n/0"}, 3, 5)}),
              CommitOutcome::double_booking);
    EXPECT_THAT(journal_->last_error(), ::testing::HasSubstr("r-4"));
    EXPECT_EQ(journal_->rows_after(0, 100).size(), before);
    EXPECT_EQ(ask("SELECT id FROM reservations ORDER BY id"), "r-1\nr-2\n");
    EXPECT_EQ(claims(), "n/0 r-1 2-4\nn/0 r-2 6-8\nn/1 r-1 2-4\n");

    EXPECT_EQ(append({booked(3, {"n/5"}, 0, 2), booked(4, {"n/0"}, 4, 5)}),
              CommitOutcome::committed);
    EXPECT_EQ(journal_->rows_after(0, 100).size(), before + 2);
    EXPECT_EQ(ask("SELECT id FROM reservations ORDER BY id"), "r-1\nr-2\nr-3\nr-4\n");
}

TEST_F(OverlapGuardTest, a_batch_may_free_a_window_and_give_it_to_another) {
    EXPECT_EQ(append({ended(booked(1, {"n/0", "n/1"}, 2, 4), ReservationState::cancelled, 1),
                      booked(3, {"n/0", "n/1"}, 2, 4)}),
              CommitOutcome::committed);
    EXPECT_EQ(claims(), "n/0 r-3 2-4\nn/0 r-2 6-8\nn/1 r-3 2-4\n");
}

TEST_F(OverlapGuardTest, a_hand_written_overlap_is_refused_by_the_file_itself) {
    EXPECT_THROW(edit("INSERT INTO claims VALUES ('n/0', 'r-9', 10800000, 11000000)"),
                 soci::soci_error);
    EXPECT_THROW(edit("UPDATE claims SET to_ms = 25200000 WHERE holder = 'r-1' AND gpu = 'n/0'"),
                 soci::soci_error);
}

bool clash(const Reservation& one, const Reservation& other) {
    return one.id != other.id && Span{one.start, one.end}.overlaps({other.start, other.end}) &&
           std::ranges::find_first_of(one.gpus, other.gpus) != one.gpus.end();
}

// Against a naive model: whatever is booked and moved, the guard refuses exactly what overlaps
// another reservation.
TEST_F(OverlapGuardTest, whatever_is_booked_exactly_what_overlaps_is_refused) {
    std::map<std::uint64_t, Reservation> model = {{1, booked(1, {"n/0", "n/1"}, 2, 4)},
                                                  {2, booked(2, {"n/0"}, 6, 8)}};
    const std::vector<std::vector<std::string>> choices = {{"n/0"}, {"n/1"}, {"n/0", "n/1"}};
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    int refused = 0;
    for (int step = 0; step < 400; ++step) {
        const int from = static_cast<int>(random() % 10);
        const auto wanted = booked(1 + random() % 7, choices[random() % choices.size()], from,
                                   from + 1 + static_cast<int>(random() % 3));
        const bool overlaps = std::ranges::any_of(
            model, [&](const auto& entry) { return clash(wanted, entry.second); });
        ASSERT_EQ(append(wanted),
                  overlaps ? CommitOutcome::double_booking : CommitOutcome::committed)
            << "step " << step;
        if (overlaps) ++refused;
        if (!overlaps) model[wanted.id.number] = wanted;
    }
    EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace berth::testing
