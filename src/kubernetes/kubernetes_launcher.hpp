// Runs attempts as Volcano Jobs on a Kubernetes cluster: submits each at its start, pinned to the
// reserved nodes as a gang, gives notice through the pods' annotations, ends it in time, and keeps
// the logs of its pods before anything is deleted.
//
// The cluster is the truth: Jobs and pods are found again by their labels whoever crashed, and what
// was accepted once (acceptance_record.hpp) is never submitted again, even when somebody deleted
// it. While the API server is away every attempt keeps its last known phase or is `unknown`, and
// what is wanted is done as soon as it is back.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/clock_port.hpp"
#include "engine/launcher_port.hpp"
#include "kubernetes/api_client.hpp"
#include "kubernetes/kubernetes_options.hpp"

namespace berth {

class KubernetesLauncher : public LauncherPort {
public:
    // Keeps a reference to both, which must outlive it. Throws std::runtime_error when the folder
    // of logs cannot be made. `report` is given sentences for the operator.
    KubernetesLauncher(ApiClient& client, ClockPort& clock, KubernetesOptions options,
                       std::function<void(const std::string&)> report);
    ~KubernetesLauncher() override;
    KubernetesLauncher(const KubernetesLauncher&) = delete;
    KubernetesLauncher& operator=(const KubernetesLauncher&) = delete;

    void on_change(std::function<void()> call) override;
    bool knows_all() override;
    [[nodiscard]] Duration prepares_ahead() const override;
    void prepare(const AttemptOrder& order) override;
    void start(const AttemptOrder& order) override;
    void notify(const AttemptId& id, const std::string& kind, Instant deadline,
                const std::string& message) override;
    void withdraw_notice(const AttemptId& id) override;
    void set_end(const AttemptId& id, Instant ends_at) override;
    void stop(const AttemptId& id) override;
    [[nodiscard]] std::vector<AttemptStatus> attempts() override;
    void forget(const AttemptId& id) override;
    // Asks the API server: image, claims, secrets, queue, nodes. Seconds at most.
    [[nodiscard]] std::vector<Finding> preflight(const PreflightWish& wish) override;
    [[nodiscard]] std::string log_file(const AttemptId& id) const override;
    [[nodiscard]] std::string work_folder(ReservationId work_of) const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
