// What people call a GPU, from what drivers and labels call it.
#include "fleet/gpu_product.hpp"

#include <gtest/gtest.h>

namespace berth::test {
namespace {

TEST(GpuProduct, a_card_is_called_what_people_book_whoever_names_it) {
    EXPECT_EQ(model_of_product("NVIDIA A100-SXM4-80GB"), "A100");
    EXPECT_EQ(model_of_product("NVIDIA-A100-SXM4-80GB"), "A100");
    EXPECT_EQ(model_of_product("NVIDIA-H100-80GB-HBM3"), "H100");
    EXPECT_EQ(model_of_product("Tesla-T4"), "T4");
    EXPECT_EQ(model_of_product("NVIDIA GeForce RTX 4090"), "RTX 4090");
    EXPECT_EQ(model_of_product("NVIDIA-RTX-A6000"), "RTX A6000");
    EXPECT_EQ(model_of_product("Quadro-RTX-8000"), "RTX 8000");
    EXPECT_EQ(model_of_product("NVIDIA"), "NVIDIA");
}

TEST(GpuProduct, memory_is_what_is_printed_on_the_box) {
    EXPECT_EQ(gigabytes_of_card(81920), 80);    // A100 80GB
    EXPECT_EQ(gigabytes_of_card(81559), 80);    // H100
    EXPECT_EQ(gigabytes_of_card(40960), 40);    // A100 40GB
    EXPECT_EQ(gigabytes_of_card(23028), 24);    // A10, with error correction
    EXPECT_EQ(gigabytes_of_card(15360), 16);    // T4, with error correction
    EXPECT_EQ(gigabytes_of_card(46068), 48);    // L40S, with error correction
    EXPECT_EQ(gigabytes_of_card(49140), 48);    // A6000
    EXPECT_EQ(gigabytes_of_card(95830), 94);    // H100 NVL
    EXPECT_EQ(gigabytes_of_card(97871), 96);    // H20
    EXPECT_EQ(gigabytes_of_card(143771), 141);  // H200
    EXPECT_EQ(gigabytes_of_card(4864), 5);      // a MIG slice
    EXPECT_EQ(gigabytes_of_card(0), 0);
}

}  // namespace
}  // namespace berth::test
