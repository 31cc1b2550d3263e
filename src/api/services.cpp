#include "api/services.hpp"

#include <exception>
#include <utility>

#include "api/problem.hpp"

namespace berth {

namespace {

Response made(const std::function<Response(const Answer&)>& make, const Answer& answer) {
    try {
        return make(answer);
    } catch (const std::exception&) {
        return to_response(Problem{.status = 500,
                                   .code = "internal",
                                   .detail = "what was asked was decided, but the answer to it "
                                             "could not be written; look again"});
    }
}

std::function<void()> answering(const Services& services, const Respond& respond,
                                std::function<Response()> make) {
    return [respond, make = std::move(make), report = services.context.report] {
        Response response;
        try {
            response = make();
        } catch (const std::exception& error) {
            if (report) report(std::string("an answer could not be made: ") + error.what());
            response = internal_error();
        }
        respond(std::move(response));
    };
}

}  // namespace

void submit(const Services& services, Submission submission, const Respond& respond,
            std::function<Response(const Answer&)> make) {
    // Copied: on the writer's thread `services` may be on its way out already once it has run.
    services.context.engine.submit(
        std::move(submission),
        [respond, make = std::move(make), run_soon = services.run_soon](Answer answer) {
            run_soon([respond, make, answer = std::move(answer)] { respond(made(make, answer)); });
        });
}

void answer_aside(const Services& services, const Respond& respond,
                  std::function<Response()> make) {
    services.run_aside(answering(services, respond, std::move(make)));
}

void answer_search(const Services& services, const Respond& respond,
                   std::function<Response()> make) {
    services.run_search(answering(services, respond, std::move(make)));
}

}  // namespace berth
