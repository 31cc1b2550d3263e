#include "api/router.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <set>

#include "api/problem.hpp"
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

Response wrong_method(const std::string& method, const std::set<std::string>& allowed) {
    std::string list;
    for (const auto& name : allowed) list += (list.empty() ? "" : ", ") + name;
    auto response = to_response(Problem{.status = 405,
                                        .code = "method_not_allowed",
                                        .detail = method + " is not possible here; use " + list});
    response.headers["Allow"] = list;
    return response;
}

// Lets only the first answer through: a handler that answers and then throws answers once.
Respond once(const Respond& respond) {
    return [respond, answered = std::make_shared<std::atomic<bool>>(false)](Response response) {
        if (!answered->exchange(true)) respond(std::move(response));
    };
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
    routes_.push_back({std::string(method), split(pattern), std::move(handler)});
}

void Router::add(std::string_view method, std::string_view pattern, DirectHandler handler) {
    add(method, pattern,
        Handler([handler = std::move(handler)](const Request& request, const Respond& respond) {
            respond(handler(request));
        }));
}

std::vector<const Router::Route*> Router::matching(const Request& request) const {
    std::vector<const Route*> found;
    for (const Route& route : routes_) {
        if (matches(route.pattern, request.segments)) found.push_back(&route);
    }
    return found;
}

void Router::handle(Request request, const Respond& respond) const {
    if (auto parsed = parse_target(request); !parsed) {
        return respond(
            to_response(Problem{.status = 400, .code = "bad_request", .detail = parsed.error()}));
    }
    const auto routes = matching(request);
    const std::string wanted = request.method == "HEAD" ? "GET" : request.method;
    const auto route = std::ranges::find(routes, wanted, &Route::method);
    if (route != routes.end()) return call(**route, request, respond);
    if (routes.empty()) {
        const Route fallback{
            "", {}, [this](const Request& r, const Respond& answer) { answer(no_route(r)); }};
        return call(fallback, request, respond);
    }
    std::set<std::string> allowed;
    for (const Route* other : routes) allowed.insert(other->method);
    if (allowed.contains("GET")) allowed.insert("HEAD");
    respond(wrong_method(request.method, allowed));
}

void Router::call(const Route& route, Request& request, const Respond& respond) const {
    for (std::size_t i = 0; i < route.pattern.size(); ++i) {
        const std::string& name = route.pattern[i];
        if (!is_name(name)) continue;
        request.parameters[name.substr(1, name.size() - 2)] = request.segments[i];
    }
    const Respond answer = once(respond);
    try {
        route.handler(request, answer);
    } catch (const std::exception& error) {
        if (report_) report_(request.method + " " + request.target + " failed: " + error.what());
        answer(
            to_response(Problem{.status = 500,
                                .code = "internal",
                                .detail = "something is wrong in the server; its log says what"}));
    }
}

Response Router::no_route(const Request& request) const {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (otherwise_ && reads) {
        auto response = otherwise_(request);
        if (response.status != 404) return response;
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
