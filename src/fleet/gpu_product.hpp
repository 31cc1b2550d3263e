// What people call a GPU, from what its driver calls it: its model without maker and variant, and
// the gigabytes that are printed on the box.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

// "NVIDIA A100-SXM4-80GB" (as NVML has it) and "NVIDIA-A100-SXM4-80GB" (as a label has it): "A100".
// What is left when a maker and a series is all there is: the whole name.
std::string model_of_product(std::string_view product);

// Drivers tell what is usable: error correction takes a sixteenth, firmware some more. 23028 MiB
// is a card of 24 GB, 81559 MiB one of 80.
int gigabytes_of_card(std::uint64_t mebibytes);

}  // namespace berth
