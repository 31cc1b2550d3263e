// A request and its answer as plain values: handlers know nothing of sockets, and tests call them
// without any.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth {

struct LessIgnoringCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, LessIgnoringCase>;

struct Request {
    std::string method;
    std::string target;                             // as it came: "/api/v1/fleet?x=1"
    std::vector<std::string> segments;              // of the path, decoded
    std::map<std::string, std::string> query;       // decoded; the last of equal names counts
    std::map<std::string, std::string> parameters;  // what the route's {names} matched
    Headers headers;
    std::string body;

    // "" when it is not there.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> query_value(const std::string& name) const;
    [[nodiscard]] const std::string& parameter(const std::string& name) const;
};

// Fills `segments` and `query` from `target`. Error: a sentence.
std::expected<void, std::string> parse_target(Request& request);

// A body without an end, sent piece by piece. Pulled by one session on one thread.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    // The next piece; empty when there is none yet; nothing when the stream is over.
    virtual std::optional<std::string> next() = 0;
    // `wake` is called from any thread when next() may have more to give.
    virtual void on_more(std::function<void()> wake) = 0;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::shared_ptr<const std::string> shared_body;  // instead of `body`: many get the same
    std::shared_ptr<BodyStream> stream;              // instead of `body`

    [[nodiscard]] const std::string& text() const { return shared_body ? *shared_body : body; }
};

Response text_response(int status, std::string text);
Response json_response(int status, std::string document);
Response no_content();

// A strong entity tag with its quotes.
std::string entity_tag(std::string_view value);
// Whether If-None-Match names the tag; RFC 9110 compares weakly here.
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace berth
