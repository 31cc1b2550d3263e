// The single writer. Commands from any thread are decided one after another on one thread,
// committed in batches, applied to the state that readers see, and only then answered.
//
//     Engine engine(journal, clock, options);        // recovers from the journal
//     engine.submit({.actor = "alice", .command = Reserve{request}}, [](Answer answer) { … });
//     engine.read([](const View& view) { … });       // the committed facts
//     engine.consult([](Consultation& c) { … });     // with the calendar, on the writer's thread
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock_port.hpp"
#include "engine/journal_port.hpp"
#include "engine/metrics_port.hpp"
#include "engine/state.hpp"
#include "engine/submission.hpp"
#include "engine/writer.hpp"

namespace berth {

struct EngineOptions {
    SlotGrid grid;
    CalendarLimits limits;
    std::shared_ptr<const Policy> policy = {};  // the site's rules; null: the defaults
    std::size_t largest_batch = 256;
    SnapshotPort* snapshots = nullptr;  // where recovery may begin; none: with the first row
    MetricsPort* metrics = nullptr;     // told of each batch
    // Something the operator should see: a clock that jumped back, a full disk.
    std::function<void(const std::string&)> report;
    // The outcome of a commit is unknown: must not return. Recovery decides at the next start.
    std::function<void(const std::string&)> give_up;
};

// A look at the whole state between two batches, and at what would become of a command.
class Consultation {
public:
    Consultation(Writer& writer, Instant now);

    [[nodiscard]] const State& state() const;
    [[nodiscard]] Instant now() const { return now_; }
    // What the command would do, to the last consequence, or why it would be refused. Changes
    // nothing. Nobody has to give a reason for asking.
    std::expected<Rehearsal, Refusal> rehearse(const std::string& actor, Command command);
    // Only whether it would be refused: cheaper.
    std::expected<void, Refusal> check(const std::string& actor, Command command);

private:
    Writer& writer_;
    Instant now_;
};

class Engine {
public:
    // Recovers from the journal. Throws std::runtime_error with a sentence when it cannot be
    // trusted.
    Engine(JournalPort& journal, ClockPort& clock, EngineOptions options);
    ~Engine();  // finishes what was submitted, then stops
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // `answer` is called once, on the writer's thread.
    void submit(Submission submission, std::function<void(Answer)> answer);
    // Submits and waits.
    Answer ask(Submission submission);

    // Runs `look` on the committed facts, under a shared lock.
    void read(const std::function<void(const View&)>& look) const;
    // Runs `ask` soon, on the writer's thread between two batches: the calendar is there alone.
    // Bookings wait meanwhile.
    void consult(std::function<void(Consultation&)> ask);

    // The site's rules; never null. They do not change while it runs.
    [[nodiscard]] std::shared_ptr<const Policy> policy() const;

    // How many rows recovery had to apply, one by one.
    [[nodiscard]] std::uint64_t rows_recovered() const;

    // `listen` is called on the writer's thread after each commit, with its rows in order.
    // Returns a handle for unsubscribe().
    std::uint64_t subscribe(std::function<void(const std::vector<Published>&)> listen);
    void unsubscribe(std::uint64_t handle);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
