// What a request asks of its GPUs, and how they may lie.
#include <algorithm>

#include "fleet/fleet.hpp"

namespace berth {
namespace {

constexpr std::string_view same_label_prefix = "same:";

}  // namespace

bool GpuSelector::matches(const GpuSpec& gpu) const {
    if (model && gpu.model != *model) return false;
    if (min_memory_gb && gpu.memory_gb < *min_memory_gb) return false;
    return std::ranges::all_of(labels, [&](const auto& wanted) {
        const auto found = gpu.labels.find(wanted.first);
        return found != gpu.labels.end() && found->second == wanted.second;
    });
}

std::expected<Spread, std::string> Spread::parse(std::string_view text) {
    if (text == "same_node") return Spread{.kind = Kind::same_node, .label = {}};
    if (text == "any") return Spread{.kind = Kind::any, .label = {}};
    if (text.starts_with(same_label_prefix) && text.size() > same_label_prefix.size()) {
        return Spread{.kind = Kind::same_label,
                      .label = std::string(text.substr(same_label_prefix.size()))};
    }
    return std::unexpected("\"" + std::string(text) +
                           "\" is not a spread: it is same_node, any, or same:<label>, such as "
                           "same:rack");
}

std::string Spread::text() const {
    switch (kind) {
        case Kind::same_node:
            return "same_node";
        case Kind::any:
            return "any";
        case Kind::same_label:
            return std::string(same_label_prefix) + label;
    }
    return {};
}

}  // namespace berth
