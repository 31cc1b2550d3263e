// Whom a P0 would disturb, on a site that is full of running work: 10,000 GPUs, 8 a node, half as
// many jobs of two GPUs, each with its own start, end and checkpoint.
// usage: bench_eviction_plan [--quick]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decide.hpp"
#include "engine/eviction.hpp"
#include "engine/state.hpp"

namespace {

using namespace berth;
using std::chrono::hours;

constexpr int gpus = 10'000;
constexpr int gpus_per_node = 8;
constexpr double target_ms = 10;

class Site {
public:
    Site() : state_(std::make_shared<const Fleet>(), grid_, now_, CalendarLimits{}) {
        FleetDeclared fleet;
        for (int i = 0; i < gpus; ++i) {
            fleet.gpus.push_back({"node" + std::to_string(i / gpus_per_node),
                                  i % gpus_per_node,
                                  "A100",
                                  80,
                                  {},
                                  Health::healthy});
        }
        happen(fleet);
        for (int i = 0; i < gpus; i += 2) run_job_on(i);
    }

    // The median, in milliseconds.
    double plan(int count, const char* spread, int rounds) {
        ReservationRequest request;
        request.priority = Priority::P0;
        request.gpus.count = count;
        request.gpus.spread = spread;
        request.start = StartTime{};
        request.hours = 8;
        std::vector<double> took;
        for (int i = 0; i < rounds; ++i) {
            const auto began = std::chrono::steady_clock::now();
            const auto wish = make_exact(state_, request, now_);
            const auto plan = plan_eviction(state_, request, *wish, now_);
            const std::chrono::duration<double, std::milli> spent =
                std::chrono::steady_clock::now() - began;
            if (!plan) throw std::logic_error(plan.error().message);
            took.push_back(spent.count());
        }
        const auto middle = took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2);
        std::ranges::nth_element(took, middle);
        return *middle;
    }

private:
    int between(int least, int most) {
        return least + static_cast<int>(dice_() % static_cast<std::uint64_t>(most - least + 1));
    }

    void run_job_on(int gpu) {
        Reservation job;
        job.id = state_.next_id();
        job.title = "training";
        job.owner = "person" + std::to_string(between(0, 399));
        job.team = "vision";
        job.gpus = {state_.fleet->gpus()[static_cast<std::size_t>(gpu)].id,
                    state_.fleet->gpus()[static_cast<std::size_t>(gpu) + 1].id};
        job.asked.count = 2;
        job.start = now_ - hours(2 * between(1, 20));
        job.end = job.booked_end = now_ + hours(2 * between(1, 20));
        job.workload.emplace().argv = {"train"};
        if (between(0, 3) > 0) {
            const auto age = std::chrono::minutes(between(1, 110));
            job.checkpoint = Checkpoint{"resume.pt", 12, 0, now_ - age};
        }
        job.created_at = job.start;
        happen(ReservationConfirmed{job});
        happen(ReservationStarting{job.id, 1});
        happen(ReservationRunning{job.id, job.start, {}});
    }

    void happen(const Event& event) { apply(state_, event, state_.last_sequence + 1, now_); }

    std::mt19937_64 dice_{5};
    SlotGrid grid_ = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Instant now_ = std::chrono::sys_days{std::chrono::year(2027) / 1 / 4};
    State state_;
};

void result(const char* name, double milliseconds) {
    std::printf(R"({"name": "%s", "value": %.4f, "unit": "ms", "better": "lower", "target": %g})"
                "\n",
                name, milliseconds, target_ms);
    std::fprintf(stderr, "%-44s %12.3f ms\n", name, milliseconds);
}

}  // namespace

int main(int argc, char** argv) {
    const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
    const int rounds = quick ? 5 : 51;
    Site site;
    result("plan of a P0 for 8 GPUs of a node, 5,000 victims", site.plan(8, "same_node", rounds));
    result("plan of a P0 for 3 GPUs of a node, 5,000 victims", site.plan(3, "same_node", rounds));
    result("plan of a P0 for 256 GPUs anywhere, 5,000 victims", site.plan(256, "any", rounds));
    return 0;
}
