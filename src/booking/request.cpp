#include "booking/request.hpp"

namespace berth {

std::expected<StartTime, std::string> StartTime::parse(std::string_view text) {
    if (text == "now") return StartTime{};
    auto instant = parse_rfc3339(text);
    if (!instant) {
        return std::unexpected("write \"now\", or a time such as 2026-11-30T20:00:00Z: " +
                               instant.error());
    }
    return StartTime{*instant};
}

std::string StartTime::text() const {
    return at ? to_rfc3339(*at) : "now";
}

boost::json::object StartTime::schema() {
    return {{"anyOf",
             {boost::json::object{{"const", "now"}},
              boost::json::object{{"type", "string"}, {"format", "date-time"}}}}};
}

}  // namespace berth
