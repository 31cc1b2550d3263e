// Objects as a real cluster showed them (data/), by name.
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "kubernetes/sights.hpp"

namespace berth::seen {

inline boost::json::array all(const std::string& file) {
    std::ifstream in("tests/kubernetes/data/" + file);
    if (!in) throw std::runtime_error("no " + file);
    std::stringstream text;
    text << in.rdbuf();
    return boost::json::parse(text.str()).as_array();
}

inline boost::json::object one(const std::string& file, const std::string& name) {
    for (const auto& object : all(file)) {
        const std::string found(object.at("metadata").at("name").as_string());
        if (found.starts_with(name)) return object.as_object();
    }
    throw std::runtime_error("no " + name + " in " + file);
}

inline PodSight pod(const std::string& name) {
    return pod_sight(one("pods.json", name), "nvidia.com/gpu");
}
inline JobSight job(const std::string& name) {
    return job_sight(one("jobs.json", name));
}
inline PodGroupSight group(const std::string& name) {
    return pod_group_sight(one("pod_groups.json", name));
}
inline NodeSight node(const std::string& name) {
    return node_sight(one("nodes.json", name), "nvidia.com/gpu");
}
inline EventSight event(const std::string& name) {
    return event_sight(one("events.json", name));
}

}  // namespace berth::seen
