#include "report/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace berth {

std::optional<double> median(std::vector<double> numbers) {
    if (numbers.empty()) return std::nullopt;
    std::ranges::sort(numbers);
    const std::size_t upper = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return numbers[upper];
    return (numbers[upper - 1] + numbers[upper]) / 2;
}

std::optional<double> ninetieth(std::vector<double> numbers) {
    if (numbers.empty()) return std::nullopt;
    std::ranges::sort(numbers);
    const std::size_t rank = (numbers.size() * 9 + 9) / 10;
    return numbers[rank - 1];
}

double to_hundredths(double number) {
    return std::round(number * 100) / 100;
}

}  // namespace berth
