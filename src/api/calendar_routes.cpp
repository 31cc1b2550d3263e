// GET /api/v1/calendar: all that the page needs to draw a window of time.
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "api/calendar_operation.hpp"
#include "api/calendar_text.hpp"
#include "api/query.hpp"
#include "api/services.hpp"
#include "api/week.hpp"

namespace berth {

namespace {

struct Wanted {
    std::optional<Instant> from;
    std::optional<Instant> to;
};

std::expected<Wanted, Problem> wanted_window(const Request& request) {
    static constexpr std::array<std::string_view, 2> known = {"from", "to"};
    if (auto checked = check_query(request, known); !checked) {
        return std::unexpected(checked.error());
    }
    const auto from = query_instant(request, "from");
    if (!from) return std::unexpected(from.error());
    const auto to = query_instant(request, "to");
    if (!to) return std::unexpected(to.error());
    return Wanted{*from, *to};
}

Span window_of(const Wanted& wanted, Instant now, const SlotGrid& grid) {
    constexpr std::chrono::days week{7};
    if (wanted.from && wanted.to) return {*wanted.from, *wanted.to};
    if (wanted.from) return {*wanted.from, *wanted.from + week};
    if (wanted.to) return {*wanted.to - week, *wanted.to};
    return week_around(now, grid);
}

bool shows(const Reservation& reservation, const Span& window) {
    const Span held{reservation.start, reservation.end};
    return !held.empty() && held.overlaps(window);
}

CalendarPicture take_picture(const ApiContext& context, const Wanted& wanted) {
    CalendarPicture picture;
    picture.now = context.clock.now();
    picture.simulated_clock = context.clock.is_virtual();
    picture.simulated_gpus = context.gpus == GpuSource::simulated;
    context.engine.read([&](const View& view) {
        const SlotGrid& grid = view.grid;
        picture.revision = view.last_sequence;
        picture.zone = grid.zone_name();
        picture.slot_length = grid.slot_length();
        picture.window = window_of(wanted, picture.now, grid);
        picture.fleet = view.fleet;
        for (const auto& [id, reservation] : view.reservations) {
            if (!shows(*reservation, picture.window)) continue;
            picture.reservations.push_back({*reservation, view.gpus_of(*reservation)});
        }
    });
    return picture;
}

// `now` is left out on purpose: a picture in which only the clock has moved on is the same picture.
std::string tag_of(const Span& window, std::uint64_t revision, std::uint64_t progress,
                   const std::string& run) {
    return entity_tag(std::to_string(revision) + "-" + std::to_string(progress) + "-" +
                      std::to_string(window.from.time_since_epoch().count()) + "-" +
                      std::to_string(window.to.time_since_epoch().count()) + "-" + run);
}

class CalendarHandler {
public:
    explicit CalendarHandler(const Services& services) : services_(services) {}

    Response operator()(const Request& request) const {
        const auto wanted = wanted_window(request);
        if (!wanted) return to_response(wanted.error());
        if (wanted->from && wanted->to && *wanted->to <= *wanted->from) {
            return to_response(bad_query("to", "\"to\" must be later than \"from\""));
        }
        const std::string asked_tag = current_tag(*wanted);
        if (names_tag(request.header("If-None-Match"), asked_tag)) {
            Response unchanged;
            unchanged.status = 304;
            unchanged.headers = headers(asked_tag);
            return unchanged;
        }
        // The tag is older than the picture rather than newer: nobody misses a change by it.
        auto response = json_response(
            200, calendar_text(take_picture(services_.context, *wanted), services_.board));
        response.headers.merge(headers(asked_tag));
        return response;
    }

private:
    [[nodiscard]] std::string current_tag(const Wanted& wanted) const {
        std::string tag;
        const std::uint64_t progress = services_.board.version();
        services_.context.engine.read([&](const View& view) {
            const Span window = window_of(wanted, services_.context.clock.now(), view.grid);
            tag = tag_of(window, view.last_sequence, progress, run_);
        });
        return tag;
    }

    static Headers headers(const std::string& tag) {
        return {{"ETag", tag}, {"Cache-Control", "no-cache"}};
    }

    const Services& services_;
    // Progress is counted anew by each run of the server, so a tag is good for one run.
    std::string run_ = std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
};

}  // namespace

void add_calendar_routes(Router& router, const Services& services) {
    router.add(calendar_operation(), DirectHandler(CalendarHandler(services)));
}

}  // namespace berth
