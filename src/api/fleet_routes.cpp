// GET /api/v1/fleet: the site, its nodes and its GPUs.
#include <boost/json.hpp>
#include <optional>

#include "api/services.hpp"
#include "booking/fleet_json.hpp"
#include "json/described.hpp"

namespace berth {

namespace {

boost::json::object gpu_object(const Gpu& gpu) {
    boost::json::object object;
    object["id"] = gpu.id;
    object["number"] = gpu.index.value;
    object["model"] = gpu.spec.model;
    object["memory_gb"] = gpu.spec.memory_gb;
    object["labels"] = json::print(gpu.spec.labels);
    object["health"] = json::print(gpu.spec.health);
    return object;
}

boost::json::array nodes_of(const Fleet& fleet) {
    boost::json::array nodes;
    for (const Node& node : fleet.nodes()) {
        boost::json::array gpus;
        for (const GpuIndex index : node.gpus) gpus.push_back(gpu_object(fleet.gpu(index)));
        nodes.push_back({{"name", node.name}, {"gpus", std::move(gpus)}});
    }
    return nodes;
}

Response show_fleet(const Services& services) {
    boost::json::object document;
    std::shared_ptr<const Fleet> fleet;
    services.context.engine.read([&](const View& view) {
        const SlotGrid& grid = view.grid;
        document["zone"] = grid.zone_name();
        document["slot_minutes"] = grid.slot_length().count();
        document["revision"] = view.last_sequence;
        fleet = view.fleet;
    });
    document["now"] = to_rfc3339(services.context.clock.now());
    document["simulated_gpus"] = services.context.gpus == GpuSource::simulated;
    document["simulated_clock"] = services.context.clock.is_virtual();
    document["nodes"] = nodes_of(*fleet);
    return json_response(200, boost::json::serialize(document));
}

}  // namespace

void add_fleet_routes(Router& router, const Services& services) {
    router.add("GET", "/api/v1/fleet",
               DirectHandler([&services](const Request&) { return show_fleet(services); }));
}

}  // namespace berth
