// Who sits on GPUs without a reservation, and who of them has to go.
#include "kubernetes/occupants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::test {
namespace {

using namespace std::chrono_literals;

const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();

PodSight notebook() {
    PodSight pod;
    pod.namespace_name = "team-a";
    pod.name = "notebook-6f7d8c-x2";
    pod.uid = "u1";
    pod.labels = {{"pod-template-hash", "6f7d8c"}};
    pod.owner = "ReplicaSet notebook-6f7d8c";
    pod.service_account = "jupyter";
    pod.node = "gpu-1";
    pod.gpus = 2;
    pod.phase = "Running";
    pod.created_at = noon;
    pod.running_since = noon + 1min;
    return pod;
}

OccupantPod sitting(const std::string& name, const std::string& node, int gpus, Instant since) {
    return {{node, "x/" + name, "", gpus, since}, "x", name, name, false};
}

std::vector<std::string> names_of(const std::vector<OccupantPod>& pods) {
    std::vector<std::string> names;
    for (const auto& pod : pods) names.push_back(pod.name);
    return names;
}

TEST(Occupants, a_pod_without_a_reservation_is_told_with_its_owner_and_since_when) {
    const auto found = occupant_in(notebook(), "berth");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->occupant, (Occupant{"gpu-1", "team-a/notebook-6f7d8c-x2",
                                         "Deployment notebook in team-a (service account jupyter)",
                                         2, noon + 1min}));
}

TEST(Occupants, whoever_owns_it_is_told_as_far_as_that_is_known) {
    PodSight pod = notebook();
    pod.labels.clear();
    EXPECT_EQ(owner_words(pod), "ReplicaSet notebook-6f7d8c in team-a (service account jupyter)");
    pod.owner = "";
    pod.service_account = "";
    EXPECT_EQ(owner_words(pod), "somebody in team-a (service account default)");
}

TEST(Occupants, what_is_ours_or_uses_no_gpu_is_none) {
    PodSight ours = notebook();
    ours.labels["berth.dev/site"] = "berth";
    EXPECT_FALSE(occupant_in(ours, "berth"));
    EXPECT_TRUE(occupant_in(ours, "other"));  // another Berth's is one
    PodSight unbound = notebook();
    unbound.node = "";
    EXPECT_FALSE(occupant_in(unbound, "berth"));
    PodSight over = notebook();
    over.phase = "Succeeded";
    EXPECT_FALSE(occupant_in(over, "berth"));
    PodSight without = notebook();
    without.gpus = 0;
    EXPECT_FALSE(occupant_in(without, "berth"));
}

TEST(Occupants, nobody_goes_while_there_is_room_for_all) {
    EXPECT_THAT(in_the_way({{"n1", {4, 2}}}, {sitting("a", "n1", 2, noon)}), testing::IsEmpty());
}

TEST(Occupants, who_came_last_goes_first_and_only_until_it_suffices) {
    const std::vector occupants{sitting("old", "n1", 1, noon), sitting("new", "n1", 1, noon + 2h),
                                sitting("middle", "n1", 1, noon + 1h),
                                sitting("elsewhere", "n2", 4, noon)};
    EXPECT_THAT(names_of(in_the_way({{"n1", {4, 3}}}, occupants)),
                testing::ElementsAre("new", "middle"));
}

TEST(Occupants, one_that_is_leaving_already_makes_room) {
    std::vector occupants{sitting("a", "n1", 2, noon), sitting("b", "n1", 2, noon + 1h)};
    occupants[1].is_leaving = true;
    EXPECT_THAT(in_the_way({{"n1", {4, 2}}}, occupants), testing::IsEmpty());
}

}  // namespace
}  // namespace berth::test
