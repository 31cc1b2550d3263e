// The live stream as events: the bytes of GET /api/v1/events, in whatever pieces they come.
//
//     EventParser parser;
//     for (const LiveEvent& event : parser.feed(piece)) show(event.name, event.data);
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

struct LiveEvent {
    std::string id;    // empty: the event has none
    std::string name;  // "reservation_running", "progress"
    std::string data;

    bool operator==(const LiveEvent&) const = default;
};

class EventParser {
public:
    // The events that this piece completes.
    std::vector<LiveEvent> feed(std::string_view piece);
    // The last id seen, for Last-Event-ID.
    [[nodiscard]] const std::string& last_id() const { return last_id_; }
    // After a lost connection: half an event is none.
    void start_again();

private:
    void take_line(std::string_view line, std::vector<LiveEvent>& complete);

    std::string rest_;  // the line that is not whole yet
    LiveEvent event_;
    bool has_data_ = false;
    std::string last_id_;
};

}  // namespace berth::cli
