// What one person is and may on a site, found by the rules that bookings are checked by.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "json/schema_book.hpp"
#include "policy/policy.hpp"

namespace berth {

// {"user","teams","leads","priorities","unpreemptible","operator"}; priorities: those that they may
// book in at least one team.
boost::json::object site_person(const Policy& policy, const std::string& person);
boost::json::value site_person_schema(json::SchemaBook& book);

}  // namespace berth
