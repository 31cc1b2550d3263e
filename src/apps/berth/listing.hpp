// The list of reservations, all pages of it.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "apps/berth/session.hpp"

namespace berth::cli {

struct ListOptions {
    std::string state;
    std::string owner;
    std::string team;
    std::string gpu;
    std::string from;  // RFC 3339
    std::string to;
};

// Nothing when it was refused, which has then been said.
std::optional<boost::json::array> list_reservations(Session& session, const ListOptions& options);

}  // namespace berth::cli
