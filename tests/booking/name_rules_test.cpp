// Names as Kubernetes and the container registries hold them.
#include "booking/name_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace berth {

namespace {

TEST(NameRules, a_label_is_of_lower_case_letters_digits_and_inner_dashes) {
    for (const char* good : {"a", "berth-jobs", "0", "a1-b2"}) EXPECT_TRUE(is_dns_label(good));
    for (const char* bad : {"", "-a", "a-", "A", "a_b", "a.b", "a b"}) {
        EXPECT_FALSE(is_dns_label(bad)) << bad;
    }
    EXPECT_TRUE(is_dns_label(std::string(63, 'a')));
    EXPECT_FALSE(is_dns_label(std::string(64, 'a')));
}

TEST(NameRules, a_name_may_have_dots_between_labels) {
    for (const char* good : {"coco", "coco.v2", "a-1.b"}) EXPECT_TRUE(is_dns_name(good));
    for (const char* bad : {"", ".", "a.", "a..b", "a/b", "Coco"}) {
        EXPECT_FALSE(is_dns_name(bad)) << bad;
    }
}

TEST(NameRules, a_resource_may_name_its_domain) {
    for (const char* good : {"nvidia.com/gpu", "cpu", "x.org/GPU_2"}) {
        EXPECT_TRUE(is_qualified_name(good)) << good;
    }
    for (const char* bad : {"", "/gpu", "nvidia.com/", "a/b/c", "nvidia com/gpu"}) {
        EXPECT_FALSE(is_qualified_name(bad)) << bad;
    }
}

TEST(NameRules, an_image_may_name_its_registry_its_tag_and_its_digest) {
    const std::string digest = "@sha256:" + std::string(64, 'f');
    for (const std::string& good :
         {std::string("yolo"), std::string("ultralytics/ultralytics:latest"),
          std::string("registry.example.org:5000/team/yolo:8.3-cuda"), "yolo" + digest,
          "localhost:5000/yolo:8.3" + digest, std::string("localhost/yolo")}) {
        EXPECT_TRUE(is_image_reference(good)) << good;
    }
    for (const std::string& bad :
         {std::string(), std::string("my image"), std::string("Yolo"), std::string("yolo:"),
          std::string("yolo@sha256:12"), std::string("/yolo"), std::string("a//b"),
          std::string("http://registry.example.org/yolo"), std::string(600, 'a')}) {
        EXPECT_FALSE(is_image_reference(bad)) << bad;
    }
}

TEST(NameRules, a_variable_begins_with_no_digit) {
    for (const char* good : {"A", "_x", "OMP_NUM_THREADS"}) EXPECT_TRUE(is_environment_name(good));
    for (const char* bad : {"", "1A", "A-B", "A=B", "A B"}) {
        EXPECT_FALSE(is_environment_name(bad)) << bad;
    }
}

}  // namespace

}  // namespace berth
