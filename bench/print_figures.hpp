// A benchmark's answer to bench/run: one line of JSON, its figures by name.
#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace berth::bench {

using Figures = std::vector<std::pair<std::string, double>>;

inline void print_figures(const Figures& figures) {
    const char* before = "{";
    for (const auto& [name, value] : figures) {
        std::printf("%s\"%s\": %.6g", before, name.c_str(), value);
        before = ", ";
    }
    std::printf("}\n");
}

}  // namespace berth::bench
