// Runs a scenario file: readable lines that drive the engine's decisions on a virtual clock. The
// language is described in tests/scenarios/README.md.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/writer.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {

class Scenario {
public:
    // Runs all lines; throws std::runtime_error naming the first line that does not hold.
    static void run_file(const std::string& path);

private:
    using Words = std::vector<std::string>;

    void run_line(const std::string& line);
    void site(const Words& words);
    void node(const Words& words);
    void at(const Words& words);
    void clock(const Words& words);
    void job(const Words& words);
    void expect(const std::string& line, const Words& words);
    void expect_state(const Words& words);
    void expect_suggestion(const Words& words);
    void expect_every_suggestion_is_accepted();
    void expect_plan(const Words& words);

    [[nodiscard]] ReservationChange change_from(const Words& words, std::size_t i) const;
    ReservationRequest request_from(const Words& words, std::size_t first) const;
    void submit(const std::string& actor, const Command& command);
    std::expected<std::vector<Event>, Refusal> carry_out(const std::string& actor,
                                                         const Command& command);
    std::vector<Event> must_carry_out(const std::string& actor, const Command& command);
    void move_to(Instant to);
    const State& state();
    Instant time_from(const Words& words, std::size_t& next) const;
    std::string gpus_text(const std::vector<std::string>& gpus) const;

    std::string zone_ = "UTC";
    int slot_minutes_ = 120;
    std::vector<GpuSpec> specs_;
    Policy policy_;
    MemoryJournal journal_;
    std::unique_ptr<Writer> writer_;
    std::vector<Event> events_;  // of the last commit
    Instant now_;

    std::optional<ReservationRequest> last_request_;
    std::string last_actor_;
    std::expected<std::vector<Event>, Refusal> last_ = std::vector<Event>{};
    std::optional<ReservationId> last_reservation_;
};

}  // namespace berth::test
