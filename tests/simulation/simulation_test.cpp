#include <gtest/gtest.h>
TEST(Simulation, placeholder) {}
