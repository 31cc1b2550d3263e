#include "follow/inventory_follower.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace berth {

namespace {

// No event will wake the follower when the disk has room again.
constexpr std::chrono::seconds pause_on_full_disk{2};
// While room is being made: an occupant that could not be removed is tried again.
constexpr std::chrono::seconds pause_while_making_room{30};

// Of maintenance an operator drains the nodes, if that is wanted.
bool has_gpus_to_come(const Reservation& reservation) {
    if (reservation.kind == ReservationKind::maintenance) return false;
    return reservation.state == ReservationState::confirmed ||
           reservation.state == ReservationState::starting;
}

bool is_as_committed(const Fleet& fleet, const std::vector<GpuSpec>& found) {
    return std::ranges::equal(fleet.renumbered(found), fleet.gpus(),
                              [](const GpuSpec& a, const Gpu& b) { return a == b.spec; });
}

// The nodes of those that near their start, each as often as it has reserved GPUs: theirs, and
// those in use. A GPU that passes from one to the other counts once.
std::vector<std::string> reserved_on_nodes(const View& view,
                                           const std::set<ReservationId>& nearing) {
    std::map<NodeIndex, std::set<GpuIndex>> reserved;
    for (const ReservationId id : nearing) {
        for (const GpuIndex gpu : view.gpus_of(*view.find(id))) {
            reserved[view.fleet->gpu(gpu).node].insert(gpu);
        }
    }
    for (const ReservationId id : view.begun) {
        for (const GpuIndex gpu : view.gpus_of(*view.find(id))) {
            const auto found = reserved.find(view.fleet->gpu(gpu).node);
            if (found != reserved.end()) found->second.insert(gpu);
        }
    }
    std::vector<std::string> nodes;
    for (const auto& [node, gpus] : reserved) {
        nodes.insert(nodes.end(), gpus.size(), view.fleet->node(node).name);
    }
    return nodes;
}

}  // namespace

InventoryFollower::InventoryFollower(Engine& engine, InventoryPort& inventory, ClockPort& clock,
                                     Duration makes_room_ahead,
                                     std::function<void(const std::string&)> report)
    : engine_(engine),
      inventory_(inventory),
      clock_(clock),
      makes_room_ahead_(makes_room_ahead),
      report_(std::move(report)),
      worker_(
          clock, [this] { return reconcile(); }, report_),
      subscription_(engine.subscribe([this](const std::vector<Published>& rows) {
          const std::lock_guard lock(mutex_);
          for (const Published& published : rows) note(published);
          if (!fresh_.empty()) worker_.wake();
      })) {
    inventory_.on_change([this] { worker_.wake(); });
    worker_.wake();  // for what was booked or seen before
}

InventoryFollower::~InventoryFollower() {
    inventory_.on_change({});
    engine_.unsubscribe(subscription_);
}

// Precondition: mutex_ is held.
void InventoryFollower::note(const Published& published) {
    if (published.reservation && has_gpus_to_come(*published.reservation)) {
        fresh_.insert(published.reservation->id);
    }
}

std::optional<Instant> InventoryFollower::reconcile() {
    told_all_ = true;
    declare_fleet();
    report_occupants();
    make_room();
    return next_look();
}

void InventoryFollower::declare_fleet() {
    auto gpus = inventory_.gpus();
    if (!gpus) return;
    std::shared_ptr<const Fleet> fleet;
    engine_.read([&](const View& view) { fleet = view.fleet; });
    if (!is_as_committed(*fleet, *gpus)) tell_engine(DeclareFleet{std::move(*gpus)});
}

void InventoryFollower::report_occupants() {
    auto occupants = inventory_.occupants();
    if (!occupants || occupants == told_occupants_) return;
    tell_engine(ReportOccupants{*occupants});
    if (told_all_) told_occupants_ = std::move(occupants);
}

// Once: what was booked before this follower began.
void InventoryFollower::look_at_all() {
    engine_.read([&](const View& view) {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, reservation] : view.reservations) {
            if (has_gpus_to_come(*reservation)) fresh_.insert(id);
        }
    });
}

void InventoryFollower::make_room() {
    if (!looked_at_all_) look_at_all();
    looked_at_all_ = true;
    std::set<ReservationId> to_look_at;
    {
        const std::lock_guard lock(mutex_);
        to_look_at.swap(fresh_);
    }
    const Instant now = clock_.now();
    while (!due_.empty() && due_.begin()->first <= now) {
        to_look_at.insert(due_.begin()->second);
        due_.erase(due_.begin());
    }
    to_look_at.merge(nearing_);
    nearing_.clear();
    std::vector<std::string> nodes;
    engine_.read([&](const View& view) {
        for (const ReservationId id : to_look_at) {
            const Reservation* reservation = view.find(id);
            if (reservation == nullptr || !has_gpus_to_come(*reservation)) continue;
            const Instant from = reservation->start - makes_room_ahead_;
            from <= now ? void(nearing_.insert(id)) : void(due_.insert({from, id}));
        }
        nodes = reserved_on_nodes(view, nearing_);
    });
    if (!nodes.empty()) inventory_.make_room(nodes);
}

void InventoryFollower::tell_engine(Command command) {
    const Answer answer = engine_.ask({.actor = "berth",
                                       .reason = {},
                                       .idempotency_key = {},
                                       .body_hash = {},
                                       .command = std::move(command)});
    if (answer) return refused_.clear();
    if (answer.error().code == RefusalCode::journal_full) told_all_ = false;
    if (refused_ == answer.error().message) return;
    refused_ = answer.error().message;
    report_("the inventory was not taken over: " + refused_);
}

std::optional<Instant> InventoryFollower::next_look() const {
    std::optional<Instant> next;
    const auto look_at = [&](Instant at) { next = std::min(next.value_or(at), at); };
    if (!told_all_) look_at(clock_.now() + pause_on_full_disk);
    if (!nearing_.empty()) look_at(clock_.now() + pause_while_making_room);
    if (!due_.empty()) look_at(due_.begin()->first);
    return next;
}

}  // namespace berth
