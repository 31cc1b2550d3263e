// What is said of a list of numbers in one.
#pragma once

#include <optional>
#include <vector>

namespace berth {

// The middle one, or between the two in the middle. Nothing of nothing.
std::optional<double> median(std::vector<double> numbers);
// The smallest of them that nine in ten do not exceed.
std::optional<double> ninetieth(std::vector<double> numbers);

// To hundredths, as hours are shown.
double to_hundredths(double number);

}  // namespace berth
