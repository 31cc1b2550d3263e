#include "kubernetes/claim_submission.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "kubernetes/device_claims.hpp"

namespace berth {

namespace {

constexpr int unprocessable = 422;
constexpr int ok = 200;

ApiReply refusal(const std::string& why) {
    return {unprocessable, boost::json::serialize(boost::json::object{{"message", why}}), {}};
}

// One pod after another: their order is that of the plan, and a gang has few.
struct Claims : std::enable_shared_from_this<Claims> {
    Claims(LauncherTools& its_tools, std::vector<PlannedPod> its_pods,
           std::function<void(ClusterAttempt&, const ApiReply&)> at_end)
        : tools(its_tools), pods(std::move(its_pods)), then(std::move(at_end)) {}

    void look_at_node(const AttemptId& id) {
        tools.send(id, {.path = slices_path(pods[next].node)},
                   [self = shared_from_this()](ClusterAttempt& attempt, const ApiReply& reply) {
                       reply.is_ok() ? self->claim(attempt, reply) : self->then(attempt, reply);
                   });
    }

    void claim(ClusterAttempt& attempt, const ApiReply& slices) {
        const auto body = resource_claim(*attempt.wish.order, pods[next],
                                         gpus_in_list(slices.body, tools.options), tools.options);
        if (!body) return then(attempt, refusal(body.error()));
        tools.send(attempt.id,
                   {.method = "POST", .path = tools.claims_path(attempt), .body = *body},
                   [self = shared_from_this()](ClusterAttempt& asked, const ApiReply& reply) {
                       const bool is_there = reply.is_ok() || reply.reason() == "AlreadyExists";
                       if (!is_there) return self->then(asked, reply);
                       if (++self->next < self->pods.size()) return self->look_at_node(asked.id);
                       self->then(asked, {ok, {}, {}});
                   });
    }

    LauncherTools& tools;
    std::vector<PlannedPod> pods;
    std::function<void(ClusterAttempt&, const ApiReply&)> then;
    std::size_t next = 0;
};

}  // namespace

void make_claims(LauncherTools& tools, const ClusterAttempt& attempt, std::vector<PlannedPod> pods,
                 std::function<void(ClusterAttempt&, const ApiReply&)> then) {
    std::make_shared<Claims>(tools, std::move(pods), std::move(then))->look_at_node(attempt.id);
}

}  // namespace berth
