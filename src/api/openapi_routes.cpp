// GET /api/v1/openapi.json: what this very document describes.
#include <boost/json/serialize.hpp>

#include "api/openapi.hpp"
#include "api/services.hpp"

namespace berth {

void add_openapi_routes(Router& router) {
    const auto anything = [](json::SchemaBook&) -> boost::json::value {
        return boost::json::object{{"type", "object"}};
    };
    router.add({.method = "GET",
                .pattern = "/api/v1/openapi.json",
                .id = "showApi",
                .summary = "This document",
                .answers = {json_answer(200, "The OpenAPI document", anything)}},
               DirectHandler([&router](const Request&) {
                   return json_response(
                       200, boost::json::serialize(openapi_document(router.operations())));
               }));
}

}  // namespace berth
