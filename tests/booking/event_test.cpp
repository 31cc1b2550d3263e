// Events survive the journal's bytes, every field of them.
#include "booking/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

const Instant noon = parse_rfc3339("2026-11-30T12:00:00.250Z").value();

Reservation full_reservation() {
    Reservation reservation;
    reservation.id = {17};
    reservation.state = ReservationState::releasing;
    reservation.title = "产线模型 \"v8l\"";
    reservation.owner = "alice";
    reservation.team = "vision";
    reservation.gpus = {"node1/0", "node2/3"};
    reservation.start = noon;
    reservation.end = noon + std::chrono::hours(4);
    reservation.booked_end = noon + std::chrono::hours(6);
    reservation.priority = Priority::P0;
    reservation.preemptible = false;
    reservation.workload = Workload{.kind = WorkloadKind::yolo,
                                    .argv = {},
                                    .env = {{"A", "b"}},
                                    .workdir = "/w",
                                    .model = "yolov8n.yaml",
                                    .data = "d.yaml",
                                    .epochs = 3,
                                    .imgsz = 64,
                                    .batch = 4,
                                    .workers = 0,
                                    .name = "n",
                                    .args = {{"plots", false}, {"lr0", 0.01}}};
    reservation.revision = 99;
    reservation.created_at = noon;
    reservation.attempt = 2;
    reservation.started_at = noon;
    reservation.exit_code = 75;
    reservation.detail = "why";
    reservation.outcome = ReservationState::cancelled;
    reservation.checkpoint = Checkpoint{"/c/resume.pt", 3, 120, noon};
    reservation.preflight = {{"data", false, "there is no /d"}};
    return reservation;
}

TEST(Event, every_kind_comes_back_from_its_bytes_as_it_was) {
    const std::vector<Event> events = {
        FleetDeclared{{{"node1", 0, "A100", 40, {{"rack", "r1"}}, Health::gone}}},
        ReservationConfirmed{full_reservation()},
        ReservationChanged{{17}, "v8l", {"node1/0"}, noon, noon + std::chrono::hours(2)},
        ReservationStarting{{17}, 2},
        ReservationRunning{{17}, noon},
        ReservationReleasing{{17}, ReservationState::cancelled, "cancelled by alice"},
        ReservationEnded{{17}, ReservationState::failed, noon, 137, "killed"},
        CheckpointSaved{{17}, {"/c/resume.pt", 3, 120, noon}},
        PreflightReported{{17}, {{"data", true, ""}}},
        SnapshotTaken{20'000, "aa", "bb"},
    };
    ASSERT_EQ(events.size(), std::variant_size_v<Event>);
    for (const Event& event : events) {
        const auto again = decode_event(event_kind(event), encode_event(event));
        ASSERT_TRUE(again) << event_kind(event) << ": " << again.error();
        EXPECT_TRUE(*again == event) << event_kind(event);
    }
}

TEST(Event, an_unknown_kind_and_broken_bytes_are_named) {
    EXPECT_THAT(decode_event("reservation_teleported", "{}").error(),
                testing::HasSubstr("reservation_teleported"));
    EXPECT_THAT(decode_event("reservation_starting", R"({"id":"r-1"})").error(),
                testing::HasSubstr("\"attempt\" is missing"));
}

TEST(ReservationId, only_r_and_a_number_is_an_id) {
    EXPECT_EQ(ReservationId::parse("r-17")->number, 17U);
    for (const char* wrong : {"17", "r-", "r-1x", "q-1", "r--1", "r-99999999999999999999"}) {
        EXPECT_FALSE(ReservationId::parse(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace berth
