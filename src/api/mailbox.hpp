// Work for the server's one thread, from any thread: what comes in a burst is fetched with one
// wake-up. What is still there when the server has stopped is dropped.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "api/beast.hpp"

namespace berth {

class Mailbox : public std::enable_shared_from_this<Mailbox> {
public:
    explicit Mailbox(std::shared_ptr<asio::io_context> io) : io_(std::move(io)) {}

    void put(std::function<void()> work);
    // Whether this is the server's thread, so that nothing needs to be put.
    [[nodiscard]] bool is_here() const { return io_->get_executor().running_in_this_thread(); }

private:
    void empty_it();

    std::shared_ptr<asio::io_context> io_;
    std::mutex mutex_;
    std::vector<std::function<void()>> work_;
};

}  // namespace berth
