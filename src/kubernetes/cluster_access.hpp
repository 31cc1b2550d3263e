// Where a cluster's API server is and how to log in there: read from a kubeconfig, or from what
// Kubernetes puts into a pod.
//
//     auto access = read_kubeconfig("/etc/berth/kubeconfig", {});      // or in_cluster_access()
//     if (!access) … access.error() is a sentence that says what to do …
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace berth {

// Certificates and keys are PEM text. To log in there is a certificate, or a token or a file of
// one, or both, or neither (anonymous); never both a token and a file.
struct ClusterAccess {
    std::string server;     // "https://10.0.0.1:6443", without a slash at its end
    std::string authority;  // whose certificates to trust; empty: the system's
    std::optional<std::string> server_name = {};  // that the certificate is to bear
    bool trusts_anyone = false;                   // insecure-skip-tls-verify
    std::string certificate = {};
    std::string key = {};
    std::string token = {};
    // Read anew every minute and when a request is answered 401.
    std::filesystem::path token_file = {};
    std::string default_namespace = "default";
};

// `context`: the file's current one when absent. Relative paths are meant from the file's folder.
// Errors: not readable, no such context, exec plugins and auth providers (which would have Berth
// run a program to log in: use a certificate, a token or a token file instead), user and password,
// acting as somebody else, a proxy, an address without TLS.
std::expected<ClusterAccess, std::string> read_kubeconfig(
    const std::filesystem::path& file, const std::optional<std::string>& context);

// From KUBERNETES_SERVICE_HOST and _PORT and the service account's folder.
// Error: this is not a pod, or it has no service account's token.
std::expected<ClusterAccess, std::string> in_cluster_access(
    const std::filesystem::path& service_account = "/var/run/secrets/kubernetes.io/serviceaccount");

}  // namespace berth
