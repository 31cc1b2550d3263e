// What may be asked of the launcher from any thread: it changes what is wanted, and nothing else.
#include <algorithm>

#include "kubernetes/launcher_actor.hpp"

namespace berth {

void LauncherActor::on_change(std::function<void()> call) {
    {
        const std::lock_guard lock(call_mutex_);
        changed_ = std::move(call);
    }
    tools_.client.call([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->tell_change();
    });
}

bool LauncherActor::knows_all() {
    const std::lock_guard lock(mutex_);
    return knows_all_;
}

std::vector<AttemptStatus> LauncherActor::statuses() {
    const std::lock_guard lock(mutex_);
    std::vector<AttemptStatus> all;
    all.reserve(published_.size());
    for (const auto& [id, status] : published_) all.push_back(status);
    return all;
}

void LauncherActor::prepare(const AttemptOrder& order) {
    {
        const std::lock_guard lock(mutex_);
        AttemptWish& wish = wishes_[order.id];
        if (wish.order) return;
        wish.prepared_at = std::max(tools_.clock.now(), order.starts_at);
        wish.prepare = std::make_shared<const AttemptOrder>(order);
    }
    touch(order.id);
}

void LauncherActor::order(const AttemptOrder& order) {
    {
        const std::lock_guard lock(mutex_);
        AttemptWish& wish = wishes_[order.id];
        if (wish.order || wish.forget) return;
        wish.order = std::make_shared<const AttemptOrder>(order);
        wish.prepare.reset();
        // A clock that was set back must not make it late when it is set right again.
        if (wish.ordered_at == Instant{}) {
            wish.ordered_at = std::max(tools_.clock.now(), order.starts_at);
        }
        if (!wish.ends_at) wish.ends_at = order.ends_at;
        AttemptStatus status;
        status.id = order.id;
        published_.try_emplace(order.id, std::move(status));
    }
    touch(order.id);
}

void LauncherActor::want(const AttemptId& id, const std::function<bool(AttemptWish&)>& change) {
    {
        const std::lock_guard lock(mutex_);
        if (!published_.contains(id)) return;
        if (!change(wishes_[id])) return;
    }
    touch(id);
}

void LauncherActor::forget(const AttemptId& id) {
    {
        const std::lock_guard lock(mutex_);
        if (published_.erase(id) == 0) return;
        wishes_[id].forget = true;
    }
    touch(id);
}

std::filesystem::path LauncherActor::log_file(const AttemptId& id) const {
    return log_file_in(tools_.options.attempts_folder, id);
}

}  // namespace berth
