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
    if (request.model || request.min_memory_gb || !request.labels.empty() || request.spread) {
        return std::unexpected(refusal(
            RefusalCode::bad_request, "gpus.ids",
            "ids name the GPUs exactly: leave out model, min_memory_gb, labels and spread"));
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
            const bool unready = gpu->spec.health == Health::unready;
            return std::unexpected(
                refusal(RefusalCode::unknown_gpu, field,
                        "GPU " + gpu->id +
                            (unready ? " is not ready: its node cannot be used now"
                                     : " is out of service")));
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

// The most GPUs that one request of this spread can ever get.
int most_together(const Fleet& fleet, const std::vector<GpuIndex>& matching, const Spread& spread) {
    if (spread.kind == Spread::Kind::any) return static_cast<int>(matching.size());
    int most = 0;
    if (spread.kind == Spread::Kind::same_node) {
        std::vector<int> nodes(fleet.nodes().size());
        for (const GpuIndex index : matching) {
            most = std::max(most, ++nodes[fleet.gpu(index).node.value]);
        }
        return most;
    }
    std::map<std::string_view, int> groups;
    for (const GpuIndex index : matching) {
        const Labels& labels = fleet.gpu(index).spec.labels;
        if (const auto label = labels.find(spread.label); label != labels.end()) {
            most = std::max(most, ++groups[label->second]);
        }
    }
    return most;
}

}  // namespace

std::expected<WishedGpus, Refusal> choose_gpus(const Fleet& fleet, const GpuRequest& request) {
    if (!request.ids.empty()) return choose_named(fleet, request);

    WishedGpus choice;
    choice.wish.count = request.count.value_or(1);
    choice.wish.selector = {request.model, request.min_memory_gb, request.labels};
    if (choice.wish.count < 1) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "gpus.count",
                    "ask for at least 1 GPU, not " + std::to_string(choice.wish.count)));
    }
    if (request.spread) {
        auto spread = Spread::parse(*request.spread);
        if (!spread) {
            return std::unexpected(
                refusal(RefusalCode::bad_request, "gpus.spread", spread.error()));
        }
        choice.wish.spread = *spread;
    }
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
    const int most = most_together(fleet, matching, choice.wish.spread);
    if (choice.wish.count > most) {
        std::string message = "the request asks for " + count_text(choice.wish.count);
        if (choice.wish.spread.kind == Spread::Kind::same_node) {
            message += " on one node; the largest fitting node has " + std::to_string(most);
            if (choice.wish.count <= static_cast<int>(matching.size())) {
                message += R"( (with "spread": "any" they may lie on several nodes))";
            }
        } else {
            message += "; at most " + std::to_string(most) + " can be had together";
        }
        return std::unexpected(
            refusal(RefusalCode::too_many_gpus, "gpus.count", std::move(message)));
    }
    return choice;
}

}  // namespace berth
