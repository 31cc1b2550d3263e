// The single writer's work, without its thread: decides commands one after another, commits them in
// a batch, shows the committed facts, and only then answers. The engine drives it from its thread,
// the simulation from its own loop.
//
//     Writer writer(journal, recover(…), options);
//     writer.commit(orders, now);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/forget.hpp"
#include "engine/journal_port.hpp"
#include "engine/metrics_port.hpp"
#include "engine/recover.hpp"
#include "engine/state.hpp"
#include "engine/submission.hpp"
#include "engine/turn.hpp"

namespace berth {

// A command and who waits for its answer.
struct Order {
    Submission submission;
    std::function<void(Answer)> answer;
};

// What a command would do: every event, and each reservation right after it.
struct Rehearsal {
    struct Step {
        Event event;
        std::shared_ptr<const Reservation> after;  // null when the event is about none
    };
    std::vector<Step> steps;
    std::optional<ReservationId> subject;  // the reservation that the answer would be about
};

struct WriterOptions {
    MetricsPort* metrics = nullptr;                   // told of each batch
    std::function<void(const std::string&)> report;   // what the operator should see
    std::function<void(const std::string&)> give_up;  // a commit's outcome is unknown; no return
    // Runs the change of the committed facts when nobody reads them. None: at once.
    std::function<void(const std::function<void()>&)> exclusively;
    // Told of the rows of each commit, in order, before they are answered.
    std::function<void(const std::vector<Published>&)> published;
};

class Writer {
public:
    Writer(JournalPort& journal, State recovered, WriterOptions options);

    // Time goes on; commit() does it as well.
    void pass(Instant now);
    // Carries out what is due and then the orders. False: the disk was full, or the journal's guard
    // refused the batch; everybody was told, nothing was changed.
    bool commit(std::span<Order> orders, Instant now);
    // What the command would do now. Changes nothing.
    std::expected<Rehearsal, Refusal> rehearse(const Submission& submission, Instant now);
    // Whether it would be refused now, without what would follow from it: cheap. Changes nothing.
    std::expected<void, Refusal> check(const Submission& submission, Instant now);

    [[nodiscard]] const View& committed() const { return committed_; }
    // With the calendar; between two commits it is as committed.
    [[nodiscard]] const State& state() const { return working_; }
    // When a commit without orders would do something.
    [[nodiscard]] std::optional<Instant> due() const;

private:
    struct Batch;

    void decide_one(const Submission& submission, std::function<void(Answer)> answer, Instant now,
                    Batch& batch);
    Answer decide_answer(const Submission& submission, Instant now, Batch& batch);
    std::optional<Answer> answer_to_repeated(const Submission& submission) const;
    void undo(CommitOutcome outcome, const BatchMark& mark, Batch& batch);
    void publish(Batch& batch, Instant now);
    void count(const Batch& batch, std::optional<CommitOutcome> outcome,
               std::chrono::duration<double> took) const;
    void report(const std::string& what) const;
    void give_up(const std::string& why) const;

    JournalPort& journal_;
    WriterOptions options_;
    State working_;   // ahead of committed_ by the batch under way
    View committed_;  // what everybody else sees
};

}  // namespace berth
