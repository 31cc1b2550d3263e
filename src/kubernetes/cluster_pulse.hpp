// Whether a cluster's API server can be reached and lets Berth in, asked every few seconds, for
// whoever wants to know (/readyz).
//
//     const ClusterPulse pulse(client);
//     pulse.trouble()      // "the cluster is out of reach: …", or empty
#pragma once

#include <memory>
#include <string>

#include "kubernetes/api_client.hpp"

namespace berth {

class ClusterPulse {
public:
    // The client must outlive it.
    explicit ClusterPulse(ApiClient& client);
    ~ClusterPulse();
    ClusterPulse(const ClusterPulse&) = delete;
    ClusterPulse& operator=(const ClusterPulse&) = delete;

    // A sentence; empty when all is well. Any thread.
    [[nodiscard]] std::string trouble() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // answers and pauses may outlive it
};

}  // namespace berth
