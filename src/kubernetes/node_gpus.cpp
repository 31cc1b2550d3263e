#include "kubernetes/node_gpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "fleet/gpu_product.hpp"
#include "kubernetes/tolerations.hpp"

namespace berth {

namespace {

constexpr auto product_label = "nvidia.com/gpu.product";
constexpr auto memory_label = "nvidia.com/gpu.memory";
constexpr auto managed_label = "berth.dev/managed";  // the same on all of them

std::string label_of(const NodeSight& node, const std::string& key) {
    const auto found = node.labels.find(key);
    return found == node.labels.end() ? "" : found->second;
}

std::uint64_t number_in(const std::string& text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

int usable_now(const NodeSight& node) {
    return node.is_ready ? std::clamp(node.allocatable, 0, node.gpus) : 0;
}

// A decision of somebody's, not a failure that may pass.
bool is_closed(const NodeSight& node, const KubernetesOptions& options) {
    return node.is_cordoned || std::ranges::any_of(node.taints, [&](const Toleration& taint) {
               return !repeats_a_condition(taint) && !is_tolerated(taint, options);
           });
}

int usable(const WatchedNode& node, const KubernetesOptions& options, Instant now) {
    if (is_closed(node.sight, options)) return 0;
    const auto settles = settles_at(node);
    return settles && now >= *settles ? usable_now(node.sight) : node.settled;
}

std::string_view after_slash(std::string_view key) {
    const auto slash = key.rfind('/');
    return slash == std::string_view::npos ? key : key.substr(slash + 1);
}

bool names_a_place(std::string_view key) {
    constexpr std::array words{"rack", "row", "room", "block", "switch", "island", "superpod"};
    const std::string_view name = after_slash(key);
    return std::ranges::any_of(words, [&](std::string_view word) {
        if (!name.ends_with(word)) return false;
        const auto before = name.size() - word.size();
        return before == 0 || std::isalnum(static_cast<unsigned char>(name[before - 1])) == 0;
    });
}

bool is_useful(std::string_view key) {
    if (key == managed_label) return false;
    constexpr std::array keys{"node.kubernetes.io/instance-type", "nvidia.com/gpu.product",
                              "nvidia.com/gpu.clique"};
    return key.starts_with("topology.kubernetes.io/") || key.starts_with("berth.dev/") ||
           std::ranges::find(keys, key) != keys.end() || names_a_place(key);
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

// Cuts a run of digits off the front; without its leading zeros.
std::string_view take_number(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

// Of a node that cannot be used as a whole, or not with all of its GPUs.
std::string why_unready(const NodeSight& node, int can_be_used, const KubernetesOptions& options) {
    if (const auto why = why_unusable(node, options)) return node.name + " " + *why;
    return fmt::format("{} offers {} of its {} GPUs", node.name, can_be_used, node.gpus);
}

}  // namespace

WatchedNode watch_on(const WatchedNode* before, NodeSight sight, Instant now) {
    const int can_be_used = usable_now(sight);
    // Of a node that is seen for the first time only its condition tells how it was before.
    const int settled = before != nullptr ? std::min(before->settled, sight.gpus)
                        : sight.is_ready  ? can_be_used
                                          : sight.gpus;
    if (can_be_used >= settled) return {std::move(sight), can_be_used, std::nullopt};
    const auto told = sight.is_ready ? std::nullopt : sight.not_ready_since;
    // The cluster's clock may be ahead: then the first look counts.
    Instant lost_at = std::min(told.value_or(now), now);
    if (before != nullptr && before->lost_at) lost_at = std::min(lost_at, *before->lost_at);
    return {std::move(sight), settled, lost_at};
}

std::optional<Instant> settles_at(const WatchedNode& node) {
    if (!node.lost_at) return std::nullopt;
    return *node.lost_at + node_settling;
}

std::optional<Duration> until_settled(const WatchedNode& node, Instant now) {
    const auto settles = settles_at(node);
    if (!settles || now >= *settles) return std::nullopt;
    return *settles - now;
}

int allocatable_gpus(const WatchedNode& node, Instant now) {
    if (until_settled(node, now)) return node.settled;
    return std::clamp(node.sight.allocatable, 0, node.sight.gpus);
}

std::optional<std::string> why_unusable(const NodeSight& node, const KubernetesOptions& options) {
    if (!node.is_ready) return "is not ready";
    if (node.is_cordoned) return "is cordoned";
    for (const Toleration& taint : node.taints) {
        if (repeats_a_condition(taint) || is_tolerated(taint, options)) continue;
        return "has the taint " + taint_text(taint) + ", which launch.kubernetes.tolerations " +
               "does not name";
    }
    return std::nullopt;
}

std::vector<GpuSpec> gpus_of(const WatchedNode& node, const KubernetesOptions& options,
                             Instant now) {
    const std::string product = label_of(node.sight, product_label);
    const int can_be_used = usable(node, options, now);
    GpuSpec spec{.node = node.sight.name,
                 .model = product.empty() ? "GPU" : model_of_product(product),
                 .memory_gb = gigabytes_of_card(number_in(label_of(node.sight, memory_label))),
                 .labels = useful_labels(node.sight.labels)};
    std::vector<GpuSpec> gpus;
    for (int device = 0; device < node.sight.gpus; ++device) {
        spec.device = device;
        spec.health = device < can_be_used ? Health::healthy : Health::unready;
        if (device == can_be_used) {
            spec.unready_because = why_unready(node.sight, can_be_used, options);
        }
        gpus.push_back(spec);
    }
    return gpus;
}

Labels useful_labels(const std::map<std::string, std::string>& labels) {
    Labels useful;
    for (const auto& [key, value] : labels) {
        if (is_useful(key)) useful.emplace(key, value);
    }
    return useful;
}

bool NaturalOrder::operator()(const std::string& a, const std::string& b) const {
    std::string_view left = a;
    std::string_view right = b;
    while (!left.empty() && !right.empty()) {
        if (is_digit(left.front()) && is_digit(right.front())) {
            const auto x = take_number(left);
            const auto y = take_number(right);
            if (x.size() != y.size()) return x.size() < y.size();
            if (x != y) return x < y;
            continue;
        }
        if (left.front() != right.front()) return left.front() < right.front();
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    if (left.empty() != right.empty()) return left.empty();
    return a < b;  // "gpu-1" and "gpu-01" are two
}

}  // namespace berth
