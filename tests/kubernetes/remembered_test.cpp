#include "kubernetes/remembered.hpp"

#include "assessment_fixture.hpp"

namespace berth {
namespace {

using testing::HasSubstr;

class RememberedTest : public AssessmentTest {
protected:
    AttemptStatus remembered() {
        remember(attempt_, minute(9), sight_, gone_);
        return status();
    }

    ClusterAttempt attempt_;
    JobSight gone_;
};

// Berth stops it and is killed. The next one finds its marked Job without pods and takes it away,
// while Volcano makes the pods anew for a moment.
TEST_F(RememberedTest, one_that_berth_stopped_is_told_so_when_its_job_goes_before_its_pods) {
    gang(2);
    stopped(stop_words::at_end);
    attempt_.job = job_;
    attempt_.stop = stop_words::at_end;
    attempt_.stop_is_known = true;
    sight_.job = nullptr;
    pod("Pending").is_gone = true;
    pod("Pending").is_gone = true;
    EXPECT_EQ(remembered().phase, Phase::ended);
    EXPECT_FALSE(status().exit_code);
    EXPECT_EQ(status().detail, stop_words::at_end);
}

TEST_F(RememberedTest, one_whose_job_was_marked_as_it_was_seen_last_was_stopped) {
    gang(1);
    stopped(stop_words::told);
    attempt_.job = job_;
    sight_.job = nullptr;
    pod("Pending").is_gone = true;
    EXPECT_EQ(remembered().detail, stop_words::told);
}

TEST_F(RememberedTest,
       one_that_berth_stopped_is_told_so_when_nothing_is_left_of_it_after_a_restart) {
    attempt_.stop = stop_words::at_end;
    attempt_.stop_recorded = InRecord::yes;
    attempt_.job_is_missing = true;
    EXPECT_EQ(remembered().phase, Phase::ended);
    EXPECT_EQ(status().detail, stop_words::at_end);
}

TEST_F(RememberedTest, pods_that_are_seen_to_be_gone_before_the_mark_in_their_job_were_stopped) {
    gang(1);
    attempt_.job = job_;
    attempt_.stop = stop_words::at_end;
    attempt_.kill_at = minute(9);
    running().is_gone = true;
    EXPECT_EQ(remembered().detail, stop_words::at_end);
    EXPECT_EQ(sight_.job, &job_);
}

TEST_F(RememberedTest, what_somebody_else_deletes_was_not_stopped) {
    gang(2);
    attempt_.job = job_;
    attempt_.stop = stop_words::at_end;  // Berth has decided that, and not got to it
    sight_.job = nullptr;
    PodSight& first = running();
    running().is_gone = true;
    EXPECT_EQ(remembered().phase, Phase::running);
    first.is_gone = true;
    EXPECT_EQ(status().phase, Phase::ended);
    EXPECT_THAT(status().detail, HasSubstr("and not by Berth"));
}

TEST_F(RememberedTest, a_gang_of_which_the_job_is_gone_is_as_large_as_it_was) {
    gang(2);
    attempt_.job = job_;
    sight_.job = nullptr;
    over(0, minute(8));
    EXPECT_EQ(remembered().phase, Phase::ended);
    EXPECT_FALSE(status().exit_code);
    EXPECT_THAT(status().detail, HasSubstr("Some of its pods were deleted"));
}

}  // namespace
}  // namespace berth
