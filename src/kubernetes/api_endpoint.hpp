// What every transfer to one API server has in common, for libcurl: its address, whose certificates
// to trust, the certificate to show. Must outlive the handles that were made ready with it.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "kubernetes/cluster_access.hpp"

namespace berth {

using CurlHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using CurlList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// libcurl's global state, made before any thread uses it.
void init_curl_once();
void append(CurlList& list, const std::string& line);

class ApiEndpoint {
public:
    explicit ApiEndpoint(ClusterAccess access);

    [[nodiscard]] const ClusterAccess& access() const { return access_; }
    void make_ready(CURL* handle, const std::string& path) const;
    // Empty, unless the server is to be called by another name than that of its address.
    [[nodiscard]] const std::string& host_header() const { return host_header_; }

private:
    ClusterAccess access_;
    std::string base_;  // scheme, host and port
    CurlList connect_to_{nullptr, &curl_slist_free_all};
    std::string host_header_;
};

}  // namespace berth
