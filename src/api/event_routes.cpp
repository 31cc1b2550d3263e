// GET /api/v1/events: the live stream.
#include <atomic>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "api/query.hpp"
#include "api/services.hpp"

namespace berth {

namespace {

// Is counted as long as somebody listens to it.
class CountedStream : public BodyStream {
public:
    CountedStream(std::shared_ptr<BodyStream> stream,
                  std::shared_ptr<std::atomic<std::uint64_t>> count)
        : stream_(std::move(stream)), count_(std::move(count)) {
        ++*count_;
    }
    ~CountedStream() override { --*count_; }
    CountedStream(const CountedStream&) = delete;
    CountedStream& operator=(const CountedStream&) = delete;

    std::optional<std::string> next() override { return stream_->next(); }
    void on_more(std::function<void()> wake) override { stream_->on_more(std::move(wake)); }

private:
    std::shared_ptr<BodyStream> stream_;
    std::shared_ptr<std::atomic<std::uint64_t>> count_;
};

Response follow(const Services& services, const Request& request) {
    const std::string_view text = request.header("Last-Event-ID");
    std::optional<std::uint64_t> last_seen;
    if (!text.empty()) {
        std::uint64_t number = 0;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), last, number);
        if (error != std::errc{} || end != last) {
            return to_response(bad_query("Last-Event-ID", "send the id of the last event you got"));
        }
        last_seen = number;
    }
    Response response;
    response.headers["Content-Type"] = "text/event-stream";
    response.headers["Cache-Control"] = "no-cache";
    response.headers["X-Accel-Buffering"] = "no";  // nginx would hold events back
    response.stream =
        std::make_shared<CountedStream>(services.hub.listen(last_seen), services.listeners);
    return response;
}

Operation follow_operation() {
    return {.method = "GET",
            .pattern = "/api/v1/events",
            .id = "followEvents",
            .summary =
                "The live stream: one server-sent event for each row of the journal, named "
                "by its kind, with its sequence number as id; and \"progress\" of jobs",
            .parameters = {header_parameter("Last-Event-ID",
                                            "The id of the last event that was seen: what came "
                                            "after it comes first",
                                            json::text_schema("^[0-9]{1,18}$"))},
            .answers = {text_answer(200, "It does not end", "text/event-stream")}};
}

}  // namespace

void add_event_routes(Router& router, const Services& services) {
    router.add(follow_operation(), DirectHandler([&services](const Request& request) {
                   return follow(services, request);
               }));
}

}  // namespace berth
