#include "apps/berth/workload_arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace berth::cli {

namespace json = boost::json;

namespace {

constexpr std::array text_fields{"model", "data", "name"};
constexpr std::array whole_fields{"epochs", "imgsz", "batch", "workers"};

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& names, const std::string& name) {
    return std::ranges::any_of(names, [&](const char* known) { return name == known; });
}

json::value typed(const std::string& text) {
    if (text == "True" || text == "true") return true;
    if (text == "False" || text == "false") return false;
    if (text == "None") return nullptr;
    long whole = 0;
    const char* end = text.data() + text.size();
    if (auto [at, error] = std::from_chars(text.data(), end, whole);
        error == std::errc{} && at == end) {
        return whole;
    }
    double number = 0;
    if (auto [at, error] = std::from_chars(text.data(), end, number);
        error == std::errc{} && at == end && std::isfinite(number)) {  // JSON has no inf, no nan
        return number;
    }
    return json::value(text);
}

// The job runs in another folder: a file that is here is named by its whole path.
std::string absolute_if_here(const std::string& path, JobPlace place) {
    if (place == JobPlace::container) return path;
    std::error_code error;
    return std::filesystem::exists(path, error) ? std::filesystem::absolute(path).string() : path;
}

}  // namespace

std::expected<json::object, std::string> yolo_workload(const std::vector<std::string>& arguments,
                                                       JobPlace place) {
    json::object workload{{"kind", "yolo"}};
    json::object others;
    for (const auto& argument : arguments) {
        const auto equals = argument.find('=');
        if (equals == std::string::npos || equals == 0) {
            return std::unexpected("after --, write Ultralytics' own key=value arguments; \"" +
                                   argument + "\" is none");
        }
        const std::string key = argument.substr(0, equals);
        const std::string text = argument.substr(equals + 1);
        if (key == "device") {
            return std::unexpected("leave out device=: the job gets the GPUs that are reserved");
        }
        if (is_one_of(text_fields, key)) {
            workload[key] = key == "name" ? text : absolute_if_here(text, place);
        } else if (is_one_of(whole_fields, key)) {
            json::value number = typed(text);
            if (!number.is_int64()) return std::unexpected(key + " must be a whole number");
            workload[key] = std::move(number);
        } else {
            others[key] = typed(text);
        }
    }
    for (const char* needed : {"model", "data"}) {
        const auto* value = workload.if_contains(needed);
        if (value == nullptr || value->get_string().empty()) {
            return std::unexpected(std::string("a training needs ") + needed + "=…");
        }
    }
    if (!others.empty()) workload["args"] = std::move(others);
    return workload;
}

json::object command_workload(const std::vector<std::string>& command, JobPlace place) {
    json::array argv;
    for (const auto& word : command) argv.emplace_back(word);
    json::object workload{{"kind", "command"}, {"argv", std::move(argv)}};
    if (place == JobPlace::here) workload["workdir"] = std::filesystem::current_path().string();
    return workload;
}

std::optional<JobPlace> place_of_jobs(Session& session) {
    const auto in_containers = session.runs_in_containers();
    if (!in_containers) return std::nullopt;
    return *in_containers ? JobPlace::container : JobPlace::here;
}

WishOptions wish_of_pods(WishOptions wish, const ContainerOptions& options) {
    if (!wish.gpu_ids.empty() || !options.gpus_per_node) return wish;
    wish.per_node = options.gpus_per_node;
    if (!wish.gpus) wish.gpus = options.nodes.value_or(1) * *options.gpus_per_node;
    return wish;
}

void add_container_options(CLI::App& command, ContainerOptions& options) {
    // At most so many, so that their product is a number too.
    const CLI::Range count(1, 10'000);
    command.add_option("--image", options.image, "on a cluster: the container's image");
    command.add_option("--volume", options.volumes,
                       "on a cluster: CLAIM:/MOUNT or CLAIM:/MOUNT:ro; may be given again");
    command.add_option("--secret", options.secrets,
                       "on a cluster: a secret whose entries become variables; may be given again");
    command.add_option("--env", options.environment, "NAME=VALUE; may be given again");
    command.add_option("--nodes", options.nodes, "on a cluster: so many pods, each on one node")
        ->check(count);
    command
        .add_option("--gpus-per-node", options.gpus_per_node,
                    "on a cluster: so many GPUs in each pod")
        ->check(count);
}

namespace {

std::expected<json::object, std::string> volume_from(const std::string& typed) {
    const auto first = typed.find(':');
    const auto second = first == std::string::npos ? first : typed.find(':', first + 1);
    const std::string rest = second == std::string::npos ? "" : typed.substr(second + 1);
    const bool is_known = second == std::string::npos || rest == "ro" || rest == "rw";
    if (first == 0 || first == std::string::npos || !is_known) {
        return std::unexpected("--volume " + typed +
                               ": write CLAIM:/MOUNT, or CLAIM:/MOUNT:ro to only read it");
    }
    json::object volume{{"claim", typed.substr(0, first)},
                        {"mount", typed.substr(first + 1, second - first - 1)}};
    if (rest == "ro") volume["read_only"] = true;
    return volume;
}

}  // namespace

std::expected<void, std::string> put_container(json::object& workload,
                                               const ContainerOptions& options) {
    if (!options.image.empty()) workload["image"] = options.image;
    json::array volumes;
    for (const std::string& typed : options.volumes) {
        auto volume = volume_from(typed);
        if (!volume) return std::unexpected(volume.error());
        volumes.push_back(std::move(*volume));
    }
    if (!volumes.empty()) workload["volumes"] = std::move(volumes);
    if (!options.secrets.empty()) {
        workload["secrets"] = json::array(options.secrets.begin(), options.secrets.end());
    }
    json::object environment;
    for (const std::string& typed : options.environment) {
        const auto equals = typed.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return std::unexpected("--env " + typed + ": write NAME=VALUE");
        }
        environment[typed.substr(0, equals)] = typed.substr(equals + 1);
    }
    if (!environment.empty()) workload["env"] = std::move(environment);
    if (options.nodes) workload["nodes"] = *options.nodes;
    if (options.gpus_per_node) workload["gpus_per_node"] = *options.gpus_per_node;
    return {};
}

}  // namespace berth::cli
