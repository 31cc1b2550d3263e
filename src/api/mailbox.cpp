#include "api/mailbox.hpp"

#include <utility>

namespace berth {

void Mailbox::put(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        work_.push_back(std::move(work));
        if (work_.size() > 1) return;  // somebody is on the way already
    }
    asio::post(*io_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->empty_it();
    });
}

void Mailbox::empty_it() {
    std::vector<std::function<void()>> work;
    {
        const std::lock_guard lock(mutex_);
        work.swap(work_);
    }
    for (const auto& one : work) one();
}

}  // namespace berth
