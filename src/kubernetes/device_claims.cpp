#include "kubernetes/device_claims.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>

#include "fleet/gpu_product.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/names.hpp"
#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

namespace js = boost::json;

// "gpu-3" and "node/3" end in 3.
std::optional<int> number_at_end(std::string_view text) {
    const auto last = text.find_last_not_of("0123456789");
    return whole_number(last == std::string_view::npos ? text : text.substr(last + 1));
}

// A quantity of bytes: "81559Mi", "80Gi", "85899345920".
std::uint64_t mebibytes_in(const std::string& quantity) {
    std::uint64_t number = 0;
    const char* end = quantity.data() + quantity.size();
    const auto parsed = std::from_chars(quantity.data(), end, number);
    const std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
    if (unit == "Ti") return number << 20U;
    if (unit == "Gi") return number << 10U;
    if (unit == "Mi") return number;
    if (unit == "Ki") return number >> 10U;
    return unit.empty() ? number >> 20U : 0;
}

// Attributes of the driver's own are published with or without its name before them.
const js::object& attribute(const js::object& device, const std::string& driver,
                            std::string_view name) {
    const auto& plain = object_at(device, {"attributes", name});
    if (!plain.empty()) return plain;
    return object_at(device, {"attributes", driver + "/" + std::string(name)});
}

int number_of(const js::object& device, const std::string& driver, int position) {
    for (const std::string_view name : {"index", "minor"}) {
        const auto& found = attribute(device, driver, name);
        if (found.contains("int")) return number_at(found, {"int"});
    }
    return number_at_end(text_at(device, {"name"})).value_or(position);
}

std::optional<PublishedGpu> published_gpu(const js::object& device, const std::string& driver,
                                          int position) {
    const std::string type = text_at(attribute(device, driver, "type"), {"string"});
    PublishedGpu gpu{number_of(device, driver, position),
                     text_at(attribute(device, driver, "uuid"), {"string"}),
                     text_at(attribute(device, driver, "productName"), {"string"}),
                     mebibytes_in(text_at(device, {"capacity", "memory", "value"}))};
    if (gpu.uuid.empty() || (!type.empty() && type != "gpu")) return std::nullopt;
    return gpu;
}

js::object request_for(const PublishedGpu& gpu, const KubernetesOptions& options) {
    const std::string expression =
        R"(device.attributes[")" + options.device_class + R"("].uuid == ")" + gpu.uuid + R"(")";
    js::object selector{{"cel", {{"expression", expression}}}};
    return {{"name", "gpu-" + std::to_string(gpu.number)},
            {"exactly",
             {{"deviceClassName", options.device_class},
              {"allocationMode", "ExactCount"},
              {"count", 1},
              {"selectors", js::array{std::move(selector)}}}}};
}

}  // namespace

GpuSlice gpu_slice(const js::object& resource_slice, const KubernetesOptions& options) {
    GpuSlice slice{text_at(resource_slice, {"spec", "nodeName"}), {}};
    if (text_at(resource_slice, {"spec", "driver"}) != options.device_class) return slice;
    int position = 0;
    for (const auto& device : array_at(resource_slice, {"spec", "devices"})) {
        if (!device.is_object()) continue;
        if (auto gpu = published_gpu(device.get_object(), options.device_class, position++)) {
            slice.gpus.push_back(std::move(*gpu));
        }
    }
    return slice;
}

std::vector<PublishedGpu> gpus_in_list(std::string_view list, const KubernetesOptions& options) {
    boost::system::error_code error;
    const auto value = js::parse({list.data(), list.size()}, error);
    std::vector<PublishedGpu> gpus;
    if (error || !value.is_object()) return gpus;
    for (const auto& item : array_at(value.get_object(), {"items"})) {
        if (!item.is_object()) continue;
        auto slice = gpu_slice(item.get_object(), options);
        std::ranges::move(slice.gpus, std::back_inserter(gpus));
    }
    return gpus;
}

std::string slices_path(const std::string& node) {
    return std::string(slices_of_cluster) + "?fieldSelector=" + escaped("spec.nodeName=" + node);
}

void KnownGpus::take(const std::vector<PublishedGpu>& now) {
    published.clear();
    for (const PublishedGpu& gpu : now) published.insert_or_assign(gpu.number, gpu);
    for (const auto& [number, gpu] : published) all.insert_or_assign(number, gpu);
}

NodeSight counted_by(const KnownGpus& known, NodeSight sight) {
    sight.gpus = static_cast<int>(known.all.size());
    sight.allocatable = static_cast<int>(known.published.size());
    return sight;
}

std::vector<GpuSpec> gpus_of(const WatchedNode& node, const KnownGpus& known,
                             const KubernetesOptions& options, Instant now) {
    std::vector<const PublishedGpu*> order;  // the first ones are those that can be used
    for (const auto& [number, gpu] : known.published) order.push_back(&gpu);
    for (const auto& [number, gpu] : known.all) {
        if (!known.published.contains(number)) order.push_back(&gpu);
    }
    auto specs = gpus_of(node, options, now);
    specs.resize(std::min(specs.size(), order.size()));
    for (std::size_t i = 0; i < specs.size(); ++i) {
        specs[i].device = order[i]->number;
        if (!order[i]->product.empty()) specs[i].model = model_of_product(order[i]->product);
        if (order[i]->mebibytes > 0) specs[i].memory_gb = gigabytes_of_card(order[i]->mebibytes);
    }
    std::ranges::sort(specs, {}, &GpuSpec::device);
    return specs;
}

std::expected<std::string, std::string> resource_claim(const AttemptOrder& order,
                                                       const PlannedPod& pod,
                                                       const std::vector<PublishedGpu>& of_node,
                                                       const KubernetesOptions& options) {
    js::array requests;
    for (const std::string& id : pod.gpus) {
        const auto found = std::ranges::find(
            of_node, number_at_end(id), [](const auto& gpu) { return std::optional(gpu.number); });
        if (found == of_node.end()) {
            return std::unexpected("The driver " + options.device_class + " does not publish GPU " +
                                   id + " now; an operator looks at the resource slices of " +
                                   pod.node + ".");
        }
        requests.push_back(request_for(*found, options));
    }
    js::object labels;
    for (const auto& [key, value] : labels_of(options.site, order.id)) labels[key] = value;
    return js::serialize(js::object{{"apiVersion", "resource.k8s.io/v1"},
                                    {"kind", "ResourceClaim"},
                                    {"metadata",
                                     {{"name", claim_name(options.site, order.id, pod.rank)},
                                      {"namespace", namespace_of(options, order.team)},
                                      {"labels", std::move(labels)}}},
                                    {"spec", {{"devices", {{"requests", std::move(requests)}}}}}});
}

}  // namespace berth
