#include "apps/berth/listing.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace json = boost::json;

std::optional<json::array> list_reservations(Session& session, const ListOptions& options) {
    json::array items;
    std::string cursor;
    do {
        std::string path = "/api/v1/reservations?limit=500";
        const auto add = [&](const char* name, const std::string& value) {
            if (!value.empty()) path += fmt::format("&{}={}", name, url_encoded(value));
        };
        add("state", options.state);
        add("owner", options.owner);
        add("team", options.team);
        add("gpu", options.gpu);
        add("from", options.from);
        add("to", options.to);
        add("cursor", cursor);
        auto page = session.ask("GET", path);
        if (!page) return std::nullopt;
        for (auto& item : page->at("items").as_array()) items.push_back(std::move(item));
        cursor = text_of(page->as_object(), "next");
    } while (!cursor.empty());
    return items;
}

}  // namespace berth::cli
