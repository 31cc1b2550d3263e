// Which GPUs somebody asks for: exactly these, or a number with wishes.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"

namespace berth {

// Either `ids`, or a `count` (1 when absent) with wishes.
struct GpuRequest {
    static constexpr bool all_optional = true;

    std::optional<int> count;
    std::optional<std::string> model;
    std::optional<int> min_memory_gb;
    std::map<std::string, std::string> labels;
    std::optional<std::string> spread;  // same_node (the default), any, same:<label>
    std::vector<std::string> ids;

    auto operator<=>(const GpuRequest&) const = default;
};
BOOST_DESCRIBE_STRUCT(GpuRequest, (), (count, model, min_memory_gb, labels, spread, ids))

}  // namespace berth
