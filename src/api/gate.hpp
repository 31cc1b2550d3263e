// Holds one coroutine back until somebody on the same thread lets it go on.
#pragma once

#include <functional>
#include <utility>

#include "api/beast.hpp"

namespace berth {

class Gate {
public:
    Task<void> wait() {
        return asio::async_initiate<decltype(as_task), void()>(
            [this](auto handler) {
                waiting_ = [kept = std::move(handler)]() mutable { std::move(kept)(); };
            },
            as_task);
    }
    // Runs whoever waits, before it returns. Nobody may wait: then nothing happens.
    void open() {
        if (auto go_on = std::exchange(waiting_, nullptr)) go_on();
    }

private:
    std::move_only_function<void()> waiting_;
};

}  // namespace berth
