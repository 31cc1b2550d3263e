#include "kubernetes/names.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth {
namespace {

const AttemptId r17{{.number = 17}, 2};
const AttemptId q4{{.number = 4, .kind = IdKind::queue_job}, 1};

TEST(KubernetesNames, follow_from_the_attempt_alone) {
    EXPECT_EQ(job_name("berth", r17), "berth-r-17-2");
    EXPECT_EQ(job_name("lab", q4), "lab-q-4-1");
    EXPECT_EQ(secret_name("berth", r17), "berth-r-17-2-token");
    EXPECT_EQ(claim_name("berth", r17, 3), "berth-r-17-2-gpus-3");
    EXPECT_EQ(pod_name("berth", r17, 1), "berth-r-17-2-rank-1-0");
    EXPECT_EQ(image_pull_name("berth", r17, "gpu-3"), "berth-r-17-2-pull-gpu-3");
}

TEST(KubernetesNames, are_host_names_whatever_the_nodes_are_called) {
    const std::string site(20, 's');
    const AttemptId longest{{.number = 999'999'999'999'999'999}, 12};
    std::set<std::string> names;
    for (const std::string node : {"gpu-1", "127.0.0.2", "ip-10-0-0-1.eu-west-1.compute.internal",
                                   "ip-10-0-0-2.eu-west-1.compute.internal"}) {
        const std::string name = image_pull_name(site, longest, node);
        EXPECT_LE(name.size(), 63U);
        EXPECT_EQ(name.find('.'), std::string::npos) << name;
        names.insert(name);
    }
    EXPECT_EQ(names.size(), 4U);
    EXPECT_LE(pod_name(site, longest, 99).size(), 63U);
}

TEST(KubernetesNames, an_attempt_is_found_again_by_its_labels) {
    EXPECT_EQ(attempt_in(labels_of("berth", r17)), r17);
    EXPECT_EQ(attempt_in(labels_of("berth", q4)), q4);
    EXPECT_EQ(selector_of("berth", q4),
              "berth.dev/site=berth,berth.dev/reservation=q-4,berth.dev/attempt=1");
    EXPECT_EQ(selector_of_site("berth"), "berth.dev/site=berth");
}

TEST(KubernetesNames, labels_of_others_are_no_attempt) {
    EXPECT_FALSE(attempt_in({}));
    for (const auto& [reservation, attempt] :
         {std::pair{"x-1", "1"}, {"r-1", "one"}, {"r-1", "1x"}, {"r-1", "0"}, {"r-1", ""}}) {
        EXPECT_FALSE(attempt_in({{label::reservation, reservation}, {label::attempt, attempt}}));
    }
}

}  // namespace
}  // namespace berth
