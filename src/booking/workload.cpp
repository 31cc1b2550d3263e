#include "booking/workload.hpp"

#include <set>
#include <string_view>

namespace berth {

std::string training_document(const Workload& workload) {
    boost::json::object document;
    const auto printed = json::print(workload);
    for (const auto& [key, value] : printed.as_object()) {
        static const std::set<std::string_view> not_the_trainers{
            "argv", "env", "workdir", "image", "volumes", "secrets", "nodes", "gpus_per_node"};
        if (!not_the_trainers.contains(key) && !value.is_null()) document.emplace(key, value);
    }
    return boost::json::serialize(document) + "\n";
}

}  // namespace berth
