// The seed contract: POST /reserve and GET /status as the first scripts knew them. GPUs are numbers
// in inventory order, times are the site's wall clock without a zone, errors are {"error": …}.
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/body.hpp"
#include "api/caller.hpp"
#include "api/services.hpp"
#include "api/wall_time.hpp"
#include "json/schema.hpp"

namespace berth {

struct SeedRequest {
    static constexpr bool all_optional = true;

    std::string user;
    std::optional<std::vector<std::int64_t>> gpus;
    std::optional<std::string> start;
    std::optional<double> duration;  // hours
};
BOOST_DESCRIBE_STRUCT(SeedRequest, (), (user, gpus, start, duration))

struct SeedResource {
    std::uint32_t gpu = 0;
    std::string time;
};
BOOST_DESCRIBE_STRUCT(SeedResource, (), (gpu, time))

struct SeedConfirmation {
    std::string message;
    std::vector<SeedResource> resources;
};
BOOST_DESCRIBE_STRUCT(SeedConfirmation, (), (message, resources))

struct SeedSuggestion {
    std::vector<std::uint32_t> gpus;
    std::string start;
    std::string end;
    double duration = 0;
    SuggestionKind kind = SuggestionKind::later;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(SeedSuggestion, (), (gpus, start, end, duration, kind, why))

struct SeedBooking {
    std::string user;
    std::string start;
    std::string end;
};
BOOST_DESCRIBE_STRUCT(SeedBooking, (), (user, start, end))

struct SeedError {
    std::string error;
};
BOOST_DESCRIBE_STRUCT(SeedError, (), (error))

namespace {

// The parts of the state that the contract's words need; both are cheap to copy.
struct Site {
    std::shared_ptr<const Fleet> fleet;
    SlotGrid grid;

    [[nodiscard]] std::uint32_t number_of(const std::string& id) const {
        return fleet->find(id)->index.value;
    }
    [[nodiscard]] std::string local(Instant instant) const { return grid.local_iso(instant); }
};

Site site_of(const Engine& engine) {
    std::optional<Site> site;
    engine.read([&](const View& view) { site = Site{view.fleet, view.grid}; });
    return *site;
}

Response seed_error(int status, const std::string& error) {
    return json_response(status, boost::json::serialize(json::print(SeedError{error})));
}

Response seed_refusal(const Site& site, const Refusal& refusal) {
    boost::json::object document;
    document["error"] = refusal.message;
    if (refusal.obstacle) {
        document["error"] = "GPU " + std::to_string(site.number_of(refusal.obstacle->gpu)) +
                            " is busy from " + site.grid.local_text(refusal.obstacle->held.from) +
                            " to " + site.grid.local_text(refusal.obstacle->held.to);
    }
    std::vector<SeedSuggestion> suggestions;
    for (const Suggestion& one : refusal.suggestions) {
        const std::chrono::duration<double, std::ratio<3600>> hours = one.end - one.start;
        SeedSuggestion suggestion{
            {}, site.local(one.start), site.local(one.end), hours.count(), one.kind, one.why};
        for (const auto& id : one.gpus) suggestion.gpus.push_back(site.number_of(id));
        suggestions.push_back(std::move(suggestion));
    }
    const bool about_time =
        refusal.code == RefusalCode::conflict || refusal.code == RefusalCode::off_grid;
    if (about_time || !suggestions.empty()) document["suggestions"] = json::print(suggestions);
    return json_response(status_of(refusal.code), boost::json::serialize(document));
}

Response seed_confirmation(const Site& site, const Reservation& reservation) {
    SeedConfirmation confirmation{"Reservation confirmed", {}};
    for (const auto& id : reservation.gpus) {
        confirmation.resources.push_back({site.number_of(id), site.local(reservation.start)});
    }
    return json_response(200, boost::json::serialize(json::print(confirmation)));
}

std::expected<std::vector<std::string>, std::string> ids_of(const SeedRequest& seed,
                                                            const Fleet& fleet) {
    std::vector<std::string> ids;
    for (const std::int64_t number : seed.gpus.value_or(std::vector<std::int64_t>{0})) {
        if (number < 0 || std::cmp_greater_equal(number, fleet.gpus().size())) {
            return std::unexpected("GPU " + std::to_string(number) + " does not exist");
        }
        ids.push_back(fleet.gpus()[static_cast<std::size_t>(number)].id);
    }
    if (ids.empty()) return std::unexpected("\"gpus\" is empty; name at least one GPU");
    return ids;
}

std::expected<ReservationRequest, std::string> wish_of(const SeedRequest& seed, const Site& site) {
    if (seed.user.empty()) return std::unexpected("\"user\" is missing");
    if (auto checked = check_person(seed.user); !checked) return std::unexpected(checked.error());
    if (!seed.start) return std::unexpected("\"start\" is missing");
    const auto start = parse_wall_time(*seed.start, site.grid);
    if (!start) return std::unexpected(start.error());
    auto ids = ids_of(seed, *site.fleet);
    if (!ids) return std::unexpected(ids.error());
    const std::chrono::duration<double, std::ratio<3600>> slot = site.grid.slot_length();
    ReservationRequest wish;
    wish.gpus.ids = std::move(*ids);
    wish.start = StartTime{*start};
    wish.hours = seed.duration.value_or(slot.count());
    return wish;
}

void reserve(const Services& services, const Request& request, const Respond& respond) {
    const auto seed = read_body<SeedRequest>(request);
    if (!seed) return respond(seed_error(400, seed.error().detail));
    const Site site = site_of(services.context.engine);
    auto wish = wish_of(*seed, site);
    if (!wish) return respond(seed_error(400, wish.error()));
    auto submission = submission_by(seed->user, request, std::nullopt);
    if (!submission) return respond(seed_error(400, submission.error().detail));
    submission->command = Reserve{std::move(*wish)};
    submit(services, std::move(*submission), respond, [site](const Answer& answer) {
        return answer ? seed_confirmation(site, *answer->reservation)
                      : seed_refusal(site, answer.error());
    });
}

Response status(const Services& services) {
    std::map<std::uint32_t, std::vector<Reservation>> by_gpu;
    std::optional<SlotGrid> grid;
    services.context.engine.read([&](const View& view) {
        grid = view.grid;
        for (const Gpu& gpu : view.fleet->gpus()) by_gpu[gpu.index.value];
        for (const auto& [id, reservation] : view.reservations) {
            if (is_ended(reservation->state)) continue;
            for (const GpuIndex gpu : view.gpus_of(*reservation)) {
                by_gpu[gpu.value].push_back(*reservation);
            }
        }
    });
    boost::json::object document;
    for (auto& [gpu, reservations] : by_gpu) {
        std::ranges::sort(reservations, {}, &Reservation::start);
        std::vector<SeedBooking> bookings;
        for (const Reservation& one : reservations) {
            bookings.push_back({one.owner, grid->local_iso(one.start), grid->local_iso(one.end)});
        }
        document[std::to_string(gpu)] = json::print(bookings);
    }
    return json_response(200, boost::json::serialize(document));
}

boost::json::value seed_refusal_schema(json::SchemaBook& book) {
    return book.named("SeedRefusal", [&] {
        auto schema = book.resolved(book.printed<SeedError>());
        json::add_member(schema, "suggestions", book.printed<std::vector<SeedSuggestion>>(),
                         json::Presence::optional);
        return schema;
    });
}

boost::json::value seed_status_schema(json::SchemaBook& book) {
    return boost::json::object{{"type", "object"},
                               {"propertyNames", json::text_schema("^[0-9]+$")},
                               {"additionalProperties", book.printed<std::vector<SeedBooking>>()}};
}

Operation reserve_operation() {
    const auto refused = [](int status, std::string what) {
        return json_answer(status, std::move(what), seed_refusal_schema);
    };
    return {.method = "POST",
            .pattern = "/reserve",
            .id = "seedReserve",
            .summary = "Book GPUs by their numbers, in the site's own wall-clock time",
            .parameters = {header_parameter("Idempotency-Key", "As for a reservation",
                                            json::text_schema("^[!-~]{1,200}$"))},
            .body = BodyDescription{json::accepted_schema<SeedRequest>},
            .answers = {json_answer(200, "It is booked", json::printed_schema<SeedConfirmation>),
                        refused(400, "It makes no sense"), refused(409, "A GPU is busy then"),
                        refused(422, "The Idempotency-Key came before with another request"),
                        refused(507, "The server's disk is full; nothing was changed")},
            .manners = Manners::lenient};
}

Operation status_operation() {
    return {.method = "GET",
            .pattern = "/status",
            .id = "seedStatus",
            .summary = "What is booked on each GPU, by its number",
            .answers = {json_answer(200, "Each GPU's bookings", seed_status_schema)},
            .manners = Manners::lenient};
}

}  // namespace

void add_seed_routes(Router& router, const Services& services) {
    router.add(reserve_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   reserve(services, request, respond);
               }));
    router.add(status_operation(),
               DirectHandler([&services](const Request&) { return status(services); }));
}

}  // namespace berth
