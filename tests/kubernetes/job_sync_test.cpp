// What has Volcano look again at a Job that it left behind.
#include "kubernetes/job_sync.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace berth {
namespace {

TEST(JobSync, the_command_names_its_job_as_its_target_and_owner) {
    JobSight job;
    job.name = "berth-r-1-1";
    job.namespace_name = "berth-jobs";
    job.uid = "u-1";
    const auto command = boost::json::parse(sync_command(job));
    EXPECT_EQ(command.at("action"), "SyncJob");
    EXPECT_EQ(command.at("metadata").at("namespace"), "berth-jobs");
    EXPECT_EQ(command.at("target").at("apiVersion"), "batch.volcano.sh/v1alpha1");
    EXPECT_EQ(command.at("target").at("name"), "berth-r-1-1");
    const auto& owners = command.at("metadata").at("ownerReferences");
    ASSERT_TRUE(owners.is_array());
    EXPECT_EQ(owners.get_array().at(0), command.at("target"));
}

}  // namespace
}  // namespace berth
