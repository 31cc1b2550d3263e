#include <yaml-cpp/yaml.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "kubernetes/cluster_access.hpp"
#include "kubernetes/pem.hpp"

namespace berth {

namespace {

using Refusal = std::unexpected<std::string>;
template <class T>
using OrWords = std::expected<T, std::string>;

// One kubeconfig: its errors name it.
struct Kubeconfig {
    std::filesystem::path file;
    YAML::Node root;

    [[nodiscard]] Refusal refuse(const std::string& what) const {
        return Refusal("the kubeconfig " + file.string() + ": " + what);
    }
    // The `kind` of the entry of that name in the list `list`.
    [[nodiscard]] OrWords<YAML::Node> entry(const std::string& list, const std::string& kind,
                                            const std::string& name) const;
    [[nodiscard]] std::string names_in(const std::string& list) const;
    [[nodiscard]] std::filesystem::path beside(const std::string& path) const {
        return file.parent_path() / path;  // an absolute path stays what it is
    }
    // PEM text under `key`-data, as base64, or in the file that `key` names. Empty: neither is
    // there.
    [[nodiscard]] OrWords<std::string> pem(const YAML::Node& node, const std::string& key) const;
};

std::string text_at(const YAML::Node& node, const std::string& key) {
    const YAML::Node found = node[key];
    return found && found.IsScalar() ? found.Scalar() : std::string();
}

bool has(const YAML::Node& node, const std::string& key) {
    const YAML::Node found = node[key];
    return found && !found.IsNull() && !(found.IsScalar() && found.Scalar().empty());
}

OrWords<YAML::Node> Kubeconfig::entry(const std::string& list, const std::string& kind,
                                      const std::string& name) const {
    const YAML::Node all = root[list];
    if (all && all.IsSequence()) {
        for (const YAML::Node& one : all) {
            if (one.IsMap() && text_at(one, "name") == name && one[kind] && one[kind].IsMap()) {
                return one[kind];
            }
        }
    }
    const auto names = names_in(list);
    return refuse("it has no " + kind + " named " + name +
                  (names.empty() ? std::string() : "; it has " + names));
}

std::string Kubeconfig::names_in(const std::string& list) const {
    std::string names;
    const YAML::Node all = root[list];
    if (!all || !all.IsSequence()) return names;
    for (const YAML::Node& one : all) {
        if (!one.IsMap()) continue;
        if (!names.empty()) names += ", ";
        names += text_at(one, "name");
    }
    return names;
}

OrWords<std::string> Kubeconfig::pem(const YAML::Node& node, const std::string& key) const {
    OrWords<std::string> text;
    if (has(node, key + "-data")) {
        text = decode_base64(text_at(node, key + "-data"));
        if (!text) return refuse(key + "-data " + text.error());
    } else if (has(node, key)) {
        text = read_text(beside(text_at(node, key)));
        if (!text) return refuse(key + ": " + text.error());
    } else {
        return text;
    }
    if (!is_pem(*text)) return refuse(key + " holds no PEM text (-----BEGIN …)");
    return text;
}

bool is_loopback(const boost::urls::url_view& url) {
    const std::string host(url.encoded_host());
    return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

OrWords<void> read_server(const Kubeconfig& config, const YAML::Node& cluster,
                          ClusterAccess& access) {
    access.server = text_at(cluster, "server");
    while (access.server.ends_with('/')) access.server.pop_back();
    const auto url = boost::urls::parse_uri(access.server);
    if (!url || url->encoded_host().empty()) {
        return config.refuse("its server \"" + access.server +
                             "\" is no address such as https://10.0.0.1:6443");
    }
    const bool is_safe = url->scheme() == "https" || (url->scheme() == "http" && is_loopback(*url));
    if (!is_safe) {
        return config.refuse("its server " + access.server +
                             " must begin with https://, so that the log-in stays secret");
    }
    if (has(cluster, "proxy-url")) {
        return config.refuse(
            "it names a proxy (proxy-url), and Berth speaks to the API server directly: remove it "
            "and name an address of the server that can be reached from here");
    }
    return {};
}

OrWords<void> read_trust(const Kubeconfig& config, const YAML::Node& cluster,
                         ClusterAccess& access) {
    access.trusts_anyone = text_at(cluster, "insecure-skip-tls-verify") == "true";
    if (has(cluster, "tls-server-name")) access.server_name = text_at(cluster, "tls-server-name");
    auto authority = config.pem(cluster, "certificate-authority");
    if (!authority) return Refusal(authority.error());
    access.authority = *authority;
    return {};
}

constexpr auto what_instead =
    "Make a service account for Berth (deploy/kubernetes has one) and put its token here (token or "
    "tokenFile), or use a client certificate";

OrWords<void> refuse_other_log_ins(const Kubeconfig& config, const YAML::Node& user) {
    if (has(user, "exec")) {
        const auto program = text_at(user["exec"], "command");
        return config.refuse("it logs in by running a program (exec: " + program +
                             "), which Berth does not do. " + what_instead);
    }
    if (has(user, "auth-provider")) {
        return config.refuse(
            std::string("it logs in by an auth-provider, which Kubernetes has given up. ") +
            what_instead);
    }
    if (has(user, "username") || has(user, "password")) {
        return config.refuse(
            std::string(
                "it logs in with a name and a password, which API servers no longer take. ") +
            what_instead);
    }
    if (has(user, "as") || has(user, "as-uid") || has(user, "as-groups")) {
        return config.refuse(std::string("it acts as somebody else (as), which Berth does not. ") +
                             what_instead);
    }
    return {};
}

OrWords<void> read_user(const Kubeconfig& config, const YAML::Node& user, ClusterAccess& access) {
    if (auto allowed = refuse_other_log_ins(config, user); !allowed) return allowed;
    auto certificate = config.pem(user, "client-certificate");
    if (!certificate) return Refusal(certificate.error());
    auto key = config.pem(user, "client-key");
    if (!key) return Refusal(key.error());
    if (certificate->empty() != key->empty()) {
        return config.refuse("client-certificate and client-key are of use only together");
    }
    access.certificate = *certificate;
    access.key = *key;
    access.token = text_at(user, "token");
    if (!has(user, "tokenFile")) return {};
    access.token_file = config.beside(text_at(user, "tokenFile"));
    access.token.clear();  // as with kubectl, the file counts
    if (auto token = read_text(access.token_file); !token) {
        return config.refuse("tokenFile: " + token.error());
    }
    return {};
}

OrWords<ClusterAccess> read_context(const Kubeconfig& config, const std::string& name) {
    const auto context = config.entry("contexts", "context", name);
    if (!context) return Refusal(context.error());
    const auto cluster = config.entry("clusters", "cluster", text_at(*context, "cluster"));
    if (!cluster) return Refusal(cluster.error());

    ClusterAccess access;
    if (auto done = read_server(config, *cluster, access); !done) return Refusal(done.error());
    if (auto done = read_trust(config, *cluster, access); !done) return Refusal(done.error());
    if (has(*context, "user")) {
        const auto user = config.entry("users", "user", text_at(*context, "user"));
        if (!user) return Refusal(user.error());
        if (auto done = read_user(config, *user, access); !done) return Refusal(done.error());
    }
    if (has(*context, "namespace")) access.default_namespace = text_at(*context, "namespace");
    return access;
}

}  // namespace

std::expected<ClusterAccess, std::string> read_kubeconfig(
    const std::filesystem::path& file, const std::optional<std::string>& context) {
    const auto text = read_text(file);
    if (!text) return Refusal("the kubeconfig " + text.error());
    Kubeconfig config{.file = file, .root = {}};
    try {
        config.root = YAML::Load(*text);
        if (!config.root.IsMap()) return config.refuse("it is not what kubectl config view prints");
        const auto name = context.value_or(text_at(config.root, "current-context"));
        if (name.empty()) {
            const auto names = config.names_in("contexts");
            return config.refuse("it has no current context; say which one to use" +
                                 (names.empty() ? std::string() : ": it has " + names));
        }
        return read_context(config, name);
    } catch (const YAML::Exception& error) {
        return config.refuse(std::string("it cannot be understood: ") + error.what());
    }
}

}  // namespace berth
