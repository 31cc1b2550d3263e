// Replays simulated months: berth-sim --seed 17 --verbose, berth-sim --seeds 1-2000, and for the
// night berth-sim --forever.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>
#include <string>

#include "simulation/campaign.hpp"

using namespace berth::simulation;

namespace {

struct Range {
    std::uint64_t first = 1;
    std::uint64_t last = 1;
};

std::optional<Range> range_from(const std::string& text) {
    const auto dash = text.find('-');
    if (dash == std::string::npos) return std::nullopt;
    Range range;
    const auto read = [](std::string_view digits, std::uint64_t& number) {
        return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec ==
               std::errc{};
    };
    const std::string_view whole = text;
    if (!read(whole.substr(0, dash), range.first) || !read(whole.substr(dash + 1), range.last)) {
        return std::nullopt;
    }
    return range;
}

void print(const std::vector<Violation>& violations) {
    for (const Violation& violation : violations) {
        std::cout << "  invariant " << violation.invariant << ": " << violation.text << std::endl;
    }
}

void print(const Campaign& campaign) {
    std::cout << campaign.counts.table() << campaign.seeds << " seeds, " << campaign.counts.commands
              << " commands, " << campaign.counts.events << " events in " << campaign.seconds
              << " s\n";
}

bool run(const Plan& plan, Range range) {
    const auto campaign =
        simulate_all(plan, range.first, range.last, [](std::uint64_t seed, const Outcome& outcome) {
            if (outcome.violations.empty()) return;
            std::cout << "seed " << seed << " fails\n";
            print(outcome.violations);
        });
    print(campaign);
    return campaign.failures.empty();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Simulates months of a site, each from a seed, and checks the ten invariants"};
    Plan plan;
    std::string seeds;
    std::string flaw = "none";
    bool verbose = false;
    bool forever = false;
    app.add_option("--seed", plan.seed, "replay this one");
    app.add_option("--seeds", seeds, "from-to, side by side");
    app.add_option("--days", plan.days, "how long each lasts");
    app.add_option("--commands", plan.commands, "at least so many");
    app.add_option("--flaw", flaw, "with this deliberate break");
    app.add_flag("--on-disk", plan.on_disk, "with a SQLite journal beside that in memory");
    app.add_flag("--verbose", verbose, "a line on each journal row");
    app.add_flag("--forever", forever, "from --seed on, until one fails");
    CLI11_PARSE(app, argc, argv);
    const auto found = std::ranges::find(flaw_names, flaw);
    if (found == flaw_names.end()) {
        std::cerr << "there is no flaw " << flaw << "\n";
        return 2;
    }
    plan.flaw = static_cast<Flaw>(found - flaw_names.begin());
    if (forever) {
        Range range{plan.seed, plan.seed + 999};
        while (run(plan, range)) range = {range.last + 1, range.last + 1000};
        return 1;
    }
    if (!seeds.empty()) {
        const auto range = range_from(seeds);
        if (!range) {
            std::cerr << "--seeds takes two numbers such as 1-2000\n";
            return 2;
        }
        return run(plan, *range) ? 0 : 1;
    }
    if (!verbose) return run(plan, {plan.seed, plan.seed}) ? 0 : 1;
    plan.trace = &std::cout;
    const Outcome outcome = simulate(plan);
    print(outcome.violations);
    return outcome.violations.empty() ? 0 : 1;
}
