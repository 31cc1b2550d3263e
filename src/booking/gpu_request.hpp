// Which GPUs somebody asks for: exactly these, or a number with wishes.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/described.hpp"

namespace berth {

// Either `ids`, or a `count` (1 when absent) with wishes. `ids` with their own number as `count`:
// these now, though where a cluster chooses among the GPUs of a node, others like them would do.
struct GpuRequest {
    static constexpr bool all_optional = true;
    static constexpr std::array<std::string_view, 1> left_out{"per_node"};

    std::optional<int> count;
    std::optional<std::string> model;
    std::optional<int> min_memory_gb;
    std::map<std::string, std::string> labels;
    std::optional<std::string> spread;  // same_node (the default), any, same:<label>; with
                                        // per_node: any (the default), same:<label>
    std::vector<std::string> ids;
    // So many on each node that it uses, or a multiple of it there; `count` is a multiple of it.
    std::optional<int> per_node;

    auto operator<=>(const GpuRequest&) const = default;
};
BOOST_DESCRIBE_STRUCT(GpuRequest, (), (count, model, min_memory_gb, labels, spread, ids, per_node))

// How many GPUs it asks for.
inline int count_asked(const GpuRequest& request) {
    if (!request.ids.empty()) return static_cast<int>(request.ids.size());
    return request.count.value_or(request.per_node.value_or(1));
}

}  // namespace berth
