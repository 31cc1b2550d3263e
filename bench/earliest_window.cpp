// What the calendar costs at 10,000 GPUs, 85 % full for a year: the search of a start, the choice
// of GPUs, a whole decision, claim and release, recovery and memory; beside the plain scan of
// interval lists, which must give the same answers. usage: bench_earliest_window [--quick] [GPUS]
//
// Prints a table, and for bench/run one figure a line as JSON. A query counts with the best of
// several rounds; between any two runs of it lie all the others, and each is preceded by a change
// of the calendar, so that it finds nothing of its own in the caches nearest to the processor.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "bench/calendar_site.hpp"
#include "bench/peers/interval_scan.hpp"
#include "bench/percentile.hpp"
#include "calendar/tables.hpp"

namespace {

using namespace berth;
using namespace berth::bench;

struct Effort {
    int gpus = 10'000;
    int queries = 1'000;
    int rounds = 5;
    int decisions = 20'000;
    double scan_seconds = 3;  // for the plain scan, a class
};

constexpr double full = 0.85;
constexpr std::size_t bulk_claims = 100'000;

double seconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Of this thread: what others do on the machine does not count.
double processor_seconds() {
    return seconds(CLOCK_THREAD_CPUTIME_ID);
}

double wall_seconds() {
    return seconds(CLOCK_MONOTONIC);
}

double megabytes_in_use() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) * 1e-6;
}

void print_figure(const std::string& name, double value, const char* unit, double scan_value = 0) {
    std::printf(R"({"name": "%s", "value": %.4g, "unit": "%s", "better": "lower")", name.c_str(),
                value, unit);
    if (scan_value > 0) {
        std::printf(R"(, "peer": "interval scan", "peer_value": %.4g)", scan_value);
    }
    std::printf("}\n");
}

struct Class {
    const char* name;
    std::function<Request(Dice&, int gpus)> draw;
};

Request request(int count, Spread::Kind spread, int slots, GpuSelector selector = {}) {
    return {.wish = {.count = count,
                     .selector = std::move(selector),
                     .spread = {spread, spread == Spread::Kind::same_label ? "rack" : ""}},
            .slots = slots};
}

const std::vector<Class>& classes() {
    using enum Spread::Kind;
    constexpr int indexed = CalendarLimits{}.indexed_slots;
    static const std::vector<Class> all{
        {"any 1-8",
         [](Dice& d, int) { return request(d.between(1, 8), any, d.between(1, indexed)); }},
        {"one node",
         [](Dice& d, int) { return request(d.between(1, 8), same_node, d.between(1, indexed)); }},
        {"one node of a model",
         [](Dice& d, int) {
             return request(d.between(1, 8), same_node, d.between(1, indexed),
                            of_model(d.below(model_count)));
         }},
        {"8 on a rare node, 24 slots",
         [](Dice&, int) { return request(8, same_node, 24, of_model(model_count - 1)); }},
        {"gang",
         [](Dice& d, int gpus) {
             return request(gpus / (8 << (2 * d.below(3))), any, d.between(1, indexed));
         }},
        {"over 48 slots, any",
         [](Dice& d, int) { return request(d.between(1, 8), any, d.between(indexed + 1, 168)); }},
        {"over 48 slots, one node",
         [](Dice& d, int) {
             return request(d.between(1, 8), same_node, d.between(indexed + 1, 168));
         }},
        {"over 48 slots, model",
         [](Dice& d, int) {
             return request(d.between(1, 8), same_node, d.between(indexed + 1, 168),
                            of_model(d.below(model_count)));
         }},
        {"a rack's node",
         [](Dice& d, int gpus) {
             Request wanted = request(d.between(1, 8), same_node, d.between(1, indexed));
             const int racks = std::max(1, gpus / (gpus_per_node * nodes_per_rack));
             wanted.wish.selector.labels["rack"] = "r" + std::to_string(d.below(racks));
             return wanted;
         }},
        {"a hall's node",
         [](Dice& d, int) {
             Request wanted = request(d.between(1, 8), same_node, d.between(1, indexed));
             wanted.wish.selector.labels["hall"] = "h" + std::to_string(d.below(halls));
             return wanted;
         }},
        {"any of three models",
         [](Dice& d, int) {
             return request(d.between(1, 64), any, d.between(1, indexed),
                            {.model = {}, .min_memory_gb = 80, .labels = {}});
         }},
        {"same:rack",
         [](Dice& d, int) {
             return request(d.between(1, 256), same_label, d.between(1, indexed));
         }},
    };
    return all;
}

constexpr std::size_t indexed_classes = 5;

class Measurement {
public:
    Measurement(const Effort& effort, Shape shape)
        : effort_(effort),
          shape_name_(shape == Shape::front_packed ? "F" : "U"),
          site_(site_of(effort.gpus)),
          calendar_(site_.empty_calendar()),
          scan_(site_.fleet->gpus().size()) {
        Dice dice(42);
        claims_ = fill(calendar_, shape, full, dice);
        for (const Claim& claim : claims_) add_to_scan(claim);
        std::printf("\n%s: %d GPUs, %zu reservations\n", shape_name_, effort.gpus, claims_.size());
    }

    void run() {
        std::printf("%-28s %34s %26s %12s\n", "", "start: p50 / p99 / max us",
                    "with GPUs: p50 / max", "scan p50");
        for (std::size_t i = 0; i < classes().size(); ++i) measure_class(classes()[i], i);
        print_figure(named("earliest window, worst indexed"), worst_indexed_, "us");
        print_figure(named("earliest window, worst of the rest"), worst_rest_, "us");
        measure_decision();
        measure_changes();
        measure_recovery();
    }

private:
    [[nodiscard]] std::string named(const std::string& what) const {
        return what + " (" + shape_name_ + ")";
    }

    void add_to_scan(const Claim& claim) {
        const Window slots = site_.grid.covering(claim.placement.span);
        for (const GpuIndex gpu : claim.placement.gpus) {
            scan_.add(gpu.value, slots.first - site_.first(), slots.last - site_.first());
        }
    }

    // Takes a booking away and books it again.
    void touch(Dice& dice) {
        const Claim& claim =
            claims_[static_cast<std::size_t>(dice.below(static_cast<int>(claims_.size())))];
        calendar_.release(claim.holder);
        (void)calendar_.claim(claim.holder, claim.placement.gpus, claim.placement.span);
    }

    // Microseconds of each query, the best of some rounds.
    std::vector<double> time_queries(const std::vector<Request>& queries, const auto& ask) {
        std::vector<double> best(queries.size(), 1e9);
        Dice dice(9);
        for (int round = 0; round < effort_.rounds; ++round) {
            for (std::size_t i = 0; i < queries.size(); ++i) {
                touch(dice);
                const double began = wall_seconds();
                ask(queries[i]);
                best[i] = std::min(best[i], (wall_seconds() - began) * 1e6);
            }
        }
        return best;
    }

    [[nodiscard]] std::optional<Slot> start_of(const Request& query) const {
        return calendar_.earliest_start(query.wish, query.slots, site_.first() + query.not_before,
                                        calendar_.horizon());
    }

    void measure_class(const Class& each, std::size_t number) {
        Dice dice(100 + number);
        std::vector<Request> queries;
        for (int i = 0; i < effort_.queries; ++i) {
            queries.push_back(each.draw(dice, effort_.gpus));
            if (i % 2 == 1) queries.back().not_before = dice.below(site_.limits.horizon_slots / 2);
        }
        const auto starts = time_queries(queries, [&](const Request& q) { (void)start_of(q); });
        const auto placed = time_queries(queries, [&](const Request& q) {
            (void)calendar_.earliest(q.wish, q.slots, site_.first() + q.not_before,
                                     calendar_.horizon());
        });
        const std::vector<double> scanned = scan(queries);
        std::printf("%-28s %10.2f / %8.2f / %8.2f %14.1f / %9.1f %12.0f\n", each.name,
                    percentile(starts, 0.5), percentile(starts, 0.99), percentile(starts, 1),
                    percentile(placed, 0.5), percentile(placed, 1), percentile(scanned, 0.5));
        print_figure(named(std::string("earliest window, ") + each.name), percentile(starts, 0.5),
                     "us", percentile(scanned, 0.5));
        double& worst = number < indexed_classes ? worst_indexed_ : worst_rest_;
        worst = std::max(worst, percentile(starts, 1));
    }

    // Microseconds of the plain scan for as many of the queries as there is time for. The answers
    // must be the same.
    std::vector<double> scan(const std::vector<Request>& queries) {
        std::vector<double> times;
        const double end = wall_seconds() + effort_.scan_seconds;
        for (const Request& query : queries) {
            const auto groups = groups_for(query.wish);
            const int last_start = site_.limits.horizon_slots - query.slots;
            const double began = wall_seconds();
            const auto found =
                scan_.earliest(groups, query.wish.count, query.slots, query.not_before, last_start);
            times.push_back((wall_seconds() - began) * 1e6);
            const auto start = start_of(query);
            const auto ours = start ? std::optional(*start - site_.first()) : std::nullopt;
            if (ours != found) throw std::logic_error("the engines disagree");
            if (wall_seconds() > end) break;
        }
        return times;
    }

    // The GPUs that may go together.
    [[nodiscard]] std::vector<std::vector<std::uint32_t>> groups_for(const GpuWish& wish) const {
        std::map<std::string, std::vector<std::uint32_t>> groups;
        for (const GpuIndex gpu : site_.fleet->matching(wish.selector)) {
            const GpuSpec& spec = site_.fleet->gpu(gpu).spec;
            std::string group;
            if (wish.spread.kind == Spread::Kind::same_node) group = spec.node;
            if (wish.spread.kind == Spread::Kind::same_label) group = spec.labels.at("rack");
            groups[group].push_back(gpu.value);
        }
        std::vector<std::vector<std::uint32_t>> found;
        for (auto& [name, gpus] : groups) found.push_back(std::move(gpus));
        return found;
    }

    // Earliest window, concrete GPUs and claim.
    void measure_decision() {
        Dice dice(3);
        std::vector<Holder> made;
        const double began = processor_seconds();
        for (int i = 0; i < effort_.decisions; ++i) {
            const Request asked = ordinary_request(dice);
            const auto placement =
                calendar_.earliest(asked.wish, asked.slots, site_.first(), calendar_.horizon());
            if (!placement) continue;
            const Holder holder{1'000'000'000 + static_cast<std::uint64_t>(i)};
            if (!calendar_.claim(holder, placement->gpus, placement->span)) {
                throw std::logic_error("a window that was found is not free");
            }
            made.push_back(holder);
        }
        const double each = (processor_seconds() - began) * 1e6 / effort_.decisions;
        for (const Holder holder : made) calendar_.release(holder);
        std::printf("decision: %.2f us (%zu of %d found a window)\n", each, made.size(),
                    effort_.decisions);
        print_figure(named("decision on the calendar"), each, "us");
    }

    void measure_changes() {
        Dice dice(5);
        double release = 0;
        double claim = 0;
        for (int i = 0; i < effort_.decisions; i += 100) {
            std::map<std::size_t, const Claim*> some;
            while (some.size() < 100) {
                const auto at =
                    static_cast<std::size_t>(dice.below(static_cast<int>(claims_.size())));
                some[at] = &claims_[at];
            }
            const double began = processor_seconds();
            for (const auto& [at, each] : some) calendar_.release(each->holder);
            const double middle = processor_seconds();
            for (const auto& [at, each] : some) {
                (void)calendar_.claim(each->holder, each->placement.gpus, each->placement.span);
            }
            release += middle - began;
            claim += processor_seconds() - middle;
        }
        std::printf("claim %.2f us, release %.2f us\n", claim * 1e6 / effort_.decisions,
                    release * 1e6 / effort_.decisions);
        print_figure(named("claim"), claim * 1e6 / effort_.decisions, "us");
        print_figure(named("release"), release * 1e6 / effort_.decisions, "us");
    }

    void measure_recovery() {
        const double empty = megabytes_in_use();
        CalendarTables tables(site_.fleet, site_.grid, site_.now, site_.limits);
        const double index = megabytes_in_use() - empty;
        const double load = best_load(claims_.size());
        (void)tables.load(claims_);
        const double holdings = megabytes_in_use() - empty - index;
        double rebuild = 1e9;
        for (int round = 0; round < effort_.rounds; ++round) {
            const double began = processor_seconds();
            tables.rebuild_index(tables.current);
            rebuild = std::min(rebuild, processor_seconds() - began);
        }
        if (!tables.index_equals_rebuild()) throw std::logic_error("the index is wrong");
        const std::size_t bulk = std::min(bulk_claims, claims_.size());
        const double bulk_load = best_load(bulk);
        std::printf("rebuild of the index %.1f ms; load of %zu claims %.0f ms, of %zu %.0f ms\n",
                    rebuild * 1e3, bulk, bulk_load * 1e3, claims_.size(), load * 1e3);
        std::printf("memory: holdings %.1f MB, index %.1f MB\n", holdings, index);
        print_figure(named("rebuild of the index"), rebuild * 1e3, "ms");
        print_figure(named("load of 100,000 claims"), bulk_load * 1e3, "ms");
        print_figure(named("memory of the holdings"), holdings, "MB");
        print_figure(named("memory of the index"), index, "MB");
    }

    [[nodiscard]] double best_load(std::size_t count) const {
        double best = 1e9;
        for (int round = 0; round < 3; ++round) {
            Calendar fresh = site_.empty_calendar();
            const double began = processor_seconds();
            if (!fresh.load(std::span(claims_).first(count))) {
                throw std::logic_error("what was booked cannot be loaded");
            }
            best = std::min(best, processor_seconds() - began);
        }
        return best;
    }

    Effort effort_;
    const char* shape_name_;
    Site site_;
    Calendar calendar_;
    IntervalScan scan_;
    std::vector<Claim> claims_;
    double worst_indexed_ = 0;
    double worst_rest_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    Effort effort;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--quick") == 0) {
            effort = {.gpus = 1'000,
                      .queries = 100,
                      .rounds = 2,
                      .decisions = 2'000,
                      .scan_seconds = 0.2};
        } else {
            effort.gpus = std::atoi(argv[i]);
        }
    }
    if (effort.gpus < 1) {
        std::fputs("usage: bench_earliest_window [--quick] [GPUS]\n", stderr);
        return 2;
    }
    for (const Shape shape : {Shape::random_starts, Shape::front_packed}) {
        Measurement(effort, shape).run();
    }
    return 0;
}
