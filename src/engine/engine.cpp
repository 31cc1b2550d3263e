#include "engine/engine.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "engine/recover.hpp"

namespace berth {

namespace {

constexpr std::chrono::minutes clock_tolerance{1};  // a smaller step back is not worth a word
constexpr std::chrono::seconds full_disk_pause{1};

// An order, or a question.
struct Waiting {
    Order order;
    std::function<void(Consultation&)> question;
};

// A command as somebody only asks about it. The reason never reaches the journal.
Submission question_of(const std::string& actor, Command command) {
    return {.actor = actor,
            .reason = "only asked about",
            .idempotency_key = {},
            .body_hash = {},
            .command = std::move(command)};
}

}  // namespace

struct Engine::Impl {
    Impl(JournalPort& journal, ClockPort& the_clock, EngineOptions the_options, Recovered recovered)
        : clock(the_clock),
          options(std::move(the_options)),
          rows_recovered(recovered.rows),
          policy(recovered.state.policy),
          writer(journal, std::move(recovered.state), writer_options()),
          thread([this] { run(); }) {}

    ~Impl() {
        {
            const std::lock_guard lock(queue_mutex);
            stopping = true;
        }
        queue_changed.notify_all();
        thread.join();
    }

    WriterOptions writer_options() {
        return {.metrics = options.metrics,
                .report = options.report,
                .give_up = options.give_up,
                .exclusively =
                    [this](const std::function<void()>& show) {
                        const std::unique_lock lock(state_mutex);
                        show();
                    },
                .published = [this](const std::vector<Published>& rows) { tell(rows); }};
    }

    void tell(const std::vector<Published>& rows) {
        const std::lock_guard lock(listeners_mutex);
        for (const auto& [handle, listen] : listeners) listen(rows);
    }

    void submit(Waiting waiting) {
        {
            const std::lock_guard lock(queue_mutex);
            queue.push_back(std::move(waiting));
        }
        queue_changed.notify_all();
    }

    void run() {
        while (auto taken = next_batch()) carry_out_batch(*taken);
    }

    // Waits until there is work or something is due; nothing once stopping and all is done.
    std::optional<std::vector<Waiting>> next_batch() {
        std::unique_lock lock(queue_mutex);
        const auto due = writer.due().value_or(Instant::max());
        clock.wait_until(lock, queue_changed, due, [&] { return stopping || !queue.empty(); });
        if (stopping && queue.empty()) return std::nullopt;
        std::vector<Waiting> taken;
        while (!queue.empty() && taken.size() < options.largest_batch) {
            taken.push_back(std::move(queue.front()));
            queue.pop_front();
        }
        return taken;
    }

    // Never before what was written or looked at last: the calendar has forgotten what ended by
    // then.
    Instant time_of_batch() {
        const Instant known = std::max(writer.state().last_time, last_batch);
        const Instant now = std::chrono::floor<std::chrono::milliseconds>(clock.now());
        if (now + clock_tolerance < known && !clock_reported) {
            report("the clock jumped back by " + std::to_string((known - now).count() / 1000) +
                   " s; Berth goes on from " + to_rfc3339(known));
            clock_reported = true;
        }
        if (now >= known) clock_reported = false;
        last_batch = std::max(now, known);
        return last_batch;
    }

    void carry_out_batch(std::vector<Waiting>& taken) {
        const Instant now = time_of_batch();
        std::vector<Order> orders;
        orders.reserve(taken.size());
        Consultation consultation(writer, now);
        for (Waiting& waiting : taken) {
            if (waiting.question) {
                waiting.question(consultation);
            } else {
                orders.push_back(std::move(waiting.order));
            }
        }
        if (writer.commit(orders, now)) return;
        // Without this pause a due Tick would try again at once, and for ever.
        std::unique_lock lock(queue_mutex);
        queue_changed.wait_for(lock, full_disk_pause, [&] { return stopping; });
    }

    void report(const std::string& what) const {
        if (options.report) options.report(what);
    }

    ClockPort& clock;
    EngineOptions options;
    std::uint64_t rows_recovered;
    std::shared_ptr<const Policy> policy;
    mutable std::shared_mutex state_mutex;  // guards what the writer has committed

    std::mutex queue_mutex;
    std::condition_variable queue_changed;
    std::deque<Waiting> queue;
    bool stopping = false;
    Instant last_batch = Instant::min();  // the writer's thread alone
    bool clock_reported = false;

    std::mutex listeners_mutex;
    std::vector<std::pair<std::uint64_t, std::function<void(const std::vector<Published>&)>>>
        listeners;
    std::uint64_t next_handle = 1;

    Writer writer;
    std::thread thread;  // last: it uses all of the above
};

Consultation::Consultation(Writer& writer, Instant now) : writer_(writer), now_(now) {
    writer.pass(now);
}

const State& Consultation::state() const {
    return writer_.state();
}

std::expected<Rehearsal, Refusal> Consultation::rehearse(const std::string& actor,
                                                         Command command) {
    return writer_.rehearse(question_of(actor, std::move(command)), now_);
}

std::expected<void, Refusal> Consultation::check(const std::string& actor, Command command) {
    return writer_.check(question_of(actor, std::move(command)), now_);
}

Engine::Engine(JournalPort& journal, ClockPort& clock, EngineOptions options) {
    auto recovered = recover(
        {journal, options.snapshots, options.grid, options.limits, options.report, options.policy},
        clock.now());
    impl_ = std::make_unique<Impl>(journal, clock, std::move(options), std::move(recovered));
}

Engine::~Engine() = default;

void Engine::submit(Submission submission, std::function<void(Answer)> answer) {
    impl_->submit({{std::move(submission), std::move(answer)}, {}});
}

Answer Engine::ask(Submission submission) {
    std::promise<Answer> promise;
    auto future = promise.get_future();
    submit(std::move(submission),
           [&promise](Answer answer) { promise.set_value(std::move(answer)); });
    return future.get();
}

void Engine::read(const std::function<void(const View&)>& look) const {
    const std::shared_lock lock(impl_->state_mutex);
    look(impl_->writer.committed());
}

void Engine::consult(std::function<void(Consultation&)> ask) {
    impl_->submit({{}, std::move(ask)});
}

std::shared_ptr<const Policy> Engine::policy() const {
    return impl_->policy;
}

std::uint64_t Engine::rows_recovered() const {
    return impl_->rows_recovered;
}

std::uint64_t Engine::subscribe(std::function<void(const std::vector<Published>&)> listen) {
    const std::lock_guard lock(impl_->listeners_mutex);
    const std::uint64_t handle = impl_->next_handle++;
    impl_->listeners.emplace_back(handle, std::move(listen));
    return handle;
}

void Engine::unsubscribe(std::uint64_t handle) {
    const std::lock_guard lock(impl_->listeners_mutex);
    std::erase_if(impl_->listeners, [&](const auto& entry) { return entry.first == handle; });
}

}  // namespace berth
