// gpus: every GPU, who holds it, and until when; and who uses some without a reservation.
#include <fmt/format.h>

#include <map>

#include "apps/berth/commands.hpp"
#include "apps/berth/listing.hpp"
#include "apps/berth/table.hpp"

namespace berth::cli {

namespace json = boost::json;

namespace {

struct Holds {
    std::string now = "free";
    std::optional<Instant> next;  // when the next reservation begins
};

std::map<std::string, Holds> holds_by_gpu(const json::array& reservations, Instant now,
                                          const SlotGrid& grid) {
    std::map<std::string, Holds> holds;
    for (const auto& item : reservations) {
        const auto& r = item.as_object();
        if (!text_of(r, "ended_at").empty()) continue;
        const Instant start = time_of(r, "start");
        for (const auto& gpu : list_of(r, "gpus")) {
            Holds& entry = holds[gpu];
            if (start <= now) {
                entry.now = fmt::format("{} {} until {}", text_of(r, "id"), text_of(r, "owner"),
                                        short_time(time_of(r, "end"), grid));
            } else {
                entry.next = std::min(entry.next.value_or(start), start);
            }
        }
    }
    return holds;
}

// "not ready: gpu-1 is cordoned"; empty: it can be used.
std::string why_unusable(const boost::json::object& gpu) {
    const std::string health = text_of(gpu, "health");
    if (health == "healthy") return {};
    if (health != "unready") return "out of service";
    const std::string because = text_of(gpu, "unready_because");
    return because.empty() ? "not ready" : "not ready: " + because;
}

// Who sits on a node's GPUs without a reservation; which of them is not known.
void print_occupants(const json::object& fleet, const SlotGrid& grid) {
    const auto* occupants = fleet.if_contains("occupants");  // older servers tell none
    if (occupants == nullptr || occupants->as_array().empty()) return;
    std::vector<std::vector<std::string>> rows{{"NODE", "GPUS", "SINCE", "WHO", "OF"}};
    for (const auto& item : occupants->as_array()) {
        const auto& one = item.as_object();
        rows.push_back({text_of(one, "node"), text_of(one, "gpus"),
                        short_time(time_of(one, "since"), grid), text_of(one, "name"),
                        text_of(one, "owner")});
    }
    fmt::print("\nin use without a reservation:\n{}", format_table(rows));
}

Exit gpus(Session& session) {
    const auto* fleet = session.fleet();
    if (fleet == nullptr) return session.exit();
    const SlotGrid* grid = session.grid();
    const auto now = session.now();
    if (grid == nullptr || !now) return session.exit();
    if (session.wants_json()) {
        session.print_json(*fleet);
        return Exit::done;
    }
    ListOptions from_now;
    from_now.from = to_rfc3339(*now);
    const auto list = list_reservations(session, from_now);
    if (!list) return session.exit();
    const auto holds = holds_by_gpu(*list, *now, *grid);
    std::vector<std::vector<std::string>> rows{{"GPU", "MODEL", "MEMORY", "NOW", "NEXT"}};
    for (const auto& node : fleet->at("nodes").as_array()) {
        for (const auto& item : node.at("gpus").as_array()) {
            const auto& gpu = item.as_object();
            const auto found = holds.find(text_of(gpu, "id"));
            Holds hold = found == holds.end() ? Holds{} : found->second;
            if (std::string why = why_unusable(gpu); !why.empty()) hold.now = std::move(why);
            rows.push_back({text_of(gpu, "id"), text_of(gpu, "model"),
                            text_of(gpu, "memory_gb") + " GB", hold.now,
                            hold.next ? "booked from " + short_time(*hold.next, *grid) : ""});
        }
    }
    fmt::print("{}", format_table(rows));
    print_occupants(*fleet, *grid);
    if (fleet->at("simulated_gpus").as_bool()) fmt::print("no GPU here: the CPU stands in\n");
    return Exit::done;
}

}  // namespace

void add_gpus(CLI::App& app, const Choose& chosen) {
    auto* command = app.add_subcommand("gpus", "every GPU, who holds it, and until when");
    command->footer("berth gpus");
    command->callback([=] { chosen([](Session& session) { return gpus(session); }); });
}

}  // namespace berth::cli
