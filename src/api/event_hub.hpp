// The live stream: every committed row, and progress, to every listener, as server-sent events.
//
//     auto listener = hub.listen(41);          // everything after row 41
//     listener->on_more([] { … });             // called when next() may give more
//     while (auto text = listener->next()) …   // "" when there is nothing yet
//
// A listener first reads what it missed from the journal and then goes over to what is published,
// without a gap or a double. Rows read back from the journal come with their reservation as it
// stands now, live ones with their reservation as it stood right after the row. A listener that
// lags too far behind is ended; it comes back with its Last-Event-ID. Any thread may call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/context.hpp"
#include "api/message.hpp"
#include "api/progress_board.hpp"
#include "api/run.hpp"

namespace berth {

class EventHub {
public:
    // Listeners are woken where `run_soon` runs it.
    explicit EventHub(const ApiContext& context, ProgressBoard& board, RunSoon run_soon = run_now);
    ~EventHub();
    EventHub(const EventHub&) = delete;
    EventHub& operator=(const EventHub&) = delete;

    // Rows after `last_seen`; without it, those from now on.
    std::shared_ptr<BodyStream> listen(std::optional<std::uint64_t> last_seen);
    // `seen` is what the report says of epochs; what it measured is told too.
    void publish_progress(const Progress& report, const EpochProgress& seen);
    // Ends all listeners, and those that come later.
    void close();

private:
    static void run_now(const std::function<void()>& what) { what(); }

    struct Shared;
    class Listener;

    std::shared_ptr<Shared> shared_;
    std::uint64_t subscription_ = 0;
};

}  // namespace berth
