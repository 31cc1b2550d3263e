#include "kubernetes/kubernetes_preflight.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <mutex>

#include "kubernetes/job_environment.hpp"
#include "kubernetes/preflight_rules.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds patience{3'000};

// Shared with the callbacks.
struct Round {
    std::mutex mutex;
    Answers answers;
    std::size_t missing = 0;
    std::promise<void> complete;
};

Answers ask_all(ApiClient& client, const std::vector<std::string>& paths) {
    const auto round = std::make_shared<Round>();
    round->missing = paths.size();
    for (const std::string& path : paths) {
        client.send({.path = path, .patience = patience}, [round, path](const ApiReply& reply) {
            const std::lock_guard lock(round->mutex);
            round->answers.emplace(path, reply);
            if (--round->missing == 0) round->complete.set_value();
        });
    }
    round->complete.get_future().wait();
    const std::lock_guard lock(round->mutex);
    return std::move(round->answers);
}

// Where this server sees a file of the work folder that pods see under in_pod::work.
std::optional<fs::path> seen_from_here(const Resumption& resumption,
                                       const KubernetesOptions& options) {
    const fs::path inside = fs::path(resumption.checkpoint).lexically_relative(in_pod::work);
    if (options.work_folder.empty() || inside.empty() || *inside.begin() == "..") {
        return std::nullopt;
    }
    return options.work_folder / resumption.work_of.text() / inside;
}

// Without it the work would begin anew, and take longer than was booked.
Finding resumption_finding(const Resumption& resumption, const KubernetesOptions& options) {
    const auto file = seen_from_here(resumption, options);
    if (!file) {
        return {"resume", true,
                "it is to go on from " + resumption.checkpoint +
                    ", which this server does not see (launch.kubernetes.work_folder)"};
    }
    std::error_code error;
    const bool is_there = fs::exists(*file, error) && !error;
    return {"resume", is_there,
            is_there ? "it goes on from " + resumption.checkpoint
                     : "The checkpoint " + resumption.checkpoint +
                           " to go on from is gone; put it back, or the work begins anew."};
}

}  // namespace

std::vector<Finding> kubernetes_preflight(ApiClient& client, const KubernetesOptions& options,
                                          const PreflightWish& wish) {
    auto findings =
        preflight_findings(wish, options, ask_all(client, preflight_questions(wish, options)));
    if (wish.resumption && options.work_claim) {
        findings.push_back(resumption_finding(*wish.resumption, options));
    }
    return findings;
}

}  // namespace berth
