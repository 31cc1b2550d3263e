// What a container answers when it is asked which GPUs it has: the shell line that asks, and the
// device numbers in what it prints. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Prints $NVIDIA_VISIBLE_DEVICES on a line, and then the names of the device files, a line each.
constexpr std::string_view device_question =
    "printf '%s\\n' \"$NVIDIA_VISIBLE_DEVICES\"; "
    "for file in /dev/nvidia[0-9]*; do printf '%s\\n' \"$file\"; done";

// In rising order: the variable's, where it is all numbers, else the device files' (the runtime
// makes only those that the container may use). Error: why neither says it.
std::expected<std::vector<int>, std::string> devices_in(std::string_view answer);

}  // namespace berth
