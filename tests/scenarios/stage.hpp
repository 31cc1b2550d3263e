// The engine's writer on a journal in memory, and the virtual clock of a scenario.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/writer.hpp"
#include "scenarios/site.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {

class Stage {
public:
    explicit Stage(const Site& site);

    [[nodiscard]] const State& state() const { return writer_->state(); }
    [[nodiscard]] const SlotGrid& grid() const { return state().grid; }
    [[nodiscard]] Instant now() const { return now_; }

    // Time passes; what is due happens at its time.
    void move_to(Instant to);
    Answer carry_out(Submission submission);
    std::expected<Rehearsal, Refusal> rehearse(const Submission& submission);
    // The server dies and comes back: all it knows is the journal.
    void restart();
    // The same, but only then; meanwhile nothing that was due has happened.
    void restart_at(Instant back);
    // Throws when a replay of the journal gives other facts than these.
    void expect_same_after_replay();

    // All rows since forget_rows().
    [[nodiscard]] const std::vector<Published>& rows() const { return rows_; }
    void forget_rows() { rows_.clear(); }

private:
    std::unique_ptr<Writer> writer_on(State state);
    State recovered();

    std::shared_ptr<const Policy> policy_;
    SlotGrid grid_;
    MemoryJournal journal_;
    std::unique_ptr<Writer> writer_;
    std::vector<Published> rows_;
    Instant now_;
};

}  // namespace berth::test
