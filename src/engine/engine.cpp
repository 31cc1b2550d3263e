#include "engine/engine.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <stdexcept>
#include <thread>

#include "engine/decide.hpp"
#include "engine/forget.hpp"
#include "engine/look_up.hpp"
#include "engine/recover.hpp"
#include "engine/refuse.hpp"

namespace berth {

namespace {

constexpr std::chrono::minutes clock_tolerance{1};  // a smaller step back is not worth a word
constexpr std::chrono::seconds full_disk_pause{1};

// A command with who waits for its answer, or a question.
struct Waiting {
    Submission submission;
    std::function<void(Answer)> answer;
    std::function<void(const State&)> question;
};

// A batch on its way to the journal: its rows, and the answers that wait for them.
struct Batch {
    std::vector<JournalRow> rows;
    std::vector<Projection> projections;
    std::vector<std::pair<std::function<void(Answer)>, Answer>> answers;
    std::vector<std::string> commands;  // their names, where somebody counts them
    std::vector<std::shared_ptr<const Reservation>> after;  // of each row
    std::set<ReservationId> touched;
};

std::string name_of(std::optional<CommitOutcome> outcome) {
    if (!outcome) return "nothing";
    switch (*outcome) {
        case CommitOutcome::committed:
            return "committed";
        case CommitOutcome::disk_full:
            return "disk_full";
        case CommitOutcome::double_booking:
            return "double_booking";
        case CommitOutcome::unknown:
            return "unknown";
    }
    return "unknown";
}

// The reservation that a command names, when it names one.
std::optional<ReservationId> named_by(const Command& command) {
    return std::visit(
        [](const auto& c) -> std::optional<ReservationId> {
            if constexpr (requires { c.id; }) return c.id;
            return std::nullopt;
        },
        command);
}

}  // namespace

struct Engine::Impl {
    Impl(JournalPort& the_journal, ClockPort& the_clock, EngineOptions the_options,
         Recovered recovered)
        : journal(the_journal),
          clock(the_clock),
          options(std::move(the_options)),
          rows_recovered(recovered.rows),
          working(std::move(recovered.state)),
          committed(static_cast<const View&>(working)),
          writer([this] { run(); }) {}

    ~Impl() {
        {
            const std::lock_guard lock(queue_mutex);
            stopping = true;
        }
        queue_changed.notify_all();
        writer.join();
    }

    void submit(Waiting waiting) {
        {
            const std::lock_guard lock(queue_mutex);
            queue.push_back(std::move(waiting));
        }
        queue_changed.notify_all();
    }

    void run() {
        while (auto taken = next_batch()) commit(*taken);
    }

    // Waits until there is work or something is due; nothing once stopping and all is done.
    std::optional<std::vector<Waiting>> next_batch() {
        std::unique_lock lock(queue_mutex);
        const auto due = next_due(working).value_or(Instant::max());
        clock.wait_until(lock, queue_changed, due, [&] { return stopping || !queue.empty(); });
        if (stopping && queue.empty()) return std::nullopt;
        std::vector<Waiting> taken;
        while (!queue.empty() && taken.size() < options.largest_batch) {
            taken.push_back(std::move(queue.front()));
            queue.pop_front();
        }
        return taken;
    }

    Instant time_of_batch() {
        const Instant now = std::chrono::floor<std::chrono::milliseconds>(clock.now());
        if (now + clock_tolerance < working.last_time && !clock_reported) {
            report("the clock jumped back by " +
                   std::to_string((working.last_time - now).count() / 1000) +
                   " s; Berth goes on from " + to_rfc3339(working.last_time));
            clock_reported = true;
        }
        if (now >= working.last_time) clock_reported = false;
        return std::max(now, working.last_time);
    }

    void commit(std::vector<Waiting>& taken) {
        const Instant now = time_of_batch();
        Batch batch;
        const BatchMark mark(working);
        pass_time(working, now);
        for (const Waiting& waiting : taken) {
            if (waiting.question) waiting.question(working);
        }
        if (const auto due = next_due(working); due && *due <= now) {
            decide_one(
                {.actor = system_actor,
                 .reason = {},
                 .idempotency_key = {},
                 .body_hash = {},
                 .command = Tick{}},
                [](const Answer&) {}, now, batch);
        }
        for (Waiting& waiting : taken) {
            if (waiting.question) continue;
            decide_one(waiting.submission, std::move(waiting.answer), now, batch);
        }
        if (!batch.rows.empty()) {
            const auto began = std::chrono::steady_clock::now();
            const CommitOutcome outcome = journal.append(batch.rows, batch.projections);
            count(batch, outcome, std::chrono::steady_clock::now() - began);
            if (outcome != CommitOutcome::committed) {
                undo(outcome, mark, batch);
                return;
            }
        } else {
            count(batch, {}, {});
        }
        publish(batch, now);
        for (auto& [answer, what] : batch.answers) answer(std::move(what));
    }

    void decide_one(const Submission& submission, std::function<void(Answer)> answer, Instant now,
                    Batch& batch) {
        if (options.metrics != nullptr) batch.commands.push_back(command_name(submission.command));
        batch.answers.emplace_back(std::move(answer), decide_answer(submission, now, batch));
    }

    void count(const Batch& batch, std::optional<CommitOutcome> outcome,
               std::chrono::duration<double> took) const {
        if (options.metrics == nullptr || batch.commands.empty()) return;
        BatchFacts facts{{}, batch.rows.size(), name_of(outcome), took};
        const bool written = !outcome || *outcome == CommitOutcome::committed;
        for (std::size_t i = 0; i < batch.commands.size(); ++i) {
            const Answer& answer = batch.answers[i].second;
            std::string decided = "ok";
            if (!answer) decided = boost::describe::enum_to_string(answer.error().code, "");
            facts.commands.push_back({batch.commands[i], written ? decided : "not_committed"});
        }
        options.metrics->count(facts);
    }

    Answer decide_answer(const Submission& submission, Instant now, Batch& batch) {
        if (auto repeated = answer_to_repeated(submission)) return std::move(*repeated);
        auto events = decide(working, submission.command, submission.actor, now);
        if (!events) return std::unexpected(std::move(events.error()));
        Committed committed_answer;
        for (const Event& event : *events) {
            JournalRow row = make_row(submission, event, now);
            apply_decided(working, event, row);
            committed_answer.sequence = row.sequence;
            batch.after.emplace_back();
            if (const auto id = reservation_of(event)) {
                batch.after.back() = working.share(*id);
                batch.projections.push_back({row.sequence, working.share(*id)});
                batch.touched.insert(*id);
                committed_answer.reservation = working.share(*id);
            }
            batch.rows.push_back(std::move(row));
        }
        if (events->empty()) {
            if (const auto id = named_by(submission.command)) {
                committed_answer.reservation = working.share(*id);
            }
        }
        return committed_answer;
    }

    std::optional<Answer> answer_to_repeated(const Submission& submission) const {
        if (submission.idempotency_key.empty()) return std::nullopt;
        const auto found = working.idempotency.find(
            idempotency_key_of(submission.actor, submission.idempotency_key));
        if (found == working.idempotency.end()) return std::nullopt;
        const IdempotencyRecord& record = found->second;
        if (record.body_hash != submission.body_hash) {
            return Answer(std::unexpected(
                refusal(RefusalCode::idempotency_mismatch, "",
                        "this Idempotency-Key came before with another request; use a new one")));
        }
        Committed answer;
        answer.reservation = working.share(record.reservation);
        answer.sequence = answer.reservation->revision;
        answer.repeated = true;
        return Answer(std::move(answer));
    }

    JournalRow make_row(const Submission& submission, const Event& event, Instant now) const {
        JournalRow row;
        row.sequence = working.last_sequence + 1;
        row.time = now;
        row.actor = submission.actor;
        row.command = command_name(submission.command);
        row.reason = submission.reason;
        row.idempotency_key = submission.idempotency_key;
        row.body_hash = submission.body_hash;
        if (const auto id = reservation_of(event)) row.reservation = id->text();
        row.kind = event_kind(event);
        row.event = encode_event(event);
        return row;
    }

    void undo(CommitOutcome outcome, const BatchMark& mark, Batch& batch) {
        if (outcome == CommitOutcome::unknown) {
            give_up("the journal did not say whether a commit succeeded");
        }
        roll_back(working, committed, mark, batch.touched);
        const bool full = outcome == CommitOutcome::disk_full;
        const Refusal refused =
            full ? refusal(RefusalCode::journal_full, "",
                           "the server's disk is full: nothing was changed; try again later")
                 : refusal(RefusalCode::internal, "",
                           "the journal refused this as a double booking: nothing was changed");
        report(full ? "the journal's disk is full; writes are refused until there is space"
                    : "the overlap guard refused a batch of the engine's: this is a bug");
        for (auto& [answer, what] : batch.answers) answer(std::unexpected(refused));
        // Without this pause a due Tick would try again at once, and for ever.
        std::unique_lock lock(queue_mutex);
        queue_changed.wait_for(lock, full_disk_pause, [&] { return stopping; });
    }

    void publish(Batch& batch, Instant now) {
        std::vector<ReservationId> gone;
        if (!batch.rows.empty()) gone = forget_old(working, now);
        std::vector<Published> published;
        published.reserve(batch.rows.size());
        {
            const std::unique_lock lock(state_mutex);
            for (const ReservationId id : batch.touched) {
                committed.put(working.share(id));
            }
            for (const ReservationId id : gone) committed.erase(id);
            committed.fleet = working.fleet;
            committed.last_number = working.last_number;
            committed.last_sequence = working.last_sequence;
            committed.last_time = working.last_time;
            committed.horizon = working.horizon;
        }
        for (std::size_t i = 0; i < batch.rows.size(); ++i) {
            published.push_back({std::move(batch.rows[i]), std::move(batch.after[i])});
        }
        if (published.empty()) return;
        const std::lock_guard lock(listeners_mutex);
        for (const auto& [handle, listen] : listeners) listen(published);
    }

    void report(const std::string& what) const {
        if (options.report) options.report(what);
    }

    void give_up(const std::string& why) const {
        if (options.give_up) options.give_up(why);
        std::terminate();
    }

    JournalPort& journal;
    ClockPort& clock;
    EngineOptions options;
    std::uint64_t rows_recovered;

    State working;   // the writer's own, ahead of `committed` by the batch under way
    View committed;  // what everybody else sees
    mutable std::shared_mutex state_mutex;

    std::mutex queue_mutex;
    std::condition_variable queue_changed;
    std::deque<Waiting> queue;
    bool stopping = false;
    bool clock_reported = false;

    std::mutex listeners_mutex;
    std::vector<std::pair<std::uint64_t, std::function<void(const std::vector<Published>&)>>>
        listeners;
    std::uint64_t next_handle = 1;

    std::thread writer;  // last: it uses all of the above
};

Engine::Engine(JournalPort& journal, ClockPort& clock, EngineOptions options) {
    auto recovered = recover(
        {journal, options.snapshots, options.grid, options.limits, options.report}, clock.now());
    impl_ = std::make_unique<Impl>(journal, clock, std::move(options), std::move(recovered));
}

Engine::~Engine() = default;

void Engine::submit(Submission submission, std::function<void(Answer)> answer) {
    impl_->submit({std::move(submission), std::move(answer), {}});
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
    look(impl_->committed);
}

void Engine::consult(std::function<void(const State&)> look) {
    impl_->submit({{}, {}, std::move(look)});
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
