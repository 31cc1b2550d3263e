#include "engine/maintenance.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "engine/book_again.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/eviction.hpp"
#include "engine/healing.hpp"
#include "engine/reason.hpp"
#include "engine/refuse.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

constexpr std::size_t most_named = 5;  // of those in the way, in one sentence

std::string joined(const std::set<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : " or ") + name;
    return text;
}

std::expected<void, Refusal> check_operator(const Policy& policy, const std::string& person) {
    if (policy.operators.empty() || policy.operators.contains(person)) return {};
    return std::unexpected(
        refusal(RefusalCode::not_allowed, "",
                "maintenance is for operators; ask " + joined(policy.operators)));
}

const Node* find_node(const Fleet& fleet, const std::string& name) {
    const auto found = std::ranges::find(fleet.nodes(), name, &Node::name);
    return found == fleet.nodes().end() ? nullptr : &*found;
}

Refusal unknown_node(const Fleet& fleet, const std::string& name, std::string field) {
    std::vector<std::string_view> names;
    for (const Node& node : fleet.nodes()) names.push_back(node.name);
    const std::string nearest = json::nearest_name(name, names);
    return refusal(
        RefusalCode::unknown_gpu, std::move(field),
        "there is no node " + name + (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
}

// The GPUs of the nodes and those that are named, in inventory order. What is down may well be
// meant; what is gone is not there to be maintained.
std::expected<std::vector<GpuIndex>, Refusal> gpus_meant(const Fleet& fleet,
                                                         const MaintenanceRequest& request) {
    std::set<GpuIndex> gpus;
    for (std::size_t i = 0; i < request.nodes.size(); ++i) {
        const Node* node = find_node(fleet, request.nodes[i]);
        if (node == nullptr) {
            return std::unexpected(
                unknown_node(fleet, request.nodes[i], "nodes." + std::to_string(i)));
        }
        std::ranges::copy_if(node->gpus, std::inserter(gpus, gpus.end()), [&](GpuIndex gpu) {
            return fleet.gpu(gpu).spec.health != Health::gone;
        });
    }
    for (std::size_t i = 0; i < request.gpus.size(); ++i) {
        const Gpu* gpu = fleet.find(request.gpus[i]);
        if (gpu == nullptr || gpu->spec.health == Health::gone) {
            return std::unexpected(refusal(RefusalCode::unknown_gpu, "gpus." + std::to_string(i),
                                           "GPU " + request.gpus[i] + " does not exist"));
        }
        gpus.insert(gpu->index);
    }
    if (gpus.empty()) {
        return std::unexpected(refusal(RefusalCode::bad_request, "nodes",
                                       "say which nodes or which gpus are to be left alone"));
    }
    return std::vector<GpuIndex>(gpus.begin(), gpus.end());
}

std::expected<Span, Refusal> span_meant(const Turn& turn, const MaintenanceRequest& request) {
    ReservationRequest times;
    times.start = request.start.value_or(StartTime{});
    times.hours = request.hours;
    times.end = request.end;
    times.align = request.align;
    return choose_span(turn.grid(), turn.state().horizon, times, turn.now());
}

// What becomes of those who hold the GPUs in that time.
struct Clearance {
    Span span;
    std::vector<ReservationMoved> moved;
    std::vector<Reservation> displaced;  // not begun, and nowhere to move to
    std::vector<Reservation> running;
    std::vector<Reservation> immovable;  // other maintenance, and what is stopping already

    [[nodiscard]] bool takes_nothing() const {
        return displaced.empty() && running.empty() && immovable.empty();
    }
};

// In the order in which they begin.
std::vector<const Reservation*> holders_in(const State& state, const std::vector<GpuIndex>& gpus,
                                           Span span) {
    std::set<ReservationId> ids;
    for (const GpuIndex gpu : gpus) {
        for (const Holding& held : state.calendar.holdings(gpu, span)) {
            ids.insert(id_of(held.holder));
        }
    }
    std::vector<const Reservation*> holders;
    for (const ReservationId id : ids) holders.push_back(state.find(id));
    std::ranges::sort(holders, {}, [](const Reservation* r) { return std::pair(r->start, r->id); });
    return holders;
}

// Where those that were moved already will be meanwhile.
std::vector<GpuIndex> taken_meanwhile(const State& state, const Clearance& clearance,
                                      const Reservation& next) {
    std::vector<GpuIndex> taken;
    for (const ReservationMoved& moved : clearance.moved) {
        if (!Span{moved.start, moved.end}.overlaps({next.start, next.end})) continue;
        for (const auto& id : moved.gpus) taken.push_back(state.fleet->find(id)->index);
    }
    return taken;
}

Clearance clear(const Turn& turn, const std::vector<GpuIndex>& gpus, Span span) {
    const State& state = turn.state();
    Clearance clearance{span, {}, {}, {}, {}};
    for (const Reservation* holder : holders_in(state, gpus, span)) {
        const bool is_stopping = holder->state == ReservationState::releasing;
        if (holder->kind == ReservationKind::maintenance || is_stopping) {
            clearance.immovable.push_back(*holder);
            continue;
        }
        if (has_begun(holder->state)) {
            clearance.running.push_back(*holder);
            continue;
        }
        std::vector<GpuIndex> avoiding = taken_meanwhile(state, clearance, *holder);
        avoiding.insert(avoiding.end(), gpus.begin(), gpus.end());
        auto moved = move_to_equal_gpus(state, *holder, turn.now(), avoiding,
                                        MoveCause::maintenance, "its GPUs will be in maintenance");
        if (moved) {
            clearance.moved.push_back(std::move(*moved));
        } else {
            clearance.displaced.push_back(*holder);
        }
    }
    return clearance;
}

// "r-3 (alice, until 2026-12-02 20:00:00)"
std::string described(const SlotGrid& grid, const Reservation& reservation) {
    const bool begun = has_begun(reservation.state);
    return reservation.id.text() + " (" + reservation.owner + ", " +
           (begun ? "until " + grid.local_text(reservation.end)
                  : "from " + grid.local_text(reservation.start)) +
           ")";
}

Refusal still_booked(const Turn& turn, const std::vector<GpuIndex>& gpus, Span span,
                     const std::vector<const Reservation*>& in_the_way, std::string what_to_do) {
    std::string message = "in the way: ";
    for (std::size_t i = 0; i < in_the_way.size() && i < most_named; ++i) {
        message += (i > 0 ? ", " : "") + described(turn.grid(), *in_the_way[i]);
    }
    if (in_the_way.size() > most_named) {
        message += " and " + std::to_string(in_the_way.size() - most_named) + " more";
    }
    message += "; " + std::move(what_to_do);
    const State& state = turn.state();
    const std::int32_t slots = state.grid.covering(span).slots();
    const Slot next = state.grid.slot_at(span.from) + 1;
    if (const auto free =
            state.calendar.earliest_of(gpus, slots, next, state.calendar.horizon() - slots)) {
        message += ", or begin at " + state.grid.local_text(free->span.from) +
                   ", from when on all these GPUs are free";
    }
    return refusal(RefusalCode::still_booked, "displace", std::move(message));
}

std::vector<const Reservation*> all_in_the_way(const Clearance& clearance) {
    std::vector<const Reservation*> all;
    for (const auto* some : {&clearance.immovable, &clearance.running, &clearance.displaced}) {
        for (const Reservation& one : *some) all.push_back(&one);
    }
    return all;
}

// With notice for those who run: it cannot begin before that has run out.
std::expected<Clearance, Refusal> clear_with_notice(const Turn& turn,
                                                    const std::vector<GpuIndex>& gpus, Span span) {
    Clearance clearance = clear(turn, gpus, span);
    const Instant earliest = turn.now() + turn.policy().notice;
    if (!clearance.running.empty() && span.from < earliest) {
        span.from = earliest;
        if (span.empty()) {
            return std::unexpected(
                refusal(RefusalCode::bad_request, "end",
                        "what runs there gets notice until " + turn.grid().local_text(earliest) +
                            ", and by then this maintenance would be over; let it end later"));
        }
        clearance = clear(turn, gpus, span);
    }
    if (clearance.immovable.empty()) return clearance;
    std::vector<const Reservation*> immovable;
    for (const Reservation& one : clearance.immovable) immovable.push_back(&one);
    return std::unexpected(still_booked(turn, gpus, span, immovable,
                                        "that cannot be displaced: wait until it is over"));
}

Reservation make_maintenance(const Turn& turn, const MaintenanceRequest& request,
                             const std::vector<GpuIndex>& gpus, Span span) {
    Reservation maintenance;
    maintenance.id = turn.state().next_id();
    maintenance.kind = ReservationKind::maintenance;
    const std::string reason = request.reason.value_or(turn.reason());
    const bool is_title = !reason.empty() && reason.size() <= longest_title;
    maintenance.title = is_title ? reason : "maintenance";
    maintenance.owner = turn.actor();
    maintenance.team = team_of(turn.policy(), turn.actor());
    maintenance.gpus = ids_of(*turn.state().fleet, gpus);
    maintenance.asked.ids = maintenance.gpus;
    maintenance.start = span.from;
    maintenance.end = span.to;
    maintenance.booked_end = span.to;
    maintenance.priority = Priority::P0;
    maintenance.preemptible = false;
    maintenance.created_at = turn.now();
    return maintenance;
}

// Those who run keep their GPUs until it begins, and are told in time. Whether that is now.
bool ask_to_leave(Turn& turn, Reservation running, const Reservation& maintenance,
                  const std::string& why) {
    running.eviction = PlannedEviction{maintenance.id, maintenance.start};
    if (*planned_notice_at(running, turn.policy()) > turn.now()) {
        turn.follow(EvictionPlanned{running.id, maintenance.id, maintenance.start}, why);
        return false;
    }
    evict(turn, running, NoticeKind::maintenance, maintenance.start, maintenance.id, why);
    return true;
}

// New windows are looked for once the maintenance holds its GPUs.
void displace_and_claim(Turn& turn, const Clearance& clearance, const Reservation& maintenance) {
    const std::string why = "maintenance " + maintenance.id.text() + ": " + maintenance.title;
    for (const ReservationMoved& moved : clearance.moved) turn.follow(moved, why);
    for (const Reservation& displaced : clearance.displaced) {
        turn.follow(ReservationDisplaced{displaced.id, maintenance.id, why}, why);
    }
    std::vector<ReservationId> told;
    for (const Reservation& running : clearance.running) {
        if (ask_to_leave(turn, running, maintenance, why)) told.push_back(running.id);
    }
    turn.emit(ReservationConfirmed{maintenance});
    for (const ReservationId id : told) book_continuation(turn, id, why);
    // In the order in which all who lost their window are served: by priority, then by age.
    const std::set<WaitRank> order = turn.state().wait_order;
    for (const WaitRank& rank : order) {
        if (!rank.lost_its_window) break;
        book_again(turn, rank.id, turn.state().find(rank.id)->detail.value_or(why));
    }
}

}  // namespace

std::expected<void, Refusal> decide_maintenance(Turn& turn, const Maintain& command) {
    const MaintenanceRequest& request = command.request;
    if (auto allowed = check_operator(turn.policy(), turn.actor()); !allowed) return allowed;
    const auto gpus = gpus_meant(*turn.state().fleet, request);
    if (!gpus) return std::unexpected(gpus.error());
    const auto span = span_meant(turn, request);
    if (!span) return std::unexpected(span.error());
    if (!request.displace) {
        const Clearance clearance = clear(turn, *gpus, *span);
        if (!clearance.takes_nothing()) {
            return std::unexpected(still_booked(
                turn, *gpus, *span, all_in_the_way(clearance),
                R"("displace": true books again what has not begun and gives notice to what runs)"));
        }
        if (auto explained = check_reason(turn, ReasonFor::maintenance); !explained)
            return explained;
        displace_and_claim(turn, clearance, make_maintenance(turn, request, *gpus, *span));
        return {};
    }
    const auto clearance = clear_with_notice(turn, *gpus, *span);
    if (!clearance) return std::unexpected(clearance.error());
    if (auto explained = check_reason(turn, ReasonFor::maintenance); !explained) return explained;
    Reservation maintenance = make_maintenance(turn, request, *gpus, clearance->span);
    // It waits for their notice only: once they have left it begins.
    if (span->from < clearance->span.from) maintenance.ready_from = span->from;
    displace_and_claim(turn, *clearance, maintenance);
    return {};
}

}  // namespace berth
