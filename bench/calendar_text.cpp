// GET /api/v1/calendar of a week at 6,212 GPUs with 10 bars each, right after a change, inside the
// server; beside it the same document built of Boost.JSON values and serialized.
// usage: bench_calendar_text [--quick]
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "api/api.hpp"
#include "bench_http.hpp"
#include "booking/fleet_json.hpp"

namespace {

using namespace berth;
using namespace berth::bench;

class NoJournal : public JournalPort {
public:
    CommitOutcome append(std::span<const JournalRow>, std::span<const Projection>) override {
        return CommitOutcome::committed;
    }
    std::expected<void, std::string> read_after(
        std::uint64_t, const std::function<void(const JournalRow&)>&) override {
        return {};
    }
    std::vector<JournalRow> rows_of(ReservationId) override { return {}; }
    std::vector<JournalRow> rows_after(std::uint64_t, std::size_t) override { return {}; }
};

Submission bar(Instant first, int gpu, int number) {
    Reserve command;
    command.request.title = "prod_v8l_exp" + std::to_string(gpu) + "_" + std::to_string(number);
    command.request.team = "vision";
    command.request.gpus.ids = {gpu_name(gpu)};
    command.request.start = StartTime{first + std::chrono::hours(8) * number};
    command.request.hours = 8;
    return by_bench(std::move(command));
}

// What the server would do without calendar_text(): the peer.
std::string through_values(const View& view, const Span& window, Instant now) {
    namespace json = boost::json;
    json::object document;
    document["revision"] = view.last_sequence;
    document["now"] = to_rfc3339(now);
    document["zone"] = view.grid.zone_name();
    document["slot_minutes"] = view.grid.slot_length().count();
    document["from"] = to_rfc3339(window.from);
    document["to"] = to_rfc3339(window.to);
    document["simulated_clock"] = false;
    document["simulated_gpus"] = false;
    json::array nodes;
    for (const Node& node : view.fleet->nodes()) {
        json::array gpus;
        for (const GpuIndex index : node.gpus) {
            const Gpu& gpu = view.fleet->gpu(index);
            gpus.push_back(
                json::object{{"id", gpu.id},
                             {"model", gpu.spec.model},
                             {"memory_gb", gpu.spec.memory_gb},
                             {"health", boost::describe::enum_to_string(gpu.spec.health, "")}});
        }
        nodes.push_back(json::object{{"name", node.name}, {"gpus", std::move(gpus)}});
    }
    document["nodes"] = std::move(nodes);
    json::array reservations;
    for (const auto& [id, one] : view.reservations) {
        if (!Span{one->start, one->end}.overlaps(window)) continue;
        json::array gpus;
        for (const GpuIndex gpu : view.gpus_of(*one)) gpus.push_back(gpu.value);
        reservations.push_back(
            json::object{{"id", id.text()},
                         {"state", boost::describe::enum_to_string(one->state, "")},
                         {"title", one->title},
                         {"owner", one->owner},
                         {"team", one->team},
                         {"gpus", std::move(gpus)},
                         {"start", to_rfc3339(one->start)},
                         {"end", to_rfc3339(one->end)},
                         {"priority", boost::describe::enum_to_string(one->priority, "")},
                         {"preemptible", one->preemptible},
                         {"progress", nullptr}});
    }
    document["reservations"] = std::move(reservations);
    document["waiting"] = json::array{};
    return json::serialize(document);
}

class Stopwatch {
public:
    [[nodiscard]] double milliseconds() const {
        return (seconds_of(CLOCK_MONOTONIC) - began_) * 1000;
    }

private:
    double began_ = seconds_of(CLOCK_MONOTONIC);
};

}  // namespace

int main(int argc, char** argv) {
    const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
    const int gpus = 6212;
    const int bars = 10;
    const int rounds = quick ? 3 : 11;
    SystemClock clock;
    NoJournal journal;
    NoProgress progress;
    NoHistory history;
    NoTokens tokens;
    const SlotGrid grid = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Engine engine(journal, clock,
                  {.grid = grid, .limits = {}, .largest_batch = 256, .report = {}, .give_up = {}});
    if (!engine.ask(by_bench(fleet_of(gpus)))) return 1;
    const Instant first = grid.start_of(grid.slot_at(clock.now()) + 1);
    for (int i = 0; i < gpus * bars; ++i) {
        engine.submit(bar(first, i / bars, i % bars), [](const Answer& answer) {
            if (!answer) std::fprintf(stderr, "%s\n", answer.error().message.c_str());
        });
    }
    const Api api({.engine = engine,
                   .journal = journal,
                   .history = history,
                   .audit = history,
                   .progress = progress,
                   .tokens = tokens,
                   .clock = clock});
    const Span window{first, first + std::chrono::days(7)};
    const std::string target =
        "/api/v1/calendar?from=" + to_rfc3339(window.from) + "&to=" + to_rfc3339(window.to);

    std::vector<double> written;
    std::vector<double> zipped;
    std::vector<double> values;
    std::vector<double> again;
    std::size_t plain_size = 0;
    std::size_t zipped_size = 0;
    for (int round = 0; round < rounds; ++round) {
        // Somebody books outside the window: a new revision, the same picture.
        if (!engine.ask(bar(window.to, round, 0))) return 1;
        const auto ask = [&](const char* encoding, std::vector<double>& times) {
            Request request;
            request.method = "GET";
            request.target = target;
            request.headers["Accept-Encoding"] = encoding;
            Response answer;
            const Stopwatch watch;
            api.handle(std::move(request),
                       [&](Response response) { answer = std::move(response); });
            times.push_back(watch.milliseconds());
            return answer;
        };
        const Response plain = ask("identity", written);
        plain_size = plain.text().size();
        zipped_size = ask("gzip", zipped).text().size();  // of the picture that is there
        ask("gzip", again);
        const Stopwatch watch;
        std::string peer;
        engine.read([&](const View& view) { peer = through_values(view, window, clock.now()); });
        values.push_back(watch.milliseconds());
        // Only "now" may differ.
        const auto body = plain.text().find("\"zone\"");
        if (plain.text().substr(body) != peer.substr(peer.find("\"zone\""))) {
            std::fputs("the two documents differ\n", stderr);
            return 1;
        }
    }
    result("a week of 62,120 bars, right after a change", median(written), "ms", 50);
    result("a week of 62,120 bars, right after a change, worst", std::ranges::max(written), "ms");
    const Peer tree{"the same through Boost.JSON values", median(values)};
    result("a week of 62,120 bars, as text", median(written), "ms", 0, &tree);
    result("its size", static_cast<double>(plain_size) / 1e6, "MB");
    result("compressing it", median(zipped), "ms");
    result("its size compressed", static_cast<double>(zipped_size) / 1e6, "MB");
    result("the same week again, unchanged", median(again), "ms");
    return 0;
}
