#include <cstdlib>

#include "kubernetes/cluster_access.hpp"
#include "kubernetes/pem.hpp"

namespace berth {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value != nullptr ? value : "";
}

std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
}

}  // namespace

std::expected<ClusterAccess, std::string> in_cluster_access(
    const std::filesystem::path& service_account) {
    const auto host = environment("KUBERNETES_SERVICE_HOST");
    const auto port = environment("KUBERNETES_SERVICE_PORT");
    if (host.empty() || port.empty()) {
        return std::unexpected(
            "Berth does not run in a pod (KUBERNETES_SERVICE_HOST and _PORT are not set): name a "
            "kubeconfig");
    }
    ClusterAccess access;
    access.token_file = service_account / "token";
    if (auto token = read_text(access.token_file); !token) {
        return std::unexpected(
            "this pod has no service account's token (" + token.error() +
            "): give it a serviceAccountName and leave out automountServiceAccountToken: false");
    }
    auto authority = read_text(service_account / "ca.crt");
    if (!authority) return std::unexpected(authority.error());
    access.authority = *authority;
    access.server = "https://" + (host.contains(':') ? "[" + host + "]" : host) + ":" + port;
    if (auto name = read_text(service_account / "namespace"); name && !trimmed(*name).empty()) {
        access.default_namespace = trimmed(*name);
    }
    return access;
}

}  // namespace berth
