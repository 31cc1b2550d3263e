#include "simulation/campaign.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace berth::simulation {

namespace {

constexpr std::uint64_t on_disk_each = 10;  // they take many times as long

}  // namespace

Campaign simulate_all(Plan plan, std::uint64_t first_seed, std::uint64_t last_seed,
                      const std::function<void(std::uint64_t, const Outcome&)>& done) {
    const auto began = std::chrono::steady_clock::now();
    Campaign campaign;
    std::mutex mutex;  // guards the campaign
    std::atomic<std::uint64_t> next = first_seed;
    const auto work = [&] {
        for (auto seed = next++; seed <= last_seed; seed = next++) {
            Plan mine = plan;
            mine.seed = seed;
            mine.on_disk = plan.on_disk || seed % on_disk_each == 0;
            Outcome outcome = simulate(mine);
            const std::lock_guard lock(mutex);
            if (done) done(seed, outcome);
            campaign.counts += outcome.counts;
            ++campaign.seeds;
            if (!outcome.violations.empty())
                campaign.failures[seed] = std::move(outcome.violations);
        }
    };
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
            workers.emplace_back(work);
        }
    }
    campaign.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return campaign;
}

}  // namespace berth::simulation
