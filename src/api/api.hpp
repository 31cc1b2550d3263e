// The whole HTTP interface without its sockets: a request in, an answer out, perhaps later and on
// another thread.
//
//     Api api(context);
//     api.handle(request, [](Response response) { … });
#pragma once

#include "api/context.hpp"
#include "api/event_hub.hpp"
#include "api/long_polls.hpp"
#include "api/page.hpp"
#include "api/plan_book.hpp"
#include "api/progress_board.hpp"
#include "api/router.hpp"
#include "api/services.hpp"

namespace berth {

class Api {
public:
    // Without `run_soon`, answers to commands are made on the engine's writer thread.
    // What takes long is made where `run_aside` runs it. Without `run_later`, who would wait for
    // news is answered at once. Searches through the whole record run where `run_search` says.
    explicit Api(ApiContext context, RunSoon run_soon = run_at_once,
                 RunSoon run_aside = run_at_once, RunLater run_later = {},
                 RunSoon run_search = run_at_once);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    void handle(Request request, Respond respond) const;
    [[nodiscard]] std::vector<const Operation*> operations() const { return router_.operations(); }
    // Ends all live streams, and answers all who wait for news.
    void close_streams() {
        hub_.close();
        polls_.close();
    }

private:
    static void run_at_once(const std::function<void()>& what) { what(); }

    const ApiContext context_;
    ProgressBoard board_;
    EventHub hub_;
    PlanBook plans_;
    LongPolls polls_;
    const Services services_;
    Page page_;
    Router router_;
};

}  // namespace berth
