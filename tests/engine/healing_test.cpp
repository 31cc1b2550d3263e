// Failures and repairs against bookings, at random: whoever can be helped is, whoever cannot is
// told, and once all is repaired nobody is in trouble.
#include "engine/healing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/decide.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/equal_gpus.hpp"

namespace berth::test {
namespace {

std::vector<GpuSpec> two_nodes_of_one_model_and_one_of_another() {
    std::vector<GpuSpec> gpus;
    for (const auto& [node, model] :
         {std::pair("node1", "A100"), std::pair("node2", "A100"), std::pair("node3", "V100")}) {
        for (int device = 0; device < 3; ++device) {
            gpus.push_back({node, device, model, 40, {}, Health::healthy});
        }
    }
    return gpus;
}

class Site {
public:
    // Whether it was not refused.
    bool carry(Command command) {
        const Submission submission = by("alice", std::move(command));
        Turn turn(state_, submission, now_);
        return carry_out(turn).has_value();
    }
    void wait(std::chrono::hours time) {
        now_ += time;
        pass_time(state_, now_);
        // As the writer does: what a Tick makes due is due at once.
        while (next_due(state_) && *next_due(state_) <= now_) carry(Tick{});
    }
    void report(std::size_t gpu, Health health) {
        carry(ReportHealth{{state_.fleet->gpus()[gpu].id}, health});
        wait(0h);
    }
    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] Instant now() const { return now_; }

private:
    State state_{std::make_shared<const Fleet>(
                     Fleet::make(two_nodes_of_one_model_and_one_of_another()).value()),
                 options().grid,
                 monday_ten,
                 {}};
    Instant now_ = monday_ten;
};

Reserve any_wish(const Site& site) {
    Reserve command;
    command.request.gpus.count = *rc::gen::inRange(1, 4);
    if (*rc::gen::arbitrary<bool>()) command.request.gpus.model = "A100";
    if (*rc::gen::inRange(0, 4) == 0) {
        command.request.gpus = {};
        command.request.gpus.ids = {"node1/0"};
    }
    const Instant edge = site.state().grid.edge_at_or_after(site.now());
    command.request.start = StartTime{edge + std::chrono::hours(2 * *rc::gen::inRange(0, 6))};
    command.request.hours = 2 * *rc::gen::inRange(1, 5);
    command.request.priority = *rc::gen::element(Priority::P1, Priority::P2, Priority::P3);
    return command;
}

bool has_not_begun(const Reservation& reservation) {
    return reservation.state == ReservationState::confirmed;
}

void check_everybody(const Site& site) {
    for (const auto& [id, reservation] : site.state().reservations) {
        if (is_ended(reservation->state)) continue;
        const bool sound = is_sound(site.state(), *reservation);
        RC_ASSERT(sound == !reservation->trouble.has_value());
        if (reservation->asked.count) {
            RC_ASSERT(static_cast<int>(reservation->gpus.size()) == *reservation->asked.count);
        } else {
            RC_ASSERT(reservation->gpus == reservation->asked.ids);
        }
        if (!has_not_begun(*reservation)) continue;
        // It waits because nothing else helps, and begins no later than it could.
        RC_ASSERT(sound || !equal_gpus(site.state(), *reservation, site.now()));
        RC_ASSERT(!sound || reservation->start > site.now());
    }
}

RC_GTEST_PROP(Healing, helps_whom_it_can_and_tells_the_others, ()) {
    Site site;
    for (int step = 0; step < 40; ++step) {
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
            case 1:
                site.carry(any_wish(site));
                break;
            case 2:
                site.report(*rc::gen::inRange<std::size_t>(0, 9), Health::down);
                break;
            case 3:
                site.report(*rc::gen::inRange<std::size_t>(0, 9), Health::healthy);
                break;
            default:
                site.wait(std::chrono::hours(*rc::gen::inRange(0, 4)));
        }
        site.wait(0h);
        check_everybody(site);
    }
    for (std::size_t gpu = 0; gpu < 9; ++gpu) site.report(gpu, Health::healthy);
    for (const auto& [id, reservation] : site.state().reservations) {
        RC_ASSERT(is_ended(reservation->state) || !reservation->trouble);
    }
}

}  // namespace
}  // namespace berth::test
