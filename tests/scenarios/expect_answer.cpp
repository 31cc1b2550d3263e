// What a scenario expects of the last command's answer: done or refused, suggestions, plans.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/eviction.hpp"
#include "engine/wish.hpp"
#include "scenarios/scenario.hpp"

namespace berth::test {

using std::runtime_error;

namespace {

std::string describe(const Suggestion& suggestion, const SlotGrid& grid) {
    return "\n    " + name_of(suggestion.kind) + " on " + join(suggestion.gpus) + " at " +
           grid.local_text(suggestion.start) + " until " + grid.local_text(suggestion.end) + ": " +
           suggestion.why;
}

std::string describe(const std::vector<Suggestion>& suggestions, const SlotGrid& grid) {
    std::string text;
    for (const Suggestion& suggestion : suggestions) text += describe(suggestion, grid);
    return text.empty() ? " none" : text;
}

std::string ids_text(const std::vector<Victim>& victims) {
    std::vector<std::string> ids;
    for (const Victim& victim : victims) ids.push_back(victim.id.text());
    return ids.empty() ? "nobody" : join(ids);
}

// What a line says of one window: [on node1/0] [at wed 22:00] [until thu 00:00] [mentions "…"]
struct WantedWindow {
    std::string kind;
    std::optional<std::string> gpus;
    std::optional<Instant> start;
    std::optional<Instant> end;
    std::optional<std::string> mention;

    static WantedWindow take(Line& line, const SlotGrid& grid) {
        WantedWindow wanted;
        wanted.kind = line.take();
        while (!line.at_end()) {
            if (line.take_if("on")) {
                wanted.gpus = line.take();
            } else if (line.take_if("at")) {
                wanted.start = take_time(line, grid);
            } else if (line.take_if("until")) {
                wanted.end = take_time(line, grid);
            } else if (line.take_if("mentions")) {
                wanted.mention = line.take_text();
            } else {
                throw runtime_error("a window has no \"" + line.peek() + "\"");
            }
        }
        return wanted;
    }

    [[nodiscard]] bool is(const Suggestion& window) const {
        return name_of(window.kind) == kind && (!gpus || join(window.gpus) == *gpus) &&
               (!start || window.start == *start) && (!end || window.end == *end) &&
               (!mention || window.why.find(*mention) != std::string::npos);
    }
};

void expect_one(const std::vector<Suggestion>& windows, const WantedWindow& wanted,
                const SlotGrid& grid) {
    const bool found = std::ranges::any_of(windows, [&](const auto& w) { return wanted.is(w); });
    if (!found) throw runtime_error("there are:" + describe(windows, grid));
}

}  // namespace

const Refusal& Scenario::refused() const {
    if (last_) throw runtime_error("it was not refused");
    return last_.error();
}

const std::vector<Suggestion>& Scenario::suggestions() const {
    return refused().suggestions;
}

const PlanAnswer& Scenario::plan_answer() const {
    if (!last_plan_) throw runtime_error(last_plan_.error().message);
    return *last_plan_;
}

const EvictionPlan& Scenario::eviction_plan() const {
    if (!last_eviction_) {
        throw runtime_error(last_ ? "the last plan disturbs nobody" : last_.error().message);
    }
    return *last_eviction_;
}

bool Scenario::expect_of_answer(const std::string& what, Line& line) {
    if (what == "confirmed" || what == "done") {
        expect_done(line);
    } else if (what == "refused") {
        expect_refused(line);
    } else if (what == "sentence") {
        const std::string wanted = line.take_text();
        if (refused().message.find(wanted) == std::string::npos) {
            throw runtime_error("the sentence is: " + refused().message);
        }
    } else if (what == "suggestion") {
        expect_suggestion(line);
    } else if (what == "suggestions") {
        std::vector<std::string> kinds;
        for (const auto& suggestion : suggestions()) kinds.push_back(name_of(suggestion.kind));
        if (join(kinds) != line.take()) throw runtime_error("the suggestions are " + join(kinds));
    } else if (what == "every") {
        const bool windows = line.take_if("window");
        if (!windows) line.take_expected({"suggestion"});
        line.take_expected({"is", "accepted"});
        expect_every_suggestion_is_accepted(windows ? plan_answer().windows : suggestions());
    } else if (what == "plan") {
        expect_plan(line);
    } else if (what == "window") {
        const SlotGrid& grid = stage().grid();
        expect_one(plan_answer().windows, WantedWindow::take(line, grid), grid);
    } else if (what == "summary") {
        const std::string wanted = line.take_text();
        if (plan_answer().summary.find(wanted) == std::string::npos) {
            throw runtime_error("the summary is: " + plan_answer().summary);
        }
    } else if (what == "advice") {
        const std::string advice = join(plan_answer().advice);
        if (advice.find(line.take_text()) == std::string::npos) {
            throw runtime_error("the advice is: " + advice);
        }
    } else if (what == "odds") {
        expect_odds(line);
    } else if (what == "victims") {
        expect_victims(line);
    } else {
        return false;
    }
    return true;
}

// expect confirmed [on node1/0,node1/1] | expect done
void Scenario::expect_done(Line& line) {
    if (!last_) throw runtime_error("refused: " + last_.error().message);
    if (!line.take_if("on")) return;
    const std::string gpus = join(last_->reservation->gpus);
    if (gpus != line.take()) throw runtime_error("it is on " + gpus);
}

// expect refused conflict [field start]
void Scenario::expect_refused(Line& line) {
    const std::string code = name_of(refused().code);
    if (code != line.take()) throw runtime_error(code + ": " + refused().message);
    if (line.take_if("field") && line.take() != refused().field) {
        throw runtime_error("the field is " + refused().field);
    }
}

// expect suggestion same_gpus_later [on node1/0] [at wed 22:00] [until thu 00:00] [mentions "…"]
void Scenario::expect_suggestion(Line& line) {
    const SlotGrid& grid = stage().grid();
    expect_one(suggestions(), WantedWindow::take(line, grid), grid);
}

// expect no suggestion [later …]
void Scenario::expect_no_suggestion(Line& line) {
    const SlotGrid& grid = stage().grid();
    const bool any = line.at_end();
    const WantedWindow unwanted = any ? WantedWindow{} : WantedWindow::take(line, grid);
    for (const Suggestion& suggestion : suggestions()) {
        if (any || unwanted.is(suggestion)) {
            throw runtime_error("there is:" + describe(suggestion, grid));
        }
    }
}

// The last request for that very window; one that evicts goes by its plan.
Reserve Scenario::resubmitted(const Suggestion& suggestion) {
    Reserve again{last_request_.value(), {}};
    ReservationRequest& request = again.request;
    request.start = StartTime{suggestion.start};
    request.end = suggestion.end;
    request.hours.reset();
    request.finish_before.reset();
    request.on_conflict = OnConflict::refuse;
    if (suggestion.kind == SuggestionKind::evict) {
        const Stage& on = stage();
        const auto wish = make_exact(on.state(), request, on.now());
        again.eviction = plan_eviction(on.state(), request, wish.value(), on.now()).value();
    } else {
        request.gpus = {};
        request.gpus.ids = suggestion.gpus;
        // As the page does it: these, and where a cluster chooses, as many of the same kind.
        request.gpus.count = static_cast<int>(suggestion.gpus.size());
    }
    return again;
}

void Scenario::expect_every_suggestion_is_accepted(const std::vector<Suggestion>& suggestions) {
    if (suggestions.empty()) throw runtime_error("there is none");
    for (const Suggestion& suggestion : suggestions) {
        const Submission submission{.actor = last_actor_,
                                    .reason = {},
                                    .idempotency_key = {},
                                    .body_hash = {},
                                    .command = resubmitted(suggestion)};
        const auto answer = stage().rehearse(submission);
        if (!answer) {
            throw runtime_error(name_of(suggestion.kind) +
                                " is refused: " + answer.error().message);
        }
    }
}

// expect plan yes [finish thu 20:00] | expect plan no finish fri 04:00
void Scenario::expect_plan(Line& line) {
    const PlanAnswer& answer = plan_answer();
    const bool yes = line.take_if("yes");
    if (!yes) line.take_expected({"no"});
    const SlotGrid& grid = stage().grid();
    if (answer.feasible != yes) throw runtime_error(answer.summary);
    if (!line.take_if("finish")) return;
    if (answer.earliest_finish != take_time(line, grid)) {
        throw runtime_error("the earliest finish is " +
                            (answer.earliest_finish ? grid.local_text(*answer.earliest_finish)
                                                    : std::string("never")));
    }
}

// expect odds 100% | expect odds unknown | expect odds mentions "…"
void Scenario::expect_odds(Line& line) {
    if (!plan_answer().odds) throw runtime_error("a plan that says no has no odds");
    const Odds& odds = *plan_answer().odds;
    if (line.take_if("mentions")) {
        if (odds.why.find(line.take_text()) == std::string::npos) throw runtime_error(odds.why);
        return;
    }
    const std::string found =
        odds.kept ? std::to_string(std::lround(*odds.kept * 100)) + "%" : "unknown";
    if (found != line.take()) throw runtime_error("they are " + found + ": " + odds.why);
}

// expect victims r-1,r-2 [harm 4.5] | expect victims nobody
void Scenario::expect_victims(Line& line) {
    const std::string wanted = line.take();
    if (wanted == "nobody" && !last_eviction_) return;
    const std::string found = ids_text(eviction_plan().victims);
    if (found != wanted) throw runtime_error("the plan disturbs " + found);
    if (!line.take_if("harm")) return;
    const double harm = eviction_plan().harm_gpu_hours;
    if (std::abs(harm - std::stod(line.take())) > 0.01) {
        throw runtime_error("the harm is " + std::to_string(harm) + " GPU-hours");
    }
}

}  // namespace berth::test
