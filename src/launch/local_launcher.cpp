#include "launch/local_launcher.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "files/durable_file.hpp"
#include "launch/attempt_book.hpp"
#include "launch/attempt_watch.hpp"
#include "launch/job_order.hpp"
#include "launch/preflight.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::hours longest_wait{1};

LaunchOptions with_folders(LaunchOptions options) {
    options.attempts_folder = fs::absolute(options.attempts_folder);
    options.work_folder = fs::absolute(options.work_folder);
    for (const auto& folder : {options.attempts_folder, options.work_folder}) {
        if (const auto made = make_folder_durably(folder); !made) {
            throw std::runtime_error(made.error());
        }
    }
    // Orders hold the jobs' tokens and environments.
    fs::permissions(options.attempts_folder, fs::perms::owner_all);
    return options;
}

}  // namespace

// Two threads: the watch's, which sees supervisors end and starts who waited for them; and the
// deadlines', which waits on the site's clock. `mutex` guards the book and what follows it.
struct LocalLauncher::Impl {
    Impl(ClockPort& site_clock, LaunchOptions launch_options)
        : clock(site_clock),
          options(with_folders(std::move(launch_options))),
          watch([this] { return look(); }),
          book(clock, options, [this](const ProcessMark& process) { watch.watch(process); }),
          deadlines([this](const std::stop_token& stop) { hold_to_time(stop); }) {
        const std::lock_guard lock(mutex);
        is_ready = true;
        watch.wake();
    }

    ~Impl() {
        deadlines.request_stop();
        touch();
        deadlines.join();
        watch.stop();  // before the book goes, which it looks into
    }

    std::optional<std::chrono::milliseconds> look() {
        std::optional<std::chrono::milliseconds> next;
        bool is_changed = false;
        {
            const std::lock_guard lock(mutex);
            if (!is_ready) return std::nullopt;
            next = book.look();
            is_changed = book.take_changed();
            if (is_changed) {
                deadlines_moved = true;
                deadlines_changed.notify_all();
            }
        }
        // Not under `mutex`: the callback may ask the launcher.
        const std::lock_guard lock(call_mutex);
        if (is_changed && changed) changed();
        return next;
    }

    void hold_to_time(const std::stop_token& stop) {
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            deadlines_moved = false;
            const auto next = book.hold_to_time();
            watch.wake();
            const Instant latest = clock.now() + longest_wait;
            clock.wait_until(lock, deadlines_changed, next ? std::min(*next, latest) : latest,
                             [&] { return stop.stop_requested() || deadlines_moved; });
        }
    }

    // After something was asked for: the watch tells of changes, the deadlines are other ones.
    void touch() {
        {
            const std::lock_guard lock(mutex);
            deadlines_moved = true;
            deadlines_changed.notify_all();
        }
        watch.wake();
    }

    ClockPort& clock;
    const LaunchOptions options;
    std::mutex mutex;
    std::condition_variable deadlines_changed;
    bool deadlines_moved = false;
    bool is_ready = false;
    std::mutex call_mutex;  // held while `changed` is called or replaced
    std::function<void()> changed;
    AttemptWatch watch;
    AttemptBook book;
    std::jthread deadlines;
};

LocalLauncher::LocalLauncher(ClockPort& clock, LaunchOptions options)
    : impl_(std::make_unique<Impl>(clock, std::move(options))) {}

LocalLauncher::~LocalLauncher() = default;

void LocalLauncher::on_change(std::function<void()> call) {
    {
        const std::lock_guard lock(impl_->call_mutex);
        impl_->changed = std::move(call);
    }
    impl_->touch();
}

void LocalLauncher::start(const AttemptOrder& order) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->book.order(order);
    }
    impl_->touch();
}

void LocalLauncher::notify(const AttemptId& id, const std::string& kind, Instant deadline,
                           const std::string& message) {
    const std::lock_guard lock(impl_->mutex);
    impl_->book.notify(id, kind, deadline, message);
}

void LocalLauncher::withdraw_notice(const AttemptId& id) {
    const std::lock_guard lock(impl_->mutex);
    impl_->book.withdraw_notice(id);
}

void LocalLauncher::set_end(const AttemptId& id, Instant ends_at) {
    {
        const std::lock_guard lock(impl_->mutex);
        if (!impl_->book.set_end(id, ends_at)) return;
    }
    impl_->touch();
}

void LocalLauncher::stop(const AttemptId& id) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->book.stop(id);
    }
    impl_->touch();
}

std::vector<AttemptStatus> LocalLauncher::attempts() {
    const std::lock_guard lock(impl_->mutex);
    return impl_->book.statuses();
}

void LocalLauncher::forget(const AttemptId& id) {
    const std::lock_guard lock(impl_->mutex);
    impl_->book.forget(id);
}

std::vector<Finding> LocalLauncher::preflight(const PreflightWish& wish) {
    return check_beforehand(wish.workload, wish.resumption, impl_->options);
}

std::string LocalLauncher::log_file(const AttemptId& id) const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->book.folder_of(id).log_file().string();
}

std::string LocalLauncher::work_folder(ReservationId work_of) const {
    return work_folder_of(work_of, impl_->options).string();
}

}  // namespace berth
