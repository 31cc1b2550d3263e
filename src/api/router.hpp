// Finds the handler for a method and a path, and holds the request to what the route's operation
// says of it. Routes are added once, before the first request; after that any thread may call
// handle().
//
//     router.add({.method = "GET", .pattern = "/api/v1/reservations/{id}", …}, handler);
//     router.handle(request, [](Response response) { … });
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/message.hpp"
#include "api/operation.hpp"
#include "engine/metrics_port.hpp"

namespace berth {

// Called once, on any thread; perhaps before the handler returns.
using Respond = std::function<void(Response)>;
// The request is only there until the handler returns.
using Handler = std::function<void(const Request&, Respond)>;
using DirectHandler = std::function<Response(const Request&)>;

class Router {
public:
    // A {name} in the pattern matches one segment that is not empty. GET answers HEAD too.
    void add(Operation operation, Handler handler);
    void add(Operation operation, DirectHandler handler);
    // Asked for a GET of a path without a route; status 404 means that it has nothing either.
    void otherwise(DirectHandler handler) { otherwise_ = std::move(handler); }

    // A path without a route is answered 404, a known one with another method 405 (or, asked with
    // OPTIONS, with those that are possible). What a handler throws is answered 500, and told to
    // `report`.
    void handle(Request request, const Respond& respond) const;
    void on_error(std::function<void(const std::string&)> report) { report_ = std::move(report); }
    // Told of each answer.
    void on_answer(std::function<void(const RequestFacts&)> count) { count_ = std::move(count); }

    // In the order in which they were added; as long as no more are.
    [[nodiscard]] std::vector<const Operation*> operations() const;

private:
    struct Route {
        Operation operation;
        std::vector<std::string> pattern;
        Handler handler;
    };

    [[nodiscard]] std::vector<const Route*> matching(const Request& request) const;
    [[nodiscard]] Respond counted(const Respond& respond, const Request& request,
                                  std::string route) const;
    [[nodiscard]] Response no_route(const Request& request) const;
    void call(const Route& route, Request& request, const Respond& respond) const;
    void guarded(const Request& request, const Respond& respond, const Handler& handler) const;

    std::vector<Route> routes_;
    DirectHandler otherwise_;
    std::function<void(const std::string&)> report_;
    std::function<void(const RequestFacts&)> count_;
};

}  // namespace berth
