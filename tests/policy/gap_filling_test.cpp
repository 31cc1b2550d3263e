// Conservative backfill against a plain search, minute by minute.
#include "policy/gap_filling.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace berth::test {
namespace {

constexpr int minutes_ahead = 60;
const Instant nine = parse_rfc3339("2026-11-30T09:00:00Z").value();

Instant minute(int number) {
    return nine + std::chrono::minutes(number);
}

int between(std::mt19937& dice, int least, int most) {
    return least + static_cast<int>(dice() % static_cast<std::uint32_t>(most - least + 1));
}

Fleet small_fleet() {
    std::vector<GpuSpec> gpus;
    for (int node = 0; node < 3; ++node) {
        const Labels labels{{"rack", node < 2 ? "left" : "right"}};
        for (int device = 0; device < 3; ++device) {
            gpus.push_back({"node" + std::to_string(node), device, node == 1 ? "H100" : "A100", 40,
                            labels, Health::healthy});
        }
    }
    return Fleet::make(std::move(gpus)).value();
}

// Whether each GPU is free in each minute: what the plan must never forget.
class Minutes {
public:
    explicit Minutes(std::size_t gpus) : free_(gpus, std::vector<bool>(minutes_ahead, true)) {}

    void block(std::size_t gpu, int from, int to) {
        for (int i = from; i < to; ++i) free_[gpu][static_cast<std::size_t>(i)] = false;
    }

    [[nodiscard]] bool is_free(std::size_t gpu, int from, int to) const {
        if (to > minutes_ahead) return false;
        for (int i = from; i < to; ++i) {
            if (!free_[gpu][static_cast<std::size_t>(i)]) return false;
        }
        return true;
    }

    [[nodiscard]] std::vector<std::vector<Span>> gaps() const {
        std::vector<std::vector<Span>> all(free_.size());
        for (std::size_t gpu = 0; gpu < free_.size(); ++gpu) {
            for (int from = 0; from < minutes_ahead; ++from) {
                if (!is_free(gpu, from, from + 1)) continue;
                int to = from + 1;
                while (is_free(gpu, to, to + 1)) ++to;
                all[gpu].push_back({minute(from), minute(to)});
                from = to;
            }
        }
        return all;
    }

private:
    std::vector<std::vector<bool>> free_;
};

// The groups of GPUs of which all of the job's must come.
std::vector<std::vector<GpuIndex>> groups_of(const Fleet& fleet, const GapJob& job) {
    if (!job.ids.empty()) return {job.ids};
    std::map<std::string, std::vector<GpuIndex>> groups;
    for (const Gpu& gpu : fleet.gpus()) {
        if (!job.wish.selector.matches(gpu.spec)) continue;
        const bool any = job.wish.spread.kind == Spread::Kind::any;
        const bool label = job.wish.spread.kind == Spread::Kind::same_label;
        groups[any ? "" : label ? gpu.spec.labels.at("rack") : gpu.spec.node].push_back(gpu.index);
    }
    std::vector<std::vector<GpuIndex>> all;
    for (auto& [name, gpus] : groups) all.push_back(std::move(gpus));
    return all;
}

std::optional<Instant> first_minute(const Fleet& fleet, const Minutes& free, const GapJob& job) {
    const auto length = static_cast<int>(job.length / std::chrono::minutes(1));
    const std::size_t count =
        job.ids.empty() ? static_cast<std::size_t>(job.wish.count) : job.ids.size();
    for (int from = 0; from + length <= minutes_ahead; ++from) {
        for (const auto& group : groups_of(fleet, job)) {
            std::size_t found = 0;
            for (const GpuIndex gpu : group) {
                if (free.is_free(gpu.value, from, from + length)) ++found;
            }
            if (found >= count) return minute(from);
        }
    }
    return std::nullopt;
}

GapJob random_job(std::mt19937& dice) {
    GapJob job;
    job.length = std::chrono::minutes(5 * between(dice, 1, 5));
    if (between(dice, 0, 5) == 0) {
        job.ids = {GpuIndex{static_cast<std::uint32_t>(between(dice, 0, 3))},
                   GpuIndex{static_cast<std::uint32_t>(between(dice, 4, 8))}};
        return job;
    }
    job.wish.count = between(dice, 1, 4);
    if (between(dice, 0, 2) == 0) job.wish.selector.model = "A100";
    const int spread = between(dice, 0, 2);
    if (spread == 1) job.wish.spread.kind = Spread::Kind::any;
    if (spread == 2) job.wish.spread = {Spread::Kind::same_label, "rack"};
    return job;
}

TEST(GapFilling, each_job_has_the_earliest_gap_beside_those_before_it) {
    const Fleet fleet = small_fleet();
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 dice(seed);
        Minutes free(fleet.gpus().size());
        for (int i = 0; i < 12; ++i) {
            const int from = between(dice, 0, minutes_ahead - 1);
            free.block(static_cast<std::size_t>(between(dice, 0, 8)), from,
                       std::min(from + between(dice, 1, 20), minutes_ahead));
        }
        GapPlan plan(fleet, free.gaps());
        for (int i = 0; i < 25; ++i) {
            const GapJob job = random_job(dice);
            const auto placement = plan.earliest(job);
            const auto expected = first_minute(fleet, free, job);
            ASSERT_EQ(placement.has_value(), expected.has_value()) << "seed " << seed;
            if (!placement) continue;
            ASSERT_EQ(placement->span.from, *expected) << "seed " << seed;
            const auto from =
                static_cast<int>((placement->span.from - nine) / std::chrono::minutes(1));
            const auto to = static_cast<int>((placement->span.to - nine) / std::chrono::minutes(1));
            for (const GpuIndex gpu : placement->gpus) {
                ASSERT_TRUE(free.is_free(gpu.value, from, to)) << "seed " << seed;
                free.block(gpu.value, from, to);
            }
            plan.take(*placement);
        }
    }
}

TEST(GapFilling, among_nodes_that_are_free_at_once_the_fullest_is_chosen) {
    const Fleet fleet = small_fleet();
    Minutes free(fleet.gpus().size());
    free.block(7, 0, minutes_ahead);
    GapPlan plan(fleet, free.gaps());
    const auto placement =
        plan.earliest({{}, {.count = 1, .selector = {}, .spread = {}}, std::chrono::minutes(10)});
    ASSERT_TRUE(placement);
    EXPECT_EQ(placement->gpus, std::vector{GpuIndex{6}});
}

TEST(GapFilling, a_job_may_start_when_enough_gaps_overlap_though_none_is_longest) {
    const Fleet fleet = small_fleet();
    Minutes free(fleet.gpus().size());
    for (std::size_t gpu = 0; gpu < 9; ++gpu) free.block(gpu, 0, minutes_ahead);
    std::vector<std::vector<Span>> gaps(9);
    gaps[0] = {{minute(0), minute(30)}};
    gaps[1] = {{minute(20), minute(60)}};
    GapPlan plan(fleet, gaps);
    const GpuWish two{.count = 2, .selector = {}, .spread = {}};
    const auto placement = plan.earliest({{}, two, std::chrono::minutes(10)});
    ASSERT_TRUE(placement);
    EXPECT_EQ(placement->span, (Span{minute(20), minute(30)}));
    EXPECT_FALSE(plan.earliest({{}, two, std::chrono::minutes(11)}));
}

}  // namespace
}  // namespace berth::test
