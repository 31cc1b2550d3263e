// GET /api/v1/events: the live stream.
#include <charconv>
#include <optional>
#include <string_view>

#include "api/query.hpp"
#include "api/services.hpp"

namespace berth {

namespace {

Response follow(const Services& services, const Request& request) {
    const std::string_view text = request.header("Last-Event-ID");
    std::optional<std::uint64_t> last_seen;
    if (!text.empty()) {
        std::uint64_t number = 0;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), last, number);
        if (error != std::errc{} || end != last) {
            return to_response(bad_query("Last-Event-ID", "send the id of the last event you got"));
        }
        last_seen = number;
    }
    Response response;
    response.headers["Content-Type"] = "text/event-stream";
    response.headers["Cache-Control"] = "no-cache";
    response.headers["X-Accel-Buffering"] = "no";  // nginx would hold events back
    response.stream = services.hub.listen(last_seen);
    return response;
}

}  // namespace

void add_event_routes(Router& router, const Services& services) {
    router.add("GET", "/api/v1/events", DirectHandler([&services](const Request& request) {
                   return follow(services, request);
               }));
}

}  // namespace berth
