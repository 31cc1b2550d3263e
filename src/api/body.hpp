// Reading a request's JSON body into a described type.
#pragma once

#include <expected>
#include <utility>

#include "api/message.hpp"
#include "api/problem.hpp"
#include "json/described.hpp"

namespace berth {

template <class T>
std::expected<T, Problem> read_body(const Request& request) {
    if (request.body.empty()) {
        return std::unexpected(Problem{.status = 400,
                                       .code = "bad_request",
                                       .detail = "the body is empty; send a JSON object"});
    }
    auto document = json::read(request.body);
    if (!document) return std::unexpected(problem_of(document.error()));
    auto parsed = json::parse<T>(*document);
    if (!parsed) return std::unexpected(problem_of(parsed.error()));
    return std::move(*parsed);
}

// An empty body counts as {}.
template <class T>
std::expected<T, Problem> read_optional_body(const Request& request) {
    if (request.body.empty()) return T{};
    return read_body<T>(request);
}

}  // namespace berth
