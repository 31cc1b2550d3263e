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
                                    .args = {{"plots", false}, {"lr0", 0.01}},
                                    .image = "yolo:8.3",
                                    .volumes = {{"coco", "/data", true}},
                                    .secrets = {"wandb"},
                                    .nodes = 2,
                                    .gpus_per_node = 4};
    reservation.revision = 99;
    reservation.created_at = noon;
    reservation.attempt = 2;
    reservation.started_at = noon;
    reservation.exit_code = 75;
    reservation.detail = "why";
    reservation.outcome = ReservationState::cancelled;
    reservation.checkpoint = Checkpoint{"/c/resume.pt", 3, 120, noon};
    reservation.preflight = {{"data", false, "there is no /d"}};
    reservation.kind = ReservationKind::maintenance;
    reservation.asked.count = 2;
    reservation.wait = Wait{noon, WaitMode::auto_, noon};
    reservation.limit_minutes = 30;
    reservation.notice = Notice{NoticeKind::eviction, noon, noon, ReservationId{4}};
    reservation.eviction = PlannedEviction{{4}, noon};
    reservation.continues = ReservationId{16};
    reservation.continued_by = ReservationId{3, IdKind::queue_job};
    reservation.work_of = ReservationId{15};
    reservation.transfer = TransferOffer{"bob", "vision"};
    reservation.check_in_by = noon;
    reservation.checked_in = noon;
    reservation.idle_since = noon;
    reservation.expected_end = noon;
    reservation.trouble = "node1/0 is down";
    reservation.may_start_late_until = noon;
    reservation.waiting_for = "an image";
    reservation.gpus_since = noon;
    reservation.asked.per_node = 2;
    return reservation;
}

TEST(Event, every_kind_comes_back_from_its_bytes_as_it_was) {
    const std::vector<Event> events = {
        FleetDeclared{{{"node1", 0, "A100", 40, {{"rack", "r1"}}, Health::gone},
                       {"node1", 1, "A100", 40, {}, Health::down, true}}},
        ReservationConfirmed{full_reservation()},
        ReservationChanged{{17}, "v8l", {"node1/0"}, noon, noon + std::chrono::hours(2)},
        ReservationStarting{{17}, 2},
        ReservationRunning{{17}, noon},
        ReservationReleasing{{17}, ReservationState::cancelled, "cancelled by alice"},
        ReservationEnded{{17}, ReservationState::failed, noon, 137, "killed"},
        CheckpointSaved{{17}, {"/c/resume.pt", 3, 120, noon}},
        GpuHealthChanged{{"node1/0"}, Health::down},
        ReservationWaitlisted{full_reservation()},
        JobQueued{full_reservation()},
        WindowOffered{{17}, {"node1/0"}, noon, noon + std::chrono::hours(2), noon},
        WindowBooked{{17}, {"node1/0"}, noon, noon + std::chrono::hours(2)},
        ReservationMoved{{17}, {"node1/1"}, noon, noon, MoveCause::gpu_down, "node1/0 is down"},
        ReservationDisplaced{{17}, ReservationId{4}, "a P0 needs its GPUs"},
        OverrunGranted{{17}, noon},
        ReservationOverrunning{{17}},
        NoticeGiven{{17}, {NoticeKind::idle, noon, noon, {}}},
        NoticeWithdrawn{{17}},
        EvictionPlanned{{17}, {4}, noon},
        EvictionCalledOff{{17}, noon},
        ReservationContinued{{17}, {18}},
        ReservationTransferred{{17}, "bob", "vision", "alice"},
        TransferOffered{{17}, {"bob", {}}},
        TransferDeclined{{17}},
        CheckedIn{{17}, noon},
        UseChanged{{17}, noon},
        ExpectedEndChanged{{17}, noon},
        ReservationTroubled{{17}, "node1/0 is down", "an image"},
        GpusSwapped{{17}, {{"node1/0", "node1/1"}}},
        GpusSwapped{{18}, {{"node1/0", "node1/1"}}, ReservationId{17}},
        OccupantCame{{"node1", "ml/notebook-0", "dave", 2, noon}, ReservationId{17}},
        OccupantLeft{{"node1", "ml/notebook-0", "dave", 2, noon}},
        PreflightReported{{17}, {{"data", true, ""}}},
        SnapshotTaken{20'000, "aa", "bb"},
    };
    ASSERT_EQ(events.size(), std::variant_size_v<Event> + 1);  // one kind in both its forms
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

TEST(ReservationId, only_r_or_q_and_a_number_is_an_id) {
    EXPECT_EQ(ReservationId::parse("r-17")->number, 17U);
    for (const char* wrong : {"17", "r-", "r-1x", "s-1", "r--1", "r-99999999999999999999"}) {
        EXPECT_FALSE(ReservationId::parse(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace berth
