#include "kubernetes/image_rules.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "kubernetes/cluster_answers.hpp"
#include "kubernetes/object_fields.hpp"
#include "kubernetes/objects.hpp"
#include "kubernetes/sights.hpp"

namespace berth {

namespace {

bool has_image(const std::string& node, const std::string& image, const Answers& answers) {
    const auto object = look_for(node_thing(node), answers);
    if (!object) return false;
    for (const std::string& name : node_sight(*object, "").images) {
        if (name == image || full_image_name(name) == full_image_name(image)) return true;
    }
    return false;
}

std::string image_in(const boost::json::object& pod) {
    const auto& containers = array_at(pod, {"spec", "containers"});
    if (containers.empty() || !containers[0].is_object()) return {};
    return text_at(containers[0].get_object(), {"image"});
}

bool has_failed(const PodSight& pod) {
    if (!pod.waiting) return false;
    const std::string& reason = pod.waiting->reason;
    return reason == "ErrImagePull" || reason == "ImagePullBackOff" ||
           reason == "InvalidImageName" || reason == "ErrImageNeverPull" ||
           reason == "RegistryUnavailable" || reason == "ImageInspectError";
}

// The pod that pulls this image on a node of the job's in vain; nothing: none does.
std::optional<PodSight> failed_pull(const PreflightScope& scope, const std::string& image,
                                    const KubernetesOptions& options, const Answers& answers) {
    if (!scope.wish.start_is_near) return std::nullopt;
    const ApiReply& reply = answers.at(image_pulls_path(scope.space, options));
    boost::system::error_code error;
    const auto list = reply.is_ok() ? boost::json::parse(reply.body, error) : boost::json::value();
    if (error || !list.is_object()) return std::nullopt;
    for (const auto& item : array_at(list.get_object(), {"items"})) {
        if (!item.is_object() || image_in(item.get_object()) != image) continue;
        PodSight pod = pod_sight(item.get_object(), options.resource);
        const bool is_on_its_nodes = std::ranges::find(scope.nodes, pod.node) != scope.nodes.end();
        if (is_on_its_nodes && has_failed(pod)) return pod;
    }
    return std::nullopt;
}

}  // namespace

std::string full_image_name(const std::string& image) {
    std::string name = image;
    const auto slash = name.find('/');
    const std::string first = name.substr(0, slash);
    const bool has_registry =
        slash != std::string::npos &&
        (first.find_first_of(".:") != std::string::npos || first == "localhost");
    if (!has_registry)
        name = (slash == std::string::npos ? "docker.io/library/" : "docker.io/") + name;
    const bool has_tag = name.find_first_of(":@", name.rfind('/')) != std::string::npos;
    return has_tag ? name : name + ":latest";
}

Finding image_finding(const PreflightScope& scope, const KubernetesOptions& options,
                      const Answers& answers) {
    const auto image = image_of(scope.wish.workload, options);
    if (!image) {
        return {"image", false,
                "No image is named: name one in the workload, or an operator sets one for all in "
                "launch.kubernetes.image."};
    }
    std::vector<std::string> without;
    for (const auto& node : scope.nodes) {
        if (!has_image(node, *image, answers)) without.push_back(node);
    }
    if (without.empty()) return {"image", true, "the image " + *image + " is on its nodes"};
    if (const auto pod = failed_pull(scope, *image, options, answers)) {
        const std::string why =
            pod->waiting->message.empty() ? pod->waiting->reason : pod->waiting->message;
        return {
            "image", false,
            "The image " + *image + " cannot be pulled on " + pod->node + ": " + why +
                ". Check its name and tag, and whether the image pull secrets are good for it."};
    }
    const bool is_pulled_ahead = options.prepares_ahead.count() > 0;
    return {"image", true,
            "the image " + *image + " is not on " + listed(without) + " yet; it is pulled " +
                (is_pulled_ahead
                     ? std::to_string(options.prepares_ahead.count()) + " minutes before the start"
                     : "at the start")};
}

}  // namespace berth
