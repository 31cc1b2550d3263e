// The ordinary queue: what its plan promises, and what becomes of a job that is evicted.
#include "engine/queue.hpp"

#include <gtest/gtest.h>

#include <map>

#include "engine/small_site.hpp"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

const Instant monday = parse_rfc3339("2026-11-30T00:00:00Z").value();

Enqueue random_job(std::mt19937& dice, const SmallSite& site) {
    Enqueue command;
    command.request.gpus = random_gpus(dice, *site.state().fleet);
    command.request.minutes = between(dice, 1, 119);
    command.request.workload.emplace().argv = {"/bin/true"};
    return command;
}

std::map<ReservationId, Instant> starts(const SmallSite& site) {
    std::map<ReservationId, Instant> starts;
    for (const PlannedStart& one : planned_starts(site.state(), site.now())) {
        if (one.at) starts[one.id] = *one.at;
    }
    return starts;
}

TEST(Queue, no_later_job_delays_the_planned_start_of_an_earlier_one) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 dice(seed);
        const auto site = SmallSite::random(dice, {});
        for (int i = 0; i < 30; ++i) {
            const auto before = starts(*site);
            (void)site->ask("alice", random_job(dice, *site));
            const auto after = starts(*site);
            for (const auto& [id, start] : before) {
                if (site->state().find(id)->state != ReservationState::queued) continue;
                ASSERT_TRUE(after.contains(id)) << "seed " << seed << " " << id.text();
                EXPECT_EQ(after.at(id), start) << "seed " << seed << " " << id.text();
            }
            if (testing::Test::HasFailure()) return;
        }
    }
}

TEST(Queue, each_job_starts_when_it_was_planned_to_if_nothing_else_happens) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 dice(seed);
        const auto site = SmallSite::random(dice, {});
        for (int i = 0; i < 12; ++i) (void)site->ask("alice", random_job(dice, *site));
        const auto planned = starts(*site);
        site->move_to(site->now() + 1h);
        for (const auto& [id, start] : planned) {
            if (start > site->now()) continue;
            // Interactive reservations without a visitor end early, so that some start earlier.
            EXPECT_LE(site->state().find(id)->start, start) << "seed " << seed << " " << id.text();
            EXPECT_NE(site->state().find(id)->state, ReservationState::queued) << "seed " << seed;
        }
        if (testing::Test::HasFailure()) return;
    }
}

TEST(Queue, a_job_holds_its_limit_and_the_time_to_stop_and_no_more) {
    SmallSite site({{"node1", 0, "A100", 40, {}, Health::healthy}}, {}, monday);
    Enqueue command;
    command.request.gpus.count = 1;
    command.request.minutes = 29.5;
    command.request.workload.emplace().argv = {"/bin/true"};
    const Answer queued = site.ask("alice", command);
    ASSERT_TRUE(queued);
    EXPECT_EQ(queued->reservation->limit_minutes, 30);
    site.move_to(monday + 1min);
    const Reservation& job = *site.state().find(queued->reservation->id);
    EXPECT_EQ(job.state, ReservationState::starting);
    EXPECT_EQ(job.start, monday);
    EXPECT_EQ(job.end, monday + 30min + site.state().policy->stop_time);
}

TEST(Queue, a_job_over_its_teams_quota_lets_others_pass_until_the_quota_frees) {
    Policy policy;
    policy.teams["vision"] = {{"alice"}, {}, {.gpus_at_once = 1}};
    policy.teams["nlp"] = {{"bob"}, {}, {}};
    std::vector<GpuSpec> gpus;
    for (int device = 0; device < 2; ++device) {
        gpus.push_back({"node1", device, "A100", 40, {}, Health::healthy});
    }
    SmallSite site(gpus, policy, monday);
    Enqueue command;
    command.request.gpus.count = 1;
    command.request.minutes = 30;
    command.request.workload.emplace().argv = {"/bin/true"};
    const auto id_of = [](const Answer& answer) { return answer.value().reservation->id; };
    const ReservationId first = id_of(site.ask("alice", command));
    const ReservationId second = id_of(site.ask("alice", command));
    const ReservationId third = id_of(site.ask("bob", command));
    site.move_to(monday + 1min);
    EXPECT_EQ(site.state().find(second)->state, ReservationState::queued);
    EXPECT_EQ(site.state().find(third)->state, ReservationState::starting);
    ASSERT_TRUE(site.ask("berth", AttemptEnded{first, 1, 0, site.now(), {}}));
    site.move_to(monday + 2min);
    EXPECT_EQ(site.state().find(second)->state, ReservationState::starting);
}

TEST(Queue, an_evicted_job_is_queued_again_as_old_as_it_was) {
    State state(std::make_shared<const Fleet>(), SlotGrid::make("UTC", 120min).value(), monday, {});
    const Submission submission{
        .actor = "berth", .reason = {}, .idempotency_key = {}, .body_hash = {}, .command = Tick{}};
    Turn turn(state, submission, monday + 1h);
    Reservation victim;
    victim.id = state.next_queue_id();
    victim.title = "short run";
    victim.owner = "alice";
    victim.team = "vision";
    victim.created_at = monday;
    victim.asked.count = 2;
    victim.limit_minutes = 90;
    victim.workload.emplace().argv = {"/bin/true"};
    victim.checkpoint = Checkpoint{"/checkpoints/resume.pt", 3, 0, monday};
    victim.state = ReservationState::queued;
    turn.follow(JobQueued{victim}, "to have one");
    const ReservationId again = requeue(turn, victim, "evicted");
    const Reservation& job = *state.find(again);
    EXPECT_EQ(again.text(), "q-2");
    EXPECT_EQ(job.state, ReservationState::queued);
    EXPECT_EQ(job.created_at, monday);
    EXPECT_EQ(job.continues, victim.id);
    EXPECT_EQ(job.work_of, victim.id);
    EXPECT_EQ(job.checkpoint, victim.checkpoint);
    EXPECT_EQ(job.limit_minutes, 90);
    EXPECT_EQ(state.find(victim.id)->continued_by, again);
}

}  // namespace
}  // namespace berth::test
