// GET /metrics: how the site stands and what the server does, for Prometheus.
#include <boost/describe/enum_to_string.hpp>
#include <string>
#include <utility>

#include "api/services.hpp"
#include "booking/reservation.hpp"

namespace berth {

namespace {

// Every state is there, with 0 where nothing is in it, so that a graph of it has no gap.
std::map<std::string, std::uint64_t> no_reservations() {
    std::map<std::string, std::uint64_t> counts;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<ReservationState>>(
        [&](auto state) { counts[state.name] = 0; });
    return counts;
}

const char* idle_state(Health health) {
    switch (health) {
        case Health::healthy:
            return "free";
        case Health::down:
        case Health::unready:
            return "down";
        case Health::gone:
            return "gone";
    }
    return "";
}

void count_gpus(const View& view, std::map<std::string, std::uint64_t>& counts) {
    std::vector<bool> held(view.fleet->gpus().size());
    for (const ReservationId id : view.begun) {
        for (const GpuIndex gpu : view.gpus_of(*view.share(id))) held[gpu.value] = true;
    }
    counts = {{"free", 0}, {"held", 0}, {"down", 0}, {"gone", 0}};
    for (const Gpu& gpu : view.fleet->gpus()) {
        if (held[gpu.index.value]) {
            ++counts["held"];
        } else {
            ++counts[idle_state(gpu.spec.health)];
        }
    }
}

SiteFacts facts_of(const Services& services) {
    SiteFacts facts;
    facts.reservations = no_reservations();
    facts.listeners = *services.listeners;
    services.context.engine.read([&](const View& view) {
        facts.sequence = view.last_sequence;
        for (const auto& [id, reservation] : view.reservations) {
            ++facts.reservations[boost::describe::enum_to_string(reservation->state, "")];
        }
        count_gpus(view, facts.gpus);
    });
    return facts;
}

}  // namespace

void add_metrics_routes(Router& router, const Services& services) {
    if (services.context.metrics == nullptr) return;
    router.add({.method = "GET",
                .pattern = "/metrics",
                .id = "showMetrics",
                .summary = "Counters and gauges in the text format of Prometheus",
                .answers = {text_answer(200, "The metrics")},
                .manners = Manners::lenient},
               DirectHandler([&services](const Request&) {
                   auto response =
                       text_response(200, services.context.metrics->text(facts_of(services)));
                   response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8";
                   return response;
               }));
}

}  // namespace berth
