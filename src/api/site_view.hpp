// How a site introduces itself: its zone and clock, its rules, its teams with what they hold, and
// what the one who asks may do here.
#pragma once

#include <string>

#include "api/context.hpp"
#include "api/message.hpp"
#include "json/schema_book.hpp"

namespace berth {

// `person` is empty when nobody said who they are. Looks at every reservation around now: not for
// the thread that serves.
Response site_response(const ApiContext& context, const std::string& person);
boost::json::value site_schema(json::SchemaBook& book);

}  // namespace berth
