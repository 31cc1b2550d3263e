#include "api/json_text.hpp"

#include <charconv>
#include <cmath>

namespace berth {

void append_progress_members(std::string& out, const EpochProgress& progress) {
    out += ",\"epoch\":" + std::to_string(progress.epoch);
    out += ",\"epochs\":" + std::to_string(progress.epochs);
    out += ",\"eta_seconds\":";
    if (!progress.eta_seconds || !std::isfinite(*progress.eta_seconds)) {
        out += "null";
        return;
    }
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, *progress.eta_seconds);
    out.append(text, error == std::errc{} ? end : text);
}

}  // namespace berth
