#include "api/fleet_view.hpp"

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "booking/fleet_json.hpp"
#include "booking/occupant.hpp"
#include "json/schema.hpp"

namespace berth {

struct FleetGpu {
    static constexpr std::array<std::string_view, 1> left_out{"unready_because"};

    std::string id;
    std::uint32_t number = 0;  // in the order of the inventory, for ever
    std::string model;
    int memory_gb = 0;
    Labels labels;
    Health health = Health::healthy;
    std::string unready_because;
};
BOOST_DESCRIBE_STRUCT(FleetGpu, (), (id, number, model, memory_gb, labels, health, unready_because))

struct FleetNode {
    std::string name;
    std::vector<FleetGpu> gpus;
};
BOOST_DESCRIBE_STRUCT(FleetNode, (), (name, gpus))

struct FleetAnswer {
    std::string zone;
    std::int64_t slot_minutes = 0;
    std::uint64_t revision = 0;
    Instant now;
    bool simulated_gpus = false;
    bool simulated_clock = false;
    RunsOn runs_on = RunsOn::processes;
    std::vector<FleetNode> nodes;
    std::vector<Occupant> occupants;  // who uses GPUs without a reservation
};
BOOST_DESCRIBE_STRUCT(FleetAnswer, (),
                      (zone, slot_minutes, revision, now, simulated_gpus, simulated_clock, runs_on,
                       nodes, occupants))

namespace {

std::vector<FleetNode> nodes_of(const Fleet& fleet) {
    std::vector<FleetNode> nodes;
    for (const Node& node : fleet.nodes()) {
        FleetNode& shown = nodes.emplace_back(node.name);
        for (const GpuIndex index : node.gpus) {
            const Gpu& gpu = fleet.gpu(index);
            shown.gpus.push_back({gpu.id, index.value, gpu.spec.model, gpu.spec.memory_gb,
                                  gpu.spec.labels, gpu.spec.health, gpu.spec.unready_because});
        }
    }
    return nodes;
}

}  // namespace

Response fleet_response(const ApiContext& context) {
    FleetAnswer answer;
    std::shared_ptr<const Fleet> fleet;
    context.engine.read([&](const View& view) {
        answer.zone = view.grid.zone_name();
        answer.slot_minutes = view.grid.slot_length().count();
        answer.revision = view.last_sequence;
        fleet = view.fleet;
        answer.occupants.assign(view.occupants->begin(), view.occupants->end());
    });
    answer.now = context.clock.now();
    answer.simulated_gpus = context.gpus == GpuSource::simulated;
    answer.simulated_clock = context.clock.is_virtual();
    answer.runs_on = context.jobs.runs_on;
    answer.nodes = nodes_of(*fleet);
    return json_response(200, boost::json::serialize(json::print(answer)));
}

boost::json::value fleet_schema(json::SchemaBook& book) {
    return book.printed<FleetAnswer>();
}

}  // namespace berth
