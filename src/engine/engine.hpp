// The single writer. Commands from any thread are decided one after another on one thread,
// committed in batches, applied to the state that readers see, and only then answered.
//
//     Engine engine(journal, clock, options);        // recovers from the journal
//     engine.submit({.actor = "alice", .command = Reserve{request}}, [](Answer answer) { … });
//     engine.read([](const State& state) { … });     // the committed state
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
    std::optional<Reservation> reservation;  // as it stands now, when the command was about one
    std::uint64_t sequence = 0;              // of the last row it wrote (or once wrote)
    bool repeated = false;                   // the idempotency key had been seen
};

using Answer = std::expected<Committed, Refusal>;

// A committed row together with its reservation's state right after it.
struct Published {
    JournalRow row;
    std::optional<Reservation> reservation;
};

struct EngineOptions {
    SlotGrid grid;
    CalendarLimits limits;
    std::size_t largest_batch = 256;
    // Something the operator should see: a clock that jumped back, a full disk.
    std::function<void(const std::string&)> report;
    // The outcome of a commit is unknown: must not return. Recovery decides at the next start.
    std::function<void(const std::string&)> give_up;
};

class Engine {
public:
    // Replays the journal. Throws std::runtime_error with a sentence when it cannot be trusted.
    Engine(JournalPort& journal, ClockPort& clock, EngineOptions options);
    ~Engine();  // finishes what was submitted, then stops
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // `answer` is called once, on the writer's thread.
    void submit(Submission submission, std::function<void(Answer)> answer);
    // Submits and waits.
    Answer ask(Submission submission);

    // Runs `look` on the committed state, under a shared lock.
    void read(const std::function<void(const State&)>& look) const;

    // `listen` is called on the writer's thread after each commit, with its rows in order.
    // Returns a handle for unsubscribe().
    std::uint64_t subscribe(std::function<void(const std::vector<Published>&)> listen);
    void unsubscribe(std::uint64_t handle);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
