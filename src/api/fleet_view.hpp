// How the fleet looks in answers.
#pragma once

#include "api/context.hpp"
#include "api/message.hpp"
#include "json/schema_book.hpp"

namespace berth {

Response fleet_response(const ApiContext& context);
boost::json::value fleet_schema(json::SchemaBook& book);

}  // namespace berth
