// How things are to be called on a cluster, as Kubernetes and the container registries hold it.
// ASCII alone; nothing depends on the locale.
#pragma once

#include <string_view>

namespace berth {

bool is_dns_label(std::string_view name, std::size_t longest = 63);  // "team-vision"
bool is_dns_name(std::string_view name);                             // labels with dots, 253 bytes
bool is_qualified_name(std::string_view name);                       // "nvidia.com/gpu"
bool is_environment_name(std::string_view name);                     // "OMP_NUM_THREADS"
// "[host[:port]/]path[:tag][@sha256:…]", 512 bytes at most.
bool is_image_reference(std::string_view name);

}  // namespace berth
