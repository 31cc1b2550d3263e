#include "api/router.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <set>

#include "api/problem.hpp"
#include "api/query.hpp"
#include "json/field_error.hpp"

namespace berth {

namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_name(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
    return std::ranges::equal(pattern, segments, [](const auto& expected, const auto& found) {
        return is_name(expected) ? !found.empty() : expected == found;
    });
}

std::string joined(const std::vector<std::string>& segments) {
    std::string path;
    for (const auto& segment : segments) path += "/" + segment;
    return path;
}

// The pattern with the request's own words in place of its names, so that only real differences
// count when the nearest route is sought.
std::string filled_in(const std::vector<std::string>& pattern,
                      const std::vector<std::string>& segments) {
    auto filled = pattern;
    for (std::size_t i = 0; i < filled.size() && i < segments.size(); ++i) {
        if (is_name(filled[i])) filled[i] = segments[i];
    }
    return joined(filled);
}

std::string listed(const std::set<std::string>& methods) {
    std::string list;
    for (const auto& name : methods) list += (list.empty() ? "" : ", ") + name;
    return list;
}

// What can be done at a path that has routes, or a file.
Response other_method(const std::string& method, std::set<std::string> possible) {
    if (possible.contains("GET")) possible.insert("HEAD");
    possible.insert("OPTIONS");
    const std::string list = listed(possible);
    auto response =
        method == "OPTIONS"
            ? no_content()
            : to_response(Problem{.status = 405,
                                  .code = "method_not_allowed",
                                  .detail = method + " is not possible here; use " + list});
    response.headers["Allow"] = list;
    return response;
}

// Methods may be any word; what is counted by them may not grow without an end.
std::string_view known_method(std::string_view method) {
    for (const std::string_view known :
         {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        if (method == known) return known;
    }
    return "other";
}

bool names_json(std::string_view content_type) {
    std::string type(content_type.substr(0, content_type.find(';')));
    while (type.ends_with(' ')) type.pop_back();
    std::ranges::transform(type, type.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return type == "application/json" || type.ends_with("+json");
}

std::expected<void, Problem> check_manners(const Operation& operation, const Request& request) {
    if (operation.manners == Manners::lenient) return {};
    std::vector<std::string_view> known;
    for (const Parameter& parameter : operation.parameters) {
        if (parameter.place == Place::query) known.push_back(parameter.name);
    }
    if (auto checked = check_query(request, known); !checked) return checked;
    const std::string_view type = request.header("Content-Type");
    if (!operation.body || request.body.empty() || type.empty() || names_json(type)) return {};
    return std::unexpected(Problem{.status = 415,
                                   .code = "unsupported_media_type",
                                   .detail = "send JSON here, with Content-Type: application/json",
                                   .field = "Content-Type"});
}

// Lets only the first answer through: a handler that answers and then throws answers once.
Respond once(const Respond& respond) {
    return [respond, answered = std::make_shared<std::atomic<bool>>(false)](Response response) {
        if (!answered->exchange(true)) respond(std::move(response));
    };
}

}  // namespace

void Router::add(Operation operation, Handler handler) {
    auto pattern = split(operation.pattern);
    routes_.push_back({std::move(operation), std::move(pattern), std::move(handler)});
}

void Router::add(Operation operation, DirectHandler handler) {
    add(std::move(operation),
        Handler([handler = std::move(handler)](const Request& request, const Respond& respond) {
            respond(handler(request));
        }));
}

std::vector<const Operation*> Router::operations() const {
    std::vector<const Operation*> operations;
    for (const Route& route : routes_) operations.push_back(&route.operation);
    return operations;
}

std::vector<const Router::Route*> Router::matching(const Request& request) const {
    std::vector<const Route*> found;
    for (const Route& route : routes_) {
        if (matches(route.pattern, request.segments)) found.push_back(&route);
    }
    return found;
}

// The time runs until the answer is there, whoever makes it.
Respond Router::counted(const Respond& respond, const Request& request, std::string route) const {
    if (!count_) return respond;
    using Clock = std::chrono::steady_clock;
    return [respond, count = count_, route = std::move(route),
            method = known_method(request.method), began = Clock::now()](Response response) {
        count({route, method, response.status, Clock::now() - began});
        respond(std::move(response));
    };
}

void Router::handle(Request request, const Respond& respond) const {
    if (auto parsed = parse_target(request); !parsed) {
        return counted(respond, request, "other")(
            to_response(Problem{.status = 400, .code = "bad_request", .detail = parsed.error()}));
    }
    const auto routes = matching(request);
    if (routes.empty()) {
        return guarded(request, counted(respond, request, "other"),
                       [this](const Request& r, const Respond& answer) { answer(no_route(r)); });
    }
    const Respond answer = counted(respond, request, routes.front()->operation.pattern);
    const std::string wanted = request.method == "HEAD" ? "GET" : request.method;
    std::set<std::string> possible;
    for (const Route* route : routes) {
        if (route->operation.method == wanted) return call(*route, request, answer);
        possible.insert(route->operation.method);
    }
    answer(other_method(request.method, possible));
}

void Router::call(const Route& route, Request& request, const Respond& respond) const {
    for (std::size_t i = 0; i < route.pattern.size(); ++i) {
        const std::string& name = route.pattern[i];
        if (!is_name(name)) continue;
        request.parameters[name.substr(1, name.size() - 2)] = request.segments[i];
    }
    if (auto checked = check_manners(route.operation, request); !checked) {
        return respond(to_response(checked.error()));
    }
    guarded(request, respond, route.handler);
}

void Router::guarded(const Request& request, const Respond& respond, const Handler& handler) const {
    const Respond answer = once(respond);
    try {
        handler(request, answer);
    } catch (const std::exception& error) {
        if (report_) report_(request.method + " " + request.target + " failed: " + error.what());
        answer(internal_error());
    }
}

// A file of the page, or a word on what is near.
Response Router::no_route(const Request& request) const {
    if (otherwise_) {
        auto response = otherwise_(request);
        const bool reads = request.method == "GET" || request.method == "HEAD";
        if (response.status != 404) {
            return reads ? response : other_method(request.method, {"GET"});
        }
    }
    std::vector<std::string> paths;
    for (const Route& route : routes_) paths.push_back(filled_in(route.pattern, request.segments));
    const std::vector<std::string_view> known(paths.begin(), paths.end());
    const std::string path = joined(request.segments);
    const std::string nearest = json::nearest_name(path, known);
    std::string detail = "there is nothing at " + path;
    if (!nearest.empty()) detail += "; did you mean " + nearest + "?";
    return to_response(Problem{.status = 404, .code = "not_found", .detail = detail});
}

}  // namespace berth
