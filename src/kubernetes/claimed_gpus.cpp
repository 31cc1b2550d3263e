#include "kubernetes/claimed_gpus.hpp"

#include <boost/json/array.hpp>

#include "kubernetes/names.hpp"
#include "kubernetes/object_fields.hpp"

namespace berth {

namespace {

namespace js = boost::json;

// Monitoring looks at devices with `adminAccess`, and keeps nobody from them.
int gpus_given(const js::object& claim, const std::string& driver) {
    int count = 0;
    for (const auto& result : array_at(claim, {"status", "allocation", "devices", "results"})) {
        if (!result.is_object()) continue;
        const js::object& device = result.get_object();
        if (text_at(device, {"driver"}) == driver && !flag_at(device, {"adminAccess"})) ++count;
    }
    return count;
}

std::vector<std::string> pods_of(const js::object& claim) {
    std::vector<std::string> uids;
    for (const auto& value : array_at(claim, {"status", "reservedFor"})) {
        if (!value.is_object()) continue;
        const js::object& consumer = value.get_object();
        if (text_at(consumer, {"resource"}) == "pods") {
            uids.push_back(text_at(consumer, {"uid"}));
        }
    }
    return uids;
}

}  // namespace

std::optional<ForeignClaim> foreign_claim(const js::object& resource_claim,
                                          const KubernetesOptions& options) {
    const auto labels = texts_at(resource_claim, {"metadata", "labels"});
    const auto site = labels.find(label::site);
    if (site != labels.end() && site->second == options.site) return std::nullopt;
    ForeignClaim claim{gpus_given(resource_claim, options.device_class), pods_of(resource_claim)};
    if (claim.gpus == 0 || claim.pods.empty()) return std::nullopt;
    return claim;
}

std::set<std::string> ClaimedGpus::take(const std::string& key, std::optional<ForeignClaim> claim) {
    std::set<std::string> touched;
    if (const auto known = claims_.find(key); known != claims_.end()) {
        for (const std::string& pod : known->second.pods) {
            gpus_[pod] -= known->second.gpus;
            touched.insert(pod);
        }
        claims_.erase(known);
    }
    if (claim) {
        for (const std::string& pod : claim->pods) {
            gpus_[pod] += claim->gpus;
            touched.insert(pod);
        }
        claims_.emplace(key, std::move(*claim));
    }
    for (const std::string& pod : touched) {
        if (gpus_.at(pod) == 0) gpus_.erase(pod);
    }
    return touched;
}

int ClaimedGpus::held_by(const std::string& pod_uid) const {
    const auto found = gpus_.find(pod_uid);
    return found == gpus_.end() ? 0 : found->second;
}

}  // namespace berth
