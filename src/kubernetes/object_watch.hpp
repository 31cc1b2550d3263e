// All objects of a kind in step with the API server: lists them (page by page), then watches with
// bookmarks, goes on where it was cut off, and lists again when the server was away or no longer
// knows where that was. A server that is away is asked again with growing pauses, of at most 3 s.
//
// What a list lacks is reported gone, so the listener always ends with what the server has. Memory:
// the keys alone; objects are handed on one by one.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>

#include "kubernetes/api_client.hpp"

namespace berth {

struct WatchedObjects {
    std::string path;                 // "/apis/batch.volcano.sh/v1alpha1/namespaces/x/jobs"
    std::string label_selector = {};  // unescaped: "berth.dev/site=berth"
    std::string field_selector = {};
};

// All on the client's thread. A key is "namespace/name", or "name" where there is no namespace.
struct WatchListener {
    std::function<void(const std::string& key, const boost::json::object& object)> seen;
    std::function<void(const std::string& key)> gone;
    // A list is complete: what was not seen since the listing began has been reported gone.
    std::function<void()> in_step;
    // The server cannot be reached or refuses, in words; again only after it was in step.
    std::function<void(const std::string&)> trouble;
};

class ObjectWatch {
public:
    // Keeps a reference to the client, which must outlive it.
    ObjectWatch(ApiClient& client, WatchedObjects what, WatchListener listener);
    // When this returns, no callback runs or comes any more. On any thread, holding no lock that
    // the callbacks take; in a callback of its own too.
    ~ObjectWatch();
    ObjectWatch(const ObjectWatch&) = delete;
    ObjectWatch& operator=(const ObjectWatch&) = delete;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace berth
