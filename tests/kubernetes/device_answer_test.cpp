// Which GPUs a container says that it has.
#include "kubernetes/device_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "kubernetes/device_reader.hpp"

namespace berth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string no_files = "/dev/nvidia[0-9]*\n";  // what a shell leaves of what fits nothing

TEST(Devices, numbers_in_the_variable_count_and_rise) {
    EXPECT_THAT(devices_in("3,1\n/dev/nvidia0\n").value(), ElementsAre(1, 3));
    EXPECT_THAT(devices_in("2\n" + no_files).value(), ElementsAre(2));
}

TEST(Devices, names_in_the_variable_leave_it_to_the_device_files) {
    for (const std::string variable : {"GPU-8a56a4bc-1184", "all", "", "void", "0,GPU-1"}) {
        EXPECT_THAT(
            devices_in(variable + "\n/dev/nvidia5\n/dev/nvidia12\n/dev/nvidiactl\n").value(),
            ElementsAre(5, 12))
            << variable;
    }
}

TEST(Devices, without_either_they_are_unknown_and_it_says_why) {
    EXPECT_THAT(devices_in("all\n" + no_files).error(), HasSubstr("\"all\""));
    EXPECT_THAT(devices_in("\n" + no_files).error(), HasSubstr("not set"));
    EXPECT_THAT(devices_in("").error(), HasSubstr("no /dev/nvidia files"));
}

// Nobody listens on the port of discard.
TEST(DeviceReading, a_server_that_is_not_there_is_named) {
    DeviceReader reader({.server = "https://127.0.0.1:9", .authority = {}});
    std::promise<DeviceReader::Answer> answer;
    reader.read("a", "b", "c", [&](const auto& devices) { answer.set_value(devices); });
    EXPECT_THAT(answer.get_future().get().error(), HasSubstr("https://127.0.0.1:9"));
}

}  // namespace
}  // namespace berth
