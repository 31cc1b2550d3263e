#include <algorithm>
#include <map>

#include "engine/refuse.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

std::string count_text(int count) {
    return std::to_string(count) + (count == 1 ? " GPU" : " GPUs");
}

// As many GPUs like the named ones: their model if they share one, one node if they share one.
GpuWish like_these(const Fleet& fleet, const std::vector<GpuIndex>& ids) {
    GpuWish wish;
    wish.count = static_cast<int>(ids.size());
    const Gpu& first = fleet.gpu(ids.front());
    const bool one_model = std::ranges::all_of(
        ids, [&](GpuIndex id) { return fleet.gpu(id).spec.model == first.spec.model; });
    const bool one_node =
        std::ranges::all_of(ids, [&](GpuIndex id) { return fleet.gpu(id).node == first.node; });
    if (one_model) wish.selector.model = first.spec.model;
    wish.spread.kind = one_node ? Spread::Kind::same_node : Spread::Kind::any;
    return wish;
}

std::string unusable(const Gpu& gpu) {
    if (gpu.spec.health != Health::unready) return "GPU " + gpu.id + " is out of service";
    return "GPU " + gpu.id + " is not ready: " +
           (gpu.spec.unready_because.empty() ? "its node cannot be used now"
                                             : gpu.spec.unready_because);
}

// "GPU node1/7 does not exist; node1 has node1/0 to node1/3"
std::string unknown_gpu(const Fleet& fleet, const std::string& id) {
    const std::string message = "GPU " + id + " does not exist";
    const std::string node_name = id.substr(0, id.find('/'));
    std::vector<std::string_view> names;
    for (const Node& node : fleet.nodes()) {
        names.push_back(node.name);
        if (node.name != node_name || node.gpus.empty()) continue;
        return message + "; " + node.name + " has " + fleet.gpu(node.gpus.front()).id + " to " +
               fleet.gpu(node.gpus.back()).id;
    }
    const std::string nearest = json::nearest_name(node_name, names);
    if (!nearest.empty()) return message + "; did you mean one of " + nearest + "?";
    return message + "; an id is a node's name and a number, such as " +
           (fleet.gpus().empty() ? std::string("node1/0") : fleet.gpus().front().id);
}

std::expected<WishedGpus, Refusal> choose_named(const Fleet& fleet, const GpuRequest& request) {
    if (request.count && *request.count != static_cast<int>(request.ids.size())) {
        return std::unexpected(refusal(RefusalCode::bad_request, "gpus.count",
                                       "give either the GPUs' ids or their count, not both"));
    }
    if (request.model || request.min_memory_gb || !request.labels.empty() || request.spread ||
        request.per_node) {
        return std::unexpected(refusal(RefusalCode::bad_request, "gpus.ids",
                                       "ids name the GPUs exactly: leave out model, min_memory_gb, "
                                       "labels, spread and per_node"));
    }
    WishedGpus choice;
    for (std::size_t i = 0; i < request.ids.size(); ++i) {
        const std::string field = "gpus.ids." + std::to_string(i);
        const Gpu* gpu = fleet.find(request.ids[i]);
        if (gpu == nullptr) {
            return std::unexpected(
                refusal(RefusalCode::unknown_gpu, field, unknown_gpu(fleet, request.ids[i])));
        }
        if (gpu->spec.health != Health::healthy) {
            return std::unexpected(refusal(RefusalCode::unknown_gpu, field, unusable(*gpu)));
        }
        if (std::ranges::find(choice.ids, gpu->index) != choice.ids.end()) {
            return std::unexpected(
                refusal(RefusalCode::bad_request, field, "GPU " + gpu->id + " is named twice"));
        }
        choice.ids.push_back(gpu->index);
    }
    std::ranges::sort(choice.ids);
    choice.wish = like_these(fleet, choice.ids);
    return choice;
}

std::string unknown_model(const Fleet& fleet, const std::string& model) {
    const auto models = fleet.models();
    const std::vector<std::string_view> names(models.begin(), models.end());
    std::string message = "there is no GPU of model " + model + " here";
    const std::string nearest = json::nearest_name(model, names);
    if (!nearest.empty()) return message + "; did you mean " + nearest + "?";
    message += "; there are";
    for (const auto name : names) message += " " + std::string(name);
    return message;
}

// The most GPUs that one request of this shape can ever get.
int most_together(const Fleet& fleet, const std::vector<GpuIndex>& matching, const GpuWish& wish) {
    const auto group_of = [&](const Gpu& gpu) -> std::optional<std::string_view> {
        if (wish.spread.kind == Spread::Kind::any) return "";
        if (wish.spread.kind == Spread::Kind::same_node) return gpu.spec.node;
        const auto label = gpu.spec.labels.find(wish.spread.label);
        if (label == gpu.spec.labels.end()) return std::nullopt;
        return label->second;
    };
    std::map<std::string_view, std::map<NodeIndex, int>> groups;
    for (const GpuIndex index : matching) {
        const Gpu& gpu = fleet.gpu(index);
        if (const auto group = group_of(gpu)) ++groups[*group][gpu.node];
    }
    const int piece = std::max(wish.per_node, 1);
    int most = 0;
    for (const auto& [name, nodes] : groups) {
        int here = 0;
        for (const auto& [node, gpus] : nodes) here += gpus / piece * piece;
        most = std::max(most, here);
    }
    return most;
}

std::string too_many(const GpuWish& wish, int most, std::size_t matching) {
    std::string message = "the request asks for " + count_text(wish.count);
    if (wish.per_node > 0) {
        return message + ", " + std::to_string(wish.per_node) + " on each node; at most " +
               std::to_string(most) + " can be had so";
    }
    if (wish.spread.kind != Spread::Kind::same_node) {
        return message + "; at most " + std::to_string(most) + " can be had together";
    }
    message += " on one node; the largest fitting node has " + std::to_string(most);
    if (wish.count <= static_cast<int>(matching)) {
        message += R"( (with "spread": "any" they may lie on several nodes))";
    }
    return message;
}

// Each node gives pieces of `per_node`.
std::expected<void, Refusal> add_pieces(int per_node, bool spread_is_given, GpuWish& wish) {
    if (per_node < 1) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "gpus.per_node",
                    "take at least 1 GPU of each node, not " + std::to_string(per_node)));
    }
    if (wish.count % per_node != 0) {
        const int less = wish.count / per_node * per_node;
        return std::unexpected(
            refusal(RefusalCode::bad_request, "gpus.count",
                    count_text(wish.count) + " cannot be had with " + std::to_string(per_node) +
                        " on each node; ask for " +
                        (less > 0 ? std::to_string(less) + " or " : std::string()) +
                        std::to_string(less + per_node)));
    }
    if (!spread_is_given) wish.spread = {.kind = Spread::Kind::any, .label = {}};
    if (wish.spread.kind == Spread::Kind::same_node) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "gpus.spread",
                    "per_node is for work on several nodes: leave the spread out, or let it be any "
                    "or same:<label>"));
    }
    const bool one_piece = wish.count == per_node;
    if (one_piece && wish.spread.kind == Spread::Kind::any) {
        wish.spread.kind = Spread::Kind::same_node;
    } else if (per_node > 1) {
        wish.per_node = per_node;
    }
    return {};
}

}  // namespace

std::expected<GpuWish, Refusal> counted_wish(const GpuRequest& request) {
    GpuWish wish;
    wish.count = count_asked(request);
    wish.selector = {request.model, request.min_memory_gb, request.labels};
    if (wish.count < 1) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "gpus.count",
                    "ask for at least 1 GPU, not " + std::to_string(wish.count)));
    }
    if (request.spread) {
        auto spread = Spread::parse(*request.spread);
        if (!spread) {
            return std::unexpected(
                refusal(RefusalCode::bad_request, "gpus.spread", spread.error()));
        }
        wish.spread = *spread;
    }
    if (request.per_node) {
        const auto added = add_pieces(*request.per_node, request.spread.has_value(), wish);
        if (!added) return std::unexpected(added.error());
    }
    return wish;
}

std::expected<WishedGpus, Refusal> choose_gpus(const Fleet& fleet, const GpuRequest& request) {
    if (!request.ids.empty()) return choose_named(fleet, request);

    auto wish = counted_wish(request);
    if (!wish) return std::unexpected(std::move(wish.error()));
    WishedGpus choice{{}, std::move(*wish)};
    const auto models = fleet.models();
    if (request.model && std::ranges::find(models, *request.model) == models.end()) {
        return std::unexpected(
            refusal(RefusalCode::unknown_gpu, "gpus.model", unknown_model(fleet, *request.model)));
    }
    const auto matching = fleet.matching(choice.wish.selector);
    if (matching.empty()) {
        return std::unexpected(
            refusal(RefusalCode::unknown_gpu, "gpus", "no GPU here has all that is asked for"));
    }
    const int most = most_together(fleet, matching, choice.wish);
    if (choice.wish.count > most) {
        return std::unexpected(refusal(RefusalCode::too_many_gpus, "gpus.count",
                                       too_many(choice.wish, most, matching.size())));
    }
    return choice;
}

}  // namespace berth
