// The machine's own GPUs, against a stand-in for NVIDIA's library.
#include "launch/nvml_inventory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace berth {
namespace {

TEST(NvmlInventory, four_gpus_are_read_with_model_and_memory) {
    const auto found = read_nvml("server1", FAKE_NVML);
    ASSERT_TRUE(found) << found.error();
    ASSERT_TRUE(*found);
    ASSERT_EQ((*found)->size(), 4U);
    const GpuSpec& last = (*found)->back();
    EXPECT_EQ(gpu_id(last), "server1/3");
    EXPECT_EQ(last.model, "A100");
    EXPECT_EQ(last.memory_gb, 80);
}

TEST(NvmlInventory, without_the_library_there_is_nothing_and_no_error) {
    const auto found = read_nvml("server1", "libno-such-nvml.so");
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST(NvmlInventory, a_library_that_does_not_start_says_why) {
    ::setenv("FAKE_NVML_BROKEN", "1", 1);
    const auto found = read_nvml("server1", FAKE_NVML);
    ::unsetenv("FAKE_NVML_BROKEN");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error(), testing::HasSubstr("Driver Not Loaded"));
}

}  // namespace
}  // namespace berth
