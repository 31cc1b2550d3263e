// Finds the handler for a method and a path. Routes are added once, before the first request; after
// that any thread may call handle().
//
//     router.add("GET", "/api/v1/reservations/{id}", [](const Request& request) { … });
//     router.handle(request, [](Response response) { … });
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"

namespace berth {

// Called once, on any thread; perhaps before the handler returns.
using Respond = std::function<void(Response)>;
// The request is only there until the handler returns.
using Handler = std::function<void(const Request&, Respond)>;
using DirectHandler = std::function<Response(const Request&)>;

class Router {
public:
    // A {name} in the pattern matches one segment that is not empty. GET answers HEAD too.
    void add(std::string_view method, std::string_view pattern, Handler handler);
    void add(std::string_view method, std::string_view pattern, DirectHandler handler);
    // Asked for a GET of a path without a route; status 404 means that it has nothing either.
    void otherwise(DirectHandler handler) { otherwise_ = std::move(handler); }

    // A path without a route is answered 404, a known one with another method 405. What a handler
    // throws is answered 500, and told to `report`.
    void handle(Request request, const Respond& respond) const;
    void on_error(std::function<void(const std::string&)> report) { report_ = std::move(report); }

private:
    struct Route {
        std::string method;
        std::vector<std::string> pattern;
        Handler handler;
    };

    [[nodiscard]] std::vector<const Route*> matching(const Request& request) const;
    [[nodiscard]] Response no_route(const Request& request) const;
    void call(const Route& route, Request& request, const Respond& respond) const;

    std::vector<Route> routes_;
    DirectHandler otherwise_;
    std::function<void(const std::string&)> report_;
};

}  // namespace berth
