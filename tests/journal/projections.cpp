#include "journal/fixture.hpp"
#include "json/described.hpp"

namespace berth::testing {
namespace {

class ProjectionsTest : public JournalTest {
protected:
    void SetUp() override { open(); }
    void committed(const Reservation& reservation) {
        ASSERT_EQ(append(reservation), CommitOutcome::committed) << journal_->last_error();
    }
};

TEST_F(ProjectionsTest, a_reservation_can_be_asked_for_in_sql) {
    auto reservation = booked(17, {"n/0", "n/1"}, 20, 52);
    reservation.priority = Priority::P1;
    reservation.preemptible = false;
    reservation.booked_end = hour(50);
    committed(reservation);
    EXPECT_EQ(
        ask("SELECT printf('%s|%d|%s|%s|%s|%s|%d|%d|%d|%s|%d|%d', id, number, state, owner, team,"
            " title, start_ms / 3600000, end_ms / 3600000, booked_end_ms / 3600000, priority,"
            " preemptible, revision) FROM reservations"),
        "r-17|17|confirmed|alice|vision|detector 17|20|52|50|P1|0|1\n");
}

TEST_F(ProjectionsTest, its_body_is_the_whole_reservation) {
    auto reservation = booked(17, {"n/0"}, 20, 52);
    reservation.title = "检测 \"v8l\"";
    committed(reservation);
    reservation.revision = 1;
    const auto body = ask("SELECT body FROM reservations");
    const auto parsed = json::parse<Reservation>(boost::json::parse(body));
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(*parsed, reservation);
}

TEST_F(ProjectionsTest, a_later_row_replaces_what_the_earlier_said) {
    auto reservation = booked(1, {"n/0"}, 2, 6);
    committed(reservation);
    reservation.state = ReservationState::running;
    reservation.owner = "bob";
    committed(reservation);
    EXPECT_EQ(ask("SELECT state || ' ' || owner || ' ' || revision FROM reservations"),
              "running bob 2\n");
    EXPECT_EQ(claims(), "n/0 r-1 2-6\n");
}

TEST_F(ProjectionsTest, a_cancelled_window_that_had_not_begun_is_free_again) {
    const auto reservation = booked(1, {"n/0", "n/1"}, 4, 8);
    committed(reservation);
    committed(ended(reservation, ReservationState::cancelled, 1));
    EXPECT_EQ(claims(), "");
    EXPECT_EQ(ask("SELECT state FROM reservations"), "cancelled\n");
    committed(booked(2, {"n/0", "n/1"}, 4, 8));
}

TEST_F(ProjectionsTest, an_early_end_frees_the_rest_of_the_window) {
    const auto reservation = booked(1, {"n/0", "n/1"}, 4, 8);
    committed(reservation);
    committed(ended(reservation, ReservationState::completed, 5));
    EXPECT_EQ(claims(), "n/0 r-1 4-5\nn/1 r-1 4-5\n");
    committed(booked(2, {"n/0"}, 5, 8));
}

TEST_F(ProjectionsTest, an_end_that_is_noticed_late_does_not_claim_more) {
    const auto reservation = booked(1, {"n/0"}, 4, 8);
    committed(reservation);
    committed(booked(2, {"n/0"}, 8, 10));
    committed(ended(reservation, ReservationState::completed, 9));
    EXPECT_EQ(claims(), "n/0 r-1 4-8\nn/0 r-2 8-10\n");
}

TEST_F(ProjectionsTest, one_that_ends_twice_keeps_the_earlier_end) {
    const auto reservation = booked(1, {"n/0"}, 4, 8);
    committed(reservation);
    committed(ended(reservation, ReservationState::failed, 5));
    committed(ended(reservation, ReservationState::failed, 7));
    EXPECT_EQ(claims(), "n/0 r-1 4-5\n");
}

TEST_F(ProjectionsTest, moved_gpus_are_claimed_in_the_place_of_the_old) {
    committed(booked(1, {"n/0", "n/1"}, 4, 8));
    committed(booked(1, {"n/1", "n/2"}, 4, 8));
    EXPECT_EQ(claims(), "n/1 r-1 4-8\nn/2 r-1 4-8\n");
}

TEST_F(ProjectionsTest, a_moved_extended_or_shortened_window_is_claimed_as_it_is_now) {
    committed(booked(1, {"n/0"}, 4, 8));
    committed(booked(1, {"n/0"}, 6, 12));
    EXPECT_EQ(claims(), "n/0 r-1 6-12\n");
    committed(booked(1, {"n/0"}, 6, 7));
    EXPECT_EQ(claims(), "n/0 r-1 6-7\n");
}

}  // namespace
}  // namespace berth::testing
