// What an attempt is at, and how it ended.
#include "assessment_fixture.hpp"

namespace berth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(AssessmentTest, a_gang_runs_once_its_last_pod_does) {
    gang(2);
    running();
    running().running_since = minute(3);
    EXPECT_EQ(status().phase, Phase::running);
    EXPECT_EQ(status().started_at, minute(3));
    EXPECT_FALSE(should_end(sight_));
}

TEST_F(AssessmentTest, a_gang_whose_pods_all_succeeded_is_completed) {
    gang(2, "Completed");
    over(0, minute(8));
    over(0, minute(9));
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_EQ(status().exit_code, 0);
    EXPECT_EQ(status().ended_at, minute(9));
    EXPECT_EQ(status().started_at, minute(0));
    EXPECT_THAT(status().detail, IsEmpty());
}

TEST_F(AssessmentTest, a_rank_that_is_done_early_does_not_end_the_gang) {
    gang(2);
    over(0, minute(8));
    running();
    EXPECT_EQ(status().phase, Phase::running);
    EXPECT_FALSE(should_end(sight_));
}

TEST_F(AssessmentTest, a_failure_is_told_with_the_last_lines) {
    const PodSight pod = seen::pod("berth-r-20-1");
    job_ = seen::job("berth-r-20-1");
    sight_.job = &job_;
    sight_.pods = {&pod};
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_EQ(status().exit_code, 3);
    EXPECT_EQ(status().detail,
              "The pod on 127.0.0.2 failed with exit code 3. Its last lines:\nepoch 1\nCUDA out of "
              "memory");
}

TEST_F(AssessmentTest, only_the_last_of_many_lines_are_told) {
    gang(1, "Failed");
    over(1, minute(1), "1\n2\n3\n4\n5\n6\n7\n" + std::string(500, 'x') + "\n");
    EXPECT_THAT(status().detail, AllOf(HasSubstr("\n4\n5\n6\n7\nxxx"), Not(HasSubstr("3\n"))));
}

TEST_F(AssessmentTest, a_gang_that_lost_a_pod_has_to_end_and_is_told_by_the_one_that_failed_first) {
    gang(3);
    running();
    over(1, minute(5), "NCCL error");
    PodSight& last = running();
    EXPECT_EQ(status().phase, Phase::running);
    EXPECT_TRUE(should_end(sight_));
    // Berth stops the others, which fail of that.
    stopped(stop_words::pod_failed);
    EXPECT_FALSE(should_end(sight_));
    for (PodSight* pod : {&pods_.front(), &last}) {
        pod->phase = "Failed";
        pod->end = ContainerEnd{143, "Error", "", minute(0), minute(6)};
    }
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_EQ(status().exit_code, 1);
    EXPECT_THAT(status().detail, AllOf(HasSubstr("Pod 1 on gpu-1 failed with exit code 1"),
                                       HasSubstr("NCCL error")));
}

TEST_F(AssessmentTest, a_pod_that_fails_while_others_are_still_pulling_ends_the_gang) {
    gang(2, "Pending");
    over(2, minute(1));
    waiting("ContainerCreating", "");
    EXPECT_EQ(status().phase, Phase::running);
    EXPECT_TRUE(should_end(sight_));
}

TEST_F(AssessmentTest, running_out_of_memory_is_told_as_such) {
    const PodSight pod = seen::pod("berth-r-27-1");
    sight_.pods = {&pod};
    EXPECT_EQ(status().exit_code, 137);
    EXPECT_THAT(status().detail, HasSubstr("ran out of memory"));
}

TEST_F(AssessmentTest, a_command_that_the_image_lacks_is_told) {
    gang(1, "Failed");
    over(128, minute(1), "exec: \"berth-yolo\": executable file not found in $PATH").end->reason =
        "StartError";
    EXPECT_THAT(status().detail, AllOf(HasSubstr("could not start its command in the image "
                                                 "team/yolo:1"),
                                       HasSubstr("executable file not found")));
}

TEST_F(AssessmentTest, those_who_take_a_pod_away_are_named) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"EvictionByEvictionAPI", "somebody drained its node"},
        {"DeletionByTaintManager", "its node did not answer"},
        {"DeletionByPodGC", "was lost with its node"},
        {"PreemptionByScheduler", "was preempted"},
        {"TerminationByKubelet", "was evicted by its node"}};
    gang(1, "Failed");
    PodSight& pod = over(137, minute(4));
    for (const auto& [reason, words] : cases) {
        pod.conditions = {{"DisruptionTarget", "True", reason, "", minute(3)}};
        EXPECT_THAT(status().detail, HasSubstr(words));
    }
}

TEST_F(AssessmentTest, an_eviction_by_the_node_has_no_exit_code) {
    gang(1, "Failed");
    PodSight& pod = this->pod("Failed");
    pod.reason = "Evicted";
    pod.message = "The node was low on resource: memory. ";
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_FALSE(status().exit_code);
    EXPECT_EQ(status().detail,
              "The pod on gpu-0 was evicted by its node: The node was low on resource: memory.");
}

TEST_F(AssessmentTest, a_node_that_refuses_the_pod_is_told) {
    gang(1, "Failed");
    PodSight& pod = this->pod("Failed");
    pod.reason = "UnexpectedAdmissionError";
    pod.message = "Allocate failed: requested number of devices unavailable";
    EXPECT_THAT(status().detail, AllOf(HasSubstr("was refused by its node"),
                                       HasSubstr("requested number of devices unavailable")));
}

TEST_F(AssessmentTest, a_stopped_attempt_runs_until_its_last_pod_is_over) {
    gang(2);
    stopped(stop_words::at_end);
    PodSight& first = running();
    over(75, minute(9)).deleted_at = minute(9);
    EXPECT_EQ(status().phase, Phase::running);
    first.is_gone = true;
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_EQ(status().detail, stop_words::at_end);
}

TEST_F(AssessmentTest, a_stopped_program_that_says_how_it_ended_is_heard) {
    gang(2, "Terminated");
    stopped(stop_words::told);
    over(143, minute(8));
    over(75, minute(9));
    EXPECT_EQ(status().exit_code, 75);
    pods_.back().end->exit_code = 137;
    EXPECT_EQ(status().exit_code, 143);
}

TEST_F(AssessmentTest, how_a_pod_ended_still_counts_when_volcano_has_made_it_anew_for_a_moment) {
    gang(1);
    stopped(stop_words::told);
    PodSight& another = running();
    another.earlier_code = 137;
    EXPECT_EQ(status().phase, Phase::running);
    another.is_gone = true;
    EXPECT_EQ(status().exit_code, 137);
}

TEST_F(AssessmentTest, one_that_is_stopped_before_it_ran_has_no_exit_code) {
    gang(1, "Pending");
    stopped(stop_words::told);
    PodSight& pod = waiting("ErrImagePull", "not found");
    EXPECT_EQ(status().phase, Phase::waiting);
    pod.is_gone = true;
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_FALSE(status().exit_code);
    EXPECT_FALSE(status().started_at);
    EXPECT_EQ(status().detail, stop_words::told);
}

TEST_F(AssessmentTest, pods_that_nobody_saw_end_are_over_when_volcano_says_so) {
    gang(2);
    over(0, minute(9));
    EXPECT_EQ(status().phase, Phase::running);
    job_.phase = "Terminated";
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_FALSE(status().exit_code);
    EXPECT_THAT(status().detail, HasSubstr("Some of its pods were deleted"));
}

TEST_F(AssessmentTest, a_pod_that_somebody_deleted_is_told) {
    gang(2);
    PodSight& deleted = running();
    PodSight& other = running();
    deleted.deleted_at = minute(6);
    deleted.deletion_began_at = minute(5);
    EXPECT_EQ(status().phase, Phase::running);
    EXPECT_TRUE(should_end(sight_));
    deleted.is_gone = true;
    other.phase = "Failed";
    other.end = ContainerEnd{1, "Error", "", minute(0), minute(7)};
    EXPECT_THAT(status().detail,
                HasSubstr("Pod 0 on gpu-0 was deleted before it was over, and not by Berth."));
    deleted.end = ContainerEnd{143, "Error", "", minute(0), minute(6)};
    EXPECT_EQ(status().exit_code, 143);
    EXPECT_THAT(status().detail, HasSubstr("was deleted while it ran, and not by Berth"));
}

TEST_F(AssessmentTest, who_ends_well_when_somebody_deletes_the_pod_has_not_done_its_work) {
    gang(1);
    PodSight& pod = running();
    pod.phase = "Succeeded";
    pod.end = ContainerEnd{0, "Completed", "", minute(0), minute(6)};
    EXPECT_EQ(status().exit_code, 0);
    pod.deletion_began_at = minute(7);  // it was over by then
    EXPECT_EQ(status().exit_code, 0);
    pod.deletion_began_at = minute(5);
    EXPECT_EQ(status().exit_code, std::nullopt);
    EXPECT_THAT(status().detail, HasSubstr("was deleted while it ran, and not by Berth"));
}

TEST_F(AssessmentTest, a_pod_that_vanished_with_its_node_is_told) {
    gang(1, "Terminated");
    running().is_gone = true;
    sight_.nodes.clear();
    EXPECT_EQ(status().detail, "The pod on gpu-0 was lost with its node.");
}

TEST_F(AssessmentTest, a_job_that_volcano_gave_up_is_told_with_the_reason) {
    gang(1, "Terminated");
    warn("Job", job_.name, "FailedCreate",
         "pods \"x\" is forbidden: exceeded quota: gpus, used: 9");
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_FALSE(status().exit_code);
    EXPECT_THAT(status().detail, AllOf(HasSubstr("Volcano ended the Job (Terminated)."),
                                       HasSubstr("quota \"gpus\"")));
}

TEST_F(AssessmentTest, a_job_that_somebody_deleted_ends_with_its_pods) {
    PodSight& pod = running();
    EXPECT_EQ(status().phase, Phase::running);
    pod.is_gone = true;
    EXPECT_EQ(status().phase, Phase::ended);
    gang(1, "Pending");
    sight_.pods.clear();
    job_.deleted_at = minute(1);
    EXPECT_EQ(status().detail, "Its Volcano Job was deleted, and not by Berth.");
}

// Berth stops the rest of a gang, is killed, and takes away the Job that it finds without pods.
TEST_F(AssessmentTest, what_berth_took_away_after_a_pod_had_failed_was_not_deleted_by_others) {
    gang(2, "Pending");
    sight_.stop = stop_words::pod_failed;
    job_.deleted_at = minute(1);
    EXPECT_EQ(status().detail, stop_words::pod_failed);
    // Volcano makes them anew for a moment.
    pod("Pending").is_gone = true;
    PodSight& other = pod("Pending");
    other.is_gone = true;
    EXPECT_EQ(status().detail, stop_words::pod_failed);
    other.earlier_code = 3;
    EXPECT_NE(status().detail, stop_words::pod_failed) << "how it ended is known";
}

TEST_F(AssessmentTest, what_is_left_of_a_gang_that_lost_a_pod_unseen_was_stopped_by_berth) {
    gang(2, "Terminated");
    stopped(stop_words::pod_failed);
    PodSight& left = running();
    left.is_gone = true;
    EXPECT_EQ(status().detail, stop_words::pod_failed);
    left.is_gone = false;
    left.phase = "Failed";
    left.reason = "Evicted";
    EXPECT_THAT(status().detail, HasSubstr("was evicted by its node"));
}

TEST_F(AssessmentTest, all_phases_of_volcano_are_over_or_not) {
    gang(1);
    for (const char* phase : {"Completed", "Failed", "Terminated", "Aborted"}) {
        job_.phase = phase;
        EXPECT_EQ(status().phase, Phase::ended) << phase;
    }
    for (const char* phase : {"", "Pending", "Running", "Restarting", "Completing", "Terminating",
                              "Aborting", "Novel"}) {
        job_.phase = phase;
        EXPECT_EQ(status().phase, Phase::waiting) << phase;
    }
}

TEST_F(AssessmentTest, a_pod_that_came_in_the_place_of_one_that_is_gone_counts) {
    gang(1);
    running().is_gone = true;
    PodSight& next = pods_.emplace_back(pods_.front());
    next.is_gone = false;
    sight_.pods.push_back(&next);
    EXPECT_EQ(status().phase, Phase::running);
}

}  // namespace
}  // namespace berth
