// Requests that wait for news: each is looked at now and then, aside, until it has its answer or
// its patience is over. However many wait, they hold no thread and share one timer.
//
//     polls.add(20s, [=](LongPolls::Look look) -> std::optional<Response> { … }, respond);
//
// Any thread may call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/message.hpp"
#include "api/router.hpp"
#include "api/run.hpp"

namespace berth {

class LongPolls {
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class Look {
        may_wait,  // nothing means: not yet
        last,      // must be answered
    };
    using Ask = std::function<std::optional<Response>(Look)>;

    // How soon news is seen.
    static constexpr std::chrono::milliseconds pause{250};

    struct Ways {
        RunLater run_later;  // without it nobody waits: every look is the last
        RunSoon run_aside;
        std::function<Time()> now = std::chrono::steady_clock::now;
        std::function<void(const std::string&)> report;  // what went wrong inside an Ask
    };

    explicit LongPolls(Ways ways);
    ~LongPolls();
    LongPolls(const LongPolls&) = delete;
    LongPolls& operator=(const LongPolls&) = delete;

    // Looks at once, and then again until the patience is over.
    void add(std::chrono::milliseconds patience, Ask ask, Respond respond);
    // Answers all who wait, and from now on everybody at once.
    void close();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace berth
