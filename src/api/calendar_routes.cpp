// GET /api/v1/calendar: all that the page needs to draw a window of time.
#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/calendar_operation.hpp"
#include "api/calendar_text.hpp"
#include "api/gzip.hpp"
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
    return !reservation.gpus.empty() && !held.empty() && held.overlaps(window);
}

// Whether the window that it waits for may lie in this one.
bool waits_within(const Reservation& reservation, const Span& window) {
    Instant latest_end = reservation.end;
    if (reservation.wait) {
        latest_end = reservation.wait->latest_start + (reservation.end - reservation.start);
    }
    return Span{reservation.start, std::max(latest_end, reservation.end)}.overlaps(window);
}

// What ended before the engine's memory begins, from the disk.
void add_history(HistoryPort& history, CalendarPicture& picture) {
    constexpr std::size_t page_size = 1'000;
    std::set<ReservationId> known;
    for (const auto& reservation : picture.reservations) known.insert(reservation->id);
    ReservationQuery query;
    query.from = picture.window.from;
    query.to = picture.window.to;
    query.limit = page_size;
    for (bool more = true; more;) {
        auto page = history.reservations(query);
        more = page.size() == page_size;
        if (more) query.after = page.back().id;
        for (Reservation& one : page) {
            if (known.contains(one.id) || !shows(one, picture.window)) continue;
            picture.reservations.push_back(std::make_shared<const Reservation>(std::move(one)));
        }
    }
    std::ranges::sort(picture.reservations, {}, [](const auto& one) { return one->id; });
}

// Only what is shared is collected under the lock; the text is made after it.
CalendarPicture take_picture(const ApiContext& context, const Wanted& wanted) {
    CalendarPicture picture;
    picture.now = context.clock.now();
    picture.simulated_clock = context.clock.is_virtual();
    picture.simulated_gpus = context.gpus == GpuSource::simulated;
    Instant memory_begins;
    context.engine.read([&](const View& view) {
        const SlotGrid& grid = view.grid;
        memory_begins = view.last_time - ended_memory;
        picture.revision = view.last_sequence;
        picture.zone = grid.zone_name();
        picture.slot_length = grid.slot_length();
        picture.window = window_of(wanted, picture.now, grid);
        picture.fleet = view.fleet;
        picture.occupants = view.occupants;
        picture.reservations.reserve(view.reservations.size());
        for (const auto& [id, reservation] : view.reservations) {
            if (shows(*reservation, picture.window)) picture.reservations.push_back(reservation);
        }
        for (const ReservationId id : view.waiting) {
            auto entry = view.share(id);
            const bool holds = entry->state == ReservationState::offered;
            if (!holds && waits_within(*entry, picture.window)) {
                picture.waiting.push_back(std::move(entry));
            }
        }
    });
    if (picture.window.from < memory_begins) add_history(context.history, picture);
    return picture;
}

// `now` is left out on purpose: a picture in which only the clock has moved on is the same picture.
std::string tag_of(const Span& window, std::uint64_t revision, std::uint64_t progress,
                   const std::string& run) {
    return entity_tag(std::to_string(revision) + "-" + std::to_string(progress) + "-" +
                      std::to_string(window.from.time_since_epoch().count()) + "-" +
                      std::to_string(window.to.time_since_epoch().count()) + "-" + run);
}

// The pictures drawn last. After a change all open pages ask for the same one at once.
class Album {
public:
    using Text = std::shared_ptr<const std::string>;
    struct Picture {
        std::string tag;
        Instant now;
        Text plain;
        Text compressed;  // null: nobody asked for it yet
    };

    [[nodiscard]] std::optional<Picture> find(const std::string& tag, Instant now,
                                              bool is_virtual) const {
        const std::lock_guard lock(mutex_);
        for (const Picture& picture : pictures_) {
            // The page goes by the picture's time: it must not be old.
            const Duration age = now - picture.now;
            const bool fresh = is_virtual ? age == Duration(0) : age < freshness;
            if (picture.tag == tag && fresh && age >= Duration(0)) return picture;
        }
        return std::nullopt;
    }

    void keep(Picture picture) {
        const std::lock_guard lock(mutex_);
        std::erase_if(pictures_, [&](const Picture& old) { return old.tag == picture.tag; });
        if (pictures_.size() >= most) pictures_.erase(pictures_.begin());
        pictures_.push_back(std::move(picture));
    }

private:
    static constexpr std::chrono::seconds freshness{5};
    static constexpr std::size_t most = 3;

    mutable std::mutex mutex_;
    std::vector<Picture> pictures_;
};

// Below this the headers of a compressed answer weigh as much as is saved.
constexpr std::size_t worth_compressing = 4096;

class CalendarHandler {
public:
    explicit CalendarHandler(const Services& services) : services_(services) {}

    void operator()(const Request& request, const Respond& respond) const {
        const auto wanted = wanted_window(request);
        if (!wanted) return respond(to_response(wanted.error()));
        if (wanted->from && wanted->to && *wanted->to <= *wanted->from) {
            return respond(to_response(bad_query("to", "\"to\" must be later than \"from\"")));
        }
        const std::string tag = current_tag(*wanted);
        const bool zipped = accepts_gzip(request.header("Accept-Encoding"));
        const auto if_none_match = request.header("If-None-Match");
        for (const std::string& known : {tag, tag_of_zipped(tag)}) {
            if (!names_tag(if_none_match, known)) continue;
            Response unchanged;
            unchanged.status = 304;
            unchanged.headers = headers(known);
            return respond(std::move(unchanged));
        }
        answer_aside(services_, respond,
                     [this, wanted = *wanted, tag, zipped] { return draw(wanted, tag, zipped); });
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

    // The tag is older than the picture rather than newer: nobody misses a change by it.
    [[nodiscard]] Response draw(const Wanted& wanted, const std::string& tag, bool zipped) const {
        const ClockPort& clock = services_.context.clock;
        auto picture = album_.find(tag, clock.now(), clock.is_virtual());
        if (!picture) {
            const CalendarPicture taken = take_picture(services_.context, wanted);
            picture = {tag, taken.now,
                       std::make_shared<const std::string>(calendar_text(taken, services_.board)),
                       nullptr};
            album_.keep(*picture);
        }
        const bool zip = zipped && picture->plain->size() >= worth_compressing;
        if (zip && !picture->compressed) {
            picture->compressed = std::make_shared<const std::string>(gzip(*picture->plain));
            album_.keep(*picture);
        }
        auto response = json_response(200, {});
        response.headers.merge(headers(zip ? tag_of_zipped(tag) : tag));
        if (zip) response.headers["Content-Encoding"] = "gzip";
        response.shared_body = zip ? picture->compressed : picture->plain;
        return response;
    }

    // Other bytes, another strong tag.
    static std::string tag_of_zipped(const std::string& tag) {
        return tag.substr(0, tag.size() - 1) + "-gzip\"";
    }

    static Headers headers(const std::string& tag) {
        return {{"ETag", tag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}};
    }

    const Services& services_;
    mutable Album album_;
    // Progress is counted anew by each run of the server, so a tag is good for one run.
    std::string run_ = std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
};

}  // namespace

void add_calendar_routes(Router& router, const Services& services) {
    router.add(calendar_operation(),
               Handler([handler = std::make_shared<CalendarHandler>(services)](
                           const Request& request, const Respond& respond) {
                   (*handler)(request, respond);
               }));
}

}  // namespace berth
