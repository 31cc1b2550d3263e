#include "fleet/gpu_product.hpp"

#include <array>
#include <cmath>

namespace berth {

namespace {

constexpr std::array makers_and_series{"NVIDIA", "AMD", "Tesla", "Quadro", "GeForce", "Instinct"};

// Sizes that cards are sold with, in GB.
constexpr std::array card_sizes{4,  6,  8,  10, 11, 12, 16,  20,  24,  32,
                                40, 48, 64, 80, 94, 96, 141, 192, 256, 288};
// With error correction in the memory itself, 15 of 16 parts can be used.
constexpr double least_usable = 0.93;
// 94 GB cards tell 93.6: rounding alone must not make them the next size up.
constexpr double most_usable = 1.01;

// Up to the next blank or hyphen.
std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find_first_of(" -"));
}

}  // namespace

std::string model_of_product(std::string_view product) {
    std::string_view rest = product;
    for (const std::string_view word : makers_and_series) {
        if (first_word(rest) != word) continue;
        if (rest.size() <= word.size() + 1) return std::string(product);
        rest.remove_prefix(word.size() + 1);
    }
    // "RTX A6000", "RTX 4090", "RTX 6000 Ada": the series alone would name them all alike.
    const std::string_view word = first_word(rest);
    if ((word == "RTX" || word == "GTX" || word == "TITAN") && rest.size() > word.size() + 1) {
        return std::string(word) + " " + std::string(first_word(rest.substr(word.size() + 1)));
    }
    return std::string(word);
}

int gigabytes_of_card(std::uint64_t mebibytes) {
    const double told = static_cast<double>(mebibytes) / 1024;
    for (const int size : card_sizes) {
        if (told <= size * most_usable && told >= size * least_usable) return size;
    }
    return static_cast<int>(std::lround(told));
}

}  // namespace berth
