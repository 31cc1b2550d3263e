// A cluster's inventory and the engine's fleet: what comes and goes there is committed here.
#include "follow/inventory_follower.hpp"

#include "follow/follower_fixture.hpp"

namespace berth::test {
namespace {

class InventoryInMemory : public InventoryPort {
public:
    void on_change(std::function<void()> call) override {
        const std::lock_guard lock(call_mutex_);
        call_ = std::move(call);
    }
    std::optional<std::vector<GpuSpec>> gpus() override {
        const std::lock_guard lock(mutex_);
        return gpus_;
    }
    std::optional<std::vector<Occupant>> occupants() override {
        const std::lock_guard lock(mutex_);
        ++looks_;
        return occupants_;
    }
    void make_room(const std::vector<std::string>& nodes) override {
        const std::lock_guard lock(mutex_);
        room_wanted_ = nodes;
    }

    void show(std::vector<GpuSpec> gpus, std::vector<Occupant> occupants = {}) {
        {
            const std::lock_guard lock(mutex_);
            gpus_ = std::move(gpus);
            occupants_ = std::move(occupants);
        }
        nudge();
    }
    void nudge() {
        const std::lock_guard lock(call_mutex_);
        if (call_) call_();
    }
    std::vector<std::string> room_wanted() {
        const std::lock_guard lock(mutex_);
        return room_wanted_;
    }
    int looks() {
        const std::lock_guard lock(mutex_);
        return looks_;
    }

private:
    std::mutex call_mutex_;
    std::function<void()> call_;
    std::mutex mutex_;
    std::optional<std::vector<GpuSpec>> gpus_;
    std::optional<std::vector<Occupant>> occupants_;
    std::vector<std::string> room_wanted_;
    int looks_ = 0;
};

std::vector<GpuSpec> four_gpus() {
    std::vector<GpuSpec> gpus;
    for (int device = 4; device < 8; ++device) {
        gpus.push_back({"node1", device, "A100", 40, {}, Health::healthy});
    }
    return gpus;
}

class InventoryFollowing : public Followers {
protected:
    std::size_t fleet_size() const {
        std::size_t size = 0;
        engine.read([&](const View& view) { size = view.fleet->gpus().size(); });
        return size;
    }
    Health health_of(const std::string& id) const {
        Health health{};
        engine.read([&](const View& view) { health = view.fleet->find(id)->spec.health; });
        return health;
    }
    std::uint64_t rows() const {
        std::uint64_t last = 0;
        engine.read([&](const View& view) { last = view.last_sequence; });
        return last;
    }
    // After this the follower has seen all that was there before.
    void let_it_look() {
        const int looks = inventory.looks();
        inventory.nudge();
        EVENTUALLY(inventory.looks() > looks);
        const int once_more = inventory.looks();
        inventory.nudge();
        EVENTUALLY(inventory.looks() > once_more);
    }

    InventoryInMemory inventory;
};

TEST_F(InventoryFollowing, a_node_that_joins_is_bookable_at_once) {
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    inventory.show(four_gpus());
    EVENTUALLY(fleet_size() == 4);
    EXPECT_EQ(health_of("node1/7"), Health::healthy);
}

TEST_F(InventoryFollowing, an_inventory_that_is_as_committed_writes_nothing) {
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    inventory.show(four_gpus());
    EVENTUALLY(fleet_size() == 4);
    let_it_look();
    const auto before = rows();
    let_it_look();
    EXPECT_EQ(rows(), before);
}

TEST_F(InventoryFollowing, nothing_is_gone_before_the_inventory_has_seen_all) {
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    let_it_look();
    EXPECT_EQ(health_of("node1/4"), Health::healthy);
}

TEST_F(InventoryFollowing, a_node_that_leaves_is_gone) {
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    inventory.show({});
    EVENTUALLY(health_of("node1/4") == Health::gone);
}

TEST_F(InventoryFollowing, a_fleet_that_a_full_disk_turned_down_is_declared_again) {
    journal.refuse_next(CommitOutcome::disk_full);
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    inventory.show(four_gpus());
    EVENTUALLY(clock.is_awaited_before(nine + 1min));
    EXPECT_EQ(fleet_size(), 2U);
    clock.move(nine + 1min);
    EVENTUALLY(fleet_size() == 4);
}

TEST_F(InventoryFollowing, room_is_made_ahead_of_a_start_for_as_many_gpus_as_are_reserved) {
    inventory.show(four_gpus());
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    book_job();  // two GPUs of node1 at ten
    let_it_look();
    EXPECT_TRUE(inventory.room_wanted().empty());
    clock.move(ten - 10min);
    EVENTUALLY(inventory.room_wanted() == std::vector<std::string>{"node1", "node1"});
}

TEST_F(InventoryFollowing, what_runs_on_the_node_counts_too) {
    inventory.show(four_gpus());
    const InventoryFollower follower(engine, inventory, clock, 10min, ignore_report);
    EVENTUALLY(fleet_size() == 4);
    LaunchFollower launching(engine, launcher, tokens, clock, ignore_report);
    run_job(launching);
    EXPECT_EQ(inventory.room_wanted(), std::vector<std::string>(2, "node1"));
    Reserve next;
    next.request.gpus.count = 1;
    next.request.start = StartTime{ten};
    next.request.hours = 2;
    next.request.workload.emplace().argv = {"train"};
    ASSERT_TRUE(ask("bob", next));
    EVENTUALLY(inventory.room_wanted() == std::vector<std::string>(3, "node1"));
}

}  // namespace
}  // namespace berth::test
