#include "kubernetes/cluster_answers.hpp"

#include <boost/json/parse.hpp>

namespace berth {

namespace {

constexpr int not_found = 404;
constexpr int forbidden = 403;
constexpr int unauthorized = 401;
constexpr int server_error = 500;

std::string in_space(const std::string& space, const std::string& resource,
                     const std::string& name) {
    return "/api/v1/namespaces/" + escaped(space) + "/" + resource + "/" + escaped(name);
}

std::string within(const std::string& space) {
    return " in the namespace " + space;
}

}  // namespace

ClusterThing namespace_thing(const std::string& name) {
    return {"namespace", "namespace " + name, "namespaces", "/api/v1/namespaces/" + escaped(name),
            "an operator makes it, or names another in launch.kubernetes"};
}

ClusterThing queue_thing(const std::string& name) {
    return {"queue", "queue " + name, "queues.scheduling.volcano.sh",
            "/apis/scheduling.volcano.sh/v1beta1/queues/" + escaped(name),
            "an operator makes it, or names another in launch.kubernetes, or installs Volcano"};
}

ClusterThing priority_class_thing(const std::string& name) {
    return {"priority", "priority class " + name, "priorityclasses.scheduling.k8s.io",
            "/apis/scheduling.k8s.io/v1/priorityclasses/" + escaped(name),
            "an operator makes it, or names another in launch.kubernetes.priority_classes"};
}

ClusterThing service_account_thing(const std::string& space, const std::string& name) {
    return {"service account", "service account " + name + within(space), "serviceaccounts",
            in_space(space, "serviceaccounts", name),
            "an operator makes it, or names another in launch.kubernetes.service_account"};
}

ClusterThing secret_thing(const std::string& space, const std::string& name) {
    return {"secret " + name, "secret " + name + within(space), "secrets",
            in_space(space, "secrets", name), "make it there, or name another in the workload"};
}

ClusterThing pull_secret_thing(const std::string& space, const std::string& name) {
    ClusterThing thing = secret_thing(space, name);
    thing.advice = "an operator makes it, or names others in launch.kubernetes.image_pull_secrets";
    return thing;
}

ClusterThing claim_thing(const std::string& space, const std::string& name) {
    return {"claim " + name, "claim " + name + within(space), "persistentvolumeclaims",
            in_space(space, "persistentvolumeclaims", name),
            "make it there, or name another in the workload's volumes"};
}

ClusterThing work_claim_thing(const std::string& space, const std::string& name) {
    ClusterThing thing = claim_thing(space, name);
    thing.check = "work";
    thing.advice = "an operator makes it, or names another in launch.kubernetes.work_claim";
    return thing;
}

ClusterThing node_thing(const std::string& name) {
    return {"node " + name, "node " + name, "nodes", "/api/v1/nodes/" + escaped(name),
            "Berth moves what is booked on it to equal GPUs as soon as there are any"};
}

std::expected<boost::json::object, Finding> look_for(const ClusterThing& thing,
                                                     const Answers& answers) {
    const ApiReply& reply = answers.at(thing.path);
    if (reply.status == not_found) {
        return std::unexpected(Finding{
            thing.check, false, "The " + thing.words + " is not there: " + thing.advice + "."});
    }
    const std::string untold = "Whether the " + thing.words + " is there could not be checked: ";
    if (reply.status == forbidden) {
        return std::unexpected(
            Finding{thing.check, false,
                    untold + "Berth lacks the right to get " + thing.resource +
                        ". An operator grants it, as deploy/kubernetes/rbac.yaml does."});
    }
    boost::system::error_code error;
    auto value = reply.is_ok() ? boost::json::parse(reply.body, error) : boost::json::value();
    if (error || !value.is_object()) {
        return std::unexpected(Finding{thing.check, true, untold + reply.message() + "."});
    }
    return std::move(value.get_object());
}

bool is_away(const ApiReply& reply) {
    return reply.status == 0 || reply.status == unauthorized || reply.status >= server_error;
}

std::string counted(std::size_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    return text;
}

}  // namespace berth
