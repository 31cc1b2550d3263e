// The OpenAPI 3.1 document of the API, made from the operations that its routes carry.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "api/operation.hpp"

namespace berth {

boost::json::object openapi_document(const std::vector<const Operation*>& operations);

}  // namespace berth
