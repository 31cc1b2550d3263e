#include "apps/berth/live_events.hpp"

namespace berth::cli {

std::vector<LiveEvent> EventParser::feed(std::string_view piece) {
    std::vector<LiveEvent> complete;
    rest_ += piece;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        std::string_view line(rest_.data() + begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        take_line(line, complete);
    }
    rest_.erase(0, begin);
    return complete;
}

void EventParser::start_again() {
    rest_.clear();
    event_ = {};
    has_data_ = false;
}

void EventParser::take_line(std::string_view line, std::vector<LiveEvent>& complete) {
    if (line.empty()) {
        if (!event_.id.empty()) last_id_ = event_.id;
        if (has_data_) complete.push_back(std::move(event_));
        event_ = {};
        has_data_ = false;
        return;
    }
    const auto colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "id") {
        event_.id = value;
    } else if (field == "event") {
        event_.name = value;
    } else if (field == "data") {
        if (has_data_) event_.data += '\n';
        event_.data += value;
        has_data_ = true;
    }
}

}  // namespace berth::cli
