// Keeps the engine's fleet in step with an inventory where GPUs come and go by themselves, tells
// the engine who uses them without a reservation, and has room made before reservations start.
// Level-triggered: it compares what the inventory has with what is committed, so that nothing is
// told twice or never.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/clock_port.hpp"
#include "engine/engine.hpp"
#include "engine/inventory_port.hpp"
#include "follow/worker.hpp"

namespace berth {

class InventoryFollower {
public:
    // Room is made so long before a start, and until the reservation runs.
    InventoryFollower(Engine& engine, InventoryPort& inventory, ClockPort& clock,
                      Duration makes_room_ahead, std::function<void(const std::string&)> report);
    ~InventoryFollower();
    InventoryFollower(const InventoryFollower&) = delete;
    InventoryFollower& operator=(const InventoryFollower&) = delete;

private:
    std::optional<Instant> reconcile();
    void declare_fleet();
    void report_occupants();
    void make_room();
    void look_at_all();
    void note(const Published& published);
    void tell_engine(Command command);
    [[nodiscard]] std::optional<Instant> next_look() const;

    Engine& engine_;
    InventoryPort& inventory_;
    ClockPort& clock_;
    Duration makes_room_ahead_;
    std::function<void(const std::string&)> report_;
    std::mutex mutex_;
    std::set<ReservationId> fresh_;                    // booked or changed; guarded by mutex_
    std::set<std::pair<Instant, ReservationId>> due_;  // when room is to be made for it
    std::set<ReservationId> nearing_;                  // room is being made for them
    std::optional<std::vector<Occupant>> told_occupants_;
    std::string refused_;  // the last refusal that was reported
    bool looked_at_all_ = false;
    bool told_all_ = true;  // nothing the engine was told was turned down for want of disk
    Worker worker_;
    std::uint64_t subscription_;
};

}  // namespace berth
