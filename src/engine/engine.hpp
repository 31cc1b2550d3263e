// The single writer. Commands from any thread are decided one after another on one thread,
// committed in batches, applied to the state that readers see, and only then answered.
//
//     Engine engine(journal, clock, options);        // recovers from the journal
//     engine.submit({.actor = "alice", .command = Reserve{request}}, [](Answer answer) { … });
//     engine.read([](const View& view) { … });       // the committed facts
//     engine.consult([](const State& state) { … });  // with the calendar, on the writer's thread
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "booking/command.hpp"
#include "booking/refusal.hpp"
#include "engine/clock_port.hpp"
#include "engine/journal_port.hpp"
#include "engine/metrics_port.hpp"
#include "engine/state.hpp"

namespace berth {

struct Submission {
    std::string actor;
    std::string reason;
    std::string idempotency_key;  // empty: none
    std::string body_hash;        // of the request's bytes; compared when the key comes again
    Command command;
};

struct Committed {
    // As it stands now, when the command was about one; else null.
    std::shared_ptr<const Reservation> reservation;
    std::uint64_t sequence = 0;  // of the last row it wrote (or once wrote)
    bool repeated = false;       // the idempotency key had been seen
};

using Answer = std::expected<Committed, Refusal>;

// A committed row together with its reservation's state right after it.
struct Published {
    JournalRow row;
    std::shared_ptr<const Reservation> reservation;  // null when the row is about none
};

struct EngineOptions {
    SlotGrid grid;
    CalendarLimits limits;
    std::size_t largest_batch = 256;
    SnapshotPort* snapshots = nullptr;  // where recovery may begin; none: with the first row
    MetricsPort* metrics = nullptr;     // told of each batch
    // Something the operator should see: a clock that jumped back, a full disk.
    std::function<void(const std::string&)> report;
    // The outcome of a commit is unknown: must not return. Recovery decides at the next start.
    std::function<void(const std::string&)> give_up;
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
    // Runs `look` on the whole state, soon, on the writer's thread between two batches: the
    // calendar is there alone. Bookings wait meanwhile.
    void consult(std::function<void(const State&)> look);

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
