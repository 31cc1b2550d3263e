// Runs a scenario file: readable lines that drive the engine's decisions on a virtual clock. The
// language is described in tests/scenarios/README.md.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "booking/eviction_plan.hpp"
#include "engine/plan.hpp"
#include "scenarios/line.hpp"
#include "scenarios/site.hpp"
#include "scenarios/stage.hpp"

namespace berth::test {

class Scenario {
public:
    // Runs all lines; throws std::runtime_error naming the first line that does not hold.
    static void run_file(const std::string& path);

private:
    void run_line(const std::string& text);
    bool set_up(const std::string& verb, Line& line);
    void happen(const std::string& verb, Line& line);
    void at(Line& line);
    bool ask_for_gpus(const std::string& actor, const std::string& verb, Line& line);
    bool act_on_one(const std::string& actor, const std::string& verb, Line& line);
    void make_plan(const std::string& actor, Line& line);
    void node_changes(Line& line);
    void restart(Line& line);
    void gpus(Line& line);
    void occupant(Line& line);
    void job(Line& line);
    void submit(const std::string& actor, const Command& command);
    Stage& stage();

    // -- expect_answer.cpp: of the last command
    void expect(Line& line);
    bool expect_of_answer(const std::string& what, Line& line);
    void expect_done(Line& line);
    void expect_refused(Line& line);
    void expect_suggestion(Line& line);
    void expect_no_suggestion(Line& line);
    Reserve resubmitted(const Suggestion& suggestion);
    void expect_every_suggestion_is_accepted(const std::vector<Suggestion>& suggestions);
    [[nodiscard]] const std::vector<Suggestion>& suggestions() const;
    void expect_plan(Line& line);
    void expect_odds(Line& line);
    void expect_victims(Line& line);
    [[nodiscard]] const PlanAnswer& plan_answer() const;
    [[nodiscard]] const EvictionPlan& eviction_plan() const;
    [[nodiscard]] const Refusal& refused() const;

    // -- expect_facts.cpp: how things stand, and what the journal says
    bool expect_fact(const std::string& what, Line& line);
    void expect_of_reservation(const Reservation& reservation, Line& line);
    void expect_event(Line& line, bool wanted);
    void expect_row(const std::string& what, Line& line);
    void expect_mail(Line& line);
    std::vector<std::string> mails_to_operators();
    void expect_planned_start(Line& line);
    const Reservation& find(Line& line);

    Site site_;
    std::unique_ptr<Stage> stage_;
    std::vector<Occupant> occupants_;
    std::string because_;  // the reason of the line under way

    std::string last_actor_;
    Answer last_;
    std::optional<ReservationRequest> planned_request_;
    std::optional<ReservationRequest> last_request_;
    std::expected<PlanAnswer, Refusal> last_plan_;
    std::optional<EvictionPlan> last_eviction_;
};

}  // namespace berth::test
